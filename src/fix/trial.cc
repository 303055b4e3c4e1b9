#include "fix/trial.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "base/process.h"
#include "base/words.h"
#include "fix/build.h"
#include "fix/shadow.h"
#include "fix/validate.h"

namespace ldwhy {
namespace {

constexpr uint64_t most_bytes = 1ull << 30;    // of a project's sources
constexpr double build_seconds = 3600;

void remove_folder(const std::string &path) {
  std::error_code ignored;
  std::filesystem::remove_all(path, ignored);
}

}  // namespace

TrialYard::TrialYard(const Project &project, const ProjectOptions &options, std::vector<std::string> build_command)
    : project_(project), options_(options), build_command_(std::move(build_command)), scratch_("ldwhy-fix") {}

void TrialYard::attempt(Candidate &candidate, const Files &files) {
  Remedy &remedy = candidate.planned.remedy;
  if (!candidate.planned.refusal.empty() || !candidate.build || scratch_.path().empty()) return;
  // The same path each time: what a change leaves alone is not built again.
  std::string sources = join_path(scratch_.path(), "sources");
  remove_folder(sources);
  Result<std::string> copy = copy_project(project_.root, sources, output_folders(project_, files), most_bytes);
  std::optional<Problem> problem = copy ? apply_in_copy(candidate.planned.changes, project_.root, *copy) : copy.error();
  if (problem) {
    remedy.outcome = "not tried: " + to_string(*problem);
    return;
  }
  std::vector<std::vector<std::string>> commands = candidate.planned.commands_to_run;
  std::string build_folder = join_path(scratch_.path(), "build");
  if (candidate.build->system != "cargo") remove_folder(build_folder);
  // A build folder is not copied: its own commands would not find it.
  bool generated = candidate.build->system == "cmake" || candidate.build->system == "meson";
  for (std::vector<std::string> &command :
       build_commands(*candidate.build, generated ? std::vector<std::string>() : build_command_, build_folder))
    commands.push_back(std::move(command));
  BuildRun run =
      run_build_commands(commands, *copy, {"CARGO_TARGET_DIR=" + join_path(scratch_.path(), "target")}, build_seconds);
  auto is_own = [&](const std::string &symbol) {
    return std::ranges::find(candidate.symbols, symbol) != candidate.symbols.end();
  };
  if (run.passed) {
    look_at(run, *copy, candidate, files);
  } else if (run.link_failed && !candidate.symbols.empty() && !run.symbols.empty() &&
             std::ranges::none_of(run.symbols, is_own)) {
    remedy.verified = Verified::Passed;
    remedy.outcome = "built in a copy: this is gone; the link still fails for others";
  } else if (run.link_failed) {
    remedy.verified = Verified::Failed;
    remedy.outcome = run.reason;
  } else {
    // The build broke for another reason: that says nothing about the remedy.
    remedy.outcome = fmt::format("could not be tried here: {}: {}", run.failed_command, run.reason);
  }
}

// What was built, against the settings of the copy.
void TrialYard::look_at(const BuildRun &run, const std::string &copy, Candidate &candidate, const Files &files) const {
  Remedy &remedy = candidate.planned.remedy;
  remedy.verified = Verified::Passed;
  remedy.outcome = fmt::format("built in {:.0f} s", run.seconds);
  ProjectOptions options = options_;
  options.folder = copy;
  Project changed = read_project(options, files);
  const Build *build = find_build(changed, *candidate.build);
  for (const Validation &seen : validate(run, build ? *build : *candidate.build, nullptr, files))
    if (seen.state == State::NotMet) remedy.outcome += fmt::format("; but not: {} ({})", seen.text, seen.seen);
}

}  // namespace ldwhy
