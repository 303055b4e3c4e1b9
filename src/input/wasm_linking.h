// The symbols of a WebAssembly object: the section "linking".
#pragma once

#include <array>
#include <cstdint>
#include <string_view>
#include <vector>

#include "input/wasm_file.h"
#include "model/symbol.h"

namespace ldwhy::wasm {

class Linking {
 public:
  // Throws Malformed where the section is of a version that is not known, or does not fit.
  explicit Linking(const File &file);

  // Each symbol, and the number of its data segment where it is data of one.
  void visit(FunctionRef<void(const Symbol &, uint32_t segment)> sink) const;

 private:
  // Of symbols; functions, globals, tags and tables are numbered with the imported ones first.
  enum SymbolKind : uint8_t { FunctionSymbol, DataSymbol, GlobalSymbol, SectionSymbol, TagSymbol, TableSymbol };
  void read_segments(Bytes contents);
  void read_initializers(Bytes contents);
  void read_comdats(Bytes contents);
  Symbol read_symbol(Cursor &cursor, uint32_t &segment) const;
  void read_indexed(Cursor &cursor, uint8_t kind, uint32_t flags, Symbol &symbol) const;
  void read_data(Cursor &cursor, uint32_t flags, Symbol &symbol, uint32_t &segment) const;

  const File &file_;
  uint32_t code_section_ = 0, data_section_ = 0;
  Bytes symbols_;
  std::array<std::vector<std::string_view>, ExternalKindCount> imported_;  // names by kind
  // Sorted numbers of what is in a COMDAT.
  std::vector<uint32_t> comdat_functions_, comdat_segments_;
  std::vector<uint32_t> retained_segments_;  // sorted: not dropped
  std::vector<uint32_t> initializers_;  // sorted numbers of symbols
};

}  // namespace ldwhy::wasm
