// Reads a build system's files, with a local site and others.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "project/project.h"

namespace ldwhy::testing {

inline Project read_kind(const ProjectKind &kind, const std::string &folder, const Files &files,
                         std::vector<Variable> environment = {}, std::vector<ToolCall> calls = {}) {
  ProjectOptions options;
  options.folder = folder;
  options.ask_tools = false;
  ProjectContext context{options, files};
  Project project;
  project.root = folder;
  BuildSite local;
  local.host = "x86_64-unknown-linux-gnu";
  local.environment = std::move(environment);
  project.sites.push_back(std::move(local));
  if (!calls.empty()) {
    BuildSite ci;
    ci.where = "ci";
    ci.host = "aarch64-apple-darwin";
    ci.calls = std::move(calls);
    project.sites.push_back(std::move(ci));
  }
  kind.read(folder, context, project);
  return project;
}

inline const Setting *setting_of(const Build &build, std::string_view name, std::string_view package = "") {
  for (const Setting &setting : build.settings)
    if (setting.name == name && setting.package == package) return &setting;
  return nullptr;
}

inline std::string value_of(const Build &build, std::string_view name, std::string_view package = "") {
  const Setting *setting = setting_of(build, name, package);
  return setting ? setting->source.value : "(none)";
}

}  // namespace ldwhy::testing
