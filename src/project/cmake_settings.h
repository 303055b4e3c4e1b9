// What a CMake project comes to for one build type: the settings of a Build.
#pragma once

#include "project/cmake_project.h"

namespace ldwhy {

// Fills in `settings` and, where it can be told, `target`. `compiler`: the one that runs.
void add_cmake_settings(const CMakeProject &project, const CMakeInput &input, Build &build);

}  // namespace ldwhy
