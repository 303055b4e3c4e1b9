#include "input/input.h"

namespace ldwhy {

std::span<const ObjectFormat *const> object_formats() {
  // In the order in which they are tried: the most frequent first; tbd last, since it is
  // recognised by text.
  static const ObjectFormat *const formats[] = {&elf_format, &macho_format, &bitcode_format,
                                                &tbd_format};
  return formats;
}

}  // namespace ldwhy
