#include "fix/cmake_lists.h"

#include <algorithm>

#include <fmt/format.h>

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

bool makes(const CMakeCommand &command) { return command.name == "add_executable" || command.name == "add_library"; }

// The one value of a variable; empty: it has none, or several.
std::string_view value_of(std::string_view variable, const std::vector<CMakeList> &lists) {
  bool of_project = variable == "PROJECT_NAME" || variable == "CMAKE_PROJECT_NAME";
  std::string_view value;
  for (const CMakeList &list : lists)
    for (const CMakeCommand &command : list.commands) {
      bool sets =
          of_project ? command.name == "project" : command.name == "set" && list.argument(command, 0) == variable;
      if (!sets) continue;
      std::string_view found = list.argument(command, of_project ? 0 : 1);
      if (!value.empty() && value != found) return {};
      value = found;
    }
  return value;
}

}  // namespace

std::vector<CMakeList> read_cmake_lists(const std::string &root, const Files &files) {
  std::vector<std::string> paths;
  // A build in the source tree leaves its cache beside the first list.
  if (std::string top = join_path(root, "CMakeLists.txt"); files.is_file(join_path(root, "CMakeCache.txt"))) {
    if (files.is_file(top)) paths.push_back(top);
    for (const std::string &name : files.list(root))
      if (std::string path = join_path(root, name); !name.starts_with('.') && files.is_directory(path))
        find_lists(path, most_depth - 1, files, paths);
  } else {
    find_lists(root, most_depth, files, paths);
  }
  std::vector<CMakeList> lists;
  for (const std::string &path : paths) {
    Result<FileRef> file = files.open(path);
    if (!file) continue;
    std::string_view text = (*file)->bytes().text();
    Result<std::vector<CMakeCommand>> commands = parse_cmake(text);
    if (commands) lists.push_back({path, *file, text, std::move(*commands)});
  }
  return lists;
}

bool names_target(const CMakeCommand &command, std::string_view target, const std::vector<CMakeList> &lists) {
  if (command.arguments.empty() || target.empty()) return false;
  std::string_view name = command.arguments.front().text;
  if (name.starts_with("${") && name.ends_with('}')) name = value_of(name.substr(2, name.size() - 3), lists);
  return name == target;
}

std::expected<CMakeTarget, std::string> find_cmake_target(std::string_view target,
                                                          const std::vector<CMakeList> &lists) {
  CMakeTarget found;
  for (const CMakeList &list : lists)
    for (const CMakeCommand &command : list.commands) {
      if (!makes(command) || !names_target(command, target, lists)) continue;
      if (found.maker) return std::unexpected(fmt::format("more than one command makes a target {}", target));
      found = {&list, &command};
    }
  if (!found.maker) return std::unexpected(fmt::format("no add_executable() or add_library() names {}", target));
  return found;
}

}  // namespace ldwhy
