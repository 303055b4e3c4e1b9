// Cargo.lock, versions 1 to 4 (The Cargo Book, "Cargo.toml vs Cargo.lock"; the format is
// described by cargo's own encoder). Packages with their dependencies as indexes.
#pragma once

#include <string>

#include "project/cargo_workspace.h"

namespace ldwhy {

// Fills Project::packages, with what the members' manifests ask of them.
void read_cargo_lock(const CargoWorkspace &workspace, const ProjectContext &context, Project &project);

}  // namespace ldwhy
