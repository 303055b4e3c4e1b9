#include "facts/references.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "name/name.h"

namespace ldwhy {

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

bool used_by_its_own_kind(const Case &c) {
  auto first_part = [](std::string_view path, std::string_view mark) { return path.substr(0, path.find(mark)); };
  for (const ReferencePlace &place : c.complaint->references) {
    if (place.function.empty()) continue;
    ParsedName user = parse_printed(place.function, Format::Unknown);
    if (c.parts.scheme == Scheme::Itanium || c.parts.scheme == Scheme::Microsoft) {
      std::string owner = class_of(c.parts), by = class_of(user);
      if (!owner.empty() && first_part(owner, "::") == first_part(by, "::")) return true;
    } else if (c.parts.scheme == Scheme::Plain) {
      std::string_view own = base_identifier(c.parts.raw), by = base_identifier(user.raw);
      std::string_view mark = own.find('_') < own.find('.') ? "_" : ".";
      std::string_view prefix = first_part(own, mark);
      if (user.scheme == Scheme::Plain && prefix.size() >= 3 && prefix.size() < own.size() &&
          prefix == first_part(by, mark))
        return true;
    }
  }
  return false;
}

std::string with_source(std::string text, std::string_view source) {
  return source.empty() ? text : fmt::format("{} ({})", text, source);
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
      evidence.push_back({"reference",
                          facts.link->input_name(facts.link->objects[use.object].input),
                          std::string(member.name),
                          with_source(function.empty() ? fmt::format("section {} refers to it", use.section)
                                                       : fmt::format("{} refers to it", function),
                                      use.source),
                          {{"function", function},
                           {"section", std::string(use.section)},
                           {"offset", std::to_string(use.offset)},
                           {"source", use.source}}});
    }
    for (ObjectId id : missing.referrers) {
      if (std::ranges::find(seen, id, [](const auto &p) { return p.first; }) != seen.end()) continue;
      if (added++ >= most) continue;
      evidence.push_back({"reference",
                          facts.link->input_name(facts.link->objects[id].input),
                          std::string(facts.link->member_of(id).name),
                          "refers to it",
                          {}});
    }
  }
  if (added == 0) {
    for (const ReferencePlace &place : c.complaint->references) {
      if (added++ >= most) continue;
      evidence.push_back(
          {"reference",
           place.file,
           place.member,
           with_source(place.function.empty() ? "refers to it" : fmt::format("{} refers to it", place.function),
                       place.source),
           {{"function", place.function}, {"source", place.source}}});
    }
  }
  if (added > most)
    evidence.push_back({"reference", "", "", fmt::format("{} more places refer to it", added - most), {}});
}

}  // namespace ldwhy
