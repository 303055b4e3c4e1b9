// The failed links of a build log. Where the objects that a link's command names are still there, they
// are read as well; else the words are all there is.
#include <algorithm>

#include <fmt/format.h>

#include "base/words.h"
#include "facts/cases.h"
#include "log/log.h"
#include "pipeline/advisories.h"
#include "pipeline/findings.h"
#include "pipeline/pipeline.h"

namespace ldwhy {
namespace {

// Only a driver's or build tool's last line is left: what the linker said stood above it.
void say_what_is_needed(const LoggedLink &log, const std::string &build_tool, LinkReport &report) {
  constexpr size_t longest_command = 500;
  report.looked_at.push_back(
      "the log says that the link failed, and none of the linker's own words, which come before that");
  std::string command =
      log.commands.empty() || log.commands.back().shortened ? "" : quote_words(log.commands.back().argv);
  bool whole = !command.empty() && command.size() <= longest_command;
  report.looked_at.push_back(fmt::format("needed: the lines above it, or the link once more: {}",
                                         whole                ? "ldwhy link --try -- " + command
                                         : build_tool.empty() ? "ldwhy run -- BUILD_COMMAND"
                                                              : "ldwhy run -- " + build_tool));
}

// A link of which only the log is left.
LinkReport diagnose_words(const LoggedLink &log, const std::string &build_tool, const std::string &directory,
                          const Files &files) {
  LinkReport report;
  report.directory = directory;
  if (!log.commands.empty()) report.command = log.commands.back().argv;
  report.flavor = flavor_name(log.flavor);
  report.messages = log.complaints;
  std::vector<std::string> names;
  for (const Complaint &complaint : report.messages) names.push_back(complaint.symbol);
  Facts facts = facts_of(log);
  std::vector<Case> cases = make_cases(report.messages, names, facts);
  report.lto = lto_name(facts.lto);
  fill_diagnoses(judge(cases, facts), report);
  // A log without its objects: the link or the build, run again, has them.
  const std::string &again = facts.command.empty() ? build_tool : facts.command;
  for (Diagnosis &diagnosis : report.diagnoses)
    if (!again.empty() && diagnosis.next.starts_with("ldwhy symbol ")) diagnosis.next = "ldwhy -- " + again;
  bool failed = log.failed || !cases.empty();
  if (!failed) report.status = Status::NoFailure;
  report.looked_at.push_back(log.commands.empty()
                                 ? "the log alone: it shows no link command"
                                 : "the log alone: the objects that its link command names are not here");
  if (report.messages.empty()) say_what_is_needed(log, build_tool, report);
  if (failed) name_advisories(report, directory, files);
  return report;
}

// wasm-ld only warns of a call whose types differ, and puts a trap in its place: where nothing
// failed, that is what the log is about.
void report_traps(const ReadLog &read, const std::string &directory, const Files &files, Report &report) {
  for (const LoggedLink &log : read.links) {
    LoggedLink traps;
    traps.flavor = log.flavor;
    traps.linker = log.linker;
    traps.commands = log.commands;
    for (const Complaint &complaint : log.complaints) {
      if (complaint.code != "signature-mismatch") continue;
      traps.complaints.push_back(complaint);
      traps.complaints.back().severity = Severity::Error;
    }
    if (!traps.complaints.empty()) report.links.push_back(diagnose_words(traps, read.build_tool, directory, files));
  }
}

// The logged command can be used where it is whole and its inputs are there.
bool inputs_exist(const Command &command, const Files &files) {
  bool any = false;
  for (const InputArg &input : command.inputs) {
    if (input.automatic || input.kind != InputArg::Kind::File) continue;
    if (!files.is_file(join_path(command.directory, input.text))) return false;
    any = true;
  }
  return any;
}

}  // namespace

Report diagnose_log(const ReadLog &read, const std::string &directory, const TrialOptions &trials, const Files &files) {
  Report report;
  for (const LoggedLink &log : read.links) {
    bool failed = log.failed ||
                  std::ranges::any_of(log.complaints, [](const Complaint &c) { return c.severity == Severity::Error; });
    if (!failed) continue;
    if (!log.commands.empty() && !log.commands.back().shortened) {
      LinkRequest request;
      const LoggedCommand &logged = log.commands.back();
      request.command.argv = logged.argv;
      request.command.directory = logged.directory.empty() ? directory : join_path(directory, logged.directory);
      request.command.ask_driver = false;
      if (inputs_exist(understand_command(request.command, files), files)) {
        request.command.ask_driver = true;
        request.log = &log;
        request.trials = trials;
        report.links.push_back(diagnose_link(request, files));
        continue;
      }
    }
    report.links.push_back(diagnose_words(log, read.build_tool, directory, files));
  }
  if (report.links.empty()) report_traps(read, directory, files, report);
  return report;
}

}  // namespace ldwhy
