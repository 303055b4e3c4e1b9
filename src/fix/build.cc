#include "fix/build.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "base/files.h"
#include "base/process.h"
#include "base/words.h"
#include "log/log.h"

namespace ldwhy {
namespace {

bool is_cargo_build(const std::vector<std::string> &argv) {
  if (argv.empty() || file_name(argv[0]) != "cargo") return false;
  return std::ranges::any_of(argv,
                             [](const std::string &word) { return word == "build" || word == "b" || word == "rustc"; });
}

// cargo tells what it makes, and how, when asked to.
std::vector<std::string> talkative(std::vector<std::string> argv) {
  if (!is_cargo_build(argv)) return argv;
  bool has_format =
      std::ranges::any_of(argv, [](const std::string &word) { return word.starts_with("--message-format"); });
  auto place = std::ranges::find(argv, "--");
  place = argv.insert(place, "-vv");
  if (!has_format) argv.insert(place + 1, "--message-format=json-render-diagnostics");
  return argv;
}

// Cargo book, "External tools", JSON messages: compiler-artifact.
void read_artifacts(std::string_view output, BuildRun &run) {
  while (!output.empty()) {
    size_t end = output.find('\n');
    std::string_view line = output.substr(0, end);
    output.remove_prefix(end == output.npos ? output.size() : end + 1);
    if (!line.starts_with('{')) continue;
    nlohmann::json message = nlohmann::json::parse(line, nullptr, false);
    if (!message.is_object() || message.value("reason", "") != "compiler-artifact") continue;
    const nlohmann::json kinds = message.contains("target")
                                     ? message["target"].value("crate_types", nlohmann::json::array())
                                     : nlohmann::json::array();
    bool linked = std::ranges::any_of(kinds, [](const nlohmann::json &kind) {
      return kind == "bin" || kind == "cdylib" || kind == "staticlib" || kind == "dylib";
    });
    if (!linked || !message.contains("filenames")) continue;
    for (const nlohmann::json &file : message["filenames"])
      if (file.is_string() && !file.get<std::string>().ends_with(".rlib")) run.artifacts.push_back(file);
  }
}

// "Running `… rustc --crate-name x … --crate-type bin …`": those that link.
void read_compiles(std::string_view errors, BuildRun &run) {
  while (!errors.empty()) {
    size_t end = errors.find('\n');
    std::string_view line = errors.substr(0, end);
    errors.remove_prefix(end == errors.npos ? errors.size() : end + 1);
    size_t start = line.find("Running `");
    if (start == line.npos || line.find("--crate-name") == line.npos) continue;
    bool links = false;
    for (const char *kind : {"--crate-type bin", "--crate-type cdylib", "--crate-type staticlib", "--crate-type dylib"})
      links = links || line.find(kind) != line.npos;
    if (!links || line.find("--crate-name build_script") != line.npos) continue;
    std::string_view command = line.substr(start + 9);
    if (command.ends_with('`')) command.remove_suffix(1);
    run.final_compile.emplace_back(command);
  }
}

std::string first_error(const ProcessResult &result, BuildRun &run) {
  std::string text = result.errors + result.output, first;
  for (const LoggedLink &link : read_log(text).links)
    for (const Complaint &complaint : link.complaints) {
      if (complaint.severity != Severity::Error) continue;
      run.link_failed = true;
      if (first.empty()) first = complaint.text;
      if (!complaint.symbol.empty()) run.symbols.push_back(complaint.symbol);
    }
  if (run.link_failed) return first;
  std::string_view rest = text;
  while (!rest.empty()) {
    size_t end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
    if (line.starts_with("error") || line.find(" error: ") != line.npos || line.find("Error ") != line.npos)
      return std::string(line.substr(0, 300));
  }
  return fmt::format("exit status {}", result.status);
}

}  // namespace

std::vector<std::vector<std::string>> build_commands(const Build &build, const std::vector<std::string> &wanted,
                                                     const std::string &build_folder) {
  if (!wanted.empty()) return {wanted};
  if (build.system == "cargo") {
    std::vector<std::string> argv{"cargo", "build"};
    if (build.profile == "release") argv.push_back("--release");
    else if (!build.profile.empty() && build.profile != "dev") argv.insert(argv.end(), {"--profile", build.profile});
    if (!build.target.empty()) argv.insert(argv.end(), {"--target", build.target});
    return {argv};
  }
  if (build.system == "cmake") {
    std::vector<std::string> configure{"cmake", "-S", ".", "-B", build_folder};
    if (!build.profile.empty()) configure.push_back("-DCMAKE_BUILD_TYPE=" + build.profile);
    return {configure, {"cmake", "--build", build_folder}};
  }
  if (build.system == "meson") return {{"meson", "setup", build_folder}, {"ninja", "-C", build_folder}};
  if (build.system == "make") return {{"make"}};
  return {};
}

BuildRun run_build_commands(const std::vector<std::vector<std::string>> &commands, const std::string &directory,
                            const std::vector<std::string> &environment, double seconds) {
  BuildRun run;
  auto start = std::chrono::steady_clock::now();
  auto elapsed = [&] { return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count(); };
  for (const std::vector<std::string> &command : commands) {
    ProcessOptions options;
    options.directory = directory;
    options.environment = environment;
    options.timeout_seconds = std::max(1.0, seconds - elapsed());
    Result<ProcessResult> result = run_process(talkative(command), options);
    run.failed_command = quote_words(command);
    if (!result) {
      run.reason = to_string(result.error());
      return run;
    }
    run.started = true;
    run.timed_out = result->timed_out;
    read_artifacts(result->output, run);
    read_compiles(result->errors, run);
    if (result->status != 0) {
      run.reason =
          result->timed_out ? fmt::format("not done after {:.0f} seconds", seconds) : first_error(*result, run);
      run.seconds = elapsed();
      return run;
    }
  }
  run.passed = run.started;
  run.failed_command.clear();
  run.seconds = elapsed();
  return run;
}

}  // namespace ldwhy
