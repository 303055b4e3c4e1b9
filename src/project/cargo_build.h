// One way of building a cargo project, put together: which settings are in force for a call
// of cargo, a profile and a target.
#pragma once

#include <string>
#include <vector>

#include "model/project.h"
#include "project/cargo_call.h"
#include "project/cargo_config.h"
#include "project/cargo_workspace.h"

namespace ldwhy {

struct CargoRequest {
  const BuildSite *site = nullptr;
  const CargoCall *call = nullptr;  // its profile and variables count; never null
  const CargoConfig *config = nullptr;
  const CargoEnvironment *environment = nullptr;
  std::string target;
  bool target_named = false;   // then scripts and macros are built apart
  std::string what_if_linker;  // NAME, or NAME=VERSION
};

// Nothing where the profile is not defined; a problem says so.
std::optional<Build> make_cargo_build(const CargoRequest &request, const CargoWorkspace &workspace, Project &project);

// What holds for every build: kinds of crates, and what build scripts link.
std::vector<Setting> workspace_settings(const CargoWorkspace &workspace, const ProjectContext &context,
                                        Project &project);

}  // namespace ldwhy
