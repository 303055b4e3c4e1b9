// C: `int x;` in a header, without extern, is a definition in each file that includes it (C11,
// 6.9.2). Compilers once made it a common symbol, which linkers merge; since GCC 10 and clang 11
// (-fno-common) it is an ordinary one.
#include <algorithm>

#include <fmt/format.h>

#include "base/words.h"
#include "cause/cause.h"
#include "facts/duplicates.h"

namespace ldwhy {
namespace {

std::optional<Verdict> examine(const Case &c, const Facts &facts) {
  if (!is_duplicate_case(c) || c.parts.scheme != Scheme::Plain) return std::nullopt;
  std::vector<Definer> definers = definers_of(c, facts);
  if (definers.size() < 2) return std::nullopt;
  bool all_zero =
      std::ranges::all_of(definers, [](const Definer &d) { return d.definition.known && d.definition.zero_filled; });
  bool cxx = std::ranges::any_of(definers, [](const Definer &d) { return made_from_cxx(*d.object); });
  if (!all_zero || cxx) return std::nullopt;
  // `int count = 0;` looks the same in objects, and no compiler ever merged it.
  const SourcePlace *place = header_definition_of(c, facts);
  if (place && place->text.find('=') != std::string::npos) return std::nullopt;
  Verdict verdict;
  verdict.certainty = place ? Certainty::Proven : Certainty::Likely;
  verdict.group = "tentative";
  verdict.summary =
      fmt::format("{} each define the variable {} without a value: a declaration in a header lacks `extern`",
                  places_of(definers), c.shown);
  verdict.explanation =
      "In C, a variable that is declared without `extern` and without a value is a definition. Compilers used to leave "
      "it to the "
      "linker to merge such definitions; since GCC 10 and clang 11 they do not (-fno-common), and each file that "
      "includes the "
      "header has one of its own.";
  for (const Definer &definer : definers)
    verdict.evidence.push_back(definer_evidence(definer, "defines it as data that starts as zero (nm shows B)"));
  if (place)
    verdict.evidence.push_back({"source", place->file, "", fmt::format("line {}: {}", place->line, place->text), {}});
  verdict.remedies.push_back({.remedy = "declare-extern", .symbol = c.shown});
  verdict.remedies.push_back({.remedy = "common-data", .symbol = c.shown});
  return verdict;
}

std::optional<Suspicion> suspect(const Case &c, const Facts &) {
  if (!is_duplicate_case(c) || c.parts.scheme != Scheme::Plain || c.complaint->symbol.find('(') != std::string::npos)
    return std::nullopt;
  const std::vector<ReferencePlace> &places = c.complaint->references;
  auto has = [&](std::string_view words) { return c.complaint->text.find(words) != std::string::npos; };
  std::vector<std::string> objects;
  for (const ReferencePlace &place : places)
    if (!place.file.empty() && objects.size() < 4) objects.push_back(place.file);
  std::string check = fmt::format("nm -A {} | grep -w {}   # B: data without a value",
                                  objects.empty() ? "*.o" : quote_words(objects), quote_words({c.name}));
  std::string words =
      "a header declares the variable without `extern` (compilers since GCC 10 no longer merge such definitions)";
  if (has("(.bss") || has(" (common)")) return Suspicion{90, words, check};
  // Of LTO's objects GNU ld prints the place of all symbols alike.
  if (has("(symbol from plugin)")) return Suspicion{70, words, check};
  if (has("(.text") || has("(.data") || has("(.rodata")) return std::nullopt;
  bool cxx = std::ranges::any_of(places, [](const ReferencePlace &p) {
    return p.source.find(".cpp") != std::string::npos || p.source.find(".cc") != std::string::npos ||
           p.file.find(".cpp") != std::string::npos;
  });
  if (cxx) return Suspicion{25, words, check};
  bool in_header =
      std::ranges::any_of(places,
                          [](const ReferencePlace &p) { return is_header(p.source.substr(0, p.source.rfind(':'))); }) ||
      has(".h:");
  return Suspicion{in_header ? 78 : 55, words, check};
}

}  // namespace

extern const Cause tentative_definition{"tentative-definition", "a header declares a variable without extern", examine,
                                        suspect};

}  // namespace ldwhy
