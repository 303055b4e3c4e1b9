// The scanner of module-level assembly, on any text for each syntax it knows.
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "input/asm_symbols.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  using namespace ldwhy;
  std::string_view text(reinterpret_cast<const char *>(data), size);
  struct Dialect {
    Format format;
    Arch arch;
  };
  for (Dialect dialect :
       {Dialect{Format::Elf, Arch::X86_64}, Dialect{Format::Elf, Arch::Arm}, Dialect{Format::MachO, Arch::Arm64},
        Dialect{Format::Coff, Arch::I386}, Dialect{Format::Elf, Arch::Riscv64}, Dialect{Format::Wasm, Arch::Wasm32}})
    for (const ir::AsmSymbol &symbol : scan_asm(text, dialect.format, dialect.arch))
      // Names are parts of the text, and lines are lines of it.
      if (symbol.name.empty() || symbol.name.size() > size || symbol.line == 0) std::abort();
  return 0;
}
