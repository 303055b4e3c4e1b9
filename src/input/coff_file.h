// The frame of a COFF file, alone or inside a Windows image: its header, and the tables of
// sections, symbols and strings that the header points to. Shared by the readers of objects
// (coff.cc) and of images (pe.cc).
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/function_ref.h"
#include "model/object.h"
#include "model/target.h"

namespace ldwhy::coff {

// "PE Format", "Machine Types", as far as linkers for Windows take them.
enum Machine : uint16_t {
  MachineUnknown = 0,
  MachineI386 = 0x14c,
  MachineArmNt = 0x1c4,
  MachineAmd64 = 0x8664,
  MachineArm64Ec = 0xa641,
  MachineArm64X = 0xa64e,
  MachineArm64 = 0xaa64,
};
bool is_known_machine(uint16_t machine);
Target target_of_machine(uint16_t machine);

// "Section Flags".
enum SectionFlags : uint32_t {
  ContainsCode = 0x20,
  ContainsZeroes = 0x80,
  IsComdat = 0x1000,
  ManyRelocations = 0x01000000,
  IsExecutable = 0x20000000,
};

struct Section {
  uint32_t address = 0;
  uint32_t size_in_memory = 0;
  uint32_t size = 0;
  uint32_t contents_at = 0;
  uint32_t relocations_at = 0;
  uint32_t relocations = 0;  // as the 16-bit field has it
  uint32_t flags = 0;
};

constexpr uint64_t relocation_size = 10;

// A field of an entry of the symbol table; section numbers below 1 have a meaning each.
enum SectionNumber : int32_t { NoSection = 0, AbsoluteSection = -1, DebugSection = -2 };

class File {
 public:
  // Reads the header at `header_at`: of 20 bytes, or of 56 where the file is a "bigobj" (which
  // link.exe's /bigobj and GNU as's -mbig-obj ask for, to have more than 65279 sections).
  explicit File(Bytes bytes, uint64_t header_at = 0);

  Bytes bytes() const noexcept { return bytes_; }
  uint16_t machine() const noexcept { return machine_; }
  uint64_t optional_header_at() const noexcept { return optional_header_at_; }
  uint64_t optional_header_size() const noexcept { return optional_header_size_; }
  uint16_t characteristics() const noexcept { return characteristics_; }

  uint32_t section_count() const noexcept { return section_count_; }
  // Sections are numbered from 1, as symbols number them.
  Section section(uint32_t number) const;
  std::string_view section_name(uint32_t number) const;
  Bytes contents(const Section &section) const;
  // The table of a section's relocations, of 10 bytes each.
  Bytes relocations(const Section &section) const;

  // Entries of the symbol table, the auxiliary ones counted.
  uint32_t symbol_count() const noexcept { return symbol_count_; }
  // Every symbol; sections and debugging entries among them. `relocatable`: an object, where a
  // symbol without section that has a value is a common one.
  void visit_symbols(FunctionRef<void(const Symbol &)> sink, bool relocatable) const;
  std::vector<ComdatSection> comdat_sections() const;
  // Of the last entry, unless its name is short; empty: no symbols.
  std::string_view last_symbol_name() const;

 private:
  void find_tables(uint64_t sections_at, uint32_t symbols_at);
  uint64_t symbol_size() const noexcept { return is_big_ ? 20 : 18; }
  int32_t section_number(uint64_t at) const;
  std::string_view long_name(uint64_t offset, const char *what) const;

  friend class SymbolWalk;

  Bytes bytes_;
  Bytes sections_;
  Bytes symbols_;  // as much of the table as the file holds
  Bytes strings_;  // with the four bytes of its size, from which offsets count
  uint64_t optional_header_at_ = 0;
  uint64_t optional_header_size_ = 0;
  uint32_t section_count_ = 0;
  uint32_t symbol_count_ = 0;
  uint16_t machine_ = 0;
  uint16_t characteristics_ = 0;
  bool is_big_ = false;
};

}  // namespace ldwhy::coff
