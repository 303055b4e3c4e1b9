#include "fix/mirror.h"

#include <unistd.h>

#include <set>

namespace ldwhy {
namespace {

constexpr size_t most_links = 20'000;  // of one folder; what is beyond is not there

}  // namespace

std::optional<Problem> Mirror::make(const std::map<std::string, std::string> &files) {
  if (scratch_.path().empty()) return Problem{"", "", std::nullopt, "no scratch folder can be made"};
  std::set<std::string> folders;  // those that are no links
  for (const auto &[file, contents] : files)
    for (std::string folder(parent_path(file)); folders.insert(folder).second && folder != "/";
         folder = parent_path(folder));
  for (const std::string &folder : folders) {
    if (std::optional<Problem> problem = make_folders(path(folder))) return problem;
    size_t links = 0;
    for (const std::string &name : DiskFiles().list(folder)) {
      std::string real = join_path(folder, name);
      if (folders.contains(real) || files.contains(real)) continue;
      if (++links > most_links) break;
      // What cannot be linked is missing in the mirror; the program says so if it needs it.
      (void)!::symlink(real.c_str(), path(real).c_str());
    }
  }
  for (const auto &[file, contents] : files)
    if (std::optional<Problem> problem = write_file_atomically(path(file), contents)) return problem;
  return std::nullopt;
}

}  // namespace ldwhy
