// The link, run again where it can do no harm.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/process.h"
#include "remedy/remedy.h"

namespace ldwhy {
namespace {

// Options that name a file the linker writes: given apart, or joined with "=".
constexpr std::array output_options = {
    "-o", "--output", "-Map", "--Map", "-map", "--dependency-file", "-dependency_info", "-object_path_lto",
    "--lto-obj-path", "-lto-obj-path", "--out-implib", "-out-implib", "--thinlto-cache-dir", "-cache_path_lto",
    "--repro", "--reproduce", "--cref-file", "--print-archive-stats", "--why-extract", "-plugin-opt=-fresolution"};

// GCC's plugin runs lto-wrapper, which asks by these which driver to run, and how (gcc/lto-wrapper.cc).
void add_driver_environment(const Command &command, std::vector<std::string> &environment) {
  if (!command.lto_plugin || command.driver.empty() || command.argv.empty()) return;
  std::string options;
  for (size_t i = 1; i < command.argv.size(); ++i) {
    const std::string &word = command.argv[i];
    bool matters = std::ranges::any_of(std::array{"-f", "-O", "-m", "-g"}, [&](const char *start) { return word.starts_with(start); });
    if (!matters || word.find('\'') != word.npos) continue;
    options += fmt::format("{}'{}'", options.empty() ? "" : " ", word);
  }
  environment.push_back("COLLECT_GCC=" + command.argv.front());
  environment.push_back("COLLECT_GCC_OPTIONS=" + options);
}

}  // namespace

LinkRun run_link(const Command &command, std::vector<std::string> words, const SavedFiles &saved,
                 const std::string &folder, double seconds) {
  for (std::string &word : words) {
    auto copy = saved.find(normal_path(join_path(command.directory, word)));
    if (copy != saved.end()) word = copy->second;
  }
  std::string output = join_path(folder, "output");
  bool has_output = false;
  int others = 0;
  for (size_t i = 1; i < words.size(); ++i) {
    for (const char *option : output_options) {
      std::string_view name = option;
      std::string_view word = words[i];
      std::string path = name == "-o" || name == "--output" ? output : join_path(folder, "other" + std::to_string(others));
      if (word == name && i + 1 < words.size()) {
        words[++i] = path;
      } else if (word.starts_with(name) && word.substr(name.size()).starts_with('=')) {
        words[i] = std::string(name) + "=" + path;
      } else {
        continue;
      }
      ++others;
      has_output |= name == "-o" || name == "--output";
      break;
    }
  }
  if (!has_output) {
    words.push_back("-o");
    words.push_back(output);
  }
  LinkRun run;
  if (!words.empty()) words.front() = command.linker_path;
  std::vector<std::string> environment{"LC_ALL=C"};
  add_driver_environment(command, environment);
  Result<ProcessResult> result = run_process(
      words, {.directory = command.directory, .environment = environment, .timeout_seconds = seconds});
  if (!result) return run;
  run.started = true;
  run.status = result->status;
  run.timed_out = result->timed_out;
  run.messages = result->errors + result->output;
  return run;
}

}  // namespace ldwhy
