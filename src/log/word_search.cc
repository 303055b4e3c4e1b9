#include "log/word_search.h"

#include <algorithm>

namespace ldwhy {

void WordSearch::add(std::string_view word) {
  if (word.size() < shortest) return;
  for (size_t i = 0; i + block <= shortest; ++i) {
    uint8_t &shift = shift_[hash(word.data() + i)];
    shift = std::min<uint8_t>(shift, static_cast<uint8_t>(shortest - block - i));
  }
  std::vector<std::string_view> &words = ending_[hash(word.data() + shortest - block)];
  if (std::find(words.begin(), words.end(), word) == words.end()) words.push_back(word);
}

bool WordSearch::any_in(std::string_view text) const {
  // `end` is the last byte of a window as long as the shortest word.
  for (size_t end = shortest - 1; end < text.size();) {
    size_t ends_with = hash(text.data() + end + 1 - block);
    if (uint8_t shift = shift_[ends_with]) {
      end += shift;
      continue;
    }
    std::string_view window = text.substr(end + 1 - shortest);
    for (std::string_view word : ending_[ends_with]) {
      if (window.starts_with(word)) return true;
    }
    ++end;
  }
  return false;
}

}  // namespace ldwhy
