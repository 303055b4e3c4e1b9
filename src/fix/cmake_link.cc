// cmake-commands(7): add_executable, add_library, target_link_libraries.
#include <algorithm>

#include <fmt/format.h>

#include "edit/text_lines.h"
#include "fix/cmake_lists.h"
#include "fix/link_edit.h"

namespace ldwhy {
namespace {

// How target_link_libraries() names it: a target of the project where one makes it.
std::string cmake_word(const std::string &word, const LinkEdit &edit, const std::vector<CMakeList> &lists) {
  if (word.starts_with("-l")) return word.substr(2);
  if (word.starts_with('-')) return word;
  std::string_view target = target_name(word);
  for (const CMakeList &list : lists)
    for (const CMakeCommand &command : list.commands)
      if (command.name == "add_library" && names_target(command, target, lists)) return std::string(target);
  return normal_path(join_path(edit.directory, word));
}

}  // namespace

std::expected<FileChange, std::string> edit_cmake_target(const LinkEdit &edit, const Files &files) {
  std::vector<CMakeList> lists = read_cmake_lists(edit.root, files);
  std::string_view target = target_name(edit.output);
  std::expected<CMakeTarget, std::string> made = find_cmake_target(target, lists);
  if (!made) return std::unexpected(made.error());
  const CMakeList &home = *made->list;
  const CMakeCommand *linker = nullptr;
  for (const CMakeCommand &command : home.commands)
    if (command.name == "target_link_libraries" && names_target(command, target, lists) &&
        command.end > made->maker->end)
      linker = &command;
  std::string added, after(home.text);
  for (const std::string &word : edit.words) added += " " + cmake_word(word, edit, lists);
  if (!linker) {
    after = insert_lines(home.text, past_line(home.text, made->maker->end),
                         fmt::format("target_link_libraries({} PRIVATE{})", home.argument(*made->maker, 0), added));
    return FileChange{home.path, std::string(home.text), after, false};
  }
  // Written since the build failed.
  auto is_named = [&](const std::string &word) {
    return std::ranges::any_of(linker->arguments, [&](const CMakeArgument &argument) {
      return argument.text == cmake_word(word, edit, lists);
    });
  };
  if (!edit.moves && std::ranges::all_of(edit.words, is_named))
    return std::unexpected("target_link_libraries() names it by now: build once more");
  // The last argument's end: words stay before a comment and the closing parenthesis.
  size_t end = linker->arguments.back().end;
  after = splice(after, end, end, added);
  // Those that move leave the place where they stood, unless nothing stood behind them.
  for (size_t i = linker->arguments.size(); edit.moves && i-- > 1;) {
    const CMakeArgument &argument = linker->arguments[i];
    bool moved = std::ranges::any_of(edit.words, [&](const std::string &word) {
      return argument.text == cmake_word(word, edit, lists) || argument.text == word;
    });
    if (!moved) continue;
    if (i + 1 == linker->arguments.size())
      return std::unexpected(fmt::format("{} is the last that target_link_libraries() names", argument.text));
    after = splice(after, argument.begin, linker->arguments[i + 1].begin, "");
  }
  return FileChange{home.path, std::string(home.text), after, false};
}

}  // namespace ldwhy
