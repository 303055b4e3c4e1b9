// Words and operators of a shell script.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ldwhy {

struct ShellToken {
  enum class Kind : uint8_t { Word, Operator, Redirect, Newline, End };
  Kind kind = Kind::End;
  std::string_view text;     // as written, quotes and all; of a redirection the operator alone
  uint32_t line = 0;         // counted from 0
  std::string body;          // of `<<`: the here-document's text
  bool quoted_body = false;  // nothing in it is expanded
};

// POSIX.1-2017, Shell Command Language 2.3. The last token is End. Views into `script`.
std::vector<ShellToken> shell_tokens(std::string_view script);

// The end of what starts at `text[0] == '$'` (a name, ${…}, $(…), ${{ … }}), or of `…`, in bytes.
size_t expansion_length(std::string_view text);

}  // namespace ldwhy
