// CMakePresets.json and CMakeUserPresets.json: configure presets, with what they inherit.
#pragma once

#include <string>
#include <vector>

#include "project/cmake_project.h"

namespace ldwhy {

struct CMakePreset {
  std::string name, generator, build_folder;  // build_folder: absolute; empty: not known
  bool hidden = false;
  Place place;
  std::vector<CMakeCacheEntry> cache;  // the strongest of a name first
  std::vector<Variable> environment;
};

std::vector<CMakePreset> read_cmake_presets(const std::string &root, const std::vector<Variable> &environment,
                                            const std::string &host, const Files &files,
                                            std::vector<std::pair<Place, std::string>> &problems);

}  // namespace ldwhy
