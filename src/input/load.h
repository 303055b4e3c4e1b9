// Opens all inputs of a link command, in parallel.
#pragma once

#include <string>
#include <vector>

#include "base/files.h"
#include "model/link.h"

namespace ldwhy {

// Maps every input of `command`, opens the objects and archive members in them,
// puts linker scripts' inputs in the place of the scripts, and completes the
// command's target from the first object where options did not say it. What cannot
// be read becomes a Problem of its input.
Link load_link(Command command, const Files &files);

// One file outside any link line: `ldwhy symbol NAME FILE…`, libraries on search paths.
Input load_file(const std::string &path, const Target &want, const Files &files);

}  // namespace ldwhy
