// Nothing defines the symbol, anywhere that was looked at. That alone does not say
// whether a source file was left out of the build or a whole library is not
// installed; the project's own sources do: a name that they declare or define is
// the project's own.
#include <algorithm>

#include <fmt/format.h>

#include "base/files.h"
#include "cause/cause.h"
#include "facts/attribution.h"
#include "facts/complaints.h"
#include "facts/definitions.h"
#include "facts/inputs.h"
#include "facts/inspection.h"
#include "facts/link_line.h"
#include "facts/ownership.h"
#include "facts/references.h"
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
  std::string found = fmt::format("{}:{} defines {}", place.file, place.line,
                                  place.kind == SourcePlace::Kind::KeyBody ? "its key function" : "it");
  if (!place.condition.empty())
    return found + fmt::format(" only with cfg({}), and nothing on the link line has it", place.condition);
  switch (place.built) {
    case SourcePlace::Built::Linked: return found + ", but the object built from that file does not have it";
    case SourcePlace::Built::NotLinked: return found + ", but no input on the link line was built from that file";
    case SourcePlace::Built::Unknown: break;
  }
  return found + fmt::format(
                     ", but nothing on the link line has {}: the file is not built or linked, or that part of it is "
                     "compiled out",
                     c.shown);
}

std::string how_to_build(const SourcePlace &place) {
  if (!place.condition.empty())
    return fmt::format("#[cfg({})] leaves it out of a build without that setting; or its crate is not linked.",
                       place.condition);
  bool rust = in_rust(place);
  switch (place.built) {
    case SourcePlace::Built::Linked:
      return fmt::format("Its definition in {} is compiled out (#if), or the object is older than the source.",
                         place.file);
    case SourcePlace::Built::NotLinked:
      return fmt::format("The source is there: add {} to what is built and linked.", place.file);
    case SourcePlace::Built::Unknown: break;
  }
  return rust ? fmt::format("Its crate is not linked, its module is not declared, or a #[cfg] leaves it out ({}:{}).",
                            place.file, place.line)
              : fmt::format("Add {} to what is built and linked; if it is there, an #if leaves the definition out.",
                            place.file);
}

// What stands in the place of a definition.
struct Absence {
  const Sighting *other_copy = nullptr;  // in another copy of a library that is on the line
  const Sighting *unlinked = nullptr;    // an object beside the others that has it
  const SourcePlace *defined = nullptr;  // a source that defines it, or its class's key function
  const SourcePlace *declared = nullptr;
  std::vector<const Sighting *> alike;   // spelled almost like it
  std::string_view what() const {
    return defined && defined->kind == SourcePlace::Kind::KeyBody ? "its key function" : "it";
  }
  bool key_function_not_built() const {
    return defined && defined->kind == SourcePlace::Kind::KeyBody && defined->built == SourcePlace::Built::NotLinked;
  }
};

// Nothing: a library or an input has it, which is another cause.
std::optional<Absence> find_absence(const Case &c, const Facts &facts) {
  Absence absence;
  bool in_sources = defined_in_sources(c, facts);
  for (const Sighting *sighting : exact_definitions(c, false)) {
    // Another file's static function of that name is not the one that the sources define for all.
    if (in_sources && sighting->symbol.binding == Binding::Local && !is_shared(*sighting)) continue;
    // A library that keeps it to itself is none that could be linked.
    bool kept = sighting->symbol.binding == Binding::Local || sighting->symbol.visibility == Visibility::Hidden;
    if (!on_line(*sighting) && kept) continue;
    // The project's own copy of a library that is installed as well: that one is not meant.
    if (in_sources && !on_line(*sighting) && has_library_called(link_name(sighting->library), *facts.link)) {
      absence.other_copy = sighting;
      continue;
    }
    bool object = !on_line(*sighting) && !is_shared(*sighting) &&
                  (sighting->library.ends_with(".o") || sighting->library.ends_with(".obj"));
    if (!object) return std::nullopt;
    absence.unlinked = sighting;
  }
  for (const SourcePlace &place : facts.survey->sources) {
    if (defines(place, c, facts) && (!absence.defined || better_home(place, *absence.defined)))
      absence.defined = &place;
    if (place.name != c.name || place.kind != SourcePlace::Kind::Name || place.definition) continue;
    if (!absence.declared || (in_rust(*absence.declared) && !in_rust(place))) absence.declared = &place;
  }
  absence.alike = near_definitions(c, Relation::Spelling);
  return absence;
}

