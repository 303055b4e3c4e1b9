#include "fix/shadow.h"

#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

namespace ldwhy {
namespace {

namespace fs = std::filesystem;

constexpr size_t most_neighbours = 2000;  // entries of one folder above the project
constexpr size_t most_files = 200'000;

Problem problem_of(const std::string &path, const std::error_code &error) {
  return {path, "", std::nullopt, error.message()};
}

// Beside each folder that leads to the project, links to what stands beside the original.
std::optional<Problem> link_neighbours(const std::string &root, const std::string &scratch) {
  std::error_code error;
  fs::path original = "/", copy = scratch;
  for (const fs::path &part : fs::path(root).relative_path()) {
    fs::create_directories(copy, error);
    if (error) return problem_of(copy.string(), error);
    size_t count = 0;
    for (fs::directory_iterator entry(original, fs::directory_options::skip_permission_denied, error), end;
         !error && entry != end && count < most_neighbours; entry.increment(error)) {
      if (entry->path().filename() == part) continue;
      std::error_code ignored;
      fs::create_symlink(entry->path(), copy / entry->path().filename(), ignored);
      ++count;
    }
    original /= part;
    copy /= part;
  }
  return std::nullopt;
}

bool is_version_control(const fs::path &name) { return name == ".git" || name == ".hg" || name == ".svn"; }

}  // namespace

Result<std::string> copy_project(const std::string &root, const std::string &scratch,
                                 const std::vector<std::string> &leave_out, uint64_t most_bytes) {
  if (std::optional<Problem> problem = link_neighbours(root, scratch)) return std::unexpected(*problem);
  fs::path copy = fs::path(scratch) / fs::path(root).relative_path();
  std::error_code error;
  fs::create_directories(copy, error);
  if (error) return std::unexpected(problem_of(copy.string(), error));
  uint64_t bytes = 0, count = 0;
  fs::recursive_directory_iterator entry(root, fs::directory_options::skip_permission_denied, error), end;
  for (; !error && entry != end; entry.increment(error)) {
    const fs::path &path = entry->path();
    std::error_code failed;
    fs::path target = copy / path.lexically_relative(root);
    bool left_out = std::ranges::find(leave_out, path.string()) != leave_out.end();
    fs::file_status status = entry->symlink_status(failed);
    if (fs::is_symlink(status)) {
      // Links within the project lead to the copy where they are relative.
      fs::copy_symlink(path, target, failed);
    } else if (fs::is_directory(status)) {
      if (left_out || is_version_control(path.filename())) {
        entry.disable_recursion_pending();
        continue;
      }
      fs::create_directory(target, failed);
    } else if (fs::is_regular_file(status)) {
      bytes += entry->file_size(failed);
      if (bytes > most_bytes || ++count > most_files)
        return std::unexpected(Problem{root, "", std::nullopt, "too large to be copied for a trial"});
      if (fs::copy_file(path, target, failed)) fs::last_write_time(target, fs::last_write_time(path, failed), failed);
    }
    if (failed) return std::unexpected(problem_of(path.string(), failed));
  }
  if (error) return std::unexpected(problem_of(root, error));
  return copy.string();
}

std::optional<Problem> apply_in_copy(const std::vector<FileChange> &changes, const std::string &root,
                                     const std::string &copy) {
  for (const FileChange &change : changes) {
    if (!change.path.starts_with(root + "/"))
      return Problem{change.path, "", std::nullopt, "is outside the project: not changed for a trial"};
    std::string path = copy + change.path.substr(root.size());
    if (std::optional<Problem> problem = make_folders(std::string(parent_path(path)))) return problem;
    if (std::optional<Problem> problem = write_file_atomically(path, change.after)) return problem;
  }
  return std::nullopt;
}

}  // namespace ldwhy
