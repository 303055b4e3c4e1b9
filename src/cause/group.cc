// Cases to judgement: every cause is asked about every case, the best answer of each
// case wins, equal answers become one diagnosis, and what else was possible is kept.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "cause/cause.h"
#include "facts/complaints.h"
#include "facts/definitions.h"
#include "facts/inputs.h"

namespace ldwhy {
namespace {

struct Answer {
  const Cause *cause;
  Verdict verdict;
};

// Whether the linker drops what nothing needs before it looks for what is missing. LLD for Windows does
// so after.
bool drops_first(const Command &command) {
  return command.gc_sections && !(command.linker == Linker::Lld && command.target.format == Format::Coff);
}

// What could not be read, or ought not to be empty, may define the symbol after all; and where sections are collected as
// garbage, a use that ldwhy foresees may be in one.
bool may_be_defined(const Case &c, const Facts &facts) {
  if (!is_undefined_case(c)) return false;
  return !facts.survey->complete || empty_provider(facts) ||
         (c.complaint->predicted && drops_first(facts.link->command));
}

std::string deciding_command(const Cause &cause, const Case &c, const Facts &facts) {
  return cause.decide ? cause.decide(c, facts) : "";
}

std::vector<Answer> ask_all(const Case &c, const Facts &facts) {
  std::vector<Answer> answers;
  if (!facts.link) return answers;
  bool doubt = may_be_defined(c, facts);
  for (const Cause *cause : causes()) {
    std::optional<Verdict> verdict = cause->examine(c, facts);
    if (!verdict) continue;
    if (doubt && !verdict->stands_alone) verdict->certainty = std::min(verdict->certainty, Certainty::Likely);
    if (verdict->check.empty() && verdict->certainty != Certainty::Proven)
      verdict->check = deciding_command(*cause, c, facts);
    answers.push_back({cause, std::move(*verdict)});
  }
  // Stable: the table's order breaks ties.
  std::ranges::stable_sort(answers, std::greater(), [](const Answer &a) { return a.verdict.certainty; });
  return answers;
}

std::vector<Answer> suspect_all(const Case &c, const Facts &facts) {
  std::vector<std::pair<int, Answer>> weighed;
  for (const Cause *cause : causes()) {
    std::optional<Suspicion> suspicion = cause->suspect(c, facts);
    if (!suspicion) continue;
    Verdict verdict;
    verdict.certainty = Certainty::Possible;
    verdict.summary = suspicion->summary;
    verdict.check = suspicion->check.empty() ? deciding_command(*cause, c, facts) : suspicion->check;
    verdict.group = "log";
    weighed.push_back({suspicion->weight, {cause, std::move(verdict)}});
  }
  std::ranges::stable_sort(weighed, std::greater(), [](const auto &entry) { return entry.first; });
  std::vector<Answer> answers;
  for (auto &[weight, answer] : weighed) answers.push_back(std::move(answer));
  return answers;
}

}  // namespace

Judgement judge(const std::vector<Case> &cases, const Facts &facts) {
  Judgement judgement;
  std::map<std::string_view, Alternative> others;  // by cause id
  std::vector<std::string_view> order;
  for (const Case &c : cases) {
    std::vector<Answer> answers = ask_all(c, facts);
    // A log's words count only where the objects could not be asked.
    bool asked = facts.link && is_undefined_case(c) && facts.survey->complete;
    if (answers.empty() && !asked) answers = suspect_all(c, facts);
    if (answers.empty()) continue;
    Answer &best = answers.front();
    auto same = std::ranges::find_if(judgement.diagnoses, [&](const Judgement::Entry &entry) {
      return entry.cause == best.cause && entry.verdict.group == best.verdict.group;
    });
    // What is proven leaves no other explanation.
    size_t listed = best.verdict.certainty == Certainty::Proven ? 1 : answers.size();
    for (size_t i = 1; i < listed; ++i) {
      Alternative other{answers[i].cause->id, answers[i].verdict.certainty, answers[i].verdict.summary,
                        answers[i].verdict.check};
      if (others.try_emplace(answers[i].cause->id, other).second) order.push_back(answers[i].cause->id);
    }
    if (same == judgement.diagnoses.end()) {
      judgement.diagnoses.push_back({best.cause, std::move(best.verdict), {&c}});
    } else {
      same->cases.push_back(&c);
      same->verdict.certainty = std::min(same->verdict.certainty, best.verdict.certainty);
      // One line a place: the same library defines all of them.
      for (Evidence &evidence : best.verdict.evidence) {
        bool known = std::ranges::any_of(same->verdict.evidence, [&](const Evidence &other) {
          return other.kind == evidence.kind && other.file == evidence.file && other.member == evidence.member;
        });
        if (!known && same->verdict.evidence.size() < 12) same->verdict.evidence.push_back(std::move(evidence));
      }
    }
  }
  // The surest first; then the one that explains most; then the first the linker named.
  std::ranges::stable_sort(judgement.diagnoses, [](const Judgement::Entry &a, const Judgement::Entry &b) {
    return std::pair(a.verdict.certainty, a.cases.size()) > std::pair(b.verdict.certainty, b.cases.size());
  });
  for (std::string_view id : order) {
    bool diagnosed = std::ranges::any_of(judgement.diagnoses, [&](const auto &entry) { return entry.cause->id == id; });
    if (!diagnosed) judgement.alternatives.push_back(others[id]);
  }
  return judgement;
}

Verdict verdict_from_words(const Case &c, std::string summary, std::string explanation) {
  Verdict verdict;
  verdict.certainty = Certainty::Likely;
  verdict.summary = std::move(summary);
  verdict.explanation = std::move(explanation);
  verdict.evidence.push_back(words_of(c));
  return verdict;
}

const Cause *find_cause(std::string_view id) {
  for (const Cause *cause : causes())
    if (cause->id == id) return cause;
  return nullptr;
}

}  // namespace ldwhy
