// What an object's symbol table does to the table of table_walk.cc, step by step.
#pragma once

#include <vector>

#include "model/command.h"
#include "model/object.h"
#include "resolve/symbol_index.h"

namespace ldwhy {

struct TableStep {
  enum class Kind : uint8_t { Need, WeakNeed, Define, DefineWeakly, DefineTentatively };
  SymbolIndex::Name name;
  Kind kind;
  SymbolType type = SymbolType::None;
  bool imported = false;  // the host supplies it
  bool comdat = false;
};

// In the order in which the linker takes them.
std::vector<TableStep> read_table_steps(const Object &object, const Command &command, SymbolIndex &index);

}  // namespace ldwhy
