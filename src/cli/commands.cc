// The commands, acted on: one function each.
#include <algorithm>
#include <cstdio>

#include <fmt/format.h>

#include "base/files.h"
#include "base/words.h"
#include "capture/capture.h"
#include "cause/cause.h"
#include "check/search.h"
#include "cli/common.h"
#include "cli/manual.h"
#include "cli/options.h"
#include "fix/caught_link.h"
#include "log/log.h"
#include "pipeline/pipeline.h"
#include "report/report.h"

namespace ldwhy {
namespace {

int status_of(const Report &report) {
  bool found =
      std::ranges::any_of(report.links, [](const LinkReport &link) { return link.status != Status::NoFailure; });
  return found ? something_found : nothing_found;
}

// A driver that links by itself (zig, emcc): its own words are all that could be caught.
Report diagnose_call(const std::vector<std::string> &words, std::string_view messages, const TrialOptions &trials) {
  ReadLog log = read_log(messages);
  std::erase_if(log.links, [](const LoggedLink &link) { return link.complaints.empty(); });
  for (LoggedLink &link : log.links)
    if (link.commands.empty()) link.commands.push_back({words, current_directory(), false, 0});
  return diagnose_log(log, current_directory(), trials, DiskFiles());
}

int run(const Options &options) {
  if (options.trailing.empty()) return complain("no build command: ldwhy run -- BUILD...");
  RunOutcome outcome = run_build({options.trailing});
  if (outcome.problem) complain(to_string(*outcome.problem));
  // Probes are a build's own experiments: they count where nothing else failed.
  const std::vector<Capsule> &failed = outcome.capsules.empty() ? outcome.probes : outcome.capsules;
  Report report;
  TrialOptions trials = trial_options(!options.no_try);
  for (const Capsule &capsule : failed) {
    report.links.push_back(diagnose_capsule(capsule, trials));
    // What was caught can be mended from here.
    show_build_file_changes(report.links.back(), capsule, current_directory(), DiskFiles());
  }
  if (failed.empty() && !outcome.messages.empty()) report = diagnose_call(options.trailing, outcome.messages, trials);
  end_progress(trials);
  // Most builds that fail fail before they link: that is told to those only who ask for all.
  bool failed_by_itself = options.verbose && outcome.exit_status != 0 && outcome.exit_status < 126;
  if (report.links.empty() && failed_by_itself && options.format == "text" && options.output.empty())
    complain(
        fmt::format("no linker was seen to fail in this build (should one have failed unseen: {} 2>&1 | ldwhy explain)",
                    quote_words(options.trailing)));
  // The build's output has the streams to itself: text goes to standard error, after it.
  bool text = options.format == "text";
  if (text && !report.links.empty() && options.output.empty()) fmt::print(stderr, "\n");
  if (!report.links.empty() || !text || !options.output.empty()) deliver(report, options, text ? stderr : stdout);
  return outcome.exit_status;
}

int explain(const Options &options) {
  std::string path = options.words.empty() ? "-" : options.words.front();
  DiskFiles files;
  TrialOptions trials = trial_options(options.try_remedies);
  LogReader reader;
  std::optional<Problem> problem = read_in_pieces(path, [&](std::string_view piece) { reader.feed(piece); });
  if (problem) return complain(to_string(*problem));
  Report report = diagnose_log(reader.finish(), current_directory(), trials, files);
  end_progress(trials);
  return deliver(report, options, stdout) ? status_of(report) : unusable;
}

int link(const Options &options) {
  if (options.trailing.empty()) return complain("no link command: ldwhy link -- LINK...");
  LinkRequest request;
  request.command.directory = current_directory();
  request.command.argv = options.trailing;
  request.command.flavor = options.flavor;
  request.run_first = options.try_remedies;
  request.trials = trial_options(options.try_remedies);
  Report report;
  report.links.push_back(diagnose_link(request, DiskFiles()));
  if (!report.links.front().unusable.empty()) return complain(report.links.front().unusable);
  end_progress(request.trials);
  return deliver(report, options, stdout) ? status_of(report) : unusable;
}

int symbol(const Options &options) {
  if (options.words.empty()) return complain("no symbol: ldwhy symbol NAME FILE..., or ldwhy symbol NAME -- LINK...");
  SymbolRequest request;
  request.name = options.words.front();
  request.command.directory = current_directory();
  request.command.argv = options.trailing;
  DiskFiles files;
  for (size_t i = 1; i < options.words.size(); ++i) {
    const std::string &path = options.words[i];
    if (!files.is_directory(path)) {
      request.paths.push_back(path);
      continue;
    }
    bool cut = false;
    for (std::string &found : find_outputs(path, files, cut)) request.paths.push_back(normal_path(found));
    if (cut)
      complain(fmt::format("{}: only the first {} objects and libraries are looked into", path, request.paths.size()));
  }
  if (request.paths.empty() && options.trailing.empty())
    return complain(options.words.size() > 1 ? "no objects or libraries there to look into" : "no files to look into");
  for (const std::string &path : request.paths)
    if (Result<FileRef> file = files.open(path); !file) return complain(to_string(file.error()));
  std::string text;
  Result<bool> known = describe_symbol(request, files, options.format == "json", text);
  if (!known) return complain(to_string(known.error()));
  return deliver(text, options, stdout) ? (*known ? something_found : nothing_found) : unusable;
}

int cause(const Options &options) {
  if (!options.words.empty()) {
    std::optional<std::string_view> page = manual_page(options.words.front());
    if (!page) return complain(fmt::format("no cause named {} (ldwhy cause lists them)", options.words.front()));
    return deliver(std::string(*page), options, stdout) ? nothing_found : unusable;
  }
  std::string text;
  size_t width = 0;
  for (const Cause *known : causes()) width = std::max(width, std::string_view(known->id).size());
  for (const Cause *known : causes()) text += fmt::format("{:<{}}  {}\n", known->id, width, known->title);
  return deliver(text, options, stdout) ? nothing_found : unusable;
}

}  // namespace

int run_cli(int argc, char **argv) {
  ParsedOptions parsed = parse_options(argc, argv);
  if (parsed.stop) return parsed.status;
  struct Row {
    std::string_view name;
    int (*act)(const Options &);
  };
  constexpr Row rows[] = {{"run", run},       {"explain", explain},          {"link", link},
                          {"symbol", symbol}, {"check", check_command},      {"fix", fix_command},
                          {"cause", cause},   {"advisory", advisory_command}};
  for (const Row &row : rows)
    if (row.name == parsed.options.command) return row.act(parsed.options);
  return complain("no such command");
}

}  // namespace ldwhy
