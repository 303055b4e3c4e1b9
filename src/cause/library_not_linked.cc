// The definition is in a library that the linker would have found, had the link line
// named it. Where several libraries define the name, the one that defines most of
// what is missing is meant. Where no library on this system has it, the index of libraries
// in common use may know one that is not installed.
#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "base/files.h"
#include "cause/cause.h"
#include "facts/attribution.h"
#include "facts/definitions.h"
#include "facts/inspection.h"
#include "facts/link_line.h"
#include "facts/ownership.h"
#include "facts/references.h"
#include "name/abi.h"
#include "name/known_names.h"
#include "name/name.h"
#include "name/provider_words.h"

namespace ldwhy {
namespace {

// Whether the linker would find the file by its name, or it only lies beside the user's objects.
bool on_search_path(const Sighting &sighting, const Facts &facts) {
  const Command &command = facts.link->command;
  std::string folder = real_path(std::string(parent_path(sighting.library)));
  return std::ranges::any_of(command.library_paths, [&](const std::string &searched) {
    return real_path(normal_path(join_path(command.directory, searched))) == folder;
  });
}

// "libssl defines it", "libQt5Core has its class".
std::string what_it_has(const Attribution &known) {
  return fmt::format("{} {}", library_title(known.provider),
                     known.by_scope ? "has the class or namespace that it is part of" : "defines it");
}

// Part of the C++ standard library, or of what lies below it.
bool of_cxx_library(const Case &c) {
  return c.library_own || (c.known && c.known->family->kind == FamilyKind::CxxRunTime);
}

// The C++ library that the code was compiled against, where its names tell.
std::optional<std::string_view> told_cxx_library(const Facts &facts) {
  for (const Case &c : facts.cases) {
    std::optional<CxxAbi> abi = is_undefined_case(c) ? abi_of(c.parts.demangled) : std::nullopt;
    if (abi && *abi >= CxxAbi::Libcxx) return "c++";
    if (abi && *abi == CxxAbi::LibstdcxxNew) return "stdc++";
  }
  return std::nullopt;
}

// gcc, clang, cc: drivers that add no C++ library.
bool driven_as_c(const Facts &facts) {
  const std::string &driver = facts.link->command.driver;
  return !driver.empty() && driver.find("++") == driver.npos;
}

// The project's own headers declare it: rather its own than a library's, unless the name tells.
bool declared_in_sources(const Case &c, const Facts &facts) {
  return std::ranges::any_of(facts.survey->sources, [&](const SourcePlace &place) {
    return place.name == c.name && place.kind == SourcePlace::Kind::Name && !place.file.ends_with(".rs");
  });
}

// No file that was looked at has the name in any form; the index says whose it is.
std::optional<Verdict> examine_by_index(const Case &c, const Facts &facts) {
  if (!c.wanted || !exact_definitions(c, false).empty() || defined_in_sources(c, facts)) return std::nullopt;
  std::optional<Attribution> known = attribute(c, facts);
  if (!known || (!known->likely && declared_in_sources(c, facts))) return std::nullopt;
  const Provider &provider = known->provider;
  Verdict verdict;
  verdict.certainty = known->likely ? Certainty::Likely : Certainty::Possible;
  verdict.group = provider.library;
  verdict.summary = fmt::format("{}, and that library (-l{}) is not linked, nor is it found where the linker searches",
                                what_it_has(*known), provider.library);
  verdict.explanation = fmt::format(
      "No input has it, and none of the {} libraries in {} folders that the linker searches. By ldwhy's index of "
      "libraries in common "
      "use {} has it (in Debian 12: {}): that is not installed here, or its files lie where the linker does not look.",
      facts.survey->libraries, facts.survey->folders.size(), library_title(provider), provider.debian);
  verdict.evidence.push_back(provider_evidence(provider, fmt::format("by the index, {}", what_it_has(*known))));
  for (size_t i = 0; i < std::min<size_t>(known->others.size(), 2); ++i)
    verdict.evidence.push_back(
        provider_evidence(known->others[i], fmt::format("{} has it too", library_title(known->others[i]))));
  add_reference_evidence(c, facts, verdict.evidence);
  verdict.evidence.push_back(
      {"absence",
       "",
       "",
       fmt::format("none of {} libraries on the search paths defines it", facts.survey->libraries),
       {}});
  verdict.remedies.push_back(
      {.remedy = "install-library", .symbol = std::string(provider.library), .other = "and link it"});
  verdict.check = symbol_command(c, facts);
  return verdict;
}

// Libraries off the link line that a linker could bind the name from, best first. Nothing: the
// link line has one, which is another cause.
struct Offers {
  std::vector<const Sighting *> ranked;
  std::vector<std::string> rivals;  // unrelated libraries that define as much of what is missing
};

std::optional<Offers> find_offers(const Case &c, const Facts &facts, std::string_view cxx_library) {
  Offers offers;
  for (const Sighting *sighting : exact_definitions(c)) {
    if (on_line(*sighting)) {
      if (sighting->difference.empty()) return std::nullopt;
      continue;
    }
    bool object = sighting->library.ends_with(".o") || sighting->library.ends_with(".obj");
    bool unusable = facts.link->command.static_link && is_shared(*sighting);
    bool hidden = facts.format != Format::Wasm && sighting->symbol.visibility == Visibility::Hidden;
    if (!object && !unusable && !hidden && sighting->difference.empty()) offers.ranked.push_back(sighting);
  }
  auto covered = [&](const std::string &library) {
    auto found = facts.survey->coverage.find(library);
    return found == facts.survey->coverage.end() ? 0 : found->second;
  };
  // Of C++ libraries the whole one that the code is for, not a part of it (libsupc++, libc++abi);
  // then the one that defines most of what is missing; then shared before static; then the shortest name.
  auto rank = [&](const Sighting *offer) {
    bool other_cxx = !cxx_library.empty() && link_name(offer->library) != cxx_library;
    return std::tuple(other_cxx, -covered(offer->library), !is_shared(*offer), offer->library.size(), offer->library);
  };
  std::ranges::stable_sort(offers.ranked, {}, rank);
  if (offers.ranked.empty()) return offers;
  const std::string &best = offers.ranked.front()->library;
  for (const Sighting *offer : offers.ranked)
    if (link_name(offer->library) != link_name(best) && covered(offer->library) == covered(best) &&
        std::ranges::find(offers.rivals, offer->file) == offers.rivals.end())
      offers.rivals.push_back(offer->file);
  return offers;
}

// The library itself is not named.
void say_not_named(const Sighting &best, const Case &c, const Facts &facts, Verdict &verdict) {
  std::string name = link_name(best.library);
  verdict.summary = fmt::format("{} defines it, but the link line does not name that library", best.file);
  verdict.explanation = fmt::format(
      "The linker looks only into files that it was given. {} {} and defines {} for this "
      "target, but neither {} nor the file itself is on the link line.",
      best.file, on_search_path(best, facts) ? "is on its search path" : "lies beside the objects of this link",
      c.shown, name.empty() ? "its name" : "-l" + name);
  verdict.remedies.push_back({.remedy = "add-library", .symbol = c.name, .path = best.library});
}

// Of two libraries of one name the other is taken, and does not have it.
void say_other_copy(const Sighting &best, const Case &c, Verdict &verdict) {
  verdict.certainty = Certainty::Likely;
  verdict.summary =
      fmt::format("{} defines it, but the link line takes another library of that name, which does not", best.file);
  verdict.explanation = fmt::format(
      "{} defines {} for this target. The link line names -l{} or a file of that name, and what it takes is "
      "another copy: an older one, or one built with other settings.",
      best.file, c.shown, link_name(best.library));
}

void say_cxx_library(const Sighting &best, const Facts &facts, Verdict &verdict) {
  verdict.summary = fmt::format("it belongs to the C++ standard library ({}), which is not linked", best.file);
  if (!driven_as_c(facts)) return;
  verdict.summary += fmt::format(": {} does not add it", facts.link->command.driver);
  verdict.explanation +=
      " g++ and clang++ add the C++ library to each link; the drivers for C and other languages do not.";
}

std::optional<Verdict> examine(const Case &c, const Facts &facts) {
  // A program's own main is never a library's.
  std::string_view plain = base_identifier(c.name);
  if (!is_undefined_case(c) || plain == "main" || plain == "start" || plain == "WinMain") return std::nullopt;
  std::optional<std::string_view> told = of_cxx_library(c) ? told_cxx_library(facts) : std::nullopt;
  std::string_view cxx_library =
      !of_cxx_library(c) ? "" : told.value_or(facts.flavor == Flavor::Darwin ? "c++" : "stdc++");
  std::optional<Offers> offers = find_offers(c, facts, cxx_library);
  if (!offers) return std::nullopt;
  if (offers->ranked.empty()) return examine_by_index(c, facts);

  const Sighting &best = *offers->ranked.front();
  std::string name = link_name(best.library);
  Verdict verdict;
  // A name that two unrelated libraries define may be meant for either.
  verdict.certainty = offers->rivals.empty() ? Certainty::Proven : Certainty::Likely;
  verdict.group = best.library;
  if (!name.empty() && has_library_called(name, *facts.link)) {
    // The project builds that library itself, and left a source out.
    if (defined_in_sources(c, facts)) return std::nullopt;
    say_other_copy(best, c, verdict);
  } else {
    say_not_named(best, c, facts, verdict);
    if (!cxx_library.empty() && name == cxx_library) {
      say_cxx_library(best, facts, verdict);
      if (told) verdict.certainty = Certainty::Proven;
    }
  }
  verdict.evidence.push_back(definition_evidence(best, fmt::format("defines {}; not on the link line", c.shown)));
  for (size_t i = 0; i < std::min<size_t>(offers->rivals.size(), 3); ++i)
    verdict.evidence.push_back({"definition", offers->rivals[i], "", fmt::format("defines {} too", c.shown), {}});
  add_reference_evidence(c, facts, verdict.evidence);
  verdict.check = symbol_command(c, facts);
  return verdict;
}

std::optional<Suspicion> suspect(const Case &c, const Facts &facts) {
  if (!is_undefined_case(c)) return std::nullopt;
  if (c.complaint->code == "dso-missing")
    return Suspicion{60, "the library that the message names is needed, but not on the link line",
                     symbol_command(c, facts)};
  std::string check = symbol_command(c, facts);
  const std::optional<KnownName> &known = c.known;
  if (known && known->family->kind == FamilyKind::System)
    return Suspicion{
        names_library(known->family->libraries, facts) ? 50 : 84,
        fmt::format("it belongs to {}: link with {}", known->family->title, link_word(*known->family, facts)), check};
  if (known && known->family->kind == FamilyKind::RunTime)
    return Suspicion{40, "the library with it is not on the link line", check};
  if (c.library_own || known)
    return Suspicion{66, "the C++ standard library is not linked: link with g++ or clang++, or add -lstdc++ or -lc++",
                     check};
  if (c.parts.scheme == Scheme::Rust) return Suspicion{15, "the crate that defines it is not linked", check};
  if (std::optional<Attribution> by_index = attribute(c, facts); by_index) {
    const Provider &provider = by_index->provider;
    std::string summary =
        fmt::format("{}: link with -l{} ({}{}{}{}{})", what_it_has(*by_index), provider.library,
                    package_words(provider), provider.pkg_config.empty() ? "" : "; pkg-config ", provider.pkg_config,
                    provider.cmake_target.empty() ? "" : "; CMake ", provider.cmake_target);
    // MinGW's own headers mark few functions as imported: a library's header that does so was told
    // to, or not told that the library is static.
    bool by_header = c.parts.imported && facts.flavor == Flavor::Gnu;
    return Suspicion{!by_index->likely ? 46 : by_header ? 64 : 78, summary, check};
  }
  if (SwiftModule module = swift_module(c); !module.name.empty() && !module.own)
    return Suspicion{64, fmt::format("the library or framework of the module {} is not linked", module.name), check};
  if (c.parts.imported && c.parts.scheme == Scheme::Microsoft && for_unreal(c, facts))
    return Suspicion{72,
                     "the module that exports it is not among this one's dependencies (PublicDependencyModuleNames or "
                     "PrivateDependencyModuleNames in its Build.cs)",
                     "grep -rn DependencyModuleNames --include='*.Build.cs' ."};
  if (only_shared_refer(c))
    return Suspicion{58, "a library that this shared library needs is not found by the link, or is of another version",
                     check};
  if (of_other_namespace(c, facts))
    return Suspicion{52, fmt::format("the library with {} is not on the link line", class_of(c.parts)), check};
  // What code of its own kind uses is the project's own, or its library's; and names of the
  // libraries in common use on such systems are in the index.
  bool indexed = facts.flavor == Flavor::Gnu && !for_windows(facts);
  return Suspicion{used_by_its_own_kind(c) ? 35
                   : indexed               ? 44
                                           : 45,
                   "a library that defines it is not on the link line", check};
}

}  // namespace

extern const Cause library_not_linked{"library-not-linked", "the library that defines it is not on the link line",
                                      examine, suspect};

}  // namespace ldwhy
