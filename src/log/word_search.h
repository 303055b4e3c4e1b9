// "Does any of these words occur in the text?", for many words at once. Follows Wu and
// Manber, "A fast algorithm for multi-pattern searching" (1994): a table says of each pair
// of three bytes how far the search may jump, so that most bytes are never looked at.
#pragma once

#include <array>
#include <cstdint>
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
  static constexpr size_t table_size = 1 << 14;
  static size_t hash(const char *bytes) {
    return (static_cast<unsigned char>(bytes[0]) * 241u ^
            static_cast<unsigned char>(bytes[1]) * 29u ^
            static_cast<unsigned char>(bytes[2]) * 3u) &
           (table_size - 1);
  }
  std::array<uint8_t, table_size> shift_ = filled();
  std::vector<std::vector<std::string_view>> ending_ =  // by the block that ends the window
      std::vector<std::vector<std::string_view>>(table_size);
  static constexpr std::array<uint8_t, table_size> filled() {
    std::array<uint8_t, table_size> all{};
    all.fill(shortest - block + 1);
    return all;
  }
};

}  // namespace ldwhy
