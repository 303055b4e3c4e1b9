// Values of CMake's variables while a project is read: what is known of each, and where each
// part of it stands.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "project/cmake_language.h"
#include "project/flags.h"
#include "project/shell_words.h"

namespace ldwhy {

struct CMakeValue {
  FlagText pieces;
  bool known = true;  // false: set under a condition that could not be decided, or by something not read

  std::string text() const { return joined(pieces); }
};

// The variables of one directory, function or block, and the cache behind them (cmake-language(7),
// "Variables").
class CMakeVariables {
 public:
  std::map<std::string, CMakeValue> normal;
  std::map<std::string, CMakeValue> cache;
  std::map<std::string, std::string> environment;

  const CMakeValue *find(const std::string &name) const;
  // ${…} put in. What is not known stays as written.
  FlagText expand(std::string_view text, const SettingSource &source) const;
  // The arguments of a command: unquoted ones split at semicolons, and gone where empty.
  std::vector<FlagText> arguments(const CMakeCommand &command, const SettingSource &source) const;

  // The condition of if(): no command is run, no file looked at.
  Truth truth(const std::vector<CMakeArgument> &condition) const;
  // Whether a variable that is set nowhere is surely not set: no command of the project's may have
  // set it behind our back.
  bool surely_unset(const std::string &name) const;
  std::map<std::string, bool> touched;  // names that commands not known here were given

 private:
  mutable size_t left_ = 64 << 20;  // bytes that all expansions together may still make
  void expand_into(std::string_view text, const SettingSource &source, int depth, size_t &budget, FlagText &out) const;
};

// CMake's own constants: ON, YES, TRUE, Y, a number; OFF, NO, FALSE, N, IGNORE, NOTFOUND, "".
Truth cmake_constant(std::string_view text);

// Generator expressions in a flag, for one build type and language, cmake-generator-expressions(7).
struct GeneratorContext {
  std::string config, language, compiler_id;
};
FlagText evaluate_generator(const FlagText &text, const GeneratorContext &context);

}  // namespace ldwhy
