#include "log/word_search.h"

#include <algorithm>
#include <bit>

namespace ldwhy {
namespace {

// How seldom build logs hold a byte, roughly: letters by their share of English, and what
// paths and options are full of.
size_t rareness(std::string_view stretch) {
  static constexpr std::string_view common = " e/t-aoi.nrscld_pumfgbhCv";
  size_t sum = 0;
  for (char c : stretch) sum += std::min(common.find(c), common.size());
  return sum;
}

}  // namespace

void WordSearch::add(std::string_view word) {
  if (word.size() < shortest) return;
  size_t start = 0;
  for (size_t i = 1; i + shortest <= word.size(); ++i) {
    if (rareness(word.substr(i, shortest)) > rareness(word.substr(start, shortest))) start = i;
  }
  for (size_t offset = start; offset < start + step; ++offset) {
    size_t place = hash(load(word.data() + offset));
    present_[place / 64] |= uint64_t{1} << (place % 64);
    Entry &entry = entries_[place].emplace_back(word, 0, offset);
    std::memcpy(&entry.first, word.data(), sizeof entry.first);
  }
}

bool WordSearch::is_word_at(std::string_view text, size_t at) const {
  for (const Entry &entry : entries_[hash(load(text.data() + at))]) {
    if (entry.offset > at || text.size() - (at - entry.offset) < entry.word.size()) continue;
    const char *start = text.data() + at - entry.offset;
    if (std::memcmp(start, &entry.first, sizeof entry.first) == 0 &&
        std::memcmp(start, entry.word.data(), entry.word.size()) == 0) {
      return true;
    }
  }
  return false;
}

bool WordSearch::any_in(std::string_view text) const {
  if (text.size() < shortest) return false;
  // A load takes four bytes where there are four, which spares the copying of three.
  size_t at = 0;
  for (; at + 4 <= text.size(); at += step) {
    uint32_t four;
    std::memcpy(&four, text.data() + at, 4);
    static_assert(block == 3);
    if constexpr (std::endian::native == std::endian::little) four &= 0xFFFFFF;
    else four = load(text.data() + at);
    if (is_block(four) && is_word_at(text, at)) return true;
  }
  return at + block <= text.size() && is_block(load(text.data() + at)) && is_word_at(text, at);
}

}  // namespace ldwhy
