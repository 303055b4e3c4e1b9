// The flags that a build passes to its tools, as single words, and the linker that they choose.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/project.h"

namespace ldwhy {

struct FlagWord {
  std::string word;  // "-C lto" of rustc is one word: "-Clto"
  Place place;
};
// `kind`: "rustflags", "cflags" (C and C++), "ldflags" (also those in rustc's -Clink-arg), or empty
// for all.
std::vector<FlagWord> flag_words(const Build &build, std::string_view kind);

// Which linker runs: "ld" (GNU), "gold", "mold", "wild", "ld.lld", "ld64.lld", "lld-link",
// "wasm-ld", "rust-lld", "apple-ld", "link.exe".
struct LinkerInUse {
  std::string name;
  std::string seen;  // the words that say so, or "… by default"
  Place place;
};
std::optional<LinkerInUse> linker_in_use(const Build &build);

}  // namespace ldwhy
