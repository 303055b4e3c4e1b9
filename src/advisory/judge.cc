#include <fmt/format.h>

#include <algorithm>

#include "advisory/advisory.h"
#include "advisory/expression.h"
#include "advisory/version.h"

namespace ldwhy {
namespace {

Affected affected_by(State state) {
  if (state == State::Unknown) return Affected::Unknown;
  return state == State::Met ? Affected::Affected : Affected::NotAffected;
}

Condition judge_version(const AdvisoryPackage &wanted, const Package &package) {
  Condition condition;
  condition.text = fmt::format("{} {}", wanted.name, wanted.affected->words());
  condition.seen = package.version;
  condition.place = package.place;
  std::optional<Version> version = parse_version(package.version);
  if (!version) return condition;
  VersionRange exact = exactly(*version);
  if (wanted.unknown && wanted.unknown->holds(exact) == State::Met) return condition;
  condition.state = wanted.affected->holds(exact);
  return condition;
}

Judged judge_package(const Advisory &advisory, const AdvisoryPackage &wanted, uint32_t index, const Build &build,
                     const PackageGraph &packages) {
  Judged judged;
  judged.package = static_cast<int32_t>(index);
  judged.conditions.push_back(judge_version(wanted, packages.packages[index]));
  if (advisory.when) {
    JudgedExpression rest = judge_expression(*advisory.when, {build, packages, judged.package});
    std::ranges::move(rest.conditions, std::back_inserter(judged.conditions));
  }
  State state = State::Met;
  for (const Condition &condition : judged.conditions) state = all_of(state, condition.state);
  judged.state = affected_by(state);
  return judged;
}

// About no package: worth a word only where something in use, and not the target alone,
// points to it.
std::vector<Judged> judge_tools(const Advisory &advisory, const Build &build, const PackageGraph &packages) {
  if (!advisory.when) return {};
  JudgedExpression found = judge_expression(*advisory.when, {build, packages, -1});
  State state = State::Met;
  for (const Condition &condition : found.conditions) state = all_of(state, condition.state);
  if (state == State::NotMet || (state == State::Unknown && !found.telling)) return {};
  Judged judged;
  judged.state = affected_by(state);
  judged.conditions = std::move(found.conditions);
  return {std::move(judged)};
}

}  // namespace

std::vector<Judged> judge(const Advisory &advisory, const Build &build, const PackageGraph &packages) {
  if (advisory.packages.empty()) return judge_tools(advisory, build, packages);
  std::vector<Judged> all;
  std::vector<std::string_view> versions;  // judged already: a release of several packages is one
  for (const AdvisoryPackage &wanted : advisory.packages)
    for (uint32_t index : packages.find(wanted.ecosystem, wanted.name)) {
      std::string_view version = packages.packages[index].version;
      if (std::ranges::find(versions, version) != versions.end()) continue;
      versions.push_back(version);
      all.push_back(judge_package(advisory, wanted, index, build, packages));
    }
  return all;
}

}  // namespace ldwhy
