// cmake-commands(7): add_executable, add_library, target_link_libraries.
#include <algorithm>

#include <fmt/format.h>

#include "edit/text_lines.h"
#include "fix/link_edit.h"
#include "project/cmake_language.h"

namespace ldwhy {
namespace {

constexpr int most_depth = 8;
constexpr size_t most_lists = 2000;

void find_lists(const std::string &folder, int depth, const Files &files, std::vector<std::string> &lists) {
  std::vector<std::string> names = files.list(folder);
  if (std::ranges::binary_search(names, "CMakeCache.txt") || lists.size() >= most_lists) return;
  for (const std::string &name : names) {
    std::string path = join_path(folder, name);
    if (name == "CMakeLists.txt") lists.push_back(path);
    else if (depth > 0 && !name.starts_with('.') && files.is_directory(path)) find_lists(path, depth - 1, files, lists);
  }
}

struct List {
  std::string path;
  FileRef file;
  std::string_view text;
  std::vector<CMakeCommand> commands;

  std::string_view argument(const CMakeCommand &command, size_t number) const {
    return number < command.arguments.size() ? command.arguments[number].text : std::string_view();
  }
};

std::vector<List> read_lists(const std::string &root, const Files &files) {
  std::vector<std::string> paths;
  find_lists(root, most_depth, files, paths);
  std::vector<List> lists;
  for (const std::string &path : paths) {
    Result<FileRef> file = files.open(path);
    if (!file) continue;
    std::string_view text = (*file)->bytes().text();
    Result<std::vector<CMakeCommand>> commands = parse_cmake(text);
    if (commands) lists.push_back({path, *file, text, std::move(*commands)});
  }
  return lists;
}

// "libfoo.so.1" is foo, "app.exe" is app.
std::string_view target_name(std::string_view file) {
  std::string_view name = file_name(file);
  if (name.starts_with("lib") && name.find('.') != name.npos) return name.substr(3, name.find('.') - 3);
  return name.ends_with(".exe") ? name.substr(0, name.size() - 4) : name;
}

bool makes(const CMakeCommand &command) { return command.name == "add_executable" || command.name == "add_library"; }

// How target_link_libraries() names it: a target of the project where one makes it.
std::string cmake_word(const std::string &word, const LinkEdit &edit, const std::vector<List> &lists) {
  if (word.starts_with("-l")) return word.substr(2);
  if (word.starts_with('-')) return word;
  std::string_view target = target_name(word);
  for (const List &list : lists)
    for (const CMakeCommand &command : list.commands)
      if (command.name == "add_library" && list.argument(command, 0) == target) return std::string(target);
  return normal_path(join_path(edit.directory, word));
}

}  // namespace

std::expected<FileChange, std::string> edit_cmake_target(const LinkEdit &edit, const Files &files) {
  std::vector<List> lists = read_lists(edit.root, files);
  std::string_view target = target_name(edit.output);
  std::string added;
  for (const std::string &word : edit.words) added += " " + cmake_word(word, edit, lists);
  const List *home = nullptr;
  const CMakeCommand *maker = nullptr, *linker = nullptr;
  for (const List &list : lists)
    for (const CMakeCommand &command : list.commands) {
      if (list.argument(command, 0) != target) continue;
      if (makes(command)) {
        if (maker) return std::unexpected(fmt::format("more than one command makes a target {}", target));
        maker = &command;
        home = &list;
      }
    }
  if (!maker) return std::unexpected(fmt::format("no add_executable() or add_library() names {}", target));
  for (const CMakeCommand &command : home->commands)
    if (command.name == "target_link_libraries" && home->argument(command, 0) == target && command.end > maker->end) linker = &command;
  // The last argument's end: words stay before a comment and the closing parenthesis.
  std::string after = linker ? splice(home->text, linker->arguments.back().end, linker->arguments.back().end, added)
                             : insert_lines(home->text, past_line(home->text, maker->end),
                                            fmt::format("target_link_libraries({} PRIVATE{})", target, added));
  return FileChange{home->path, std::string(home->text), after, false};
}

}  // namespace ldwhy
