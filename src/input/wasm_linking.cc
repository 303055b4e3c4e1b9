// "WebAssembly Object File Linking", "Linking Metadata Section", version 2: subsections, of which
// the symbol table and the COMDAT groups matter here. A symbol names a function, global, tag or
// table by number, or data by segment and offset. An undefined one of the first is an import, and
// called as the import is, unless the symbol has a name of its own: then the source asked for
// that import (import_module, import_name), and the host that runs the program will supply it.
#include "input/wasm_linking.h"

#include <fmt/format.h>

#include <algorithm>

#include "input/name_allowance.h"

namespace ldwhy::wasm {
namespace {

constexpr uint32_t known_version = 2;

enum Subsection : uint8_t {
  SegmentSubsection = 5,
  InitializerSubsection = 6,
  ComdatSubsection = 7,
  SymbolSubsection = 8
};
enum SymbolFlags : uint32_t {
  WeakBinding = 0x1,
  LocalBinding = 0x2,
  HiddenVisibility = 0x4,
  IsUndefined = 0x10,
  IsExported = 0x20,
  HasExplicitName = 0x40,
  IsKept = 0x80,
  IsThreadLocal = 0x100,
  IsAbsolute = 0x200,
};

}  // namespace

Linking::Linking(const File &file)
    : file_(file), code_section_(file.position_of(CodeSection)), data_section_(file.position_of(DataSection)) {
  const Section *linking = file.custom_section("linking");
  if (!linking) return;
  Cursor cursor(linking->contents);
  uint32_t version = number(cursor, "the linking section's version");
  if (version != known_version)
    cursor.fail(fmt::format("expected version {} of the linking section, found {}", known_version, version));
  while (!cursor.at_end()) {
    uint8_t kind = cursor.u8("a linking subsection's kind");
    uint32_t size = number(cursor, "a linking subsection's size");
    Bytes contents = cursor.take(size, "a linking subsection");
    if (kind == SegmentSubsection) read_segments(contents);
    if (kind == InitializerSubsection) read_initializers(contents);
    if (kind == ComdatSubsection) read_comdats(contents);
    if (kind == SymbolSubsection) symbols_ = contents;
  }
  std::ranges::sort(initializers_);
  std::ranges::sort(comdat_functions_);
  std::ranges::sort(comdat_segments_);
  file.visit_imports([&](const Import &import) { imported_[import.kind].push_back(import.field); });
}

void Linking::read_segments(Bytes contents) {
  constexpr uint32_t retained = 0x4;
  Cursor cursor(contents);
  uint32_t count = number(cursor, "a count of data segments");
  for (uint32_t i = 0; i < count; ++i) {
    name(cursor, "a data segment's name");
    number(cursor, "a data segment's alignment");
    if (number(cursor, "a data segment's flags") & retained) retained_segments_.push_back(i);
  }
}

void Linking::read_initializers(Bytes contents) {
  Cursor cursor(contents);
  uint32_t count = number(cursor, "a count of initializers");
  for (uint32_t i = 0; i < count; ++i) {
    number(cursor, "an initializer's priority");
    initializers_.push_back(number(cursor, "an initializer's symbol"));
  }
}

void Linking::read_comdats(Bytes contents) {
  enum MemberKind : uint8_t { DataMember = 0, FunctionMember = 1 };
  Cursor cursor(contents);
  uint32_t groups = number(cursor, "a count of COMDAT groups");
  for (uint32_t group = 0; group < groups; ++group) {
    name(cursor, "a COMDAT group's name");
    number(cursor, "a COMDAT group's flags");
    uint32_t members = number(cursor, "a count of a COMDAT group's members");
    for (uint32_t member = 0; member < members; ++member) {
      uint8_t kind = cursor.u8("the kind of a COMDAT group's member");
      uint32_t index = number(cursor, "the number of a COMDAT group's member");
      if (kind == FunctionMember) comdat_functions_.push_back(index);
      if (kind == DataMember) comdat_segments_.push_back(index);
    }
  }
}

void Linking::visit(FunctionRef<void(const Symbol &, uint32_t)> sink) const {
  if (symbols_.empty()) return;
  // Symbols that share an import's or a section's name would make a small file long to read.
  NameAllowance allowance(file_.bytes());
  Cursor cursor(symbols_);
  uint32_t count = number(cursor, "a count of symbols");
  for (uint32_t index = 0; index < count; ++index) {
    uint32_t segment = 0;
    Symbol symbol = read_symbol(cursor, segment);
    symbol.index = index;
    symbol.initializer |= std::ranges::binary_search(initializers_, index);
    allowance.spend(symbols_, cursor.position(), symbol.name.size());
    sink(symbol, segment);
  }
}

Symbol Linking::read_symbol(Cursor &cursor, uint32_t &segment) const {
  Symbol symbol;
  uint8_t kind = cursor.u8("a symbol's kind");
  uint32_t flags = number(cursor, "a symbol's flags");
  symbol.state = flags & IsUndefined ? SymbolState::Undefined : SymbolState::Defined;
  if (flags & WeakBinding) symbol.binding = Binding::Weak;
  if (flags & LocalBinding) symbol.binding = Binding::Local;
  if (flags & HiddenVisibility) symbol.visibility = Visibility::Hidden;
  symbol.kept = is_defined(symbol) && (flags & (IsExported | IsKept));
  switch (kind) {
    case FunctionSymbol:
    case GlobalSymbol:
    case TagSymbol:
    case TableSymbol: read_indexed(cursor, kind, flags, symbol); break;
    case DataSymbol: read_data(cursor, flags, symbol, segment); break;
    case SectionSymbol: {
      uint32_t index = number(cursor, "a section's number");
      if (index >= file_.sections().size())
        cursor.fail(fmt::format("expected a section's number below {}, found {}", file_.sections().size(), index));
      symbol.type = SymbolType::Section;
      symbol.section = index + 1;
      symbol.name = file_.sections()[index].name;
      break;
    }
    default: cursor.fail(fmt::format("expected a symbol's kind, found {}", kind));
  }
  return symbol;
}

void Linking::read_indexed(Cursor &cursor, uint8_t kind, uint32_t flags, Symbol &symbol) const {
  ExternalKind external = kind == FunctionSymbol ? Function
                          : kind == GlobalSymbol ? Global
                          : kind == TagSymbol    ? Tag
                                                 : Table;
  const std::vector<std::string_view> &imported = imported_[external];
  uint32_t index = number(cursor, "a symbol's number");
  bool undefined = flags & IsUndefined;
  if (undefined != (index < imported.size()))
    cursor.fail(fmt::format("expected a symbol's number {} {}, found {}", undefined ? "below" : "from", imported.size(),
                            index));
  symbol.value = index;
  symbol.name = !undefined || (flags & HasExplicitName) ? name(cursor, "a symbol's name") : imported[index];
  symbol.host_import = undefined && (flags & HasExplicitName);
  if (external != Function) return;
  symbol.type = SymbolType::Function;
  if (undefined) return;
  symbol.section = code_section_;
  symbol.comdat = std::ranges::binary_search(comdat_functions_, index);
}

void Linking::read_data(Cursor &cursor, uint32_t flags, Symbol &symbol, uint32_t &segment) const {
  symbol.name = name(cursor, "a symbol's name");
  symbol.type = flags & IsThreadLocal ? SymbolType::Tls : SymbolType::Object;
  if (flags & IsUndefined) return;
  segment = number(cursor, "a data segment's number");
  symbol.value = cursor.uleb128("an offset in a data segment");
  symbol.size = cursor.uleb128("a symbol's size");
  if (flags & IsAbsolute) return;
  symbol.section = data_section_;
  symbol.comdat = std::ranges::binary_search(comdat_segments_, segment);
  // Kept as initializers are: if anything of its object is.
  symbol.initializer = std::ranges::binary_search(retained_segments_, segment);
}

}  // namespace ldwhy::wasm
