#include "project/toml.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/bytes.h"

namespace ldwhy {
namespace {

constexpr uint16_t max_depth = 128;
constexpr uint32_t index_from = 24;  // keys; below, a walk is faster than a map

bool is_bare(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
}
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The first byte that is not part of well-formed UTF-8 (RFC 3629), or npos.
size_t utf8_fault(std::string_view text) {
  size_t at = 0;
  while (at < text.size()) {
    unsigned char lead = static_cast<unsigned char>(text[at]);
    if (lead < 0x80) {
      ++at;
      continue;
    }
    size_t more = lead >= 0xf0 && lead <= 0xf4  ? 3
                  : lead >= 0xe0 && lead < 0xf0 ? 2
                  : lead >= 0xc2 && lead < 0xe0 ? 1
                                                : 0;
    if (more == 0 || text.size() - at <= more) return at;
    uint32_t point = lead & (0x3f >> more);
    for (size_t i = 1; i <= more; ++i) {
      unsigned char c = static_cast<unsigned char>(text[at + i]);
      if ((c & 0xc0) != 0x80) return at;
      point = point << 6 | (c & 0x3f);
    }
    if ((more == 2 && point < 0x800) || (more == 3 && (point < 0x10000 || point > 0x10ffff)) ||
        (point >= 0xd800 && point < 0xe000))
      return at;
    at += more + 1;
  }
  return text.npos;
}

bool all_digits(std::string_view text, bool (*digit)(char)) {
  bool after_digit = false;
  for (char c : text) {
    if (c == '_' && !after_digit) return false;
    after_digit = c != '_';
    if (after_digit && !digit(c)) return false;
  }
  return after_digit;
}

// The kind of a bare value, or nothing where it is none. Dates are told by their shape only.
bool number_kind(std::string_view text, TomlKind &kind) {
  if (text.size() >= 5 && ((text.size() >= 10 && text[4] == '-' && text[7] == '-') || text[2] == ':')) {
    kind = TomlKind::Time;
    return is_digit(text[0]) && is_digit(text[1]);
  }
  kind = TomlKind::Integer;
  if (text.starts_with("0x"))
    return all_digits(text.substr(2),
                      [](char c) { return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'); });
  if (text.starts_with("0o")) return all_digits(text.substr(2), [](char c) { return c >= '0' && c <= '7'; });
  if (text.starts_with("0b")) return all_digits(text.substr(2), [](char c) { return c == '0' || c == '1'; });
  if (text.starts_with('+') || text.starts_with('-')) text.remove_prefix(1);
  if (all_digits(text, is_digit)) return text.size() == 1 || text[0] != '0';
  kind = TomlKind::Float;
  if (text == "inf" || text == "nan") return true;
  size_t exponent = text.find_first_of("eE");
  if (exponent != text.npos) {
    std::string_view power = text.substr(exponent + 1);
    if (power.starts_with('+') || power.starts_with('-')) power.remove_prefix(1);
    if (!all_digits(power, is_digit)) return false;
    text = text.substr(0, exponent);
  }
  size_t point = text.find('.');
  if (point != text.npos && !all_digits(text.substr(point + 1), is_digit)) return false;
  return all_digits(text.substr(0, point), is_digit);
}

}  // namespace

const TomlNode *TomlNode::find(std::string_view wanted) const {
  if (kind != TomlKind::Table) return nullptr;
  if (index_) {
    auto found = index_->find(wanted);
    return found == index_->end() ? nullptr : found->second;
  }
  for (const TomlNode &child : *this)
    if (child.key == wanted) return &child;
  return nullptr;
}

std::string_view TomlNode::text_of(std::string_view wanted) const {
  const TomlNode *node = find(wanted);
  return node && node->is_string() ? node->text : std::string_view();
}

class TomlParser {
 public:
  TomlParser(std::string_view text, Toml &document) : text_(text), document_(document) {}
  void run();
  uint32_t line() const { return line_; }

 private:
  [[noreturn]] void fail(const std::string &text) const { throw Malformed(at_, text); }
  bool at_end() const { return at_ >= text_.size(); }
  char peek(size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  bool take(std::string_view what) {
    if (!text_.substr(at_).starts_with(what)) return false;
    at_ += what.size();
    return true;
  }
  void skip_blanks() {
    while (peek() == ' ' || peek() == '\t') ++at_;
  }
  bool take_line_end() {
    if (!take("\n") && !take("\r\n")) return false;
    ++line_;
    return true;
  }
  void skip_comment() {
    if (peek() != '#') return;
    size_t end = text_.find('\n', at_);
    at_ = end == text_.npos ? text_.size() : end;
  }
  void end_of_statement() {
    skip_blanks();
    skip_comment();
    if (!at_end() && !take_line_end()) fail(fmt::format("expected the end of the line, found '{}'", peek()));
  }
  // Blanks, comments and line ends, as allowed inside arrays.
  void skip_space() {
    do {
      skip_blanks();
      skip_comment();
    } while (take_line_end());
  }

  TomlNode *add(TomlNode *parent, std::string_view key, uint32_t key_line);
  std::string_view key_part();
  TomlNode *dotted_table(TomlNode *table, std::string_view key, uint32_t line);
  void key_value(TomlNode *table);
  void header();
  TomlNode *enter(TomlNode *table, std::string_view key);
  void value(TomlNode *node);
  void array(TomlNode *node);
  void inline_table(TomlNode *node);
  void bare_value(TomlNode *node);
  std::string_view literal_string(bool many_lines);
  std::string_view basic_string(bool many_lines);
  void escape(std::string &out, bool many_lines);
  std::string_view string();

  std::string_view text_;
  size_t at_ = 0;
  uint32_t line_ = 1;
  Toml &document_;
  TomlNode *current_ = nullptr;  // the table of the last header
};

TomlNode *TomlParser::add(TomlNode *parent, std::string_view key, uint32_t key_line) {
  if (parent->depth_ >= max_depth) fail(fmt::format("nested more than {} deep", max_depth));
  TomlNode *node = &document_.nodes_->emplace_back();
  node->key = key;
  node->line = node->key_line = key_line;
  node->depth_ = static_cast<uint16_t>(parent->depth_ + 1);
  (parent->last_ ? parent->last_->next_ : parent->first_) = node;
  parent->last_ = node;
  ++parent->count_;
  if (parent->kind != TomlKind::Table || parent->count_ < index_from) return node;
  if (!parent->index_) {
    parent->index_ = std::make_unique<std::unordered_map<std::string_view, TomlNode *>>();
    for (TomlNode *child = parent->first_; child; child = child->next_) (*parent->index_)[child->key] = child;
  }
  (*parent->index_)[key] = node;
  return node;
}

void TomlParser::run() {
  document_.nodes_->emplace_back();
  TomlNode *table = &document_.nodes_->front();
  table->made_ = TomlNode::Made::Header;
  size_t fault = utf8_fault(text_);
  if (fault != text_.npos) {
    line_ += static_cast<uint32_t>(std::count(text_.begin(), text_.begin() + static_cast<ptrdiff_t>(fault), '\n'));
    fail("not UTF-8");
  }
  take("\xef\xbb\xbf");
  while (!at_end()) {
    skip_blanks();
    if (peek() == '[') {
      header();
      table = current_;
    } else if (!at_end() && peek() != '#' && peek() != '\n' && peek() != '\r') {
      key_value(table);
    }
    end_of_statement();
  }
}

std::string_view TomlParser::key_part() {
  if (peek() == '"') {
    ++at_;
    return basic_string(false);
  }
  if (peek() == '\'') {
    ++at_;
    return literal_string(false);
  }
  size_t start = at_;
  while (!at_end() && is_bare(text_[at_])) ++at_;
  if (at_ == start) fail("expected a key");
  return text_.substr(start, at_ - start);
}

TomlNode *TomlParser::dotted_table(TomlNode *table, std::string_view key, uint32_t line) {
  TomlNode *child = const_cast<TomlNode *>(table->find(key));
  if (!child) {
    child = add(table, key, line);
    child->made_ = TomlNode::Made::Dotted;
  } else if (!child->is_table() || child->made_ == TomlNode::Made::Value) {
    fail(fmt::format("'{}' has a value already", key));
  }
  return child;
}

void TomlParser::key_value(TomlNode *table) {
  uint32_t line = line_;
  std::string_view key = key_part();
  for (skip_blanks(); peek() == '.'; skip_blanks()) {
    table = dotted_table(table, key, line);
    ++at_;
    skip_blanks();
    key = key_part();
  }
  if (!take("=")) fail(fmt::format("expected '=' after the key '{}'", key));
  skip_blanks();
  if (table->find(key)) fail(fmt::format("'{}' is given twice", key));
  TomlNode *node = add(table, key, line);
  value(node);
}

TomlNode *TomlParser::enter(TomlNode *table, std::string_view key) {
  TomlNode *child = const_cast<TomlNode *>(table->find(key));
  if (!child) {
    child = add(table, key, line_);
    child->made_ = TomlNode::Made::Implied;
    return child;
  }
  if (child->is_array() && child->of_tables_) return child->last_;
  if (!child->is_table() || child->made_ == TomlNode::Made::Value) fail(fmt::format("'{}' is no table", key));
  return child;
}

void TomlParser::header() {
  uint32_t line = line_;
  bool many = take("[[");
  if (!many) take("[");
  skip_blanks();
  TomlNode *table = &document_.nodes_->front();
  std::string_view key = key_part();
  for (skip_blanks(); peek() == '.'; skip_blanks()) {
    table = enter(table, key);
    ++at_;
    skip_blanks();
    key = key_part();
  }
  if (!take(many ? "]]" : "]")) fail("expected ']' at the end of a table's name");
  TomlNode *found = const_cast<TomlNode *>(table->find(key));
  if (many) {
    if (!found) {
      found = add(table, key, line);
      found->kind = TomlKind::Array;
      found->of_tables_ = true;
    } else if (!found->of_tables_) {
      fail(fmt::format("'{}' is no array of tables", key));
    }
    current_ = add(found, "", line);
  } else if (!found) {
    current_ = add(table, key, line);
  } else if (found->is_table() && found->made_ == TomlNode::Made::Implied) {
    current_ = found;
    found->line = found->key_line = line;
  } else {
    fail(fmt::format("the table '{}' is given twice", key));
  }
  current_->made_ = TomlNode::Made::Header;
}

void TomlParser::value(TomlNode *node) {
  node->line = line_;
  switch (peek()) {
    case '"':
    case '\'':
      node->kind = TomlKind::String;
      node->text = string();
      return;
    case '[': return array(node);
    case '{': return inline_table(node);
    default: return bare_value(node);
  }
}

void TomlParser::array(TomlNode *node) {
  node->kind = TomlKind::Array;
  ++at_;
  for (skip_space(); peek() != ']'; skip_space()) {
    if (at_end()) fail("an array is never closed");
    value(add(node, "", line_));
    skip_space();
    if (!take(",") && peek() != ']') fail("expected ',' or ']' in an array");
  }
  ++at_;
}

void TomlParser::inline_table(TomlNode *node) {
  node->kind = TomlKind::Table;
  node->made_ = TomlNode::Made::Header;  // open until its brace
  ++at_;
  for (skip_space(); peek() != '}'; skip_space()) {
    if (at_end()) fail("an inline table is never closed");
    key_value(node);
    skip_space();
    if (!take(",") && peek() != '}') fail("expected ',' or '}' in an inline table");
  }
  ++at_;
  node->made_ = TomlNode::Made::Value;
}

void TomlParser::bare_value(TomlNode *node) {
  size_t start = at_;
  std::string_view stop = " \t\r\n,]}#";
  while (!at_end() && !stop.contains(text_[at_])) ++at_;
  std::string_view word = text_.substr(start, at_ - start);
  // A date and a time may have one blank between them.
  if (word.size() == 10 && word[4] == '-' && peek() == ' ' && is_digit(peek(1))) {
    ++at_;
    while (!at_end() && !stop.contains(text_[at_])) ++at_;
    word = text_.substr(start, at_ - start);
  }
  node->text = word;
  if (word == "true" || word == "false") {
    node->kind = TomlKind::Boolean;
  } else if (word.empty()) {
    fail("expected a value");
  } else if (!number_kind(word, node->kind)) {
    fail(fmt::format("'{}' is no value (text must stand in quotes)", word.substr(0, 40)));
  }
}

std::string_view TomlParser::string() {
  if (take("\"\"\"")) return basic_string(true);
  if (take("'''")) return literal_string(true);
  return text_[at_++] == '"' ? basic_string(false) : literal_string(false);
}

std::string_view TomlParser::literal_string(bool many_lines) {
  if (many_lines) take_line_end();
  std::string_view close = many_lines ? "'''" : "'";
  size_t start = at_, end = text_.find(close, at_);
  if (!many_lines && text_.find('\n', at_) < end) end = text_.npos;
  if (end == text_.npos) fail("a string is never closed");
  while (many_lines && end + 3 < text_.size() && text_[end + 3] == '\'') ++end;
  std::string_view value = text_.substr(start, end - start);
  line_ += static_cast<uint32_t>(std::ranges::count(value, '\n'));
  at_ = end + close.size();
  return value;
}

std::string_view TomlParser::basic_string(bool many_lines) {
  if (many_lines) take_line_end();
  std::string_view close = many_lines ? "\"\"\"" : "\"";
  size_t start = at_;
  std::string decoded;
  bool escapes = false;
  while (true) {
    size_t stop = text_.find_first_of("\"\\\n", at_);
    if (stop == text_.npos || (text_[stop] == '\n' && !many_lines)) fail("a string is never closed");
    if (escapes) decoded += text_.substr(at_, stop - at_);
    at_ = stop;
    if (text_[stop] == '\n') {
      ++line_, ++at_;
      if (escapes) decoded += '\n';
    } else if (text_[stop] == '\\') {
      if (!escapes) decoded = text_.substr(start, stop - start);
      escapes = true;
      ++at_;
      escape(decoded, many_lines);
    } else if (text_.substr(at_).starts_with(close)) {
      // Up to two quotes may stand before the closing three.
      if (many_lines && peek(3) == '"') {
        if (escapes) decoded += '"';
        ++at_;
        continue;
      }
      break;
    } else {
      if (escapes) decoded += '"';
      ++at_;
    }
  }
  std::string_view plain = text_.substr(start, at_ - start);
  at_ += close.size();
  return escapes ? std::string_view(document_.decoded_->emplace_back(std::move(decoded))) : plain;
}

void TomlParser::escape(std::string &out, bool many_lines) {
  constexpr std::string_view names = "btnfre\"\\", values = "\b\t\n\f\r\x1b\"\\";
  char name = peek();
  if (size_t known = names.find(name); known != names.npos && !at_end()) {
    out += values[known];
    ++at_;
    return;
  }
  size_t digits = name == 'u' ? 4 : name == 'U' ? 8 : name == 'x' ? 2 : 0;
  if (digits > 0) {
    ++at_;
    uint32_t point = 0;
    for (size_t i = 0; i < digits; ++i, ++at_) {
      char c = peek();
      if (!is_digit(c) && !(c >= 'a' && c <= 'f') && !(c >= 'A' && c <= 'F')) fail("expected a hexadecimal digit");
      point = point << 4 | static_cast<uint32_t>(is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
    }
    if (point > 0x10ffff || (point >= 0xd800 && point < 0xe000)) fail("no such Unicode character");
    if (point < 0x80) {
      out += static_cast<char>(point);
      return;
    }
    int more = point < 0x800 ? 1 : point < 0x10000 ? 2 : 3;
    constexpr std::array<uint32_t, 4> leads = {0, 0xc0, 0xe0, 0xf0};
    out += static_cast<char>(leads[static_cast<size_t>(more)] | point >> (6 * more));
    while (more-- > 0) out += static_cast<char>(0x80 | (point >> (6 * more) & 0x3f));
    return;
  }
  // A backslash at a line's end takes all space up to the next character.
  size_t next = text_.find_first_not_of(" \t\r\n", at_);
  size_t end = text_.find('\n', at_);
  if (!many_lines || next == text_.npos || end > next) fail(fmt::format("'\\{}' is no escape", name));
  line_ += static_cast<uint32_t>(std::ranges::count(text_.substr(at_, next - at_), '\n'));
  at_ = next;
}

std::expected<Toml, TomlError> Toml::parse(std::string_view text) {
  Toml document;
  TomlParser parser(text, document);
  try {
    parser.run();
  } catch (const Malformed &fault) {
    return std::unexpected(TomlError{parser.line(), fault.what()});
  }
  return document;
}

}  // namespace ldwhy
