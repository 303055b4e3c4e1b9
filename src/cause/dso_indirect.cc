// The definition is in a library that another library on the line loads, and that the line does
// not name itself. Linkers bind what a program refers to only to libraries that are named; GNU
// ld goes and looks into the others, but only to say so ("DSO missing from command line").
#include <algorithm>

#include <fmt/format.h>

#include "base/files.h"
#include "cause/cause.h"
#include "facts/definitions.h"
#include "facts/inspection.h"
#include "facts/link_line.h"
#include "facts/references.h"

namespace ldwhy {
namespace {

// The library on the line that loads the one that the sighting is in; no_object: none does.
ObjectId loader_of(const Sighting &sighting, const Facts &facts) {
  for (ObjectId id = 0; id < facts.link->objects.size(); ++id) {
    const Object *object = facts.link->object(id);
    if (!object || (object->kind() != ObjectKind::Shared && object->kind() != ObjectKind::Stub)) continue;
    for (std::string_view needed : object->needed())
      if (needed == sighting.soname || needed == file_name(sighting.library)) return id;
  }
  return no_object;
}

// "/lib/libm.so.6" of GNU ld's "libm.so.6: error adding symbols: DSO missing from command line".
std::string library_named(const Case &c) {
  if (!c.complaint->subject.empty()) return c.complaint->subject;
  for (const std::string &note : c.complaint->notes)
    if (size_t end = note.find(": error adding symbols"); end != note.npos) return note.substr(0, end);
  return "";
}

std::string shown_name(const Case &c) { return c.shown.substr(0, c.shown.find('@', 1)); }

std::optional<Verdict> examine(const Case &c, const Facts &facts) {
  if (!is_undefined_case(c) || facts.format != Format::Elf) return std::nullopt;
  const Sighting *meant = nullptr;
  ObjectId loader = no_object;
  bool rivals = false;
  for (const Sighting *sighting : exact_definitions(c)) {
    if (on_line(*sighting)) return std::nullopt;
    if (!is_shared(*sighting) || !sighting->difference.empty()) {
      rivals |= !is_shared(*sighting) && sighting->soname.empty() && sighting->difference.empty();
      continue;
    }
    ObjectId id = loader_of(*sighting, facts);
    if (id == no_object) rivals = true;
    else if (!meant) meant = sighting, loader = id;
  }
  if (!meant) return std::nullopt;
  std::string name = meant->file, by = facts.link->name_of(loader);
  Verdict verdict;
  // The archive that lies beside the shared library is the same library.
  verdict.certainty = rivals && c.complaint->code != "dso-missing" ? Certainty::Likely : Certainty::Proven;
  verdict.group = meant->library;
  verdict.summary = fmt::format("{} defines it; {} loads that library, but the link line does not name it", name, by);
  verdict.explanation = fmt::format(
      "At run time {0} would be there, since {1} loads it. But linkers bind what an object refers to only to libraries "
      "that the line "
      "names: whoever uses {2} itself has to name {0}, so that the program does not depend on what {1} happens to "
      "load.",
      name, by, shown_name(c));
  verdict.evidence.push_back(
      definition_evidence(*meant, fmt::format("defines {}; not on the link line", shown_name(c))));
  verdict.evidence.push_back(
      {"dependency", by, "", fmt::format("loads {} (DT_NEEDED)", meant->soname), {{"needed", meant->soname}}});
  add_reference_evidence(c, facts, verdict.evidence);
  verdict.remedies.push_back({.remedy = "add-library", .symbol = c.name, .path = meant->library});
  verdict.check = symbol_command(c, facts);
  return verdict;
}

std::optional<Suspicion> suspect(const Case &c, const Facts &facts) {
  if (!is_undefined_case(c) || c.complaint->code != "dso-missing") return std::nullopt;
  std::string library(file_name(library_named(c)));
  std::string_view stem = std::string_view(library).substr(0, library.find('.'));
  std::string flag = stem.starts_with("lib") ? "-l" + std::string(stem.substr(3)) : "it";
  // Named already: then it was dropped, for it stands before what needs it.
  bool named = stem.starts_with("lib") && std::ranges::find(shown_words(facts), flag) != shown_words(facts).end();
  std::string summary =
      library.empty() ? "a library that another one loads defines it, and the link line does not name that library"
                      : fmt::format("{} defines it, and is there only because another library loads it: link with {}",
                                    library, flag);
  return Suspicion{named ? 60 : 90, std::move(summary), symbol_command(c, facts)};
}

std::string decide(const Case &c, const Facts &) {
  const std::string &library = c.complaint->subject;
  return library.empty() ? "" : fmt::format("nm -D --defined-only {} | head -40", quoted(library));
}

}  // namespace

extern const Cause dso_indirect{"dso-indirect", "a library defines it that only another library loads", examine,
                                suspect, decide};

}  // namespace ldwhy
