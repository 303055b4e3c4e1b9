// C and C++ (and Rust) spell the same function differently: a declaration without
// extern "C" (or a definition without #[no_mangle]) asks for a name that the other
// side never made.
#include <algorithm>

#include <fmt/format.h>

#include "cause/cause.h"
#include "facts/complaints.h"
#include "facts/definitions.h"
#include "facts/inspection.h"
#include "facts/references.h"
#include "name/name.h"

namespace ldwhy {
namespace {

const char *language(Scheme scheme) {
  switch (scheme) {
    case Scheme::Itanium:
    case Scheme::Microsoft: return "C++";
    case Scheme::Rust: return "Rust";
    case Scheme::Swift: return "Swift";
    case Scheme::D: return "D";
    case Scheme::Plain:
    case Scheme::ObjectiveC: break;
  }
  return "C";
}

// A Rust function for C that lacks no_mangle, and that nothing kept under its own name.
std::optional<Verdict> unmarked(const Case &c, const Facts &facts) {
  for (const SourcePlace &place : facts.survey->sources) {
    if (place.name != c.name || place.kind != SourcePlace::Kind::Unmarked || defined_in_sources(c, facts)) continue;
    Verdict verdict;
    verdict.certainty = Certainty::Likely;
    verdict.group = place.file;
    verdict.summary = fmt::format("{}:{} defines it without #[no_mangle], so for other languages there is no such name",
                                  place.file, place.line);
    verdict.explanation =
        "Rust gives each function a name of its own making, with a hash, and leaves out of a library for C what has no "
        "fixed "
        "name and is not used in it. extern \"C\" alone sets how it is called, not what it is called.";
    verdict.evidence.push_back({"source", place.file, "", fmt::format("line {}: {}", place.line, place.text), {}});
    add_reference_evidence(c, facts, verdict.evidence);
    verdict.evidence.push_back({"absence", "", "", "no input defines it", {}});
    verdict.remedies.push_back({.remedy = "extern-c", .symbol = c.name, .path = place.file});
    verdict.check = symbol_command(c, facts);
    return verdict;
  }
  return std::nullopt;
}

// Where the project declares it: "include/x.h:12".
std::string declared_at(const Case &c, const Facts &facts) {
  for (const SourcePlace &place : facts.survey->sources)
    if (place.name == c.name && place.kind == SourcePlace::Kind::Name && !place.definition)
      return fmt::format("{}:{}", place.file, place.line);
  return "";
}

std::optional<Verdict> examine(const Case &c, const Facts &facts) {
  if (!is_undefined_case(c) || !c.wanted || !exact_definitions(c).empty()) return std::nullopt;
  const Sighting *other = nullptr;
  for (const Sighting &sighting : c.wanted->sightings) {
    bool usable = sighting.relation == Relation::Linkage && sighting.symbol.binding != Binding::Local &&
                  sighting.difference.empty() && !(is_shared(sighting) && !sighting.symbol.dynamic);
    if (usable && (!other || (on_line(sighting) && !on_line(*other)))) other = &sighting;
  }
  if (!other) return unmarked(c, facts);

  ParsedName wanted = parse_name(c.name, facts.format), found = parse_name(other->name, facts.format);
  const char *wanted_in = language(wanted.scheme), *found_in = language(found.scheme);
  bool asks_mangled = wanted.scheme != Scheme::Plain;
  std::string user = list_names(referrer_names(c, facts));
  Verdict verdict;
  // Off the line, or in a library that every program is linked with, the same identifier may be
  // another's: close(Widget&) is not the C library's close().
  bool own = on_line(*other) && !facts.link->argument_of(other->object).automatic;
  if (!own && defined_in_sources(c, facts)) return std::nullopt;
  verdict.certainty = own && !defined_in_sources(c, facts) ? Certainty::Proven : Certainty::Likely;
  // All of one library's names have one header to mend.
  verdict.group = other->file.substr(0, other->file.find('('));
  verdict.summary = fmt::format("{} defines it as a {} function ({}), and {} asks for its {} name", place_of(*other),
                                found_in, found.demangled, user, wanted_in);
  verdict.explanation = fmt::format(
      "{} and {} give the same function different names in object files: {} refers to {}, {} defines {}. "
      "One side must be told to use the other's language: {}.",
      wanted_in, found_in, user, wanted.raw, place_of(*other), found.raw,
      asks_mangled                   ? fmt::format("declare it extern \"C\" where {} includes it", user)
      : found.scheme == Scheme::Rust ? "mark the Rust function #[no_mangle] pub extern \"C\""
                                     : "define it extern \"C\"");
  verdict.evidence.push_back(definition_evidence(*other, fmt::format("defines {} ({})", found.demangled, found.raw)));
  add_reference_evidence(c, facts, verdict.evidence);
  verdict.remedies.push_back({.remedy = "extern-c",
                              .symbol = c.name,
                              .other = other->name,
                              .path = declared_at(c, facts),
                              .object = other->object});
  verdict.check = symbol_command(c, facts);
  return verdict;
}

std::optional<Suspicion> suspect(const Case &c, const Facts &facts) {
  if (!is_undefined_case(c)) return std::nullopt;
  for (const std::string &note : c.complaint->notes)
    if (note.find("extern \"C\"") != note.npos)
      return Suspicion{90, "the linker found it under the other language's name", symbol_command(c, facts)};
  // Of the names that are there and look alike, the one in C for C++, or the reverse.
  for (const std::string &name : suggestions(*c.complaint)) {
    Scheme other = parse_printed(name, facts.format).scheme;
    bool one_is_plain = (other == Scheme::Plain) != (c.parts.scheme == Scheme::Plain) && other != Scheme::Rust;
    if (one_is_plain && base_identifier(name) == base_identifier(c.name))
      return Suspicion{88, fmt::format("the linker found {}: one side has it in C, the other in C++", name),
                       symbol_command(c, facts)};
  }
  // `foo(int)`, without a namespace, is what a C function looks like through a C++ declaration.
  std::string_view symbol = c.complaint->symbol;
  size_t paren = symbol.find('(');
  bool free_function = paren != symbol.npos && symbol.substr(0, paren).find_first_of(":<~ ") == symbol.npos;
  if (!free_function) return std::nullopt;
  // Types that C does not have rule C out.
  bool c_types = symbol.find_first_of("&<", paren) == symbol.npos && symbol.find("::", paren) == symbol.npos;
  return Suspicion{c_types ? 57 : 13, "it is a C function declared without extern \"C\"", symbol_command(c, facts)};
}

}  // namespace

extern const Cause language_linkage{"language-linkage", "C on one side and C++ (or Rust) on the other", examine,
                                    suspect};

}  // namespace ldwhy
