// Comments are C's and, from "#" to the end of the line, the shell's. A comment or a quoted
// name that does not end takes the rest of the text.

#include "input/script_lexer.h"

#include <algorithm>

namespace ldwhy {
namespace {

constexpr std::string_view blanks = " \t\r\n\f\v";

}  // namespace

void ScriptLexer::skip_blanks_and_comments() {
  for (;;) {
    position_ = std::min(text_.find_first_not_of(blanks, position_), text_.size());
    std::string_view rest = text_.substr(position_);
    size_t end;
    if (rest.starts_with("/*")) {
      end = rest.find("*/", 2);
      if (end != rest.npos) end += 2;
    } else if (rest.starts_with('#')) {
      end = rest.find('\n');
    } else {
      return;
    }
    position_ = end == rest.npos ? text_.size() : position_ + end;
  }
}

ScriptToken ScriptLexer::read() {
  skip_blanks_and_comments();
  ScriptToken token;
  token.offset = position_;
  if (position_ == text_.size()) return token;
  char first = text_[position_];
  if (first == '"') {
    size_t end = std::min(text_.find('"', position_ + 1), text_.size());
    token.kind = ScriptToken::Kind::Quoted;
    token.text = text_.substr(position_ + 1, end - position_ - 1);
    position_ = std::min(end + 1, text_.size());
    return token;
  }
  size_t length = 1;
  if (punctuation_.find(first) != punctuation_.npos) {
    token.kind = ScriptToken::Kind::Punctuation;
  } else {
    token.kind = ScriptToken::Kind::Word;
    while (position_ + length < text_.size()) {
      char c = text_[position_ + length];
      if (c == '"' || blanks.find(c) != blanks.npos) break;
      // "::" belongs to C++ names, though one ":" ends a word in version scripts.
      bool scope = c == ':' && text_.substr(position_ + length).starts_with("::");
      if (!scope && punctuation_.find(c) != punctuation_.npos) break;
      length += scope ? 2 : 1;
    }
  }
  token.text = text_.substr(position_, length);
  position_ += length;
  return token;
}

}  // namespace ldwhy
