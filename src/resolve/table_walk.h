// How LLD's ports for Mach-O and WebAssembly, and Apple's linkers, resolve names.
#pragma once

#include "resolve/resolve.h"

namespace ldwhy {

// True for links that walk_table() is for.
bool is_table_link(const Command &command);

// resolve() but for what LTO adds.
Resolved walk_table(const Link &link, const ResolutionRules &rules);

}  // namespace ldwhy
