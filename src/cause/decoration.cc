// The definition has the name, but for what compilers and assemblers put around it: a
// leading underscore (Mach-O, 32-bit Windows), @N (__stdcall), Fortran's trailing
// underscore and capitals, the mark of 64-bit integers, the hash of a Rust crate.
#include <algorithm>

#include <fmt/format.h>

#include "cause/cause.h"
#include "facts/complaints.h"
#include "facts/definitions.h"
#include "facts/inspection.h"
#include "facts/references.h"
#include "name/relation.h"

namespace ldwhy {
namespace {

// What tells the two apart, in words.
std::string what_differs(const ParsedName &wanted, const ParsedName &found) {
  std::string_view a = wanted.raw, b = found.raw;
  if (wanted.scheme == Scheme::Rust) return "the hash of the crate's build";
  if (wanted.prefixed != found.prefixed) return "the leading underscore";
  if (a.find('@') != b.find('@')) return "the calling convention (@ and the size of the arguments mark __stdcall)";
  std::string_view first = base_identifier(a), second = base_identifier(b);
  if (first != second && without_64(first) == without_64(second)) return "the mark of 64-bit integers";
  if (first != second) return "capitals";
  auto underscores = [](std::string_view text) { return std::min(text.find_first_not_of('_'), text.size()); };
  if (underscores(a) != underscores(b)) return "the leading underscore";
  return "the trailing underscore, which Fortran compilers add";
}

std::optional<Verdict> examine(const Case &c, const Facts &facts) {
  if (!is_undefined_case(c) || !c.wanted || !exact_definitions(c, false).empty()) return std::nullopt;
  std::vector<const Sighting *> others = near_definitions(c, Relation::Decoration);
  if (others.empty()) return std::nullopt;
  const Sighting &other = *others.front();
  ParsedName found = parse_name(other.name, facts.format);
  bool several = std::ranges::any_of(others, [&](const Sighting *s) { return s->name != other.name; });
  // Names of the system's libraries come in families (fopen, fopen64, __fopen) that differ so on purpose.
  bool own = is_own(other, facts) && !(c.parts.scheme == Scheme::Plain && defined_in_sources(c, facts));
  Verdict verdict;
  verdict.certainty = own && !several && !other.used ? Certainty::Proven : Certainty::Likely;
  std::string user = list_names(referrer_names(c, facts)), place = place_of(other);
  std::string difference = what_differs(c.parts, found);
  if (c.parts.scheme == Scheme::Rust) verdict.certainty = std::min(verdict.certainty, Certainty::Likely);
  verdict.group = other.file + difference;
  verdict.summary =
      fmt::format("{} defines {}, and {} asks for {}; they differ in {}", place, other.name, user, c.name, difference);
  verdict.explanation = fmt::format(
      "Compilers and assemblers add to a name what the system or the language asks for, and the linker compares the "
      "result byte "
      "by byte. The two files do not agree on it: {}.",
      c.parts.scheme == Scheme::Rust
          ? "they come from two builds or two versions of the crate, and Rust puts a hash of both into the name"
      : difference.ends_with("integers") ? "one was built for a library with 64-bit integers (ILP64), the other without"
      : facts.format == Format::MachO
          ? "on Apple's systems C names begin with an underscore in object files, which assembly must write out"
          : "build both with the same settings, or write the name as the other side spells it");
  verdict.evidence.push_back(definition_evidence(other, fmt::format("defines {}", other.name)));
  add_reference_evidence(c, facts, verdict.evidence);
  verdict.remedies.push_back(
      {.remedy = "match-spelling", .symbol = c.name, .other = other.name, .object = other.object});
  verdict.check = symbol_command(c, facts);
  return verdict;
}

bool of_rust_library(const ParsedName &name) {
  if (name.scheme != Scheme::Rust) return false;
  for (std::string_view crate : {"core::", "alloc::", "std::"})
    if (name.demangled.starts_with(crate)) return true;
  return false;
}

bool is_fortran(std::string_view name) {
  bool plain = name.size() > 2 && name.ends_with('_') && !name.starts_with('_');
  return plain && std::ranges::none_of(name, [](char c) { return c >= 'A' && c <= 'Z'; });
}

std::optional<Suspicion> suspect(const Case &c, const Facts &facts) {
  if (!is_undefined_case(c)) return std::nullopt;
  std::string check = symbol_command(c, facts);
  for (const std::string &name : suggestions(*c.complaint))
    if (name != c.name && base_identifier(name) == base_identifier(c.name) && c.parts.scheme == Scheme::Plain)
      return Suspicion{93, fmt::format("the linker found {}: the two differ in decoration only", name), check};
  if (of_rust_library(c.parts))
    return Suspicion{
        47,
        "it is of another build of Rust's standard library than the one that is linked: the hash in the name differs",
        "rustc --version; cargo clean"};
  if (c.parts.scheme == Scheme::Rust)
    return Suspicion{20, "the crate that defines it is of another build or version: the hash in the name differs",
                     check};
  if (c.parts.scheme != Scheme::Plain) return std::nullopt;
  std::string_view name = c.parts.raw, identifier = base_identifier(name);
  bool bare =
      facts.flavor == Flavor::Darwin && !c.name.empty() && c.name.front() != '_' && facts.linker != Linker::Unknown;
  if (bare && name.find_first_of(" :(-+[") == name.npos)
    return Suspicion{72, "assembly names it without the underscore that C names have on Apple's systems", check};
  if (is_fortran(name) && identifier.ends_with("64"))
    return Suspicion{74,
                     "its name is marked for 64-bit integers, and the libraries that are linked have names without (or "
                     "with another) mark",
                     check};
  if (is_fortran(name))
    return Suspicion{32, "Fortran on one side spells names with a trailing underscore, the other side does not", check};
  return std::nullopt;
}

}  // namespace

extern const Cause decoration{"decoration", "the definition's name differs in what compilers add to it", examine,
                              suspect};

}  // namespace ldwhy
