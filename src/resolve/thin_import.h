// Which functions ThinLTO may copy ("import") from one module into another, and what
// that does to symbols of module-level assembly.
//
// LLVM's importer goes breadth first from what a module calls. It takes functions of at most
// 100 instructions (its option import-instr-limit), 0.7 times as much at each further
// level, that the summary allows to be imported; with them it takes the values of constant
// variables that they read. A copy that refers to a symbol which its home module's assembly
// defines for itself refers to something that other objects cannot see. The summary of such a
// function normally forbids its import; LLVM looks the assembly's name up among the IR's
// names, and misses it where object files spell names with a prefix.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "model/ir_module.h"

namespace ldwhy::thin {

inline constexpr double import_limit = 100;
inline constexpr double import_decay = 0.7;

bool is_local(ir::Linkage linkage);  // Internal or Private
// Whether a function may be copied at all; its size is left out.
bool may_move(const ir::Global &global, const ir::Summary &summary);
// The same with its size against the limit.
bool may_import(const ir::Global &global, const ir::Summary &summary, double limit);

// Names that module assembly defines for its own object only.
std::set<std::string> private_to_assembly(const ir::Module &module);

// A way by which a reference to such a symbol leaves the module.
struct PrivateUse {
  uint32_t asm_symbol = 0;             // index into Module::asm_symbols
  const ir::Summary *entry = nullptr;  // what other modules call
  const ir::Summary *user = nullptr;   // what refers to the symbol: the entry, or what goes with it
  bool by_value = false;               // the user is a variable: the reference appears only where
                                       // the optimiser works out the variable's value
};
// All of them, one for each symbol and user. `main` is left out: nobody calls it.
std::vector<PrivateUse> private_uses(const ir::Module &module);

// IR declarations (indexes into Module::globals) of symbols that the module's own assembly
// keeps to itself, each with the symbol's index.
std::vector<std::pair<uint32_t, uint32_t>> private_declarations(const ir::Module &module);

}  // namespace ldwhy::thin
