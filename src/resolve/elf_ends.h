// Where GNU ld ends a link that has more to say: at a relocation that the output cannot hold, and at
// a symbol that cannot go into the output's tables. What it would have said behind that is unsaid.
#pragma once

#include <map>
#include <string>

#include "resolve/elf_positions.h"

namespace ldwhy {

using MissingNames = std::map<SymbolIndex::Name, Unresolved>;

std::vector<const ElfLiveness::Part *> in_link_order(const ElfLiveness &liveness);
// As GNU ld goes through the objects' relocations: by where the first section of each stands in the
// output, code that is rarely or first run before the rest (its default script, ".text").
std::vector<const ElfLiveness::Part *> in_output_order(const ElfLiveness &liveness);

// Objects go through their relocations one after the other, in the order of the output.
class RelocationEnd {
 public:
  RelocationEnd(ElfLink &elf, const ElfLiveness &liveness, const PositionCheck *positions)
      : elf_(elf), liveness_(liveness), positions_(positions) {}
  bool ends_at(const ElfLiveness::Part &part, const ElfSections::Use &use);

 private:
  bool is_copied(SymbolIndex::Name name) const;

  ElfLink &elf_;
  const ElfLiveness &liveness_;
  const PositionCheck *positions_;  // null: the image has a fixed address
};

// Refuses names that are thread-local in some inputs only, where the linker does; true where it ends
// there.
bool refuse_mixed_thread_local(ElfLink &elf);

// A name that must be defined here and is not ends the link where it is written to the output's tables,
// unless it is local there: where a hidden reference came after the name was known to be dynamic.
bool ends_as_hidden(const ElfLink &elf, SymbolIndex::Name name, const std::vector<ObjectId> &referrers);

// The table of dynamic symbols has no place for a reference to NAME@VERSION whose version nobody has
// ("no symbol version section"): true where such a name would be in that table.
bool ends_in_table(const ElfLink &elf, SymbolIndex::Name name);

// Hidden names come first, then the rest, each in the order of the linker's hash table, up to the first
// that ends the link. Takes away what shared libraries miss behind it.
void end_in_hash_order(ElfLink &elf, MissingNames &missing);

}  // namespace ldwhy
