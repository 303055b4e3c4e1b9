// The options of Apple's linkers and of ld64.lld: which exist, and how many words they take.
#pragma once

#include <optional>
#include <string_view>

namespace ldwhy {

struct Ld64Option {
  std::string_view name;    // with its dash: "-framework", "-l"
  std::string_view joined;  // what follows the name in the same word: "z" of "-lz"
  int arguments = 0;        // words after this one that belong to it
};

std::optional<Ld64Option> find_ld64_option(std::string_view word);

}  // namespace ldwhy
