// The frame of a WebAssembly module: its sections, imports and exports ("WebAssembly Core
// Specification", 5.5 "Modules"), and the linking section of objects ("WebAssembly Object File
// Linking", tool-conventions). Shared by wasm*.cc.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/function_ref.h"

namespace ldwhy::wasm {

enum SectionId : uint8_t {
  CustomSection = 0,
  TypeSection = 1,
  ImportSection = 2,
  FunctionSection = 3,
  MemorySection = 5,
  ExportSection = 7,
  CodeSection = 10,
  DataSection = 11,
  LastSection = 13,
};

// Kinds of imports and exports.
enum ExternalKind : uint8_t { Function, Table, Memory, Global, Tag, ExternalKindCount };

struct Section {
  uint8_t id = 0;
  std::string_view name;  // of a custom section
  Bytes contents;         // behind the name
};

struct Import {
  std::string_view module, field;
  uint8_t kind = 0;
  uint32_t type = 0;         // of a function: its type's number
  bool wide_memory = false;  // a memory with 64-bit addresses
};

struct Export {
  std::string_view name;
  uint8_t kind = 0;
  uint32_t index = 0;
};

// A number that must fit 32 bits.
uint32_t number(Cursor &cursor, const char *what);
// A length and as many bytes.
std::string_view name(Cursor &cursor, const char *what);

class File {
 public:
  // Throws Malformed where a section does not fit.
  explicit File(Bytes bytes);

  Bytes bytes() const noexcept { return bytes_; }
  const std::vector<Section> &sections() const noexcept { return sections_; }
  // Null: there is none.
  const Section *section(uint8_t id) const;
  const Section *custom_section(std::string_view name) const;
  // Counted from 1; 0: none.
  uint32_t position_of(uint8_t id) const;

  void visit_imports(FunctionRef<void(const Import &)> sink) const;
  void visit_exports(FunctionRef<void(const Export &)> sink) const;
  // Whether the module's memory, its own or an imported one, has 64-bit addresses.
  bool has_wide_memory() const;

 private:
  void read_section(Cursor &cursor, uint32_t &seen);

  Bytes bytes_;
  std::vector<Section> sections_;
};

// Where a function's code, or a segment's data, stands in its section.
struct Extent {
  uint64_t begin = 0;
  uint64_t size = 0;
};
std::vector<Extent> function_bodies(Bytes code_section);
std::vector<Extent> data_segments(Bytes data_section);

}  // namespace ldwhy::wasm
