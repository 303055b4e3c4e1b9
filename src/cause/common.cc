#include "cause/common.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/files.h"
#include "base/words.h"
#include "name/rust_units.h"
#include "name/known_names.h"
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

std::vector<const Sighting *> near_definitions(const Case &c, Relation relation) {
  std::vector<const Sighting *> found;
  if (!c.wanted) return found;
  for (const Sighting &sighting : c.wanted->sightings) {
    bool hidden = is_shared(sighting) && !sighting.symbol.dynamic;
    if (sighting.relation == relation && sighting.symbol.binding != Binding::Local && sighting.difference.empty() && !hidden)
      found.push_back(&sighting);
  }
  return found;
}

bool is_own(const Sighting &sighting, const Facts &facts) {
  return on_line(sighting) && !facts.link->argument_of(sighting.object).automatic;
}

bool same_class_missing(const Case &c, const Facts &facts, size_t least) {
  std::string owner = class_of(c.parts);
  if (owner.empty()) return false;
  auto same = [&](const Case &other) { return other.parts.table == ClassTable::None && class_of(other.parts) == owner; };
  return static_cast<size_t>(std::ranges::count_if(facts.cases, same)) >= least;
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
      if (user.scheme == Scheme::Plain && prefix.size() >= 3 && prefix.size() < own.size() && prefix == first_part(by, mark))
        return true;
    }
  }
  return false;
}

std::vector<std::string> suggestions(const Complaint &complaint) {
  std::vector<std::string> names;
  for (std::string_view note : complaint.notes)
    for (std::string_view lead : {"did you mean: ", "maybe you meant: "}) {
      size_t at = note.find(lead);
      if (at == note.npos) continue;
      std::string_view name = note.substr(at + lead.size());
      if (name.starts_with("extern") || name.find('@') != name.npos) continue;  // C's form, or a version
      while (!name.empty() && (name.back() == ')' || name.back() == '\r') && name.find('(') == name.npos) name.remove_suffix(1);
      if (!name.empty()) names.emplace_back(name);
    }
  return names;
}

std::span<const std::string> shown_words(const Facts &facts) {
  if (facts.link) return facts.link->command.argv;
  if (facts.log && !facts.log->commands.empty()) return facts.log->commands.back().argv;
  return {};
}

bool names_library(std::string_view libraries, const Facts &facts) {
  while (!libraries.empty()) {
    size_t end = std::min(libraries.find(' '), libraries.size());
    std::string_view name = libraries.substr(0, end);
    libraries.remove_prefix(std::min(end + 1, libraries.size()));
    auto is_it = [&](std::string_view file) {
      if (file.starts_with("lib")) file.remove_prefix(3);
      if (!file.starts_with(name)) return false;
      std::string_view rest = file.substr(name.size());
      return rest.starts_with(".") || rest.starts_with("-") || rest.starts_with("_");
    };
    std::span<const std::string> words = shown_words(facts);
    for (size_t i = 0; i < words.size(); ++i) {
      std::string_view word = words[i];
      if (word == "-l" && i + 1 < words.size() && words[i + 1] == name) return true;
      if (word.starts_with("-l") && word.substr(2) == name) return true;
      if (!word.starts_with('-') && is_it(file_name(word))) return true;
    }
    if (facts.link)
      for (uint32_t i = 0; i < facts.link->inputs.size(); ++i)
        if (is_it(file_name(facts.link->inputs[i].path))) return true;
  }
  return false;
}

std::string link_name(std::string_view path) {
  std::string_view name = file_name(path);
  if (!name.starts_with("lib")) return "";
  name.remove_prefix(3);
  size_t dot = name.find('.');
  return dot == name.npos ? "" : std::string(name.substr(0, dot));
}

bool has_library_called(std::string_view name, const Link &link) {
  return std::ranges::any_of(link.inputs, [&](const Input &input) {
    return (input.kind == InputKind::Archive || input.kind == InputKind::Shared) && link_name(input.path) == name;
  });
}

bool for_windows(const Facts &facts) {
  if (facts.windows) return *facts.windows;
  if (facts.format == Format::Coff || facts.flavor == Flavor::Coff) return true;
  if (!facts.log) return false;
  // MinGW's linker is GNU's: its messages and commands name programs or prefixes of Windows.
  auto tells = [](std::string_view text) {
    return text.find("mingw") != text.npos || text.find("ld.exe") != text.npos || text.find(".dll") != text.npos;
  };
  return std::ranges::any_of(facts.log->complaints, [&](const Complaint &c) { return tells(c.text) || tells(c.symbol); }) ||
         std::ranges::any_of(shown_words(facts), tells);
}

std::string link_word(const NameFamily &family, const Facts &facts) {
  bool microsoft = facts.linker == Linker::LinkExe || (facts.linker == Linker::Lld && facts.flavor == Flavor::Coff);
  std::string_view word = family.word;
  bool flag = family.windows && word.starts_with("-l") && word.find(' ') == word.npos;
  return microsoft && flag ? std::string(word.substr(2)) + ".lib" : std::string(word);
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
    return place.kind == SourcePlace::Kind::Name && place.definition && place.name == c.name && of_its_language(place, c, facts);
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
                          with_source(function.empty() ? fmt::format("section {} refers to it", use.section)
                                                       : fmt::format("{} refers to it", function), use.source),
                          {{"function", function},
                           {"section", std::string(use.section)},
                           {"offset", std::to_string(use.offset)},
                           {"source", use.source}}});
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
                          with_source(place.function.empty() ? "refers to it" : fmt::format("{} refers to it", place.function), place.source),
                          {{"function", place.function}, {"source", place.source}}});
    }
  }
  if (added > most)
    evidence.push_back({"reference", "", "", fmt::format("{} more places refer to it", added - most), {}});
}

std::string with_source(std::string text, std::string_view source) {
  return source.empty() ? text : fmt::format("{} ({})", text, source);
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

std::string command_to_show(const Facts &facts) {
  // Longer ones are not typed, and are copied for each missing name.
  constexpr size_t longest = 4000;
  const std::vector<std::string> *words = nullptr;
  // Nobody types rustc's link line, and its temporary folder is gone by now.
  if (facts.link) words = linked_by_rustc(*facts.link) ? nullptr : &facts.link->command.argv;
  else if (facts.log && !facts.log->commands.empty() && !facts.log->commands.back().shortened) words = &facts.log->commands.back().argv;
  if (!words || words->size() > longest) return "";
  std::string command = quote_words(*words);
  return command.size() > longest ? "" : command;
}

std::string symbol_command(const Case &c, const Facts &facts) {
  // A log without line ends makes names of megabytes, which nobody types.
  constexpr size_t longest = 4000;
  if (c.name.empty() || c.name.size() > longest) return "";
  std::string command = "ldwhy symbol " + quote_words({c.name});
  if (!facts.command.empty()) return fmt::format("{} -- {}", command, facts.command);
  // The folder of outputs: ldwhy looks into all objects and libraries in it.
  return command + (facts.link && linked_by_rustc(*facts.link) ? " target" : " .");
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

std::vector<const Complaint *> said_of_inputs(const LoggedLink &log) {
  constexpr size_t enough = 300;  // every cause goes through them for every missing name
  std::vector<const Complaint *> found;
  for (const Complaint &complaint : log.complaints)
    if (complaint.kind == ComplaintKind::Input && found.size() < enough) found.push_back(&complaint);
  return found;
}

std::string linker_words(const Facts &facts) { return std::string(linker_title(facts.linker)); }

}  // namespace ldwhy