// Something on the line only looks like it: that is a near miss, no proof that it is absent.
bool is_near_miss(const Absence &absence, const Case &c) {
  bool built_nowhere = absence.key_function_not_built();
  auto resembles = [&](const Sighting &sighting) {
    if (!on_line(sighting) || sighting.relation == Relation::Exact || sighting.relation == Relation::Spelling)
      return false;
    if (built_nowhere) return sighting.relation != Relation::Companion;
    return !absence.unlinked || sighting.relation < Relation::Instance;
  };
  if (std::ranges::any_of(c.wanted->sightings, resembles)) return true;
  // Tables of classes and instances of templates are made where other things are: what the
  // sources say of their identifier does not say why they are missing.
  bool made_elsewhere = c.parts.special || !c.parts.arguments.empty() || c.parts.scope.find('<') != std::string::npos;
  return made_elsewhere && !absence.unlinked && !built_nowhere;
}

// The name is the project's own, so that its absence says something of the project.
bool is_own_name(const Absence &absence, const Case &c, const Facts &facts) {
  if (absence.unlinked || absence.defined) return true;
  if (!absence.declared || in_rust(*absence.declared)) return false;
  // A library's header copied into the project declares what the library defines.
  std::optional<Attribution> known = attribute(c, facts);
  return !known || !known->likely;
}

std::string summary_of(const Absence &absence, const Case &c, const Facts &facts) {
  if (absence.unlinked)
    return fmt::format("only {} defines it, and that object is not on the link line", place_of(*absence.unlinked));
  if (absence.defined) return what_became_of(*absence.defined, c);
  if (absence.alike.empty()) return "no input and no library on the search paths defines it";
  return fmt::format("nothing defines it; {} defines {}, spelled almost alike", place_of(*absence.alike.front()),
                     demangle(absence.alike.front()->name, facts.format));
}

// Where the definition is, or why there is none.
std::string explain(const Absence &absence) {
  if (absence.unlinked)
    return fmt::format("{} lies with the other objects and has it: add it to the link.", absence.unlinked->file);
  if (absence.defined) return how_to_build(*absence.defined);
  const SourcePlace *declared = absence.declared;
  if (!declared)
    return "If it belongs to a library, that library is not installed, or lies where the linker does not search; if it "
           "is "
           "the project's own, its definition was never written or is not built.";
  if (in_rust(*declared))
    return fmt::format(
        "{}:{} declares it as foreign: its definition is to come from C or assembly that is not built or is "
        "compiled out, or from a library that is not installed or lies where the linker does not search.",
        declared->file, declared->line);
  return fmt::format(
      "{}:{} declares it, so it is this project's own: the definition was never written, is compiled out, or "
      "its source file is missing.",
      declared->file, declared->line);
}

// What was read, and found not to have it.
std::string what_was_read(const Case &c, const Facts &facts) {
  const Survey &survey = *facts.survey;
  if (facts.link->objects.empty()) return "";  // all that is linked was compiled on the way, and is gone
  std::string text = fmt::format(
      "ldwhy read all {} symbols of the {} objects on the link line, and {} libraries in {} search folders: none "
      "defines {}. ",
      survey.symbols, facts.link->objects.size(), survey.libraries, survey.folders.size(), c.shown);
  std::vector<std::string> unread = survey.complete ? std::vector<std::string>() : unread_inputs(facts);
  if (!unread.empty()) text += fmt::format("{} could not be read to the end, and may define it. ", list_names(unread));
  return text;
}

