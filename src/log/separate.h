// Links that a parallel build ran at the same time, and whose messages stand among each other.
#pragma once

#include <vector>

#include "model/complaint.h"

namespace ldwhy {

// Puts each complaint to the link that it is about, where the log says which that is. Links that
// did not mix stay as they are.
void separate_links(std::vector<LoggedLink> &links);

}  // namespace ldwhy
