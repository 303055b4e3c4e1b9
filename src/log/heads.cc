#include "log/heads.h"

#include <algorithm>
#include <cstring>

namespace ldwhy {
namespace {

constexpr size_t stroke = sizeof(uint64_t);

uint64_t load(std::string_view text) {
  uint64_t bytes = 0;
  std::memcpy(&bytes, text.data(), std::min(text.size(), stroke));
  return bytes;
}

}  // namespace

Heads::Heads(std::span<const std::string_view> heads) {
  std::vector<std::string_view> sorted(heads.begin(), heads.end());
  std::ranges::stable_sort(sorted, {}, [](std::string_view head) { return static_cast<unsigned char>(head.front()); });
  for (std::string_view head : sorted) {
    uint64_t mask = 0;
    std::memset(&mask, 0xFF, std::min(head.size(), stroke));
    heads_.push_back({load(head), mask, head.size() > stroke ? head.substr(stroke) : ""});
    ++first_of_[static_cast<unsigned char>(head.front()) + 1];
  }
  for (size_t i = 1; i < first_of_.size(); ++i) first_of_[i] = static_cast<uint16_t>(first_of_[i] + first_of_[i - 1]);
}

bool Heads::fit(std::string_view text) const {
  if (text.empty()) return false;
  unsigned char first = static_cast<unsigned char>(text.front());
  size_t at = first_of_[first], end = first_of_[first + 1u];
  if (at == end) return false;
  uint64_t bytes = load(text);
  for (; at < end; ++at) {
    const Head &head = heads_[at];
    if ((bytes & head.mask) != head.bytes) continue;
    // A text shorter than its head is padded with zeros, which no head holds.
    if (head.rest.empty() || (text.size() > stroke && text.substr(stroke).starts_with(head.rest))) return true;
  }
  return false;
}

}  // namespace ldwhy
