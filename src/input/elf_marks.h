// What single relocations and marks of an ELF file mean for the image it becomes part of.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "input/elf_file.h"
#include "model/object.h"

namespace ldwhy {

RelocationForm elf_relocation_form(uint16_t machine, uint32_t type);
// As Object::marks(); what is damaged is left out.
std::vector<std::string_view> elf_marks(const ElfFile &file);

}  // namespace ldwhy
