// The source lines of places in an object's code, from its debug information.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/object.h"

namespace ldwhy {

struct CodePlace {
  uint32_t section = 0;  // as the format numbers it
  uint64_t offset = 0;   // bytes from the start of the section
};

struct SourceLine {
  std::string file;   // as the compiler was given it; absolute where that is all that is recorded
  uint32_t line = 0;  // 0: not known
};

// One row a place. Not known is what the object has no debug information for, what stands behind
// damage, and what no line of the source stands for.
std::vector<SourceLine> source_lines(const Object &object, std::span<const CodePlace> places);

// Where a symbol of a relocatable object is defined; nothing where the format does not say.
std::optional<CodePlace> code_place(const Object &object, const Symbol &symbol);

}  // namespace ldwhy
