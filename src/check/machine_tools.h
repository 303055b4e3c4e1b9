// The compilers and linkers of this machine, as a build here would find them.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "model/project.h"

namespace ldwhy {

// Name and version, and the path as the place: "gcc" 12.2.0, "clang" 14.0.6, "ld" 2.40, "ld.lld", "mold",
// on macOS "macos-sdk" and "xcode". What is not there is not in the list.
std::vector<std::pair<std::string, Fact>> machine_tools();

}  // namespace ldwhy
