// The target of a file from its first bytes.
#pragma once

#include "base/bytes.h"
#include "model/target.h"

namespace ldwhy {

// For ELF and Mach-O objects, and archives whose first object is one. Whatever it cannot tell
// stays Unknown, which agrees with every target. Throws nothing.
Target peek_target(Bytes bytes);

}  // namespace ldwhy
