#include "base/parallel.h"

#include <algorithm>
#include <atomic>
#include <cstdlib>
#include <thread>
#include <vector>

namespace ldwhy {

unsigned thread_count() {
  static const unsigned count = [] {
    if (const char *wanted = std::getenv("LDWHY_THREADS")) {
      int n = std::atoi(wanted);
      if (n > 0) return static_cast<unsigned>(std::min(n, 256));
    }
    return std::max(1u, std::thread::hardware_concurrency());
  }();
  return count;
}

void parallel_for(size_t count, FunctionRef<void(size_t)> body) {
  size_t threads = std::min<size_t>(thread_count(), count);
  std::atomic<size_t> next = 0;
  auto work = [&] {
    for (size_t i; (i = next.fetch_add(1, std::memory_order_relaxed)) < count;) body(i);
  };
  std::vector<std::jthread> helpers;
  for (size_t i = 1; i < threads; ++i) helpers.emplace_back(work);
  work();
}

}  // namespace ldwhy
