// WebAssembly: objects, and what linkers make of them. A module with a section "linking" is an
// object, whose symbols wasm_linking.cc reads. One that starts with "dylink.0" is a shared library
// ("WebAssembly Dynamic Linking"); all others are programs. Both have no symbols, but what they
// export is offered and what they import is needed. A shared library imports the address of a
// thing from modules called GOT.mem and GOT.func; its memory, its table and the globals of its
// own place come from the loader and are no symbols.
//
// Relocations of a section stand in the custom section "reloc.NAME" and count from the start of
// that section's contents.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <optional>
#include <set>
#include <vector>

#include "input/embedded_ir.h"
#include "input/enclosing_symbols.h"
#include "input/input.h"
#include "input/wasm_file.h"
#include "input/wasm_linking.h"

namespace ldwhy {
namespace {

using wasm::number;

constexpr std::string_view magic("\0asm", 4);
constexpr std::string_view library_mark = "dylink.0", old_library_mark = "dylink";

// "dylink.0": subsections. The older "dylink" has fixed fields, of which the last are the names.
struct DynamicFacts {
  std::vector<std::string_view> needed;
  std::set<std::string_view> weak_exports, weak_imports;
};

void read_dynamic_subsection(uint8_t kind, Bytes contents, DynamicFacts &facts) {
  enum Subsection : uint8_t { Needed = 2, ExportInfo = 3, ImportInfo = 4 };
  constexpr uint32_t weak = 1;
  if (kind < Needed || kind > ImportInfo) return;
  Cursor cursor(contents);
  uint32_t count = number(cursor, "a count of names");
  for (uint32_t i = 0; i < count; ++i) {
    std::string_view name = wasm::name(cursor, "a name");
    if (kind == Needed) {
      facts.needed.push_back(name);
      continue;
    }
    if (kind == ImportInfo) name = wasm::name(cursor, "an import's name");
    if (number(cursor, "flags") & weak) (kind == ExportInfo ? facts.weak_exports : facts.weak_imports).insert(name);
  }
}

DynamicFacts read_dynamic(const wasm::File &file) {
  DynamicFacts facts;
  if (const wasm::Section *section = file.custom_section(library_mark)) {
    Cursor cursor(section->contents);
    while (!cursor.at_end()) {
      uint8_t kind = cursor.u8("a dylink subsection's kind");
      uint32_t size = number(cursor, "a dylink subsection's size");
      read_dynamic_subsection(kind, cursor.take(size, "a dylink subsection"), facts);
    }
  } else if (const wasm::Section *old = file.custom_section(old_library_mark)) {
    Cursor cursor(old->contents);
    for (const char *field : {"a memory's size", "a memory's alignment", "a table's size", "a table's alignment"})
      number(cursor, field);
    uint32_t count = number(cursor, "a count of libraries");
    for (uint32_t i = 0; i < count; ++i) facts.needed.push_back(wasm::name(cursor, "a library"));
  }
  return facts;
}

// "producers": fields of a name and a list of tools with their versions; the compilers stand in
// the field "processed-by".
std::string read_producer(Bytes contents) {
  Cursor cursor(contents);
  uint32_t fields = number(cursor, "a count of fields");
  for (uint32_t field = 0; field < fields; ++field) {
    std::string_view title = wasm::name(cursor, "a field's name");
    uint32_t count = number(cursor, "a count of tools");
    for (uint32_t i = 0; i < count; ++i) {
      std::string_view tool = wasm::name(cursor, "a tool");
      std::string_view version = wasm::name(cursor, "a tool's version");
      if (title == "processed-by") return fmt::format("{} {}", tool, version);
    }
  }
  return {};
}

class WasmModule final : public Object {
 public:
  explicit WasmModule(Bytes bytes) : Object(ObjectKind::Executable, {}, bytes), file_(bytes) {
    target_.format = Format::Wasm;
    bool wide = file_.has_wide_memory();
    target_.arch = wide ? Arch::Wasm64 : Arch::Wasm32;
    target_.bits = wide ? 64 : 32;
    if (file_.custom_section("linking")) kind_ = ObjectKind::Relocatable;
    else if (file_.custom_section(library_mark) || file_.custom_section(old_library_mark)) kind_ = ObjectKind::Shared;
  }

