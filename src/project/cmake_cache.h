// Build folders that CMake has configured: the values really in force.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "project/cmake_project.h"

namespace ldwhy {

struct CMakeBuildFolder {
  std::string folder;  // absolute
  std::vector<CMakeCacheEntry> cache;
  std::string home;                      // CMAKE_HOME_DIRECTORY: the project that it builds
  std::vector<std::string> build_types;  // one, or several of a generator that makes several
  std::string compiler_id;
  std::map<std::string, Fact> versions;  // "cmake", "gcc" or "clang"
};

// Reads FOLDER/CMakeCache.txt and what stands beside it. Nothing where there is none.
std::optional<CMakeBuildFolder> read_build_folder(const std::string &folder, const std::string &shown,
                                                  const Files &files);

// The build folders below a project's root, at most two levels down.
std::vector<std::string> find_build_folders(const std::string &root, const char *marker, const Files &files);

}  // namespace ldwhy
