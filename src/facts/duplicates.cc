#include "facts/duplicates.h"

#include <algorithm>
#include <array>

#include "facts/definitions.h"
#include "facts/references.h"

namespace ldwhy {

bool is_duplicate_case(const Case &c) { return c.complaint->kind == ComplaintKind::DuplicateSymbol && !c.name.empty(); }

namespace {

// As the model of the link has it.
std::string source_of(const Facts &facts, std::string_view name, ObjectId id) {
  if (!facts.resolution) return {};
  for (const Duplicate &duplicate : facts.resolution->duplicates)
    for (size_t i = 0; duplicate.name == name && i < duplicate.sources.size(); ++i)
      if (duplicate.definers[i] == id) return duplicate.sources[i];
  return {};
}

}  // namespace

Evidence definer_evidence(const Definer &definer, std::string text) {
  Evidence evidence = definition_evidence(*definer.sighting, with_source(std::move(text), definer.source));
  if (!definer.source.empty()) evidence.detail.emplace_back("source", definer.source);
  return evidence;
}

std::vector<Definer> definers_of(const Case &c, const Facts &facts) {
  std::vector<Definer> definers;
  if (!facts.link || !c.wanted) return definers;
  for (const Sighting &sighting : c.wanted->sightings) {
    bool defines = sighting.relation == Relation::Exact && on_line(sighting) && !is_shared(sighting) &&
                   is_defined(sighting.symbol) && sighting.symbol.binding == Binding::Global;
    if (!defines || !in_link(facts, sighting.object)) continue;
    const Object *object = facts.link->object(sighting.object);
    if (object)
      definers.push_back(
          {&sighting, object, object->definition(sighting.symbol), source_of(facts, c.name, sighting.object)});
  }
  std::ranges::sort(definers, {}, [](const Definer &definer) { return definer.sighting->object; });
  return definers;
}

bool made_from_cxx(const Object &object) {
  bool cxx = false;
  object.for_each_symbol([&](const Symbol &symbol) {
    if (symbol.name.starts_with("_Z") || symbol.name.starts_with("__Z")) cxx = true;
    if (symbol.type != SymbolType::File) return;
    for (std::string_view ending : {".cc", ".cpp", ".cxx", ".c++", ".C", ".mm"})
      cxx = cxx || symbol.name.ends_with(ending);
  });
  return cxx;
}

std::string places_of(const std::vector<Definer> &definers) {
  std::vector<std::string> names;
  for (const Definer &definer : definers) names.push_back(place_of(*definer.sighting));
  return list_names(names);
}

bool is_header(std::string_view path) {
  constexpr std::array<std::string_view, 6> endings{".h", ".hh", ".hpp", ".hxx", ".inl", ".ipp"};
  return std::ranges::any_of(endings, [&](std::string_view ending) { return path.ends_with(ending); });
}

const SourcePlace *header_definition_of(const Case &c, const Facts &facts) {
  for (const SourcePlace &place : facts.survey->sources)
    if (place.name == c.name && place.definition && is_header(place.file)) return &place;
  return nullptr;
}

}  // namespace ldwhy
