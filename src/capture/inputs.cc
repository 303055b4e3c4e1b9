#include "capture/inputs.h"

#include <errno.h>
#include <fcntl.h>
#include <fmt/format.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <filesystem>
#include <set>

#include "base/files.h"
#include "base/words.h"
#include "command/command.h"

namespace ldwhy {
namespace {

constexpr std::array system_folders{
    std::string_view("/usr/"),    std::string_view("/lib"),           std::string_view("/opt/"),
    std::string_view("/nix/"),    std::string_view("/gnu/"),          std::string_view("/Library/"),
    std::string_view("/System/"), std::string_view("/Applications/"),
};
// A toolchain's and a package's own libraries, wherever they are installed.
constexpr std::array lasting_parts{
    std::string_view("/rustlib/"),
    std::string_view("/.cargo/registry/"),
};
constexpr size_t longest_list = 16 << 20;  // response files and lists of files
constexpr int deepest_list = 8;            // response files name response files
constexpr uint64_t most_copied = uint64_t{4} << 30;

class Collector {
 public:
  explicit Collector(std::string directory) : directory_(std::move(directory)) {}

  void add(const std::string &path) {
    if (path.empty()) return;
    std::string full = normal_path(join_path(directory_, path));
    if (disk_.is_file(full) && seen_.insert(full).second) files_.push_back(std::move(full));
  }
  void add_word(std::string_view word, int depth) {
    if (word.starts_with('@')) {
      add_list(std::string(word.substr(1)), depth);
      return;
    }
    add(std::string(word));
    if (!word.starts_with('-') && !word.starts_with('/')) return;
    // "--version-script=FILE", "/def:FILE"
    size_t mark = word.find_first_of("=:");
    if (mark != word.npos) add(std::string(word.substr(mark + 1)));
  }
  // A response file, or a list with a file a line (ld64's -filelist).
  void add_list(const std::string &path, int depth) {
    std::string full = join_path(directory_, path);
    add(full);
    if (depth >= deepest_list) return;
    Result<FileRef> file = disk_.open(full);
    if (!file || (*file)->bytes().size() > longest_list) return;
    for (const std::string &word : split_words((*file)->bytes().text())) add_word(word, depth + 1);
  }
  void remove(const std::string &path) { std::erase(files_, path); }
  std::vector<std::string> take() { return std::move(files_); }

 private:
  std::string directory_;
  DiskFiles disk_;
  std::set<std::string> seen_;
  std::vector<std::string> files_;
};

// Made for this one link, and deleted when it ends.
bool is_temporary(const std::string &path) {
  if (path.ends_with(".rcgu.o") || path.find("/rustc") != path.npos) return true;
  const char *temporary = ::getenv("TMPDIR");
  return path.starts_with("/tmp/") || path.starts_with("/var/") ||
         (temporary && *temporary && path.starts_with(temporary));
}

bool stays_in_place(const std::string &path) {
  for (std::string_view part : lasting_parts)
    if (path.find(part) != path.npos) return true;
  return std::ranges::any_of(system_folders, [&](std::string_view folder) { return path.starts_with(folder); });
}

// Copying, unlike linking, fills the disk: what is left after it must do for others.
uint64_t room_for_copies(const std::string &folder) {
  struct statvfs disk;
  if (::statvfs(folder.c_str(), &disk) != 0) return 0;
  return std::min<uint64_t>(most_copied, uint64_t{disk.f_bavail} * disk.f_frsize / 4);
}

bool save(const std::string &path, const std::string &copy, uint64_t &room) {
  if (::linkat(AT_FDCWD, path.c_str(), AT_FDCWD, copy.c_str(), AT_SYMLINK_FOLLOW) == 0) return true;
  struct stat status;
  if (::stat(path.c_str(), &status) != 0 || static_cast<uint64_t>(status.st_size) > room) return false;
  std::error_code error;
  if (!std::filesystem::copy_file(path, copy, error)) return false;
  room -= static_cast<uint64_t>(status.st_size);
  return true;
}

}  // namespace

LinkFiles link_files(const std::string &directory, const std::vector<std::string> &argv) {
  CommandRequest request;
  request.directory = directory;
  request.argv = argv;
  request.ask_driver = false;
  Command command = understand_command(request, DiskFiles());

  Collector files(directory);
  for (const InputArg &input : command.inputs) files.add(input.path);
  for (const std::vector<std::string> *list :
       {&command.version_scripts, &command.linker_scripts, &command.export_files})
    for (const std::string &path : *list) files.add(path);
  // Whatever else the words name: options that we do not know may read files too.
  for (size_t i = 1; i < argv.size(); ++i) {
    if (argv[i - 1] == "-filelist") files.add_list(argv[i].substr(0, argv[i].find(',')), 0);
    files.add_word(argv[i], 0);
  }

  LinkFiles result;
  if (!command.output.empty()) {
    result.output = normal_path(join_path(directory, command.output));
    files.remove(result.output);
  }
  result.inputs = files.take();
  return result;
}

std::map<std::string, std::string> save_files(const std::vector<std::string> &files, const std::string &folder) {
  std::vector<std::string> wanted;
  std::ranges::copy_if(files, std::back_inserter(wanted),
                       [](const std::string &path) { return is_temporary(path) || !stays_in_place(path); });
  // Room may run out: first what will be gone.
  std::ranges::stable_partition(wanted, is_temporary);
  uint64_t room = room_for_copies(folder);
  std::map<std::string, std::string> saved;
  for (const std::string &path : wanted) {
    std::string_view name = file_name(path);
    if (name.size() > 100) name.remove_prefix(name.size() - 100);
    std::string copy = fmt::format("{}-{}", saved.size(), name);
    if (save(path, join_path(folder, copy), room)) saved.emplace(path, std::move(copy));
  }
  return saved;
}

}  // namespace ldwhy