void add_evidence(const Absence &absence, const Case &c, const Facts &facts, std::vector<Evidence> &evidence) {
  if (absence.unlinked) evidence.push_back(definition_evidence(*absence.unlinked, "defines it; not on the link line"));
  auto add_source = [&](const SourcePlace &place, std::string_view verb, std::string_view what) {
    evidence.push_back(
        {"source", place.file, "", fmt::format("line {} {} {}: {}", place.line, verb, what, place.text), {}});
  };
  if (absence.defined) add_source(*absence.defined, "defines", absence.what());
  if (absence.declared) add_source(*absence.declared, "declares", "it");
  for (size_t i = 0; i < std::min<size_t>(absence.alike.size(), 2); ++i)
    evidence.push_back(
        definition_evidence(*absence.alike[i], fmt::format("defines {}: is the name spelled wrong on one side?",
                                                           demangle(absence.alike[i]->name, facts.format))));
  add_reference_evidence(c, facts, evidence);
  if (absence.other_copy)
    evidence.push_back({"definition",
                        absence.other_copy->file,
                        "",
                        "defines it: another copy of a library that the link line names",
                        {}});
  if (absence.other_copy || facts.link->objects.empty()) return;
  evidence.push_back({"absence",
                      "",
                      "",
                      fmt::format("none of {} objects and {} libraries defines it", facts.link->objects.size(),
                                  facts.survey->libraries),
                      {}});
}

std::optional<Verdict> examine(const Case &c, const Facts &facts) {
  if (!is_undefined_case(c) || !c.wanted) return std::nullopt;
  std::optional<Absence> absence = find_absence(c, facts);
  if (!absence) return std::nullopt;
  const SourcePlace *defined = absence->defined;
  bool all_read = facts.survey->complete && facts.survey->unread_libraries.empty();
  Verdict verdict;
  verdict.certainty = all_read && !absence->other_copy && is_own_name(*absence, c, facts) && !is_near_miss(*absence, c)
                          ? Certainty::Proven
                          : Certainty::Likely;
  verdict.group = absence->unlinked ? absence->unlinked->file : defined ? defined->file : "";
  verdict.summary = summary_of(*absence, c, facts);
  verdict.explanation = (absence->other_copy ? "" : what_was_read(c, facts)) + explain(*absence);
  add_evidence(*absence, c, facts, verdict.evidence);
  // A host's function is called like any other.
  if (facts.format == Format::Wasm && !absence->unlinked && !defined && c.parts.scheme == Scheme::Plain) {
    verdict.explanation += " If the host that runs the module is to supply it, nothing says so yet.";
    verdict.remedies.push_back({.remedy = "import-from-host", .symbol = c.name});
  }
  // Declared by the project itself, a library need not be looked for.
  bool own = !defined && !absence->unlinked && is_own_name(*absence, c, facts);
  std::string declared = own ? fmt::format("{}:{}", absence->declared->file, absence->declared->line) : "";
  verdict.remedies.push_back({.remedy = "define-symbol",
                              .symbol = c.name,
                              .other = defined ? defined->condition : declared,
                              .path = absence->unlinked ? absence->unlinked->library
                                      : defined         ? defined->file
                                                        : ""});
  verdict.check = symbol_command(c, facts);
  return verdict;
}

// A name that no library in common use has, in the project's own objects: more often the project's
// than that of a library which nobody knows. Of Apple's and Microsoft's systems the index knows
// little; their own functions are not spelled with small letters and underscores.
bool likely_own(const Case &c, const Facts &facts) {
  bool declared_elsewhere =
      facts.flavor == Flavor::Wasm || std::ranges::any_of(c.complaint->references, [](const ReferencePlace &place) {
        return place.file.ends_with(".rlib") || place.file.find(".rcgu.o") != std::string::npos ||
               place.member.find(".rcgu.o") != std::string::npos;
      });
  if (declared_elsewhere || c.parts.imported || attribute(c, facts)) return false;
  if (facts.flavor == Flavor::Gnu && !for_windows(facts)) return true;
  if (c.parts.scheme == Scheme::Itanium) return true;
  // C++ names outside of namespaces.
  if (c.parts.scheme == Scheme::Microsoft && facts.linker == Linker::LinkExe)
    return class_of(c.parts).find("::") == std::string::npos;
  std::string_view name = c.parts.raw;
  while (name.starts_with('_')) name.remove_prefix(1);
  return c.parts.scheme == Scheme::Plain && name.find('_') != name.npos &&
         std::ranges::none_of(name, [](char x) { return (x >= 'A' && x <= 'Z') || x == '$' || x == ' '; });
}

