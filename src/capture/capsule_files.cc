#include <algorithm>
#include <utility>

#include "capture/capture.h"

namespace ldwhy {
namespace {

// A saved copy under its original name.
class SavedFile final : public File {
 public:
  SavedFile(std::string path, FileRef copy) : File(std::move(path)), copy_(std::move(copy)) { bytes_ = copy_->bytes(); }

 private:
  FileRef copy_;
};

}  // namespace

CapsuleFiles::CapsuleFiles(const Capsule &capsule) : directory_(capsule.directory) {
  for (const auto &[path, copy] : capsule.saved)
    if (disk_.is_file(copy)) saved_.emplace(normal_path(path), copy);
}

// The linker's relative paths start where it ran.
std::string CapsuleFiles::absolute(const std::string &path) const { return normal_path(join_path(directory_, path)); }

Result<FileRef> CapsuleFiles::open(const std::string &path) const {
  std::string full = absolute(path);
  std::map<std::string, std::string>::const_iterator copy = saved_.find(full);
  Result<FileRef> file = disk_.open(copy == saved_.end() ? full : copy->second);
  if (file) return std::make_shared<SavedFile>(path, std::move(*file));
  Problem problem = file.error();
  problem.file = path;
  return std::unexpected(std::move(problem));
}

bool CapsuleFiles::is_file(const std::string &path) const {
  std::string full = absolute(path);
  return saved_.contains(full) || disk_.is_file(full);
}

// A saved input is its copy, whatever stands at its path now.
std::optional<std::pair<uint64_t, uint64_t>> CapsuleFiles::identity(const std::string &path) const {
  std::string full = absolute(path);
  std::map<std::string, std::string>::const_iterator saved = saved_.find(full);
  return disk_.identity(saved == saved_.end() ? full : saved->second);
}

// A copy that is a link has the original's time; any other is younger, which makes nothing stale.
std::optional<int64_t> CapsuleFiles::modified(const std::string &path) const {
  std::string full = absolute(path);
  std::map<std::string, std::string>::const_iterator saved = saved_.find(full);
  return disk_.modified(saved == saved_.end() ? full : saved->second);
}

bool CapsuleFiles::is_directory(const std::string &path) const {
  std::string full = absolute(path);
  if (disk_.is_directory(full)) return true;
  std::string start = full.ends_with('/') ? full : full + '/';
  std::map<std::string, std::string>::const_iterator first = saved_.lower_bound(start);
  return first != saved_.end() && first->first.starts_with(start);
}

std::vector<std::string> CapsuleFiles::list(const std::string &folder) const {
  std::string full = absolute(folder);
  std::vector<std::string> names = disk_.list(full);
  std::string start = full.ends_with('/') ? full : full + '/';
  for (std::map<std::string, std::string>::const_iterator saved = saved_.lower_bound(start);
       saved != saved_.end() && saved->first.starts_with(start); ++saved) {
    std::string name = saved->first.substr(start.size());
    names.push_back(name.substr(0, name.find('/')));
  }
  std::ranges::sort(names);
  names.erase(std::unique(names.begin(), names.end()), names.end());
  return names;
}

}  // namespace ldwhy
