// Functions that the objects of a WebAssembly link take for different types.
#pragma once

#include <string>
#include <vector>

#include "model/link.h"
#include "resolve/symbol_index.h"

namespace ldwhy {

// What one object's symbol table did with the name of a function.
struct FunctionStep {
  SymbolIndex::Name name;
  ObjectId object;
  uint32_t symbol;  // its number there
  bool defines;     // and is not a dropped copy
  bool weak;
  bool first;       // nothing was known of the name, or an archive's offer only
};

struct TypeMismatches {
  std::vector<SymbolIndex::Name> undefined;  // nothing defines the function: an error
  std::vector<SymbolIndex::Name> defined;    // the linker warns, and has the call trap
};
// `steps` in the order in which the linker took them.
TypeMismatches find_type_mismatches(const Link &link, const SymbolIndex &index, const std::vector<FunctionStep> &steps);

}  // namespace ldwhy
