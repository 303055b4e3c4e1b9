// Which sections hold IR, and which of several counts: the one that a linker would read.
//
//   .llvm.lto          -ffat-lto-objects (LLVM 17 and newer), read by lld --fat-lto-objects
//   .llvmbc            -fembed-bitcode, rustc -Cembed-bitcode: ELF, COFF, WebAssembly
//   __LLVM,__bitcode   the same in Mach-O
//   .gnu.lto_.symtab.  GCC's LTO: what the IR defines and needs
//
// A section of one byte is the mark that -fembed-bitcode=marker leaves: no bitcode. In a linked
// file the bitcode of all objects stands one behind the other.
#include "input/embedded_ir.h"

#include <algorithm>

#include "input/input.h"

namespace ldwhy {
namespace {

constexpr std::string_view llvm_sections[] = {".llvm.lto", ".llvmbc", "__LLVM,__bitcode"};

}  // namespace

bool is_ir_section(std::string_view name) {
  return std::ranges::find(llvm_sections, name) != std::end(llvm_sections) || name.starts_with(gcc_symbols_prefix) ||
         name.starts_with(gcc_kinds_prefix);
}

EmbeddedIr LazyIr::get(const Object &owner, FunctionRef<std::vector<IrSection>()> find) const {
  std::call_once(once_, [&] {
    try {
      std::vector<IrSection> sections = find();
      for (std::string_view name : llvm_sections)
        for (const IrSection &section : sections) {
          if (object_ || section.name != name || !bitcode_format.claims(section.contents)) continue;
          object_ = bitcode_format.open(section.contents);
          section_ = name;
        }
      if (object_) return;
      std::erase_if(sections, [](const IrSection &section) { return !section.name.starts_with(".gnu."); });
      if (sections.empty()) return;
      section_ = sections.front().name;
      object_ = open_gcc_ir(owner, std::move(sections));
    } catch (const Malformed &) {
      object_ = nullptr;
    }
  });
  return {object_.get(), object_ ? section_ : std::string_view()};
}

}  // namespace ldwhy
