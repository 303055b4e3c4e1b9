// Reads a project: which build systems it has, where it is built, and what is in force
// there. One file a build system (ProjectKind) and one a kind of CI file (SiteSource);
// list.cc holds both tables. Nothing of the project is run; of the tools on this machine
// only their versions are asked for.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/files.h"
#include "model/project.h"

namespace ldwhy {

struct ProjectOptions {
  std::string folder;                     // absolute; any folder of the project
  std::string home;                       // the user's home folder; empty: none
  std::vector<Variable> environment;      // this process's, place "environment"
  // What-if: in place of what the files and this machine say. Empty: not given.
  std::string target, profile, rustc, clang, linker;  // linker: NAME or NAME=VERSION
  bool ask_tools = true;                  // run `rustc -vV` and the like
};

// What the readers share.
struct ProjectContext {
  const ProjectOptions &options;
  const Files &files;
  std::string shown(const std::string &path, const Project &project) const;  // Place::file of a path
};

// A build system. `read` appends settings (as builds), packages, remarks and problems.
// sites are complete when it is called.
struct ProjectKind {
  const char *name;                                             // "cargo"
  // The folder that decides for `folder`, or nothing where there is no such project.
  std::optional<std::string> (*root)(const std::string &folder, const Files &files);
  void (*read)(const std::string &root, const ProjectContext &context, Project &project);
};
extern const ProjectKind cargo_kind, cmake_kind, meson_kind, make_kind;
std::span<const ProjectKind *const> project_kinds();

// A place where builds are described: GitHub workflows, GitLab, Dockerfiles, shell scripts.
struct SiteSource {
  const char *name;                                             // "github"
  void (*read)(const ProjectContext &context, Project &project);  // appends to sites
};
extern const SiteSource github_source, gitlab_source, dockerfile_source, script_source;
std::span<const SiteSource *const> site_sources();

Project read_project(const ProjectOptions &options, const Files &files);

}  // namespace ldwhy
