#include "fix/place_edit.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <vector>

#include "base/words.h"
#include "edit/text_lines.h"
#include "edit/toml_scan.h"
#include "project/shell.h"
#include "project/yaml.h"

namespace ldwhy {
namespace {

constexpr uint32_t most_continued = 60;  // lines that one value can have

bool is_toml(std::string_view file) { return file.ends_with(".toml") || file.ends_with(".cargo/config"); }
bool is_yaml(std::string_view file) { return file.ends_with(".yml") || file.ends_with(".yaml"); }
bool is_cmake(std::string_view file) { return file_name(file) == "CMakeLists.txt" || file.ends_with(".cmake"); }

TomlKey toml_key(const std::string &text) {
  Result<TomlScan> scan = scan_toml(text + " = 0");
  return scan && scan->entries.size() == 1 ? scan->entries[0].path : TomlKey();
}

// ---- YAML ----

struct YamlPlace {
  std::vector<std::string> path;
  std::string text;
};

void find_scalars(const YamlNode &node, uint32_t line, std::vector<std::string> &path, std::vector<YamlPlace> &found) {
  auto visit = [&](const std::string &key, const YamlNode &value) {
    path.push_back(key);
    if (value.is_scalar() && value.line == line && value.text_line == line) found.push_back({path, value.text});
    else find_scalars(value, line, path, found);
    path.pop_back();
  };
  for (const YamlEntry &entry : node.entries) visit(entry.key, *entry.value);
  for (size_t i = 0; i < node.items.size(); ++i) visit(std::to_string(i), *node.items[i]);
}

// The scalar on a line that is given a variable's value; nothing where it is not just one.
std::optional<YamlPlace> yaml_scalar(std::string_view text, uint32_t line, std::string_view key,
                                     std::string_view value) {
  Result<std::vector<Yaml>> documents = parse_yaml(text);
  if (!documents || documents->size() != 1) return std::nullopt;
  std::vector<YamlPlace> found;
  std::vector<std::string> path;
  find_scalars(*documents->front(), line, path, found);
  std::erase_if(found, [&](const YamlPlace &place) { return place.path.back() != key && place.text != value; });
  if (found.size() != 1) return std::nullopt;
  return found.front();
}

// ---- Lines ----

// A value that begins on `line` goes on after a backslash, a block's or an array's begin.
uint32_t last_line(std::string_view text, uint32_t line) {
  std::optional<std::pair<size_t, size_t>> range = line_range(text, line);
  if (!range) return line;
  auto indent_of = [&](std::pair<size_t, size_t> of) {
    return std::min(text.find_first_not_of(" \t", of.first), of.second) - of.first;
  };
  auto tail_of = [&](std::pair<size_t, size_t> of) {
    std::string_view tail = text.substr(of.first, of.second - of.first);
    while (!tail.empty() && is_blank(tail.back())) tail.remove_suffix(1);
    return tail;
  };
  std::string_view tail = tail_of(*range);
  bool block = false;
  for (std::string_view end : {"|", ">", "|-", ">-", "(", "[", ":"}) block = block || tail.ends_with(end);
  size_t indent = indent_of(*range);
  for (uint32_t more = 0; more < most_continued; ++more) {
    if (!block && !tail.ends_with('\\')) return line;
    std::optional<std::pair<size_t, size_t>> next = line_range(text, line + 1);
    if (!next || (block && !tail_of(*next).empty() && indent_of(*next) <= indent)) return line;
    tail = tail_of(*next);
    ++line;
  }
  return line;
}

// replace_word on the one line from `first` to `last` that has the word.
TextResult replace_between(std::string_view text, uint32_t first, uint32_t last, std::string_view before,
                           std::string_view after) {
  TextResult result = replace_word(text, first, before, after);
  size_t found = result ? 1 : 0;
  for (uint32_t line = first + 1; line <= last; ++line) {
    TextResult here = replace_word(text, line, before, after);
    if (!here) continue;
    ++found;
    result = std::move(here);
  }
  if (found > 1)
    return refuse(fmt::format("lines {} to {} have {} more than once; edit them by hand", first, last, before));
  return result;
}

// The lines of a list of flags: of a TOML value all, else of the place's line.
TextResult change_word(const std::string &file, std::string_view text, const SettingSource &source,
                       std::string_view before, std::string_view after) {
  uint32_t first = std::max(source.place.line, 1u), last = last_line(text, first);
  if (is_toml(file)) {
    TomlKey key = toml_key(source_words(source).key);
    if (Result<TomlScan> scan = scan_toml(text))
      for (const TomlEntry &entry : scan->entries)
        if (!key.empty() && entry.path == key) {
          first = line_number(text, entry.value_begin);
          last = line_number(text, entry.value_end);
        }
  }
  if (is_yaml(file) && after.empty()) {
    // An empty plain scalar would be no text at all.
    std::optional<YamlPlace> scalar = yaml_scalar(text, first, source_words(source).key, before);
    if (scalar && scalar->text == before) return set_yaml(text, scalar->path, "");
  }
  return replace_between(text, first, last, before, after);
}

// What direnv puts into this shell stands in the project's .envrc.
SettingSource at_home(const PlanEdits &edits, SettingSource source) {
  if (source.place.file != "environment") return source;
  Result<std::string> script = edits.text(".envrc");
  if (!script) return source;
  Shell shell;
  shell.run(*script, {".envrc", 1}, [](Shell &, const ShellCommand &) {});
  auto found = shell.variables.find(source_words(source).key);
  if (found != shell.variables.end() && found->second.exported) source.place = found->second.place;
  return source;
}

// A place that is no file; the command that does what an edit would.
bool refuse_place(PlanEdits &edits, const SettingSource &source, const std::string &command) {
  std::string key = source_words(source).key;
  if (source.place.file == "environment") {
    edits.tell(command);
    edits.refuse_plan(fmt::format("{} is set in this shell and not in a file of the project's", key));
  } else if (source.place.file == "command line") {
    edits.refuse_plan(fmt::format("{} was given for the sake of argument; no file says so", key));
  } else {
    edits.refuse_plan("no file says so");
  }
  return false;
}

bool refuse_cache(PlanEdits &edits, const SettingSource &source, std::string_view value) {
  std::string folder(parent_path(source.place.file));
  edits.tell(
      quote_words({"cmake", fmt::format("-D{}={}", source_words(source).key, value), folder.empty() ? "." : folder}));
  edits.refuse_plan(fmt::format("{} is CMake's own; run the command instead", source.place.file));
  return false;
}

// What a variable of this process would be with the flag changed.
std::string export_command(const PlanEdits &edits, const std::string &key, std::string_view before,
                           std::string_view after) {
  std::string value;
  for (const Setting &setting : edits.context().build.settings)
    if (setting.source.text == key) value = setting.source.value;
  if (before.empty())
    return "export " + key + "=" + quote_words({value + (value.empty() ? "" : " ") + std::string(after)});
  TextResult changed = replace_word(value, 1, before, after);
  if (!changed || changed->empty()) return "unset " + key;
  return "export " + key + "=" + quote_words({*changed});
}

}  // namespace

SourceWords source_words(const SettingSource &source) {
  SourceWords words{source.text, ""};
  if (words.key.starts_with("--config ")) words.key.erase(0, 9);
  if (size_t colon = words.key.find(": "); colon != std::string::npos) {
    words.flag = words.key.substr(colon + 2);
    words.key.resize(colon);
  }
  // CMake's settings name a condition that could not be decided.
  if (size_t only = words.key.find(" (only where "); only != std::string::npos) words.key.resize(only);
  return words;
}

bool is_in_file(const Place &place) {
  return !place.file.empty() && place.file != "environment" && place.file != "command line";
}

std::string toml_value(std::string_view value) {
  bool number = !value.empty() && value.find_first_not_of("0123456789") == value.npos;
  if (number || value == "true" || value == "false") return std::string(value);
  return fmt::format("\"{}\"", value);
}

bool change_value(PlanEdits &edits, const SettingSource &given, std::string_view value) {
  SettingSource source = at_home(edits, given);
  SourceWords words = source_words(source);
  const std::string &file = source.place.file;
  if (!is_in_file(source.place)) return refuse_place(edits, source, fmt::format("export {}={}", words.key, value));
  if (file_name(file) == "CMakeCache.txt") return refuse_cache(edits, source, value);
  return edits.change(file, [&](std::string_view text) -> TextResult {
    if (is_toml(file)) {
      TomlKey key = toml_key(words.key);
      if (key.empty()) return refuse("the key " + words.key + " can't be read");
      return set_toml(text, key, toml_value(value));
    }
    if (is_cmake(file)) {
      // A target's property has the variable's name without CMAKE_.
      TextResult set = set_cmake(text, words.key, value, source.place.line);
      if (set || !words.key.starts_with("CMAKE_")) return set;
      TextResult property = set_cmake(text, std::string_view(words.key).substr(6), value, source.place.line);
      return property ? property : set;
    }
    if (is_yaml(file))
      if (std::optional<YamlPlace> scalar = yaml_scalar(text, source.place.line, words.key, source.value))
        return set_yaml(text, scalar->path, value);
    return replace_word(text, source.place.line, source.value, value);
  });
}

bool switch_off(PlanEdits &edits, const SettingSource &source, const std::string &name) {
  SettingSource plain{"ON", source.place, name, ""};
  const std::string &file = source.place.file;
  if (!is_in_file(source.place) || is_cmake(file) || file_name(file) == "CMakeCache.txt")
    return change_value(edits, plain, "OFF");
  return edits.change(file, [&](std::string_view text) {
    TextResult result = refuse(fmt::format("line {} does not switch {} on", source.place.line, name));
    for (const char *word : {"ON", "On", "on", "TRUE", "True", "YES", "1"})
      if (!result) result = replace_word(text, source.place.line, word, "OFF");
    return result ? result : replace_word(text, source.place.line, "true", "false");
  });
}

bool change_flag(PlanEdits &edits, const SettingSource &given, std::string_view before, std::string_view after) {
  SettingSource source = at_home(edits, given);
  SourceWords words = source_words(source);
  const std::string &file = source.place.file;
  if (!is_in_file(source.place)) return refuse_place(edits, source, export_command(edits, words.key, before, after));
  if (file_name(file) == "CMakeCache.txt") return refuse_cache(edits, source, "…");
  return edits.change(file, [&](std::string_view text) { return change_word(file, text, source, before, after); });
}

bool append_flag(PlanEdits &edits, const SettingSource &given, std::string_view flag) {
  SettingSource source = at_home(edits, given);
  SourceWords words = source_words(source);
  const std::string &file = source.place.file;
  if (!is_in_file(source.place)) return refuse_place(edits, source, export_command(edits, words.key, "", flag));
  if (file_name(file) == "CMakeCache.txt") return refuse_cache(edits, source, fmt::format("{} {}", source.value, flag));
  return edits.change(file, [&](std::string_view text) -> TextResult {
    if (is_toml(file)) {
      // Of several lists that are joined, the first will do.
      std::string first = words.key.substr(0, words.key.find(" + "));
      return append_toml(text, toml_key(first), flag);
    }
    if (is_yaml(file))
      if (std::optional<YamlPlace> scalar = yaml_scalar(text, source.place.line, words.key, source.value))
        return set_yaml(text, scalar->path,
                        scalar->text.empty() ? std::string(flag) : fmt::format("{} {}", scalar->text, flag));
    std::vector<std::string> all = split_words(source.value);
    if (all.empty()) return refuse(fmt::format("line {} has no flag to put {} behind", source.place.line, flag));
    uint32_t last = last_line(text, source.place.line);
    return replace_between(text, source.place.line, last, all.back(), fmt::format("{} {}", all.back(), flag));
  });
}

}  // namespace ldwhy
