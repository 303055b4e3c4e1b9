// A function or variable is defined in a header, neither inline nor static: each file that
// includes it defines it once more.
#include <algorithm>

#include <fmt/format.h>

#include "base/words.h"
#include "cause/cause.h"
#include "facts/duplicates.h"

namespace ldwhy {
namespace {

constexpr size_t telling_bytes = 4;  // shorter definitions can be equal by chance

bool same_definition(const std::vector<Definer> &definers) {
  const DefinitionBytes &first = definers.front().definition;
  return first.known && first.bytes.size() >= telling_bytes && std::ranges::all_of(definers, [&](const Definer &d) {
           return d.definition.known && d.definition.bytes == first.bytes;
         });
}

// The header is the only place that defines it, and nothing there keeps it from being one
// definition a file: what is `inline` is not meant.
bool only_home(const SourcePlace &header, const Case &c, const Facts &facts) {
  for (std::string_view word : {"inline", "static", "constexpr", "template", "extern"})
    if (header.text.find(word) != std::string::npos) return false;
  return std::ranges::count_if(facts.survey->sources,
                               [&](const SourcePlace &p) { return p.name == c.name && p.definition; }) == 1;
}

std::optional<Verdict> examine(const Case &c, const Facts &facts) {
  if (!is_duplicate_case(c)) return std::nullopt;
  std::vector<Definer> definers = definers_of(c, facts);
  if (definers.size() < 2) return std::nullopt;
  const SourcePlace *place = header_definition_of(c, facts);
  bool same = same_definition(definers);
  if (!place && !same) return std::nullopt;
  Verdict verdict;
  // Equal code alone may have been copied from one source file to another.
  verdict.certainty = place && only_home(*place, c, facts) ? Certainty::Proven : Certainty::Likely;
  verdict.group = place ? place->file : "same code";
  verdict.summary = place ? fmt::format("{} defines {}, and {} include it", place->file, c.shown, places_of(definers))
                          : fmt::format("{} have the same definition of {}, as when a header defines it",
                                        places_of(definers), c.shown);
  verdict.explanation =
      "What a header defines is compiled into each file that includes it. A function that is neither `inline` nor "
      "`static`, and a "
      "variable that is neither `inline`, `static` nor `constexpr`, is then defined in each of their objects, and a "
      "program may "
      "have one definition only.";
  for (const Definer &definer : definers) verdict.evidence.push_back(definer_evidence(definer, "defines it globally"));
  if (place)
    verdict.evidence.push_back({"source", place->file, "", fmt::format("line {}: {}", place->line, place->text), {}});
  if (same) verdict.evidence.push_back({"comparison", "", "", "the definitions are equal byte for byte", {}});
  // C has no inline variables, and C++ has them since 2017 only.
  SymbolType type = definers.front().sighting->symbol.type;
  bool variable = type == SymbolType::Object || type == SymbolType::Tls;
  if (!variable) verdict.remedies.push_back({.remedy = "mark-inline", .symbol = c.shown});
  verdict.remedies.push_back({.remedy = variable ? "declare-extern" : "define-in-source", .symbol = c.shown});
  return verdict;
}

std::optional<Suspicion> suspect(const Case &c, const Facts &) {
  if (!is_duplicate_case(c)) return std::nullopt;
  const std::vector<ReferencePlace> &places = c.complaint->references;
  bool function = c.complaint->symbol.find('(') != std::string::npos || c.parts.scheme != Scheme::Plain ||
                  c.complaint->text.find("(.text") != std::string::npos;
  bool in_header =
      c.complaint->text.find(".h:") != std::string::npos || c.complaint->text.find(".hpp:") != std::string::npos ||
      std::ranges::any_of(places,
                          [](const ReferencePlace &p) { return is_header(p.source.substr(0, p.source.rfind(':'))); });
  return Suspicion{in_header && function ? 85
                   : function            ? 70
                   : in_header           ? 60
                                         : 45,
                   "a header that several files include defines it, without `inline` or `static`",
                   fmt::format("grep -rnw {} --include='*.h*' .", quote_words({c.parts.base}))};
}

}  // namespace

extern const Cause header_definition{"header-definition", "a header defines it, and several files include the header",
                                     examine, suspect};

}  // namespace ldwhy
