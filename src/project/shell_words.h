// The expansion of a shell's words, and its tests, with what is known and what is not.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "project/shell.h"

namespace ldwhy {

enum class Truth : uint8_t { No, Yes, Unknown };
Truth negated(Truth truth);

// A word's fields (POSIX 2.6): none, where an unquoted variable is empty.
std::vector<std::string> expand_word(std::string_view word, const Shell &shell);
// The same as one text, without splitting (2.6: assignments, redirections, `case`).
std::string expand_text(std::string_view word, const Shell &shell);
// The words between an array's brackets.
std::vector<std::string> expand_array(std::string_view text, const Shell &shell);

// `NAME=VALUE` or `NAME+=VALUE`, as a shell takes it for an assignment.
struct ShellAssignment {
  std::string name;
  std::string_view value;
  bool append = false;
};
bool read_assignment(std::string_view word, ShellAssignment &assignment);

// What `[`, `[[` and test say of their arguments, brackets taken off.
Truth test_truth(const std::vector<std::string> &arguments);

}  // namespace ldwhy
