// Work spread over the machine's processors.
#pragma once

#include <cstddef>

#include "base/function_ref.h"

namespace ldwhy {

// Calls `body(i)` once for each i below `count`, on as many threads as the
// machine has processors (or `LDWHY_THREADS`), the caller's among them. Items
// are handed out singly and in order, so big ones should come first. Returns
// when all are done. `body` must not throw.
void parallel_for(size_t count, FunctionRef<void(size_t)> body);

unsigned thread_count();

}  // namespace ldwhy
