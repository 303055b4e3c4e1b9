// Contents of compressed ELF sections. gABI, chapter 4, "Section Compression": an Elf32_Chdr or
// Elf64_Chdr in the file's byte order, then a stream of zlib (RFC 1950) or Zstandard (RFC 8878).
#pragma once

#include <optional>
#include <string>

#include "input/elf_file.h"

namespace ldwhy {

// Nothing where the stream is damaged, of another kind, or claims more than such sections come to.
// Throws Malformed where the header does not fit.
std::optional<std::string> decompress(const ElfFile &file, const ElfSection &section);

}  // namespace ldwhy
