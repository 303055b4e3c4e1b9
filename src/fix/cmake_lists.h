// The CMakeLists.txt files of a project, read for the commands that make its targets.
#pragma once

#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "project/cmake_language.h"

namespace ldwhy {

struct CMakeList {
  std::string path;
  FileRef file;
  std::string_view text;
  std::vector<CMakeCommand> commands;

  std::string_view argument(const CMakeCommand &command, size_t number) const {
    return number < command.arguments.size() ? command.arguments[number].text : std::string_view();
  }
};

// Build folders are left out.
std::vector<CMakeList> read_cmake_lists(const std::string &root, const Files &files);

// Whether the command's first argument names the target, also as "${PROJECT_NAME}" or another
// variable that is set once.
bool names_target(const CMakeCommand &command, std::string_view target, const std::vector<CMakeList> &lists);

struct CMakeTarget {
  const CMakeList *list = nullptr;
  const CMakeCommand *maker = nullptr;   // add_executable or add_library
};
// The command that makes a target, or why it is not certain.
std::expected<CMakeTarget, std::string> find_cmake_target(std::string_view target, const std::vector<CMakeList> &lists);

}  // namespace ldwhy