// The name that the linker offers in its place, where that is a slip of the pen; empty: none.
std::string misspelt(const Case &c, const Facts &facts) {
  std::string_view own = base_identifier(c.name);
  for (const std::string &name : suggestions(*c.complaint)) {
    // Apple's linkers suggest whatever holds the name.
    bool holds_it = facts.flavor == Flavor::Darwin && name.find(own) != name.npos;
    if (!holds_it && base_identifier(name) != own && parse_printed(name, facts.format).base != c.parts.base)
      return name;
  }
  return "";
}

std::optional<Suspicion> suspect(const Case &c, const Facts &facts) {
  if (!is_undefined_case(c)) return std::nullopt;
  // What nvcc's device link defines, for each object compiled with -rdc=true.
  bool device_library = c.known && std::string_view(c.known->family->id) == "cudadevrt";
  if (!device_library && (c.parts.raw.find("cudaRegisterLinkedBinary_") != std::string_view::npos ||
                          c.parts.raw.starts_with("__fatbinwrap_")))
    return Suspicion{88,
                     "nvcc's device link was not run for the objects that were compiled with -rdc=true (CMake: "
                     "CUDA_SEPARABLE_COMPILATION, "
                     "CUDA_RESOLVE_DEVICE_SYMBOLS)",
                     "nvcc -dlink OBJECTS -o device.o"};
  std::string check = symbol_command(c, facts);
  constexpr const char *not_built = "nothing defines it: its source file is not part of the build";
  if (c.library_own || c.known) return Suspicion{12, not_built, check};
  if (std::string name = misspelt(c, facts); !name.empty())
    return Suspicion{80, fmt::format("nothing defines it; the linker found {}, spelled almost alike", name), check};
  // The table of interrupts refers to a handler for each, which the device's script gives a default.
  if (!c.complaint->references.empty() && std::ranges::all_of(c.complaint->references, [](const ReferencePlace &place) {
        return place.function == "__INTERRUPTS" || place.function == "__EXCEPTIONS";
      }))
    return Suspicion{64,
                     "nothing defines this interrupt's handler, nor gives it a default: the linker script that does "
                     "(link.x, device.x) is not used",
                     check};
  // D's compilers are given modules: a missing module's names are a module that was left out.
  if (c.parts.scheme == Scheme::D) return Suspicion{56, "its module is not among those that were compiled", check};
  if (c.complaint->code == "export-missing" && facts.linker != Linker::LinkExe)
    return Suspicion{
        58, fmt::format("an option asks to keep or export {}, and nothing in the link defines it", c.shown), check};
  // Names of the same class, namespace or prefix as the code that uses them are the project's own,
  // or its library's.
  bool own = used_by_its_own_kind(c) || same_class_missing(c, facts, 2);
  SwiftModule module = swift_module(c);
  // One class and nothing else is a file rather than a library.
  bool one_class = facts.cases.size() > 1 && same_class_missing(c, facts, facts.cases.size());
  bool others = (!one_class && of_other_namespace(c, facts)) || (!module.name.empty() && !module.own);
  return Suspicion{only_shared_refer(c)   ? 20
                   : others               ? 40
                   : own || module.own    ? 55
                   : likely_own(c, facts) ? 46
                                          : 33,
                   not_built, check};
}

}  // namespace

extern const Cause object_missing{"object-missing", "nothing anywhere defines it", examine, suspect};

}  // namespace ldwhy
