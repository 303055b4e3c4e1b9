// Every symbol of every object on the link line, extracted or not.
#include <algorithm>
#include <mutex>
#include <set>

#include <fmt/format.h>

#include "base/parallel.h"
#include "resolve/ir_reader.h"
#include "resolve/symbol_index.h"
#include "survey/survey.h"

namespace ldwhy {
namespace {

constexpr size_t most_sightings = 200;  // of one wanted name; a few decide

// Which objects have a name that the quarry may be meant by: for each, whether to read it.
std::vector<char> worth_reading(const Link &link, const SymbolIndex &index, const Quarry &quarry) {
  std::vector<char> worth(link.objects.size(), false);
  std::vector<bool> matches(index.bound());
  std::mutex mutex;
  parallel_for(SymbolIndex::parts, [&](size_t part) {
    index.for_each_name_of(part, [&](SymbolIndex::Name name) {
      if (!quarry.may_match(index[name].identifier)) return;
      std::lock_guard lock(mutex);
      matches[name] = true;
      index.for_each_offer(name, [&](const SymbolIndex::Offer &offer) { worth[offer.object] = true; });
    });
  });
  parallel_for(link.objects.size(), [&](size_t i) {
    ObjectId id = static_cast<ObjectId>(i);
    if (worth[id]) return;
    worth[id] =
        std::ranges::any_of(index.other_identifiers(id), [&](uint32_t hash) { return quarry.may_match(hash); }) ||
        std::ranges::any_of(index.needs(id), [&](SymbolIndex::Name name) { return matches[name]; });
  });
  return worth;
}

void look(const SurveyContext &context, const Quarry &quarry, Survey &survey) {
  const Link &link = context.link;
  const SymbolIndex *index = context.options.index;
  std::vector<char> worth;
  if (index) {
    worth = worth_reading(link, *index, quarry);
    survey.symbols += index->symbols_read();
  }
  std::mutex mutex;
  std::set<std::string_view> asked_for;  // near names that somebody uses
  constexpr size_t batch = 16;
  size_t count = link.objects.size();
  parallel_for((count + batch - 1) / batch, [&](size_t part) {
    uint64_t symbols = 0;
    for (size_t i = part * batch; i < std::min(count, (part + 1) * batch); ++i) {
      ObjectId id = static_cast<ObjectId>(i);
      const Member &member = link.member_of(id);
      if (!member.object) continue;
      if (index && !worth[id]) continue;
      const Object *seen = read_by_linker(link.command, *member.object);
      if (!seen) continue;
      std::optional<Problem> problem = seen->for_each_name([&](const Symbol &symbol) {
        if (!index) ++symbols;
        quarry.match(symbol.name, [&](size_t index, Relation relation) {
          if (!is_defined(symbol) && relation == Relation::Exact) return;
          std::lock_guard lock(mutex);
          if (!is_defined(symbol)) {
            asked_for.insert(symbol.name);
            return;
          }
          std::vector<Sighting> &sightings = survey.wanted[index].sightings;
          if (sightings.size() >= most_sightings && relation != Relation::Exact) return;
          Sighting sighting;
          sighting.name = symbol.name;
          sighting.relation = relation;
          sighting.symbol = symbol;
          sighting.object = id;
          sighting.file = link.input_name(link.objects[id].input);
          sighting.member = member.name;
          sighting.difference = member.refused;
          sighting.kind = member.object->kind();
          sightings.push_back(std::move(sighting));
        });
      });
      if (problem && !index) {
        problem->file = link.input_name(link.objects[id].input);
        problem->member = member.name;
        std::lock_guard lock(mutex);
        survey.problems.push_back(*problem);
        survey.complete = false;
      }
    }
    std::lock_guard lock(mutex);
    survey.symbols += symbols;
  });
  for (Wanted &wanted : survey.wanted)
    for (Sighting &sighting : wanted.sightings)
      sighting.used = sighting.relation != Relation::Exact && asked_for.contains(sighting.name);
  for (uint32_t i = 0; i < link.inputs.size(); ++i) {
    const Input &input = link.inputs[i];
    bool readable = input.kind != InputKind::Missing && input.kind != InputKind::Unreadable;
    if (!readable || !input.problems.empty()) survey.complete = false;
    for (const Member &member : input.members) {
      // GCC's IR says what it defines, but for what its asm statements do.
      if (member.problem || (member.object && member.object->kind() == ObjectKind::GccSlimLto)) survey.complete = false;
    }
  }
}

}  // namespace

extern const SurveySource link_line_source{"link-line", "every symbol of every input", false, look};

}  // namespace ldwhy
