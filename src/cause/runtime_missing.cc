// The name belongs to a library of the compiler's own, which compiled code asks for without
// anybody calling it: helpers for arithmetic, atomics, sanitizers, profiles, OpenMP,
// Objective-C, exceptions. The tables of names are made from the libraries themselves
// (name/known_names.h). Compiler drivers add these libraries when they are told the same
// options as for compiling; a linker that is run by hand, or the driver of another language or
// compiler, does not.
#include <algorithm>

#include <fmt/format.h>

#include "cause/cause.h"
#include "facts/definitions.h"
#include "facts/inspection.h"
#include "facts/link_line.h"
#include "facts/references.h"
#include "name/abi.h"
#include "name/known_names.h"

namespace ldwhy {
namespace {

std::optional<KnownName> run_time_name(const Case &c) {
  if (!is_undefined_case(c)) return std::nullopt;
  const std::optional<KnownName> &known = c.known;
  if (!known || known->family->kind == FamilyKind::System) return std::nullopt;
  return known;
}

// Without the C++ library itself, naming that is what helps.
bool has_cxx_library(const Facts &facts) { return names_library("stdc++ c++", facts); }

std::optional<Verdict> examine(const Case &c, const Facts &facts) {
  std::optional<KnownName> known = run_time_name(c);
  if (!known || !c.wanted) return std::nullopt;
  const NameFamily &family = *known->family;
  if (family.kind == FamilyKind::CxxRunTime && !has_cxx_library(facts)) return std::nullopt;
  const Sighting *provider = nullptr;
  for (const Sighting *sighting : exact_definitions(c)) {
    if (on_line(*sighting)) return std::nullopt;  // there: order, target, version
    bool usable = sighting->difference.empty() && !(facts.link->command.static_link && is_shared(*sighting));
    bool own_file = names_library(family.libraries, facts);
    if (usable && !provider && !sighting->library.ends_with(".o") && !own_file) provider = sighting;
  }
  bool on_line_already = names_library(family.libraries, facts);
  bool own = defined_in_sources(c, facts);
  bool declared =
      std::ranges::any_of(facts.survey->sources, [&](const SourcePlace &place) { return place.name == c.name; });
  std::string user = list_names(referrer_names(c, facts));
  Verdict verdict;
  verdict.certainty = known->listed && !on_line_already && !own ? Certainty::Proven
                      : !known->listed && declared              ? Certainty::Possible
                                                                : Certainty::Likely;
  verdict.group = family.id;
  verdict.summary = fmt::format("it belongs to {}, which is not linked", family.title);
  if (on_line_already)
    verdict.summary = fmt::format("it belongs to {}, and the one that is linked does not have it", family.title);
  verdict.explanation = fmt::format(
      "The compiler put the call into {}; the function comes with the compiler, in {}. Drivers add that library when "
      "they link with "
      "the options that the code was compiled with: {}.",
      user, family.title, family.word);
  if (provider) verdict.evidence.push_back(definition_evidence(*provider, "defines it; not on the link line"));
  verdict.evidence.push_back(
      {"name",
       "",
       "",
       fmt::format("{} is a name of {}{}", c.shown, family.title, known->listed ? "" : " by its prefix"),
       {{"family", family.id}}});
  add_reference_evidence(c, facts, verdict.evidence);
  verdict.evidence.push_back({"absence", "", "", "no input defines it", {}});
  // The driver's option adds all that belongs to it, in the right place.
  if (std::string_view(family.word).starts_with("-f"))
    verdict.remedies.push_back({.remedy = "link-run-time", .symbol = c.name, .other = family.word});
  if (provider) verdict.remedies.push_back({.remedy = "add-library", .symbol = c.name, .path = provider->library});
  if (!std::string_view(family.word).starts_with("-f"))
    verdict.remedies.push_back({.remedy = "link-run-time", .symbol = c.name, .other = family.word});
  verdict.check = symbol_command(c, facts);
  return verdict;
}

std::optional<Suspicion> suspect(const Case &c, const Facts &facts) {
  std::optional<KnownName> known = run_time_name(c);
  // The C++ library comes with the compiler as well: here by its driver, not by its name.
  if (!known && is_undefined_case(c) && c.library_own && c.parts.scheme == Scheme::Itanium &&
      facts.flavor == Flavor::Wasm)
    return Suspicion{60,
                     "it belongs to the C++ standard library: link with em++, or clang++ and the WASI SDK's sysroot",
                     symbol_command(c, facts)};
  if (!known) return std::nullopt;
  const NameFamily &family = *known->family;
  std::string summary = fmt::format("it belongs to {}: link with {}", family.title, link_word(family, facts));
  if (family.id == std::string_view("ssp"))
    summary += "; a program without a C library (a kernel, firmware) is compiled with -fno-stack-protector";
  std::string check = symbol_command(c, facts);
  if (family.kind == FamilyKind::CxxRunTime) {
    bool whole = std::ranges::any_of(facts.cases, [](const Case &other) {
      return other.parts.scheme == Scheme::Itanium && other.library_own &&
             !class_of(other.parts).starts_with("__cxxabiv1");
    });
    return Suspicion{whole ? 40 : 56, summary, check};
  }
  return Suspicion{known->listed ? 88 : 82, summary, check};
}

}  // namespace

extern const Cause runtime_missing{"runtime-missing", "a compiler's support library is not linked", examine, suspect};

}  // namespace ldwhy
