// The commands about whole projects: check, fix, advisory.
#include <algorithm>

#include <fmt/format.h>

#include "advisory/advisory.h"
#include "check/check.h"
#include "cli/common.h"
#include "fix/fix.h"
#include "project/environment.h"

namespace ldwhy {
namespace {

ProjectOptions project_options(const Options &options, const std::string &folder) {
  ProjectOptions project = options_from_environment(folder);
  project.target = options.target;
  project.profile = options.profile;
  project.rustc = options.rustc;
  project.clang = options.clang;
  project.linker = options.linker;
  return project;
}

// Something that a build system wrote: its folder, or one below it.
bool is_build_output(const std::string &folder, const std::string &root, const Files &files) {
  for (std::string at = folder; at.size() > root.size(); at = std::string(parent_path(at)))
    for (const char *mark : {"CACHEDIR.TAG", ".rustc_info.json", "CMakeCache.txt", "meson-info"})
      if (files.exists(join_path(at, mark))) return true;
  return false;
}

bool is_project(const std::string &folder, const Files &files) {
  return std::ranges::any_of(project_kinds(), [&](const ProjectKind *kind) {
    std::optional<std::string> root = kind->root(folder, files);
    return root && !is_build_output(folder, *root, files);
  });
}

// The request, or why it can't be met.
Result<CheckRequest> check_request(const Options &options, const Files &files) {
  std::vector<std::string> paths;
  for (const std::string &word : options.words) {
    std::string path = normal_path(join_path(current_directory(), word));
    if (!files.exists(path)) return std::unexpected(Problem{word, "", std::nullopt, "no such file or folder"});
    paths.push_back(std::move(path));
  }
  CheckRequest request;
  std::string folder = paths.empty() ? current_directory() : paths.front();
  bool objects = paths.size() > 1 || !files.is_directory(folder) || (!is_project(folder, files) && !paths.empty());
  request.project = project_options(options, objects ? current_directory() : folder);
  if (objects) request.files = paths;
  request.outputs = !options.no_outputs;
  request.lto = options.lto;
  return request;
}

}  // namespace

int check_command(const Options &options) {
  DiskFiles files;
  Result<AdvisoryBase> base = AdvisoryBase::load(options.advisories, files);
  if (!base) return complain(to_string(base.error()));
  Result<CheckRequest> request = check_request(options, files);
  if (!request) return complain(to_string(request.error()));
  CheckReport report = check(*request, *base, files).report;
  if (request->files.empty() && report.settings.empty() && report.files == 0 &&
      !is_project(request->project.folder, files))
    return complain(fmt::format(
        "{}: no project of a known kind here (Cargo, CMake, Meson, make), and no build described", report.root));
  ReportStyle style = style_for(options, stdout);
  if (!deliver(find_report_format(options.format)->render_check(report, style), options, stdout)) return unusable;
  bool affected = std::ranges::any_of(report.findings, [](const Finding &f) { return f.state == Affected::Affected; });
  return affected ? something_found : nothing_found;
}

int fix_command(const Options &options) {
  DiskFiles files;
  Result<AdvisoryBase> base = AdvisoryBase::load(options.advisories, files);
  if (!base) return complain(to_string(base.error()));
  Result<CheckRequest> check = check_request(options, files);
  if (!check) return complain(to_string(check.error()));
  if (!check->files.empty()) return complain("ldwhy fix takes a project's folder");
  FixRequest request;
  request.check = std::move(*check);
  request.build = options.trailing;
  request.try_remedies = options.try_remedies || options.all;
  request.try_all = options.all;
  request.apply = options.apply;
  request.dry_run = options.dry_run;
  request.build_after = !options.no_build;
  TrialOptions trials = trial_options(true);
  request.progress = trials.progress;
  std::string diff;
  Result<FixReport> report =
      options.undo ? undo_fix(request.check.project.folder, files) : fix(request, *base, files, diff);
  end_progress(trials);
  if (!report) return complain(to_string(report.error()));
  ReportStyle style = style_for(options, stdout);
  // A diff stands alone, so that it can be piped into `git apply`.
  std::string text = options.dry_run && options.format == "text"
                         ? diff
                         : find_report_format(options.format)->render_fix(*report, style);
  if (!deliver(text, options, stdout)) return unusable;
  bool failed = std::ranges::any_of(report->validation, [](const Validation &v) { return v.state == State::NotMet; });
  bool mended = report->applied >= 0 && !failed;
  return options.undo || mended || report->affected.empty() ? nothing_found : something_found;
}

int advisory_command(const Options &options) {
  Result<AdvisoryBase> base = AdvisoryBase::load(options.advisories, DiskFiles());
  if (!base) return complain(to_string(base.error()));
  if (!options.words.empty()) {
    const Advisory *advisory = base->find(options.words.front());
    if (!advisory) return complain(fmt::format("no advisory {} (ldwhy advisory lists them)", options.words.front()));
    return deliver(std::string(advisory->body), options, stdout) ? nothing_found : unusable;
  }
  std::string text;
  for (const Advisory &advisory : base->all()) text += fmt::format("{}  {}\n", advisory.id, advisory.title);
  return deliver(text, options, stdout) ? nothing_found : unusable;
}

}  // namespace ldwhy
