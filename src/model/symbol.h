// One entry of a symbol table, whatever the format.
#pragma once

#include <cstdint>
#include <string_view>

namespace ldwhy {

enum class SymbolState : uint8_t { Undefined, Defined, Common };
enum class Binding : uint8_t { Local, Global, Weak };
// Mach-O private extern is Hidden. Order: least to most restricted is not implied.
enum class Visibility : uint8_t { Default, Protected, Hidden, Internal };
enum class SymbolType : uint8_t { None, Function, Object, Tls, IndirectFunction, Section, File };

// COFF weak externals: where a linker looks before it takes the symbol that stands in
// (PE/COFF, 5.5.3 "Auxiliary Format 3: Weak Externals").
enum class WeakSearch : uint8_t { None, NoLibrary, Library, Alias, AntiDependency };
inline constexpr uint32_t no_symbol = UINT32_MAX;

// A view: names point into the mapped file (or the object that made them) and live as long.
struct Symbol {
  std::string_view name;     // as the object file spells it, Mach-O's underscore included
  std::string_view version;  // ELF: "GLIBC_2.34"; empty: unversioned
  uint64_t value = 0;        // address or offset in its section; alignment for Common
  uint64_t size = 0;         // bytes; 0 where the format does not say
  uint32_t index = 0;        // in the format's own table
  uint32_t section = 0;      // the format's own number; 0: none
  uint32_t fallback = no_symbol;  // COFF weak external: index of the symbol that stands in for it
  SymbolState state = SymbolState::Undefined;
  Binding binding = Binding::Global;
  Visibility visibility = Visibility::Default;
  SymbolType type = SymbolType::None;
  WeakSearch weak_search = WeakSearch::None;
  bool from_asm = false;         // bitcode: defined or referenced by module assembly
  bool default_version = false;  // ELF: name@@VERSION
  bool made_local = false;       // ELF: was global in the objects; the linker made it local
  bool dynamic = false;          // from the dynamic table of a shared library or a stub
  bool comdat = false;           // in a COMDAT group / linkonce section / weak-def coalesced
  bool host_import = false;      // wasm: undefined with an import_name; the host supplies it
  // What dropping of unused code goes by, where the object itself says it:
  bool kept = false;             // never dropped (N_NO_DEAD_STRIP; wasm: no-strip, exported)
  bool continues = false;        // Mach-O: N_ALT_ENTRY, a second entry of what stands before it
  bool initializer = false;      // wasm: runs at the start, if anything of its object is there
};

inline bool is_defined(const Symbol &s) { return s.state != SymbolState::Undefined; }

}  // namespace ldwhy
