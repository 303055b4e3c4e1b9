// Which compiler's IR a linker can read: LLD and Apple's linkers have LLVM inside and know nothing of
// GCC's; GNU ld, gold, mold and Wild read none themselves, and with -plugin (plugin-api.h) that of the
// compiler whose plugin it is.
#pragma once

#include "model/link.h"

namespace ldwhy {

// Of IR of this kind: Bitcode or GccSlimLto. True for all other kinds.
bool reads_ir(const Command &command, ObjectKind kind);

// The object whose symbols the linker sees in the place of this one: itself, or the IR in it.
// Null: the linker cannot read it.
const Object *read_by_linker(const Command &command, const Object &object);

}  // namespace ldwhy
