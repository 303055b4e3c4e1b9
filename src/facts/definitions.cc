#include "facts/definitions.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "name/name.h"

namespace ldwhy {

bool is_undefined_case(const Case &c) { return c.complaint->kind == ComplaintKind::UndefinedSymbol; }

bool in_link(const Facts &facts, ObjectId id) {
  if (!facts.resolution || id == no_object) return false;
  Fate fate = facts.resolution->fates[id];
  return fate == Fate::Taken || fate == Fate::Extracted;
}

bool on_line(const Sighting &sighting) { return sighting.object != no_object; }

bool is_shared(const Sighting &sighting) {
  return sighting.kind == ObjectKind::Shared || sighting.kind == ObjectKind::Stub;
}

bool is_own(const Sighting &sighting, const Facts &facts) {
  return on_line(sighting) && !facts.link->argument_of(sighting.object).automatic;
}

std::vector<const Sighting *> exact_definitions(const Case &c, bool global_only) {
  std::vector<const Sighting *> found;
  if (!c.wanted) return found;
  for (const Sighting &sighting : c.wanted->sightings) {
    if (sighting.relation != Relation::Exact) continue;
    bool local = sighting.symbol.binding == Binding::Local;
    bool unexported = is_shared(sighting) && !sighting.symbol.dynamic;
    // An older version of a shared library's symbol binds only those who ask for it.
    bool older = is_shared(sighting) && !sighting.symbol.version.empty() && !sighting.symbol.default_version;
    if (global_only && (local || unexported || older)) continue;
    found.push_back(&sighting);
  }
  return found;
}

std::vector<const Sighting *> near_definitions(const Case &c, Relation relation) {
  std::vector<const Sighting *> found;
  if (!c.wanted) return found;
  for (const Sighting &sighting : c.wanted->sightings) {
    bool hidden = is_shared(sighting) && !sighting.symbol.dynamic;
    if (sighting.relation == relation && sighting.symbol.binding != Binding::Local && sighting.difference.empty() &&
        !hidden)
      found.push_back(&sighting);
  }
  return found;
}

bool of_its_language(const SourcePlace &place, const Case &c, const Facts &facts) {
  constexpr std::string_view cplusplus[] = {".cc", ".cpp", ".cxx", ".C", ".hh", ".hpp", ".hxx", ".mm"};
  constexpr std::string_view plain[] = {".c", ".s", ".S", ".asm", ".m"};
  auto ends = [&](std::string_view ending) { return place.file.ends_with(ending); };
  bool mangled = parse_name(c.name, facts.format).scheme != Scheme::Plain;
  return mangled ? std::ranges::none_of(plain, ends)
                 : std::ranges::none_of(cplusplus, ends) || place.text.find("extern \"C\"") != std::string::npos;
}

bool defined_in_sources(const Case &c, const Facts &facts) {
  return std::ranges::any_of(facts.survey->sources, [&](const SourcePlace &place) {
    return place.kind == SourcePlace::Kind::Name && place.definition && place.name == c.name &&
           of_its_language(place, c, facts);
  });
}

std::string place_of(const Sighting &sighting) {
  return sighting.member.empty() ? sighting.file : fmt::format("{}({})", sighting.file, sighting.member);
}

Evidence definition_evidence(const Sighting &sighting, std::string text) {
  const char *binding = sighting.symbol.binding == Binding::Local  ? "local"
                        : sighting.symbol.binding == Binding::Weak ? "weak"
                                                                   : "global";
  return {
      "definition", sighting.file, sighting.member, std::move(text), {{"symbol", sighting.name}, {"binding", binding}}};
}

}  // namespace ldwhy
