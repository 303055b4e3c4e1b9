// What a shell script would do to a build, without running it: which variables it exports,
// which commands it calls with which words, in which folder.
//
// POSIX.1-2017, Shell Command Language, as far as build scripts go, with bash's `[[`, arrays
// and `+=`. Nothing is executed. A reference to something that is not known ($X never set here,
// $(command), ${{ … }}) stays in the word as written, so a `$` in a word means "not known".
// What stands under a condition that cannot be decided is read as if it ran, but variables that it
// sets are not known afterwards.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/function_ref.h"
#include "model/project.h"

namespace ldwhy {

// True where an expansion was left as written.
bool has_unknown(std::string_view text);

// Shell patterns: `*`, `?` and `[…]`; linear but for many stars.
bool glob_match(std::string_view pattern, std::string_view text);

struct ShellVariable {
  std::vector<std::string> words;  // one, but for arrays
  Place place;
  bool exported = false;
  bool given = false;  // by the caller of the script, unchanged so far
  bool known = true;
  std::string value() const;
};

struct ShellCommand {
  std::vector<std::string> argv;      // expanded
  std::vector<Variable> environment;  // exported by the script, and set before the command's name
  std::string directory;
  std::string output;  // the file that its output goes to; empty: none
  std::string input;   // text of a here-document
  Place place;
  bool certain = true;  // false: under a condition that could not be decided
};

class Shell {
 public:
  using Sink = FunctionRef<void(Shell &, const ShellCommand &)>;
  std::map<std::string, ShellVariable> variables;
  std::vector<std::string> arguments;  // $1, $2, …
  bool arguments_known = false;        // else $1 is "not known", not empty
  std::string directory;               // from the project's root; empty: the root
  size_t steps = 20'000;               // commands left, over all scripts and loops
  size_t depth = 0;                    // scripts inside scripts

  // A variable of the environment that the script starts in.
  void give(const Variable &variable);
  // Reads a script whose first line is `first`; `sink` gets every command in order. May be called
  // from a sink (a script that sources another).
  void run(std::string_view script, const Place &first, Sink sink);
};

// Rewrites PowerShell's and cmd's most common forms ($env:X = "y", a backtick at a line's end, %X%,
// set X=y) to a POSIX shell's, line by line, so that one reader does for all.
std::string from_powershell(std::string_view script);
std::string from_cmd(std::string_view script);

}  // namespace ldwhy
