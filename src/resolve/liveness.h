// What -dead_strip and wasm-ld's --gc-sections leave of a link.
#pragma once

#include "resolve/format_rules.h"
#include "resolve/symbol_index.h"

namespace ldwhy {

// Takes away the unresolved names (and the uses of others) that only dropped code refers to.
// Providers must have been told to the index.
void drop_dead_uses(const Link &link, const SymbolIndex &index, const FormatRules &format, Resolution &resolution);

}  // namespace ldwhy
