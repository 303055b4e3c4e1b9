// Cargo's workspaces (The Cargo Book, "Workspaces"): the manifest that decides for a
// folder, and the members. What cargo stops at is a problem here, and the rest goes on.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/files.h"
#include "model/project.h"
#include "project/cargo_manifest.h"
#include "project/project.h"

namespace ldwhy {

// The folder of the manifest that decides for `folder`: the nearest one upward, or the root of
// the workspace that it belongs to.
std::optional<std::string> find_cargo_root(const std::string &folder, const Files &files);

struct CargoWorkspace {
  CargoManifest root;                  // its `file` is null where it could not be used
  std::vector<CargoManifest> members;  // packages, the root's among them, sorted by path
};
CargoWorkspace read_cargo_workspace(const std::string &root, const ProjectContext &context, Project &project);

}  // namespace ldwhy
