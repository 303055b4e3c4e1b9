// Reads the sites of a project that stands in memory.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "project/project.h"

namespace ldwhy::testing {

inline Project read_sites(const SiteSource &source, const MemoryFiles &files) {
  ProjectOptions options;
  options.folder = "/p";
  options.ask_tools = false;
  ProjectContext context{options, files};
  Project project;
  project.root = "/p";
  source.read(context, project);
  return project;
}

inline const BuildSite *find_site(const Project &project, std::string_view where) {
  for (const BuildSite &site : project.sites)
    if (site.where == where) return &site;
  return nullptr;
}

// The value that counts, or "(unset)".
inline std::string variable_of(const BuildSite &site, std::string_view name) {
  std::string value = "(unset)";
  for (const Variable &variable : site.environment)
    if (variable.name == name) value = variable.value;
  return value;
}

inline std::string tool_of(const BuildSite &site, const std::string &name) {
  auto found = site.tools.find(name);
  return found == site.tools.end() ? "(none)" : found->second.value;
}

// The calls, one a line: "[folder] words".
inline std::string calls_of(const BuildSite &site) {
  std::string all;
  for (const ToolCall &call : site.calls) {
    if (!call.directory.empty()) all += "[" + call.directory + "] ";
    for (size_t i = 0; i < call.argv.size(); ++i) all += (i ? " " : "") + call.argv[i];
    all += '\n';
  }
  return all;
}

inline std::vector<std::string> targets_of(const BuildSite &site) {
  std::vector<std::string> all;
  for (const Fact &target : site.targets) all.push_back(target.value);
  return all;
}

inline std::string names_of(const Project &project) {
  std::string all;
  for (const BuildSite &site : project.sites) all += site.where + "\n";
  return all;
}

}  // namespace ldwhy::testing
