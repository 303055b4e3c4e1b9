// LTO takes all inputs that it was given for the whole program but for what the linker tells it: which
// symbols native objects, options and other images use. A function that only the text of an asm
// statement names, or a call that code generation itself brings in, is not among them. LTO then makes the
// definition private, drops it as unused or puts it into another partition, and the code that it makes
// refers to what is no longer there.
//
// Text of a top-level asm statement is another matter: it has a symbol table, which the linker reads.

#include <algorithm>

#include <fmt/format.h>

#include "cause/cause.h"
#include "facts/complaints.h"
#include "facts/definitions.h"
#include "facts/inspection.h"
#include "facts/link_line.h"
#include "facts/lto_code.h"
#include "facts/references.h"
#include "name/rust_units.h"

namespace ldwhy {
namespace {

bool is_ir(const Sighting &sighting) {
  return sighting.kind == ObjectKind::Bitcode || sighting.kind == ObjectKind::GccSlimLto;
}

// The IR in the link that defines the name for all; null where native code defines it too.
const Sighting *dropped_definition(const Case &c, const Facts &facts) {
  const Sighting *found = nullptr;
  for (const Sighting *sighting : exact_definitions(c)) {
    if (!on_line(*sighting) || !sighting->difference.empty()) continue;
    // What top-level assembly defines stays.
    if (!is_ir(*sighting) || sighting->symbol.from_asm) return nullptr;
    if (!found && in_link(facts, sighting->object)) found = sighting;
  }
  return found;
}

std::string how_it_refers(const Case &c, const Facts &facts, std::span<const AsmMention *const> users) {
  if (!users.empty())
    return fmt::format(
        "The only mention of {} is in the text of an asm statement ({}), which LTO hands on to the assembler unread: "
        "for it, "
        "nothing uses the function.",
        c.shown, facts.link->name_of(users.front()->object));
  if (referred_by_gcc_lto_code(c))
    return fmt::format(
        "The reference is in code that LTO made, while the linker saw none before: the text of an asm statement names "
        "{}, "
        "or code generation brought the call in.",
        c.shown);
  if (referred_by_lto_code(c))
    return fmt::format(
        "The reference is in code that LTO made: a call that code generation itself brought in, or one from the text "
        "of "
        "assembly. When the linker told LTO what to keep, it was not there yet.");
  return "Something that LTO was not told of refers to it.";
}

std::optional<Verdict> dropped(const Case &c, const Facts &facts) {
  const Sighting *definition = dropped_definition(c, facts);
  if (!definition) return std::nullopt;
  std::vector<const AsmMention *> users = asm_references(c, facts);
  std::string home = place_of(*definition);
  Verdict verdict;
  bool shown = (!users.empty() || referred_by_lto_code(c)) && !definition->symbol.comdat;
  verdict.certainty = shown ? Certainty::Proven : Certainty::Likely;
  verdict.stands_alone = true;
  verdict.group = home;
  verdict.summary = fmt::format("{} defines it, and LTO dropped it: {}", home,
                                users.empty() ? "it saw no use of it"
                                              : fmt::format("only the text of an asm statement in {} names it",
                                                            facts.link->name_of(users.front()->object)));
  verdict.explanation = fmt::format(
      "{} holds code for LTO, and it is part of the link. No native object defines {}, and none is said to use it, so "
      "LTO may "
      "do with the definition what it likes: inline it, make it private, drop it. {}",
      home, c.shown, how_it_refers(c, facts, users));
  verdict.evidence.push_back(definition_evidence(*definition, "defines it, as code for LTO only"));
  for (const AsmMention *user : users) {
    verdict.evidence.push_back(asm_evidence(*user, facts));
    if (verdict.evidence.size() > 3) break;
  }
  add_reference_evidence(c, facts, verdict.evidence);
  verdict.evidence.push_back({"absence", "", "", "no native object of the link defines it", {}});
  verdict.remedies.push_back({.remedy = "keep-symbol", .symbol = c.name, .object = definition->object});
  verdict.remedies.push_back({.remedy = "mark-used", .symbol = c.shown});
  verdict.remedies.push_back({.remedy = "file-without-lto", .symbol = c.name, .object = definition->object});
  return verdict;
}

// GCC cuts the program into partitions. A static function is private to its own, and the tables that
// GCC leaves for linkers do not list it: the source shows it.
std::optional<Verdict> in_another_partition(const Case &c, const Facts &facts) {
  if (!referred_by_gcc_lto_code(c) || !exact_definitions(c, false).empty()) return std::nullopt;
  auto place = std::ranges::find(facts.survey->private_sources, c.name, &SourcePlace::name);
  if (place == facts.survey->private_sources.end() || defined_in_sources(c, facts)) return std::nullopt;
  Verdict verdict;
  verdict.certainty = Certainty::Likely;
  verdict.stands_alone = true;
  verdict.group = place->file;
  verdict.summary = fmt::format(
      "{} defines it as static, and GCC's LTO put it into another partition than the assembly that names it, or "
      "dropped it",
      place->file);
  verdict.explanation = fmt::format(
      "GCC's LTO compiles the program in several parts (ltrans objects). It keeps together what refers to each other, "
      "but does not read "
      "the text of assembly. {} is static, so only its own part can see it, and the code that the assembly became is "
      "in another. "
      "__attribute__((used)) keeps the definition, and does not make it visible elsewhere.",
      c.shown);
  verdict.evidence.push_back({"source", place->file, "", fmt::format("line {}: {}", place->line, place->text), {}});
  add_reference_evidence(c, facts, verdict.evidence);
  verdict.remedies.push_back({.remedy = "drop-static", .symbol = c.shown});
  verdict.remedies.push_back({.remedy = "one-partition"});
  return verdict;
}

std::optional<Verdict> examine(const Case &c, const Facts &facts) {
  // That LTO dropped it only the linker's words show; ldwhy does not foresee what LTO keeps.
  if (!is_undefined_case(c) || !c.wanted || c.complaint->predicted || !has_code(c, {"undefined", "undefined-hidden"}))
    return std::nullopt;
  if (c.unresolved && c.unresolved->imported_from != no_object) return std::nullopt;
  if (std::optional<Verdict> verdict = dropped(c, facts)) return verdict;
  return in_another_partition(c, facts);
}

// The shim that rustc makes for the allocator and its like refer to functions that only the compiler's
// list of symbols to keep saves.
bool in_rust_shim(const Case &c) {
  return std::ranges::any_of(c.complaint->references, [](const ReferencePlace &place) {
    return place.file.find(".allocator.") != std::string::npos || place.member.find(".allocator.") != std::string::npos;
  });
}

// Calls that compilers make of loops, assignments and operators by themselves.
bool is_libcall(std::string_view name) {
  while (name.starts_with('_')) name.remove_prefix(1);
  for (std::string_view call : {"memcpy", "memmove", "memset", "memcmp", "bcmp", "strlen", "bzero", "stpcpy",
                                "memset_chk", "memcpy_chk", "sincos", "sincosf"})
    if (name == call) return true;
  return false;
}

std::optional<Suspicion> suspect(const Case &c, const Facts &facts) {
  if (!is_undefined_case(c) || !has_code(c, {"undefined", "undefined-hidden"})) return std::nullopt;
  std::string check = symbol_command(c, facts);
  if (in_rust_shim(c))
    return Suspicion{72, "LTO made it private or dropped it: only the allocator shim, made separately, refers to it",
                     check};
  if (referred_by_lto_code(c) && is_libcall(c.parts.raw))
    return Suspicion{90,
                     "LTO dropped it, or took its definition for one that nobody calls: code generation brings in "
                     "calls to it after that",
                     check};
  // Arduino links with LTO: these are what a sketch defines.
  if (c.name == "setup" || c.name == "loop") return std::nullopt;
  if (referred_by_gcc_lto_code(c))
    return Suspicion{
        62, "GCC's LTO dropped it, or made it private to another partition: only the text of assembly names it", check};
  if (referred_by_lto_code(c) && c.parts.scheme == Scheme::Plain && facts.flavor != Flavor::Darwin)
    return Suspicion{56, "LTO dropped it, since only the text of assembly or code generation itself refers to it",
                     check};
  if (referred_by_lto_code(c) || facts.lto != LtoMode::None || says_lto(facts))
    return Suspicion{28, "LTO dropped it, since nothing that it was told of refers to it", check};
  return std::nullopt;
}

}  // namespace

extern const Cause lto_dropped{"lto-dropped", "LTO dropped a definition that something it did not see refers to",
                               examine, suspect};

}  // namespace ldwhy
