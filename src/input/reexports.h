// Libraries that a Mach-O library re-exports.
#pragma once

#include "base/files.h"
#include "model/link.h"

namespace ldwhy {

// Opens what the shared libraries of a link re-export and their own files do not hold, and adds
// each as a further member of the library that re-exports it. What is not found becomes a member
// without an object.
void add_reexported(std::vector<Input> &inputs, const Command &command, const Files &files);

}  // namespace ldwhy
