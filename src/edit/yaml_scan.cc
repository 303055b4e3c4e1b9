// YAML 1.2.2. A block node is known by the column of its first byte: a mapping's keys and a
// sequence's dashes stand in one column, and all that is further right belongs to them (8.2). A
// sequence may stand in its key's own column. A plain scalar goes on over lines that are
// further right than the collection it stands in (7.3.3).
#include "edit/yaml_scan.h"

#include <algorithm>
#include <utility>

#include "base/bytes.h"
#include "edit/text_lines.h"

namespace ldwhy {
namespace {

constexpr int most_nested = 100;  // as project/yaml.cc

struct Properties {
  bool anchored = false, tagged = false;
};

class Scanner {
 public:
  explicit Scanner(std::string_view text) : text_(text) {}

  YamlScan run() {
    refuse_lone_returns();
    at_ = first_ = line_begin(text_, 0);
    document_start();
    scan_.root = block_node(-1, false, true, 0);
    skip_space();
    if (at_ < text_.size() && marker("...")) {
      at_ += 3;
      skip_space();
    }
    if (at_ < text_.size()) fail(marker("---") ? "a single document" : "the document's end");
    return std::move(scan_);
  }

 private:
  // 5.4: a carriage return alone ends a line as well. No editor has written such lines for long,
  // and all that looks at lines here would have to know.
  void refuse_lone_returns() {
    for (at_ = text_.find('\r'); at_ != text_.npos; at_ = text_.find('\r', at_ + 1))
      if (peek(1) != '\n') fail("lines that end in a line feed");
  }

