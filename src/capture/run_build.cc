// The build gets our standard streams and our process group, as if it had been started
// in our place; signals are treated as a shell treats those that come while it waits
// for a command (POSIX.1-2017, Shell Command Language, 2.11 and 2.8.2 for the statuses).
#include <errno.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <filesystem>
#include <optional>

#include "base/cache.h"
#include "base/files.h"
#include "base/words.h"
#include "capture/capsule.h"
#include "capture/capture.h"
#include "capture/environment.h"
#include "capture/platform.h"
#include "capture/rustc.h"
#include "capture/session.h"
#include "capture/shims.h"
#include "capture/supervise.h"
#include "command/command.h"
#include "command/question.h"

namespace ldwhy {
namespace {

volatile pid_t running_build = -1;

// Terminal signals reach the build without our help; see supervise.cc.
void forward(int signal, siginfo_t *info, void *) {
  if (info->si_pid > 0 && running_build > 0) ::kill(running_build, signal);
}

// While it lives, signals that would end us are the build's to answer.
class SignalForwarding {
 public:
  SignalForwarding() {
    for (size_t i = 0; i < signals_.size(); ++i) {
      ::sigaction(signals_[i], nullptr, &old_[i]);
      struct sigaction action = {};
      action.sa_sigaction = forward;
      action.sa_flags = SA_SIGINFO | SA_RESTART;
      if (old_[i].sa_handler != SIG_IGN) ::sigaction(signals_[i], &action, nullptr);
    }
  }
  ~SignalForwarding() {
    for (size_t i = 0; i < signals_.size(); ++i) ::sigaction(signals_[i], &old_[i], nullptr);
  }
  SignalForwarding(const SignalForwarding &) = delete;
  SignalForwarding &operator=(const SignalForwarding &) = delete;

