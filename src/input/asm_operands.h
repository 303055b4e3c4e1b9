// Which words of an instruction's operands name symbols. Serves asm_symbols.cc only.
#pragma once

#include <string_view>

#include "base/function_ref.h"
#include "input/asm_lexer.h"
#include "model/target.h"

namespace ldwhy::assembly {

enum class Syntax : uint8_t {
  X86Att,    // registers carry '%'; every other word is a symbol
  X86Intel,  // registers are words
  Arm,       // words are symbols in branches and behind relocation marks
  Wasm,
  Other,  // likewise, and only the last word
};
Syntax default_syntax(Arch arch);

// Reads operands up to the end of the statement and calls `sink` for each symbol.
// `mnemonic` is the instruction's name; empty: a data directive or an expression.
void symbols_in_operands(Lexer &lexer, Syntax syntax, Arch arch, std::string_view mnemonic,
                         FunctionRef<void(std::string_view, uint32_t line)> sink);

// A word such as "lock" or "rep" that stands before an x86 instruction.
bool is_x86_prefix(std::string_view word);

}  // namespace ldwhy::assembly
