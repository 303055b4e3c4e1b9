// Setting and removing one key of a TOML text (TOML 1.0.0). A key can be written in four ways:
// under its table's header, dotted in a table above, in an inline table, or not at all. Each
// edit is checked afterwards: the same document must be read but for that one key.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <optional>
#include <span>
#include <utility>

#include "edit/edit.h"
#include "edit/text_lines.h"
#include "edit/toml_scan.h"
#include "project/toml.h"

namespace ldwhy {
namespace {

std::string shown(const TomlKey &key) { return fmt::format("{}", fmt::join(key, ".")); }

// In double quotes, or single ones where those need no escapes.
std::string quoted(std::string_view part) {
  bool control = std::ranges::any_of(part, [](unsigned char c) { return c < 0x20 || c == 0x7f; });
  bool escapes = part.find_first_of("\"\\") != part.npos;
  if (escapes && !control && part.find('\'') == part.npos) return fmt::format("'{}'", part);
  std::string text = "\"";
  for (char c : part) {
    unsigned char code = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') text += {'\\', c};
    else if (code < 0x20 || code == 0x7f) text += fmt::format("\\u{:04X}", code);
    else text += c;
  }
  return text + '"';
}

std::string written_part(const std::string &part) {
  bool bare = !part.empty() &&
              std::ranges::all_of(part, [](unsigned char c) { return std::isalnum(c) || c == '-' || c == '_'; });
  return bare ? part : quoted(part);
}

std::string written_key(std::span<const std::string> key) {
  std::string text;
  for (const std::string &part : key) text += (text.empty() ? "" : ".") + written_part(part);
  return text;
}

// ---- What is read, before and after ----

// Strings by their value, all else as written.
bool same(const TomlNode &left, const TomlNode &right) {
  if (left.kind != right.kind) return false;
  if (left.is_scalar()) return left.text == right.text;
  TomlNode::Iterator other = right.begin();
  for (const TomlNode &child : left) {
    if (other == right.end()) return false;
    const TomlNode *twin = left.is_table() ? right.find(child.key) : &*other;
    if (!twin || !same(child, *twin)) return false;
    ++other;
  }
  return other == right.end();
}

// All of `from`'s keys but the one are in `in`, with the same values. A null pointer is an empty
// table.
bool rest_in(const TomlNode *from, const TomlNode *in, std::string_view but) {
  if (!from) return true;
  for (const TomlNode &child : *from) {
    if (child.key == but) continue;
    const TomlNode *twin = in ? in->find(child.key) : nullptr;
    if (!twin || !same(child, *twin)) return false;
  }
  return true;
}

// Equal but for what stands at `key`. A table on the way that is missing counts as empty.
bool same_except(const TomlNode *left, const TomlNode *right, std::span<const std::string> key) {
  if ((left && !left->is_table()) || (right && !right->is_table())) return false;
  if (!rest_in(left, right, key[0]) || !rest_in(right, left, key[0])) return false;
  if (key.size() == 1) return true;
  return same_except(left ? left->find(key[0]) : nullptr, right ? right->find(key[0]) : nullptr, key.subspan(1));
}

const TomlNode *node_at(const TomlNode &document, std::span<const std::string> key) {
  const TomlNode *node = &document;
  for (const std::string &part : key) {
    node = node->find(part);
    if (!node) return nullptr;
  }
  return node;
}

std::unexpected<Problem> unreadable(const TomlError &error) {
  return refuse(fmt::format("line {}: this is not TOML: {}", error.line, error.text));
}

// ---- Where things stand ----

class Document {
 public:
  Document(std::string_view text, TomlScan scan) : text_(text), scan_(std::move(scan)) {}

  const TomlEntry *find(const TomlKey &key) const {
    for (const TomlEntry &entry : scan_.entries)
      if (entry.path == key && !scan_.tables[entry.table].in_array) return &entry;
    return nullptr;
  }
  TextResult set(const TomlKey &key, std::string_view value) const;
  TextResult remove(const TomlKey &key) const;
  // The old value with a word more; empty where it is neither an array nor a short string.
  std::string with_word(const TomlEntry &entry, std::string_view word) const;

 private:
  // The innermost inline table, or other value, that stands where a table of the key's would.
  const TomlEntry *value_above(const TomlKey &key) const {
    const TomlEntry *found = nullptr;
    for (const TomlEntry &entry : scan_.entries)
      if (entry.path.size() < key.size() && is_prefix(entry.path, key) && !scan_.tables[entry.table].in_array &&
          (!found || entry.path.size() > found->path.size()))
        found = &entry;
    return found;
  }
  std::vector<const TomlEntry *> children(const TomlEntry &parent) const {
    int32_t index = static_cast<int32_t>(&parent - scan_.entries.data());
    std::vector<const TomlEntry *> found;
    for (const TomlEntry &entry : scan_.entries)
      if (entry.parent == index) found.push_back(&entry);
    return found;
  }
  std::string indent_of(size_t line) const {
    size_t end = line;
    while (end < text_.size() && is_blank(text_[end])) ++end;
    return std::string(text_.substr(line, end - line));
  }
  const TomlEntry *last_entry(uint32_t table) const {
    const TomlEntry *last = nullptr;
    for (const TomlEntry &entry : scan_.entries)
      if (entry.table == table && entry.parent < 0) last = &entry;
    return last;
  }
  size_t own_end(uint32_t table) const;
  size_t before_first_header() const;
  std::string add_to_inline(const TomlEntry &table, const TomlKey &key, std::string_view value) const;
  std::string add_to_table(uint32_t table, const TomlKey &key, std::string_view value) const;
  std::string add_table(const TomlKey &key, std::string_view value) const;

