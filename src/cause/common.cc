#include "cause/common.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/words.h"
#include "name/rust_units.h"
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

bool defined_in_sources(const Case &c, const Facts &facts) {
  constexpr std::string_view cplusplus[] = {".cc", ".cpp", ".cxx", ".C", ".hh", ".hpp", ".hxx", ".mm"};
  constexpr std::string_view plain[] = {".c", ".s", ".S", ".asm", ".m"};
  bool mangled = parse_name(c.name, facts.format).scheme != Scheme::Plain;
  return std::ranges::any_of(facts.survey->sources, [&](const SourcePlace &place) {
    auto ends = [&](std::string_view ending) { return place.file.ends_with(ending); };
    bool other_language = mangled ? std::ranges::any_of(plain, ends) : std::ranges::any_of(cplusplus, ends);
    return place.definition && !other_language && place.name == c.name;
  });
}

std::string list_names(const std::vector<std::string> &names, size_t most) {
  std::string text;
  size_t shown = names.size() > most ? most - 1 : names.size();
  for (size_t i = 0; i < shown; ++i) {
    if (i > 0) text += i + 1 == names.size() ? " and " : ", ";
    text += names[i];
  }
  if (shown < names.size()) text += fmt::format(" and {} more", names.size() - shown);
  return text;
}

std::vector<std::string> referrer_names(const Case &c, const Facts &facts) {
  std::vector<std::string> names;
  if (c.unresolved && facts.link)
    for (ObjectId id : c.unresolved->referrers) names.push_back(facts.link->name_of(id));
  if (names.empty()) {
    for (const ReferencePlace &place : c.complaint->references) {
      std::string name = place.member.empty() ? place.file : fmt::format("{}({})", place.file, place.member);
      if (!name.empty() && std::ranges::find(names, name) == names.end()) names.push_back(name);
    }
  }
  return names;
}

void add_reference_evidence(const Case &c, const Facts &facts, std::vector<Evidence> &evidence, size_t most) {
  size_t added = 0;
  if (c.unresolved && facts.link) {
    const Unresolved &missing = *c.unresolved;
    if (!missing.asked_by.empty())
      evidence.push_back({"option", "", "", fmt::format("{} asks for it", missing.asked_by), {}});
    std::vector<std::pair<ObjectId, std::string_view>> seen;
    for (const Use &use : missing.uses) {
      if (std::ranges::find(seen, std::pair(use.object, use.function)) != seen.end()) continue;
      seen.push_back({use.object, use.function});
      if (added++ >= most) continue;
      const Member &member = facts.link->member_of(use.object);
      std::string function = use.function.empty() ? "" : demangle(use.function, facts.format);
      evidence.push_back({"reference", facts.link->input_name(facts.link->objects[use.object].input),
                          std::string(member.name),
                          function.empty() ? fmt::format("section {} refers to it", use.section)
                                           : fmt::format("{} refers to it", function),
                          {{"function", function},
                           {"section", std::string(use.section)},
                           {"offset", std::to_string(use.offset)}}});
    }
    for (ObjectId id : missing.referrers) {
      if (std::ranges::find(seen, id, [](const auto &p) { return p.first; }) != seen.end()) continue;
      if (added++ >= most) continue;
      evidence.push_back({"reference", facts.link->input_name(facts.link->objects[id].input),
                          std::string(facts.link->member_of(id).name), "refers to it", {}});
    }
  }
  if (added == 0) {
    for (const ReferencePlace &place : c.complaint->references) {
      if (added++ >= most) continue;
      evidence.push_back({"reference", place.file, place.member,
                          place.function.empty() ? "refers to it" : fmt::format("{} refers to it", place.function),
                          {{"function", place.function}, {"source", place.source}}});
    }
  }
  if (added > most)
    evidence.push_back({"reference", "", "", fmt::format("{} more places refer to it", added - most), {}});
}

std::string place_of(const Sighting &sighting) {
  return sighting.member.empty() ? sighting.file : fmt::format("{}({})", sighting.file, sighting.member);
}

Evidence definition_evidence(const Sighting &sighting, std::string text) {
  const char *binding = sighting.symbol.binding == Binding::Local ? "local"
                        : sighting.symbol.binding == Binding::Weak ? "weak" : "global";
  return {"definition", sighting.file, sighting.member, std::move(text),
          {{"symbol", sighting.name}, {"binding", binding}}};
}

std::string symbol_command(const Case &c, const Facts &facts) {
  std::string command = "ldwhy symbol " + quote_words({c.name});
  if (facts.link) {
    // Nobody types rustc's link line, and its temporary folder is gone by now.
    if (linked_by_rustc(*facts.link)) return command + " LIBRARIES...";
    if (!facts.link->command.argv.empty()) return command + " -- " + quote_words(facts.link->command.argv);
    return command + " FILE...";
  }
  if (facts.log && !facts.log->commands.empty() && !facts.log->commands.back().shortened)
    return command + " -- " + quote_words(facts.log->commands.back().argv);
  return command + " OBJECTS-AND-LIBRARIES...";
}

std::vector<std::string> unread_inputs(const Facts &facts) {
  std::vector<std::string> names;
  if (!facts.link) return names;
  for (uint32_t i = 0; i < facts.link->inputs.size(); ++i) {
    const Input &input = facts.link->inputs[i];
    std::string name = facts.link->input_name(i);
    if (input.kind == InputKind::Unreadable || !input.problems.empty()) {
      names.push_back(name);
      continue;
    }
    for (const Member &member : input.members)
      if (member.problem) names.push_back(fmt::format("{}({})", name, member.name));
  }
  return names;
}

std::vector<const Complaint *> inputs_passed_over(const LoggedLink &log) {
  std::vector<const Complaint *> found;
  for (const Complaint &complaint : log.complaints)
    if (complaint.code == "skipping-incompatible" || complaint.code == "ignoring-file") found.push_back(&complaint);
  return found;
}

std::string linker_words(const Facts &facts) { return std::string(linker_title(facts.linker)); }

}  // namespace ldwhy
