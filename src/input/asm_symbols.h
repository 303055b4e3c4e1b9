// The symbols of module-level assembly, found in its text without an assembler:
// what LTO knows nothing of and the object file will nevertheless hold.
#pragma once

#include <string_view>
#include <vector>

#include "base/function_ref.h"
#include "model/ir_module.h"
#include "model/target.h"

namespace ldwhy {

// Names view `text`, in order of first mention; local labels of the assembler are left out.
// A `.symver` gives a symbol "name@VERSION" or "name@@VERSION". It is a definition where the
// symbol that it renames is one; `defined_elsewhere` answers for symbols that this text does
// not define. Definitions and bindings are exact for text without macros and conditions (of
// macros only the text outside their bodies is read); references are found in branches,
// data directives and the usual ways of taking an address.
std::vector<ir::AsmSymbol> scan_asm(std::string_view text, Format format, Arch arch,
                                    FunctionRef<bool(std::string_view)> defined_elsewhere);
std::vector<ir::AsmSymbol> scan_asm(std::string_view text, Format format, Arch arch);

}  // namespace ldwhy
