// Libraries that objects ask for by themselves.
#pragma once

#include "model/link.h"

namespace ldwhy {

// Finds and opens them, adds them behind the other inputs (InputArg::autolinked) and fills
// link.autolinks. Members of archives count as well, since a link may take them; which requests
// take effect is the walk's to say.
void add_autolinked(Link &link, const Files &files);

}  // namespace ldwhy
