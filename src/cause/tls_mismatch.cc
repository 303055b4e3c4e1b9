// One side takes a variable for thread-local, the other does not; or code takes a thread-local
// variable for one of the program's own (local exec) and goes into a shared library.
#include <algorithm>

#include <fmt/format.h>

#include "cause/cause.h"
#include "facts/complaints.h"
#include "facts/definitions.h"
#include "facts/inspection.h"
#include "facts/references.h"

namespace ldwhy {
namespace {

struct Sides {
  std::vector<std::string> thread_local_in, plain_in;  // object names
  std::string tls_definition, plain_definition;
};

// What the objects of the link take the name for. A plain undefined symbol tells by the
// relocations that use it.
Sides sides_of(const Case &c, const Facts &facts) {
  Sides sides;
  for (ObjectId id = 0; id < facts.link->objects.size(); ++id) {
    const Object *object = facts.link->object(id);
    if (!object || !in_link(facts, id)) continue;
    bool here = false, tls = false, defined = false, untyped = false;
    (void)object->for_each_symbol([&](const Symbol &symbol) {
      if (symbol.name != c.name || symbol.binding == Binding::Local) return;
      here = true;
      defined |= is_defined(symbol);
      tls |= symbol.type == SymbolType::Tls;
      untyped |= symbol.type == SymbolType::None && !is_defined(symbol);
    });
    if (!here) continue;
    bool used_plainly = false;
    if (untyped)
      (void)object->for_each_reference([&](const Reference &reference) {
        if (reference.symbol != c.name) return;
        tls |= reference.form == RelocationForm::Tls || reference.form == RelocationForm::FixedTls;
        used_plainly |= reference.form == RelocationForm::Distance || reference.form == RelocationForm::Absolute;
      });
    std::string name = facts.link->name_of(id);
    if (tls) sides.thread_local_in.push_back(name);
    else if (!untyped || used_plainly) sides.plain_in.push_back(name);
    if (defined) (tls ? sides.tls_definition : sides.plain_definition) = name;
  }
  return sides;
}

std::optional<Verdict> two_views(const Case &c, const Facts &facts) {
  if (c.name.empty()) return std::nullopt;
  Sides sides = sides_of(c, facts);
  if (sides.thread_local_in.empty() || sides.plain_in.empty()) return std::nullopt;
  bool defined_tls = !sides.tls_definition.empty();
  std::string definition = defined_tls ? sides.tls_definition : sides.plain_definition;
  const std::vector<std::string> &others = defined_tls ? sides.plain_in : sides.thread_local_in;
  Verdict verdict;
  verdict.certainty = definition.empty() ? Certainty::Likely : Certainty::Proven;
  verdict.group = c.name;
  verdict.summary = fmt::format("{} is thread-local in {} and an ordinary variable in {}", c.shown,
                                list_names(sides.thread_local_in), list_names(sides.plain_in));
  verdict.explanation = fmt::format(
      "{} was compiled with a declaration of {} {} thread_local (_Thread_local, __thread), {} without{}. The two are "
      "reached in "
      "different ways, so the declarations must agree: put one into a header that both include.",
      list_names(sides.thread_local_in), c.shown, "that says", list_names(sides.plain_in),
      definition.empty() ? "" : fmt::format("; the definition is in {}", definition));
  verdict.evidence.push_back(words_of(c));
  if (!definition.empty())
    verdict.evidence.push_back({"definition",
                                definition,
                                "",
                                defined_tls ? "defines it as thread-local" : "defines it as an ordinary variable",
                                {}});
  for (size_t i = 0; i < others.size() && i < 3; ++i)
    verdict.evidence.push_back(
        {"reference", others[i], "", defined_tls ? "uses it as an ordinary variable" : "uses it as thread-local", {}});
  verdict.remedies.push_back({.remedy = "same-declaration", .symbol = c.name});
  return verdict;
}

// Compiled as position-independent code otherwise; only the thread-local model is a program's.
std::optional<Verdict> program_model(const Case &c, const Facts &facts) {
  ObjectId id = object_meant(c, facts);
  if (id == no_object || facts.link->command.output_kind != Output::Shared) return std::nullopt;
  size_t fixed_tls = 0, fixed_address = 0;
  (void)facts.link->object(id)->for_each_reference([&](const Reference &reference) {
    fixed_tls += reference.form == RelocationForm::FixedTls && (c.name.empty() || reference.symbol == c.name);
    fixed_address += reference.form == RelocationForm::Absolute;
  });
  if (fixed_tls == 0) return std::nullopt;
  std::string name = facts.link->name_of(id);
  // Without -fPIC compilers take this model too: then all of the object is the matter.
  bool distances = false;
  (void)facts.link->object(id)->for_each_reference(
      [&](const Reference &r) { distances |= r.form == RelocationForm::Distance; });
  if (fixed_address > 0) return std::nullopt;
  Verdict verdict;
  verdict.certainty = !distances ? Certainty::Proven : Certainty::Likely;
  verdict.group = name;
  verdict.summary = fmt::format(
      "{} reaches the thread-local variable {} in the way that only programs may (local exec)", name, c.shown);
  verdict.explanation = fmt::format(
      "In the local-exec model the distance of {} from the thread pointer is fixed by the link. A program's "
      "thread-local "
      "variables have such a place, a shared library's have not. The object has no other address that is fixed, so it "
      "is the "
      "model that is wrong: -ftls-model=local-exec, an attribute tls_model, or compiling without -fPIC.",
      c.shown);
  verdict.evidence.push_back(words_of(c));
  verdict.evidence.push_back({"relocation",
                              name,
                              "",
                              fmt::format("{} places use the local-exec model; none holds a fixed address", fixed_tls),
                              {}});
  verdict.remedies.push_back({.remedy = "tls-model", .symbol = c.name, .path = name});
  return verdict;
}

std::optional<Verdict> examine(const Case &c, const Facts &facts) {
  if (!has_code(c, {"tls", "relocation-pic", "wrong-format"}) || c.unresolved) return std::nullopt;
  if (has_code(c, {"wrong-format"})) return std::nullopt;
  if (std::optional<Verdict> verdict = two_views(c, facts)) return verdict;
  if (std::optional<Verdict> verdict = program_model(c, facts)) return verdict;
  if (!has_code(c, {"tls"})) return std::nullopt;
  Verdict verdict = verdict_from_words(
      c, fmt::format("{} is taken for thread-local on one side and for an ordinary variable on the other", c.shown),
      "The linker says so. Where the definition is in a library that the link does not name, as with -undefined "
      "dynamic_lookup, it takes the symbol for an ordinary one: link that library.");
  verdict.group = c.name;
  verdict.remedies.push_back({.remedy = "same-declaration", .symbol = c.name});
  return verdict;
}

std::optional<Suspicion> suspect(const Case &c, const Facts &) {
  std::string_view emulated = "__emutls_v.";
  if (is_undefined_case(c) && c.parts.raw.find(emulated) != std::string_view::npos)
    return Suspicion{86,
                     fmt::format("its object reaches {} by emulated thread-local storage (-femulated-tls), and the one "
                                 "that defines it does not",
                                 c.parts.raw.substr(c.parts.raw.find(emulated) + emulated.size())),
                     ""};
  if (has_code(c, {"tls"}))
    return Suspicion{
        85,
        fmt::format("{} is thread-local in one object and not in another, or its definition is not on the line",
                    c.complaint->symbol),
        ""};
  bool model = has_code(c, {"relocation-pic"}) &&
               (says(c, "TPOFF") || says(c, "TLSLE") || says(c, "TPREL") || says(c, "TLS_LE"));
  if (model)
    return Suspicion{50, "the code uses the local-exec model of thread-local variables, which only programs may", ""};
  if (has_code(c, {"relocation-pic"}) && says(c, "absolute symbol"))
    return Suspicion{
        45, fmt::format("{} may be thread-local where it is defined, and not where it is used", c.complaint->symbol),
        ""};
  return std::nullopt;
}

std::string decide(const Case &c, const Facts &facts) {
  std::string all = files_named(c, facts);
  if (c.complaint->symbol.empty()) return fmt::format("readelf -rW {} | grep -E 'TPOFF|TLS|TPREL'", all);
  if (format_at_hand(facts) == Format::MachO)
    return fmt::format("nm -m {} | grep -w {}", all, quoted(c.complaint->symbol));
  return fmt::format("readelf -sW {} | grep -w {}", all, quoted(c.complaint->symbol));
}

}  // namespace

extern const Cause tls_mismatch{"tls-mismatch", "thread-local on one side only", examine, suspect, decide};

}  // namespace ldwhy
