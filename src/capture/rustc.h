// rustc, where COMPILER_PATH is not enough to catch its linker.
#pragma once

#include <string>
#include <vector>

#include "capture/environment.h"
#include "capture/shims.h"

namespace ldwhy {

// Whether RUSTC_WRAPPER should name our rustc: where a build started in `directory` may
// need it, and nobody else has taken that place. Build scripts can see the variable, and
// some run again when it changes, so it is not set without need.
bool wants_rustc_wrapper(const std::vector<std::string> &build, const std::string &directory,
                         const ProcessEnvironment &environment);

// As RUSTC_WRAPPER: argv[1] is the compiler, the rest its arguments.
int run_rustc(const Calling &calling, char **argv);

}  // namespace ldwhy
