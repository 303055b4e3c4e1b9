// The same entity is there, but under the name of another C++ library or another setting
// of it: libstdc++'s two string ABIs, libc++ against libstdc++, the NDK's libc++. On
// Windows names do not tell; there objects carry marks (detect_mismatch) which linkers
// compare: /MD against /MT, _ITERATOR_DEBUG_LEVEL.
#include <algorithm>
#include <cctype>

#include <fmt/format.h>

#include "cause/cause.h"
#include "facts/complaints.h"
#include "facts/definitions.h"
#include "facts/inspection.h"
#include "facts/link_line.h"
#include "facts/references.h"
#include "name/abi.h"
#include "name/arrivals.h"

namespace ldwhy {
namespace {

// link.exe's and LLD's comparison of what two objects were built with (LNK2038). What objects of
// other formats disagree about is target-mismatch's.
bool marks_differ(const Complaint &complaint, const Facts &facts) {
  return complaint.code == "mismatch" && (facts.flavor == Flavor::Coff || facts.flavor == Flavor::Unknown);
}

std::optional<Verdict> marks(const Case &c, const Facts &facts) {
  if (!marks_differ(*c.complaint, facts)) return std::nullopt;
  Verdict verdict;
  verdict.certainty = Certainty::Proven;
  verdict.group = "marks";
  verdict.summary = "objects of this link were compiled with settings that do not go together";
  verdict.explanation = fmt::format(
      "Objects carry marks of the settings that change the layout of types or the run-time library; "
      "all objects of a program must agree. The linker compared them: {}",
      c.complaint->text);
  for (const std::string &note : c.complaint->notes) verdict.evidence.push_back({"mark", "", "", note, {}});
  verdict.remedies.push_back({.remedy = "match-abi", .other = "with the same /MD, /MT and Debug or Release settings"});
  return verdict;
}

// What the user sets, to get names of the wanted kind.
std::string setting_for(CxxAbi wanted, CxxAbi found) {
  bool both_gnu = wanted <= CxxAbi::LibstdcxxNew && found <= CxxAbi::LibstdcxxNew;
  if (both_gnu) return fmt::format("with -D_GLIBCXX_USE_CXX11_ABI={}", wanted == CxxAbi::LibstdcxxOld ? 0 : 1);
  if (wanted == CxxAbi::Libcxx) return "with -stdlib=libc++";
  if (wanted <= CxxAbi::LibstdcxxNew) return "with -stdlib=libstdc++ (GCC's library)";
  return fmt::format("against {}", cxx_abi_name(wanted));
}

std::optional<Verdict> examine(const Case &c, const Facts &facts) {
  if (std::optional<Verdict> verdict = marks(c, facts)) return verdict;
  if (!is_undefined_case(c) || !c.wanted || !exact_definitions(c).empty()) return std::nullopt;
  std::vector<const Sighting *> others = near_definitions(c, Relation::Abi);
  if (others.empty()) return std::nullopt;
  const Sighting &other = *others.front();  // on the line first
  ParsedName found = parse_name(other.name, facts.format);
  // Where the result alone is such a type, only the new ABI's names tell, by a tag.
  CxxAbi want = abi_of(c.parts.demangled).value_or(CxxAbi::LibstdcxxOld),
         have = abi_of(found.demangled).value_or(CxxAbi::LibstdcxxOld);
  bool own = is_own(other, facts) && !c.library_own;
  std::string user = list_names(referrer_names(c, facts)), place = place_of(other);
  Verdict verdict;
  verdict.certainty = own ? Certainty::Proven : Certainty::Likely;
  verdict.group = other.file;
  verdict.summary = fmt::format("{} defines it for {}, and {} asks for it with {}", place, cxx_abi_name(have), user,
                                cxx_abi_name(want));
  verdict.explanation = fmt::format(
      "Names of functions hold the types of their parameters, and C++ libraries mark their types so that code for one "
      "is not "
      "linked with code for another: their layouts differ. {} refers to {}, {} defines {}. Both must be compiled "
      "against the "
      "same C++ library with the same settings.",
      user, c.parts.demangled, place, found.demangled);
  verdict.evidence.push_back(definition_evidence(other, fmt::format("defines {}", found.demangled)));
  add_reference_evidence(c, facts, verdict.evidence);
  verdict.remedies.push_back(
      {.remedy = "match-abi", .symbol = c.name, .other = setting_for(want, have), .path = other.file});
  verdict.check = symbol_command(c, facts);
  return verdict;
}

// Whether every missing name of the project's own C++ code holds a type that is marked.
bool all_marked(const Facts &facts) {
  return std::ranges::all_of(facts.cases, [](const Case &other) {
    bool own = is_undefined_case(other) && other.parts.scheme == Scheme::Itanium &&
               other.parts.table == ClassTable::None && !other.library_own;
    if (!own) return true;
    std::optional<CxxAbi> abi = abi_of(other.parts.demangled);
    return abi && *abi != CxxAbi::Libstdcxx;
  });
}

// Microsoft's C and C++ run-time: linked in (/MT), or as an import library (/MD).
enum class CrtKind : uint8_t { None, Static, Dynamic };
CrtKind crt_kind(std::string_view path) {
  size_t slash = path.find_last_of("/\\");
  std::string name(slash == path.npos ? path : path.substr(slash + 1));
  std::ranges::transform(name, name.begin(), [](unsigned char x) { return static_cast<char>(std::tolower(x)); });
  for (std::string_view file : {"libcmt", "libcpmt", "libucrt", "libvcruntime", "libconcrt", "libc"})
    if (name == fmt::format("{}.lib", file) || name == fmt::format("{}d.lib", file)) return CrtKind::Static;
  for (std::string_view file : {"msvcrt", "msvcprt", "ucrt", "vcruntime", "concrt"})
    if (name == fmt::format("{}.lib", file) || name == fmt::format("{}d.lib", file)) return CrtKind::Dynamic;
  return CrtKind::None;
}

// Two kinds of run-time define it, or one does and the linker warned of the conflict.
bool two_run_times(const Case &c, const Facts &facts) {
  if (c.complaint->kind != ComplaintKind::DuplicateSymbol || facts.flavor != Flavor::Coff) return false;
  bool has_static = false, has_dynamic = false;
  for (const ReferencePlace &place : c.complaint->references) {
    CrtKind kind = crt_kind(place.file);
    has_static |= kind == CrtKind::Static;
    has_dynamic |= kind == CrtKind::Dynamic;
  }
  if (has_static && has_dynamic) return true;
  bool warned = (has_static || has_dynamic) && std::ranges::any_of(facts.asides, [](const Complaint *other) {
                  return other->code == "mismatch" && other->text.find("LNK4098") != std::string::npos;
                });
  return warned;
}

// Whether the log shows a link against musl, by its tools' or folders' names.
bool for_musl(const Facts &facts) {
  auto tells = [](std::string_view text) { return text.find("musl") != text.npos; };
  return std::ranges::any_of(shown_words(facts), tells) ||
         (facts.log && std::ranges::any_of(facts.log->complaints, [&](const Complaint &other) {
            return tells(other.text) || std::ranges::any_of(other.references, [&](const ReferencePlace &place) {
                     return tells(place.file);
                   });
          }));
}

// Names that one C library has, in a link with another.
std::optional<Suspicion> other_c_library(const Case &c, const Facts &facts) {
  std::string check = symbol_command(c, facts);
  if (for_windows(facts)) {
    // The table behind stdin and stdout, which the C library has not had since Visual Studio 2015.
    if (base_identifier(c.parts.raw) == "iob_func")
      return Suspicion{
          84, "an object or library was compiled with a Visual Studio older than 2015, whose C library differs", check};
    if (is_debug_crt(c.parts))
      return Suspicion{86,
                       "its object was compiled for the debug C run-time library (_DEBUG, /MDd or /MTd), and the "
                       "release one is linked",
                       check};
    if (facts.flavor == Flavor::Gnu && is_ucrt_only(c.parts))
      return Suspicion{
          84,
          "its object was compiled for the universal C run-time library (UCRT), and the program is linked with msvcrt",
          check};
    return std::nullopt;
  }
  if (is_glibc_only(c.parts) && for_musl(facts))
    return Suspicion{
        84, "its object was compiled for glibc, and the program is linked with musl, which has no such function",
        check};
  return std::nullopt;
}

std::optional<Suspicion> suspect(const Case &c, const Facts &facts) {
  if (two_run_times(c, facts))
    return Suspicion{
        92,
        "objects compiled with /MT and with /MD are linked together: both kinds of the C run-time library define it",
        ""};
  if (marks_differ(*c.complaint, facts))
    return Suspicion{95, "objects were compiled with settings that do not go together (run-time library, debug level)",
                     ""};
  if (!is_undefined_case(c)) return std::nullopt;
  if (std::optional<Suspicion> other = other_c_library(c, facts)) return other;
  // Namespaces that headers put their types into in builds for debugging.
  for (std::string_view guard : {"::debug_build_guard::", "std::__debug::", "__gnu_debug::"})
    if (c.parts.demangled.find(guard) != std::string::npos)
      return Suspicion{
          86, fmt::format("its object was compiled for debugging ({}), and the library that is linked was not", guard),
          symbol_command(c, facts)};
  std::optional<CxxAbi> abi = abi_of(c.parts.demangled);
  if (!abi) return std::nullopt;
  std::string check = symbol_command(c, facts);
  for (const std::string &name : suggestions(*c.complaint))
    if (same_but_abi(c.parts, parse_printed(name, facts.format)))
      return Suspicion{
          93, fmt::format("the linker found it for another C++ library; this reference is for {}", cxx_abi_name(*abi)),
          check};
  bool gnu = *abi <= CxxAbi::LibstdcxxNew;
  if (facts.flavor == Flavor::Darwin && gnu)
    return Suspicion{86, "it was compiled with GCC's C++ library, and Apple's libraries are built with libc++", check};
  if (c.library_own) {
    if (gnu) return Suspicion{12, "its C++ library is older or newer than the one that is linked", check};
    return Suspicion{facts.flavor == Flavor::Darwin ? 30 : 55,
                     "its object was compiled against libc++, and the program is linked with libstdc++", check};
  }
  if (*abi == CxxAbi::Libstdcxx) return std::nullopt;
  std::string summary = fmt::format(
      "a library defines it for another C++ library or string ABI; this reference is for {}", cxx_abi_name(*abi));
  if (!all_marked(facts)) return Suspicion{14, summary, check};
  return Suspicion{gnu ? 57 : 68, summary + " (all missing functions take such types)", check};
}

std::string decide(const Case &c, const Facts &facts) {
  if (facts.flavor != Flavor::Coff) return "";
  return fmt::format("dumpbin /directives {} | findstr /i \"failifmismatch defaultlib\"", files_named(c, facts));
}

}  // namespace

extern const Cause abi_mismatch{"abi-mismatch", "the two sides are built for different C++ libraries or settings",
                                examine, suspect, decide};

}  // namespace ldwhy
