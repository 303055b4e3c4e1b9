// The tables of a COFF file ("PE Format", "COFF File Header (Object and Image)", "Section
// Table", "COFF String Table"; ANON_OBJECT_HEADER_BIGOBJ of <winnt.h>). All numbers are
// little-endian. Names of up to eight bytes stand in the entry itself; longer ones in the string
// table: a symbol has four zeroes and an offset, a section "/123", or "//AbCdEf" where the
// decimal would be too long (six digits of base 64, as LLVM and GNU as write them).
#include "input/coff_file.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace ldwhy::coff {
namespace {

constexpr Endian little = Endian::Little;
constexpr uint64_t header_size = 20, big_header_size = 56, section_size = 40;
constexpr std::string_view big_magic("\0\0\xff\xff", 4);

struct MachineRow {
  uint16_t machine;
  Arch arch;
  uint8_t bits;
};
// ARM64X files hold both kinds of code; objects for them are made of either.
constexpr MachineRow machine_rows[] = {
    {MachineAmd64, Arch::X86_64, 64}, {MachineI386, Arch::I386, 32},       {MachineArm64, Arch::Arm64, 64},
    {MachineArmNt, Arch::Arm, 32},    {MachineArm64Ec, Arch::Arm64ec, 64}, {MachineArm64X, Arch::Arm64ec, 64},
};

int digit_of(char c) {
  if (c >= 'A' && c <= 'Z') return c - 'A';
  if (c >= 'a' && c <= 'z') return c - 'a' + 26;
  if (c >= '0' && c <= '9') return c - '0' + 52;
  return c == '+' ? 62 : c == '/' ? 63 : -1;
}

// What stands behind the "/" of a long section name: where the name is. Nothing: a short name
// that just starts with a slash.
std::optional<uint64_t> place_of_name(std::string_view digits) {
  bool wide = digits.starts_with('/');
  if (wide) digits.remove_prefix(1);
  if (digits.empty()) return std::nullopt;
  uint64_t place = 0;
  for (char c : digits) {
    int digit = wide ? digit_of(c) : c - '0';
    if (digit < 0 || (!wide && digit > 9)) return std::nullopt;
    place = place * (wide ? 64 : 10) + static_cast<uint64_t>(digit);
  }
  return place;
}

}  // namespace

bool is_known_machine(uint16_t machine) {
  return std::ranges::find(machine_rows, machine, &MachineRow::machine) != std::end(machine_rows);
}

Target target_of_machine(uint16_t machine) {
  Target target;
  target.format = Format::Coff;
  target.machine = machine;
  if (machine != MachineUnknown) target.arch = Arch::Other;
  for (const MachineRow &row : machine_rows) {
    if (row.machine != machine) continue;
    target.arch = row.arch;
    target.bits = row.bits;
  }
  return target;
}

File::File(Bytes bytes, uint64_t header_at) : bytes_(bytes) {
  Bytes rest = bytes.from(header_at);
  is_big_ = header_at == 0 && rest.starts_with(big_magic);
  if (is_big_) {
    Bytes header = rest.slice(0, big_header_size, "a bigobj COFF header");
    machine_ = header.u16(6, little);
    section_count_ = header.u32(44, little);
    symbol_count_ = header.u32(52, little);
    find_tables(big_header_size, header.u32(48, little));
    return;
  }
  Bytes header = rest.slice(0, header_size, "a COFF header");
  machine_ = header.u16(0, little);
  section_count_ = header.u16(2, little);
  symbol_count_ = header.u32(12, little);
  optional_header_size_ = header.u16(16, little);
  characteristics_ = header.u16(18, little);
  optional_header_at_ = header_at + header_size;
  find_tables(optional_header_at_ + optional_header_size_, header.u32(8, little));
}

void File::find_tables(uint64_t sections_at, uint32_t symbols_at) {
  sections_ = bytes_.table(sections_at, section_count_, section_size, "the section table");
  if (symbols_at == 0) symbol_count_ = 0;
  if (symbol_count_ == 0) return;
  uint64_t claimed = uint64_t{symbol_count_} * symbol_size();
  Bytes rest = bytes_.from(symbols_at, "the symbol table");
  symbols_ = rest.slice(0, std::min<uint64_t>(claimed, rest.size()));
  if (rest.size() < claimed + 4) return;
  Bytes strings = rest.from(claimed);
  strings_ = strings.slice(0, std::min<uint64_t>(strings.u32(0, little), strings.size()));
}

Section File::section(uint32_t number) const {
  uint64_t at = (uint64_t{number} - 1) * section_size;
  Bytes entry = sections_.slice(at, section_size, "a section header");
  Section section;
  section.size_in_memory = entry.u32(8, little);
  section.address = entry.u32(12, little);
  section.size = entry.u32(16, little);
  section.contents_at = entry.u32(20, little);
  section.relocations_at = entry.u32(24, little);
  section.relocations = entry.u16(32, little);
  section.flags = entry.u32(36, little);
  return section;
}

std::string_view File::section_name(uint32_t number) const {
  std::string_view name = sections_.padded((uint64_t{number} - 1) * section_size, 8, "a section's name");
  if (!name.starts_with('/')) return name;
  std::optional<uint64_t> place = place_of_name(name.substr(1));
  return place ? long_name(*place, "a section's name") : name;
}

Bytes File::contents(const Section &section) const {
  if (section.contents_at == 0 || (section.flags & ContainsZeroes)) return {};
  return bytes_.slice(section.contents_at, section.size, "a section's contents");
}

std::string_view File::long_name(uint64_t offset, const char *what) const {
  if (offset < 4) strings_.fail(0, fmt::format("expected {} in the string table", what));
  return strings_.c_string(offset, what);
}

std::string_view File::last_symbol_name() const {
  if (symbols_.size() < symbol_size()) return {};
  uint64_t at = symbols_.size() - symbols_.size() % symbol_size() - symbol_size();
  if (symbols_.u32(at, little) != 0) return {};
  return long_name(symbols_.u32(at + 4, little), "a symbol's name");
}

// Where more relocations are than 16 bits count, the first entry has their number in place of an
// address, itself counted ("Section Flags", IMAGE_SCN_LNK_NRELOC_OVFL).
Bytes File::relocations(const Section &section) const {
  constexpr uint32_t overflow = 0xffff;
  if (section.relocations == 0) return {};
  if (section.relocations != overflow || !(section.flags & ManyRelocations))
    return bytes_.table(section.relocations_at, section.relocations, relocation_size, "a section's relocations");
  uint32_t count = bytes_.u32(section.relocations_at, Endian::Little, "a count of relocations");
  return bytes_.table(section.relocations_at, count, relocation_size, "a section's relocations")
      .from(std::min<uint64_t>(count, 1) * relocation_size);
}

int32_t File::section_number(uint64_t at) const {
  constexpr uint16_t most_sections = 0xfeff;  // IMAGE_SYM_SECTION_MAX
  if (is_big_) return static_cast<int32_t>(symbols_.u32(at + 12, little));
  uint16_t number = symbols_.u16(at + 12, little);
  return number <= most_sections ? number : static_cast<int16_t>(number);
}

}  // namespace ldwhy::coff
