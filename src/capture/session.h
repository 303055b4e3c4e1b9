// Where sessions live: sessions/ in the user's cache (base/cache.h), one folder for
// the newest failing build of each working directory, and one for each build that runs.
// Everything there is for the user's eyes alone (mode 0700).
#pragma once

#include <string>

#include "base/problem.h"

namespace ldwhy {

// Where the newest failing session of a working directory is kept, there or not.
std::string kept_session(const std::string &cache, const std::string &directory);

class RunningSession {
 public:
  // Also removes what runs that are dead by now left behind.
  static Result<RunningSession> start(const std::string &cache, const std::string &directory);
  ~RunningSession();  // removes the folder unless it was kept
  RunningSession(RunningSession &&other) noexcept;
  RunningSession(const RunningSession &) = delete;
  RunningSession &operator=(const RunningSession &) = delete;
  RunningSession &operator=(RunningSession &&) = delete;

  const std::string &path() const { return path_; }
  std::string capsules() const { return path_ + "/capsules"; }
  // Puts the folder in the place of the one kept before.
  Result<std::string> keep();

 private:
  RunningSession(std::string path, std::string kept, int lock)
      : path_(std::move(path)), kept_(std::move(kept)), lock_(lock) {}
  std::string path_;
  std::string kept_;
  int lock_ = -1;  // held while the run lives
};

}  // namespace ldwhy