  std::vector<std::string_view> needed() const override {
    try {
      return read_dynamic(file_).needed;
    } catch (const Malformed &) {
      return {};
    }
  }
  std::string_view producer() const override {
    std::call_once(producer_once_, [&] {
      const wasm::Section *section = file_.custom_section("producers");
      try {
        if (section) producer_ = read_producer(section->contents);
      } catch (const Malformed &) {
      }
    });
    return producer_;
  }
  std::vector<std::string> features() const override;
  EmbeddedIr embedded_ir() const override {
    return ir_.get(*this, [&] {
      std::vector<IrSection> found;
      for (const wasm::Section &section : file_.sections())
        if (section.id == wasm::CustomSection && is_ir_section(section.name))
          found.push_back({section.name, section.contents});
      return found;
    });
  }

 protected:
  void visit_symbols(SymbolSink sink) const override {
    if (kind_ != ObjectKind::Relocatable) return visit_linked(sink);
    wasm::Linking(file_).visit([&](const Symbol &symbol, uint32_t) { sink(symbol); });
  }
  void visit_references(ReferenceSink sink) const override;

 private:
  void visit_linked(SymbolSink sink) const;
  std::vector<Symbol> placed_symbols() const;
  void visit_relocations(Bytes contents, const std::vector<Symbol> &symbols, const EnclosingSymbols &enclosing,
                         ReferenceSink sink) const;

