// The user's cache: ${XDG_CACHE_HOME:-$HOME/.cache}/ldwhy. Everything there is for the
// user's eyes alone (mode 0700), and may be removed at any time.
#pragma once

#include <string>

#include "base/problem.h"

namespace ldwhy {

// ".../ldwhy", made where it is not there; in $TMPDIR where the home folder can't be used.
Result<std::string> cache_folder();
// A folder below it, for the user alone; true where it is there at the end.
bool make_private_folder(const std::string &path);

}  // namespace ldwhy
