// A source that no target lists. cmake-commands(7): add_executable, add_library, target_sources,
// set, list(APPEND), file(GLOB).
#include <algorithm>

#include <fmt/format.h>

#include "command/question.h"
#include "edit/text_lines.h"
#include "fix/cmake_lists.h"
#include "fix/link_edit.h"

namespace ldwhy {
namespace {

const CMakeArgument *last_source(const CMakeCommand &command) {
  const CMakeArgument *found = nullptr;
  for (size_t i = 1; i < command.arguments.size(); ++i)
    if (is_source_file(command.arguments[i].text)) found = &command.arguments[i];
  return found;
}

// Behind the last source, on a line of its own where that has one.
FileChange add_behind(const CMakeList &list, const CMakeArgument &last, const LinkEdit &edit) {
  std::string word = relative_path(edit.source, std::string(parent_path(list.path)));
  if (last.text.starts_with("${CMAKE_CURRENT_SOURCE_DIR}/")) word = "${CMAKE_CURRENT_SOURCE_DIR}/" + word;
  if (last.kind == CMakeArgument::Kind::Quoted || word.find(' ') != word.npos) word = fmt::format("\"{}\"", word);
  size_t line = line_begin(list.text, last.begin);
  std::string_view before = list.text.substr(line, last.begin - line);
  bool alone = before.find_first_not_of(" \t") == before.npos;
  std::string_view rest = list.text.substr(last.end, past_line(list.text, last.end) - last.end);
  // A comment stays with the source that it stands beside.
  if (size_t comment = rest.find_first_not_of(" \t"); alone && comment != rest.npos && rest[comment] == '#')
    return {list.path, std::string(list.text),
            insert_lines(list.text, last.end + rest.size(), std::string(before) + word), false};
  std::string added = alone ? fmt::format("{}{}{}", line_end_of(list.text), before, word) : " " + word;
  return {list.path, std::string(list.text), splice(list.text, last.end, last.end, added), false};
}

std::string place_of(const CMakeList &list, const CMakeCommand &command, const LinkEdit &edit) {
  return fmt::format("{}:{}", relative_path(list.path, edit.root), command.line);
}

// The commands that give a variable its sources: set(), list(APPEND), file(GLOB).
std::expected<FileChange, std::string> add_to_variable(std::string_view variable, const CMakeList &list,
                                                       const LinkEdit &edit) {
  const CMakeCommand *home = nullptr;
  for (const CMakeCommand &command : list.commands) {
    if (command.name == "file" && list.argument(command, 0).starts_with("GLOB") &&
        list.argument(command, 1) == variable)
      return std::unexpected(fmt::format("{} collects the sources when cmake runs: run cmake once more, and build",
                                         place_of(list, command, edit)));
    bool sets = command.name == "set" && list.argument(command, 0) == variable;
    bool appends =
        command.name == "list" && list.argument(command, 0) == "APPEND" && list.argument(command, 1) == variable;
    if ((sets || appends) && last_source(command)) home = &command;
  }
  if (!home) return std::unexpected(fmt::format("no set() beside it gives {} its sources", variable));
  return add_behind(list, *last_source(*home), edit);
}

std::expected<FileChange, std::string> add_to_target(std::string_view target, const std::vector<CMakeList> &lists,
                                                     const LinkEdit &edit) {
  std::expected<CMakeTarget, std::string> made = find_cmake_target(target, lists);
  if (!made) return std::unexpected(made.error());
  const CMakeList &list = *made->list;
  if (const CMakeArgument *last = last_source(*made->maker)) return add_behind(list, *last, edit);
  for (const CMakeCommand &command : list.commands)
    if (command.name == "target_sources" && names_target(command, target, lists))
      if (const CMakeArgument *last = last_source(command)) return add_behind(list, *last, edit);
  std::expected<FileChange, std::string> change =
      std::unexpected(fmt::format("{} names no source", place_of(list, *made->maker, edit)));
  for (size_t i = 1; i < made->maker->arguments.size() && !change; ++i) {
    std::string_view text = made->maker->arguments[i].text;
    if (text.starts_with("${") && text.ends_with('}'))
      change = add_to_variable(text.substr(2, text.size() - 3), list, edit);
  }
  return change;
}

}  // namespace

std::expected<FileChange, std::string> add_cmake_source(const LinkEdit &edit, const Files &files) {
  std::vector<CMakeList> lists = read_cmake_lists(edit.root, files);
  // What an archive of the project lacks belongs into it.
  if (!edit.archive.empty() && find_cmake_target(target_name(edit.archive), lists))
    return add_to_target(target_name(edit.archive), lists, edit);
  return add_to_target(target_name(edit.output), lists, edit);
}

}  // namespace ldwhy
