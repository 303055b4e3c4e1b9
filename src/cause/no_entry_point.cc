// The function that a program starts with is missing. The C library's start file refers to
// it, and nobody else does.
#include <algorithm>

#include <fmt/format.h>

#include "base/files.h"
#include "cause/cause.h"
#include "facts/definitions.h"
#include "facts/inspection.h"
#include "facts/references.h"

namespace ldwhy {
namespace {

bool is_entry(std::string_view name) {
  if (name == "__main") return false;  // libgcc's, which main itself calls
  std::string_view plain = base_identifier(name);
  for (std::string_view entry :
       {"main", "start", "WinMain", "wWinMain", "wmain", "MAIN_", "MAIN", "mainCRTStartup", "WinMainCRTStartup",
        "wmainCRTStartup", "wWinMainCRTStartup", "DllMain", "DllMainCRTStartup", "main_void", "main_argc_argv",
        "app_main", "tvosmain", "DriverEntry"})
    if (plain == entry) return true;
  return false;
}

// crt1.o, Scrt1.o, crt1-command.o; MinGW's crt2.o and libmingw32.a(crtexewin.o); Microsoft's
// LIBCMT.lib(exe_main.obj).
bool is_start_file(std::string_view name) {
  for (std::string_view mark :
       {"crt1", "crt0", "crt2.o", "crtexe", "exe_main.obj", "exe_winmain.obj", "exe_wmain.obj", "libmingw32", "gcrt",
        "libgfortranbegin", "fmain.o", "lib_a-crt", "rcrt", "Scrt", "WdfDriverEntry"})
    if (name.find(mark) != name.npos) return true;
  return false;
}

std::string how_it_begins(const Case &c, const Facts &facts, const std::string &from) {
  if (facts.format == Format::Wasm)
    return fmt::format(
        "A WebAssembly program begins in {}, which the C library's start file defines; {}. A module that only has "
        "functions for "
        "its host to call is linked with --no-entry.",
        c.shown, from);
  if (facts.flavor == Flavor::Coff)
    return fmt::format(
        "A Windows program begins in {}, which the C run-time library has (libcmt.lib, or msvcrt.lib for /MD); {}. "
        "Either that "
        "library is not linked, /entry should name another function, or this should be a DLL (/dll).",
        c.shown, from);
  return fmt::format(
      "A program starts in the C library's start file, which calls {}; {}. Either the file with {} is not linked, or "
      "this should "
      "not be a program: a shared library is linked with {}, objects are only compiled with -c.",
      c.shown, from, c.shown, facts.flavor == Flavor::Darwin ? "-dynamiclib" : "-shared");
}

std::optional<Verdict> examine(const Case &c, const Facts &facts) {
  if (!is_undefined_case(c) || !is_entry(c.name)) return std::nullopt;
  // A definition on the line was passed over: another cause says why. A local one as well.
  for (const Sighting *sighting : exact_definitions(c, false))
    if (on_line(*sighting)) return std::nullopt;
  const Link &link = *facts.link;
  bool asked = c.unresolved && c.unresolved->referrers.empty();
  bool start_only = c.unresolved && std::ranges::all_of(c.unresolved->referrers, [&](ObjectId id) {
                      return link.argument_of(id).automatic || is_start_file(file_name(link.name_of(id)));
                    });
  if (!asked && !start_only) return std::nullopt;
  const Sighting *beside = nullptr;
  for (const Sighting *sighting : exact_definitions(c))
    if (!is_shared(*sighting) && !beside) beside = sighting;
  bool looks_shared =
      std::ranges::any_of(link.command.argv, [](std::string_view word) { return word.ends_with(".so"); });
  std::string from = asked ? fmt::format("{} asks for it", c.unresolved->asked_by)
                           : fmt::format("only {} refers to it", list_names(referrer_names(c, facts)));
  Verdict verdict;
  verdict.certainty = Certainty::Proven;
  verdict.group = "entry";
  verdict.summary =
      beside ? fmt::format("the program has no {}: {} has it, and is not on the link line", c.shown, place_of(*beside))
             : fmt::format("the program has no {}: none of the {} inputs defines it", c.shown, link.inputs.size());
  verdict.explanation = how_it_begins(c, facts, from);
  if (facts.format == Format::Wasm) verdict.remedies.push_back({.remedy = "no-entry", .symbol = c.name});
  if (beside) verdict.evidence.push_back(definition_evidence(*beside, "defines it; not on the link line"));
  add_reference_evidence(c, facts, verdict.evidence);
  verdict.evidence.push_back({"absence", "", "", "no input defines it", {}});
  for (const Sighting *near : near_definitions(c, Relation::Spelling))
    verdict.evidence.push_back(
        definition_evidence(*near, fmt::format("defines {}, which is spelled almost alike", near->name)));
  if (facts.format != Format::Wasm || beside)
    verdict.remedies.push_back({.remedy = "define-entry",
                                .symbol = c.name,
                                .other = looks_shared ? "shared" : "",
                                .path = beside ? beside->library : ""});
  return verdict;
}

std::optional<Suspicion> suspect(const Case &c, const Facts &facts) {
  std::string check = symbol_command(c, facts);
  if (c.complaint->code == "entry-missing")
    return Suspicion{85, "no object holds the function that the program starts with", check};
  if (!is_undefined_case(c) || !is_entry(c.name) || c.parts.scheme != Scheme::Plain) return std::nullopt;
  // The object with main may be one of those that were left out.
  bool left_out = std::ranges::any_of(facts.passed_over, [](const Complaint *passed) {
    return passed->subject.ends_with(".o") || passed->subject.ends_with(".obj");
  });
  bool elsewhere = left_out || std::ranges::any_of(c.complaint->references, [](const ReferencePlace &place) {
                     return !place.file.empty() && !is_start_file(place.file) && !is_start_file(place.member) &&
                            place.file.find("implicit entry") == std::string::npos;
                   });
  return Suspicion{elsewhere ? 40 : 92, "the file with the program's main is not linked, or this should be a library",
                   check};
}

}  // namespace

extern const Cause no_entry_point{"no-entry-point", "the function that a program starts with is missing", examine,
                                  suspect};

}  // namespace ldwhy
