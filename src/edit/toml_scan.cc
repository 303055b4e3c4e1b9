// TOML 1.0.0: a document is lines; a line holds a header ("[a.b]", "[[a.b]]"), a key with its
// value, a comment, or nothing. Only values span lines: arrays and strings in triple quotes.
#include "edit/toml_scan.h"

#include <algorithm>
#include <utility>

#include "base/bytes.h"
#include "edit/text_lines.h"
#include "project/toml.h"

namespace ldwhy {
namespace {

constexpr int most_nested = 128;  // as project/toml.cc

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  TomlScan run() {
    at_ = line_begin(text_, 0);
    scan_.tables.push_back({{}, false, at_, at_});
    while (at_ < text_.size()) {
      skip_blanks();
      if (peek() == '[') header();
      else if (!ends_line(text_, at_) && peek() != '#') entry({}, -1, true, 0);
      rest_of_line();
    }
    return std::move(scan_);
  }

 private:
  char peek(size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  bool looking_at(std::string_view what) const { return at_ < text_.size() && text_.substr(at_).starts_with(what); }
  [[noreturn]] void fail(const char *expected) const { throw Malformed(at_, expected); }
  void expect(std::string_view what, const char *expected) {
    if (!looking_at(what)) fail(expected);
    at_ += what.size();
  }
  void skip_blanks() {
    while (is_blank(peek())) ++at_;
  }
  // Also comments and line ends, as between the elements of an array.
  void skip_space() {
    for (;;) {
      while (at_ < text_.size() && (is_blank(text_[at_]) || text_[at_] == '\n' || text_[at_] == '\r')) ++at_;
      if (peek() != '#') return;
      at_ = past_line(text_, at_);
    }
  }
  void rest_of_line() {
    skip_blanks();
    if (peek() != '#' && !ends_line(text_, at_)) fail("the end of the line");
    at_ = past_line(text_, at_);
  }

  std::string key_part() {
    size_t begin = at_;
    if (peek() == '"' || peek() == '\'') {
      one_line_string();
      std::string_view quoted = text_.substr(begin, at_ - begin);
      if (quoted[0] == '\'' || quoted.find('\\') == quoted.npos)
        return std::string(quoted.substr(1, quoted.size() - 2));
      std::string line = "key = " + std::string(quoted);
      std::expected<Toml, TomlError> parsed = Toml::parse(line);
      if (!parsed) fail("a key");
      return std::string(parsed->root().text_of("key"));
    }
    while (at_ < text_.size() && !is_blank(text_[at_]) &&
           std::string_view(".=[]{}\"'#,\r\n").find(text_[at_]) == std::string_view::npos)
      ++at_;
    if (at_ == begin) fail("a key");
    return std::string(text_.substr(begin, at_ - begin));
  }

  TomlKey dotted_key() {
    TomlKey key;
    for (;;) {
      skip_blanks();
      key.push_back(key_part());
      skip_blanks();
      if (peek() != '.') return key;
      ++at_;
    }
  }

  void header() {
    TomlTable table;
    table.begin = line_begin(text_, at_);
    bool array = looking_at("[[");
    at_ += array ? 2 : 1;
    table.path = dotted_key();
    expect(array ? "]]" : "]", "the header's end");
    table.header_end = past_line(text_, at_);
    if (array) arrays_.push_back(table.path);
    table.in_array = std::ranges::any_of(arrays_, [&](const TomlKey &path) { return is_prefix(path, table.path); });
    scan_.tables.push_back(std::move(table));
  }

  void entry(const TomlKey &above, int32_t parent, bool kept, int depth) {
    TomlEntry entry;
    entry.table = static_cast<uint32_t>(scan_.tables.size() - 1);
    entry.parent = parent;
    entry.path = parent < 0 ? scan_.tables.back().path : above;
    entry.key_begin = at_;
    for (std::string &part : dotted_key()) entry.path.push_back(std::move(part));
    expect("=", "=");
    skip_blanks();
    entry.value_begin = at_;
    entry.inline_table = peek() == '{';
    size_t index = scan_.entries.size();
    TomlKey path = entry.path;
    if (kept) scan_.entries.push_back(std::move(entry));
    value(path, kept ? static_cast<int32_t>(index) : -1, depth);
    if (kept) scan_.entries[index].value_end = at_;
  }

  // `index`: of the entry that the value belongs to; -1 inside arrays.
  void value(const TomlKey &path, int32_t index, int depth) {
    if (depth > most_nested) fail("a value that is nested less deeply");
    if (looking_at("\"\"\"") || looking_at("'''")) return long_string();
    if (peek() == '"' || peek() == '\'') return one_line_string();
    if (peek() == '[') return array(index, depth);
    if (peek() == '{') return inline_table(path, index, depth);
    size_t begin = at_;
    at_ = std::min(text_.find_first_of(",]}#\r\n", at_), text_.size());
    while (at_ > begin && is_blank(text_[at_ - 1])) --at_;
    if (at_ == begin) fail("a value");
  }

  void array(int32_t index, int depth) {
    ++at_;
    for (;;) {
      skip_space();
      if (peek() == ']') break;
      size_t begin = at_;
      value({}, -1, depth + 1);
      if (index >= 0) {
        scan_.entries[static_cast<size_t>(index)].last_element_begin = begin;
        scan_.entries[static_cast<size_t>(index)].last_element_end = at_;
      }
      skip_space();
      if (peek() == ',') ++at_;
      else if (peek() != ']') fail("a comma or ]");
    }
    ++at_;
  }

  void inline_table(const TomlKey &path, int32_t index, int depth) {
    ++at_;
    for (;;) {
      skip_space();
      if (peek() == '}') break;
      entry(path, index, index >= 0, depth + 1);
      skip_space();
      if (peek() == ',') ++at_;
      else if (peek() != '}') fail("a comma or }");
    }
    ++at_;
  }

  void one_line_string() {
    char quote = peek();
    ++at_;
    while (peek() != quote) {
      if (ends_line(text_, at_)) fail("the string's end");
      at_ += quote == '"' && text_[at_] == '\\' ? 2 : 1;
    }
    ++at_;
  }

  void long_string() {
    char quote = peek();
    std::string end(3, quote);
    at_ += 3;
    while (!looking_at(end)) {
      if (at_ >= text_.size()) fail("the string's end");
      at_ += quote == '"' && text_[at_] == '\\' ? 2 : 1;
    }
    at_ += 3;
    // Up to two quotes more belong to the text and stand before the three that end it.
    for (int more = 0; more < 2 && peek() == quote; ++more) ++at_;
  }

  std::string_view text_;
  size_t at_ = 0;
  TomlScan scan_;
  std::vector<TomlKey> arrays_;
};

}  // namespace

bool is_prefix(const TomlKey &prefix, const TomlKey &key) {
  return prefix.size() <= key.size() && std::equal(prefix.begin(), prefix.end(), key.begin());
}

Result<TomlScan> scan_toml(std::string_view text) {
  try {
    return Scanner(text).run();
  } catch (const Malformed &malformed) {
    return refuse("line " + std::to_string(line_number(text, malformed.offset())) + ": expected " + malformed.what());
  }
}

}  // namespace ldwhy
