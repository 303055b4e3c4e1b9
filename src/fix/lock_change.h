// What cargo makes of Cargo.lock, found without touching the project.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "base/files.h"
#include "edit/journal.h"
#include "model/project.h"

namespace ldwhy {

// Runs the cargo commands in a mirror of the project with `changes` made; the lock file's change.
// The Problem's text is cargo's reason.
Result<FileChange> lock_change(const Project &project, const std::vector<FileChange> &changes,
                               const std::vector<std::vector<std::string>> &commands, bool offline);

}  // namespace ldwhy
