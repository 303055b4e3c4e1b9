#include "base/files.h"

#include <dirent.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstdlib>
#include <filesystem>

#include <fmt/format.h>

namespace ldwhy {
namespace {

class MappedFile final : public File {
 public:
  MappedFile(std::string path, void *address, size_t size) : File(std::move(path)), address_(address) {
    bytes_ = Bytes(static_cast<const char *>(address), size);
  }
  ~MappedFile() override {
    if (address_) ::munmap(address_, bytes_.size());
  }
  void give_back() const override {
    if (address_) (void)::madvise(address_, bytes_.size(), MADV_DONTNEED);
  }

 private:
  void *address_;
};

class MemoryFile final : public File {
 public:
  MemoryFile(std::string path, const std::string &contents) : File(std::move(path)) { bytes_ = Bytes(contents); }
};

Problem file_problem(const std::string &path, int error) { return {path, "", std::nullopt, std::strerror(error)}; }

}  // namespace

Result<FileRef> DiskFiles::open(const std::string &path) const {
  int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return std::unexpected(file_problem(path, errno));
  struct stat status;
  if (::fstat(fd, &status) != 0 || !S_ISREG(status.st_mode)) {
    ::close(fd);
    return std::unexpected(Problem{path, "", std::nullopt, "not a regular file"});
  }
  size_t size = static_cast<size_t>(status.st_size);
  void *address = nullptr;
  if (size > 0) {  // an empty file cannot be mapped
    address = ::mmap(nullptr, size, PROT_READ, MAP_PRIVATE, fd, 0);
    if (address == MAP_FAILED) {
      int error = errno;
      ::close(fd);
      return std::unexpected(file_problem(path, error));
    }
  }
  ::close(fd);
  return std::make_shared<MappedFile>(path, address, size);
}

bool DiskFiles::is_file(const std::string &path) const {
  struct stat status;
  return ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode);
}

bool DiskFiles::is_directory(const std::string &path) const {
  struct stat status;
  return ::stat(path.c_str(), &status) == 0 && S_ISDIR(status.st_mode);
}

std::optional<std::pair<uint64_t, uint64_t>> DiskFiles::identity(const std::string &path) const {
  struct stat status;
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
  return std::pair(static_cast<uint64_t>(status.st_dev), static_cast<uint64_t>(status.st_ino));
}

// Opened for writing, but not emptied: only so do programs that run right now show themselves.
std::string DiskFiles::write_obstacle(const std::string &path) const {
  struct stat status;
  if (::stat(path.c_str(), &status) == 0) {
    if (S_ISDIR(status.st_mode)) return std::strerror(EISDIR);
    if (!S_ISREG(status.st_mode)) return "";
    int fd = ::open(path.c_str(), O_WRONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0) return std::strerror(errno);
    ::close(fd);
    return "";
  }
  std::string folder(parent_path(path));
  if (folder.empty()) folder = ".";
  return ::access(folder.c_str(), W_OK | X_OK) == 0 ? "" : std::strerror(errno);
}

std::optional<uint64_t> DiskFiles::free_bytes(const std::string &folder) const {
  struct statvfs status;
  if (::statvfs(folder.c_str(), &status) != 0) return std::nullopt;
  return static_cast<uint64_t>(status.f_bavail) * status.f_frsize;
}

bool DiskFiles::exists(const std::string &path) const {
  struct stat status;
  return ::stat(path.c_str(), &status) == 0 || (errno != ENOENT && errno != ENOTDIR);
}

std::vector<std::string> DiskFiles::list(const std::string &folder) const {
  std::vector<std::string> names;
  DIR *directory = ::opendir(folder.c_str());
  if (!directory) return names;
  while (const dirent *entry = ::readdir(directory)) {
    std::string_view name = entry->d_name;
    if (name != "." && name != "..") names.emplace_back(name);
  }
  ::closedir(directory);
  std::ranges::sort(names);
  return names;
}

std::optional<int64_t> DiskFiles::modified(const std::string &path) const {
  struct stat status;
  if (::stat(path.c_str(), &status) != 0) return std::nullopt;
#ifdef __APPLE__
  const timespec &time = status.st_mtimespec;
#else
  const timespec &time = status.st_mtim;
#endif
  return int64_t{time.tv_sec} * 1'000'000'000 + time.tv_nsec;
}

std::optional<int64_t> MemoryFiles::modified(const std::string &path) const {
  std::map<std::string, int64_t>::const_iterator found = modified_.find(path);
  if (found == modified_.end()) return std::nullopt;
  return found->second;
}

Result<FileRef> MemoryFiles::open(const std::string &path) const {
  auto found = files_.find(path);
  if (found == files_.end()) return std::unexpected(file_problem(path, ENOENT));
  return std::make_shared<MemoryFile>(path, found->second);
}

std::optional<std::pair<uint64_t, uint64_t>> MemoryFiles::identity(const std::string &path) const {
  if (!is_file(path) && !is_directory(path)) return std::nullopt;
  return std::pair(uint64_t{0}, uint64_t{std::hash<std::string>()(normal_path(path))});
}

