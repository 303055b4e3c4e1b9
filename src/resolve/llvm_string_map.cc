// LLVM's StringMap ("StringMap.cpp"): 16 buckets at first, probed at growing distances; more than three
// quarters full it is made anew with twice as many, into which the entries go in the order of
// the old buckets. Iteration goes through the buckets. A DenseMap ("DenseMap.h") begins with 64, and
// is made larger before an entry would fill three quarters.
//
// The hash of names in a DenseMap is CityHash's first version with a seed (LLVM 14 to 19); here as far
// as 32 letters. Longer names have no place that is known.
#include "resolve/llvm_string_map.h"

#include <bit>

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

constexpr uint64_t city_0 = 0xc3a5c85c97cb3127, city_1 = 0xb492b66fbe98f273, city_2 = 0x9ae16a3b2f90404f,
                   city_3 = 0xc949d7c7509e6557, city_multiplier = 0x9ddfea08eb382d69, city_seed = 0xff51afd7ed558ccd;
constexpr size_t longest_hashed = 32;

uint64_t number_at(std::string_view text, size_t at, size_t size) {
  uint64_t number = 0;
  for (size_t i = size; i-- > 0;) number = number << 8 | static_cast<unsigned char>(text[at + i]);
  return number;
}

uint64_t fold(uint64_t value) { return value ^ value >> 47; }

uint64_t join(uint64_t low, uint64_t high) {
  uint64_t first = fold((low ^ high) * city_multiplier);
  return fold((high ^ first) * city_multiplier) * city_multiplier;
}

// Texts of 1 to longest_hashed letters.
uint64_t city_hash(std::string_view text) {
  size_t size = text.size();
  auto letter = [&](size_t at) { return static_cast<uint32_t>(static_cast<unsigned char>(text[at])); };
  if (size <= 3) {
    uint32_t low = letter(0) + (letter(size / 2) << 8), high = static_cast<uint32_t>(size) + (letter(size - 1) << 2);
    return fold(low * city_2 ^ high * city_3 ^ city_seed) * city_2;
  }
  if (size <= 8) return join(size + (number_at(text, 0, 4) << 3), city_seed ^ number_at(text, size - 4, 4));
  uint64_t last = number_at(text, size - 8, 8), first = number_at(text, 0, 8);
  if (size <= 16) return join(city_seed ^ first, std::rotr(last + size, static_cast<int>(size))) ^ last;
  uint64_t a = first * city_1, b = number_at(text, 8, 8), c = last * city_2, d = number_at(text, size - 16, 8) * city_0;
  return join(std::rotr(a - b, 43) + std::rotr(c ^ city_seed, 30) + d,
              a + std::rotr(b ^ city_3, 20) - c + size + city_seed);
}

using Buckets = std::vector<const std::string_view *>;

// False: it is there.
bool place(Buckets &buckets, const std::string_view *text, uint32_t hash) {
  size_t at = hash & (buckets.size() - 1);
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
    used += place(buckets, &text, hash_of(text, llvm));
    if (used * 4 <= buckets.size() * 3) continue;
    Buckets larger(buckets.size() * 2);
    for (const std::string_view *entry : buckets)
      if (entry) place(larger, entry, hash_of(*entry, llvm));
    buckets = std::move(larger);
  }
  std::vector<std::string_view> order;
  for (const std::string_view *entry : buckets)
    if (entry) order.push_back(*entry);
  return order;
}

std::vector<std::string_view> order_of_name_map(const std::vector<std::string_view> &inserted) {
  constexpr size_t first_name_map_size = 64;
  auto is_hashed = [&](std::string_view text) { return !text.empty() && text.size() <= longest_hashed; };
  auto hash = [](std::string_view text) { return static_cast<uint32_t>(city_hash(text)); };
  Buckets buckets(first_name_map_size);
  for (size_t count = 0; count < inserted.size(); ++count) {
    if ((count + 1) * 4 >= buckets.size() * 3) {
      Buckets larger(buckets.size() * 2);
      for (const std::string_view *entry : buckets)
        if (entry) place(larger, entry, hash(*entry));
      buckets = std::move(larger);
    }
    if (is_hashed(inserted[count])) place(buckets, &inserted[count], hash(inserted[count]));
  }
  std::vector<std::string_view> order;
  for (const std::string_view *entry : buckets)
    if (entry) order.push_back(*entry);
  return order;
}

}  // namespace ldwhy
