// What an object's symbol table does to the table of table_walk.cc, step by step.
#pragma once

#include <vector>

#include "base/function_ref.h"
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
  uint32_t symbol = no_symbol;  // its number in the object's table
};

// What the table knows of one name.
struct TableEntry {
  enum class State : uint8_t {
    Unseen,
    Wanted,
    WantedWeakly,
    Lazy,
    LazyWanted,
    Shared,
    SharedWeak,
    SharedWeakUsed,
    Common,
    Weak,
    Strong,
  };
  State state = State::Unseen;
  bool imported = false;
  SymbolType type = SymbolType::None;
  ObjectId holder = no_object;  // who defines it, or would
};

// In the order in which the linker takes them.
std::vector<TableStep> read_table_steps(const Object &object, const Command &command, SymbolIndex &index);

// What an object defines, its local names too.
std::vector<SymbolIndex::Name> read_offers_with_locals(const Object &object, SymbolIndex &index);
// Whether a name that it defines starts so.
bool defines_start(const Object &object, std::string_view start);
// Whether code of these objects calls a name for which `wanted` holds.
bool calls_any(const Link &link, const SymbolIndex &index, FunctionRef<bool(ObjectId)> is_code,
               FunctionRef<bool(SymbolIndex::Name, std::string_view)> wanted);

}  // namespace ldwhy
