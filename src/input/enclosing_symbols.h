// Which symbol a place in a section belongs to, for the formats whose symbols have places.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "model/symbol.h"
#include "model/target.h"

namespace ldwhy {

// Finds the symbol whose range holds a place, or, where no size is stated (assembly; all of
// COFF), the nearest label before. Keeps pointers to the symbols that it was made of.
class EnclosingSymbols {
 public:
  EnclosingSymbols(const std::vector<Symbol> &symbols, Arch arch);
  std::string_view find(uint32_t section, uint64_t offset) const;

 private:
  struct Range {
    uint32_t section;
    uint64_t begin;
    const Symbol *symbol;
    bool operator<(const Range &other) const;
  };
  static const Range *last_at_or_before(const std::vector<Range> &ranges, uint32_t section, uint64_t offset);

  std::vector<Range> sized_;
  std::vector<Range> labels_;
};

}  // namespace ldwhy