 private:
  static constexpr std::array<int, 4> signals_{SIGINT, SIGQUIT, SIGTERM, SIGHUP};
  std::array<struct sigaction, 4> old_;
};

// The build command by the build's own PATH; empty: not there.
std::string find_command(const std::string &name, std::string_view path) {
  if (name.find('/') != name.npos) return DiskFiles().is_file(name) ? name : "";
  std::string readable;
  while (!path.empty()) {
    size_t colon = path.find(':');
    std::string_view folder = path.substr(0, colon);
    path.remove_prefix(colon == path.npos ? path.size() : colon + 1);
    std::string candidate = folder.empty() ? "./" + name : join_path(folder, name);
    if (!DiskFiles().is_file(candidate)) continue;
    if (::access(candidate.c_str(), X_OK) == 0) return candidate;
    if (readable.empty()) readable = candidate;
  }
  return readable;
}

int spawn(const std::string &program, const std::vector<std::string> &words, ProcessEnvironment &environment,
          pid_t &child) {
  std::vector<char *> argv;
  for (const std::string &word : words) argv.push_back(const_cast<char *>(word.c_str()));
  argv.push_back(nullptr);
  return ::posix_spawn(&child, program.c_str(), nullptr, nullptr, argv.data(), environment.block());
}

// A driver run by itself: its linker may be a part of it, where nobody can stand in for it.
bool is_driver_call(const std::vector<std::string> &words) {
  DriverCall call = driver_call(words);
  return classify_program(call.words[0]).driver && std::ranges::none_of(call.words, [](const std::string &word) {
           return word == "-c" || word == "-E" || word == "-S";
         });
}

// The exit status; nothing where it cannot be run so.
std::optional<int> run_watched(const std::string &program, const std::vector<std::string> &words,
                               ProcessEnvironment &environment, std::string &messages) {
  std::vector<char *> argv;
  for (const std::string &word : words) argv.push_back(const_cast<char *>(word.c_str()));
  argv.push_back(nullptr);
  Result<Supervised> result = supervise(program, argv.data(), environment.block(), true);
  if (!result) return std::nullopt;
  if (!result->interrupted) messages = std::move(result->messages);
  return shell_status(result->wait_status);
}

int run_command(const std::vector<std::string> &words, ProcessEnvironment &environment,
                std::string *messages = nullptr) {
  std::string_view path = environment.has("PATH") ? environment.get("PATH") : "/usr/bin:/bin";
  std::string program = find_command(words[0], path);
  if (program.empty()) {
    fmt::print(stderr, "ldwhy: {}: command not found\n", words[0]);
    return 127;
  }
  if (messages && is_driver_call(words))
    if (std::optional<int> status = run_watched(program, words, environment, *messages)) return *status;
  SignalForwarding forwarding;
  pid_t child = -1;
  int error = spawn(program, words, environment, child);
  if (error == ENOEXEC) {  // a script that does not say whose
    std::vector<std::string> script{"sh", program};
    script.insert(script.end(), words.begin() + 1, words.end());
    error = spawn("/bin/sh", script, environment, child);
  }
  if (error != 0) {
    fmt::print(stderr, "ldwhy: {}: {}\n", words[0], std::strerror(error));
    return error == ENOENT ? 127 : 126;
  }
  running_build = child;
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  running_build = -1;
  return shell_status(status);
}

void put_before(ProcessEnvironment &environment, std::string_view name, std::string value) {
  if (std::string_view old = environment.get(name); !old.empty()) (value += ':') += old;
  environment.set(name, value);
}

std::string current_directory() {
  std::string path;
  if (char *directory = ::getcwd(nullptr, 0)) {
    path = directory;
    ::free(directory);
  }
  return path;
}

// A later link of the same output passed: rustc and some builds try again in another way.
bool was_made_later(const Capsule &capsule) {
  struct stat output, description;
  if (capsule.output.empty() || ::stat(capsule.output.c_str(), &output) != 0 ||
      ::stat(capsule.folder.c_str(), &description) != 0)
    return false;
#ifdef __APPLE__
  timespec made = output.st_mtimespec, failed = description.st_mtimespec;
#else
  timespec made = output.st_mtim, failed = description.st_mtim;
#endif
  return made.tv_sec != failed.tv_sec ? made.tv_sec > failed.tv_sec : made.tv_nsec > failed.tv_nsec;
}

// The same link, tried twice, is told once.
bool is_same_link(const Capsule &a, const Capsule &b) { return a.directory == b.directory && a.argv == b.argv; }

void sort_out(std::vector<Capsule> all, RunOutcome &outcome) {
  for (size_t i = 0; i < all.size(); ++i) {
    bool repeated = std::any_of(all.begin() + static_cast<ptrdiff_t>(i) + 1, all.end(),
                                [&](const Capsule &later) { return is_same_link(all[i], later); });
    if (repeated || was_made_later(all[i])) continue;
    (all[i].probe ? outcome.probes : outcome.capsules).push_back(std::move(all[i]));
  }
}

// In a session: the command that was run, and where.
constexpr std::string_view build_name = "build", directory_name = "directory";

std::string text_of(const std::string &path) {
  Result<FileRef> file = DiskFiles().open(path);
  return file ? std::string((*file)->bytes().text()) : "";
}

// The kept session of this folder, else the newest of one below it; empty: there is none.
std::string newest_session(const std::string &cache, const std::string &given) {
  DiskFiles files;
  std::string folder = real_path(given);
  std::string own = kept_session(cache, folder);
  if (files.is_directory(own)) return own;
  std::string sessions = join_path(cache, "sessions"), newest;
  int64_t newest_time = 0;
  for (const std::string &name : files.list(sessions)) {
    std::string session = join_path(sessions, name), command = join_path(session, build_name);
    int64_t changed = files.modified(command).value_or(0);
    if (changed <= newest_time || !text_of(join_path(session, directory_name)).starts_with(folder + "/")) continue;
    newest = session;
    newest_time = changed;
  }
  return newest;
}

// What failed here before has now been mended.
void forget_failure(const std::string &directory, const std::vector<std::string> &build) {
  Result<std::string> cache = cache_folder();
  if (!cache) return;
  std::string session = kept_session(*cache, directory);
  if (text_of(join_path(session, build_name)) != quote_words(build)) return;
  std::error_code ignored;
  std::filesystem::remove_all(session, ignored);
}

struct Trap {
  RunningSession session;
  std::string shims;
};

Result<Trap> set_trap() {
  std::string program = own_program();
  if (program.empty()) return std::unexpected(Problem{"", "", std::nullopt, "cannot tell where this program stands"});
  Result<std::string> cache = cache_folder();
  if (!cache) return std::unexpected(cache.error());
  Result<std::string> shims = make_shims(*cache, program);
  if (!shims) return std::unexpected(shims.error());
  Result<RunningSession> session = RunningSession::start(*cache, current_directory());
  if (!session) return std::unexpected(session.error());
  return Trap{std::move(*session), std::move(*shims)};
}

}  // namespace

RunOutcome run_build(const RunOptions &options) {
  RunOutcome outcome;
  ProcessEnvironment environment;
  environment.remove_ours();  // of an ldwhy that runs us
  Result<Trap> trap = set_trap();
  if (!trap) {
    outcome.problem = trap.error();
    outcome.exit_status = run_command(options.build, environment);
    return outcome;
  }
  environment.set(session_variable, trap->session.path());
  if (environment.has("PATH")) put_before(environment, "PATH", path_shims(trap->shims));
  put_before(environment, "COMPILER_PATH", compiler_path_shims(trap->shims));
  if (wants_rustc_wrapper(options.build, current_directory(), environment))
    environment.set("RUSTC_WRAPPER", rustc_shim(trap->shims));

  std::string messages;
  outcome.exit_status = run_command(options.build, environment, &messages);
  if (outcome.exit_status == 0) {
    forget_failure(current_directory(), options.build);
    return outcome;
  }
  std::vector<Capsule> caught = read_capsules(trap->session.capsules());
  if (caught.empty()) {
    outcome.messages = std::move(messages);
    return outcome;
  }
  write_file_atomically(join_path(trap->session.path(), build_name), quote_words(options.build));
  Result<std::string> kept = trap->session.keep();
  if (!kept) {
    outcome.problem = kept.error();
    return outcome;
  }
  sort_out(read_capsules(join_path(*kept, "capsules")), outcome);
  return outcome;
}

FailedBuild newest_failed_build(const std::string &folder) {
  Result<std::string> cache = cache_folder();
  if (!cache) return {};
  std::string session = newest_session(*cache, folder);
  if (session.empty()) return {};
  FailedBuild failed;
  RunOutcome outcome;
  sort_out(read_capsules(join_path(session, "capsules")), outcome);
  failed.capsules = std::move(outcome.capsules);
  failed.directory = text_of(join_path(session, directory_name));
  failed.command = split_words(text_of(join_path(session, build_name)));
  return failed;
}

}  // namespace ldwhy
