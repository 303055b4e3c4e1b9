#include "check/check.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "check/machine_tools.h"
#include "check/objects.h"

namespace ldwhy {
namespace {

// The project's folder as its repository sees it: "" or "a/b/".
std::string below_repository(const std::string &root, const Files &files) {
  for (std::string folder = root; folder.size() > 1; folder = std::string(parent_path(folder))) {
    if (!files.exists(join_path(folder, ".git"))) continue;
    return folder == root ? "" : root.substr(folder.size() + 1) + "/";
  }
  return "";
}

void look_into(const std::vector<std::string> &paths, const std::string &shown_root, const CheckRequest &request,
               const Files &files, CheckReport &report) {
  if (paths.empty()) return;
  ObjectsRequest objects;
  objects.paths = paths;
  objects.shown_root = shown_root;
  objects.target = request.project.target;
  objects.lto = request.lto;
  // "ld64.lld=19.1.7": whose LLVM will read bitcode.
  std::string_view linker = request.project.linker;
  size_t equals = linker.find('=');
  objects.linker = linker.substr(0, equals);
  if (equals != linker.npos && linker.find("lld") != linker.npos) objects.reader_llvm = linker.substr(equals + 1);
  ObjectsResult result = check_objects(objects, files);
  report.files = result.files;
  std::ranges::move(result.findings, std::back_inserter(report.findings));
  std::ranges::move(result.problems, std::back_inserter(report.problems));
}

// Each setting once for a site, however many builds share it.
void list_settings(const Project &project, CheckReport &report) {
  std::set<std::string> seen;
  for (const Build &build : project.builds)
    for (const Setting &setting : build.settings) {
      std::string key = fmt::format("{}\n{}\n{}\n{}\n{}", build.where, setting.name, setting.profile, setting.target,
                                    setting.package);
      if (seen.insert(std::move(key)).second) report.settings.push_back({build.where, setting});
    }
}

// What the project's files say goes before what this machine has; a build for another target has
// tools of its own.
void add_machine_tools(Project &project, CheckReport &report) {
  if (project.sites.empty()) return;
  const std::string &host = project.sites.front().host;
  for (std::pair<std::string, Fact> &tool : machine_tools()) {
    for (Build &build : project.builds)
      if (build.where == "local" && (build.target.empty() || build.target == host))
        build.versions.try_emplace(tool.first, tool.second);
    report.toolchain.push_back(std::move(tool));
  }
}

void list_toolchain(const Project &project, CheckReport &report) {
  if (project.sites.empty()) return;
  if (const std::string &host = project.sites.front().host; !host.empty())
    report.toolchain.insert(report.toolchain.begin(), {"host", {host, {}}});
  std::set<std::string> seen;
  for (const auto &[tool, version] : report.toolchain) seen.insert(tool + version.value);
  for (const Build &build : project.builds)
    for (const auto &[tool, version] : build.versions)
      if (build.where == "local" && seen.insert(tool + version.value).second)
        report.toolchain.push_back({tool, version});
}

void sort_findings(std::vector<Finding> &findings) {
  std::ranges::stable_sort(findings, {}, [](const Finding &finding) {
    return finding.state == Affected::Affected ? 0 : finding.state == Affected::Unknown ? 1 : 2;
  });
}

}  // namespace

std::vector<std::string> output_folders(const Project &project, const Files &files) {
  std::set<std::string> folders;
  for (const Build &build : project.builds)
    if (const Setting *setting = build.find("target-dir"); setting && build.where == "local")
      folders.insert(join_path(project.root, setting->source.value));
  for (const std::string &name : files.list(project.root)) {
    std::string folder = join_path(project.root, name);
    for (const char *mark : {"CMakeCache.txt", "build.ninja", "meson-info"})
      if (files.exists(join_path(folder, mark))) folders.insert(folder);
  }
  std::erase_if(folders, [&](const std::string &folder) { return !files.is_directory(folder); });
  return {folders.begin(), folders.end()};
}

Checked check(const CheckRequest &request, const AdvisoryBase &base, const Files &files) {
  Checked checked;
  CheckReport &report = checked.report;
  report.root = request.project.folder;
  if (!request.files.empty()) {
    look_into(request.files, request.project.folder, request, files, report);
    sort_findings(report.findings);
    return checked;
  }
  Project &project = checked.project = read_project(request.project, files);
  if (request.project.ask_tools) add_machine_tools(project, report);
  report.root = project.root;
  report.below = below_repository(project.root, files);
  report.systems = project.systems;
  report.packages = project.packages.packages.size();
  report.remarks = project.remarks;
  report.problems = project.problems;
  list_toolchain(project, report);
  list_settings(project, report);
  report.findings = judge_builds(project, base);
  for (Remark &remark : compare_sites(project)) report.remarks.push_back(std::move(remark));
  if (request.outputs) look_into(output_folders(project, files), project.root, request, files, report);
  sort_findings(report.findings);
  return checked;
}

}  // namespace ldwhy
