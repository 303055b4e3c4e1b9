#include "pipeline/pipeline.h"

#include <algorithm>
#include <thread>
#include <unordered_set>

#include <fmt/format.h>

#include "base/words.h"
#include "cause/common.h"
#include "cause/providers.h"
#include "command/compiled_sources.h"
#include "input/load.h"
#include "log/log.h"
#include "name/abi.h"
#include "name/name.h"
#include "pipeline/advisories.h"
#include "pipeline/cases.h"
#include "pipeline/complete_libraries.h"
#include "pipeline/messages.h"
#include "pipeline/shown_names.h"
#include "resolve/resolve.h"
#include "survey/survey.h"

namespace ldwhy {
namespace {

// "arm64-apple-macosx11.0.0" where it is known in full, else what is.
std::string target_text(const Link &link) {
  const Target &target = link.command.target;
  if (!target.triple.empty()) return std::string(target.triple);
  if (target.format == Format::MachO && target.platform == Platform::MacOS)
    return fmt::format("{}-apple-macosx{}", arch_name(target.arch), target.min_os ? version_text(target.min_os) : "");
  return target.arch == Arch::Unknown ? "" : describe(target);
}

// What missing names have in common shows in the first hundred; each case asks all of them.
std::span<const Case> first_of(const std::vector<Case> &cases) {
  return std::span(cases).first(std::min<size_t>(cases.size(), 100));
}

std::vector<Diagnosis> make_diagnoses(const Judgement &judgement) {
  std::vector<Diagnosis> diagnoses;
  for (const Judgement::Entry &entry : judgement.diagnoses) {
    Diagnosis &diagnosis = diagnoses.emplace_back();
    diagnosis.cause = entry.cause->id;
    diagnosis.certainty = entry.verdict.certainty;
    std::unordered_set<std::string_view> listed;
    for (const Case *c : entry.cases)
      if (!c->name.empty() && listed.insert(c->name).second) diagnosis.symbols.push_back({c->name, c->shown});
    diagnosis.summary = entry.verdict.summary;
    diagnosis.explanation = entry.verdict.explanation;
    diagnosis.evidence = entry.verdict.evidence;
    diagnosis.next = diagnosis.certainty == Certainty::Proven || entry.verdict.check.empty()
                         ? fmt::format("ldwhy cause {}", entry.cause->id)
                         : entry.verdict.check;
  }
  return diagnoses;
}

// Where the remedy is the link with other words, that link is what to type.
void propose_links(std::vector<Diagnosis> &diagnoses) {
  constexpr size_t longest = 400;
  for (Diagnosis &diagnosis : diagnoses) {
    if (diagnosis.certainty != Certainty::Proven || diagnosis.remedies.empty()) continue;
    const Remedy &first = diagnosis.remedies.front();
    bool to_be_typed = !first.link_words.empty() && !first.commands.empty() && first.commands.front().size() <= longest;
    if (to_be_typed && first.verified != Verified::Failed) diagnosis.next = first.commands.front();
  }
}

void list_what_was_looked_at(const Link &link, const Survey &survey, LinkReport &report) {
  report.looked_at.push_back(fmt::format("{} inputs with {} objects and {} symbols on the link line", link.inputs.size(),
                                         link.objects.size(), survey.symbols));
  report.looked_at.push_back(fmt::format("{} libraries in {} folders that the linker searches", survey.libraries,
                                         survey.folders.size()));
}

void fill_head(const Link &link, const Resolution &resolution, LinkReport &report) {
  const Command &command = link.command;
  report.directory = command.directory;
  report.command = command.argv.empty() ? command.linker_argv : command.argv;
  report.linker = command.linker_path.empty() ? "" : std::string(file_name(command.linker_path));
  report.flavor = flavor_name(command.flavor);
  report.target = target_text(link);
  LtoMode lto = resolution.lto != LtoMode::None ? resolution.lto : command.lto;
  report.lto = lto_name(lto);
  report.inputs = static_cast<uint64_t>(std::ranges::count_if(command.inputs, [](const InputArg &i) { return i.script < 0; }));
  report.problems = command.problems;
  for (uint32_t i = 0; i < link.inputs.size(); ++i) {
    const Input &input = link.inputs[i];
    auto add = [&](Problem problem) {
      problem.file = link.input_name(i);
      report.problems.push_back(std::move(problem));
    };
    for (const Problem &problem : input.problems)
      if (input.kind != InputKind::Missing) add(problem);
    for (const Member &member : input.members)
      if (member.problem && input.kind != InputKind::Unreadable) add(*member.problem);
  }
}

// A command whose inputs do not exist yet, or that is no link, cannot be foreseen.
std::string why_unusable(const Command &command) {
  if (std::ranges::any_of(command.inputs, &InputArg::compiled))
    return "the command compiles sources first; compile them with -c and name the objects, or use --try";
  if (!command.inputs.empty()) return "";
  return command.problems.empty() ? "the command links nothing" : to_string(command.problems.front());
}

// What the driver's own libraries define is not known: names that nothing defines may be theirs.
// Takes such complaints from what was foreseen; true where that leaves nothing to say.
bool leave_to_default_libraries(const Command &command, LinkReport &report) {
  if (!command.defaults_unknown) return false;
  size_t taken = std::erase_if(report.messages, [](const Complaint &c) { return c.kind == ComplaintKind::UndefinedSymbol; });
  if (taken == 0) return false;
  std::string why = fmt::format("which libraries {} adds is not known, so undefined symbols cannot be foreseen "
                                "(--try runs the link)", command.driver);
  if (report.messages.empty()) report.unusable = why;
  else report.problems.push_back({command.driver, "", std::nullopt, why});
  return report.messages.empty();
}

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

void complete_darwin_target(Link &link) {
  // The first bitcode module spells the triple in full, deployment target included.
  if (!link.command.target.triple.empty()) return;
  for (ObjectId id = 0; id < link.objects.size(); ++id) {
    const Object *object = link.object(id);
    if (object && object->kind() == ObjectKind::Bitcode && link.member_of(id).refused.empty()) {
      link.command.target.triple = object->target().triple;
      return;
    }
  }
}

}  // namespace

LinkReport diagnose_link(const LinkRequest &request, const Files &files) {
  LinkReport report;

  // What the command means; after this no input is added but by linker scripts.
  Command command = understand_command(request.command, files);
  if (!request.driver.empty()) attribute_to_driver(command, request.driver);

  if (std::string why = why_unusable(command); !why.empty() && !request.log && !request.run_first) {
    report.unusable = why;
    return report;
  }

  // The linker's version, asked for while the inputs are read.
  std::jthread version([&report, command] { report.linker_version = query_linker_version(command); });

  // The bytes; after this nothing is opened but what the survey finds.
  Link link = load_link(std::move(command), files);
  complete_darwin_target(link);

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
  if (!log && holds_opaque_lto(link))
    report.problems.push_back({"", "", std::nullopt,
                               "inputs hold assembly in GCC's LTO code, which ldwhy does not read: undefined symbols are not "
                               "foreseen (--try asks the linker)"});
  if (!log && leave_to_default_libraries(link.command, report)) return report;
  bool failed = std::ranges::any_of(report.messages, [](const Complaint &c) { return c.severity == Severity::Error; });
  if (!failed && !(log && log->failed)) return report;

  // Where else the missing names are; after this everything that is known is in Facts.
  std::vector<std::string> names = object_names(report.messages, link, resolved.resolution);
  std::vector<std::string> wanted;
  for (const std::string &name : names)
    if (!name.empty()) wanted.push_back(name);
  Survey found = survey(link, wanted, files,
                        {.beyond_link_line = request.survey_beyond, .index = resolved.index.get()});
  found.complete &= resolved.problems.empty();
  Facts facts = facts_of(link, resolved.resolution, found, log);

  // Why.
  facts.windows = for_windows(facts);
  facts.command = command_to_show(facts);
  std::vector<Case> cases = make_cases(report.messages, names, facts);
  facts.cases = first_of(cases);
  facts.company = count_company(facts.cases);
  Judgement judgement = judge(cases, facts);
  report.diagnoses = make_diagnoses(judgement);
  report.alternatives = judgement.alternatives;
  report.status = report.diagnoses.empty() ? Status::Unexplained : Status::Diagnosed;
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

namespace {

// Only a driver's or build tool's last line is left: what the linker said stood above it.
void say_what_is_needed(const LoggedLink &log, const std::string &build_tool, LinkReport &report) {
  constexpr size_t longest_command = 500;
  report.looked_at.push_back("the log says that the link failed, and none of the linker's own words, which come before that");
  std::string command = log.commands.empty() || log.commands.back().shortened ? "" : quote_words(log.commands.back().argv);
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
  Facts facts{.log = &log, .passed_over = inputs_passed_over(log), .asides = said_of_inputs(log), .flavor = log.flavor, .linker = log.linker};
  for (const std::string &word : report.command) {
    if (word == "-flto=thin") facts.lto = LtoMode::Thin;
    else if (word == "-flto" || word == "-flto=full") facts.lto = LtoMode::Full;
  }
  report.lto = lto_name(facts.lto);
  std::vector<std::string> names;
  for (const Complaint &complaint : report.messages) names.push_back(complaint.symbol);
  facts.windows = for_windows(facts);
  facts.command = command_to_show(facts);
  std::vector<Case> cases = make_cases(report.messages, names, facts);
  facts.cases = first_of(cases);
  facts.company = count_company(facts.cases);
  Judgement judgement = judge(cases, facts);
  report.diagnoses = make_diagnoses(judgement);
  // A log without its objects: the build, run again, has them.
  for (Diagnosis &diagnosis : report.diagnoses)
    if (!build_tool.empty() && facts.command.empty() && diagnosis.next.starts_with("ldwhy symbol ")) diagnosis.next = "ldwhy -- " + build_tool;
  report.alternatives = judgement.alternatives;
  bool failed = log.failed || !cases.empty();
  report.status = !failed ? Status::NoFailure : report.diagnoses.empty() ? Status::Unexplained : Status::Diagnosed;
  report.looked_at.push_back(log.commands.empty() ? "the log alone: it shows no link command"
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
    bool failed = log.failed || std::ranges::any_of(log.complaints, [](const Complaint &c) { return c.severity == Severity::Error; });
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
