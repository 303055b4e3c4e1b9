// The same label from assembly text twice. LTO puts the text of several files through one assembler: a
// local label of a top-level asm statement, private to its object before, then meets its copy from another
// file. An asm statement inside a function stands again in each place that the function is inlined into.
#include <algorithm>

#include <fmt/format.h>

#include "cause/cause.h"
#include "facts/complaints.h"
#include "facts/definitions.h"
#include "facts/link_line.h"
#include "facts/lto_code.h"
#include "facts/references.h"
#include "name/name.h"

namespace ldwhy {
namespace {

struct Texts {
  std::vector<const Sighting *> top_level;
  std::vector<const AsmMention *> inside;
  bool others = false;  // what no text defines
  size_t count() const { return top_level.size() + inside.size(); }
};
Texts find_texts(const Case &c, const Facts &facts) {
  Texts texts;
  for (const Sighting &sighting : c.wanted->sightings) {
    bool defines = sighting.relation == Relation::Exact && on_line(sighting) && in_link(facts, sighting.object) &&
                   !is_shared(sighting);
    if (!defines) continue;
    if (sighting.symbol.from_asm) texts.top_level.push_back(&sighting);
    else if (sighting.symbol.binding == Binding::Global) texts.others = true;
  }
  texts.inside = asm_definitions(c, facts, Reach::InLink);
  return texts;
}

std::string summary_of(const Facts &facts, const Texts &texts) {
  if (texts.count() == 1) {
    const AsmMention &one = *texts.inside.front();
    return fmt::format("the asm statement in function {} of {} defines it, and that function was inlined or copied",
                       demangle(one.function, facts.format), facts.link->name_of(one.object));
  }
  std::vector<std::string> places;
  for (const Sighting *one : texts.top_level) places.push_back(place_of(*one));
  for (const AsmMention *one : texts.inside) places.push_back(facts.link->name_of(one->object));
  places.erase(std::ranges::unique(places).begin(), places.end());
  return fmt::format("assembly text in {} defines it {}", list_names(places),
                     places.size() > 1 ? "each" : "more than once");
}

std::optional<Verdict> from_texts(const Case &c, const Facts &facts) {
  Texts texts = find_texts(c, facts);
  // One top-level text alone is assembled once.
  if (texts.count() == 0 || (texts.inside.empty() && texts.top_level.size() < 2)) return std::nullopt;
  bool global =
      std::ranges::any_of(texts.inside, &AsmMention::global) ||
      std::ranges::any_of(texts.top_level, [](const Sighting *s) { return s->symbol.binding != Binding::Local; });
  Verdict verdict;
  verdict.certainty = texts.others ? Certainty::Likely : Certainty::Proven;
  verdict.group = c.name;
  verdict.summary = summary_of(facts, texts);
  verdict.explanation = texts.inside.empty() ? global
                                                   ? fmt::format(
                                                         "Each of these asm statements makes {} a symbol of the "
                                                         "program. They are the same text in several files, as when a "
                                                         "header holds it.",
                                                         c.shown)
                                                   : fmt::format(
                                                         "Without LTO {} is a local label, one in each object. LTO "
                                                         "merges the files, and their assembly goes through one "
                                                         "assembler, for which the second label is a mistake.",
                                                         c.shown)
                                             : fmt::format(
                                                   "An asm statement inside a function is written out once for each "
                                                   "copy of the function: where it is called inline, and once "
                                                   "more for the function itself. LTO inlines across files, so that "
                                                   "copies appear which the compiler alone did not make. A "
                                                   "label in such a text must be one that may stand there twice.");
  for (const Sighting *one : texts.top_level)
    verdict.evidence.push_back(definition_evidence(*one, "its top-level assembly defines it"));
  for (const AsmMention *one : texts.inside) verdict.evidence.push_back(asm_evidence(*one, facts));
  if (!c.complaint->predicted) verdict.evidence.push_back(words_of(c));
  if (!texts.inside.empty()) {
    const AsmMention &first = *texts.inside.front();
    verdict.remedies.push_back(
        {.remedy = "noinline-caller", .symbol = c.name, .other = first.function, .object = first.object});
    verdict.remedies.push_back({.remedy = "unique-label", .symbol = c.shown});
    verdict.remedies.push_back({.remedy = "file-without-lto", .symbol = c.name, .object = first.object});
  } else {
    verdict.remedies.push_back({.remedy = "one-text", .symbol = c.shown});
    if (!global)
      verdict.remedies.push_back(
          {.remedy = "file-without-lto", .symbol = c.name, .object = texts.top_level.front()->object});
  }
  return verdict;
}

std::optional<Verdict> examine(const Case &c, const Facts &facts) {
  if (c.complaint->kind != ComplaintKind::DuplicateSymbol || c.name.empty()) return std::nullopt;
  if (c.wanted)
    if (std::optional<Verdict> verdict = from_texts(c, facts)) return verdict;
  if (!has_code(c, {"asm-redefined"})) return std::nullopt;
  Verdict verdict = verdict_from_words(
      c, fmt::format("assembly text that defines {} goes through the assembler twice in one LTO run", c.shown),
      fmt::format("The assembler that LTO runs met the label {} twice in one file. LTO merges the assembly of several "
                  "files, and writes an asm "
                  "statement inside a function out once for each copy of the function.",
                  c.shown));
  verdict.group = c.name;
  verdict.remedies.push_back({.remedy = "unique-label", .symbol = c.shown});
  verdict.remedies.push_back({.remedy = "one-text", .symbol = c.shown});
  return verdict;
}

std::optional<Suspicion> suspect(const Case &c, const Facts &facts) {
  if (c.complaint->kind != ComplaintKind::DuplicateSymbol) return std::nullopt;
  std::string check = fmt::format("grep -rnE '{}:' --include='*.[chsS]*' .", c.complaint->symbol);
  if (has_code(c, {"asm-redefined"}))
    return Suspicion{93,
                     fmt::format("assembly text that defines {} was inlined, or merged by LTO, and is assembled twice",
                                 c.complaint->symbol),
                     check};
  const std::vector<ReferencePlace> &places = c.complaint->references;
  if (!places.empty() && std::ranges::all_of(places, made_by_lto))
    return Suspicion{places.size() > 1 ? 82 : 60,
                     "an asm statement that defines it was inlined by LTO, and stands in two places", check};
  if (facts.lto != LtoMode::None || says_lto(facts))
    return Suspicion{25, "the assembly text of two files defines it", check};
  return std::nullopt;
}

}  // namespace

extern const Cause asm_duplicate{"asm-duplicate", "assembly text that defines it is assembled twice", examine, suspect};

}  // namespace ldwhy
