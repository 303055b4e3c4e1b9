// Which compiler's IR a linker can read: LLD and Apple's linkers have LLVM inside and know nothing of
// GCC's; GNU ld, gold, mold and Wild read none themselves, and with -plugin (plugin-api.h) that of the
// compiler whose plugin it is.
#pragma once

#include <string_view>

#include "model/link.h"

namespace ldwhy {

// Of IR of this kind: Bitcode or GccSlimLto. True for all other kinds.
bool reads_ir(const Command &command, ObjectKind kind);

// The object whose symbols the linker sees in the place of this one: itself, or the IR in it.
// Null: the linker cannot read it.
const Object *read_by_linker(const Command &command, const Object &object);

// Whether the linker hands the object to its plugin, which then makes code of all of them together.
bool is_read_by_plugin(const Command &command, const Object &object);

// Bitcode that the linker ends at when it opens it, and what it says then; else empty. LLD 14 is from
// before the pointers without a type that are all there are since LLVM 17; LLD 19 does not know the
// attributes that came later, which most modules of LLVM 22 have. What other pairs of versions make of
// each other is not told by their numbers alone.
std::string_view refusal_of_bitcode(const Command &command, const Object &object);

// Whether LLD opens all bitcode before it looks at any symbol, that in archives too.
bool opens_all_bitcode(const Command &command);

}  // namespace ldwhy
