// Relocations that an image which is loaded anywhere (a shared library, a position-independent
// program) cannot hold: addresses in fields that the program loader does not fill, distances to
// what another image may define. System V ABI, the processors' supplements, "Relocation Types". To
// what symbols a linker refuses them is in ElfRules::Positions.
#pragma once

#include <optional>
#include <set>
#include <utility>
#include <vector>

#include "resolve/elf_liveness.h"

namespace ldwhy {

class PositionCheck {
 public:
  using Part = ElfLiveness::Part;
  using Use = ElfSections::Use;

  // `missed`: the names whose absence is an error.
  PositionCheck(const ElfLink &elf, std::set<SymbolIndex::Name> missed);
  // False: the image has a fixed address, or it is not known what its processor's linkers refuse.
  static bool applies(const Command &command);

  // What the linker says of a use, in a section that stays. Nothing: the image can hold it, or it
  // was said of the same name in the same object.
  std::optional<Objection> refuse(const Part &part, const Use &use);
  // GNU ld looks at distances only when it writes the output.
  bool refuses_distance(const Part &part, const Use &use) const;
  Objection objection_to(const Part &part, const Use &use) const;

 private:
  using Target = ElfRules::Positions::Target;

  bool refuses(const Part &part, const Use &use) const;
  bool is_far_function(Target target) const;
  bool refuses_address(const Part &part, const Use &use) const;
  std::optional<Target> target_of(const Part &part, const Use &use) const;
  std::optional<Target> defined_target(SymbolIndex::Name name) const;
  bool is_open(SymbolIndex::Name name, const SymbolIndex::Traits &traits) const;
  SymbolIndex::Traits traits_of(SymbolIndex::Name name) const;

  const ElfLink &elf_;
  const ElfRules::Positions &rules_;
  std::set<SymbolIndex::Name> missed_;
  bool shared_, has_libraries_, symbolic_, symbolic_functions_, text_relocations_;
  std::set<std::pair<ObjectId, uint32_t>> said_;  // object, symbol
};

}  // namespace ldwhy
