#include <algorithm>

#include "check/check.h"

namespace ldwhy {
namespace {

// What the user reads first: the place that can be changed most easily, which is that of
// the first setting among the conditions; else the package's in the lock file.
Place first_place(const std::vector<Condition> &conditions, const Place &fallback) {
  for (const Condition &condition : conditions)
    if (condition.state != State::NotMet && !condition.place.file.empty() && condition.place.line &&
        condition.place.file != fallback.file)
      return condition.place;
  return fallback;
}

std::vector<Remedy> remedies_of(const Advisory &advisory) {
  std::vector<Remedy> remedies;
  for (const AdvisoryRemedy &known : advisory.remedies) {
    Remedy &remedy = remedies.emplace_back();
    remedy.id = known.id;
    remedy.title = known.title;
    remedy.cost = known.cost;
  }
  return remedies;
}

Finding make_finding(const Advisory &advisory, Judged judged, const Build &build, const PackageGraph &packages) {
  Finding finding;
  finding.advisory = advisory.id;
  finding.state = judged.state;
  finding.title = advisory.title;
  finding.target = build.target;
  finding.profile = build.profile;
  finding.where = build.where;
  finding.system = build.system;
  Place locked;
  if (judged.package >= 0) {
    const Package &package = packages.packages[static_cast<size_t>(judged.package)];
    finding.package = package.name;
    finding.package_version = package.version;
    finding.paths = packages.paths_to(static_cast<uint32_t>(judged.package));
    locked = package.place;
  }
  finding.place = first_place(judged.conditions, locked);
  finding.conditions = std::move(judged.conditions);
  if (finding.state != Affected::NotAffected) finding.remedies = remedies_of(advisory);
  return finding;
}

}  // namespace

std::vector<Finding> judge_builds(const Project &project, const AdvisoryBase &base) {
  std::vector<Finding> findings;
  for (const Build &build : project.builds)
    for (const Advisory &advisory : base.all()) {
      size_t first = findings.size();
      for (Judged &judged : judge(advisory, build, project.packages)) {
        Finding finding = make_finding(advisory, std::move(judged), build, project.packages);
        // A package and its own parts, all of one release, are one thing.
        bool told =
            std::any_of(findings.begin() + static_cast<ptrdiff_t>(first), findings.end(), [&](const Finding &other) {
              return other.state == finding.state && other.package != finding.package &&
                     other.package_version == finding.package_version;
            });
        if (!told) findings.push_back(std::move(finding));
      }
    }
  return findings;
}

}  // namespace ldwhy
