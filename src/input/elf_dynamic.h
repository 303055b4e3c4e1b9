// What an ELF file tells the run-time loader: its dynamic array, the symbols it exports
// and wants, and their GNU versions. All of it is found by section headers or, in files
// that have none, by the program headers, as the loader does.
#pragma once

#include <string_view>
#include <vector>

#include "input/elf_file.h"
#include "model/symbol.h"

namespace ldwhy {

namespace elf {
enum : uint64_t {
  DT_NULL = 0,
  DT_NEEDED = 1,
  DT_HASH = 4,
  DT_STRTAB = 5,
  DT_SYMTAB = 6,
  DT_STRSZ = 10,
  DT_SONAME = 14,
  DT_GNU_HASH = 0x6ffffef5,
  DT_VERSYM = 0x6ffffff0,
  DT_FLAGS_1 = 0x6ffffffb,
  DT_VERDEF = 0x6ffffffc,
  DT_VERNEED = 0x6ffffffe,
};
constexpr uint64_t DF_1_PIE = 0x08000000;
}  // namespace elf

struct ElfDynamicEntry {
  uint64_t tag = 0;
  uint64_t value = 0;
};

class ElfDynamic {
 public:
  // Throws Malformed. Of a file that is not linked dynamically, all parts are empty.
  explicit ElfDynamic(const ElfFile &file);

  // The array up to DT_NULL.
  const std::vector<ElfDynamicEntry> &entries() const noexcept { return entries_; }
  // The string that an entry's value stands for.
  std::string_view string(uint64_t value) const { return strings_.c_string(value, "a string of the dynamic array"); }

 private:
  std::vector<ElfDynamicEntry> entries_;
  Bytes strings_;
};

// The dynamic symbol table with the versions of its symbols.
class ElfDynamicSymbols {
 public:
  // Throws Malformed. Without a dynamic symbol table, `table` is empty.
  explicit ElfDynamicSymbols(const ElfFile &file);

  const ElfSymbolTable &table() const noexcept { return table_; }
  // Fills in the version fields of the symbol with the number `symbol.index`.
  void set_version(Symbol &symbol) const;

 private:
  void find_by_sections(const ElfFile &file);
  void find_by_segments(const ElfFile &file);
  void read_definitions(Bytes bytes);
  void read_needs(Bytes bytes);

  Endian endian_;
  ElfSymbolTable table_;
  Bytes indices_;                          // .gnu.version: one number a symbol
  std::vector<std::string_view> defined_;  // by version number
  std::vector<std::string_view> needed_;
};

}  // namespace ldwhy
