// The part of YAML 1.2 in which text stubs are written: documents ("---", "..."), each a block
// mapping whose values are scalars, lists of scalars (in brackets over any number of lines, or
// with dashes) or dashed lists of mappings, which hold scalars and lists of scalars. Anything
// else (anchors, tags inside, folded text, deeper nesting) stands in no stub and is refused.
// The depth being fixed, nothing here recurses on input; each byte is looked at a bounded
// number of times.
#include "input/yaml_subset.h"

#include <fmt/format.h>

namespace ldwhy::stub {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

bool is_key_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

class Reader {
 public:
  Reader(Bytes bytes, std::deque<std::string> &owned) : bytes_(bytes), text_(bytes.text()), owned_(owned) {
    if (text_.starts_with("\xef\xbb\xbf")) at_ = line_start_ = 3;
  }

  std::vector<YamlDocument> read() {
    std::vector<YamlDocument> documents;
    for (to_content(); !at_end(); to_content()) documents.push_back(document());
    return documents;
  }

 private:
  bool at_end() const { return at_ >= text_.size(); }
  // NUL at the end, which no construct accepts.
  char peek(size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  size_t column() const { return at_ - line_start_; }
  [[noreturn]] void fail(const char *expected) const {
    bytes_.fail(at_, fmt::format("expected {} in a text stub", expected));
  }

  bool gap_ahead(size_t ahead) const {
    return at_ + ahead >= text_.size() || is_blank(peek(ahead)) || peek(ahead) == '\n';
  }
  bool at_dash() const { return peek() == '-' && gap_ahead(1); }
  bool at_marker() const {
    return column() == 0 && gap_ahead(3) && (text_.substr(at_, 3) == "---" || text_.substr(at_, 3) == "...");
  }
  // Whether a block ends here that holds entries from `indent` on.
  bool block_ends(size_t indent) const { return at_end() || at_marker() || column() < indent; }
  bool at_key() const {
    size_t length = 0;
    while (is_key_character(peek(length))) ++length;
    return length > 0 && peek(length) == ':' && gap_ahead(length + 1);
  }

  void skip_blanks() {
    while (is_blank(peek())) ++at_;
  }
  void skip_comment() {
    if (peek() == '#' && (column() == 0 || is_blank(text_[at_ - 1])))
      while (!at_end() && peek() != '\n') ++at_;
  }
  // To the next character that is not space or comment, over as many lines as it takes.
  void to_content() {
    for (;;) {
      skip_blanks();
      skip_comment();
      if (peek() != '\n') return;
      line_start_ = ++at_;
    }
  }
  bool at_line_end() {
    skip_blanks();
    skip_comment();
    return at_end() || peek() == '\n';
  }

  YamlDocument document() {
    YamlDocument document;
    document.offset = bytes_.file_offset() + at_;
    if (!at_marker() || peek() != '-') fail("the start of a document (---)");
    at_ += 3;
    if (!at_line_end()) {
      document.tag = plain_scalar(false);
      if (!at_line_end()) fail("the end of the line after a document's tag");
    }
    for (to_content(); !at_end() && !at_marker(); to_content()) {
      if (column() != 0) fail("a key at the start of a line");
      std::string_view name = key();
      document.content.push_back({name, value(0, true)});
    }
    if (peek() == '.') at_ += 3;
    return document;
  }

  std::string_view key() {
    if (!at_key()) fail("a key with a colon");
    size_t length = text_.find(':', at_) - at_;
    std::string_view name = text_.substr(at_, length);
    at_ += length + 1;
    return name;
  }

  // `indent` is the column of the key that the value belongs to.
  YamlValue value(size_t indent, bool mappings_allowed) {
    YamlValue value;
    if (at_line_end()) {
      to_content();
      if (block_ends(indent)) return value;
      if (at_dash()) return dashed_list(mappings_allowed);
      if (column() == indent) return value;
      if (at_key()) fail("a value that is no mapping");
    }
    if (peek() == '[') {
      bracketed_list(value.list);
    } else {
      value.scalar = scalar(false);
    }
    if (!at_line_end()) fail("the end of the line after a value");
    return value;
  }

  YamlValue dashed_list(bool mappings_allowed) {
    YamlValue value;
    size_t dashes = column();
    for (;;) {
      ++at_;
      to_content();
      if (column() <= dashes || at_end()) fail("an entry after a dash");
      if (at_key()) {
        if (!mappings_allowed) fail("a scalar");
        value.mappings.push_back(mapping());
      } else {
        value.list.push_back(scalar(false));
        if (!at_line_end()) fail("the end of the line after a list's entry");
      }
      to_content();
      if (block_ends(dashes) || (column() == dashes && !at_dash())) return value;
      if (column() != dashes) fail("a list's next entry under the one before");
    }
  }

  YamlMapping mapping() {
    YamlMapping mapping;
    size_t indent = column();
    do {
      std::string_view name = key();
      mapping.push_back({name, value(indent, false)});
      to_content();
    } while (!block_ends(indent) && column() == indent);
    return mapping;
  }

  void bracketed_list(std::vector<std::string_view> &list) {
    ++at_;
    for (to_content(); peek() != ']'; to_content()) {
      list.push_back(scalar(true));
      to_content();
      if (peek() == ',') ++at_;
      else if (peek() != ']') fail("a comma or the end of the list");
    }
    ++at_;
  }

  std::string_view scalar(bool in_brackets) {
    if (peek() == '\'') return single_quoted();
    if (peek() == '"') return double_quoted();
    if (at_dash() || std::string_view("[]{},&*!|>%@`#").find(peek()) != std::string_view::npos || at_end())
      fail("a plain or quoted word");
    return plain_scalar(in_brackets);
  }

  std::string_view plain_scalar(bool in_brackets) {
    size_t start = at_, end = at_;
    for (; !at_end() && peek() != '\n'; ++at_) {
      char c = peek();
      if (in_brackets && (c == ',' || c == '[' || c == ']' || c == '{' || c == '}')) break;
      if (is_blank(c)) continue;
      if (c == '#' && at_ > start && is_blank(text_[at_ - 1])) break;
      end = at_ + 1;
    }
    return text_.substr(start, end - start);
  }

  std::string_view single_quoted() {
    size_t start = ++at_;
    bool doubled = false;
    for (; peek() != '\'' || peek(1) == '\''; ++at_) {
      if (at_end() || peek() == '\n') fail("a closing quote");
      if (peek() == '\'') doubled = true, ++at_;
    }
    std::string_view inside = text_.substr(start, at_ - start);
    ++at_;
    if (!doubled) return inside;
    std::string &plain = owned_.emplace_back();
    for (size_t i = 0; i < inside.size(); ++i) {
      plain += inside[i];
      if (inside[i] == '\'') ++i;
    }
    return plain;
  }

  std::string_view double_quoted() {
    size_t start = ++at_;
    while (peek() != '"' && peek() != '\\') {
      if (at_end() || peek() == '\n') fail("a closing quote");
      ++at_;
    }
    if (peek() == '"') return text_.substr(start, at_++ - start);
    std::string &plain = owned_.emplace_back(text_.substr(start, at_ - start));
    while (peek() != '"') {
      if (at_end() || peek() == '\n') fail("a closing quote");
      plain += peek() == '\\' ? escape() : peek();
      ++at_;
    }
    ++at_;
    return plain;
  }

  // Leaves the position on the last character of the escape.
  char escape() {
    ++at_;
    switch (peek()) {
      case '\\': return '\\';
      case '"': return '"';
      case '/': return '/';
      case 't': return '\t';
      case 'n': return '\n';
      case 'x': {
        int high = hex_digit(peek(1)), low = hex_digit(peek(2));
        if (high < 0 || low < 0) break;
        at_ += 2;
        return static_cast<char>(high * 16 + low);
      }
    }
    fail("a known escape");
  }

  Bytes bytes_;
  std::string_view text_;
  std::deque<std::string> &owned_;
  size_t at_ = 0;
  size_t line_start_ = 0;
};

}  // namespace

std::vector<YamlDocument> read_documents(Bytes bytes, std::deque<std::string> &owned) {
  return Reader(bytes, owned).read();
}

}  // namespace ldwhy::stub
