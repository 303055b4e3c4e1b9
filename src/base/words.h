// Command lines as text: words out of a line, and back. POSIX shell quoting (POSIX.1-2017,
// Shell Command Language 2.2), without expansions; the double-quoted words that `clang -###`
// and rustc print are in it, since both escape with backslashes. Response files are
// written in the same way (GCC manual, "@file").
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ldwhy {

// Words are split at blanks and line ends; a backslash before a line end joins lines.
// A quote that is never closed reaches to the end.
std::vector<std::string> split_words(std::string_view text);

// The inverse, for a command that can be pasted into a shell.
std::string quote_words(const std::vector<std::string> &words);

}  // namespace ldwhy
