#include "pipeline/pipeline.h"

#include <algorithm>
#include <thread>

#include "command/compiled_sources.h"
#include "facts/cases.h"
#include "input/load.h"
#include "log/log.h"
#include "pipeline/advisories.h"
#include "pipeline/complete_libraries.h"
#include "pipeline/findings.h"
#include "pipeline/messages.h"
#include "pipeline/shown_names.h"
#include "resolve/resolve.h"
#include "survey/survey.h"

namespace ldwhy {
namespace {

// Of a linker's own command line: which inputs the user named, and which the driver added.
void attribute_to_driver(Command &command, const std::vector<std::string> &driver) {
  command.argv = driver;
  command.driver = file_name(driver.front());
  // What a response file names cannot be told from what the driver adds.
  if (std::ranges::any_of(driver, [](const std::string &word) { return word.starts_with('@'); })) return;
  for (InputArg &input : command.inputs) {
    std::string text = input.kind == InputArg::Kind::Library ? "-l" + input.text : input.text;
    input.automatic = std::ranges::none_of(driver, [&](const std::string &word) {
      return word == text || word == input.text || (word.starts_with("-Wl,") && word.find(text) != word.npos);
    });
  }
  for (const CompiledSource &made : compiled_sources(command)) command.inputs[made.input].automatic = false;
}

}  // namespace

LinkReport diagnose_link(const LinkRequest &request, const Files &files) {
  LinkReport report;

  // What the command means; after this no input is added but by linker scripts.
  Command command = understand_command(request.command, files);
  if (!request.driver.empty()) attribute_to_driver(command, request.driver);

  if (std::string why = why_unforeseeable(command); !why.empty() && !request.log && !request.run_first) {
    report.unusable = why;
    return report;
  }

  // The linker's version, asked for while the inputs are read.
  std::jthread version([&report, command] { report.linker_version = query_linker_version(command); });

  // The bytes; after this nothing is opened but what the survey finds.
  Link link = load_link(std::move(command), files);

  // What the linker's rules make of them.
  Resolved resolved = resolve(link);
  // Several threads met them, in any order.
  std::ranges::sort(resolved.problems, {}, [](const Problem &problem) { return to_string(problem); });

  // What the linker said, or would have said.
  version.join();
  if (!report.linker_version.empty()) link.command.linker_version = report.linker_version;
  LoggedLink foreseen;
  if (request.run_first) foreseen = run_for_messages(link, request.trials.seconds_each);
  const LoggedLink *log = request.log ? request.log : request.run_first ? &foreseen : nullptr;
  report.messages = log ? log->complaints : foresee_messages(link, resolved);
  fill_head(link, resolved.resolution, report);
  report.problems.insert(report.problems.end(), resolved.problems.begin(), resolved.problems.end());
  if (!log) withdraw_uncertain(link, report);
  if (!report.unusable.empty()) return report;
  bool failed = std::ranges::any_of(report.messages, [](const Complaint &c) { return c.severity == Severity::Error; });
  if (!failed && !(log && log->failed)) return report;

  // Where else the missing names are; after this everything that is known is in Facts.
  std::vector<std::string> names = object_names(report.messages, link, resolved.resolution);
  std::vector<std::string> wanted;
  for (const std::string &name : names)
    if (!name.empty()) wanted.push_back(name);
  Survey found =
      survey(link, wanted, files, {.beyond_link_line = request.survey_beyond, .index = resolved.index.get()});
  found.complete &= resolved.problems.empty();
  Facts facts = facts_of(link, resolved.resolution, found, log);

  // Why.
  std::vector<Case> cases = make_cases(report.messages, names, facts);
  Judgement judgement = judge(cases, facts);
  fill_diagnoses(judgement, report);
  if (report.status == Status::Unexplained) list_what_was_looked_at(link, found, report);

  // What helps.
  offer_all_libraries(judgement, link, files);
  find_remedies(judgement, report.diagnoses, {facts, files}, request.trials);
  propose_links(report.diagnoses);

  // Whether it is a known bug.
  name_advisories(report, link.command.directory, files);
  ShownNames(link.command, files).put_into(report);
  return report;
}

LinkReport diagnose_capsule(const Capsule &capsule, TrialOptions trials) {
  LoggedLink said;
  for (LoggedLink &one : read_log(capsule.messages).links) {
    if (said.complaints.empty()) said = std::move(one);
    else said.complaints.insert(said.complaints.end(), one.complaints.begin(), one.complaints.end());
  }
  said.failed = true;
  LinkRequest request;
  request.command.directory = capsule.directory;
  request.command.argv = capsule.argv;
  request.command.argv.front() = capsule.program;
  request.driver = capsule.driver;
  request.log = &said;
  trials.saved = capsule.saved;
  request.trials = std::move(trials);
  return diagnose_link(request, CapsuleFiles(capsule));
}

}  // namespace ldwhy
