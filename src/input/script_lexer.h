// Words and punctuation of GNU ld's languages (ld manual, "Linker Scripts"): linker scripts,
// version scripts and dynamic lists have the same comments and quoting, and differ in the
// characters that end a word.
#pragma once

#include <cstdint>
#include <string_view>

namespace ldwhy {

struct ScriptToken {
  enum class Kind : uint8_t { Word, Quoted, Punctuation, End };
  Kind kind = Kind::End;
  std::string_view text;  // without the quotes
  uint64_t offset = 0;    // from the start of the text

  bool is(std::string_view punctuation) const { return kind == Kind::Punctuation && text == punctuation; }
  bool is_word(std::string_view word) const { return kind == Kind::Word && text == word; }
  bool is_name() const { return kind == Kind::Word || kind == Kind::Quoted; }
};

class ScriptLexer {
 public:
  // Each of the `punctuation` characters is a token by itself and ends a word.
  ScriptLexer(std::string_view text, std::string_view punctuation) : text_(text), punctuation_(punctuation) {}

  const ScriptToken &peek() {
    if (!peeked_) {
      token_ = read();
      peeked_ = true;
    }
    return token_;
  }
  ScriptToken next() {
    ScriptToken token = peek();
    peeked_ = false;
    return token;
  }
  // Skips the next token where it is this punctuation.
  bool skip(std::string_view punctuation) {
    if (!peek().is(punctuation)) return false;
    peeked_ = false;
    return true;
  }

 private:
  ScriptToken read();
  void skip_blanks_and_comments();

  std::string_view text_;
  std::string_view punctuation_;
  size_t position_ = 0;
  ScriptToken token_;
  bool peeked_ = false;
};

}  // namespace ldwhy
