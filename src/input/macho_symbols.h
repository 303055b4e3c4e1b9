// The symbol table of a Mach-O file (<mach-o/nlist.h>): a table of nlist entries and a table of
// NUL-terminated names.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace ldwhy::macho {

// n_type and n_desc.
constexpr uint8_t type_stab = 0xe0, type_private_extern = 0x10, type_mask = 0x0e, type_extern = 1;
constexpr uint8_t type_undefined = 0, type_absolute = 2, type_indirect = 0xa, type_prebound = 0xc, type_section = 0xe;
constexpr uint16_t desc_weak_reference = 0x40, desc_weak_definition = 0x80;
constexpr uint16_t desc_referenced_dynamically = 0x10, desc_no_dead_strip = 0x20, desc_alternate_entry = 0x200;

struct Table {
  uint64_t offset = 0, size = 0;
};

struct Nlist {
  uint32_t name = 0;  // offset in the string table
  uint8_t type = 0;
  uint8_t section = 0;  // 1-based; 0: none
  uint16_t desc = 0;
  uint64_t value = 0;
};

// Made for one walk. Throws Malformed where a table does not fit the file.
class SymbolTable {
 public:
  // The size of `symbols` counts entries, that of `strings` bytes.
  SymbolTable(Bytes file, bool wide, Endian endian, Table symbols, Table strings)
      : wide_(wide),
        endian_(endian),
        count_(symbols.size),
        entries_(file.table(symbols.offset, symbols.size, entry_size(), "the symbol table")),
        strings_(file.slice(strings.offset, strings.size, "the string table")),
        name_bytes_left_(name_multiple * file.size()) {}

  size_t size() const noexcept { return count_; }
  Nlist entry(size_t i) const {
    Bytes at = entries_.slice(i * entry_size(), entry_size(), "a symbol");
    return {at.u32(0, endian_), at.u8(4), at.u8(5), at.u16(6, endian_),
            wide_ ? at.u64(8, endian_) : at.u32(8, endian_)};
  }
  std::string_view name(const Nlist &symbol) {
    if (symbol.name == 0) return {};
    std::string_view name = strings_.c_string(symbol.name, "a symbol's name");
    if (name.size() > name_bytes_left_)
      strings_.fail(symbol.name, "expected names in proportion to the file, found too many");
    name_bytes_left_ -= name.size();
    return name;
  }

 private:
  // Names of two symbols may be one string or tails of one, but a table in which names add up to
  // more than this multiple of the file is there to waste time.
  static constexpr uint64_t name_multiple = 64;

  uint64_t entry_size() const { return wide_ ? 16 : 12; }

  bool wide_;
  Endian endian_;
  size_t count_;
  Bytes entries_, strings_;
  uint64_t name_bytes_left_;
};

// Finds the symbol that a place in a section belongs to: the last one that starts at or before
// it. Labels for the assembler's and the linker's own use ("L…", "l…") name no function.
class Owners {
 public:
  // `names` has the name of each symbol of the table.
  Owners(const SymbolTable &symbols, const std::vector<std::string_view> &names);
  std::string_view at(size_t section, uint64_t address) const;

 private:
  struct Start {
    size_t section;
    uint64_t address;
    bool global;  // sorted last, so that it wins over local names of the same place
    std::string_view name;
  };
  std::vector<Start> starts_;
};

}  // namespace ldwhy::macho