  wasm::File file_;
  LazyIr ir_;
  mutable std::once_flag producer_once_;
  mutable std::string producer_;
};

std::vector<std::string> WasmModule::features() const {
  std::vector<std::string> features;
  const wasm::Section *section = file_.custom_section("target_features");
  if (!section) return features;
  try {
    Cursor cursor(section->contents);
    uint32_t count = number(cursor, "a count of features");
    for (uint32_t i = 0; i < count; ++i) {
      std::string feature(1, static_cast<char>(cursor.u8("a feature's mark")));
      feature += wasm::name(cursor, "a feature");
      features.push_back(std::move(feature));
    }
  } catch (const Malformed &) {
  }
  return features;
}

SymbolType type_of_external(uint8_t kind) {
  if (kind == wasm::Function) return SymbolType::Function;
  return kind == wasm::Global ? SymbolType::Object : SymbolType::None;
}

void WasmModule::visit_linked(SymbolSink sink) const {
  DynamicFacts facts = read_dynamic(file_);
  Symbol symbol;
  symbol.dynamic = true;
  file_.visit_imports([&](const wasm::Import &import) {
    bool address = import.module == "GOT.mem" || import.module == "GOT.func";
    if (import.kind != wasm::Function && import.kind != wasm::Tag && !address) return;
    symbol.name = import.field;
    symbol.type = import.module == "GOT.func" ? SymbolType::Function : type_of_external(import.kind);
    symbol.binding = facts.weak_imports.contains(import.field) ? Binding::Weak : Binding::Global;
    symbol.host_import = !address && import.module != "env";
    sink(symbol);
    ++symbol.index;
  });
  symbol.state = SymbolState::Defined;
  symbol.host_import = false;
  file_.visit_exports([&](const wasm::Export &entry) {
    symbol.name = entry.name;
    symbol.type = type_of_external(entry.kind);
    symbol.value = entry.index;
    symbol.binding = facts.weak_exports.contains(entry.name) ? Binding::Weak : Binding::Global;
    sink(symbol);
    ++symbol.index;
  });
}

// The object's symbols by number, values counted from the start of their section's contents.
std::vector<Symbol> WasmModule::placed_symbols() const {
  const wasm::Section *code = file_.section(wasm::CodeSection);
  const wasm::Section *data = file_.section(wasm::DataSection);
  std::vector<wasm::Extent> bodies, segments;
  if (code) bodies = wasm::function_bodies(code->contents);
  if (data) segments = wasm::data_segments(data->contents);
  uint64_t imported_functions = 0;
  file_.visit_imports([&](const wasm::Import &import) { imported_functions += import.kind == wasm::Function; });
  std::vector<Symbol> symbols;
  wasm::Linking(file_).visit([&](const Symbol &listed, uint32_t segment) {
    Symbol symbol = listed;
    bool in_section = is_defined(symbol) && symbol.section != 0;
    if (in_section && symbol.type == SymbolType::Function) {
      uint64_t body = symbol.value - imported_functions;
      symbol.section = body < bodies.size() ? symbol.section : 0;
      if (symbol.section) symbol.value = bodies[body].begin, symbol.size = bodies[body].size;
    } else if (in_section && symbol.type != SymbolType::Section) {
      symbol.section = segment < segments.size() ? symbol.section : 0;
      if (symbol.section) symbol.value += segments[segment].begin;
    }
    symbols.push_back(symbol);
  });
  return symbols;
}

void WasmModule::visit_references(ReferenceSink sink) const {
  if (kind_ != ObjectKind::Relocatable) return;
  std::vector<Symbol> symbols = placed_symbols();
  EnclosingSymbols enclosing(symbols, target_.arch);
  for (const wasm::Section &section : file_.sections())
    if (section.id == wasm::CustomSection && section.name.starts_with("reloc."))
      visit_relocations(section.contents, symbols, enclosing, sink);
}

// What position-independent code cannot have, and what calls a function by name.
RelocationForm form_of(uint8_t type) {
  switch (type) {
    case 0:  // R_WASM_FUNCTION_INDEX_LEB
      return RelocationForm::Call;
    case 1:
    case 18:                    // R_WASM_TABLE_INDEX_SLEB, SLEB64
    case 3:
    case 4:
    case 14:
    case 15:   // R_WASM_MEMORY_ADDR_LEB, SLEB, LEB64, SLEB64
      return RelocationForm::Absolute;
    case 11:
    case 17:                   // R_WASM_MEMORY_ADDR_REL_SLEB, SLEB64
    case 12:
    case 24:                   // R_WASM_TABLE_INDEX_REL_SLEB, SLEB64
      return RelocationForm::Distance;
    default: return RelocationForm::Other;
  }
}

// "Relocation Sections": those against an address or an offset have a number to add.
bool has_addend(uint8_t type) {
  constexpr uint8_t types[] = {
      3,  4,  5,   // R_WASM_MEMORY_ADDR_LEB, SLEB, I32
      8,  9,       // R_WASM_FUNCTION_OFFSET_I32, R_WASM_SECTION_OFFSET_I32
      11,          // R_WASM_MEMORY_ADDR_REL_SLEB
      14, 15, 16,  // R_WASM_MEMORY_ADDR_LEB64, SLEB64, I64
      17,          // R_WASM_MEMORY_ADDR_REL_SLEB64
      21, 22, 23,  // R_WASM_MEMORY_ADDR_TLS_SLEB, FUNCTION_OFFSET_I64, MEMORY_ADDR_LOCREL_I32
      25,          // R_WASM_MEMORY_ADDR_TLS_SLEB64
  };
  return std::ranges::find(types, type) != std::end(types);
}

void WasmModule::visit_relocations(Bytes contents, const std::vector<Symbol> &symbols,
                                   const EnclosingSymbols &enclosing, ReferenceSink sink) const {
  constexpr uint8_t type_index = 6;  // against a function's type, which is no symbol
  Cursor cursor(contents);
  uint32_t position = number(cursor, "a section's number");
  if (position >= file_.sections().size())
    cursor.fail(fmt::format("expected a section's number below {}, found {}", file_.sections().size(), position));
  const wasm::Section &section = file_.sections()[position];
  std::string_view name = section.id == wasm::CodeSection   ? std::string_view("CODE")
                          : section.id == wasm::DataSection ? std::string_view("DATA")
                                                            : section.name;
  uint32_t count = number(cursor, "a count of relocations");
  for (uint32_t i = 0; i < count; ++i) {
    uint8_t type = cursor.u8("a relocation's kind");
    uint32_t offset = number(cursor, "a relocation's place");
    uint32_t index = number(cursor, "a relocation's symbol");
    if (has_addend(type)) cursor.sleb128("a relocation's addend");
    if (type == type_index) continue;
    if (index >= symbols.size())
      cursor.fail(
          fmt::format("expected a relocation against one of {} symbols, found number {}", symbols.size(), index));
    const Symbol &symbol = symbols[index];
    if (symbol.name.empty() || symbol.type == SymbolType::Section) continue;
    sink({symbol.name, enclosing.find(position + 1, offset), name, offset, form_of(type), position + 1});
  }
}

bool claims_wasm(Bytes bytes) { return bytes.starts_with(magic); }

std::unique_ptr<Object> open_wasm(Bytes bytes) { return std::make_unique<WasmModule>(bytes); }

}  // namespace

const ObjectFormat wasm_format = {"wasm", "WebAssembly object or module", claims_wasm, open_wasm};

}  // namespace ldwhy
