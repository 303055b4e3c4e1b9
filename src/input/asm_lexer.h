// Tokens of assembly text in the syntax that LLVM and GNU as share (GNU as manual,
// chapter "Syntax"; LLVM's MCAsmInfo for what differs between targets). Serves
// asm_symbols.cc only.
#pragma once

#include <cstdint>
#include <string_view>

#include "model/target.h"

namespace ldwhy::assembly {

struct Token {
  enum class Kind : uint8_t {
    End,     // of the text
    Line,    // end of a statement: end of line or separator
    Name,    // identifier, or a quoted text (without its quotes)
    Number,  // also "1f", "0x10" and character constants
    Sign,    // any other character
  };
  Kind kind = Kind::End;
  bool quoted = false;
  char sign = 0;  // of a Sign
  std::string_view text;
};

class Lexer {
 public:
  Lexer(std::string_view text, Format format, Arch arch);

  const Token &peek() const noexcept { return token_; }
  Token take() {
    Token taken = token_;
    advance();
    return taken;
  }
  bool at_end_of_statement() const noexcept {
    return token_.kind == Token::Kind::Line || token_.kind == Token::Kind::End;
  }
  void skip_statement() {
    while (!at_end_of_statement()) advance();
  }
  bool is_sign(char c) const noexcept { return token_.kind == Token::Kind::Sign && token_.sign == c; }
  bool take_sign(char c) {
    if (!is_sign(c)) return false;
    advance();
    return true;
  }
  // Of the token that peek() shows, from 1.
  uint32_t line() const noexcept { return token_line_; }
  // Text from here to the next comma or end of the statement, blanks trimmed: for words with
  // characters that identifiers cannot have.
  std::string_view take_word();

 private:
  void advance();
  bool skip_blanks_and_comments();  // true where a line ended
  bool comment_starts() const;
  bool looking_at(std::string_view word) const { return text_.substr(at_).starts_with(word); }
  bool name_character(char c) const;
  char current(size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }

  std::string_view text_;
  size_t at_ = 0;  // behind token_
  size_t token_begin_ = 0;
  uint32_t line_ = 1;
  uint32_t token_line_ = 1;
  bool line_start_ = true;  // nothing but blanks before at_ on this line
  char comment_;            // character that begins a comment anywhere; 0: none
  std::string_view separator_;
  bool at_in_names_;  // COFF: "_f@8", "?f@@YAXXZ"
  Token token_;
};

}  // namespace ldwhy::assembly
