// What -dead_strip and wasm-ld's --gc-sections leave of a link.
#pragma once

#include "base/function_ref.h"
#include "resolve/format_rules.h"
#include "resolve/symbol_index.h"

namespace ldwhy {

// Who asks for _objc_msgSend, for people: the stub of a selector that code calls.
inline constexpr const char *selector_stub = "a selector's stub";

// Takes away the unresolved names (and the uses of others) that only dropped code refers to.
// Providers must have been told to the index.
void drop_dead_uses(const Link &link, const SymbolIndex &index, const FormatRules &format, Resolution &resolution);

// Every relocation of the objects that are in, but for what is dropped.
void for_each_live_reference(const Link &link, const SymbolIndex &index, const FormatRules &format,
                             const Resolution &resolution, FunctionRef<void(ObjectId, const Reference &)> visit);

}  // namespace ldwhy
