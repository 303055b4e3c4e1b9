// "Does the text start with any of these?", for tables of many heads: they are sorted by their
// first byte once, and of each the first eight bytes are compared at a stroke.
#pragma once

#include <array>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>
#include <vector>

namespace ldwhy {

class Heads {
 public:
  Heads(std::initializer_list<std::string_view> heads) : Heads(std::span(heads)) {}
  explicit Heads(std::span<const std::string_view> heads);
  bool fit(std::string_view text) const;

 private:
  struct Head {
    uint64_t bytes, mask;
    std::string_view rest;  // past the first eight
  };
  std::vector<Head> heads_;               // by first byte
  std::array<uint16_t, 257> first_of_{};  // where the heads of each first byte start
};

}  // namespace ldwhy
