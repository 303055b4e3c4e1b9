// Any bytes as a depfile.
#include <cstdint>

#include "check/depfile.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  size_t words = 0;
  for (const ldwhy::DepRule &rule : ldwhy::read_depfile({reinterpret_cast<const char *>(data), size}))
    words += rule.targets.size() + rule.needs.size();
  if (words > size) __builtin_trap();
  return 0;
}
