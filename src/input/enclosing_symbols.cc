#include "input/enclosing_symbols.h"

#include <algorithm>
#include <tuple>
#include <utility>

namespace ldwhy {
namespace {

// "$x", "$d.1": where code and data begin, for disassemblers (ELF for the Arm architecture,
// "Mapping symbols"; RISC-V and LoongArch have them as well).
bool is_mapping_label(std::string_view name) {
  return name.size() >= 2 && name[0] == '$' && (name.size() == 2 || name[2] == '.');
}

}  // namespace

// At one place, the best known name stands last.
bool EnclosingSymbols::Range::operator<(const Range &other) const {
  return std::tuple(section, begin, symbol->binding != Binding::Local, other.symbol->index) <
         std::tuple(other.section, other.begin, other.symbol->binding != Binding::Local, symbol->index);
}

EnclosingSymbols::EnclosingSymbols(const std::vector<Symbol> &symbols, Arch arch) {
  // The lowest bit of an Arm function's address says Thumb.
  uint64_t code_mask = arch == Arch::Arm ? ~uint64_t{1} : ~uint64_t{0};
  for (const Symbol &symbol : symbols) {
    if (symbol.section == 0 || symbol.name.empty() || symbol.type == SymbolType::Section ||
        is_mapping_label(symbol.name))
      continue;
    bool is_code = symbol.type == SymbolType::Function;
    Range range{symbol.section, is_code ? symbol.value & code_mask : symbol.value, &symbol};
    (symbol.size > 0 ? sized_ : labels_).push_back(range);
  }
  std::sort(sized_.begin(), sized_.end());
  std::sort(labels_.begin(), labels_.end());
}

std::string_view EnclosingSymbols::find(uint32_t section, uint64_t offset) const {
  const Range *sized = last_at_or_before(sized_, section, offset);
  if (sized && offset - sized->begin < sized->symbol->size) return sized->symbol->name;
  const Range *label = last_at_or_before(labels_, section, offset);
  if (!label || (sized && sized->begin > label->begin)) return {};
  return label->symbol->name;
}

const EnclosingSymbols::Range *EnclosingSymbols::last_at_or_before(const std::vector<Range> &ranges, uint32_t section,
                                                                   uint64_t offset) {
  std::vector<Range>::const_iterator after =
      std::upper_bound(ranges.begin(), ranges.end(), std::pair(section, offset),
                       [](const std::pair<uint32_t, uint64_t> &place, const Range &range) {
                         return place < std::pair(range.section, range.begin);
                       });
  if (after == ranges.begin() || (after - 1)->section != section) return nullptr;
  return &*(after - 1);
}

}  // namespace ldwhy