  std::string_view text_;
  TomlScan scan_;
};

// Past the last line that belongs to the table: its header, its keys, and comments right below
// them, unless they stand right above the next header.
size_t Document::own_end(uint32_t table) const {
  const TomlEntry *last = last_entry(table);
  size_t end = last ? past_line(text_, last->value_end) : scan_.tables[table].header_end;
  size_t comments = end;
  while (comments < text_.size() && !blank_line(text_, comments)) {
    size_t first = comments + indent_of(comments).size();
    if (text_[first] != '#') return end;
    comments = past_line(text_, comments);
  }
  return comments;
}

// Where a key of no table goes when there is none yet: above the first header and the comment
// right above that.
size_t Document::before_first_header() const {
  if (scan_.tables.size() == 1) return text_.size();
  size_t at = scan_.tables[1].begin;
  size_t top = line_begin(text_, 0);
  while (at > top) {
    size_t above = line_begin(text_, at - 1);
    if (text_[above + indent_of(above).size()] != '#') break;
    at = above;
  }
  return at;
}

std::string Document::add_to_inline(const TomlEntry &table, const TomlKey &key, std::string_view value) const {
  std::string added = written_key(std::span(key).subspan(table.path.size())) + " = " + std::string(value);
  std::vector<const TomlEntry *> inside = children(table);
  if (inside.empty()) return splice(text_, table.value_begin, table.value_end, "{ " + added + " }");
  size_t at = inside.back()->value_end;
  return splice(text_, at, at, ", " + added);
}

std::string Document::add_to_table(uint32_t table, const TomlKey &key, std::string_view value) const {
  std::string line = written_key(std::span(key).subspan(scan_.tables[table].path.size())) + " = " + std::string(value);
  const TomlEntry *last = last_entry(table);
  if (table == 0 && !last) {
    size_t at = before_first_header();
    bool apart = at < text_.size();
    return insert_lines(text_, at, apart ? line + std::string(line_end_of(text_)) : line);
  }
  size_t model = last ? line_begin(text_, last->key_begin) : scan_.tables[table].begin;
  return insert_lines(text_, own_end(table), indent_of(model) + line);
}

std::string Document::add_table(const TomlKey &key, std::string_view value) const {
  TomlKey parent(key.begin(), key.end() - 1);
  std::string line_end(line_end_of(text_));
  std::string lines =
      "[" + written_key(parent) + "]" + line_end + written_part(key.back()) + " = " + std::string(value);
  std::optional<uint32_t> kin;
  size_t nearest = 1;
  for (uint32_t i = 1; i < scan_.tables.size(); ++i) {
    const TomlKey &path = scan_.tables[i].path;
    size_t shared = static_cast<size_t>(std::ranges::mismatch(path, parent).in1 - path.begin());
    if (shared < nearest) continue;
    nearest = shared;
    kin = i;
  }
  size_t at = kin ? own_end(*kin) : text_.size();
  bool first = at == line_begin(text_, 0);
  bool tight = kin && at < text_.size() && !blank_line(text_, at);
  bool blank_above = !first && text_[at - 1] == '\n' && blank_line(text_, line_begin(text_, at - 1));
  if (!first && !tight && !blank_above) lines = line_end + lines;
  return insert_lines(text_, at, lines);
}

TextResult Document::set(const TomlKey &key, std::string_view value) const {
  if (const TomlEntry *entry = find(key)) {
    if (entry->inline_table) return refuse(shown(key) + " is a table, not a single value");
    return splice(text_, entry->value_begin, entry->value_end, value);
  }
  if (const TomlEntry *above = value_above(key)) {
    if (above->inline_table) return add_to_inline(*above, key, value);
    return refuse(shown(above->path) + " is a value, so it has no key " + key.back());
  }
  for (const TomlTable &table : scan_.tables)
    if (table.in_array && is_prefix(table.path, key))
      return refuse(shown(table.path) + " is an array of tables: which of them is meant cannot be said");
  TomlKey parent(key.begin(), key.end() - 1);
  for (uint32_t i = 0; i < scan_.tables.size(); ++i)
    if (!scan_.tables[i].in_array && scan_.tables[i].path == parent) return add_to_table(i, key, value);
  // A table that dotted keys have made can't be given a header.
  const TomlEntry *dotted = nullptr;
  for (const TomlEntry &entry : scan_.entries)
    if (entry.parent < 0 && !scan_.tables[entry.table].in_array &&
        scan_.tables[entry.table].path.size() < parent.size() && entry.path.size() > parent.size() &&
        is_prefix(parent, entry.path))
      dotted = &entry;
  if (!dotted) return add_table(key, value);
  size_t model = line_begin(text_, dotted->key_begin);
  return insert_lines(text_, past_line(text_, dotted->value_end),
                      indent_of(model) + written_key(std::span(key).subspan(scan_.tables[dotted->table].path.size())) +
                          " = " + std::string(value));
}

TextResult Document::remove(const TomlKey &key) const {
  const TomlEntry *entry = find(key);
  if (!entry) return refuse("there is no value " + shown(key));
  if (entry->parent < 0)
    return remove_lines(text_, line_begin(text_, entry->key_begin), past_line(text_, entry->value_end));
  const TomlEntry &table = scan_.entries[static_cast<size_t>(entry->parent)];
  std::vector<const TomlEntry *> inside = children(table);
  if (inside.size() == 1) return splice(text_, table.value_begin, table.value_end, "{}");
  size_t index = static_cast<size_t>(std::ranges::find(inside, entry) - inside.begin());
  if (index + 1 < inside.size()) return splice(text_, entry->key_begin, inside[index + 1]->key_begin, "");
  return splice(text_, inside[index - 1]->value_end, entry->value_end, "");
}

std::string Document::with_word(const TomlEntry &entry, std::string_view word) const {
  std::string_view old = text_.substr(entry.value_begin, entry.value_end - entry.value_begin);
  if (old.starts_with('[')) {
    std::string element = quoted(word);
    if (entry.last_element_end == 0) return fmt::format("[{}]", element);
    size_t at = entry.last_element_end - entry.value_begin;
    // Elements of a line each: one line more, indented as the last.
    size_t line = line_begin(text_, entry.last_element_begin);
    std::string indent = indent_of(line);
    bool own_line = line > entry.value_begin && line + indent.size() == entry.last_element_begin;
    std::string before = own_line ? "," + std::string(line_end_of(text_)) + indent : ", ";
    return splice(old, at, at, before + element);
  }
  bool one_line =
      (old.starts_with('"') && !old.starts_with("\"\"\"")) || (old.starts_with('\'') && !old.starts_with("'''"));
  bool fits = word.find_first_of("\"'\\") == word.npos;
  if (!one_line || !fits) return "";
  size_t at = old.size() - 1;
  return splice(old, at, at, old.size() == 2 ? std::string(word) : " " + std::string(word));
}

// `value`: what must stand at the key afterwards; null: nothing.
TextResult edit(std::string_view text, const TomlKey &key, const TomlNode *value, std::string_view written) {
  if (key.empty()) return refuse("no key was given");
  std::expected<Toml, TomlError> before = Toml::parse(text);
  if (!before) return unreadable(before.error());
  Result<TomlScan> scan = scan_toml(text);
  if (!scan) return std::unexpected(scan.error());
  Document document(text, std::move(*scan));
  const TomlNode *old = node_at(before->root(), key);
  if (old && !document.find(key))
    return refuse(
        fmt::format("{} is {}, not a single value", shown(key), old->is_array() ? "an array of tables" : "a table"));
  TextResult edited = value ? document.set(key, written) : document.remove(key);
  if (!edited) return edited;
  std::expected<Toml, TomlError> after = Toml::parse(*edited);
  const TomlNode *now = after ? node_at(after->root(), key) : nullptr;
  bool right = after && (value ? now && same(*now, *value) : !now);
  if (!right || !same_except(&before->root(), &after->root(), key))
    return refuse(fmt::format("the place of {} could not be told for certain; edit it by hand", shown(key)));
  return edited;
}

}  // namespace

TextResult set_toml(std::string_view text, const TomlKey &key, std::string_view value) {
  std::string line = fmt::format("value = {}", value);
  std::expected<Toml, TomlError> parsed = Toml::parse(line);
  Result<TomlScan> scan = scan_toml(line);
  bool alone = parsed && scan && !scan->entries.empty() && scan->tables.size() == 1 &&
               ++parsed->root().begin() == parsed->root().end() && scan->entries[0].value_end == line.size();
  if (!alone) return refuse(fmt::format("this is no TOML value: {}", value));
  return edit(text, key, parsed->root().find("value"), value);
}

TextResult append_toml(std::string_view text, const TomlKey &key, std::string_view word) {
  Result<TomlScan> scan = scan_toml(text);
  if (!scan) return std::unexpected(scan.error());
  Document document(text, std::move(*scan));
  const TomlEntry *entry = document.find(key);
  std::string value = entry ? document.with_word(*entry, word) : "";
  if (value.empty()) return refuse(fmt::format("there is no list of words {}", shown(key)));
  return set_toml(text, key, value);
}

TextResult remove_toml(std::string_view text, const TomlKey &key) { return edit(text, key, nullptr, ""); }

}  // namespace ldwhy
