// Writing edited files, all or none, and taking the newest set of edits back. What was there before
// is kept in FOLDER/HASH-OF-ROOT/NUMBER/: the files' old bytes and manifest.json.
#pragma once

#include <string>
#include <vector>

#include "base/problem.h"

namespace ldwhy {

struct FileChange {
  std::string path;           // absolute
  std::string before, after;  // all its bytes
  bool created = false;       // there was no such file
};

// A set of changes that was made together.
struct ChangeSet {
  std::string title;
  std::string time;                // UTC, ISO 8601
  std::vector<std::string> files;  // absolute
};

class Journal {
 public:
  // `folder`: for the sets of all projects, made when it is needed; `root`: of the project.
  Journal(const std::string &folder, const std::string &root);

  // Refuses where a file is no longer as `before`. Links are followed: the file they lead to is
  // written, its mode kept. Folders of created files are made.
  std::optional<Problem> apply(const std::string &title, const std::vector<FileChange> &changes) const;
  // Puts the newest set's files back as they were. Refuses where one was changed since.
  Result<ChangeSet> undo() const;
  // The newest first.
  std::vector<ChangeSet> sets() const;

 private:
  std::vector<std::string> numbers() const;  // the oldest first

  std::string folder_;
};

}  // namespace ldwhy
