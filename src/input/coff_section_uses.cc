// A relocation may name a section's own symbol in place of the function or variable that it means
// ("PE Format", "COFF Relocations (Object Only)"): GNU as writes those of the same file so. Such a
// symbol is no name of the link, so that Object::for_each_reference leaves them out.
#include "input/coff_section_uses.h"

#include <algorithm>

#include "input/coff_file.h"

namespace ldwhy {

std::vector<std::pair<uint32_t, uint32_t>> read_coff_section_uses(const Object &object) try {
  std::vector<std::pair<uint32_t, uint32_t>> uses;
  if (object.target().format != Format::Coff || object.kind() != ObjectKind::Relocatable) return uses;
  coff::File file(object.bytes());
  std::vector<uint32_t> section_of;  // by symbol; 0: no section's own
  // Grows with the entries that are there: their number in the header may be any.
  file.visit_symbols(
      [&](const Symbol &symbol) {
        if (symbol.index >= section_of.size()) section_of.resize(symbol.index + size_t{1});
        if (symbol.type == SymbolType::Section) section_of[symbol.index] = symbol.section;
      },
      true);
  uint64_t bytes_left = object.bytes().size();
  for (uint32_t number = 1; number <= file.section_count(); ++number) {
    Bytes relocations = file.relocations(file.section(number));
    if (relocations.size() > bytes_left) break;  // tables that overlap
    bytes_left -= relocations.size();
    constexpr uint64_t symbol_at = 4;
    for (uint64_t at = 0; at < relocations.size(); at += coff::relocation_size) {
      uint32_t index = relocations.u32(at + symbol_at, Endian::Little);
      if (index < section_of.size() && section_of[index] != 0) uses.emplace_back(number, section_of[index]);
    }
  }
  std::ranges::sort(uses);
  uses.erase(std::ranges::unique(uses).begin(), uses.end());
  return uses;
} catch (const Malformed &) {
  return {};
}

}  // namespace ldwhy
