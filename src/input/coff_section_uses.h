// Which sections of a COFF object refer to which others by the sections' own symbols.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "model/object.h"

namespace ldwhy {

// Numbers of the referring section and the one meant, as symbols number them, ascending and each once.
// Nothing of other formats and of damaged objects.
std::vector<std::pair<uint32_t, uint32_t>> read_coff_section_uses(const Object &object);

}  // namespace ldwhy
