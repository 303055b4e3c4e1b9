// Every symbol of every object on the link line, extracted or not.
#include <algorithm>
#include <mutex>
#include <set>

#include <fmt/format.h>

#include "base/parallel.h"
#include "survey/survey.h"

namespace ldwhy {
namespace {

constexpr size_t most_sightings = 200;  // of one wanted name; a few decide

void look(const SurveyContext &context, const Quarry &quarry, Survey &survey) {
  const Link &link = context.link;
  std::span<const std::vector<uint32_t>> identifiers = context.options.identifiers;
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
      if (!identifiers.empty()) {
        symbols += identifiers[id].size();
        if (std::ranges::none_of(identifiers[id], [&](uint32_t hash) { return quarry.may_match(hash); })) continue;
      }
      std::optional<Problem> problem = member.object->for_each_symbol([&](const Symbol &symbol) {
        if (identifiers.empty()) ++symbols;
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
      if (problem && identifiers.empty()) {
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
      // GCC's slim LTO objects hold names that only GCC's plugin can read.
      if (member.problem || (member.object && member.object->kind() == ObjectKind::GccSlimLto)) survey.complete = false;
    }
  }
}

}  // namespace

extern const SurveySource link_line_source{"link-line", "every symbol of every input", false, look};

}  // namespace ldwhy
