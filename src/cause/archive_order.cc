// GNU ld and gold read the link line once. An archive gives only the members that
// someone needed before it was reached; a shared library under --as-needed that no
// one needed yet is dropped. A reference that comes later finds nothing, though the
// definition is on the line.
#include <algorithm>

#include <fmt/format.h>

#include "cause/cause.h"
#include "facts/definitions.h"
#include "facts/inspection.h"
#include "facts/link_line.h"
#include "facts/references.h"
#include "name/abi.h"
#include "name/known_names.h"

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
  verdict.explanation =
      is_shared(*passed)
          ? fmt::format(
                "{} reads the link line once, from left to right. When it came to {}, nothing needed it "
                "yet, and --as-needed (which many compilers pass by default) drops such a library. "
                "{} needs {} only later.",
                linker_words(facts), library, later.front(), c.shown)
          : fmt::format(
                "{} reads the link line once, from left to right, and takes from an archive only the members "
                "that something before it needs. When it came to {}, nothing needed {} yet; the reference "
                "in {} comes later, and {} does not go back.",
                linker_words(facts), library, c.shown, later.front(), linker_words(facts));
  verdict.evidence.push_back(definition_evidence(
      *passed,
      fmt::format("defines {}; passed by as input {} of {}, not taken", c.shown, archive + 1, link.inputs.size())));
  add_reference_evidence(c, facts, verdict.evidence);
  verdict.remedies.push_back(
      {.remedy = "move-library-last", .symbol = c.name, .path = library, .object = passed->object});
  if (!is_shared(*passed))
    verdict.remedies.push_back({.remedy = "group-archives", .symbol = c.name, .object = passed->object});
  return verdict;
}

// Every library that the command names stands before every object or source. Those that compilers
// add by themselves do not count.
bool libraries_come_first(std::span<const std::string> words) {
  size_t last_library = 0, first_object = 0;
  for (size_t i = 1; i < words.size(); ++i) {
    std::string_view word = words[i];
    if (words[i - 1] == "-o") continue;
    bool library = word.starts_with("-l") || word.ends_with(".a");
    bool object = false;
    for (std::string_view ending : {".o", ".obj", ".c", ".cc", ".cpp", ".cxx", ".cu", ".f90"})
      object = object || (!word.starts_with('-') && word.ends_with(ending));
    if (library) last_library = i;
    if (object && !first_object) first_object = i;
  }
  return last_library && first_object && last_library < first_object;
}

// The first word of the name is a library's, which stands before the archive that refers to it.
bool named_library_is_before(const Case &c, std::span<const std::string> words) {
  std::string_view name = c.complaint->symbol;
  size_t user = words.size();
  for (size_t i = 0; i < words.size(); ++i)
    for (const ReferencePlace &place : c.complaint->references)
      if (!place.member.empty() && file_name(words[i]) == file_name(place.file)) user = i;
  if (user == words.size()) return false;
  for (size_t i = 1; i < user; ++i) {
    std::string_view library = words[i];
    if (library.starts_with("-l")) {
      library.remove_prefix(2);
    } else {
      library = file_name(library);
      if (!library.starts_with("lib") || !library.ends_with(".a")) continue;
      library = library.substr(3, library.size() - 5);
    }
    if (library.size() >= 4 && name.size() > library.size() && name.starts_with(library) &&
        (name[library.size()] == '_' || name[library.size()] == ':'))
      return true;
  }
  return false;
}

std::optional<Suspicion> suspect(const Case &c, const Facts &facts) {
  if (!is_undefined_case(c)) return std::nullopt;
  bool one_pass = facts.linker == Linker::Bfd || facts.linker == Linker::Gold;
  if (!one_pass) return std::nullopt;
  bool dropped = c.complaint->code == "dso-missing";
  std::string check = symbol_command(c, facts);
  const std::optional<KnownName> &known = c.known;
  bool cxx = known ? known->family->kind == FamilyKind::CxxRunTime : c.library_own;
  std::string_view libraries = cxx ? "stdc++ c++" : known ? known->family->libraries : "";
  if (names_library(libraries, facts))
    return Suspicion{87,
                     fmt::format("the library that has it ({}) is on the command line, before what needs it",
                                 cxx ? std::string("the C++ library") : link_word(*known->family, facts)),
                     check};
  std::span<const std::string> words = shown_words(facts);
  if (c.complaint->code == "undefined" && named_library_is_before(c, words))
    return Suspicion{
        76, "the library of that name stands before the archive that needs it (GNU ld reads the line once)", check};
  if (c.complaint->code == "undefined" && libraries_come_first(words) && !c.parts.imported)
    return Suspicion{
        72, "all libraries of the command stand before the objects that need them (GNU ld reads the line once)", check};
  bool archives =
      std::ranges::any_of(words, [](std::string_view word) { return word.ends_with(".a") || word.starts_with("-l"); });
  int weight = dropped ? 40 : !words.empty() && !archives ? 6 : known || cxx ? 20 : 35;
  return Suspicion{
      weight, "an archive that defines it stands before the object that needs it (GNU ld reads the line once)", check};
}

}  // namespace

extern const Cause archive_order{"archive-order", "a library stands before what needs it, for a linker that reads once",
                                 examine, suspect};

}  // namespace ldwhy
