#include "project/project.h"

#include <utility>

#include "project/toolchain.h"

namespace ldwhy {
namespace {

// What-if versions stand in every build, whatever its files say.
void add_what_ifs(const ProjectOptions &options, Project &project) {
  const Place place{"command line", 0};
  size_t equals = options.linker.find('=');
  for (Build &build : project.builds) {
    if (!options.clang.empty()) build.versions["clang"] = {options.clang, place};
    if (equals != std::string::npos)
      build.versions[options.linker.substr(0, equals)] = {options.linker.substr(equals + 1), place};
  }
}

}  // namespace

std::string ProjectContext::shown(const std::string &path, const Project &project) const {
  if (project.root.empty() || !path.starts_with(project.root)) return path;
  if (path.size() == project.root.size()) return ".";
  if (project.root == "/") return path.substr(1);
  return path[project.root.size()] == '/' ? path.substr(project.root.size() + 1) : path;
}

Project read_project(const ProjectOptions &options, const Files &files) {
  ProjectContext context{options, files};
  Project project;
  std::vector<std::pair<const ProjectKind *, std::string>> found;
  for (const ProjectKind *kind : project_kinds())
    if (std::optional<std::string> root = kind->root(options.folder, files)) found.emplace_back(kind, *root);
  project.root = found.empty() ? options.folder : found.front().second;

  BuildSite &local = project.sites.emplace_back();
  local.host = machine_triple();
  local.environment = options.environment;
  for (const SiteSource *source : site_sources()) source->read(context, project);
  for (const auto &[kind, root] : found) kind->read(root, context, project);
  add_what_ifs(options, project);
  return project;
}

}  // namespace ldwhy
