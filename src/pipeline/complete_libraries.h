// Where several libraries are missing, or a static one that needs others: all of them at once.
#pragma once

#include "base/files.h"
#include "cause/cause.h"

namespace ldwhy {

// Puts a remedy that adds all of them in the place of the first that adds one, where one is not enough.
void offer_all_libraries(Judgement &judgement, const Link &link, const Files &files);

}  // namespace ldwhy
