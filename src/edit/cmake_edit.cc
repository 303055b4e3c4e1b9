// Giving a variable or property of a CMake file a new value (cmake-commands(7): set, option,
// set_property, set_target_properties). Only the value's arguments change; the others, and the
// comments and line breaks outside them, stay.
#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <span>

#include "edit/edit.h"
#include "edit/text_lines.h"
#include "project/cmake_language.h"

namespace ldwhy {
namespace {

// The value's arguments; where there are none, it is put behind `after`.
struct ValueRange {
  size_t first = 0, count = 0;  // indexes into the command's arguments
};

std::string written(std::string_view value, bool quoted) {
  static constexpr std::string_view special = " \t\n;()#\"\\";
  if (!quoted && !value.empty() && value.find_first_of(special) == value.npos) return std::string(value);
  std::string text = "\"";
  for (char c : value) {
    if (c == '"' || c == '\\') text += '\\';
    text += c;
  }
  return text + '"';
}

class Call {
 public:
  Call(std::string_view text, const CMakeCommand &command) : text_(text), command_(command) {}

  // Nothing where the command does not set `variable`.
  std::optional<ValueRange> value_of(std::string_view variable) const {
    size_t count = command_.arguments.size();
    if (command_.name == "set" && is(0, variable)) {
      size_t end = 1;
      while (end < count && !keyword(end, {"CACHE", "PARENT_SCOPE"})) ++end;
      return ValueRange{1, end - 1};
    }
    if (command_.name == "option" && is(0, variable) && count >= 2)
      return ValueRange{2, std::min<size_t>(count - 2, 1)};
    if (command_.name == "set_property") {
      for (size_t i = 0; i + 1 < count; ++i)
        if (keyword(i, {"PROPERTY"}))
          return is(i + 1, variable) ? std::optional(ValueRange{i + 2, count - i - 2}) : std::nullopt;
    }
    if (command_.name == "set_target_properties") {
      size_t i = 0;
      while (i < count && !keyword(i, {"PROPERTIES"})) ++i;
      for (++i; i + 1 < count; i += 2)
        if (is(i, variable)) return ValueRange{i + 1, 1};
    }
    return std::nullopt;
  }

  std::string with_value(ValueRange range, std::string_view value) const {
    const std::vector<CMakeArgument> &arguments = command_.arguments;
    if (range.count == 0) {
      size_t at = arguments[range.first - 1].end;
      return splice(text_, at, at, " " + written(value, false));
    }
    const CMakeArgument &first = arguments[range.first];
    size_t end = arguments[range.first + range.count - 1].end;
    std::string with = written(value, first.kind != CMakeArgument::Kind::Unquoted);
    // Brackets part arguments without a blank.
    bool joined = arguments[range.first - 1].end == first.begin;
    return splice(text_, first.begin, end, joined ? " " + with : with);
  }

 private:
  bool is(size_t index, std::string_view word) const {
    return index < command_.arguments.size() && command_.arguments[index].text == word;
  }
  bool keyword(size_t index, std::span<const std::string_view> words) const {
    return std::ranges::any_of(words, [&](std::string_view word) { return is(index, word); });
  }
  bool keyword(size_t index, std::initializer_list<std::string_view> words) const {
    return keyword(index, std::span(words.begin(), words.size()));
  }

  std::string_view text_;
  const CMakeCommand &command_;
};

// The same commands with the same arguments, but for `changed`, which has one value now.
bool changed_only(std::string_view before, const std::vector<CMakeCommand> &old, std::string_view after, size_t changed,
                  std::string_view variable) {
  Result<std::vector<CMakeCommand>> now = parse_cmake(after);
  if (!now || now->size() != old.size()) return false;
  for (size_t i = 0; i < old.size(); ++i) {
    const CMakeCommand &one = old[i], &two = (*now)[i];
    if (one.name != two.name) return false;
    if (i != changed && before.substr(one.begin, one.end - one.begin) != after.substr(two.begin, two.end - two.begin))
      return false;
  }
  std::optional<ValueRange> value = Call(after, (*now)[changed]).value_of(variable);
  return value && value->count == 1;
}

TextResult add_set(std::string_view text, const std::vector<CMakeCommand> &commands, std::string_view variable,
                   std::string_view value) {
  const CMakeCommand *behind = nullptr;
  for (const CMakeCommand &command : commands) {
    if (Call(text, command).value_of(variable))
      return refuse(fmt::format("{} is set on line {}", variable, line_number(text, command.begin)));
    bool project = command.name == "project";
    if (project || (command.name == "cmake_minimum_required" && !behind)) behind = &command;
    if (project) break;
  }
  size_t at = behind ? past_line(text, behind->end) : line_begin(text, 0);
  return insert_lines(text, at, fmt::format("set({} {})", variable, written(value, false)));
}

}  // namespace

TextResult set_cmake(std::string_view text, std::string_view variable, std::string_view value, uint32_t line) {
  Result<std::vector<CMakeCommand>> commands = parse_cmake(text);
  if (!commands) return std::unexpected(commands.error());
  if (line == 0) return add_set(text, *commands, variable, value);
  std::optional<size_t> found;
  std::optional<ValueRange> range;
  for (size_t i = 0; i < commands->size(); ++i) {
    const CMakeCommand &command = (*commands)[i];
    if (line < command.line || line > line_number(text, command.end)) continue;
    std::optional<ValueRange> here = Call(text, command).value_of(variable);
    if (!here) continue;
    if (found) return refuse(fmt::format("line {} sets {} twice", line, variable));
    found = i;
    range = here;
  }
  if (!found) return refuse(fmt::format("line {} has no command that sets {}", line, variable));
  std::string edited = Call(text, (*commands)[*found]).with_value(*range, value);
  if (!changed_only(text, *commands, edited, *found, variable))
    return refuse(fmt::format("the value of {} could not be told for certain; edit it by hand", variable));
  return edited;
}

}  // namespace ldwhy
