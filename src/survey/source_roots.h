// Where the sources of a build are that runs in a folder of its own.
#pragma once

#include <string>
#include <vector>

#include "base/files.h"

namespace ldwhy {

// The folder itself, and the source folder that CMake, Meson or a configure script wrote down in
// it or in one above it.
std::vector<std::string> source_roots(const std::string &directory, const Files &files);

}  // namespace ldwhy
