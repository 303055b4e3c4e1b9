// The CMake language, cmake-language(7): a file as its commands, each with line numbers.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/problem.h"

namespace ldwhy {

struct CMakeArgument {
  enum class Kind : uint8_t { Unquoted, Quoted, Bracket };
  Kind kind = Kind::Unquoted;
  std::string_view text;  // as written, without its quotes or brackets
  uint32_t line = 0;
  size_t begin = 0, end = 0;  // bytes, with its quotes or brackets
};

struct CMakeCommand {
  std::string name;                      // lower case
  std::vector<CMakeArgument> arguments;  // brackets inside a command are arguments "(" and ")"
  uint32_t line = 0;
  size_t begin = 0, end = 0;  // bytes, from the name to past the last bracket
};

// Views into `text`. The Problem's text starts with "line N: ".
Result<std::vector<CMakeCommand>> parse_cmake(std::string_view text);

}  // namespace ldwhy
