#include "pipeline/advisories.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "advisory/advisory.h"
#include "model/target.h"
#include "name/name.h"
#include "project/environment.h"
#include "project/project.h"

namespace ldwhy {
namespace {

struct Match {
  const Advisory *advisory;
  const Complaint *complaint;
};

std::vector<Match> match_all(const AdvisoryBase &base, const LinkReport &report) {
  Format format = report.flavor == "darwin" ? Format::MachO : report.flavor == "coff" ? Format::Coff : Format::Elf;
  std::vector<Match> matches;
  for (const Complaint &complaint : report.messages) {
    if (complaint.severity != Severity::Error) continue;
    std::string shown = complaint.symbol.empty() ? "" : demangle(complaint.symbol, format);
    for (const Advisory *advisory : match_signatures(base, complaint, shown)) {
      bool known = std::ranges::any_of(
          matches, [&](const Match &m) { return m.advisory == advisory && m.complaint->symbol == complaint.symbol; });
      if (!known) matches.push_back({advisory, &complaint});
    }
  }
  return matches;
}

// As projects name targets: Rust's triples for Apple's systems, which linkers spell otherwise.
std::string project_triple(const std::string &triple) {
  Target target = target_from_triple(triple);
  std::string arch = target.arch == Arch::Arm64 ? "aarch64" : std::string(arch_name(target.arch));
  switch (target.platform) {
    case Platform::MacOS: return arch + "-apple-darwin";
    case Platform::IOS: return arch + "-apple-ios";
    case Platform::IOSSimulator: return arch + "-apple-ios-sim";
    default: return triple;
  }
}

// "ld64.lld-22" is ld64.lld; "ld.bfd" is ld.
std::string linker_name(const std::string &program) {
  std::string_view name = program;
  size_t dash = name.rfind('-');
  if (dash != name.npos && name.find_first_not_of("0123456789", dash + 1) == name.npos) name = name.substr(0, dash);
  if (name == "ld.bfd") return "ld";
  if (name == "ld.gold" || name == "ld.mold") return std::string(name.substr(3));
  return std::string(name);
}

// What the link itself shows goes before what the project's files say.
Build complete(Build build, const LinkReport &report) {
  if (build.target.empty()) build.target = project_triple(report.target);
  if (!report.lto.empty() && report.lto != "none") {
    std::erase_if(build.settings, [](const Setting &setting) { return setting.name == "lto"; });
    build.settings.push_back(
        {.name = "lto", .source = {report.lto == "full" ? "fat" : report.lto, {}, "the inputs of the link", ""}});
  }
  if (!report.linker.empty()) {
    std::erase_if(build.settings, [](const Setting &setting) { return setting.name == "linker"; });
    build.settings.push_back(
        {.name = "linker", .source = {linker_name(report.linker), {}, "the link's own command", ""}});
    if (!report.linker_version.empty()) build.versions[linker_name(report.linker)] = {report.linker_version, {}};
  }
  return build;
}

// A log from elsewhere: its linker does not make programs for this build's target. The settings
// may be the same there, the target is not known.
bool made_elsewhere(const Build &build, const LinkReport &report) {
  if (build.target.empty() || report.flavor.empty()) return false;
  bool apple = build.target.find("-apple-") != std::string::npos,
       windows = build.target.find("windows") != std::string::npos;
  return report.flavor == "darwin" ? !apple : report.flavor == "coff" ? !windows : apple || windows;
}

// The link may have been any of the project's builds: those for its target count, where one is.
std::vector<Build> possible_builds(const Project &project, const LinkReport &report) {
  std::vector<Build> builds;
  Target wanted = target_from_triple(report.target);
  for (Build build : project.builds) {
    if (build.where != "local") continue;
    if (made_elsewhere(build, report)) build.target.clear();
    if (!build.target.empty() && !report.target.empty() &&
        !difference(wanted, target_from_triple(build.target)).empty())
      continue;
    builds.push_back(complete(build, report));
  }
  if (builds.empty()) builds.push_back(complete({.where = "local"}, report));
  return builds;
}

// The best that can be said over all builds; nothing: the advisory cannot be meant.
std::optional<Affected> judge_match(const Advisory &advisory, const std::vector<Build> &builds,
                                    const Project &project) {
  // Without a lock file the packages are not known, and the words have to do.
  bool locked = !project.packages.packages.empty();
  std::optional<Affected> best;
  for (const Build &build : builds)
    for (const Judged &judged : judge(advisory, build, project.packages)) {
      if (judged.state == Affected::NotAffected) continue;
      if (!best || judged.state == Affected::Affected) best = judged.state;
    }
  if (!best && !locked && !advisory.packages.empty()) best = Affected::Unknown;
  return best;
}

bool covers(const Diagnosis &diagnosis, const Complaint &complaint) {
  if (complaint.symbol.empty()) return diagnosis.symbols.empty();
  return std::ranges::any_of(diagnosis.symbols, [&](const SymbolName &symbol) {
    return symbol.name == complaint.symbol || symbol.demangled == complaint.symbol;
  });
}

Diagnosis diagnosis_from(const Match &match, Affected state) {
  const Advisory &advisory = *match.advisory;
  Diagnosis diagnosis;
  diagnosis.cause = advisory.cause;
  // Words alone prove nothing, and neither do versions.
  diagnosis.certainty = state == Affected::Affected ? Certainty::Likely : Certainty::Possible;
  if (!match.complaint->symbol.empty()) diagnosis.symbols.push_back({match.complaint->symbol, match.complaint->symbol});
  diagnosis.summary = fmt::format("known bug {}: {}", advisory.id, advisory.title);
  diagnosis.evidence.push_back({"message", "", "", match.complaint->text, {}});
  for (const AdvisoryRemedy &known : advisory.remedies) {
    Remedy &remedy = diagnosis.remedies.emplace_back();
    remedy.id = known.id;
    remedy.title = known.title;
    remedy.cost = known.cost;
  }
  diagnosis.next = fmt::format("ldwhy advisory {}", advisory.id);
  return diagnosis;
}

}  // namespace

void name_advisories(LinkReport &report, const std::string &directory, const Files &files) {
  Result<AdvisoryBase> base = AdvisoryBase::load("", files);
  if (!base) return;
  std::vector<Match> matches = match_all(*base, report);
  if (matches.empty()) return;
  Project project;
  if (!directory.empty() && files.is_directory(directory))
    project = read_project(options_from_environment(directory), files);
  std::vector<Build> builds = possible_builds(project, report);
  for (const Match &match : matches) {
    std::optional<Affected> state = judge_match(*match.advisory, builds, project);
    if (!state) continue;
    bool covered = false;
    for (Diagnosis &diagnosis : report.diagnoses) {
      if (!covers(diagnosis, *match.complaint)) continue;
      covered = true;
      if (std::ranges::find(diagnosis.advisories, match.advisory->id) == diagnosis.advisories.end())
        diagnosis.advisories.push_back(match.advisory->id);
    }
    if (!covered) report.diagnoses.push_back(diagnosis_from(match, *state));
  }
  if (!report.diagnoses.empty()) report.status = Status::Diagnosed;
}

}  // namespace ldwhy
