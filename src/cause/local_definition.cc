// The only definition is private to its object: `static`, an anonymous namespace, or
// assembly without .globl. The reference comes from another object, either because
// it was written so, or because LTO moved it there: ThinLTO copies small functions
// into the modules that call them, and a copy that calls a symbol which its home
// module's assembly keeps to itself refers to something it cannot see.
//
// LLVM means to prevent that. When it writes a module's summary it marks functions
// that refer to such symbols as not to be imported; it finds them by looking the
// assembly's name up among the IR's names. On targets whose object files spell names
// with a prefix (Mach-O, 32-bit x86 COFF) the two spellings differ, the look-up
// misses, and the mark is not set.
//
// rustc does its own ThinLTO before any linker runs: between the codegen units of a
// crate where the profile says nothing of LTO, between crates with `lto = "thin"`. Then
// the link sees native objects only, one with the private definition, one with the copy.
#include <algorithm>

#include <fmt/format.h>

#include "cause/cause.h"
#include "facts/definitions.h"
#include "facts/inspection.h"
#include "facts/references.h"
#include "name/known_names.h"
#include "name/name.h"
#include "name/rust_units.h"
#include "resolve/thin_import.h"

namespace ldwhy {
namespace {

// `static` and anonymous namespaces change a C++ name too: _ZL3foov, (anonymous namespace)::foo().
bool same_entity(const Case &c, const Sighting &sighting, Format format) {
  if (sighting.relation == Relation::Exact) return true;
  if (sighting.relation != Relation::Signature && sighting.relation != Relation::Scope) return false;
  std::string found = demangle(sighting.name, format);
  constexpr std::string_view anonymous = "(anonymous namespace)::";
  if (size_t at = found.find(anonymous); at != found.npos) found.erase(at, anonymous.size());
  return found == demangle(c.name, format);
}

// As the source spells it: IR names have no object file's prefix.
std::string source_name(const ir::Global &global) { return demangle(global.name, Format::Elf); }

struct ImportedCopy {
  const ir::Module *module = nullptr;    // the function's home
  const ir::Summary *summary = nullptr;  // of the function that refers to the symbol
  const ir::Global *function = nullptr;
  std::vector<std::string> importers;    // "main.o (from main)"
};

// The function of `home` that refers to the symbol and that ThinLTO may copy elsewhere.
std::optional<ImportedCopy> imported_copy(const Case &c, const Facts &facts, ObjectId home) {
  const ir::Module *module = facts.link->object(home)->module();
  if (!module || module->lto != ir::Lto::Thin) return std::nullopt;
  auto refers = [&](const ir::Summary &summary) {
    auto is_symbol = [&](uint32_t global) {
      return global < module->globals.size() && ir::object_name(*module, module->globals[global].name) == c.name;
    };
    return std::ranges::any_of(summary.calls, is_symbol) || std::ranges::any_of(summary.references, is_symbol);
  };
  ImportedCopy copy;
  for (const ir::Summary &summary : module->summaries) {
    bool movable = summary.global < module->globals.size() && summary.kind == ir::GlobalKind::Function &&
                   thin::may_move(module->globals[summary.global], summary) && refers(summary);
    if (!movable) continue;
    const ir::Global &function = module->globals[summary.global];
    std::string name = ir::object_name(*module, function.name);
    bool named_by_model = c.unresolved && c.unresolved->imported_function == name;
    if (copy.function && !named_by_model) continue;
    copy = {module, &summary, &function, {}};
    if (named_by_model) break;
  }
  if (!copy.function) return std::nullopt;
  std::string name = ir::object_name(*module, copy.function->name);
  for (ObjectId id = 0; id < facts.link->objects.size(); ++id) {
    if (id == home || !in_link(facts, id)) continue;
    const ir::Module *other = facts.link->object(id)->module();
    if (!other || other->lto != ir::Lto::Thin) continue;
    for (const ir::Summary &summary : other->summaries) {
      bool calls =
          summary.global < other->globals.size() &&
          std::ranges::any_of(
              summary.calls,
              [&](uint32_t callee) {
                return callee < other->globals.size() && ir::object_name(*other, other->globals[callee].name) == name;
              });
      if (!calls) continue;
      std::string caller = source_name(other->globals[summary.global]);
      copy.importers.push_back(fmt::format("{} (called by {})", facts.link->name_of(id), caller));
      break;
    }
  }
  return copy;
}

const ir::AsmSymbol *asm_definition(const ir::Module &module, std::string_view name) {
  for (const ir::AsmSymbol &symbol : module.asm_symbols)
    if (symbol.defined && symbol.name == name) return &symbol;
  return nullptr;
}

Verdict moved_by_thin_lto(const Case &c, const Facts &facts, const Sighting &local, const ImportedCopy &copy) {
  const ir::Module &module = *copy.module;
  std::string function = source_name(*copy.function);
  std::string home = place_of(local);
  std::vector<std::string> importers = copy.importers;
  if (importers.empty()) importers = referrer_names(c, facts);
  std::string into = list_names(importers);
  const ir::AsmSymbol *defined = asm_definition(module, c.name);

  Verdict verdict;
  verdict.certainty = Certainty::Proven;
  verdict.group = home;
  verdict.summary =
      fmt::format("its only definition is private to {}, and ThinLTO copied a call to it into {}", home, into);
  verdict.explanation = fmt::format(
      "The assembly in {0} defines {1} without .globl, so only {0} can see it. {2}, in the same file, calls it; "
      "{2} is small, so ThinLTO copied it into {3}, and from there {1} cannot be reached. ",
      home, c.shown, function, into);
  if (module.global_prefix)
    verdict.explanation += fmt::format(
        "LLVM forbids such copies, but it looks for the assembly's name among the IR's names: here object files "
        "spell it {0} and the IR spells it {1}, so the look-up misses and {2} was left free to move. On ELF (Linux) "
        "both are spelled alike and the protection works, so the same source links there. Without ThinLTO, "
        "everything that calls it stays in {3}.",
        c.name, c.name.starts_with(module.global_prefix) ? c.name.substr(1) : c.name, function, home);
  else verdict.explanation += fmt::format("The module's summary does not forbid that copy.");

  verdict.evidence.push_back(definition_evidence(
      local, fmt::format("module assembly defines {}{}, with no .globl: local to this file", c.shown,
                         defined && defined->line ? fmt::format(" (line {} of the assembly)", defined->line) : "")));
  verdict.evidence.push_back(
      {"import",
       local.file,
       local.member,
       fmt::format("{} calls it; its ThinLTO summary allows the copy (notEligibleToImport: 0, {} instructions)",
                   function, copy.summary->instructions),
       {{"function", function},
        {"not_eligible_to_import", "0"},
        {"instructions", std::to_string(copy.summary->instructions)}}});
  for (const std::string &importer : copy.importers)
    verdict.evidence.push_back({"reference",
                                importer.substr(0, importer.find(" (")),
                                "",
                                fmt::format("calls {}, so a copy of {} ended up here{}", function, function,
                                            importer.substr(importer.find(" ("))),
                                {{"imported", function}}});
  if (module.global_prefix)
    verdict.evidence.push_back({"target",
                                "",
                                "",
                                fmt::format("{}: object files prefix names with '{}', which hides {} from LLVM's check",
                                            module.triple, module.global_prefix, c.name),
                                {{"prefix", std::string(1, module.global_prefix)}}});
  verdict.evidence.push_back({"absence", "", "", "no other input defines it", {}});
  std::string caller = ir::object_name(module, copy.function->name);
  verdict.remedies.push_back({.remedy = "make-global", .symbol = c.name, .object = local.object});
  verdict.remedies.push_back({.remedy = "noinline-caller", .symbol = c.name, .other = caller, .object = local.object});
  verdict.remedies.push_back({.remedy = "file-without-lto", .symbol = c.name, .object = local.object});
  verdict.remedies.push_back({.remedy = "full-lto", .symbol = c.name, .object = local.object});
  verdict.remedies.push_back({.remedy = "no-lto", .symbol = c.name, .object = local.object});
  return verdict;
}

// Whether the objects of a private definition and of its user belong together: a private name
// in a file that is not part of the program may be another's by chance.
bool belong_together(const Case &c, const Facts &facts, const Sighting &local) {
  bool near = in_link(facts, local.object);
  for (ObjectId id : c.unresolved ? c.unresolved->referrers : std::vector<ObjectId>())
    near |= facts.link->objects[id].input == facts.link->objects[local.object].input;
  return near;
}

// A function in the definition's own object that refers to it.
std::string user_at_home(const Case &c, const Facts &facts, const Sighting &local) {
  std::string found;
  (void)facts.link->object(local.object)->for_each_reference([&](const Reference &reference) {
    if (found.empty() && reference.symbol == c.name) found = reference.function;
  });
  return found;
}

// The definition is in one of rustc's objects, its user in another.
std::optional<Verdict> moved_by_rustc(const Case &c, const Facts &facts, const Sighting &local) {
  std::string home = place_of(local);
  std::optional<CodegenUnit> from = codegen_unit(home), into;
  for (const std::string &name : referrer_names(c, facts))
    if (!into) into = codegen_unit(name);
  if (!from || !into) return std::nullopt;
  bool same_crate = from->identity == into->identity;
  bool across_crates = from->after_lto || into->after_lto;
  std::string caller = user_at_home(c, facts, local);
  std::string function = caller.empty() ? "a function that calls it" : demangle(caller, facts.format);

  Verdict verdict;
  verdict.group = home;
  verdict.certainty = belong_together(c, facts, local) ? Certainty::Proven : Certainty::Likely;
  verdict.summary = fmt::format("its only definition is private to {}, and rustc put a call to it into {}",
                                describe(*from), same_crate ? "codegen unit " + into->number : describe(*into));
  verdict.explanation = fmt::format(
      "Assembly in crate {} (global_asm!, or a naked function of an older rustc) defines {} without .globl, so only "
      "the "
      "object of its own codegen unit can see it. rustc moved the caller to another codegen unit, away from that "
      "assembly: {}. ",
      from->crate, c.shown,
      across_crates ? "its ThinLTO copies small functions into the crates that call them (`lto = \"thin\"`; "
                      "the ending .rcgu.o.rcgu.o of object names shows that it ran), and #[inline] or generic "
                      "functions are compiled there under any setting"
      : same_crate
          ? "where the profile says nothing of LTO, rustc runs ThinLTO between the codegen units of each crate, "
            "and with #[inline] it makes such copies under any setting"
          : "an #[inline] or generic function is compiled in the crate that calls it");
  if (facts.format == Format::MachO && c.name.starts_with('_'))
    verdict.explanation += fmt::format(
        "LLVM forbids ThinLTO such copies, but it looks for the assembly's name among the IR's names: here object "
        "files "
        "spell it {} and the IR spells it {}, so the look-up misses. On ELF (Linux) both are spelled alike, and there "
        "ThinLTO leaves the caller where it is.",
        c.name, c.name.substr(1));

  verdict.evidence.push_back(definition_evidence(local, "defines it as a local symbol (nm shows t)"));
  if (!caller.empty())
    verdict.evidence.push_back({"reference",
                                local.file,
                                local.member,
                                fmt::format("{} refers to it here, where it can be seen", function),
                                {{"function", function}}});
  add_reference_evidence(c, facts, verdict.evidence);
  verdict.evidence.push_back({"absence", "", "", "no input defines it globally", {}});
  auto suggest = [&](const char *remedy) {
    verdict.remedies.push_back({.remedy = remedy, .symbol = c.name, .other = caller, .object = local.object});
  };
  verdict.remedies.push_back({.remedy = "make-global", .symbol = c.name, .other = local.name, .object = local.object});
  suggest("noinline-caller");
  if (same_crate) suggest("one-codegen-unit");
  suggest("full-lto");
  if (same_crate || across_crates) suggest("no-lto");
  return verdict;
}

Verdict written_so(const Case &c, const Facts &facts, const Sighting &local) {
  std::string home = place_of(local);
  std::string user = list_names(referrer_names(c, facts));
  Verdict verdict;
  verdict.group = home;
  // Another function of the same name, outside this link, may be the one that is meant.
  bool other = defined_in_sources(c, facts) || !exact_definitions(c).empty();
  verdict.certainty = belong_together(c, facts, local) && !other ? Certainty::Proven : Certainty::Likely;
  verdict.summary = fmt::format("{} defines it, but as a local symbol that {} cannot see", home, user);
  verdict.explanation = fmt::format(
      "In the symbol table of {} the definition is local (nm shows a lower-case letter): it binds only inside that "
      "object. {} refers to it from outside, and no input defines it globally. "
      "A definition becomes local by `static`, an anonymous namespace, or by assembly without .globl.",
      home, user);
  verdict.evidence.push_back(definition_evidence(local, "defines it as a local symbol"));
  add_reference_evidence(c, facts, verdict.evidence);
  verdict.evidence.push_back({"absence", "", "", "no input defines it globally", {}});
  verdict.remedies.push_back({.remedy = "make-global", .symbol = c.name, .other = local.name, .object = local.object});
  return verdict;
}

std::optional<Verdict> examine(const Case &c, const Facts &facts) {
  if (!is_undefined_case(c) || !c.wanted) return std::nullopt;
  const Sighting *local = nullptr;
  for (const Sighting &sighting : c.wanted->sightings) {
    if (!on_line(sighting) || is_shared(sighting) || !sighting.difference.empty()) continue;
    bool is_local = sighting.symbol.binding == Binding::Local;
    if (sighting.relation == Relation::Exact && !is_local) return std::nullopt;  // a global one is there
    if (!is_local || !same_entity(c, sighting, facts.format)) continue;
    // What is in the link goes before what is only on the line.
    if (!local || (in_link(facts, sighting.object) && !in_link(facts, local->object))) local = &sighting;
  }
  if (!local) return std::nullopt;
  if (local->kind == ObjectKind::Bitcode)
    if (std::optional<ImportedCopy> copy = imported_copy(c, facts, local->object))
      return moved_by_thin_lto(c, facts, *local, *copy);
  if (std::optional<Verdict> verdict = moved_by_rustc(c, facts, *local)) return verdict;
  return written_so(c, facts, *local);
}

bool refers(const Complaint &complaint, std::string_view mark) {
  return std::ranges::any_of(complaint.references, [&](const ReferencePlace &place) {
    return place.file.find(mark) != std::string::npos || place.member.find(mark) != std::string::npos;
  });
}

// Objects that LTO made; rustc names those that came out of its ThinLTO over all crates so.
bool looks_like_lto(const Complaint &complaint, const Facts &facts) {
  if (facts.lto == LtoMode::Thin) return true;
  for (std::string_view mark : {"lto.tmp", ".thinlto", ".lto.o", ".ltrans", ".rcgu.o.rcgu.o", "lto.o"})
    if (refers(complaint, mark)) return true;
  return false;
}

std::optional<Suspicion> suspect(const Case &c, const Facts &facts) {
  if (!is_undefined_case(c)) return std::nullopt;
  // A support library's names are global there.
  if (c.known) return Suspicion{5, "a definition local to another object takes its name", symbol_command(c, facts)};
  // Any object of rustc's may hold such a copy; of a C function it is rarely the reason, of one
  // that Rust defines mostly.
  bool rust = refers(*c.complaint, ".rcgu.o");
  bool lto = looks_like_lto(*c.complaint, facts) || (rust && c.parts.scheme == Scheme::Rust);
  if (rust && !lto)
    return Suspicion{facts.flavor == Flavor::Darwin ? 38 : 22,
                     "assembly defines it without .globl, and rustc moved the caller to another object",
                     symbol_command(c, facts)};
  if (lto && facts.flavor == Flavor::Darwin)
    return Suspicion{65, "assembly defines it without .globl, and ThinLTO moved the caller to another object",
                     symbol_command(c, facts)};
  return Suspicion{lto ? 57 : 10, "its only definition is local to another object (static, or assembly without .globl)",
                   symbol_command(c, facts)};
}

}  // namespace

extern const Cause local_definition{"local-definition", "the only definition is private to another object", examine,
                                    suspect};

}  // namespace ldwhy
