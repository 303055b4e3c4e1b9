// Seeds to remedies, and remedies to the test.
#include <algorithm>
#include <chrono>
#include <set>

#include <fmt/format.h>

#include "command/command.h"
#include "log/log.h"
#include "name/name.h"
#include "remedy/remedy.h"

namespace ldwhy {
namespace {

// What a run of the linker complains of, errors only, by symbol or text.
std::set<std::string> complaints_of(const LinkRun &run, Format format) {
  std::set<std::string> found;
  for (const LoggedLink &link : read_log(run.messages).links)
    for (const Complaint &complaint : link.complaints)
      if (complaint.severity == Severity::Error)
        found.insert(complaint.symbol.empty() ? complaint.text : demangle(complaint.symbol, format));
  return found;
}

std::string first_line(const std::string &text) { return text.substr(0, text.find('\n')); }

// What this diagnosis is about: its symbols, and the words of complaints about none.
std::set<std::string> own_complaints(const Judgement::Entry &entry) {
  std::set<std::string> own;
  for (const Case *c : entry.cases) {
    if (c->complaint->symbol.empty()) own.insert(c->complaint->text);
    else own.insert({c->complaint->symbol, c->shown, c->name});
  }
  return own;
}

// Passed: the link succeeds, or fails only for what it failed for before, this diagnosis' own
// complaints excepted.
void judge_run(const LinkRun &run, const std::set<std::string> &before, const std::set<std::string> &own, Format format,
               Remedy &remedy) {
  if (!run.started) return;
  if (run.timed_out) {
    remedy.outcome = "the link did not finish in time";
    return;
  }
  remedy.verified = Verified::Failed;
  if (run.status == 0) {
    remedy.verified = Verified::Passed;
    remedy.outcome = "the link succeeds";
    return;
  }
  std::set<std::string> after = complaints_of(run, format);
  for (const std::string &complaint : after) {
    if (own.contains(complaint)) {
      bool words = complaint.find(": ") != complaint.npos;
      remedy.outcome =
          words ? fmt::format("the linker still says: {}", complaint) : fmt::format("{} is still missing", complaint);
      return;
    }
    if (!before.contains(complaint)) {
      remedy.outcome = fmt::format("the link then fails for {}", complaint);
      return;
    }
  }
  if (after.empty()) {
    remedy.outcome = first_line(run.messages);
    return;
  }
  remedy.verified = Verified::Passed;
  remedy.outcome = "this is gone; the link still fails for others";
}

}  // namespace

void find_remedies(Judgement &judgement, std::vector<Diagnosis> &diagnoses, const RemedyContext &context,
                   const TrialOptions &options) {
  if (!context.facts.link) return;
  using Clock = std::chrono::steady_clock;
  Clock::time_point start = Clock::now();
  auto spent = [&] { return std::chrono::duration<double>(Clock::now() - start).count(); };
  size_t count = 0, number = 0;
  for (const Judgement::Entry &entry : judgement.diagnoses) count += entry.verdict.remedies.size();

  std::set<std::string> before;
  for (const Judgement::Entry &entry : judgement.diagnoses)
    for (const Case *c : entry.cases) before.insert({c->complaint->symbol, c->shown, c->name, c->complaint->text});
  const Command &command = context.facts.link->command;
  bool can_run = options.enabled && !command.linker_path.empty() && runs_alone(command);

  for (size_t i = 0; i < judgement.diagnoses.size(); ++i) {
    Diagnosis &diagnosis = diagnoses[i];
    for (const RemedySeed &seed : judgement.diagnoses[i].verdict.remedies) {
      ++number;
      const RemedyKind *kind = find_remedy(seed.remedy);
      if (!kind) continue;
      Remedy remedy{.id = kind->id, .cost = kind->cost};
      kind->describe(seed, context, remedy);
      if (can_run && kind->prepare && spent() < options.seconds_all) {
        if (options.progress) options.progress(number, count, remedy.title);
        ScratchFolder scratch("ldwhy-trial");
        TrialBench bench(*context.facts.link, scratch.path());
        if (!scratch.path().empty())
          if (std::optional<Trial> trial = kind->prepare(seed, context, bench))
            judge_run(
                run_link(context.facts.link->command, trial->argv, options.saved, scratch.path(), options.seconds_each),
                before, own_complaints(judgement.diagnoses[i]), context.facts.format, remedy);
        if (kind->stand_in && remedy.verified == Verified::Failed) {
          remedy.verified = Verified::NotTried;
          remedy.outcome.clear();
        }
      }
      diagnosis.remedies.push_back(std::move(remedy));
    }
    // What works before what was not tried before what does not; within each, cheapest first.
    std::ranges::stable_sort(diagnosis.remedies, [](const Remedy &a, const Remedy &b) {
      auto rank = [](const Remedy &r) {
        return r.verified == Verified::Passed ? 0 : r.verified == Verified::NotTried ? 1 : 2;
      };
      return rank(a) < rank(b);
    });
  }
}

}  // namespace ldwhy
