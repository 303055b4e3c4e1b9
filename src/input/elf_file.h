// The frame of an ELF file: its header and the tables of sections and segments
// that the header points to, in either class (32, 64 bits) and byte order.
// Nothing but the header is read until it is asked for.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/bytes.h"

namespace ldwhy {

// Values of the gABI ("System V ABI", chapters 4 and 5) and of the GNU and LLVM
// extensions, as far as this program looks at them.
namespace elf {
enum : uint16_t { ET_REL = 1, ET_EXEC = 2, ET_DYN = 3, ET_CORE = 4 };
enum : uint32_t {
  SHT_SYMTAB = 2,
  SHT_RELA = 4,
  SHT_HASH = 5,
  SHT_DYNAMIC = 6,
  SHT_NOBITS = 8,
  SHT_REL = 9,
  SHT_DYNSYM = 11,
  SHT_GROUP = 17,
  SHT_SYMTAB_SHNDX = 18,
  SHT_LLVM_DEPENDENT_LIBRARIES = 0x6fff4c04,
  SHT_GNU_VERDEF = 0x6ffffffd,
  SHT_GNU_VERNEED = 0x6ffffffe,
  SHT_GNU_VERSYM = 0x6fffffff,
};
enum : uint64_t { SHF_ALLOC = 0x2, SHF_STRINGS = 0x20, SHF_GROUP = 0x200, SHF_COMPRESSED = 0x800 };
enum : uint32_t { PT_LOAD = 1, PT_DYNAMIC = 2, PT_INTERP = 3 };
enum : uint32_t { SHN_UNDEF = 0, SHN_LORESERVE = 0xff00, SHN_COMMON = 0xfff2, SHN_XINDEX = 0xffff };
enum : uint16_t {
  EM_SPARC = 2,
  EM_386 = 3,
  EM_MIPS = 8,
  EM_MIPS_RS3_LE = 10,
  EM_SPARC32PLUS = 18,
  EM_PPC = 20,
  EM_PPC64 = 21,
  EM_S390 = 22,
  EM_ARM = 40,
  EM_SPARCV9 = 43,
  EM_X86_64 = 62,
  EM_AVR = 83,
  EM_AARCH64 = 183,
  EM_AMDGPU = 224,
  EM_RISCV = 243,
  EM_BPF = 247,
  EM_LOONGARCH = 258,
};
}  // namespace elf

struct ElfSection {
  uint32_t name = 0;
  uint32_t type = 0;
  uint64_t flags = 0;
  uint64_t offset = 0;
  uint64_t size = 0;
  uint32_t link = 0;
  uint32_t info = 0;
  uint64_t entry_size = 0;
};

struct ElfSegment {
  uint32_t type = 0;
  uint64_t offset = 0;
  uint64_t address = 0;
  uint64_t file_size = 0;
};

// A symbol table and the strings that its names stand in. Where the file is cut short,
// `entries` has what is there and `claimed` what should be.
struct ElfSymbolTable {
  Bytes entries;
  uint64_t claimed = 0;
  Bytes strings;
  uint32_t section = 0;  // its own number; 0: found without section headers
};

class ElfFile {
 public:
  // Throws Malformed where the header or one of the two tables does not fit.
  explicit ElfFile(Bytes bytes);

  Bytes bytes() const noexcept { return bytes_; }
  bool is_64() const noexcept { return is_64_; }
  Endian endian() const noexcept { return endian_; }
  uint16_t type() const noexcept { return type_; }
  uint16_t machine() const noexcept { return machine_; }
  uint32_t flags() const noexcept { return flags_; }

  uint32_t section_count() const noexcept { return section_count_; }
  uint32_t segment_count() const noexcept { return segment_count_; }
  ElfSection section(uint32_t index) const;
  ElfSegment segment(uint32_t index) const;
  // Single fields, for walks over all sections.
  uint32_t section_type(uint32_t index) const {
    return sections_.u32(index * section_size() + 4, endian_, "a section header");
  }
  uint64_t section_flags(uint32_t index) const {
    return word(sections_, index * section_size() + 8, "a section header");
  }
  // The first section of a type, from the end: tables of symbols come last in objects of
  // all known producers, behind what may be tens of thousands of sections. 0: none.
  uint32_t last_section_of_type(uint32_t type) const;

  std::string_view section_name(const ElfSection &section) const;
  std::string_view section_names() const { return section_names_.text(); }  // all of them
  Bytes contents(const ElfSection &section) const;
  ElfSymbolTable symbol_table(uint32_t index) const;
  // As much of a region as the file holds.
  Bytes clipped(uint64_t offset, uint64_t size) const;
  // The bytes from an address of the running program to the end of its segment's contents.
  Bytes at_address(uint64_t address, const char *what) const;

  // A value of the class's own width, which fields of addresses, offsets and sizes have.
  uint64_t word(Bytes bytes, uint64_t offset, const char *what) const {
    return is_64_ ? bytes.u64(offset, endian_, what) : bytes.u32(offset, endian_, what);
  }
  uint64_t word_size() const noexcept { return is_64_ ? 8 : 4; }
  uint64_t symbol_size() const noexcept { return is_64_ ? 24 : 16; }

 private:
  uint64_t section_size() const noexcept { return is_64_ ? 64 : 40; }
  uint64_t segment_size() const noexcept { return is_64_ ? 56 : 32; }
  void find_sections(uint64_t offset, uint16_t count, uint16_t names);

  Bytes bytes_;
  Bytes sections_;
  Bytes segments_;
  Bytes section_names_;
  uint32_t section_count_ = 0;
  uint32_t segment_count_ = 0;
  uint32_t flags_ = 0;
  uint16_t type_ = 0;
  uint16_t machine_ = 0;
  bool is_64_ = false;
  Endian endian_ = Endian::Little;
};

}  // namespace ldwhy
