#include "cli/common.h"

#include <sys/ioctl.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>

#include <fmt/format.h>

#include "base/files.h"
#include "base/text.h"

namespace ldwhy {

int complain(const std::string &text) {
  fmt::print(stderr, "ldwhy: {}\n", printable(text));
  return unusable;
}

std::string current_directory() {
  const char *named = std::getenv("PWD");
  char *real = ::getcwd(nullptr, 0);
  std::string path = real ? real : "/";
  std::free(real);
  if (!named || *named != '/') return path;
  char *resolved = ::realpath(named, nullptr);
  bool same = resolved && path == resolved;
  std::free(resolved);
  return same ? named : path;
}

ReportStyle style_for(const Options &options, FILE *stream) {
  ReportStyle style;
  bool terminal = options.output.empty() && ::isatty(::fileno(stream));
  const char *no_color = std::getenv("NO_COLOR");
  bool wanted = terminal && !(no_color && *no_color) &&
                std::string_view(std::getenv("TERM") ? std::getenv("TERM") : "") != "dumb";
  style.color = options.color == "always" || (options.color == "auto" && wanted);
  winsize size{};
  if (terminal && ::ioctl(::fileno(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 40)
    style.width = std::min<size_t>(size.ws_col, 120);
  style.quiet = options.quiet;
  style.verbose = options.verbose;
  style.all = options.all;
  style.folder = current_directory();
  return style;
}

bool deliver(const std::string &text, const Options &options, FILE *stream) {
  if (!options.output.empty()) {
    std::optional<Problem> problem = write_file_atomically(options.output, text);
    if (problem) complain(to_string(*problem));
    return !problem;
  }
  std::fwrite(text.data(), 1, text.size(), stream);
  return std::fflush(stream) == 0;
}

bool deliver(const Report &report, const Options &options, FILE *stream) {
  return deliver(find_report_format(options.format)->render(report, style_for(options, stream)), options, stream);
}

TrialOptions trial_options(bool enabled) {
  TrialOptions trials;
  trials.enabled = enabled;
  if (enabled && ::isatty(STDERR_FILENO))
    trials.progress = [](size_t number, size_t count, const std::string &title) {
      fmt::print(stderr, "\r\x1b[Kldwhy: trying remedy {} of {}: {}", number, count, title.substr(0, 50));
      std::fflush(stderr);
    };
  return trials;
}

void end_progress(const TrialOptions &trials) {
  if (trials.progress) fmt::print(stderr, "\r\x1b[K");
}

}  // namespace ldwhy
