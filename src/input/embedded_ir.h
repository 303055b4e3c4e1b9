// Compiler IR in sections of native objects, shared by the readers of the formats that hold it.
#pragma once

#include <memory>
#include <mutex>
#include <string_view>
#include <vector>

#include "model/object.h"

namespace ldwhy {

struct IrSection {
  std::string_view name;
  Bytes contents;
};

// Sections that a reader should hand to LazyIr.
bool is_ir_section(std::string_view name);

// The IR of one object, opened when it is first asked for.
class LazyIr {
 public:
  // `find` gives the sections for which is_ir_section holds; it may throw Malformed.
  EmbeddedIr get(const Object &owner, FunctionRef<std::vector<IrSection>()> find) const;

 private:
  mutable std::once_flag once_;
  mutable std::unique_ptr<Object> object_;
  mutable std::string_view section_;
};

// GCC's symbol tables for linkers, as an object: gcc_ir.cc.
inline constexpr std::string_view gcc_symbols_prefix = ".gnu.lto_.symtab.", gcc_kinds_prefix = ".gnu.lto_.ext_symtab.";
std::unique_ptr<Object> open_gcc_ir(const Object &owner, std::vector<IrSection> sections);
// Whether GCC's IR in an object has module-level assembly; of a damaged object false.
bool holds_gcc_assembly(const Object &object);

}  // namespace ldwhy
