// LLVM's StringMap ("StringMap.cpp"): 16 buckets at first, probed at growing distances; more than three
// quarters full it is made anew with twice as many, into which the entries go in the order of
// the old buckets. Iteration goes through the buckets.
#include "resolve/llvm_string_map.h"

#define XXH_INLINE_ALL
#include <xxhash.h>

namespace ldwhy {
namespace {

constexpr size_t first_size = 16;
constexpr int xxh3_since = 17;

uint32_t hash_of(std::string_view text, int llvm) {
  if (llvm >= xxh3_since) return static_cast<uint32_t>(XXH3_64bits(text.data(), text.size()));
  uint32_t hash = 0;  // Bernstein's
  for (char c : text) hash = hash * 33 + static_cast<unsigned char>(c);
  return hash;
}

using Buckets = std::vector<const std::string_view *>;

// False: it is there.
bool place(Buckets &buckets, const std::string_view *text, int llvm) {
  size_t at = hash_of(*text, llvm) & (buckets.size() - 1);
  for (size_t step = 1; buckets[at]; ++step) {
    if (*buckets[at] == *text) return false;
    at = (at + step) & (buckets.size() - 1);
  }
  buckets[at] = text;
  return true;
}

}  // namespace

std::vector<std::string_view> order_of_string_set(const std::vector<std::string_view> &inserted, int llvm) {
  Buckets buckets(first_size);
  size_t used = 0;
  for (const std::string_view &text : inserted) {
    used += place(buckets, &text, llvm);
    if (used * 4 <= buckets.size() * 3) continue;
    Buckets larger(buckets.size() * 2);
    for (const std::string_view *entry : buckets)
      if (entry) place(larger, entry, llvm);
    buckets = std::move(larger);
  }
  std::vector<std::string_view> order;
  for (const std::string_view *entry : buckets)
    if (entry) order.push_back(*entry);
  return order;
}

}  // namespace ldwhy
