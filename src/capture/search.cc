// The orders of search follow the drivers: for gcc and collect2 the GCC manual,
// "ProcessEnvironment Variables" (COMPILER_PATH) and "Directory Options" (-B); collect2 looks
// for real-ld, collect-ld and then ld or ld.NAME in COMPILER_PATH (which gcc has filled
// with its -B and its own folders) and at last in PATH, there for a cross compiler with
// the target before it. A clang driver does not tell its children where it looks, so it
// is asked (-print-prog-name), with those of its arguments that can matter.
#include "capture/search.h"

#include <fcntl.h>
#include <poll.h>
#include <spawn.h>
#include <sys/stat.h>
#include <sys/utsname.h>
#include <sys/wait.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cerrno>

#include "base/files.h"
#include "capture/platform.h"
#include "model/target.h"

namespace ldwhy {
namespace {

bool is_us(const std::string &path) {
  static const std::string own = own_program();
  struct stat theirs, ours;
  return ::stat(path.c_str(), &theirs) == 0 && ::stat(own.c_str(), &ours) == 0 && theirs.st_dev == ours.st_dev &&
         theirs.st_ino == ours.st_ino;
}

bool runs(const std::string &path) {
  struct stat status;
  return ::access(path.c_str(), X_OK) == 0 && ::stat(path.c_str(), &status) == 0 && S_ISREG(status.st_mode) &&
         !is_us(path);
}

// Options that decide where clang looks; a value may follow as a word of its own.
constexpr std::array search_options{
    std::string_view("-B"),
    std::string_view("--prefix"),
    std::string_view("-target"),
    std::string_view("--target"),
    std::string_view("-m"),
    std::string_view("-arch"),
    std::string_view("-isysroot"),
    std::string_view("--sysroot"),
    std::string_view("--gcc-"),
    std::string_view("-gcc-toolchain"),
    std::string_view("-ccc-"),
    std::string_view("--config"),
    std::string_view("-no-canonical-prefixes"),
    std::string_view("-resource-dir"),
    std::string_view("--driver-mode"),
    std::string_view("--no-default-config"),
};
constexpr std::array separate_values{
    std::string_view("-B"),
    std::string_view("--prefix"),
    std::string_view("-target"),
    std::string_view("--target"),
    std::string_view("-arch"),
    std::string_view("-isysroot"),
    std::string_view("--sysroot"),
    std::string_view("--config"),
    std::string_view("-gcc-toolchain"),
    std::string_view("--gcc-toolchain"),
    std::string_view("-resource-dir"),
};

std::vector<std::string> search_words(const std::vector<std::string> &argv, bool &response_file) {
  std::vector<std::string> words;
  bool value = false;
  for (size_t i = 1; i < argv.size(); ++i) {
    std::string_view word = argv[i];
    bool wanted =
        value || std::ranges::any_of(search_options, [&](std::string_view option) { return word.starts_with(option); });
    response_file = response_file || word.starts_with('@');
    if (wanted || word.starts_with('@')) words.push_back(argv[i]);
    value = !value && std::ranges::find(separate_values, word) != separate_values.end();
  }
  return words;
}

// Standard output's first line. Errors go nowhere: the caller has a way of its own then.
std::string first_line(const std::string &program, const std::vector<std::string> &words,
                       ProcessEnvironment &environment) {
  std::vector<char *> argv;
  for (const std::string &word : words) argv.push_back(const_cast<char *>(word.c_str()));
  argv.push_back(nullptr);
  int ends[2];
  if (::pipe(ends) != 0) return "";
  ::fcntl(ends[0], F_SETFD, FD_CLOEXEC);
  ::fcntl(ends[1], F_SETFD, FD_CLOEXEC);
  posix_spawn_file_actions_t actions;
  ::posix_spawn_file_actions_init(&actions);
  ::posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  ::posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
  ::posix_spawn_file_actions_addopen(&actions, STDERR_FILENO, "/dev/null", O_WRONLY, 0);
  pid_t child = -1;
  bool started = ::posix_spawn(&child, program.c_str(), &actions, nullptr, argv.data(), environment.block()) == 0;
  ::posix_spawn_file_actions_destroy(&actions);
  ::close(ends[1]);
  std::string text;
  char buffer[4096];
  while (started) {
    ssize_t got = ::read(ends[0], buffer, sizeof buffer);
    if (got < 0 && errno == EINTR) continue;
    if (got <= 0) break;
    if (text.size() < sizeof buffer) text.append(buffer, static_cast<size_t>(got));
  }
  ::close(ends[0]);
  int status = 0;
  while (started && ::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (!started || status != 0) return "";
  return text.substr(0, text.find('\n'));
}

std::string read_line(const std::string &path) {
  int file = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return "";
  char buffer[4096];
  ssize_t got = ::read(file, buffer, sizeof buffer);
  ::close(file);
  return got > 0 ? std::string(buffer, static_cast<size_t>(got)) : "";
}

// Whether programs for this target are this machine's own: then a gcc is no cross compiler.
bool is_native(std::string_view target) {
  utsname machine;
  if (::uname(&machine) != 0) return true;
#ifdef __APPLE__
  constexpr std::string_view system = "darwin";
#else
  constexpr std::string_view system = "linux";
#endif
  return target.find(system) != target.npos &&
         arch_from_name(target.substr(0, target.find('-'))) == arch_from_name(machine.machine);
}

}  // namespace

std::string_view chosen_linker(const char *const *argv) {
  constexpr std::string_view option = "-fuse-ld=";
  std::string_view chosen;
  for (; *argv; ++argv) {
    std::string_view word = *argv;
    if (word.starts_with(option)) chosen = word.substr(option.size());
  }
  return chosen;
}

std::optional<std::string> Search::in_list(std::string_view list, const std::string &name) const {
  while (!list.empty()) {
    size_t colon = list.find(':');
    std::string_view folder = list.substr(0, colon);
    list.remove_prefix(colon == list.npos ? list.size() : colon + 1);
    std::string path = folder.empty() ? "./" + name : join_path(folder, name);
    if (runs(path)) return path;
  }
  return std::nullopt;
}

// Asked once in a session; `keep` is false where the words do not say it all.
std::optional<std::string> Search::answer(const std::string &program, std::vector<std::string> words, bool keep) const {
  std::string place;
  if (keep && !session_.empty()) {
    std::string question = program;
    for (const std::string &word : words) (question += '\n') += word;
    place = fmt::format("{}/answers/{:016x}", session_, XXH3_64bits(question.data(), question.size()));
    std::string known = read_line(place);
    if (!known.empty()) return known;
  }
  std::string line = first_line(program, words, clean_);
  if (line.find('/') == line.npos || !runs(line)) return std::nullopt;
  if (!place.empty()) write_file_atomically(place, line);
  return line;
}

std::optional<std::string> Search::by_clang() const {
  std::optional<RunningProgram> driver = running_program(::getppid());
  if (!driver || driver->argv.empty()) return std::nullopt;
  bool response_file = false;
  std::vector<std::string> words = search_words(driver->argv, response_file);
  words.insert(words.begin(), driver->argv[0]);
  words.push_back("-print-prog-name=" + calling_.name);
  return answer(driver->file, std::move(words), !response_file);
}

std::optional<std::string> Search::by_gcc(const std::string &name) const {
  std::string gcc(clean_.get("COLLECT_GCC"));
  if (gcc.empty()) return std::nullopt;
  std::optional<std::string> found = gcc.find('/') != gcc.npos ? std::optional(gcc) : in_list(clean_.get("PATH"), gcc);
  if (!found) return std::nullopt;
  return answer(*found, {gcc, "-print-prog-name=" + name}, true);
}

std::optional<std::string> Search::program() const {
  const std::string &name = calling_.name;
  if (calling_.by == CalledBy::Clang) return by_clang();
  if (calling_.by != CalledBy::Search || name == "collect2") {
    std::optional<std::string> found = in_list(clean_.get("COMPILER_PATH"), name);
    if (!found && name == "collect2") found = by_gcc(name);
    if (found) return found;
  }
  return in_list(clean_.get("PATH"), name);
}

std::optional<std::string> Search::linker_of_collect2(const std::string &collect2, const char *const *argv,
                                                      bool &special) const {
  std::string_view folders = clean_.get("COMPILER_PATH");
  for (const char *name : {"real-ld", "collect-ld"}) {
    std::optional<std::string> found = in_list(folders, name);
    special = found.has_value();
    if (found) return found;
  }
  std::string_view chosen = chosen_linker(argv);
  std::string name = chosen.empty() ? "ld" : fmt::format("ld.{}", chosen);
  if (std::optional<std::string> found = in_list(folders, name)) return found;
  // ".../gcc/TARGET/VERSION/collect2"
  std::string_view target = file_name(parent_path(parent_path(collect2)));
  if (!is_native(target)) name = fmt::format("{}-{}", target, name);
  return in_list(clean_.get("PATH"), name);
}

}  // namespace ldwhy
