// The link, run again where it can do no harm.
#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/process.h"
#include "command/command.h"
#include "base/text.h"
#include "remedy/remedy.h"

namespace ldwhy {
namespace {

// Options that name a file the linker writes: given apart, or joined with "=".
constexpr std::array output_options = {"-o",
                                       "--output",
                                       "-Map",
                                       "--Map",
                                       "-map",
                                       "--dependency-file",
                                       "-dependency_info",
                                       "-object_path_lto",
                                       "--lto-obj-path",
                                       "-lto-obj-path",
                                       "--out-implib",
                                       "-out-implib",
                                       "--thinlto-cache-dir",
                                       "-cache_path_lto",
                                       "--repro",
                                       "--reproduce",
                                       "--cref-file",
                                       "--print-archive-stats",
                                       "--why-extract",
                                       "-plugin-opt=-fresolution"};

// GCC's plugin runs lto-wrapper, which asks by these which driver to run, and how (gcc/lto-wrapper.cc).
void add_driver_environment(const Command &command, std::vector<std::string> &environment) {
  if (!command.lto_plugin || command.driver.empty() || command.argv.empty()) return;
  std::string options;
  for (size_t i = 1; i < command.argv.size(); ++i) {
    const std::string &word = command.argv[i];
    bool matters = std::ranges::any_of(std::array{"-f", "-O", "-m", "-g"},
                                       [&](const char *start) { return word.starts_with(start); });
    if (!matters || word.find('\'') != word.npos) continue;
    options += fmt::format("{}'{}'", options.empty() ? "" : " ", word);
  }
  environment.push_back("COLLECT_GCC=" + command.argv.front());
  environment.push_back("COLLECT_GCC_OPTIONS=" + options);
}

// link.exe's form: "/out:FILE", in any case of letters, and files beside the output that have names of
// their own. What is not named is written beside the output.
void redirect_windows_outputs(std::vector<std::string> &words, const std::string &folder) {
  constexpr std::array named = {"implib", "pdb", "map", "lldmap", "manifestfile", "ilk", "reproduce", "lto-obj-path"};
  std::string output = join_path(folder, "output.exe");
  bool has_output = false;
  for (size_t i = 1; i < words.size(); ++i) {
    size_t colon = words[i].find(':');
    if (colon == std::string::npos || (words[i][0] != '/' && words[i][0] != '-')) continue;
    std::string name = lower_case(words[i].substr(1, colon - 1));
    if (name == "out") {
      words[i].replace(colon + 1, std::string::npos, output);
      has_output = true;
    } else if (std::ranges::find(named, name) != named.end()) {
      words[i].replace(colon + 1, std::string::npos, join_path(folder, name));
    }
  }
  if (!has_output) words.push_back("/out:" + output);
}

// The same for all other linkers.
void redirect_outputs(std::vector<std::string> &words, const std::string &folder) {
  std::string output = join_path(folder, "output");
  bool has_output = false;
  int others = 0;
  for (size_t i = 1; i < words.size(); ++i) {
    for (const char *option : output_options) {
      std::string_view name = option;
      std::string_view word = words[i];
      std::string path =
          name == "-o" || name == "--output" ? output : join_path(folder, "other" + std::to_string(others));
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
}

}  // namespace

LinkRun run_link(const Command &command, std::vector<std::string> words, const SavedFiles &saved,
                 const std::string &folder, double seconds) {
  for (std::string &word : words) {
    auto copy = saved.find(normal_path(join_path(command.directory, word)));
    if (copy != saved.end()) word = copy->second;
  }
  if (command.flavor == Flavor::Coff && runs_alone(command)) redirect_windows_outputs(words, folder);
  else redirect_outputs(words, folder);
  LinkRun run;
  if (!words.empty() && runs_alone(command)) words.front() = command.linker_path;
  std::vector<std::string> environment{"LC_ALL=C"};
  add_driver_environment(command, environment);
  Result<ProcessResult> result =
      run_process(words, {.directory = command.directory, .environment = environment, .timeout_seconds = seconds});
  if (!result) return run;
  run.started = true;
  run.status = result->status;
  run.timed_out = result->timed_out;
  run.messages = result->errors + result->output;
  return run;
}

}  // namespace ldwhy
