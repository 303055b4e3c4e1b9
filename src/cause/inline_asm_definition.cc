// A label that an asm statement inside a function defines. In an ordinary object it is a symbol like any
// other. In LTO bitcode it is a line in a text that nobody reads before code is generated: the module's
// symbol table has no such definition, so no archive member is taken for it, LTO does not know that
// anyone needs it, and drops the function around it as unused.
#include <fmt/format.h>

#include "cause/cause.h"
#include "facts/definitions.h"
#include "facts/link_line.h"
#include "facts/lto_code.h"
#include "facts/references.h"
#include "name/name.h"

namespace ldwhy {
namespace {

std::optional<Verdict> examine(const Case &c, const Facts &facts) {
  if (!is_undefined_case(c) || !c.wanted) return std::nullopt;
  const AsmMention *definition = nullptr;
  for (const AsmMention *mention : asm_definitions(c, facts, Reach::OnLine))
    if (!definition || (mention->global && !definition->global)) definition = mention;
  if (!definition || !facts.link->member_of(definition->object).refused.empty()) return std::nullopt;
  for (const Sighting *sighting : exact_definitions(c))
    if (on_line(*sighting) && sighting->difference.empty()) return std::nullopt;  // another cause keeps that one away

  std::string home = facts.link->name_of(definition->object), function = demangle(definition->function, facts.format);
  bool in = in_link(facts, definition->object);
  Verdict verdict;
  verdict.group = home;
  verdict.certainty = definition->global ? Certainty::Proven : Certainty::Likely;
  verdict.stands_alone = true;
  verdict.summary =
      fmt::format("an asm statement inside function {} of {} defines it, which LTO does not see", function, home);
  verdict.explanation = fmt::format(
      "{0} is LTO bitcode. What an asm statement inside a function defines is not in the symbol table of bitcode; only "
      "the assembler finds "
      "it, after LTO. {1}. Compiled without -flto, {0} has {2} in its symbol table like any other symbol.",
      home,
      in ? fmt::format("So LTO does not know that {} is needed for it: it drops the function if nothing calls it, and "
                       "may inline or move the text",
                       function)
         : fmt::format("So the linker did not find {} when it looked for an archive member that defines it", home),
      c.shown);
  verdict.evidence.push_back(asm_evidence(*definition, facts));
  add_reference_evidence(c, facts, verdict.evidence);
  verdict.evidence.push_back({"absence", "", "", "no symbol table on the link line defines it", {}});
  verdict.remedies.push_back({.remedy = "file-without-lto", .symbol = c.name, .object = definition->object});
  verdict.remedies.push_back({.remedy = "top-level-asm", .symbol = c.shown});
  return verdict;
}

std::optional<Suspicion> suspect(const Case &c, const Facts &facts) {
  if (!is_undefined_case(c) || c.parts.scheme != Scheme::Plain) return std::nullopt;
  if (referred_by_lto_code(c))
    return Suspicion{30, "an asm statement inside a function defines it, which LTO does not see",
                     "grep -rn " + c.name + ": --include='*.[ch]*' ."};
  if (facts.lto != LtoMode::None || says_lto(facts))
    return Suspicion{9, "an asm statement inside a function defines it, which LTO does not see", ""};
  return std::nullopt;
}

}  // namespace

extern const Cause inline_asm_definition{
    "inline-asm-definition", "an asm statement inside a function defines it, which LTO does not see", examine, suspect};

}  // namespace ldwhy
