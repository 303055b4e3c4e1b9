#include "input/asm_lexer.h"

namespace ldwhy::assembly {
namespace {

char comment_character(Format format, Arch arch) {
  switch (arch) {
    case Arch::Arm64:
    case Arch::Arm64e:
    case Arch::Arm64_32: return format == Format::MachO ? ';' : '\0';
    case Arch::Arm: return '@';
    case Arch::Avr:
    case Arch::Amdgpu: return ';';
    case Arch::Sparc:
    case Arch::Sparc64: return '!';
    default: return '#';
  }
}

bool is_letter(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || static_cast<unsigned char>(c) >= 0x80;
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == '\f' || c == '\v'; }

}  // namespace

Lexer::Lexer(std::string_view text, Format format, Arch arch)
    : text_(text), comment_(comment_character(format, arch)), at_in_names_(format == Format::Coff) {
  bool apple_arm = comment_ == ';' && format == Format::MachO;
  separator_ = apple_arm ? "%%" : comment_ == ';' ? "" : ";";
  advance();
}

bool Lexer::name_character(char c) const {
  return is_letter(c) || is_digit(c) || c == '_' || c == '.' || c == '$' || c == '?' || (c == '@' && at_in_names_);
}

bool Lexer::comment_starts() const {
  char c = current();
  if (c == comment_ && c != '\0') return true;
  // "#" first on a line is the preprocessor's, whatever the target.
  if (c == '#') return line_start_;
  return c == '/' && current(1) == '/';
}

bool Lexer::skip_blanks_and_comments() {
  while (at_ < text_.size()) {
    char c = text_[at_];
    if (is_blank(c)) {
      at_++;
    } else if (c == '/' && current(1) == '*') {
      size_t end = text_.find("*/", at_ + 2);
      size_t stop = end == text_.npos ? text_.size() : end + 2;
      for (; at_ < stop; at_++) line_ += text_[at_] == '\n';
    } else if (comment_starts()) {
      size_t end = text_.find('\n', at_);
      at_ = end == text_.npos ? text_.size() : end;
    } else {
      return c == '\n';
    }
  }
  return false;
}

void Lexer::advance() {
  bool line_ends = skip_blanks_and_comments();
  token_begin_ = at_;
  token_line_ = line_;
  token_ = {};
  if (at_ >= text_.size()) return;
  if (line_ends) {
    at_++;
    line_++;
    line_start_ = true;
    token_.kind = Token::Kind::Line;
    return;
  }
  line_start_ = false;
  if (!separator_.empty() && looking_at(separator_)) {
    at_ += separator_.size();
    token_.kind = Token::Kind::Line;
    return;
  }
  char c = text_[at_];
  if (c == '"') {
    size_t end = at_ + 1;
    while (end < text_.size() && text_[end] != '"') {
      if (text_[end] == '\\' && end + 1 < text_.size()) end++;
      line_ += text_[end] == '\n';
      end++;
    }
    token_ = {Token::Kind::Name, true, 0, text_.substr(at_ + 1, end - at_ - 1)};
    at_ = end < text_.size() ? end + 1 : end;
  } else if (c == '\'') {
    // 'x' or '\x'; GNU as does not ask for the closing quote.
    at_ += current(1) == '\\' ? 2 : 1;
    if (at_ < text_.size() && text_[at_] != '\n') at_++;
    if (current() == '\'') at_++;
    token_.kind = Token::Kind::Number;
  } else if (is_digit(c)) {
    while (is_letter(current()) || is_digit(current()) || current() == '.' || current() == '_') at_++;
    token_.kind = Token::Kind::Number;
  } else if (name_character(c) && c != '$') {
    while (name_character(current())) at_++;
    token_.kind = Token::Kind::Name;
  } else {
    at_++;
    token_.kind = Token::Kind::Sign;
    token_.sign = c;
  }
  if (!token_.quoted) token_.text = text_.substr(token_begin_, at_ - token_begin_);
}

std::string_view Lexer::take_word() {
  if (at_end_of_statement()) return {};
  size_t begin = token_begin_;
  size_t end = begin;
  while (!at_end_of_statement() && !is_sign(',')) {
    end = at_;
    advance();
  }
  std::string_view word = text_.substr(begin, end - begin);
  if (word.size() >= 2 && word.front() == '"' && word.back() == '"') word = word.substr(1, word.size() - 2);
  return word;
}

}  // namespace ldwhy::assembly
