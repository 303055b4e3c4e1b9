// Declared and defined differ: const, a type, a namespace, the calling convention,
// noexcept. In C++ all of these are part of the symbol's name.
//
// A definition of the same name is not always the one that is meant: it may be an
// overload whose sister is missing. It is the one where it is the only one and nobody
// else uses it, since a function that exists to be called is called by someone.
#include <algorithm>

#include <fmt/format.h>

#include "cause/cause.h"
#include "facts/complaints.h"
#include "facts/definitions.h"
#include "facts/inspection.h"
#include "facts/references.h"
#include "input/wasm_types.h"

namespace ldwhy {
namespace {

// "a::b" in "a", or one of them without any: a namespace forgotten or added.
bool scopes_nest(std::string_view a, std::string_view b) {
  if (a.size() > b.size()) std::swap(a, b);
  if (a.empty()) return true;
  return (b.starts_with(a) && b.substr(a.size()).starts_with("::")) ||
         (b.ends_with(a) && b.substr(0, b.size() - a.size()).ends_with("::"));
}

std::vector<std::string_view> split_parameters(std::string_view text) {
  std::vector<std::string_view> found;
  if (text.size() <= 2) return found;
  text = text.substr(1, text.size() - 2);
  int depth = 0;
  size_t start = 0;
  for (size_t i = 0; i <= text.size(); ++i) {
    char c = i < text.size() ? text[i] : ',';
    if (c == '(' || c == '<' || c == '[') ++depth;
    if (c == ')' || c == '>' || c == ']') --depth;
    if (c != ',' || (depth > 0 && i < text.size())) continue;
    std::string_view one = text.substr(start, i - start);
    while (one.starts_with(' ')) one.remove_prefix(1);
    found.push_back(one);
    start = i + 1;
  }
  return found;
}

// In words; empty where the two are not like each other.
std::string what_differs(const ParsedName &wanted, const ParsedName &found) {
  if (wanted.scope != found.scope)
    return fmt::format("the scope: {} against {}", wanted.scope.empty() ? "none" : wanted.scope,
                       found.scope.empty() ? "none" : found.scope);
  if (wanted.parameters != found.parameters) {
    std::vector<std::string_view> a = split_parameters(wanted.parameters), b = split_parameters(found.parameters);
    if (a.size() != b.size()) return fmt::format("the number of parameters: {} against {}", a.size(), b.size());
    for (size_t i = 0; i < a.size(); ++i)
      if (a[i] != b[i]) return fmt::format("parameter {}: {} against {}", i + 1, a[i], b[i]);
  }
  if (wanted.qualifiers != found.qualifiers)
    return fmt::format("what follows the parameters: {} against {}",
                       wanted.qualifiers.empty() ? "nothing" : wanted.qualifiers,
                       found.qualifiers.empty() ? "nothing" : found.qualifiers);
  if (wanted.demangled != found.demangled) return fmt::format("{} against {}", wanted.demangled, found.demangled);
  return "";
}

// Definitions of the identifier in sources: a second one may be the function that is meant.
size_t source_definitions(const Case &c, const Facts &facts) {
  return static_cast<size_t>(std::ranges::count_if(
      facts.survey->sources, [&](const SourcePlace &place) { return place.definition && place.name == c.name; }));
}

// Its own file calls it: it is a function in its own right, and maybe an overload of the missing one.
bool used_at_home(const Sighting &sighting, const Facts &facts) {
  const Object *object = sighting.object == no_object ? nullptr : facts.link->object(sighting.object);
  bool used = false;
  if (object)
    object->for_each_reference([&](const Reference &reference) { used = used || reference.symbol == sighting.name; });
  return used;
}

// "(i32, i64) -> void" of a WebAssembly function's type ("Core Specification", 5.3).
std::string type_text(std::string_view type) {
  auto value = [](uint8_t byte) -> std::string_view {
    switch (byte) {
      case 0x7f: return "i32";
      case 0x7e: return "i64";
      case 0x7d: return "f32";
      case 0x7c: return "f64";
      case 0x7b: return "v128";
      case 0x70: return "funcref";
      case 0x6f: return "externref";
      default: return "?";
    }
  };
  size_t at = 1;  // behind the form
  auto list = [&] {
    std::string text;
    for (uint8_t count = at < type.size() ? static_cast<uint8_t>(type[at++]) : 0; count > 0 && at < type.size();
         --count)
      text += fmt::format("{}{}", text.empty() ? "" : ", ", value(static_cast<uint8_t>(type[at++])));
    return text;
  };
  std::string parameters = list(), results = list();
  return fmt::format("({}) -> {}", parameters, results.empty() ? "void" : results);
}

// wasm-ld checks the types of C functions too, since calls of another type cannot be written down.
std::optional<Verdict> examine_types(const Case &c, const Facts &facts) {
  if (!facts.link || facts.format != Format::Wasm || c.complaint->code != "signature-mismatch") return std::nullopt;
  std::string_view name = c.complaint->symbol;
  std::vector<std::pair<std::string, std::string>> views;  // object, type
  for (ObjectId id = 0; id < facts.link->objects.size() && !name.empty(); ++id) {
    if (!in_link(facts, id) || facts.link->object(id)->kind() != ObjectKind::Relocatable) continue;
    std::vector<std::string_view> types = read_wasm_function_types(*facts.link->object(id));
    (void)facts.link->object(id)->for_each_symbol([&](const Symbol &symbol) {
      // A static function of that name is another one.
      bool meant = symbol.name == name && symbol.binding != Binding::Local && symbol.index < types.size() &&
                   !types[symbol.index].empty();
      if (meant) views.emplace_back(facts.link->name_of(id), type_text(types[symbol.index]));
    });
  }
  auto other = std::ranges::find_if(views, [&](const auto &view) { return view.second != views.front().second; });
  if (other == views.end()) return std::nullopt;
  Verdict verdict;
  verdict.certainty = Certainty::Proven;
  verdict.group = name;
  verdict.summary = fmt::format("{} takes {} for {}, and {} for {}", views.front().first, name, views.front().second,
                                other->first, other->second);
  verdict.explanation = fmt::format(
      "A call in WebAssembly names the type of the function that it calls, and nothing that is linked defines {}: "
      "wasm-ld does not know "
      "which of the types the import is to have. In C a declaration without a prototype, or two headers that differ, "
      "do this.",
      name);
  for (size_t i = 0; i < std::min<size_t>(views.size(), 8); ++i)
    verdict.evidence.push_back({"reference", views[i].first, "", fmt::format("takes it for {}", views[i].second), {}});
  verdict.remedies.push_back({.remedy = "same-prototype", .symbol = std::string(name)});
  return verdict;
}

std::optional<Verdict> examine(const Case &c, const Facts &facts) {
  if (std::optional<Verdict> verdict = examine_types(c, facts)) return verdict;
  if (!is_undefined_case(c) || !c.wanted || !exact_definitions(c, false).empty()) return std::nullopt;
  std::vector<std::pair<const Sighting *, ParsedName>> candidates;
  for (Relation relation : {Relation::Signature, Relation::Scope})
    for (const Sighting *sighting : near_definitions(c, relation)) {
      ParsedName found = parse_name(sighting->name, facts.format);
      bool alike = relation == Relation::Signature ||
                   (scopes_nest(c.parts.scope, found.scope) && found.scheme == c.parts.scheme);
      bool known =
          std::ranges::any_of(candidates, [&](const auto &other) { return other.second.demangled == found.demangled; });
      if (is_own(*sighting, facts) && alike && !known && !what_differs(c.parts, found).empty())
        candidates.push_back({sighting, found});
    }
  if (candidates.empty()) return std::nullopt;
  const auto &[other, found] = candidates.front();
  std::string difference = what_differs(c.parts, found), place = place_of(*other),
              user = list_names(referrer_names(c, facts));
  bool same_count = split_parameters(c.parts.parameters).size() == split_parameters(found.parameters).size();
  // A copy that every user has (inline, template) is no function's only home.
  bool only_home = other->symbol.binding == Binding::Global && !other->symbol.comdat;
  bool meant = candidates.size() == 1 && !other->used && same_count && only_home && source_definitions(c, facts) <= 1 &&
               !used_at_home(*other, facts);

  Verdict verdict;
  // One that others use is an overload of the one that is missing.
  verdict.certainty = meant ? Certainty::Proven : other->used ? Certainty::Possible : Certainty::Likely;
  verdict.group = other->file + found.demangled;
  verdict.summary = fmt::format("{} defines {}, and {} asks for {}; they differ in {}", place, found.demangled, user,
                                c.parts.demangled, difference);
  verdict.explanation = fmt::format(
      "A C++ symbol's name holds its scope, its parameters' types and const; where a declaration and a definition "
      "differ in "
      "one of them they are two functions. {}{} has the only definition of that name. Bring the two in line.",
      meant ? "Nothing else refers to that definition, and " : "", place);
  for (size_t i = 0; i < std::min<size_t>(candidates.size(), 3); ++i)
    verdict.evidence.push_back(
        definition_evidence(*candidates[i].first, fmt::format("defines {}", candidates[i].second.demangled)));
  for (const SourcePlace &source : facts.survey->sources)
    if (source.name == c.name && verdict.evidence.size() < 6)
      verdict.evidence.push_back(
          {"source",
           source.file,
           "",
           fmt::format("line {} {} it: {}", source.line, source.definition ? "defines" : "declares", source.text),
           {}});
  add_reference_evidence(c, facts, verdict.evidence);
  verdict.remedies.push_back(
      {.remedy = "match-declaration", .symbol = c.name, .other = other->name, .object = other->object});
  verdict.check = symbol_command(c, facts);
  return verdict;
}

// Whether a class or struct of the program's own is among its types: those are declared both ways.
bool names_own_class(std::string_view demangled) {
  for (std::string_view key : {"class ", "struct "})
    for (size_t at = demangled.find(key); at != demangled.npos; at = demangled.find(key, at + 1))
      if (!demangled.substr(at + key.size()).starts_with("std::")) return true;
  return false;
}

std::optional<Suspicion> suspect(const Case &c, const Facts &facts) {
  if (c.complaint->code == "signature-mismatch")
    return Suspicion{95, "two files declare this function with different parameters or results", ""};
  if (!is_undefined_case(c)) return std::nullopt;
  bool function = c.parts.function || c.parts.scheme == Scheme::Microsoft;
  if (!function || c.parts.special) return std::nullopt;
  for (const std::string &name : suggestions(*c.complaint)) {
    ParsedName meant = parse_printed(name, facts.format);
    if (meant.base != c.parts.base) continue;
    return Suspicion{
        90, fmt::format("the linker found {}, which differs in {}", meant.demangled, what_differs(c.parts, meant)),
        symbol_command(c, facts)};
  }
  // Whether a class or struct, which only Microsoft's names tell, or a calling convention.
  if (c.parts.scheme == Scheme::Microsoft)
    return Suspicion{c.parts.imported && names_own_class(c.parts.demangled) ? 47 : 34,
                     "it is declared otherwise than it is defined (class against struct, calling convention, const)",
                     symbol_command(c, facts)};
  return Suspicion{c.parts.parameters.size() > 2 ? 16 : 9,
                   "it is declared otherwise than it is defined (const, a type, a namespace)",
                   symbol_command(c, facts)};
}

std::string decide(const Case &c, const Facts &facts) { return show_definers(c, facts); }

}  // namespace

extern const Cause signature_mismatch{"signature-mismatch", "declaration and definition differ", examine, suspect,
                                      decide};

}  // namespace ldwhy
