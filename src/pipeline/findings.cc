#include "pipeline/findings.h"

#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>

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

}  // namespace

void fill_head(const Link &link, const Resolution &resolution, LinkReport &report) {
  const Command &command = link.command;
  report.directory = command.directory;
  report.command = command.argv.empty() ? command.linker_argv : command.argv;
  report.linker = command.linker_path.empty() ? "" : std::string(file_name(command.linker_path));
  report.flavor = flavor_name(command.flavor);
  report.target = target_text(link);
  LtoMode lto = resolution.lto != LtoMode::None ? resolution.lto : command.lto;
  report.lto = lto_name(lto);
  report.inputs =
      static_cast<uint64_t>(std::ranges::count_if(command.inputs, [](const InputArg &i) { return i.script < 0; }));
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

void fill_diagnoses(const Judgement &judgement, LinkReport &report) {
  for (const Judgement::Entry &entry : judgement.diagnoses) {
    Diagnosis &diagnosis = report.diagnoses.emplace_back();
    diagnosis.cause = entry.cause->id;
    diagnosis.certainty = entry.verdict.certainty;
    std::unordered_set<std::string_view> listed;
    for (const Case *c : entry.cases)
      if (!c->name.empty() && listed.insert(c->name).second) diagnosis.symbols.push_back({c->name, c->shown});
    diagnosis.message = static_cast<size_t>(entry.cases.front()->complaint - report.messages.data());
    diagnosis.summary = entry.verdict.summary;
    diagnosis.explanation = entry.verdict.explanation;
    diagnosis.evidence = entry.verdict.evidence;
    diagnosis.next = diagnosis.certainty == Certainty::Proven || entry.verdict.check.empty()
                         ? fmt::format("ldwhy cause {}", entry.cause->id)
                         : entry.verdict.check;
  }
  report.alternatives = judgement.alternatives;
  report.status = report.diagnoses.empty() ? Status::Unexplained : Status::Diagnosed;
}

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
  report.looked_at.push_back(fmt::format("{} inputs with {} objects and {} symbols on the link line",
                                         link.inputs.size(), link.objects.size(), survey.symbols));
  report.looked_at.push_back(
      fmt::format("{} libraries in {} folders that the linker searches", survey.libraries, survey.folders.size()));
}

}  // namespace ldwhy
