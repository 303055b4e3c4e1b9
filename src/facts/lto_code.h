// Questions about code that LTO made, and about what asm statements in it define and use.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "facts/facts.h"

namespace ldwhy {

// An object that LTO's code generation made: no input is called so.
bool made_by_lto(const ReferencePlace &place);
// "main.lto.o", "lto.tmp", "cc1x2y.ltrans0.ltrans.o": the complaint's references are in such objects.
bool referred_by_lto_code(const Case &c);
// So, and GCC made them.
bool referred_by_gcc_lto_code(const Case &c);

// Asm statements inside functions of the link's inputs that define the name, or that refer to it.
// Of objects that are in the link, or of all that are on the line.
enum class Reach : uint8_t { InLink, OnLine };
std::vector<const AsmMention *> asm_definitions(const Case &c, const Facts &facts, Reach reach);
std::vector<const AsmMention *> asm_references(const Case &c, const Facts &facts);

// "the asm statement in function f defines it".
Evidence asm_evidence(const AsmMention &mention, const Facts &facts);

// The release of LLVM that "LLVM22.1.8", "LLVM 14.0.6", "22.1.8" or "APPLE_1_1500…" names; 0: none.
unsigned llvm_release(std::string_view text);

}  // namespace ldwhy
