// Files like those that the link line names in vain: the run-time half of a library,
// or the library itself in a folder that is not searched.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "survey/survey.h"

namespace ldwhy {
namespace {

constexpr int most_depth = 3;
constexpr size_t most_folders = 400;

// Folders of the project that are not searched, breadth first, bounded.
std::vector<std::string> project_folders(const std::string &root, const Files &files) {
  std::vector<std::string> folders{root};
  std::vector<int> depth{0};
  for (size_t i = 0; i < folders.size() && folders.size() < most_folders; ++i) {
    if (depth[i] >= most_depth) continue;
    std::string folder = folders[i];
    for (const std::string &name : files.list(folder)) {
      if (name.starts_with('.') || name == "node_modules") continue;
      std::string path = join_path(folder, name);
      if (folders.size() < most_folders && files.is_directory(path)) {
        folders.push_back(path);
        depth.push_back(depth[i] + 1);
      }
    }
  }
  return folders;
}

void look(const SurveyContext &context, const Quarry &, Survey &survey) {
  const Link &link = context.link;
  const Files &files = context.files;
  const Command &command = link.command;
  std::vector<std::string> project;
  for (uint32_t i = 0; i < link.inputs.size(); ++i) {
    const InputArg &argument = command.inputs[i];
    if (link.inputs[i].kind != InputKind::Missing || argument.automatic) continue;
    bool library = argument.kind == InputArg::Kind::Library;
    if (argument.kind == InputArg::Kind::Framework) continue;
    std::set<std::string> names;
    if (library)
      for (const char *ending : {".so", ".a", ".dylib", ".tbd"})
        names.insert(fmt::format("lib{}{}", argument.text, ending));
    else names.insert(std::string(file_name(argument.text)));
    std::string run_time = fmt::format("lib{}.so.", argument.text);
    if (library)
      for (const std::string &folder : command.library_paths)
        for (const std::string &name : files.list(join_path(command.directory, folder)))
          if (name.starts_with(run_time)) survey.near_files.push_back({argument.text, join_path(folder, name), true});
    std::set<std::string> searched;
    for (const std::string &folder : command.library_paths)
      searched.insert(real_path(join_path(command.directory, folder)));
    if (!library) searched.clear();
    if (project.empty()) project = project_folders(command.directory, files);
    for (const std::string &folder : project)
      for (const std::string &name : files.list(folder))
        if (names.contains(name) && !searched.contains(real_path(folder))) {
          std::string path = join_path(folder, name);
          if (path.starts_with(command.directory + "/")) path.erase(0, command.directory.size() + 1);
          survey.near_files.push_back({argument.text, path, false});
        }
  }
  std::ranges::stable_sort(survey.near_files, {}, &NearFile::run_time_only);
}

}  // namespace

extern const SurveySource near_files_source{"near-files", "files like those that are missing", true, look};

}  // namespace ldwhy
