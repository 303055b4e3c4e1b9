// A copy of a project's sources to build in, so that a trial leaves the user's own files and
// target folder alone. Paths that lead out of the project ("../common", a configuration
// further up) work in it as they do in the original.
#pragma once

#include <string>
#include <vector>

#include "base/files.h"
#include "base/problem.h"
#include "edit/journal.h"

namespace ldwhy {

// Copies `root` into `scratch`, without version control, build outputs (`leave_out`, absolute paths)
// and what is larger than `most_bytes` in all. Returns the copy's path.
Result<std::string> copy_project(const std::string &root, const std::string &scratch,
                                 const std::vector<std::string> &leave_out, uint64_t most_bytes);

// Writes the changes, whose paths are under `root`, into the copy instead.
std::optional<Problem> apply_in_copy(const std::vector<FileChange> &changes, const std::string &root,
                                     const std::string &copy);

}  // namespace ldwhy
