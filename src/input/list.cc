#include "input/input.h"

namespace ldwhy {

std::span<const ObjectFormat *const> object_formats() {
  // In the order in which they are tried: the most frequent first; COFF, which has no magic
  // number, after those that have one; tbd last, since it is recognised by text.
  static const ObjectFormat *const formats[] = {&elf_format,         &macho_format, &bitcode_format, &wasm_format,
                                                &coff_import_format, &pe_format,    &coff_format,    &tbd_format};
  return formats;
}

}  // namespace ldwhy
