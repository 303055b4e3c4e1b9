// A call of make, taken apart.
#pragma once

#include <string>
#include <vector>

#include "base/files.h"
#include "model/project.h"

namespace ldwhy {

struct MakeCall {
  std::vector<std::string> goals, folders;  // -C, one in the other
  std::string file;                         // -f; empty: the usual names
  std::vector<Variable> variables;          // NAME=value on the command line
  bool environment_first = false;           // -e
};
MakeCall read_make_call(const std::vector<std::string> &argv, const Place &place);

// The makefile that make would read in `folder`; empty where there is none.
std::string find_makefile(const std::string &folder, const std::string &file, const Files &files);

}  // namespace ldwhy
