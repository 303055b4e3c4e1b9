// Sections of which a link takes one copy ("PE Format", "COMDAT Sections"; "Auxiliary Format 5:
// Section Definitions"): the record behind the section's own symbol says by which rule. GNU tools
// also go by the name .gnu.linkonce, without a flag.
#include "input/coff_file.h"

namespace ldwhy::coff {
namespace {

constexpr Endian little = Endian::Little;
constexpr uint8_t class_static = 3;
constexpr uint64_t associated_at = 12, choice_at = 14, associated_high_at = 16;

ComdatChoice choice_of(uint8_t number) {
  constexpr uint8_t last = static_cast<uint8_t>(ComdatChoice::Largest);
  return number <= last ? static_cast<ComdatChoice>(number) : ComdatChoice::Any;
}

}  // namespace

std::vector<ComdatSection> File::comdat_sections() const {
  std::vector<ComdatSection> found;
  std::vector<uint32_t> place(section_count_ + size_t{1}, UINT32_MAX);
  for (uint32_t number = 1; number <= section_count_; ++number) {
    Section header = section(number);
    std::string_view name = section_name(number);
    if (!(header.flags & IsComdat) && !name.starts_with(".gnu.linkonce")) continue;
    ComdatSection entry{.number = number, .size = header.size, .name = name};
    if (!(header.flags & ContainsZeroes)) entry.contents = contents(header).text();
    if (header.flags & IsComdat) place[number] = static_cast<uint32_t>(found.size());
    found.push_back(entry);
  }
  if (found.empty()) return found;
  uint64_t size = symbol_size();
  for (uint64_t at = 0; at + 2 * size <= symbols_.size();) {
    uint64_t auxiliary = symbols_.u8(at + size - 1);
    int32_t number = section_number(at);
    bool names_section = symbols_.u8(at + size - 2) == class_static && auxiliary > 0;
    if (names_section && number > 0 && static_cast<uint32_t>(number) <= section_count_) {
      uint32_t &at_entry = place[static_cast<uint32_t>(number)];
      if (at_entry != UINT32_MAX) {
        ComdatSection &entry = found[at_entry];
        entry.choice = choice_of(symbols_.u8(at + size + choice_at));
        entry.told_size = symbols_.u32(at + size, little);
        entry.associated = symbols_.u16(at + size + associated_at, little);
        if (is_big_) entry.associated |= uint32_t{symbols_.u16(at + size + associated_high_at, little)} << 16;
        at_entry = UINT32_MAX;  // the first symbol counts
      }
    }
    at += (1 + auxiliary) * size;
  }
  return found;
}

}  // namespace ldwhy::coff
