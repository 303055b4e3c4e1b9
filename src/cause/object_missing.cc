// Nothing defines the symbol, anywhere that was looked at. That alone does not say
// whether a source file was left out of the build or a whole library is not
// installed; the project's own sources do: a name that they declare or define is
// the project's own.
#include <algorithm>

#include <fmt/format.h>

#include "base/files.h"
#include "cause/common.h"
#include "cause/providers.h"
#include "name/abi.h"
#include "name/known_names.h"
#include "name/name.h"

namespace ldwhy {
namespace {

// Rust declares what others define: its declarations do not make a name the project's own.
bool in_rust(const SourcePlace &place) { return place.file.ends_with(".rs"); }

// The place that defines it: of a class's table, its key function.
bool defines(const SourcePlace &place, const Case &c, const Facts &facts) {
  if (place.name != c.name || !place.definition) return false;
  if (place.kind == SourcePlace::Kind::KeyBody) return true;
  // A file of C++ may define names of C, in an extern "C" block.
  return place.kind == SourcePlace::Kind::Name && (c.parts.scheme == Scheme::Plain || of_its_language(place, c, facts));
}

// Of several places that define it: one in a file that the link has, rather than another program's.
bool better_home(const SourcePlace &place, const SourcePlace &other) {
  return place.built == SourcePlace::Built::Linked && other.built != SourcePlace::Built::Linked;
}

std::string what_became_of(const SourcePlace &place, const Case &c) {
  std::string found = fmt::format("{}:{} defines {}", place.file, place.line, place.kind == SourcePlace::Kind::KeyBody ? "its key function" : "it");
  if (!place.condition.empty()) return found + fmt::format(" only with cfg({}), and nothing on the link line has it", place.condition);
  switch (place.built) {
    case SourcePlace::Built::Linked: return found + ", but the object built from that file does not have it";
    case SourcePlace::Built::NotLinked: return found + ", but no input on the link line was built from that file";
    case SourcePlace::Built::Unknown: break;
  }
  return found + fmt::format(", but nothing on the link line has {}: the file is not built or linked, or that part of it is compiled out", c.shown);
}

std::string how_to_build(const SourcePlace &place) {
  if (!place.condition.empty())
    return fmt::format("#[cfg({})] leaves it out of a build without that setting; or its crate is not linked.", place.condition);
  bool rust = in_rust(place);
  switch (place.built) {
    case SourcePlace::Built::Linked:
      return fmt::format("Its definition in {} is compiled out (#if), or the object is older than the source.", place.file);
    case SourcePlace::Built::NotLinked: return fmt::format("The source is there: add {} to what is built and linked.", place.file);
    case SourcePlace::Built::Unknown: break;
  }
  return rust ? fmt::format("Its crate is not linked, its module is not declared, or a #[cfg] leaves it out ({}:{}).", place.file, place.line)
              : fmt::format("Add {} to what is built and linked; if it is there, an #if leaves the definition out.", place.file);
}

std::optional<Verdict> examine(const Case &c, const Facts &facts) {
  if (!is_undefined_case(c) || !c.wanted) return std::nullopt;
  const Survey &survey = *facts.survey;
  const Sighting *unlinked_object = nullptr;
  bool in_sources = defined_in_sources(c, facts);
  for (const Sighting *sighting : exact_definitions(c, false)) {
    // Another file's static function of that name is not the one that the sources define for all.
    if (in_sources && sighting->symbol.binding == Binding::Local && !is_shared(*sighting)) continue;
    // A library that keeps it to itself is none that could be linked.
    bool kept = sighting->symbol.binding == Binding::Local || sighting->symbol.visibility == Visibility::Hidden;
    if (!on_line(*sighting) && kept) continue;
    bool object = !on_line(*sighting) && !is_shared(*sighting) && (sighting->library.ends_with(".o") || sighting->library.ends_with(".obj"));
    if (!object) return std::nullopt;
    unlinked_object = sighting;
  }
  Verdict verdict;
  const SourcePlace *declared = nullptr, *defined = nullptr;
  for (const SourcePlace &place : survey.sources) {
    if (defines(place, c, facts) && (!defined || better_home(place, *defined))) defined = &place;
    if (place.name != c.name || place.kind != SourcePlace::Kind::Name) continue;
    bool better = !declared || (in_rust(*declared) && !in_rust(place));
    if (!place.definition && better) declared = &place;
  }
  // A name that only looks like something found elsewhere is a near miss, not a proof of absence.
  bool near_miss = false;
  bool key_not_built = defined && defined->kind == SourcePlace::Kind::KeyBody && defined->built == SourcePlace::Built::NotLinked;
  for (const Sighting &sighting : c.wanted->sightings)
    if (key_not_built ? sighting.relation != Relation::Companion : !unlinked_object || sighting.relation < Relation::Instance) near_miss |= sighting.relation != Relation::Exact && sighting.relation != Relation::Spelling && on_line(sighting);
  std::vector<const Sighting *> alike = near_definitions(c, Relation::Spelling);
  bool foreign = declared && in_rust(*declared);
  bool own = (declared && !foreign) || defined || unlinked_object;
  // Tables of classes and instances of templates are made where other things are: what the
  // sources say of their identifier does not say why they are missing.
  near_miss |= !unlinked_object && !key_not_built && (c.parts.special || !c.parts.arguments.empty() || c.parts.scope.find('<') != std::string::npos);
  // A library's header copied into the project declares what the library defines.
  if (std::optional<Attribution> known = attribute(c, facts); known && known->likely && !defined && !unlinked_object) own = false;
  verdict.certainty = own && survey.complete && survey.unread_libraries.empty() && !near_miss ? Certainty::Proven : Certainty::Likely;
  verdict.group = unlinked_object ? unlinked_object->file : defined ? defined->file : "";

  if (unlinked_object)
    verdict.summary = fmt::format("only {} defines it, and that object is not on the link line", place_of(*unlinked_object));
  else if (defined)
    verdict.summary = what_became_of(*defined, c);
  else
    verdict.summary = alike.empty() ? "no input and no library on the search paths defines it"
                                    : fmt::format("nothing defines it; {} defines {}, spelled almost alike", place_of(*alike.front()),
                                                  demangle(alike.front()->name, facts.format));
  size_t objects = facts.link->objects.size();
  // All that is linked was compiled on the way, and is gone.
  if (objects > 0) verdict.explanation = fmt::format(
      "ldwhy read all {} symbols of the {} objects on the link line, and {} libraries in {} search folders: none defines {}. ",
      survey.symbols, objects, survey.libraries, survey.folders.size(), c.shown);
  if (std::vector<std::string> unread = survey.complete ? std::vector<std::string>() : unread_inputs(facts); !unread.empty())
    verdict.explanation += fmt::format("{} could not be read to the end, and may define it. ", list_names(unread));
  if (unlinked_object)
    verdict.explanation += fmt::format("{} lies with the other objects and has it: add it to the link.", unlinked_object->file);
  else if (defined)
    verdict.explanation += how_to_build(*defined);
  else if (foreign)
    verdict.explanation += fmt::format("{}:{} declares it as foreign: its definition is to come from C or assembly that is "
                                       "not built or is compiled out, or from a library that is not installed or lies "
                                       "where the linker does not search.", declared->file, declared->line);
  else if (declared)
    verdict.explanation += fmt::format("{}:{} declares it, so it is this project's own: the definition was never "
                                       "written, is compiled out, or its source file is missing.", declared->file, declared->line);
  else
    verdict.explanation += "If it belongs to a library, that library is not installed, or lies where the linker does "
                           "not search; if it is the project's own, its definition was never written or is not built.";
  if (unlinked_object)
    verdict.evidence.push_back(definition_evidence(*unlinked_object, "defines it; not on the link line"));
  if (defined)
    verdict.evidence.push_back({"source", defined->file, "", fmt::format("line {} defines {}: {}", defined->line,
                                                                                defined->kind == SourcePlace::Kind::KeyBody ? "its key function" : "it", defined->text), {}});
  if (declared)
    verdict.evidence.push_back({"source", declared->file, "", fmt::format("line {} declares it: {}", declared->line, declared->text), {}});
  for (size_t i = 0; i < std::min<size_t>(alike.size(), 2); ++i)
    verdict.evidence.push_back(definition_evidence(*alike[i], fmt::format("defines {}: is the name spelled wrong on one side?",
                                                                          demangle(alike[i]->name, facts.format))));
  add_reference_evidence(c, facts, verdict.evidence);
  if (objects > 0) verdict.evidence.push_back({"absence", "", "",
                              fmt::format("none of {} objects and {} libraries defines it", objects, survey.libraries), {}});
  // A host's function is called like any other.
  bool from_host = facts.format == Format::Wasm && !unlinked_object && !defined && c.parts.scheme == Scheme::Plain;
  if (from_host) {
    verdict.explanation += " If the host that runs the module is to supply it, nothing says so yet.";
    verdict.remedies.push_back({.remedy = "import-from-host", .symbol = c.name});
  }
  verdict.remedies.push_back({.remedy = "define-symbol", .symbol = c.name, .other = defined ? defined->condition : "",
                              .path = unlinked_object ? unlinked_object->library : defined ? defined->file : ""});
  verdict.check = symbol_command(c, facts);
  return verdict;
}

// A name that no library in common use has, in the project's own objects: more often the project's
// than that of a library which nobody knows. Of Apple's and Microsoft's systems the index knows
// little; their own functions are not spelled with small letters and underscores.
bool likely_own(const Case &c, const Facts &facts) {
  bool declared_elsewhere = facts.flavor == Flavor::Wasm || std::ranges::any_of(c.complaint->references, [](const ReferencePlace &place) {
    return place.file.ends_with(".rlib") || place.file.find(".rcgu.o") != std::string::npos || place.member.find(".rcgu.o") != std::string::npos;
  });
  if (declared_elsewhere || c.parts.imported || attribute(c, facts)) return false;
  if (facts.flavor == Flavor::Gnu && !for_windows(facts)) return true;
  if (c.parts.scheme == Scheme::Itanium) return true;
  std::string_view name = c.parts.raw;
  while (name.starts_with('_')) name.remove_prefix(1);
  return c.parts.scheme == Scheme::Plain && name.find('_') != name.npos &&
         std::ranges::none_of(name, [](char x) { return (x >= 'A' && x <= 'Z') || x == '$' || x == ' '; });
}

std::optional<Suspicion> suspect(const Case &c, const Facts &facts) {
  if (!is_undefined_case(c)) return std::nullopt;
  std::string check = symbol_command(c, facts);
  // What nvcc's device link defines, for each object compiled with -rdc=true.
  if (c.parts.raw.find("cudaRegisterLinkedBinary_") != std::string_view::npos || c.parts.raw.starts_with("__fatbinwrap_"))
    return Suspicion{88, "nvcc's device link was not run for the objects that were compiled with -rdc=true (CMake: CUDA_SEPARABLE_COMPILATION, "
                         "CUDA_RESOLVE_DEVICE_SYMBOLS)", "nvcc -dlink OBJECTS -o device.o"};
  bool library = c.library_own || c.known;
  // Apple's linkers suggest whatever holds the name: that is no slip of the pen.
  auto holds_it = [&](std::string_view name) { return facts.flavor == Flavor::Darwin && name.find(base_identifier(c.name)) != name.npos; };
  if (!library) for (const std::string &name : suggestions(*c.complaint))
    if (!holds_it(name) && base_identifier(name) != base_identifier(c.name) && parse_printed(name, facts.format).base != c.parts.base)
      return Suspicion{80, fmt::format("nothing defines it; the linker found {}, spelled almost alike", name), check};
  // Names of the same class, namespace or prefix as the code that uses them are the project's own,
  // or its library's.
  // D's compilers are given modules: a missing module's names are a module that was left out.
  if (c.parts.scheme == Scheme::D && !library)
    return Suspicion{56, "its module is not among those that were compiled", check};
  if (c.complaint->code == "export-missing" && facts.linker != Linker::LinkExe && !library)
    return Suspicion{58, fmt::format("an option asks to keep or export {}, and nothing in the link defines it", c.shown), check};
  bool own = !library && (used_by_its_own_kind(c) || same_class_missing(c, facts, 2));
  return Suspicion{library ? 12 : own ? 55 : likely_own(c, facts) ? 46 : 33, "nothing defines it: its source file is not part of the build", check};
}

}  // namespace

extern const Cause object_missing{"object-missing", "nothing anywhere defines it", examine, suspect};

}  // namespace ldwhy
