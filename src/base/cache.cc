#include "base/cache.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstring>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/files.h"

namespace ldwhy {
namespace {

bool usable(const std::string &folder) { return ::access(folder.c_str(), R_OK | W_OK | X_OK) == 0; }

// In a folder that everybody can write to, a name may have been taken by somebody else.
bool is_own_folder(const std::string &path) {
  struct stat status;
  return ::lstat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode) && status.st_uid == ::geteuid() &&
         (status.st_mode & 077) == 0;
}

}  // namespace

bool make_private_folder(const std::string &path) { return ::mkdir(path.c_str(), 0700) == 0 || errno == EEXIST; }

Result<std::string> cache_folder() {
  std::vector<std::string> parents;
  if (const char *cache = ::getenv("XDG_CACHE_HOME"); cache && *cache == '/') parents.emplace_back(cache);
  if (const char *home = ::getenv("HOME"); home && *home == '/') parents.push_back(join_path(home, ".cache"));
  for (const std::string &parent : parents) {
    std::string folder = join_path(parent, "ldwhy");
    if (!make_folders(parent) && make_private_folder(folder) && usable(folder)) return folder;
  }
  const char *temporary = ::getenv("TMPDIR");
  std::string parent = fmt::format("{}/ldwhy-{}", temporary && *temporary ? temporary : "/tmp", ::geteuid());
  std::string folder = join_path(parent, "ldwhy");
  if (make_private_folder(parent) && is_own_folder(parent) && make_private_folder(folder)) return folder;
  return std::unexpected(Problem{folder, "", std::nullopt, std::strerror(errno)});
}

}  // namespace ldwhy
