// ELF headers, as in the gABI ("System V ABI", chapter 4, "ELF Header" and "Sections";
// chapter 5, "Program Header"). Numbers that do not fit the header's 16 bits stand in
// section header 0 ("Extended section numbering").

#include "input/elf_file.h"

#include <fmt/format.h>

#include <algorithm>

namespace ldwhy {
namespace {

constexpr uint16_t PN_XNUM = 0xffff;

void check_entry_size(Bytes bytes, uint64_t at, uint64_t want, uint64_t found, const char *what) {
  if (found != want) bytes.fail(at, fmt::format("expected {} of {} bytes each, found {}", what, want, found));
}

}  // namespace

ElfFile::ElfFile(Bytes bytes) : bytes_(bytes) {
  uint8_t file_class = bytes.u8(4, "the ELF class");
  if (file_class != 1 && file_class != 2) bytes.fail(4, fmt::format("expected ELF class 1 or 2, found {}", file_class));
  uint8_t data = bytes.u8(5, "the ELF byte order");
  if (data != 1 && data != 2) bytes.fail(5, fmt::format("expected ELF byte order 1 or 2, found {}", data));
  is_64_ = file_class == 2;
  endian_ = data == 2 ? Endian::Big : Endian::Little;

  Bytes header = bytes.slice(0, is_64_ ? 64 : 52, "an ELF header");
  type_ = header.u16(16, endian_);
  machine_ = header.u16(18, endian_);
  uint64_t segments_at = word(header, is_64_ ? 32 : 28, "the program header offset");
  uint64_t sections_at = word(header, is_64_ ? 40 : 32, "the section header offset");
  // From e_flags on, both classes have the same fields.
  uint64_t rest = is_64_ ? 48 : 36;
  flags_ = header.u32(rest, endian_);
  segment_count_ = header.u16(rest + 8, endian_);
  if (sections_at != 0) {
    check_entry_size(bytes, rest + 10, section_size(), header.u16(rest + 10, endian_), "section headers");
    find_sections(sections_at, header.u16(rest + 12, endian_), header.u16(rest + 14, endian_));
  }
  if (segment_count_ == PN_XNUM && section_count_ > 0) segment_count_ = section(0).info;
  if (segments_at == 0) segment_count_ = 0;
  if (segment_count_ > 0) {
    check_entry_size(bytes, rest + 6, segment_size(), header.u16(rest + 6, endian_), "program headers");
    segments_ = bytes.table(segments_at, segment_count_, segment_size(), "the program headers");
  }
}

void ElfFile::find_sections(uint64_t offset, uint16_t count, uint16_t names) {
  uint64_t full_count = count;
  if (count == 0) {
    sections_ = bytes_.slice(offset, section_size(), "the first section header");
    full_count = section(0).size;
    if (full_count > UINT32_MAX)
      bytes_.fail(offset, fmt::format("expected a number of sections, found {}", full_count));
  }
  sections_ = bytes_.table(offset, full_count, section_size(), "the section headers");
  section_count_ = static_cast<uint32_t>(full_count);
  if (section_count_ == 0) return;
  uint32_t names_index = names == elf::SHN_XINDEX ? section(0).link : names;
  if (names_index != 0) section_names_ = contents(section(names_index));
}

ElfSection ElfFile::section(uint32_t index) const {
  Bytes at = sections_.slice(index * section_size(), section_size(), "a section header");
  ElfSection section;
  section.name = at.u32(0, endian_);
  section.type = at.u32(4, endian_);
  section.flags = word(at, 8, "section flags");
  section.offset = word(at, is_64_ ? 24 : 16, "a section offset");
  section.size = word(at, is_64_ ? 32 : 20, "a section size");
  section.link = at.u32(is_64_ ? 40 : 24, endian_);
  section.info = at.u32(is_64_ ? 44 : 28, endian_);
  section.entry_size = word(at, is_64_ ? 56 : 36, "a section's entry size");
  return section;
}

ElfSegment ElfFile::segment(uint32_t index) const {
  Bytes at = segments_.slice(index * segment_size(), segment_size(), "a program header");
  ElfSegment segment;
  segment.type = at.u32(0, endian_);
  segment.offset = word(at, is_64_ ? 8 : 4, "a segment offset");
  segment.address = word(at, is_64_ ? 16 : 8, "a segment address");
  segment.file_size = word(at, is_64_ ? 32 : 16, "a segment size");
  return segment;
}

uint32_t ElfFile::last_section_of_type(uint32_t type) const {
  for (uint32_t index = section_count_; index-- > 1;)
    if (section_type(index) == type) return index;
  return 0;
}

std::string_view ElfFile::section_name(const ElfSection &section) const {
  return section_names_.empty() ? "" : section_names_.c_string(section.name, "a section name");
}

Bytes ElfFile::contents(const ElfSection &section) const {
  if (section.type == elf::SHT_NOBITS) return {};
  return bytes_.slice(section.offset, section.size, "a section's contents");
}

ElfSymbolTable ElfFile::symbol_table(uint32_t index) const {
  ElfSection table = section(index);
  check_entry_size(bytes_, table.offset, symbol_size(), table.entry_size, "symbols");
  return {clipped(table.offset, table.size), table.size, contents(section(table.link)), index};
}

Bytes ElfFile::clipped(uint64_t offset, uint64_t size) const {
  uint64_t begin = std::min<uint64_t>(offset, bytes_.size());
  return bytes_.slice(begin, std::min(size, bytes_.size() - begin));
}

Bytes ElfFile::at_address(uint64_t address, const char *what) const {
  for (uint32_t index = 0; index < segment_count_; ++index) {
    ElfSegment load = segment(index);
    if (load.type != elf::PT_LOAD || address < load.address) continue;
    uint64_t inside = address - load.address;
    if (inside >= load.file_size) continue;
    return clipped(load.offset, load.file_size).from(inside, what);
  }
  bytes_.fail(0, fmt::format("expected {} at address {:#x}, which no segment holds", what, address));
}

}  // namespace ldwhy
