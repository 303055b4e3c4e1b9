// Follows POSIX.1-2017: signals (2.4), posix_spawn, the general terminal interface
// (chapter 11); pseudo-terminals as in posix_openpt and ptsname.
#include "capture/supervise.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <stdlib.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#ifdef __linux__
#include <sys/prctl.h>
#endif

#include <algorithm>
#include <array>
#include <chrono>
#include <cstring>

namespace ldwhy {
namespace {

constexpr size_t messages_limit = 64 << 20;
// How long a child that got a signal with its whole group has to end by itself.
constexpr int forward_delay_ms = 50;
// How long after the end of a program its terminal may stay silent before we leave.
constexpr int last_words_ms = 10;
constexpr std::array stop_signals{SIGINT, SIGQUIT, SIGTERM, SIGHUP};

using Clock = std::chrono::steady_clock;

// Signal handlers can only reach globals: the write end of the loop's wake-up pipe.
volatile int wake_up_pipe = -1;

void on_signal(int signal, siginfo_t *info, void *) {
  int saved_errno = errno;
  // What the terminal sends goes to the whole foreground group, the child included;
  // what another process sends may be meant for this process alone.
  char event = signal == SIGCHLD || info->si_pid > 0 ? static_cast<char>(signal) : '\0';
  [[maybe_unused]] ssize_t ignored = ::write(wake_up_pipe, &event, 1);
  errno = saved_errno;
}

void close_on_exec(int fd) { ::fcntl(fd, F_SETFD, FD_CLOEXEC); }
void do_not_block(int fd) { ::fcntl(fd, F_SETFL, ::fcntl(fd, F_GETFL) | O_NONBLOCK); }

bool open_pipe(int ends[2]) {
  if (::pipe(ends) != 0) return false;
  close_on_exec(ends[0]);
  close_on_exec(ends[1]);
  return true;
}

// One stream on its way from the child to where it was going anyway.
struct Channel {
  int target = -1;     // ours: 1 or 2
  int source = -1;     // what we read; -1: ended
  int child_end = -1;  // what the child writes to; closed once it runs
  bool terminal = false;

  bool open(int ours) {
    target = ours;
    terminal = ::isatty(ours) && open_terminal();
    if (terminal) return true;
    int ends[2];
    if (!open_pipe(ends)) return false;
    source = ends[0];
    child_end = ends[1];
    return true;
  }

  void close_source() {
    if (source >= 0) ::close(source);
    source = -1;
  }
  void close_child_end() {
    if (child_end >= 0) ::close(child_end);
    child_end = -1;
  }

 private:
  bool open_terminal() {
    source = ::posix_openpt(O_RDWR | O_NOCTTY);
    if (source < 0) return false;
    close_on_exec(source);
    const char *name = nullptr;
    if (::grantpt(source) == 0 && ::unlockpt(source) == 0) name = ::ptsname(source);
    child_end = name ? ::open(name, O_RDWR | O_NOCTTY) : -1;
    if (child_end < 0) {
      close_source();
      return false;
    }
    close_on_exec(child_end);
    // The real terminal translates newlines; doing it here too would do it twice.
    termios mode;
    if (::tcgetattr(target, &mode) == 0) {
      mode.c_oflag &= ~static_cast<tcflag_t>(OPOST);
      mode.c_lflag &= ~static_cast<tcflag_t>(ECHO | ICANON | ISIG);
      ::tcsetattr(child_end, TCSANOW, &mode);
    }
    winsize size;
    if (::ioctl(target, TIOCGWINSZ, &size) == 0) ::ioctl(child_end, TIOCSWINSZ, &size);
    return true;
  }
};

bool write_all(int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t written = ::write(fd, bytes.data(), bytes.size());
    if (written >= 0) {
      bytes.remove_prefix(static_cast<size_t>(written));
    } else if (errno == EAGAIN) {
      pollfd ready{fd, POLLOUT, 0};
      ::poll(&ready, 1, -1);
    } else if (errno != EINTR) {
      return errno != EPIPE;  // a full disk is not the reader's going away
    }
  }
  return true;
}

bool same_file(int a, int b) {
  struct stat first, second;
  return ::fstat(a, &first) == 0 && ::fstat(b, &second) == 0 && first.st_dev == second.st_dev &&
         first.st_ino == second.st_ino;
}

class Supervisor {
 public:
  bool open_channels(bool keep_output) {
    bool have_errors = ::fcntl(STDERR_FILENO, F_GETFD) >= 0;
    bool have_output = ::fcntl(STDOUT_FILENO, F_GETFD) >= 0;
    one_channel_ = have_errors && have_output && same_file(STDOUT_FILENO, STDERR_FILENO);
    if (have_errors && !errors_.open(STDERR_FILENO)) return false;
    if (have_output && keep_output && !one_channel_ && !output_.open(STDOUT_FILENO)) return false;
    return open_pipe(wake_up_);
  }

  // Signals are caught before the child is there, so that none falls between.
  void catch_signals() {
    do_not_block(wake_up_[0]);
    do_not_block(wake_up_[1]);
    wake_up_pipe = wake_up_[1];
    struct sigaction action = {};
    action.sa_sigaction = on_signal;
    action.sa_flags = SA_SIGINFO | SA_RESTART | SA_NOCLDSTOP;
    ::sigaction(SIGCHLD, &action, nullptr);
    for (int signal : stop_signals) {
      struct sigaction old;
      ::sigaction(signal, nullptr, &old);
      if (old.sa_handler != SIG_IGN) ::sigaction(signal, &action, nullptr);
    }
    sigset_t wanted;
    ::sigemptyset(&wanted);
    ::sigaddset(&wanted, SIGCHLD);
    ::sigprocmask(SIG_UNBLOCK, &wanted, &mask_);
  }

