// What the Mach-O reader shares with the reader of universal files.
#pragma once

#include <cstdint>

#include "model/target.h"

namespace ldwhy {

// The architecture that a cputype and cpusubtype stand for (<mach/machine.h>), with the byte
// order that its objects have. The platform stays Unknown.
Target macho_target(uint32_t cpu_type, uint32_t cpu_subtype);

}  // namespace ldwhy
