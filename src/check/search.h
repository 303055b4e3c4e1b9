// Finding build outputs below a folder, and which of them belong together.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "check/outputs.h"

namespace ldwhy {

// Files below `folder` whose names are those of objects, archives, libraries or bitcode. Depth,
// folders and files are bounded, loops of links are not followed; `cut` is set where a bound
// was met. Work files of incremental builds and cargo's second names of its outputs are left out.
std::vector<std::string> find_outputs(const std::string &folder, const Files &files, bool &cut);

// Sorts folders into groups.
class Grouping {
 public:
  Grouping(std::vector<OutputGroup> &groups, const Files &files, std::string shown_root);
  uint32_t group_of_folder(const std::string &folder);
  uint32_t given();

 private:
  struct CargoRoot {
    std::string folder;   // empty: none
    std::string host, rustc;
  };
  const CargoRoot &cargo_root(const std::string &folder);
  const std::string &cmake_root(const std::string &folder);
  OutputGroup describe(const std::string &folder);
  OutputGroup describe_cargo(const std::string &folder, const CargoRoot &root);
  uint32_t add(OutputGroup group);

  std::vector<OutputGroup> &groups_;
  const Files &files_;
  std::string shown_root_;
  std::map<std::string, uint32_t> by_key_;
  std::map<std::string, uint32_t> by_folder_;
  std::map<std::string, CargoRoot> cargo_roots_;
  std::map<std::string, std::string> cmake_roots_;
};

std::string shown_path(const std::string &path, const std::string &root);

}  // namespace ldwhy