  // 0, or an errno. Caught signals are default again in the child, ignored ones stay so.
  int start(const std::string &program, char *const *argv, char *const *environment) {
    posix_spawn_file_actions_t actions;
    ::posix_spawn_file_actions_init(&actions);
    if (errors_.child_end >= 0) ::posix_spawn_file_actions_adddup2(&actions, errors_.child_end, STDERR_FILENO);
    int output = one_channel_ ? errors_.child_end : output_.child_end;
    if (output >= 0) ::posix_spawn_file_actions_adddup2(&actions, output, STDOUT_FILENO);
    posix_spawnattr_t attributes;
    ::posix_spawnattr_init(&attributes);
    ::posix_spawnattr_setsigmask(&attributes, &mask_);
    ::posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
    int error = ::posix_spawn(&child_, program.c_str(), &actions, &attributes, argv, environment);
    ::posix_spawnattr_destroy(&attributes);
    ::posix_spawn_file_actions_destroy(&actions);
    errors_.close_child_end();
    output_.close_child_end();
    // After the start, so that the child does not inherit it.
    struct sigaction ignore = {};
    ignore.sa_handler = SIG_IGN;
    ::sigaction(SIGPIPE, &ignore, nullptr);
    return error;
  }

  Supervised run() {
    Clock::time_point start = Clock::now();
    while (!reaped()) wait_for_something();
    drain();
    result_.interrupted =
        result_.interrupted || (WIFSIGNALED(result_.wait_status) &&
                                std::ranges::find(stop_signals, WTERMSIG(result_.wait_status)) != stop_signals.end());
    result_.seconds = std::chrono::duration<double>(Clock::now() - start).count();
    return std::move(result_);
  }

 private:
  bool reaped() { return ::waitpid(child_, &result_.wait_status, WNOHANG) == child_; }

  void wait_for_something() {
    std::array<pollfd, 3> events{{{errors_.source, POLLIN, 0}, {output_.source, POLLIN, 0}, {wake_up_[0], POLLIN, 0}}};
    int ready = ::poll(events.data(), events.size(), pending_signal_ ? forward_delay_ms : -1);
    if (ready == 0) {
      ::kill(child_, pending_signal_);
      pending_signal_ = 0;
    }
    if (ready <= 0) return;
    if (events[0].revents) pass_on(errors_);
    if (events[1].revents) pass_on(output_);
    if (events[2].revents) take_signals();
  }

  void take_signals() {
    std::array<char, 64> caught;
    ssize_t got = ::read(wake_up_[0], caught.data(), caught.size());
    for (ssize_t i = 0; i < got; ++i) {
      int signal = caught[static_cast<size_t>(i)];
      if (signal == SIGCHLD) continue;
      result_.interrupted = true;
      if (signal != 0) pending_signal_ = signal;
    }
  }

  // False where nothing was there to read.
  bool pass_on(Channel &channel) {
    ssize_t got = ::read(channel.source, buffer_.data(), buffer_.size());
    if (got < 0 && (errno == EINTR || errno == EAGAIN)) return errno == EINTR;
    if (got <= 0) {  // a terminal whose last writer left says EIO
      channel.close_source();
      return false;
    }
    std::string_view bytes(buffer_.data(), static_cast<size_t>(got));
    size_t room = messages_limit - std::min(messages_limit, result_.messages.size());
    result_.messages += bytes.substr(0, room);
    // Nobody reads: the child must find that out as it would have.
    if (!write_all(channel.target, bytes)) channel.close_source();
    return channel.source >= 0;
  }

  // What the child wrote is there by now. Its children may hold the other end for hours.
  void drain() {
    for (Channel *channel : {&errors_, &output_}) {
      if (channel->source < 0) continue;
      do_not_block(channel->source);
      pollfd more{channel->source, POLLIN, 0};
      while (channel->source >= 0) {
        if (pass_on(*channel)) continue;
        if (channel->source < 0 || !channel->terminal || ::poll(&more, 1, last_words_ms) <= 0) break;
      }
      channel->close_source();
    }
  }

  Channel errors_, output_;
  bool one_channel_ = false;
  int wake_up_[2] = {-1, -1};
  sigset_t mask_;
  pid_t child_ = -1;
  int pending_signal_ = 0;
  Supervised result_;
  std::array<char, 65536> buffer_;
};

}  // namespace

Result<Supervised> supervise(const std::string &program, char *const *argv, char *const *environment,
                             bool keep_output) {
  Supervisor supervisor;
  if (!supervisor.open_channels(keep_output))
    return std::unexpected(Problem{program, "", std::nullopt, std::strerror(errno)});
  supervisor.catch_signals();
  if (int error = supervisor.start(program, argv, environment))
    return std::unexpected(Problem{program, "", std::nullopt, std::strerror(error)});
  return supervisor.run();
}

int shell_status(int wait_status) {
  return WIFSIGNALED(wait_status) ? 128 + WTERMSIG(wait_status) : WEXITSTATUS(wait_status);
}

void end_like(int wait_status) {
  if (WIFSIGNALED(wait_status)) {
    // The linker's core file is wanted, not ours over it.
    rlimit none{0, 0};
    ::setrlimit(RLIMIT_CORE, &none);
#ifdef __linux__
    ::prctl(PR_SET_DUMPABLE, 0);
#endif
    int signal = WTERMSIG(wait_status);
    ::signal(signal, SIG_DFL);
    sigset_t only;
    ::sigemptyset(&only);
    ::sigaddset(&only, signal);
    ::sigprocmask(SIG_UNBLOCK, &only, nullptr);
    ::raise(signal);
  }
  ::_exit(shell_status(wait_status));
}

}  // namespace ldwhy
