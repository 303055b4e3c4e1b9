// A shared library has the symbol, but not in the version that is asked for: what refers to it
// was linked with a newer library (a newer glibc, most often), or the library keeps the name
// only for old programs, as a version that new links are not given (ELF symbol versions: "Linux
// Standard Base, Symbol Versioning"; ld manual, "VERSION").
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/files.h"
#include "cause/cause.h"
#include "facts/definitions.h"
#include "facts/inspection.h"
#include "facts/link_line.h"
#include "facts/references.h"
#include "name/arrivals.h"
#include "name/providers.h"

namespace ldwhy {
namespace {

struct Versioned {
  std::string_view base, version;  // "foo@V2", "foo@@V2"
};

Versioned take_apart(std::string_view name) {
  size_t at = name.find('@', 1);
  if (at == name.npos) return {name, {}};
  std::string_view version = name.substr(at);
  version.remove_prefix(version.starts_with("@@") ? 2 : 1);
  return {name.substr(0, at), version};
}

// The run-time libraries whose versions tell how new a system must be.
bool of_the_system(std::string_view version) {
  return version.starts_with("GLIBC") || version.starts_with("CXXABI") || version.starts_with("GCC_");
}

// Objects in archives ask for such names without a version.
std::optional<Verdict> newer_c_library(const Case &c, const Facts &facts) {
  std::optional<Arrival> added = arrival_of(c.parts);
  if (facts.flavor != Flavor::Gnu || for_windows(facts) || (added && added->library != "glibc")) return std::nullopt;
  bool own = added && (!exact_definitions(c, false).empty() || defined_in_sources(c, facts));
  if (!added || own || !has_library_called("c", *facts.link)) return std::nullopt;
  std::string user = list_names(referrer_names(c, facts));
  Verdict verdict;
  // Without an underscore a program might call it by itself.
  verdict.certainty = added->reserved && c.parts.raw.starts_with('_') ? Certainty::Proven : Certainty::Likely;
  verdict.group = "glibc " + std::string(added->release);
  verdict.summary = fmt::format(
      "it is in glibc {0} and later; {1} was compiled against such a glibc, and this link's C library is older or "
      "another",
      added->release, user);
  verdict.explanation = fmt::format(
      "Objects in archives ask the C library for names without versions. {0} was built on a system with glibc {1} or "
      "newer, whose headers "
      "turn calls into this name; no C library on this link line has it.",
      user, added->release);
  verdict.evidence.push_back({"name", "", "", fmt::format("{} came with glibc {}", c.shown, added->release), {}});
  add_reference_evidence(c, facts, verdict.evidence);
  verdict.evidence.push_back({"absence", "", "", "no input defines it", {}});
  verdict.remedies.push_back({.remedy = "build-on-oldest", .path = user});
  verdict.remedies.push_back(
      {.remedy = "newer-library", .symbol = fmt::format("GLIBC_{}", added->release), .path = "libc.so.6"});
  return verdict;
}

struct Offers {
  std::set<std::string> versions;      // that the libraries on the line have of it
  const Sighting *first = nullptr;
};

// Nothing: the name can be bound, or nobody has it in any version.
std::optional<Offers> other_versions(const Case &c, const Versioned &wanted) {
  Offers offers;
  for (const Sighting &sighting : c.wanted->sightings) {
    if (sighting.relation != Relation::Exact || !on_line(sighting) || sighting.symbol.binding == Binding::Local)
      continue;
    const Symbol &symbol = sighting.symbol;
    bool usable = !is_shared(sighting) || symbol.version.empty() ||
                  (wanted.version.empty() ? symbol.default_version : symbol.version == wanted.version);
    if (!symbol.dynamic && is_shared(sighting)) continue;
    if (usable) return std::nullopt;
    if (!offers.first) offers.first = &sighting;
    offers.versions.insert(std::string(symbol.version));
  }
  if (!offers.first) return std::nullopt;
  return offers;
}

std::string joined(const std::set<std::string> &versions) {
  return list_names(std::vector<std::string>(versions.begin(), versions.end()));
}

Verdict newer_wanted(const Case &c, const Facts &facts, const Versioned &wanted, const Offers &offers) {
  std::string library = place_of(*offers.first), user = list_names(referrer_names(c, facts));
  Verdict verdict;
  verdict.summary = fmt::format("{} asks for version {} of {}, and {} has only {}", user, wanted.version, wanted.base,
                                library, joined(offers.versions));
  verdict.explanation = fmt::format(
      "A reference with a version binds to that version and no other. {} got it when it was linked, from a {} that has "
      "{}; "
      "this link finds an older one{}.",
      user, file_name(library), wanted.version,
      of_the_system(wanted.version) ? ": it was built on a newer system than this one (or than the sysroot)" : "");
  verdict.remedies.push_back(
      {.remedy = "newer-library", .symbol = std::string(wanted.version), .path = std::string(file_name(library))});
  verdict.remedies.push_back({.remedy = "build-on-oldest", .path = user});
  return verdict;
}

Verdict kept_for_old_programs(const Case &c, const Facts &facts, const Versioned &wanted, const Offers &offers) {
  std::string library = place_of(*offers.first), user = list_names(referrer_names(c, facts));
  Verdict verdict;
  verdict.summary = fmt::format("{} keeps {} for old programs only, as {}@{}", library, wanted.base, wanted.base,
                                joined(offers.versions));
  verdict.explanation = fmt::format(
      "None of its versions is the default one, so programs that were linked with it still run, but a new link is not "
      "given it. {} "
      "was compiled for an older {}, whose headers still had it; compiled with today's headers, it would ask for the "
      "name that took "
      "its place.",
      user, file_name(library));
  verdict.remedies.push_back({.remedy = "compile-again", .path = user});
  return verdict;
}

std::optional<Verdict> examine(const Case &c, const Facts &facts) {
  if (!is_undefined_case(c) || !c.wanted || facts.format != Format::Elf) return std::nullopt;
  Versioned wanted = take_apart(c.name);
  std::optional<Offers> offers = other_versions(c, wanted);
  if (!offers) return newer_c_library(c, facts);
  Verdict verdict = wanted.version.empty() ? kept_for_old_programs(c, facts, wanted, *offers)
                                           : newer_wanted(c, facts, wanted, *offers);
  verdict.certainty = Certainty::Proven;
  verdict.group = offers->first->file + std::string(wanted.version);
  verdict.evidence.push_back(definition_evidence(
      *offers->first, fmt::format("defines {} in version {}{}", wanted.base, joined(offers->versions),
                                  wanted.version.empty() ? ", which is not the default" : " only")));
  add_reference_evidence(c, facts, verdict.evidence);
  return verdict;
}

// Nothing else of the C++ library is missing: it is linked, and too old.
bool only_newcomers(const Facts &facts) {
  return std::ranges::all_of(facts.cases, [](const Case &other) {
    bool of_library = other.library_own || (other.known && other.known->family->kind == FamilyKind::CxxRunTime);
    return !is_undefined_case(other) || !of_library || arrival_of(other.parts);
  });
}

// The name itself tells how new the headers were that asked for it.
std::optional<Suspicion> newer_headers(const Case &c, const Facts &facts) {
  std::optional<Arrival> arrival = arrival_of(c.parts);
  if (!arrival) {
    // The library is always linked, so it must be an old one.
    bool kernel = c.known && std::string_view(c.known->family->id) == "kernel32" && for_windows(facts) &&
                  facts.flavor == Flavor::Gnu;
    if (!kernel) return std::nullopt;
    return Suspicion{85,
                     "Windows has it in kernel32, which is always linked: this MinGW's or SDK's import library is "
                     "older than the function",
                     ""};
  }
  bool cplusplus = c.parts.scheme != Scheme::Plain;
  if ((cplusplus && !only_newcomers(facts)) || facts.flavor == Flavor::Wasm) return std::nullopt;
  std::string user = c.complaint->references.empty() ? "" : c.complaint->references.front().file;
  return Suspicion{
      cplusplus           ? 74
      : arrival->reserved ? 90
                          : 40,
      fmt::format("{} was compiled with the headers of {} {} or newer, and the {} that is linked is older",
                  user.empty() ? "what refers to it" : user, arrival->library, arrival->release, arrival->library),
      symbol_command(c, facts)};
}

// Of one library, only names that a release of it brought or took away: it is linked, and is of
// another release than the headers.
std::optional<Suspicion> other_release(const Case &c, const Facts &facts) {
  std::optional<Renewal> renewal = renewal_of(c.parts);
  if (!renewal) return std::nullopt;
  Providers mine = providers_of(c.parts);
  for (const Case &other : facts.cases) {
    if (!is_undefined_case(other) || renewal_of(other.parts)) continue;
    Providers theirs = providers_of(other.parts);
    bool same = other.parts.raw.starts_with("SSL_") || other.parts.raw.starts_with("EVP_") ||
                std::ranges::any_of(theirs, [&](const Provider &p) {
                  return std::ranges::any_of(mine, [&](const Provider &q) { return p.library == q.library; });
                });
    if (same)
      return Suspicion{45,
                       fmt::format("{} {} {} it", renewal->library, renewal->release,
                                   renewal->gone ? "no longer has" : "was the first to have"),
                       ""};
  }
  return Suspicion{
      85,
      renewal->gone
          ? fmt::format("{0} has no such function since {1}: its object was compiled with older headers than the "
                        "library that is linked",
                        renewal->library, renewal->release)
          : fmt::format(
                "{0} has it since {1}: its object was compiled with newer headers than the library that is linked",
                renewal->library, renewal->release),
      symbol_command(c, facts)};
}

std::optional<Suspicion> suspect(const Case &c, const Facts &facts) {
  if (!is_undefined_case(c) || c.complaint->code == "dso-missing") return std::nullopt;
  std::string_view symbol = c.complaint->symbol;
  for (const std::string &note : c.complaint->notes) {
    constexpr std::string_view hint = "did you mean: ";
    if (!note.starts_with(hint)) continue;
    Versioned meant = take_apart(std::string_view(note).substr(hint.size()));
    if (meant.base == symbol && !meant.version.empty())
      return Suspicion{
          92, fmt::format("the library keeps {} for old programs only, as version {}", symbol, meant.version), ""};
  }
  if (std::optional<Suspicion> newer = newer_headers(c, facts)) return newer;
  if (std::optional<Suspicion> other = other_release(c, facts)) return other;
  Versioned wanted = take_apart(symbol);
  // Windows names have the same mark for other things.
  if (for_windows(facts) || symbol.starts_with('?') || wanted.version.find('@') != wanted.version.npos)
    return std::nullopt;
  if (wanted.version.empty() || wanted.version.find_first_not_of("0123456789") == wanted.version.npos)
    return std::nullopt;
  std::string user = c.complaint->references.empty() ? "what refers to it" : c.complaint->references.front().file;
  return Suspicion{
      of_the_system(wanted.version) ? 90 : 80,
      fmt::format("{} was linked with a newer library, which has version {} of {}", user, wanted.version, wanted.base),
      ""};
}

std::string decide(const Case &c, const Facts &) {
  std::string_view name = c.complaint->symbol;
  size_t at = name.find('@', 1);
  std::string_view base = name.substr(0, at), version = at == name.npos ? std::string_view() : name.substr(at);
  std::string library = version.find("GLIBCXX") != version.npos || version.find("CXXABI") != version.npos
                            ? "libstdc++.so.6"
                            : "libc.so.6";
  return fmt::format("objdump -T \"$(cc -print-file-name={})\" | grep -w {}", library, quoted(base));
}

}  // namespace

extern const Cause symbol_version{
    "symbol-version", "a library has the symbol, but not in the version that is asked for", examine, suspect, decide};

}  // namespace ldwhy
