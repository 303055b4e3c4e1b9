// What a linker would make of the inputs: which archive members it takes, what
// stays undefined, what is defined twice, and why.
#pragma once

#include <memory>
#include <span>

#include "model/link.h"

namespace ldwhy {

class SymbolIndex;

// How a family of linkers goes about a link, as far as more than one format has it. One row of
// list.cc each; what is ELF's alone is in ElfRules.
struct ResolutionRules {
  const char *id;
  const char *title;
  bool (*applies)(const Command &command);
  // Undefined symbols are reported although an input was not found.
  bool goes_on_without_inputs = false;
  // Objects anywhere on the line go before archive members (Mach-O); others take what the line
  // offers first.
  bool objects_first = false;
  // Where names are defined twice, the linker ends before it says what is missing.
  bool stops_at_duplicates = false;
};
std::span<const ResolutionRules> resolution_rules();
const ResolutionRules &rules_for(const Command &command);

struct Resolved {
  Resolved();
  Resolved(Resolved &&) noexcept;
  ~Resolved();

  Resolution resolution;
  uint64_t symbols_read = 0;
  std::unique_ptr<const SymbolIndex> index;  // of all names, for who looks at them again
  std::vector<Problem> problems;   // damaged symbol tables
};
Resolved resolve(const Link &link);

// Fills in who refers to each unresolved symbol, and drops those that no relocation of
// a loaded section uses: linkers complain of uses, not of symbol table entries
// (resolve/uses.cc).
void find_uses(const Link &link, SymbolIndex &index, Resolution &resolution);

// The second half, for links with bitcode: what LTO adds and removes (resolve/lto.cc).
void apply_lto(const Link &link, const SymbolIndex &index, Resolution &resolution);

// Last of all: the lines of the source that the uses and the duplicates stand in, where objects
// have debug information (resolve/source_lines.cc).
void find_source_lines(const Link &link, Resolution &resolution);

}  // namespace ldwhy