  char peek(size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  [[noreturn]] void fail(const char *expected) const { throw Malformed(at_, expected); }
  bool space_at(size_t at) const {
    return at >= text_.size() || is_blank(text_[at]) || text_[at] == '\n' || text_[at] == '\r';
  }
  int column() const { return static_cast<int>(at_ - line_begin(text_, at_)); }
  // Cheaper than asking for the column, which a file of one long line would make slow.
  bool first_column() const { return at_ <= first_ || text_[at_ - 1] == '\n'; }
  bool marker(std::string_view dashes) const {
    return first_column() && text_.substr(at_).starts_with(dashes) && space_at(at_ + 3);
  }
  bool document_end() const { return at_ >= text_.size() || marker("---") || marker("..."); }
  bool indicator(char c) const { return peek() == c && space_at(at_ + 1); }

  // Over blanks, line ends and comments. True where a line ended.
  bool skip_space() {
    bool crossed = first_column();
    bool indent = crossed && !flow_;
    for (; at_ < text_.size(); ++at_) {
      char c = text_[at_];
      if (c == '\n') {
        crossed = true;
        indent = !flow_;
      } else if (c == '#' && (at_ == 0 || space_at(at_ - 1))) {
        at_ = past_line(text_, at_) - 1;
        crossed = true;
        indent = !flow_;
      } else if (c == '\t' && indent) {
        if (!blank_or_comment()) fail("blanks and no tab before a value");
      } else if (c != ' ' && c != '\t' && c != '\r') {
        break;
      }
    }
    return crossed;
  }
  bool blank_or_comment() const {
    size_t first = text_.find_first_not_of(" \t\r", at_);
    return first == text_.npos || text_[first] == '\n' || text_[first] == '#';
  }
  void skip_blanks() {
    while (is_blank(peek())) ++at_;
  }

  void document_start() {
    skip_space();
    while (peek() == '%' && first_column()) {
      at_ = past_line(text_, at_);
      skip_space();
    }
    if (at_ < text_.size() && marker("---")) at_ += 3;
  }

  uint32_t add(YamlForm form, size_t begin, size_t end, Properties properties = {}, bool in_flow = false) {
    scan_.parts.push_back({form, begin, end, in_flow, properties.anchored, properties.tagged, {}});
    return static_cast<uint32_t>(scan_.parts.size() - 1);
  }

  // An anchor and a tag, in any order; the blanks behind them too.
  void properties(Properties &found) {
    for (;;) {
      if (peek() == '&') found.anchored = true;
      else if (peek() == '!') found.tagged = true;
      else return;
      while (!space_at(at_) && (text_[at_] != ',' || !flow_)) ++at_;
      skip_blanks();
    }
  }

  // The node after a key's colon, a dash, or the document's start. `parent`: the column of the
  // collection it stands in. `dash_level`: a sequence may stand in that column. `opens`: a block
  // collection may begin on this very line.
  uint32_t block_node(int parent, bool dash_level, bool opens, int depth) {
    if (depth > most_nested) fail("values that are nested less deeply");
    size_t nothing = at_;
    Properties given;
    bool next_line = skip_space();
    if (in_parent(parent, dash_level && next_line)) {
      properties(given);
      nothing = at_;
      if (given.anchored || given.tagged) next_line = skip_space() || next_line;
    }
    if (!in_parent(parent, dash_level && next_line)) {
      at_ = nothing;
      return add(YamlForm::Empty, at_, at_, given);
    }
    opens = opens || next_line;
    if (indicator('?')) fail("a key without ?");
    if (indicator('-')) {
      if (!opens) fail("a sequence on a line of its own");
      return sequence(given, depth);
    }
    if (peek() == '|' || peek() == '>') return block_scalar(parent, given);
    size_t key_end = opens ? implicit_key() : text_.npos;
    if (key_end != text_.npos) return mapping(given, depth);
    return scalar_or_flow(parent, given, depth);
  }
  bool in_parent(int parent, bool dash_level) const {
    if (document_end()) return false;
    return column() > parent || (dash_level && column() == parent && indicator('-'));
  }

  uint32_t scalar_or_flow(int parent, Properties given, int depth) {
    size_t begin = at_;
    if (peek() == '[' || peek() == '{') {
      flow_ = true;
      uint32_t part = flow_node(depth);
      flow_ = false;
      scan_.parts[part].anchored = given.anchored;
      scan_.parts[part].tagged = given.tagged;
      return part;
    }
    if (peek() == '*') {
      while (!space_at(at_)) ++at_;
      return add(YamlForm::Alias, begin, at_, given);
    }
    if (peek() == '"' || peek() == '\'') {
      bool single = peek() == '\'';
      quoted();
      return add(single ? YamlForm::Single : YamlForm::Double, begin, at_, given);
    }
    plain_block(parent);
    return add(YamlForm::Plain, begin, at_, given);
  }

  // Where the key that begins here ends, its colon; npos where no key begins here.
  size_t implicit_key() {
    size_t begin = at_, end = text_.npos;
    if (peek() == '"' || peek() == '\'') {
      quoted();
      size_t closed = at_;
      skip_blanks();
      bool one_line = text_.substr(begin, closed - begin).find('\n') == text_.npos;
      if (one_line && indicator(':')) end = at_;
    } else if (peek() != '[' && peek() != '{' && peek() != '*') {
      size_t stop = plain_line_end(at_);
      at_ = stop;
      skip_blanks();
      if (indicator(':')) end = at_;
    }
    at_ = begin;
    return end;
  }

  uint32_t mapping(Properties given, int depth) {
    int indent = column();
    uint32_t map = add(YamlForm::Map, at_, at_, given);
    for (;;) {
      if (peek() == '&' || peek() == '!' || peek() == '*' || indicator('?')) fail("a plain key");
      size_t colon = implicit_key();
      if (colon == text_.npos) fail("a key");
      std::string key = key_text(colon);
      at_ = colon + 1;
      uint32_t value = block_node(indent, true, false, depth + 1);
      scan_.parts[map].children.emplace_back(std::move(key), value);
      scan_.parts[map].end = at_;
      if (!next_in(indent)) return map;
      if (indicator('-')) fail("a key");
    }
  }

  uint32_t sequence(Properties given, int depth) {
    int indent = column();
    uint32_t list = add(YamlForm::Sequence, at_, at_, given);
    for (;;) {
      if (!indicator('-')) {
        // A key in the column of the dashes below it: the mapping above goes on.
        at_ = scan_.parts[list].end;
        return list;
      }
      ++at_;
      uint32_t item = block_node(indent, false, true, depth + 1);
      scan_.parts[list].children.emplace_back("", item);
      scan_.parts[list].end = at_;
      if (!next_in(indent)) return list;
    }
  }

  // Goes to the collection's next item; stays where there is none.
  bool next_in(int indent) {
    size_t end = at_;
    bool next_line = skip_space();
    if (!document_end() && !next_line) fail("the end of the line");
    if (!document_end() && column() == indent) return true;
    if (!document_end() && column() > indent) fail("a value in the column of those above");
    at_ = end;
    return false;
  }

  std::string key_text(size_t colon) const {
    std::string_view written = text_.substr(at_, colon - at_);
    while (!written.empty() && is_blank(written.back())) written.remove_suffix(1);
    if (written.size() < 2 || (written[0] != '"' && written[0] != '\'')) return std::string(written);
    bool single = written[0] == '\'';
    std::string text;
    for (size_t i = 1; i + 1 < written.size(); ++i) {
      if (single ? written[i] == '\'' : written[i] == '\\') ++i;
      text += written[i];
    }
    return text;
  }

  // One line's part of a plain scalar: up to ": ", " #" or the line's end, blanks left out.
  size_t plain_line_end(size_t at) const {
    size_t end = at;
    for (; !ends_line(text_, at); ++at) {
      char c = text_[at];
      if (c == ':' && (space_at(at + 1) || (flow_ && is_flow_mark(text_[at + 1])))) break;
      if (c == '#' && at > 0 && is_blank(text_[at - 1])) break;
      if (flow_ && is_flow_mark(c)) break;
      if (!is_blank(c)) end = at + 1;
    }
    return end;
  }
  static bool is_flow_mark(char c) { return c == ',' || c == '[' || c == ']' || c == '{' || c == '}'; }

  void plain_start() {
    static constexpr std::string_view reserved = ",[]{}#&*!|>'\"%@`";
    if (reserved.find(peek()) != reserved.npos) fail("a value");
    if ((peek() == ':' || peek() == '?' || peek() == '-') && space_at(at_ + 1)) fail("a value");
  }

  void plain_block(int parent) {
    plain_start();
    for (;;) {
      size_t end = at_ = plain_line_end(at_);
      skip_blanks();
      if (!ends_line(text_, at_)) {
        if (peek() != '#') fail("a value that is no key");
        at_ = end;
        return;
      }
      size_t next = text_.find_first_not_of(" \t\r\n", at_);
      at_ = next == text_.npos ? text_.size() : next;
      if (document_end() || column() <= parent || peek() == '#') {
        at_ = end;
        return;
      }
    }
  }

  void quoted() {
    char quote = peek();
    ++at_;
    for (;;) {
      if (at_ >= text_.size()) fail("the quote's end");
      if (quote == '\'' && peek() == '\'' && peek(1) == '\'') at_ += 2;
      else if (quote == '"' && peek() == '\\') at_ += 2;
      else if (text_[at_++] == quote) return;
    }
  }

  // 8.1: the header's line, then every line that is blank or further right than the parent.
  uint32_t block_scalar(int parent, Properties given) {
    size_t begin = at_;
    size_t end = at_ = past_line(text_, at_);
    while (at_ < text_.size()) {
      size_t first = text_.find_first_not_of(' ', at_);
      bool blank = blank_line(text_, at_);
      if (!blank && first != text_.npos && static_cast<int>(first - at_) <= parent) break;
      at_ = past_line(text_, at_);
      if (!blank) end = at_;
    }
    at_ = end;
    return add(YamlForm::Block, begin, end, given);
  }

  // 7.4: flow collections; indentation counts for nothing in them.
  uint32_t flow_node(int depth) {
    if (depth > most_nested) fail("values that are nested less deeply");
    Properties given;
    properties(given);
    skip_space();
    size_t begin = at_;
    if (peek() == '[' || peek() == '{') return flow_collection(given, depth);
    if (peek() == '*') {
      while (!space_at(at_) && !is_flow_mark(text_[at_])) ++at_;
      return add(YamlForm::Alias, begin, at_, given, true);
    }
    if (peek() == '"' || peek() == '\'') {
      bool single = peek() == '\'';
      quoted();
      return add(single ? YamlForm::Single : YamlForm::Double, begin, at_, given, true);
    }
    if (peek() == ',' || peek() == ']' || peek() == '}' || peek() == ':')
      return add(YamlForm::Empty, begin, begin, given, true);
    plain_start();
    for (;;) {
      size_t end = at_ = plain_line_end(at_);
      skip_space();
      bool over = at_ >= text_.size() || is_flow_mark(peek()) || peek() == ':';
      if (over || at_ == end) {
        at_ = end;
        return add(YamlForm::Plain, begin, end, given, true);
      }
    }
  }

  uint32_t flow_collection(Properties given, int depth) {
    bool map = peek() == '{';
    char close = map ? '}' : ']';
    uint32_t part = add(map ? YamlForm::Map : YamlForm::Sequence, at_, at_, given, true);
    ++at_;
    for (;;) {
      skip_space();
      if (peek() == close) break;
      if (indicator('?')) fail("a key without ?");
      size_t key_begin = at_;
      uint32_t item = flow_node(depth + 1);
      size_t key_end = at_;
      skip_space();
      bool pair = peek() == ':';
      uint32_t value = item;
      if (pair) {
        ++at_;
        size_t after = at_;
        skip_space();
        if (peek() == ',' || peek() == close) value = add(YamlForm::Empty, after, after, {}, true);
        else value = flow_node(depth + 1);
      } else if (map) {
        value = add(YamlForm::Absent, at_, at_, {}, true);
      }
      std::string key;
      if (map) {
        size_t kept = std::exchange(at_, key_begin);
        key = key_text(key_end);
        at_ = kept;
      } else if (pair) {
        // A pair in a sequence is a map of one key; its value can't be named by a path.
        value = add(YamlForm::Absent, key_begin, at_, {}, true);
      }
      scan_.parts[part].children.emplace_back(std::move(key), value);
      skip_space();
      if (peek() == ',') ++at_;
      else if (peek() != close) fail(map ? "a comma or }" : "a comma or ]");
    }
    ++at_;
    scan_.parts[part].end = at_;
    return part;
  }

  std::string_view text_;
  size_t at_ = 0, first_ = 0;  // first_: past the byte order mark
  bool flow_ = false;
  YamlScan scan_;
};

}  // namespace

Result<YamlScan> scan_yaml(std::string_view text) {
  try {
    return Scanner(text).run();
  } catch (const Malformed &malformed) {
    return refuse("line " + std::to_string(line_number(text, malformed.offset())) + ": expected " + malformed.what());
  }
}

}  // namespace ldwhy
