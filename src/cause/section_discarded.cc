// The definition was there, and its section was thrown away: by /DISCARD/ of a linker script,
// with a COMDAT group of which another object's copy was kept, or by --gc-sections. To the
// last belong __start_NAME and __stop_NAME, which linkers make of a section NAME while it lasts:
// since LLD 13 a reference to them does not keep it (-z start-stop-gc).
#include <algorithm>

#include <fmt/format.h>

#include "cause/cause.h"
#include "facts/complaints.h"
#include "facts/definitions.h"
#include "facts/inspection.h"
#include "facts/link_line.h"
#include "facts/references.h"

namespace ldwhy {
namespace {

std::string_view bounded_section(std::string_view name) {
  for (std::string_view prefix : {"__start_", "__stop_"})
    if (name.starts_with(prefix)) return name.substr(prefix.size());
  return {};
}

// A bound of a section that the link's objects have, and that garbage collection took.
std::optional<Verdict> collected(const Case &c, const Facts &facts) {
  std::string_view section = bounded_section(c.name);
  if (!is_undefined_case(c) || section.empty() || !facts.survey || !facts.link) return std::nullopt;
  std::vector<std::string> holders;
  for (const SectionHolder &holder : facts.survey->section_holders)
    if (holder.section == section && in_link(facts, holder.object))
      holders.push_back(facts.link->name_of(holder.object));
  if (holders.empty() || !facts.link->command.gc_sections) return std::nullopt;
  Verdict verdict;
  verdict.certainty = Certainty::Proven;
  verdict.stands_alone = facts.linker == Linker::Lld;
  verdict.group = section;
  verdict.summary =
      fmt::format("the linker makes {} of the section {} in {}, and --gc-sections threw that section away", c.name,
                  section, list_names(holders));
  verdict.explanation = fmt::format(
      "Nothing refers to what is in {0} but by {1}. LLD since version 13 does not count that as a use (-z "
      "start-stop-gc), so with "
      "--gc-sections the section goes, and the symbol with it. GNU ld and mold keep such a section.",
      section, c.name);
  for (size_t i = 0; i < std::min<size_t>(holders.size(), 3); ++i)
    verdict.evidence.push_back(
        {"section", holders[i], "", fmt::format("has a section {}", section), {{"section", std::string(section)}}});
  verdict.evidence.push_back({"option", "", "", "the link line has --gc-sections", {}});
  add_reference_evidence(c, facts, verdict.evidence);
  verdict.remedies.push_back({.remedy = "keep-start-stop", .symbol = c.name});
  verdict.remedies.push_back({.remedy = "retain-section", .symbol = std::string(section)});
  return verdict;
}

// The section that the linker names, without its place: "`.data' of b.o" as a note.
std::string section_named(const Case &c) {
  for (const std::string &note : c.complaint->notes)
    if (size_t at = note.find("discarded section "); at != note.npos) return note.substr(at + 18);
  if (size_t at = c.complaint->text.find("discarded section"); at != std::string::npos) {
    std::string rest = c.complaint->text.substr(at + 17);
    size_t begin = rest.find_first_of("`'.");
    if (begin == std::string::npos) return "";
    if (rest[begin] != '.') ++begin;
    return rest.substr(begin, rest.find_first_of("'\n ", begin) - begin);
  }
  return "";
}

std::optional<Verdict> discarded(const Case &c, const Facts &facts) {
  if (!has_code(c, {"section-discarded"})) return std::nullopt;
  std::string section = section_named(c);
  std::vector<const Sighting *> homes;
  if (c.wanted)
    for (const Sighting &sighting : c.wanted->sightings)
      if (sighting.relation == Relation::Exact && on_line(sighting) && !is_shared(sighting) &&
          in_link(facts, sighting.object))
        homes.push_back(&sighting);
  bool comdat = section.find('[') != std::string::npos ||
                std::ranges::any_of(homes, [](const Sighting *s) { return s->symbol.comdat; });
  bool script = facts.link && !facts.link->command.linker_scripts.empty();
  std::string of = section.empty() ? "a section" : section;
  std::string home = homes.empty() ? "" : place_of(*homes.front());
  Verdict verdict = verdict_from_words(
      c,
      fmt::format("{}{} is in {}, which is not part of the output", c.shown.empty() ? "what is referred to" : c.shown,
                  home.empty() ? "" : " of " + home, of),
      comdat && !script
          ? "Sections of one group are in several objects, and a link keeps the first object's. Here another object's "
            "copy was kept, which does "
            "not have what this one's code outside the group refers to: the objects were compiled from different "
            "versions of one header, or "
            "with different options."
          : "The linker script has no place for the section, or sends it to /DISCARD/, and kept code refers to it.");
  verdict.group = of;
  if (!homes.empty() && !c.complaint->predicted) verdict.certainty = Certainty::Proven;
  for (const Sighting *sighting : homes)
    verdict.evidence.push_back(definition_evidence(*sighting, fmt::format("defines it, in {}", of)));
  if (script)
    verdict.evidence.push_back(
        {"script", facts.link->command.linker_scripts.front(), "", "decides which sections are kept", {}});
  if (comdat && !script)
    verdict.remedies.push_back({.remedy = "same-flags",
                                .symbol = "one version of the header, the same options",
                                .path = home.empty() ? "it" : home});
  else verdict.remedies.push_back({.remedy = "keep-in-script", .symbol = of});
  return verdict;
}

// GNU ld and gold call a symbol undefined whose only definitions went with the copies of a group
// that were not kept.
std::optional<Verdict> lost_copy(const Case &c, const Facts &facts) {
  std::vector<const Sighting *> homes = exact_definitions(c);
  bool lost =
      is_undefined_case(c) && !homes.empty() && std::ranges::all_of(homes, [&](const Sighting *home) {
        return on_line(*home) && home->difference.empty() && home->symbol.comdat && in_link(facts, home->object);
      });
  if (!lost) return std::nullopt;
  std::string home = place_of(*homes.front());
  Verdict verdict;
  verdict.certainty = Certainty::Proven;
  verdict.group = home;
  verdict.summary =
      fmt::format("{} defines it in a section of a group, and another object's copy of that group was kept", home);
  verdict.explanation = fmt::format(
      "Sections of one group are in several objects, and a link keeps the first object's. The copy that was kept does "
      "not define {}: the "
      "objects were compiled from different versions of one header, or with different options.",
      c.shown);
  for (const Sighting *sighting : homes)
    verdict.evidence.push_back(definition_evidence(*sighting, "defines it, in a COMDAT group that was not kept"));
  add_reference_evidence(c, facts, verdict.evidence);
  verdict.remedies.push_back(
      {.remedy = "same-flags", .symbol = "one version of the header, the same options", .path = home});
  return verdict;
}

std::optional<Verdict> examine(const Case &c, const Facts &facts) {
  if (std::optional<Verdict> verdict = collected(c, facts)) return verdict;
  if (std::optional<Verdict> verdict = lost_copy(c, facts)) return verdict;
  return discarded(c, facts);
}

std::optional<Suspicion> suspect(const Case &c, const Facts &facts) {
  if (has_code(c, {"section-discarded"}))
    return Suspicion{92,
                     fmt::format("it is in {}, which the linker script or the choice between copies left out",
                                 section_named(c).empty() ? "a section" : section_named(c)),
                     ""};
  if (!is_undefined_case(c)) return std::nullopt;
  for (const std::string &note : c.complaint->notes)
    if (note.find("start-stop-gc") != note.npos || note.find("encapsulation symbol") != note.npos)
      return Suspicion{95, "--gc-sections threw the section away that the linker makes this symbol of", ""};
  std::string_view section = bounded_section(c.complaint->symbol);
  if (section.empty()) return std::nullopt;
  bool collects = std::ranges::any_of(shown_words(facts),
                                      [](const std::string &word) { return word.find("gc-sections") != word.npos; });
  return Suspicion{collects ? 90 : 70,
                   fmt::format("the section {} is in no object, or --gc-sections threw it away", section),
                   fmt::format("readelf -SW *.o | grep -w {}", section)};
}

std::string decide(const Case &c, const Facts &) {
  std::string file = file_meant(c);
  std::string section;
  for (const std::string &note : c.complaint->notes)
    if (size_t dot = note.find('.'); dot != note.npos && section.empty())
      section = note.substr(dot, note.find_first_of("'`[ ]", dot) - dot);
  if (section.size() < 2) return fmt::format("readelf -SgW {}", quoted(file.empty() ? "OBJECT" : file));
  return fmt::format("readelf -SgW {} | grep -F {}", quoted(file.empty() ? "OBJECT" : file), quoted(section));
}

}  // namespace

extern const Cause section_discarded{"section-discarded", "its section was thrown away", examine, suspect, decide};

}  // namespace ldwhy
