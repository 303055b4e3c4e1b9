#include "base/process.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <cstdlib>
#include <cstring>

#include "base/files.h"

extern char **environ;

namespace ldwhy {
namespace {

struct Pipe {
  int read_end = -1, write_end = -1;
  bool open() {
    int ends[2];
    if (::pipe(ends) != 0) return false;
    read_end = ends[0];
    write_end = ends[1];
    ::fcntl(read_end, F_SETFD, FD_CLOEXEC);
    ::fcntl(write_end, F_SETFD, FD_CLOEXEC);
    return true;
  }
  ~Pipe() {
    if (read_end >= 0) ::close(read_end);
    if (write_end >= 0) ::close(write_end);
  }
  void close_write() {
    ::close(write_end);
    write_end = -1;
  }
};

// Reads both streams until they end or the deadline passes; true when they ended.
bool drain(Pipe &out, Pipe &err, ProcessResult &result, const ProcessOptions &options) {
  using Clock = std::chrono::steady_clock;
  Clock::time_point deadline = Clock::now() + std::chrono::duration_cast<Clock::duration>(
                                                  std::chrono::duration<double>(options.timeout_seconds));
  std::array<char, 65536> buffer;
  std::array<std::string *, 2> texts{&result.output, &result.errors};
  std::array<pollfd, 2> streams{{{out.read_end, POLLIN, 0}, {err.read_end, POLLIN, 0}}};
  int open_streams = 2;
  while (open_streams > 0) {
    int wait = -1;
    if (options.timeout_seconds > 0) {
      auto left = std::chrono::duration_cast<std::chrono::milliseconds>(deadline - Clock::now());
      if (left.count() <= 0) return false;
      wait = static_cast<int>(left.count()) + 1;
    }
    int ready = ::poll(streams.data(), streams.size(), wait);
    if (ready < 0 && errno != EINTR) return true;
    if (ready <= 0) continue;
    for (size_t i = 0; i < streams.size(); ++i) {
      if (!(streams[i].revents & (POLLIN | POLLHUP | POLLERR))) continue;
      ssize_t got = ::read(streams[i].fd, buffer.data(), buffer.size());
      if (got < 0 && errno == EINTR) continue;
      if (got <= 0) {
        streams[i].fd = -1;
        --open_streams;
      } else if (texts[i]->size() < options.output_limit) {
        texts[i]->append(buffer.data(), static_cast<size_t>(got));
      }
    }
  }
  return true;
}

}  // namespace

std::optional<std::string> find_program(const std::string &name) {
  if (name.find('/') != name.npos) return ::access(name.c_str(), X_OK) == 0 ? std::optional(name) : std::nullopt;
  const char *path = std::getenv("PATH");
  std::string_view rest = path ? path : "/usr/local/bin:/usr/bin:/bin";
  while (true) {
    size_t colon = rest.find(':');
    std::string candidate = join_path(rest.substr(0, colon), name);
    if (DiskFiles().is_file(candidate) && ::access(candidate.c_str(), X_OK) == 0) return candidate;
    if (colon == rest.npos) return std::nullopt;
    rest.remove_prefix(colon + 1);
  }
}

Result<ProcessResult> run_process(const std::vector<std::string> &argv, const ProcessOptions &options) {
  std::optional<std::string> program = find_program(argv.at(0));
  if (!program) return std::unexpected(Problem{argv[0], "", std::nullopt, "program not found"});

  // Everything that allocates happens before the fork.
  std::vector<char *> arguments, environment;
  for (const std::string &word : argv) arguments.push_back(const_cast<char *>(word.c_str()));
  arguments.push_back(nullptr);
  for (char **variable = environ; *variable; ++variable) {
    std::string_view name(*variable, std::strcspn(*variable, "=") + 1);
    bool replaced = false;
    for (const std::string &added : options.environment) replaced |= added.starts_with(name);
    if (!replaced) environment.push_back(*variable);
  }
  for (const std::string &added : options.environment) environment.push_back(const_cast<char *>(added.c_str()));
  environment.push_back(nullptr);

  Pipe out, err;
  if (!out.open() || !err.open()) return std::unexpected(Problem{argv[0], "", std::nullopt, std::strerror(errno)});
  pid_t child = ::fork();
  if (child < 0) return std::unexpected(Problem{argv[0], "", std::nullopt, std::strerror(errno)});
  if (child == 0) {
    ::setpgid(0, 0);
    int null = ::open("/dev/null", O_RDONLY);
    ::dup2(null, 0);
    ::dup2(out.write_end, 1);
    ::dup2(err.write_end, 2);
    if (!options.directory.empty() && ::chdir(options.directory.c_str()) != 0) ::_exit(127);
    ::execve(program->c_str(), arguments.data(), environment.data());
    ::_exit(127);
  }
  ::setpgid(child, child);
  out.close_write();
  err.close_write();

  ProcessResult result;
  if (!drain(out, err, result, options)) {
    result.timed_out = true;
    ::kill(-child, SIGKILL);
  }
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  result.status = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return result;
}

}  // namespace ldwhy
