// Giving one scalar of a YAML text a new value (YAML 1.2.2). The quotes stay as they were where
// they can hold the value; a plain scalar gets quotes where the value would turn into another
// type, so that a version 1.90 does not become the number 1.9. Afterwards the text is read again
// and must differ in that one value.
#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <charconv>
#include <optional>
#include <span>

#include "base/text.h"
#include "edit/edit.h"
#include "edit/text_lines.h"
#include "edit/yaml_scan.h"
#include "project/yaml.h"

namespace ldwhy {
namespace {

using Path = std::vector<std::string>;

enum class PlainType : uint8_t { Null, Boolean, Integer, Number, Text };

// 10.3.2, the core schema, and the words that YAML 1.1 took for booleans besides.
PlainType plain_type(std::string_view text) {
  static constexpr std::string_view booleans[] = {"true", "false", "yes", "no", "on", "off", "y", "n"};
  std::string lower = lower_case(text);
  if (lower.empty() || lower == "~" || lower == "null") return PlainType::Null;
  if (std::ranges::find(booleans, lower) != std::end(booleans)) return PlainType::Boolean;
  std::string_view digits = lower;
  if (digits[0] == '-' || digits[0] == '+') digits.remove_prefix(1);
  if (digits == ".inf" || digits == ".nan") return PlainType::Number;
  auto is_digit = [](unsigned char c) { return std::isdigit(c) != 0; };
  if (!digits.empty() && std::ranges::all_of(digits, is_digit)) return PlainType::Integer;
  bool numeric = digits.size() > 1 && (is_digit(digits[0]) || (digits[0] == '.' && is_digit(digits[1])));
  // Also hexadecimal, octal, sexagesimal and dates.
  if (numeric && digits.find_first_not_of("0123456789abcdefox_.:+-") == digits.npos) return PlainType::Number;
  return PlainType::Text;
}

bool is_control(char c) {
  unsigned char code = static_cast<unsigned char>(c);
  return code < 0x20 || code == 0x7f;
}

bool plain_can_hold(std::string_view value, bool in_flow) {
  static constexpr std::string_view reserved = ",[]{}#&*!|>'\"%@`";
  if (value.empty() || value.front() == ' ' || value.back() == ' ') return false;
  if (std::ranges::any_of(value, is_control)) return false;
  if (reserved.find(value[0]) != reserved.npos) return false;
  bool marks = value[0] == '-' || value[0] == '?' || value[0] == ':';
  if (marks && (value.size() == 1 || value[1] == ' ')) return false;
  if (value.starts_with("---") || value.starts_with("...")) return false;
  if (value.find(": ") != value.npos || value.find(" #") != value.npos || value.back() == ':') return false;
  return !in_flow || value.find_first_of(",[]{}:") == value.npos;
}

std::string in_single(std::string_view value) {
  std::string text = "'";
  for (char c : value) text += c == '\'' ? "''" : std::string(1, c);
  return text + "'";
}

std::string in_double(std::string_view value) {
  std::string text = "\"";
  for (char c : value) {
    if (c == '"' || c == '\\') text += {'\\', c};
    else if (c == '\n') text += "\\n";
    else if (c == '\t') text += "\\t";
    else if (is_control(c)) text += fmt::format("\\x{:02X}", static_cast<unsigned char>(c));
    else text += c;
  }
  return text + '"';
}

// `old`: what stands there now.
std::string written(const YamlPart &part, std::string_view old, std::string_view value) {
  if (part.form == YamlForm::Double) return in_double(value);
  if (part.form == YamlForm::Single && std::ranges::none_of(value, is_control)) return in_single(value);
  if (part.form == YamlForm::Single || !plain_can_hold(value, part.in_flow)) return in_double(value);
  PlainType type = plain_type(value);
  bool whole = type != PlainType::Number || value.back() != '0';  // 1.90 would be read as 1.9
  if (type == PlainType::Text || (part.form == YamlForm::Plain && type == plain_type(old) && whole))
    return std::string(value);
  return in_double(value);
}

std::string shown(std::span<const std::string> path) { return fmt::format("{}", fmt::join(path, ".")); }

std::optional<size_t> index_of(const std::string &word) {
  size_t index = 0;
  std::from_chars_result end = std::from_chars(word.data(), word.data() + word.size(), index);
  if (end.ec != std::errc() || end.ptr != word.data() + word.size()) return std::nullopt;
  return index;
}

Result<const YamlPart *> find_part(const YamlScan &scan, const Path &path) {
  const YamlPart *part = &scan.parts[scan.root];
  for (size_t depth = 0;; ++depth) {
    std::string here = depth ? shown(std::span(path).first(depth)) : "the file";
    if (part->form == YamlForm::Alias)
      return refuse(here + " is an alias (*): other places would change with it; edit it by hand");
    if (part->anchored) return refuse(here + " has an anchor (&): other places would change with it; edit it by hand");
    if (part->tagged && depth == path.size()) return refuse(here + " has a tag (!); edit it by hand");
    if (depth == path.size()) return part;
    const YamlPart *next = nullptr;
    if (part->form == YamlForm::Sequence) {
      std::optional<size_t> index = index_of(path[depth]);
      if (index && *index < part->children.size()) next = &scan.parts[part->children[*index].second];
    } else if (part->form == YamlForm::Map) {
      for (const auto &[key, child] : part->children) {
        if (key != path[depth]) continue;
        if (next) return refuse(shown(std::span(path).first(depth + 1)) + " is there twice");
        next = &scan.parts[child];
      }
    }
    if (!next) return refuse("there is no " + shown(std::span(path).first(depth + 1)));
    part = next;
  }
}

// Equal but for the value at the path, which is `value` in `after`.
bool changed_only(const YamlNode &before, const YamlNode &after, std::span<const std::string> path,
                  std::string_view value) {
  if (path.empty()) return after.kind == YamlNode::Kind::Scalar && after.text == value;
  if (before.kind != after.kind || before.entries.size() != after.entries.size() ||
      before.items.size() != after.items.size())
    return false;
  std::optional<size_t> index = index_of(path[0]);
  for (size_t i = 0; i < before.items.size(); ++i)
    if (i == index ? !changed_only(*before.items[i], *after.items[i], path.subspan(1), value)
                   : !same_yaml(*before.items[i], *after.items[i]))
      return false;
  for (size_t i = 0; i < before.entries.size(); ++i) {
    const YamlEntry &one = before.entries[i], &two = after.entries[i];
    bool on_path = before.is_map() && one.key == path[0];
    if (one.key != two.key ||
        (on_path ? !changed_only(*one.value, *two.value, path.subspan(1), value) : !same_yaml(*one.value, *two.value)))
      return false;
  }
  return true;
}

}  // namespace

TextResult set_yaml(std::string_view text, const Path &path, std::string_view value) {
  Result<std::vector<Yaml>> before = parse_yaml(text);
  if (!before) return std::unexpected(before.error());
  Result<YamlScan> scan = scan_yaml(text);
  if (!scan) return std::unexpected(scan.error());
  Result<const YamlPart *> found = find_part(*scan, path);
  if (!found) return std::unexpected(found.error());
  const YamlPart &part = **found;
  if (part.form == YamlForm::Map || part.form == YamlForm::Sequence || part.form == YamlForm::Absent)
    return refuse(shown(path) + " is no single value");
  if (part.form == YamlForm::Block) return refuse(shown(path) + " is a block of text; change a line of it");
  std::string with = written(part, text.substr(part.begin, part.end - part.begin), value);
  if (part.form == YamlForm::Empty) with = " " + with;
  std::string edited = splice(text, part.begin, part.end, with);
  Result<std::vector<Yaml>> after = parse_yaml(edited);
  if (!after || before->size() != 1 || after->size() != 1 ||
      !changed_only(*before->front(), *after->front(), path, value))
    return refuse("the place of " + shown(path) + " could not be told for certain; edit it by hand");
  return edited;
}

}  // namespace ldwhy
