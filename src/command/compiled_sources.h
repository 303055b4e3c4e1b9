// Objects that a compiler driver made of sources on its way to the linker, and then deleted.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/command.h"

namespace ldwhy {

struct CompiledSource {
  uint32_t input = 0;   // index into Command::inputs
  std::string object;   // "/tmp/ccQz81Xk.o"
  std::string source;   // "main.c": the driver's word
};

// Of a linker's command whose driver's words are in Command::argv. Nothing where it is not
// certain which object came of which source.
std::vector<CompiledSource> compiled_sources(const Command &command);

}  // namespace ldwhy
