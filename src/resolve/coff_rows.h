// What one object brings into a link for Windows, in the order of its symbol table: that order
// decides which symbol leads a COMDAT section, and what a library is asked for first.
#pragma once

#include <cstdint>
#include <string_view>
#include <utility>
#include <vector>

#include "model/link.h"
#include "resolve/symbol_index.h"

namespace ldwhy {

struct CoffRow {
  enum class Kind : uint8_t {
    Other,         // a section, a file, a debugger's
    Undefined,
    WeakExternal,  // `fallback` stands in for it
    Common,
    Absolute,
    Defined,
  };
  static constexpr SymbolIndex::Name no_name = UINT32_MAX;

  std::string_view text;
  SymbolIndex::Name name = no_name;  // none: not seen by other objects
  Kind kind = Kind::Other;
  bool weak = false;       // a definition that gives way to others (bitcode, GNU as); bitcode: a weak need
  bool comdat = false;     // bitcode: in a COMDAT
  bool is_section = false;
  bool is_code = false;
  uint32_t section = 0;
  uint32_t fallback = no_symbol;  // index into CoffRows::rows
  uint64_t value = 0;      // an absolute symbol's value, a common one's size
};

struct CoffRows {
  std::vector<CoffRow> rows;
  std::vector<ComdatSection> comdats;  // by number
  const ComdatSection *comdat(uint32_t section) const;
};

// Enters names that are not in the index yet.
CoffRows read_coff_rows(const Object &object, SymbolIndex &index);

// The names in an archive's index, in its order, and the members that it names for them. Archivers
// for Windows differ in what they enter, so that the members' own symbols do not tell.
// LLVM reads the second of the two indexes that Microsoft's form has, which is sorted by name.
std::vector<std::pair<std::string_view, ObjectId>> index_of_archive(const Input &input, ObjectId first_member,
                                                                    bool second);

// The options of a .drectve section in one form: "-EXPORT:x" is {"export", "x"}.
struct CoffDirective {
  std::string name;  // in small letters
  std::string_view value;
};
CoffDirective read_directive(std::string_view word);
// LLD of this version refuses it there, though it may know the option.
bool is_refused_directive(std::string_view word, int lld);

// What a linker calls a C name in object files for this machine.
std::string coff_c_name(const Link &link, std::string_view name);
// An export as it is written in an option: NAME[=INTERNAL][,@NUMBER][,DATA]…: the symbol that it
// takes, and the name by which it exports it.
struct CoffExport {
  std::string symbol, name;
  bool forwarded = false;  // to another DLL
};
CoffExport read_export(std::string_view text);
// A name that already says which calling convention it has.
bool is_decorated(std::string_view name, bool mingw);

// The names that the linkers define themselves.
bool lld_coff_makes(const Link &link, std::string_view name, bool mingw);
// Those of them that LLD enters whether or not they are wanted.
std::vector<std::string> lld_coff_made_names(const Link &link);
bool bfd_coff_makes(const Link &link, std::string_view name);
// Those that stand for a number, not for an address.
bool bfd_coff_numbers(std::string_view name);
// The output section that one of them is in, where that may well be empty; or nothing.
std::string_view bfd_coff_home(std::string_view name);

}  // namespace ldwhy
