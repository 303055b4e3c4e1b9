// Code that is loaded anywhere ("WebAssembly Dynamic Linking") cannot hold an address as a number: it
// adds to __memory_base or takes it from a global. wasm-ld refuses code that was not compiled for
// that; what it drops does not count (LLD 14 to 22).
#include "resolve/wasm_objections.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "resolve/format_rules.h"
#include "resolve/liveness.h"

namespace ldwhy {

bool has_fatal_warnings(const Command &command) {
  bool fatal = false;
  for (std::string_view word : command.linker_argv) {
    if (word == "--fatal-warnings" || word == "-fatal-warnings") fatal = true;
    if (word == "--no-fatal-warnings" || word == "-no-fatal-warnings") fatal = false;
  }
  return fatal;
}

std::vector<Objection> object_to_types(const Link &link, const SymbolIndex &index,
                                       const std::vector<FunctionStep> &steps) {
  std::vector<Objection> objections;
  TypeMismatches mismatches = find_type_mismatches(link, index, steps);
  std::vector<SymbolIndex::Name> errors = mismatches.undefined;
  if (has_fatal_warnings(link.command))
    errors.insert(errors.end(), mismatches.defined.begin(), mismatches.defined.end());
  for (SymbolIndex::Name name : errors)
    objections.push_back({.code = "signature-mismatch",
                          .text = fmt::format("function signature mismatch: {}", index[name].text()),
                          .symbol = std::string(index[name].text())});
  return objections;
}

std::vector<Objection> object_to_relocations(const Link &link, const SymbolIndex &index, const Resolution &resolution) {
  std::vector<Objection> objections;
  // -r beside them does not take that back.
  bool movable = std::ranges::any_of(link.command.linker_argv, [](std::string_view word) {
    return word == "-shared" || word == "--shared" || word == "-pie" || word == "--pie";
  });
  if (!movable) return objections;
  std::set<std::pair<ObjectId, std::string_view>> told;
  for_each_live_reference(link, index, wasm_rules, resolution, [&](ObjectId id, const Reference &reference) {
    if (reference.form != RelocationForm::Absolute || !told.emplace(id, reference.symbol).second) return;
    objections.push_back({.code = "relocation-pic",
                          .text = fmt::format("{}: relocation cannot be used against symbol `{}`; recompile with -fPIC",
                                              link.name_of(id), reference.symbol),
                          .symbol = std::string(reference.symbol),
                          .object = id});
  });
  return objections;
}

}  // namespace ldwhy
