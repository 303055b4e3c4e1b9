// On Windows, code that was told that a name comes from a DLL (__declspec(dllimport), a
// header's default) reads its address from the pointer __imp_NAME. A static library has
// NAME and no such pointer. The other way round, a DLL's data can be reached only by the
// pointer: code that was not told asks for NAME, which an import library does not have.
#include <algorithm>

#include <fmt/format.h>

#include "cause/cause.h"
#include "facts/definitions.h"
#include "facts/inspection.h"
#include "facts/link_line.h"
#include "facts/references.h"
#include "name/known_names.h"

namespace ldwhy {
namespace {

std::optional<Verdict> examine(const Case &c, const Facts &facts) {
  if (!is_undefined_case(c) || !c.wanted || !exact_definitions(c).empty()) return std::nullopt;
  std::vector<const Sighting *> others = near_definitions(c, Relation::Import);
  if (others.empty()) return std::nullopt;
  const Sighting &other = *others.front();
  std::string user = list_names(referrer_names(c, facts)), place = place_of(other);
  Verdict verdict;
  verdict.certainty = is_own(other, facts) ? Certainty::Proven : Certainty::Likely;
  verdict.group = other.file;
  if (c.parts.imported) {
    verdict.summary =
        fmt::format("{} defines it as a plain symbol, and {} was compiled to import it from a DLL", place, user);
    verdict.explanation = fmt::format(
        "{} refers to {}, the pointer that a DLL's import library has. {} is linked statically and "
        "defines {} itself. The header must be told that the library is static.",
        user, c.name, place, other.name);
  } else {
    verdict.summary =
        fmt::format("{} has it in a DLL's import table only, and {} was compiled without dllimport", place, user);
    verdict.explanation = fmt::format(
        "The import library offers {}, the pointer to it, as for all data of a DLL. {} refers to {} "
        "directly: its declaration lacks __declspec(dllimport).",
        other.name, user, c.name);
  }
  verdict.evidence.push_back(definition_evidence(other, fmt::format("defines {}", other.name)));
  add_reference_evidence(c, facts, verdict.evidence);
  verdict.remedies.push_back({.remedy = "match-import", .symbol = c.name, .other = other.name, .object = other.object});
  verdict.check = symbol_command(c, facts);
  return verdict;
}

std::optional<Suspicion> suspect(const Case &c, const Facts &facts) {
  if (c.complaint->code == "local-import")
    return Suspicion{60, "it is defined in this program, and declared as if it came from a DLL", ""};
  if (!is_undefined_case(c)) return std::nullopt;
  if (!c.parts.imported) {
    // link.exe's LNK2001 names no function where data refers to it, or a missing thunk.
    bool microsoft = facts.linker == Linker::LinkExe;
    // "LINK : error LNK2001": an option named it.
    bool by_option =
        std::ranges::any_of(c.complaint->references, [](const ReferencePlace &p) { return p.file == "LINK"; });
    bool from_data =
        microsoft && !by_option && !c.complaint->references.empty() && !c.complaint->references.front().file.empty() &&
        std::ranges::all_of(c.complaint->references, [](const ReferencePlace &p) { return p.function.empty(); });
    // "?x@@3HA": a variable outside of classes, by its name.
    size_t kind = c.name.starts_with('?') ? c.name.rfind("@@3") : c.name.npos;
    if (kind != c.name.npos && kind + 6 >= c.name.size())
      return Suspicion{51, "it is a variable of a DLL, declared without __declspec(dllimport)",
                       symbol_command(c, facts)};
    if (!from_data || c.parts.special) return std::nullopt;
    // Alone, it is data more often than a function that a table refers to.
    bool alone = facts.cases.size() <= 2 &&
                 std::ranges::none_of(facts.cases, [](const Case &other) { return other.parts.imported; });
    if (alone && c.parts.scheme == Scheme::Plain && !c.known)
      return Suspicion{46, "it is data of a DLL, declared without __declspec(dllimport)", symbol_command(c, facts)};
    return Suspicion{c.parts.scheme == Scheme::Plain ? 37 : 20,
                     "it is data of a DLL, declared without __declspec(dllimport)", symbol_command(c, facts)};
  }
  // Windows' own functions exist in DLLs only.
  const std::optional<KnownName> &known = c.known;
  if (known && known->family->windows) return Suspicion{20, "its header takes it to come from a DLL", ""};
  std::span<const std::string> words = shown_words(facts);
  bool is_static = std::ranges::any_of(
      words, [](std::string_view word) { return word == "-static" || word == "/MT" || word == "-Bstatic"; });
  bool archives = std::ranges::any_of(
      words, [](std::string_view word) { return word.ends_with(".a") && !word.ends_with(".dll.a"); });
  // "__imp__Name@8": called as Windows' own functions are.
  bool stdcall = c.parts.scheme == Scheme::Plain && c.complaint->symbol.find('@', 1) != std::string::npos &&
                 c.complaint->symbol.find('?') == std::string::npos;
  int weight = stdcall && !is_static ? 40 : is_static ? 80 : archives ? 66 : 52;
  // MinGW's linker finds a DLL's functions under their plain names too: only a header asks for the
  // pointer alone.
  if (facts.flavor == Flavor::Gnu && c.parts.scheme == Scheme::Plain && !stdcall) weight = std::max(weight, 74);
  // A C++ class comes with its DLL; a C library is built both ways more often.
  if (c.parts.scheme == Scheme::Microsoft) weight = std::min(weight, 46);
  return Suspicion{weight, "a static library defines it, and the header declares it as imported from a DLL",
                   symbol_command(c, facts)};
}

}  // namespace

extern const Cause dllimport_mismatch{"dllimport-mismatch", "declared as a DLL's, but not one's, or the reverse",
                                      examine, suspect};

}  // namespace ldwhy
