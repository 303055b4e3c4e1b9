// A shared library has the function, but does not let others use it: hidden
// visibility, a version script's `local:`, an export list. Its full symbol table
// still shows it, where it was not stripped.
#include <algorithm>

#include <fmt/format.h>

#include "cause/cause.h"
#include "facts/complaints.h"
#include "facts/definitions.h"
#include "facts/inspection.h"
#include "facts/ownership.h"
#include "facts/references.h"

namespace ldwhy {
namespace {

std::optional<Verdict> examine(const Case &c, const Facts &facts) {
  if (!is_undefined_case(c) || std::ranges::any_of(exact_definitions(c), [](const Sighting *s) { return on_line(*s); }))
    return std::nullopt;
  const Sighting *inside = nullptr;
  for (const Sighting *sighting : exact_definitions(c, false))
    if (on_line(*sighting) && is_shared(*sighting) && !sighting->symbol.dynamic && sighting->difference.empty()) {
      inside = sighting;
      break;
    }
  if (!inside) return std::nullopt;
  bool hidden = inside->symbol.visibility == Visibility::Hidden || inside->symbol.visibility == Visibility::Internal;
  const char *why = hidden ? "its visibility is hidden"
                           : "it is local in the library: static, or made local by a version script or export list";
  Verdict verdict;
  // A plain local symbol may be a static function of the same name; one that was global in the
  // library's objects was made local on purpose.
  verdict.certainty = hidden || inside->symbol.made_local ? Certainty::Proven : Certainty::Likely;
  verdict.group = inside->file;
  verdict.summary = fmt::format("{} contains it, but does not export it", inside->file);
  verdict.explanation = fmt::format(
      "The code is in {0} (its full symbol table lists {1}), but {2}. Only what stands in the library's dynamic "
      "symbol table can be used from outside, and {1} does not.",
      inside->file, c.shown, why);
  verdict.evidence.push_back(definition_evidence(*inside, fmt::format("in the full symbol table: {}", why)));
  verdict.evidence.push_back({"absence", inside->file, "", "not in the dynamic symbol table", {}});
  add_reference_evidence(c, facts, verdict.evidence);
  verdict.remedies.push_back(
      {.remedy = "export-symbol", .symbol = c.name, .path = inside->file, .object = inside->object});
  return verdict;
}

// GNU ld says "undefined reference" first, and that the reference is a hidden one below it.
bool said_hidden(const Case &c, const Facts &facts) {
  return has_code(c, {"undefined-hidden"}) || std::ranges::any_of(facts.cases, [&](const Case &other) {
           return has_code(other, {"undefined-hidden"}) && other.name == c.name;
         });
}

std::optional<Suspicion> suspect(const Case &c, const Facts &facts) {
  if (!is_undefined_case(c)) return std::nullopt;
  if (has_code(c, {"hidden-referenced"}))
    return Suspicion{
        c.known && c.known->family->kind == FamilyKind::RunTime ? 60 : 90,
        fmt::format("a shared library needs it, and {} defines it for this image alone (hidden visibility)",
                    c.complaint->references.empty() ? "the object that has it" : place_meant(c)),
        symbol_command(c, facts)};
  // Swift's "Kit.(Stream in _0123…)": private to a file, and another module refers to it.
  if (size_t in = c.complaint->symbol.find(" in _");
      in != std::string::npos && c.complaint->symbol.find('(') < in && c.complaint->symbol.find(')', in) == in + 5 + 32)
    return Suspicion{80,
                     "it is private to a file of its module, and inlined code of that module refers to it from another "
                     "(@inlinable, opaque types)",
                     ""};
  if (c.known && c.known->family->kind == FamilyKind::RunTime && said_hidden(c, facts))
    return Suspicion{50, "a shared library has it for itself alone", symbol_command(c, facts)};
  if (said_hidden(c, facts))
    return Suspicion{
        60, "it is declared hidden, so another image's definition does not serve: this image needs one of its own",
        symbol_command(c, facts)};
  // Of a class that comes from a DLL.
  if (c.parts.imported && c.parts.scheme != Scheme::Plain)
    return Suspicion{45, "its class or function is not exported from the DLL (no __declspec(dllexport))",
                     symbol_command(c, facts)};
  if (c.parts.scheme == Scheme::Microsoft && !c.library_own && !c.known && !used_by_its_own_kind(c) &&
      for_unreal(c, facts))
    return Suspicion{
        62, "its class or function lacks its module's export macro (MODULE_API), so other modules cannot link to it",
        symbol_command(c, facts)};
  // Only what comes from a DLL has to be exported from one.
  return Suspicion{c.parts.imported ? 30 : 8, "a shared library contains it without exporting it",
                   symbol_command(c, facts)};
}

}  // namespace

extern const Cause not_exported{"not-exported", "a shared library has it, but does not export it", examine, suspect};

}  // namespace ldwhy
