// Which function a place belongs to. Mach-O symbols have no size: one reaches to the next of
// its section.
#include "input/macho_symbols.h"

#include <algorithm>
#include <tuple>

namespace ldwhy::macho {

Owners::Owners(const SymbolTable &symbols, const std::vector<std::string_view> &names) {
  for (size_t i = 0; i < symbols.size(); ++i) {
    Nlist symbol = symbols.entry(i);
    if (symbol.type & type_stab || (symbol.type & type_mask) != type_section || names[i].empty()) continue;
    bool global = symbol.type & type_extern;
    if (!global && (names[i][0] == 'L' || names[i][0] == 'l')) continue;
    starts_.push_back({symbol.section, symbol.value, global, names[i]});
  }
  std::sort(starts_.begin(), starts_.end(), [](const Start &a, const Start &b) {
    return std::tie(a.section, a.address, a.global) < std::tie(b.section, b.address, b.global);
  });
}

std::string_view Owners::at(size_t section, uint64_t address) const {
  std::vector<Start>::const_iterator after = std::partition_point(
      starts_.begin(), starts_.end(),
      [&](const Start &start) { return std::tie(start.section, start.address) <= std::tie(section, address); });
  if (after == starts_.begin() || (after - 1)->section != section) return {};
  return (after - 1)->name;
}

}  // namespace ldwhy::macho
