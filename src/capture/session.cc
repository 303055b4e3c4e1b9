#include "capture/session.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <cstring>
#include <filesystem>
#include <utility>
#include <vector>

#include "base/cache.h"
#include "base/files.h"

namespace ldwhy {
namespace {

constexpr std::string_view running_mark = ".run-";
constexpr std::string_view replaced_mark = ".old-";
constexpr size_t kept_sessions = 32;
constexpr time_t youth_seconds = 60;  // younger folders may not be locked yet

Problem system_problem(const std::string &path) { return {path, "", std::nullopt, std::strerror(errno)}; }

void remove_all(const std::string &path) {
  std::error_code ignored;
  std::filesystem::remove_all(path, ignored);
}

time_t changed_at(const std::string &path) {
  struct stat status;
  return ::stat(path.c_str(), &status) == 0 ? status.st_mtime : 0;
}

bool is_dead(const std::string &session) {
  if (::time(nullptr) - changed_at(session) < youth_seconds) return false;
  int lock = ::open(join_path(session, "lock").c_str(), O_RDWR | O_CLOEXEC);
  if (lock < 0) return errno == ENOENT;
  bool dead = ::flock(lock, LOCK_EX | LOCK_NB) == 0;
  ::close(lock);
  return dead;
}

void clean(const std::string &sessions) {
  std::vector<std::pair<time_t, std::string>> kept;
  for (const std::string &name : DiskFiles().list(sessions)) {
    std::string path = join_path(sessions, name);
    bool temporary = name.find(running_mark) != name.npos || name.find(replaced_mark) != name.npos;
    if (!temporary) kept.emplace_back(changed_at(path), path);
    else if (is_dead(path)) remove_all(path);
  }
  // Saved files hold the space of files that were deleted since.
  std::ranges::sort(kept);
  for (size_t i = 0; i + kept_sessions < kept.size(); ++i) remove_all(kept[i].second);
}

}  // namespace

std::string kept_session(const std::string &cache, const std::string &directory) {
  return fmt::format("{}/sessions/{:016x}", cache, XXH3_64bits(directory.data(), directory.size()));
}

Result<RunningSession> RunningSession::start(const std::string &cache, const std::string &directory) {
  std::string sessions = join_path(cache, "sessions");
  if (!make_private_folder(sessions)) return std::unexpected(system_problem(sessions));
  clean(sessions);
  std::string kept = kept_session(cache, directory);
  std::string path = fmt::format("{}{}XXXXXX", kept, running_mark);
  if (!::mkdtemp(path.data())) return std::unexpected(system_problem(path));
  int lock = ::open(join_path(path, "lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (lock < 0 || !make_private_folder(join_path(path, "capsules")) || !make_private_folder(join_path(path, "answers")))
    return std::unexpected(system_problem(path));
  ::flock(lock, LOCK_EX | LOCK_NB);
  write_file_atomically(join_path(path, "directory"), directory);
  return RunningSession(path, kept, lock);
}

RunningSession::RunningSession(RunningSession &&other) noexcept
    : path_(std::exchange(other.path_, "")), kept_(std::move(other.kept_)), lock_(std::exchange(other.lock_, -1)) {}

RunningSession::~RunningSession() {
  if (!path_.empty()) remove_all(path_);
  if (lock_ >= 0) ::close(lock_);
}

Result<std::string> RunningSession::keep() {
  std::string old = fmt::format("{}{}{}", kept_, replaced_mark, ::getpid());
  int error = 0;
  // Another build of the same folder may put its own there in between.
  for (int tries = 0; tries < 3; ++tries) {
    ::rename(kept_.c_str(), old.c_str());
    error = ::rename(path_.c_str(), kept_.c_str()) == 0 ? 0 : errno;
    remove_all(old);
    if (error != ENOTEMPTY && error != EEXIST) break;
  }
  if (error != 0) return std::unexpected(Problem{kept_, "", std::nullopt, std::strerror(error)});
  path_.clear();
  return kept_;
}

}  // namespace ldwhy
