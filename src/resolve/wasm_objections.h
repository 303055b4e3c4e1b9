// What wasm-ld finds fault with when it writes the module.
#pragma once

#include <vector>

#include "model/link.h"
#include "resolve/wasm_types.h"

namespace ldwhy {

// --fatal-warnings, and no word behind it that takes it back.
bool has_fatal_warnings(const Command &command);

// Functions that are taken for two types. `steps` in the order in which the linker took them.
std::vector<Objection> object_to_types(const Link &link, const SymbolIndex &index,
                                       const std::vector<FunctionStep> &steps);
// Relocations that -shared and -pie do not allow. Providers must have been told to the index.
std::vector<Objection> object_to_relocations(const Link &link, const SymbolIndex &index, const Resolution &resolution);

}  // namespace ldwhy
