// All access to files goes through Files, which has two kinds: the disk, and an
// in-memory twin for tests and fuzzing. A File is a read-only mapping that lives
// as long as anyone holds it; readers keep views into it and never copy.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/function_ref.h"
#include "base/problem.h"

namespace ldwhy {

class File {
 public:
  virtual ~File() = default;
  const std::string &path() const noexcept { return path_; }
  Bytes bytes() const noexcept { return bytes_; }
  // Gives back the memory of the pages that were read, from any thread; what is looked at again
  // is read again.
  virtual void give_back() const {}

 protected:
  explicit File(std::string path) : path_(std::move(path)) {}
  std::string path_;
  Bytes bytes_;
};
using FileRef = std::shared_ptr<const File>;

class Files {
 public:
  virtual ~Files() = default;
  // Maps a regular file. Errors: not there, not readable, not a regular file.
  virtual Result<FileRef> open(const std::string &path) const = 0;
  virtual bool is_file(const std::string &path) const = 0;
  virtual bool is_directory(const std::string &path) const = 0;
  // Anything at all by that name: also what cannot be opened, such as a pipe.
  virtual bool exists(const std::string &path) const { return is_file(path) || is_directory(path); }
  // The same for all paths of one file, links followed; nothing: not there.
  virtual std::optional<std::pair<uint64_t, uint64_t>> identity(const std::string &path) const = 0;
  // Names (not paths) in a folder, sorted; empty when it is not there.
  virtual std::vector<std::string> list(const std::string &folder) const = 0;
  // Why this path could not be written as a file now, in the system's words ("Is a directory");
  // empty: nothing is known to be in the way.
  virtual std::string write_obstacle(const std::string &) const { return ""; }
  // Free bytes on the disk that holds a folder; nothing: not known.
  virtual std::optional<uint64_t> free_bytes(const std::string &) const { return std::nullopt; }
  // When a file's contents last changed, in nanoseconds since 1970; nothing: not there, or not known.
  virtual std::optional<int64_t> modified(const std::string &) const { return std::nullopt; }
};

class DiskFiles final : public Files {
 public:
  Result<FileRef> open(const std::string &path) const override;
  bool is_file(const std::string &path) const override;
  bool is_directory(const std::string &path) const override;
  bool exists(const std::string &path) const override;
  std::optional<std::pair<uint64_t, uint64_t>> identity(const std::string &path) const override;
  std::vector<std::string> list(const std::string &folder) const override;
  std::optional<int64_t> modified(const std::string &path) const override;
  std::string write_obstacle(const std::string &path) const override;
  std::optional<uint64_t> free_bytes(const std::string &folder) const override;
};

class MemoryFiles final : public Files {
 public:
  void add(std::string path, std::string contents) { files_[std::move(path)] = std::move(contents); }
  Result<FileRef> open(const std::string &path) const override;
  bool is_file(const std::string &path) const override { return files_.contains(path); }
  bool is_directory(const std::string &path) const override;
  std::optional<std::pair<uint64_t, uint64_t>> identity(const std::string &path) const override;
  std::vector<std::string> list(const std::string &folder) const override;
  void set_modified(const std::string &path, int64_t nanoseconds) { modified_[path] = nanoseconds; }
  std::optional<int64_t> modified(const std::string &path) const override;

 private:
  std::map<std::string, std::string> files_;
  std::map<std::string, int64_t> modified_;
};

// Paths. `join("/a", "b")` is "/a/b"; an absolute second part stands alone.
std::string join_path(std::string_view folder, std::string_view name);
std::string_view file_name(std::string_view path);
std::string_view parent_path(std::string_view path);
// Lexically: no "//", no "/./", no "dir/..".
std::string normal_path(std::string_view path);
// On the disk: all links followed; the path itself where that cannot be done.
std::string real_path(const std::string &path);

// The bytes of a regular file, of a pipe, or of standard input for "-", handed out piece by piece, so that
// memory does not grow with them.
std::optional<Problem> read_in_pieces(const std::string &path, FunctionRef<void(std::string_view)> take);

// Writes beside the target and renames over it, so that a reader sees the old
// file or the new one, never half of it.
std::optional<Problem> write_file_atomically(const std::string &path, std::string_view contents);
// Makes the folder and its parents.
std::optional<Problem> make_folders(const std::string &path);
// A new folder under $TMPDIR (or /tmp), removed with everything in it at the end.
class ScratchFolder {
 public:
  explicit ScratchFolder(std::string_view stem);
  ~ScratchFolder();
  ScratchFolder(const ScratchFolder &) = delete;
  ScratchFolder &operator=(const ScratchFolder &) = delete;
  const std::string &path() const noexcept { return path_; }  // empty: could not be made

 private:
  std::string path_;
};

}  // namespace ldwhy
