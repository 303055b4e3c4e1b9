// The shared libraries that a link's shared libraries load. GNU ld finds and reads them, to know
// whether all that a program's libraries need will be there when it runs.
#pragma once

#include "model/link.h"

namespace ldwhy {

// Fills in link.loaded, for links in which it matters.
void load_needed(Link &link, const Files &files);

}  // namespace ldwhy
