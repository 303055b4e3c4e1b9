// GNU ld and gold read the link line once. An archive gives only the members that
// someone needed before it was reached; a shared library under --as-needed that no
// one needed yet is dropped. A reference that comes later finds nothing, though the
// definition is on the line.
#include <algorithm>

#include <fmt/format.h>

#include "cause/common.h"

namespace ldwhy {
namespace {

std::optional<Verdict> examine(const Case &c, const Facts &facts) {
  if (!is_undefined_case(c) || !facts.resolution->one_pass || !c.unresolved) return std::nullopt;
  const Link &link = *facts.link;
  const Sighting *passed = nullptr;
  for (const Sighting *sighting : exact_definitions(c)) {
    if (!on_line(*sighting) || !sighting->difference.empty()) continue;
    if (facts.resolution->fates[sighting->object] != Fate::NotNeeded) continue;
    const InputArg &argument = link.argument_of(sighting->object);
    if (is_shared(*sighting) && !argument.as_needed) continue;
    if (!link.input_of(sighting->object).has_index) continue;  // another cause: it has no index
    passed = sighting;
    break;
  }
  if (!passed) return std::nullopt;

  uint32_t archive = link.objects[passed->object].input;
  std::vector<std::string> later;
  for (ObjectId id : c.unresolved->referrers)
    if (link.objects[id].input >= archive) later.push_back(link.name_of(id));
  if (later.empty()) return std::nullopt;

  Verdict verdict;
  verdict.certainty = Certainty::Proven;
  std::string library = link.input_name(archive);
  verdict.group = library;
  verdict.summary = fmt::format("{} defines it, but stands before {} on the link line", library, list_names(later));
  verdict.explanation = is_shared(*passed)
      ? fmt::format("{} reads the link line once, from left to right. When it came to {}, nothing needed it "
                    "yet, and --as-needed (which many compilers pass by default) drops such a library. "
                    "{} needs {} only later.", linker_words(facts), library, later.front(), c.shown)
      : fmt::format("{} reads the link line once, from left to right, and takes from an archive only the members "
                    "that something before it needs. When it came to {}, nothing needed {} yet; the reference "
                    "in {} comes later, and {} does not go back.", linker_words(facts), library, c.shown,
                    later.front(), linker_words(facts));
  verdict.evidence.push_back(definition_evidence(
      *passed, fmt::format("defines {}; passed by as input {} of {}, not taken", c.shown, archive + 1,
                           link.inputs.size())));
  add_reference_evidence(c, facts, verdict.evidence);
  verdict.remedies.push_back({.remedy = "move-library-last", .symbol = c.name, .path = library, .object = passed->object});
  if (!is_shared(*passed))
    verdict.remedies.push_back({.remedy = "group-archives", .symbol = c.name, .object = passed->object});
  return verdict;
}

std::optional<Suspicion> suspect(const Case &c, const Facts &facts) {
  if (!is_undefined_case(c)) return std::nullopt;
  bool one_pass = facts.linker == Linker::Bfd || facts.linker == Linker::Gold;
  if (!one_pass) return std::nullopt;
  bool dropped = c.complaint->code == "dso-missing";
  return Suspicion{dropped ? 40 : 35,
                   "an archive that defines it stands before the object that needs it (GNU ld reads the line once)",
                   symbol_command(c, facts)};
}

}  // namespace

extern const Cause archive_order{"archive-order", "a library stands before what needs it, for a linker that reads once",
                                 examine, suspect};

}  // namespace ldwhy