bool MemoryFiles::is_directory(const std::string &path) const { return !list(path).empty(); }

std::vector<std::string> MemoryFiles::list(const std::string &folder) const {
  std::vector<std::string> names;
  std::string prefix = folder.ends_with('/') ? folder : folder + "/";
  for (auto entry = files_.lower_bound(prefix); entry != files_.end(); ++entry) {
    if (!entry->first.starts_with(prefix)) break;
    std::string name = entry->first.substr(prefix.size());
    name = name.substr(0, name.find('/'));
    if (names.empty() || names.back() != name) names.push_back(name);
  }
  return names;
}

std::string join_path(std::string_view folder, std::string_view name) {
  if (folder.empty() || name.starts_with('/')) return std::string(name);
  return fmt::format("{}{}{}", folder, folder.ends_with('/') ? "" : "/", name);
}

std::string_view file_name(std::string_view path) {
  size_t slash = path.rfind('/');
  return slash == path.npos ? path : path.substr(slash + 1);
}

std::string_view parent_path(std::string_view path) {
  size_t slash = path.rfind('/');
  if (slash == path.npos) return "";
  return path.substr(0, slash == 0 ? 1 : slash);
}

std::string normal_path(std::string_view path) { return std::filesystem::path(path).lexically_normal().string(); }

std::string real_path(const std::string &path) {
  std::error_code error;
  std::filesystem::path real = std::filesystem::canonical(path, error);
  return error ? path : real.string();
}

namespace {

// Waits where nothing is there yet to be read.
ssize_t read_some(int fd, std::string &piece) {
  for (;;) {
    ssize_t got = ::read(fd, piece.data(), piece.size());
    if (got >= 0 || (errno != EINTR && errno != EAGAIN)) return got;
    pollfd ready{fd, POLLIN, 0};
    if (errno == EAGAIN) ::poll(&ready, 1, -1);
  }
}

// "explain <(make 2>&1)": someone writes into a pipe, or does so soon.
void wait_for_writer(int fd) {
  constexpr int patience = 2000;  // milliseconds
  pollfd ready{fd, POLLIN, 0};
  ::poll(&ready, 1, patience);
}

}  // namespace

std::optional<Problem> read_in_pieces(const std::string &path, FunctionRef<void(std::string_view)> take) {
  int fd = path == "-" ? ::dup(STDIN_FILENO) : ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0) return file_problem(path, errno);
  struct stat status;
  mode_t mode = path != "-" && ::fstat(fd, &status) == 0 ? status.st_mode : 0;
  std::optional<Problem> problem;
  if (S_ISFIFO(mode)) wait_for_writer(fd);
  else if (path != "-" && !S_ISREG(mode)) problem = Problem{path, "", std::nullopt, "not a regular file"};
  std::string piece(256 << 10, '\0');
  for (uint64_t taken = 0; !problem;) {
    ssize_t got = read_some(fd, piece);
    if (got < 0) problem = file_problem(path, errno);
    else if (got == 0 && taken == 0 && S_ISFIFO(mode))
      problem = Problem{path, "", std::nullopt, "a pipe that nothing writes to"};
    if (got <= 0) break;
    taken += static_cast<uint64_t>(got);
    take(std::string_view(piece).substr(0, static_cast<size_t>(got)));
  }
  ::close(fd);
  return problem;
}

std::optional<Problem> write_file_atomically(const std::string &path, std::string_view contents) {
  std::string temporary = path + ".XXXXXX";
  int fd = ::mkstemp(temporary.data());
  if (fd < 0) return file_problem(path, errno);
  // mkstemp makes the file private; a rewritten file keeps its mode, a new one gets the usual.
  struct stat old;
  mode_t mask = ::umask(0);
  ::umask(mask);
  ::fchmod(fd, ::stat(path.c_str(), &old) == 0 ? old.st_mode & 07777 : 0666 & ~mask);
  while (!contents.empty()) {
    ssize_t written = ::write(fd, contents.data(), contents.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) {
      Problem problem = file_problem(path, errno);
      ::close(fd);
      ::unlink(temporary.c_str());
      return problem;
    }
    contents.remove_prefix(static_cast<size_t>(written));
  }
  if (::close(fd) != 0 || ::rename(temporary.c_str(), path.c_str()) != 0) {
    Problem problem = file_problem(path, errno);
    ::unlink(temporary.c_str());
    return problem;
  }
  return std::nullopt;
}

std::optional<Problem> make_folders(const std::string &path) {
  std::error_code error;
  std::filesystem::create_directories(path, error);
  if (error) return Problem{path, "", std::nullopt, error.message()};
  return std::nullopt;
}

ScratchFolder::ScratchFolder(std::string_view stem) {
  const char *parent = std::getenv("TMPDIR");
  path_ = join_path(parent && *parent ? parent : "/tmp", fmt::format("{}.XXXXXX", stem));
  if (!::mkdtemp(path_.data())) path_.clear();
}

ScratchFolder::~ScratchFolder() {
  std::error_code ignored;
  if (!path_.empty()) std::filesystem::remove_all(path_, ignored);
}

}  // namespace ldwhy
