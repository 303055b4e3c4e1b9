// The machine and the place that the link writes to: what to check of a linker's words about
// itself ("No space left on device", "cannot find ld.lld").
#include <sys/utsname.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <set>

#include "command/command.h"
#include "survey/survey.h"

namespace ldwhy {
namespace {

constexpr size_t most_absent_folders = 20;

OutputPlace look_at_output(const Command &command, const Files &files) {
  OutputPlace place;
  place.path = command.output;
  std::string path = join_path(command.directory, command.output.empty() ? "a.out" : command.output);
  place.folder = parent_path(path);
  place.folder_exists = files.is_directory(place.folder);
  place.obstacle = files.write_obstacle(path);
  place.free_bytes = files.free_bytes(place.folder_exists ? place.folder : command.directory);
  return place;
}

std::vector<LinkerProgram> look_for_linkers(const Files &files) {
  std::vector<LinkerProgram> found;
  std::set<std::string> names;
  const char *path = std::getenv("PATH");
  std::string_view rest = path ? path : "";
  while (!rest.empty()) {
    std::string folder(rest.substr(0, rest.find(':')));
    rest.remove_prefix(std::min(rest.size(), folder.size() + 1));
    if (folder.empty()) continue;
    for (const std::string &name : files.list(folder)) {
      // The cheap look first: a folder of programs has thousands. coreutils' `link` is no linker.
      if (name.find("ld") == name.npos || name == "link") continue;
      ProgramName program = classify_program(name);
      if (program.linker && names.insert(name).second) found.push_back({name, join_path(folder, name)});
    }
  }
  return found;
}

PackageManager look_for_packages(const Files &files) {
  if (files.is_file("/usr/bin/apt-get")) return PackageManager::Apt;
  for (const char *path : {"/opt/homebrew/bin/brew", "/usr/local/bin/brew", "/home/linuxbrew/.linuxbrew/bin/brew"})
    if (files.is_file(path)) return PackageManager::Homebrew;
  return PackageManager::Unknown;
}

Arch machine() {
  utsname name{};
  return ::uname(&name) == 0 ? arch_from_name(name.machine) : Arch::Unknown;
}

void look(const SurveyContext &context, const Quarry &, Survey &survey) {
  const Command &command = context.link.command;
  Surroundings &around = survey.surroundings;
  around.output = look_at_output(command, context.files);
  long pages = ::sysconf(_SC_PHYS_PAGES), size = ::sysconf(_SC_PAGESIZE);
  if (pages > 0 && size > 0) around.memory_bytes = static_cast<uint64_t>(pages) * static_cast<uint64_t>(size);
  around.linkers = look_for_linkers(context.files);
  around.packages = look_for_packages(context.files);
  around.machine = machine();
  auto add_absent = [&](const std::string &folder) {
    bool absent = !folder.empty() && !context.files.is_directory(join_path(command.directory, folder));
    if (absent && around.absent_folders.size() < most_absent_folders) around.absent_folders.push_back(folder);
  };
  for (const std::string &root : command.sysroots) add_absent(root);
  for (const std::string &folder : command.library_paths) add_absent(folder);
}

}  // namespace

extern const SurveySource surroundings_source{"surroundings", "the machine, the output's place, linkers on PATH", true,
                                              look};

}  // namespace ldwhy
