// wasm-ld takes symbols in table order. LLD's port for Mach-O takes an object's definitions before its
// needs, of bitcode since LLD 15 or so only. LLVM tells a module's functions before its data.
#include "resolve/table_steps.h"

#include <algorithm>
#include <string_view>
#include <unordered_set>

#include "resolve/format_rules.h"

namespace ldwhy {
namespace {

constexpr int bitcode_definitions_first_since = 15;

TableStep::Kind kind_of(const Symbol &symbol) {
  using Kind = TableStep::Kind;
  bool weak = symbol.binding == Binding::Weak;
  if (!is_defined(symbol)) return weak ? Kind::WeakNeed : Kind::Need;
  if (symbol.state == SymbolState::Common) return Kind::DefineTentatively;
  return weak ? Kind::DefineWeakly : Kind::Define;
}

// wasm-ld knows functions, data and so on; what is thread-local is data to it, and only bitcode says so.
SymbolType type_of(const Symbol &symbol, const Command &command) {
  bool wasm = format_rules_for(command).format == Format::Wasm;
  return wasm && symbol.type == SymbolType::Tls ? SymbolType::Object : symbol.type;
}

bool takes_definitions_first(const Command &command, bool bitcode) {
  if (format_rules_for(command).format == Format::Wasm) return false;
  return !bitcode || command.linker != Linker::Lld || command.linker_major(99) >= bitcode_definitions_first_since;
}

}  // namespace

std::vector<TableStep> read_table_steps(const Object &object, const Command &command, SymbolIndex &index) {
  std::vector<TableStep> steps;
  bool bitcode = object.kind() == ObjectKind::Bitcode;
  std::unordered_set<std::string_view> own;  // defined by the module's own assembly
  if (const ir::Module *module = bitcode ? object.module() : nullptr)
    for (const ir::AsmSymbol &symbol : module->asm_symbols)
      if (symbol.defined) own.insert(symbol.name);
  (void)object.for_each_symbol([&](const Symbol &symbol) {
    if (symbol.name.empty() || symbol.binding == Binding::Local || symbol.type == SymbolType::Section) return;
    if (!is_defined(symbol) && own.contains(symbol.name)) return;
    steps.push_back({index.intern(symbol.name), kind_of(symbol), type_of(symbol, command), symbol.host_import,
                     symbol.comdat, symbol.index});
  });
  if (bitcode)
    std::ranges::stable_partition(steps, [](const TableStep &step) { return step.type == SymbolType::Function; });
  if (takes_definitions_first(command, bitcode)) {
    auto needs = [](const TableStep &step) {
      return step.kind == TableStep::Kind::Need || step.kind == TableStep::Kind::WeakNeed;
    };
    std::ranges::stable_partition(steps, [&](const TableStep &step) { return !needs(step); });
  }
  return steps;
}

std::vector<SymbolIndex::Name> read_offers_with_locals(const Object &object, SymbolIndex &index) {
  std::vector<SymbolIndex::Name> names;
  bool native = object.kind() == ObjectKind::Relocatable;
  (void)object.for_each_symbol([&](const Symbol &symbol) {
    bool counts = native || symbol.binding != Binding::Local;
    if (is_defined(symbol) && counts && !symbol.name.empty() && symbol.type != SymbolType::Section)
      names.push_back(index.intern(symbol.name));
  });
  return names;
}

bool defines_start(const Object &object, std::string_view start) {
  bool found = false;
  (void)object.for_each_symbol(
      [&](const Symbol &symbol) { found |= is_defined(symbol) && symbol.name.starts_with(start); });
  return found;
}

bool calls_any(const Link &link, const SymbolIndex &index, FunctionRef<bool(ObjectId)> is_code,
               FunctionRef<bool(SymbolIndex::Name, std::string_view)> wanted) {
  bool calls = false;
  for (ObjectId id = 0; id < link.objects.size() && !calls; ++id) {
    if (!is_code(id)) continue;
    (void)link.object(id)->for_each_reference([&](const Reference &reference) {
      if (calls || reference.form != RelocationForm::Call) return;
      std::optional<SymbolIndex::Name> callee = index.find(reference.symbol);
      calls = callee && wanted(*callee, reference.symbol);
    });
  }
  return calls;
}

}  // namespace ldwhy
