// "Does any of these words occur in the text?", for many words at once. Of each word, one stretch
// of five bytes must occur, and whoever looks at every third place of the text meets one of the
// stretch's three blocks of three bytes whole. So a third of the places are looked at, each on
// its own (no step waits for the one before), in a table of 2 KB. The idea of blocks is that of
// Wu and Manber, "A fast algorithm for multi-pattern searching" (1994), without its jumps.
#pragma once

#include <array>
#include <cstdint>
#include <cstring>
#include <string_view>
#include <vector>

namespace ldwhy {

class WordSearch {
 public:
  static constexpr size_t shortest = 5;
  // Words of `shortest` bytes or more; shorter ones are a mistake of the caller and match nothing.
  void add(std::string_view word);
  bool any_in(std::string_view text) const;

 private:
  static constexpr size_t block = 3;
  static constexpr size_t step = shortest - block + 1;
  static constexpr size_t table_bits = 14;
  struct Entry {
    std::string_view word;
    uint32_t first;  // four bytes of it, for a look before the whole
    size_t offset;   // of the block in the word
  };
  static uint32_t load(const char *bytes) {
    uint32_t value = 0;
    std::memcpy(&value, bytes, block);
    return value;
  }
  static size_t hash(uint32_t value) { return (value * 0x9E3779B1u) >> (32 - table_bits); }
  bool is_block(uint32_t value) const {
    size_t place = hash(value);
    return (present_[place / 64] >> (place % 64)) & 1;
  }
  bool is_word_at(std::string_view text, size_t at) const;

  std::array<uint64_t, (size_t{1} << table_bits) / 64> present_{};
  std::vector<std::vector<Entry>> entries_ =  // by block
      std::vector<std::vector<Entry>>(size_t{1} << table_bits);
};

}  // namespace ldwhy
