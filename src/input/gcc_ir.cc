// What GCC's IR defines and needs. Beside the IR, whose format changes with every release, an
// LTO object has a symbol table for linkers, made for GCC's plugin (gcc/lto-streamer-out.cc,
// lto-plugin/lto-plugin.c, include/plugin-api.h). Unlike the IR it is never compressed and has
// not changed since GCC 4.5. One section ".gnu.lto_.symtab.ID" an original object; "ld -r" keeps
// several in one file. An entry is
//
//   name, NUL; COMDAT key (may be empty), NUL; kind; visibility; size (8 bytes); slot (4 bytes)
//
// Since GCC 10 ".gnu.lto_.ext_symtab.ID" adds, after a version byte, two bytes an entry: whether
// it is a function or a variable, and whether it is in .bss. Numbers are in the byte order of
// the machine that GCC ran on, in practice the target's. Names are in the object's spelling.
#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "input/coff_file.h"
#include "input/elf_file.h"
#include "input/embedded_ir.h"

namespace ldwhy {
namespace {

constexpr uint64_t shortest_entry = 16;

Bytes kinds_for(std::string_view symbols_name, const std::vector<IrSection> &sections) {
  std::string_view id = symbols_name.substr(gcc_symbols_prefix.size());
  for (const IrSection &section : sections)
    if (section.name.starts_with(gcc_kinds_prefix) && section.name.substr(gcc_kinds_prefix.size()) == id)
      return section.contents;
  return {};
}

class GccIr final : public Object {
 public:
  GccIr(const Object &owner, std::vector<IrSection> sections)
      : Object(ObjectKind::GccSlimLto, owner.target(), owner.bytes()),
        producer_(owner.producer()),
        sections_(std::move(sections)) {}

  std::string_view producer() const override { return producer_; }

 protected:
  void visit_symbols(SymbolSink sink) const override {
    uint32_t index = 0;
    for (const IrSection &section : sections_)
      if (section.name.starts_with(gcc_symbols_prefix))
        visit_table(section.contents, kinds_for(section.name, sections_), index, sink);
  }

 private:
  void visit_table(Bytes contents, Bytes kinds, uint32_t &index, SymbolSink sink) const {
    constexpr std::array types = {SymbolType::None, SymbolType::Function, SymbolType::Object};
    if (!kinds.empty() && kinds.u8(0) != 1) kinds = {};
    Cursor table(contents, target_.big_endian ? Endian::Big : Endian::Little);
    for (uint64_t entry = 0; !table.at_end(); ++entry) {
      Symbol symbol = read_symbol(table);
      symbol.index = index++;
      uint64_t kind_at = 1 + entry * 2;
      if (kind_at < kinds.size())
        if (uint8_t kind = kinds.u8(kind_at); kind < types.size()) symbol.type = types[kind];
      sink(symbol);
    }
  }

  // enum ld_plugin_symbol_kind, enum gcc_plugin_symbol_visibility.
  static Symbol read_symbol(Cursor &table) {
    enum Kind : uint8_t { Definition, WeakDefinition, Undefined, WeakUndefined, Common, KindCount };
    constexpr std::array visibilities = {Visibility::Default, Visibility::Protected, Visibility::Internal,
                                         Visibility::Hidden};
    Symbol symbol;
    symbol.name = table.c_string("the name of a symbol of GCC's IR");
    symbol.comdat = !table.c_string("a COMDAT key").empty();
    uint8_t kind = table.u8("a symbol's kind");
    uint8_t visibility = table.u8("a symbol's visibility");
    if (kind >= KindCount || visibility >= visibilities.size())
      table.fail(fmt::format("expected a symbol's kind and visibility, found {} and {}", kind, visibility));
    symbol.visibility = visibilities[visibility];
    symbol.size = table.u64("a symbol's size");
    table.u32("a symbol's slot");
    if (kind == WeakDefinition || kind == WeakUndefined) symbol.binding = Binding::Weak;
    if (kind == Definition || kind == WeakDefinition) symbol.state = SymbolState::Defined;
    if (kind == Common) symbol.state = SymbolState::Common;
    return symbol;
  }

  std::string_view producer_;
  std::vector<IrSection> sections_;
};

}  // namespace

std::unique_ptr<Object> open_gcc_ir(const Object &owner, std::vector<IrSection> sections) {
  // Sections that share their bytes would make a small file long to read; so would many of them,
  // since each is looked for in the others.
  uint64_t total = 0;
  for (const IrSection &section : sections) total += section.contents.size() + shortest_entry;
  if (total > owner.bytes().size() || sections.size() * sections.size() > owner.bytes().size() * 4)
    owner.bytes().fail(0, "expected sections of GCC's IR that do not overlap");
  return std::make_unique<GccIr>(owner, std::move(sections));
}

bool holds_gcc_assembly(const Object &object) try {
  constexpr std::string_view start = ".gnu.lto_.asm.";
  if (object.target().format == Format::Elf) {
    ElfFile file(object.bytes());
    for (uint32_t index = 1; index < file.section_count(); ++index)
      if (file.section_name(file.section(index)).starts_with(start)) return true;
  } else if (object.target().format == Format::Coff) {
    coff::File file(object.bytes());
    for (uint32_t number = 1; number <= file.section_count(); ++number)
      if (file.section_name(number).starts_with(start)) return true;
  }
  return false;
} catch (const Malformed &) {
  return false;
}

}  // namespace ldwhy
