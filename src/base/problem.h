// What went wrong with one input, as data: reported once, by the report.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string>

namespace ldwhy {

struct Problem {
  std::string file;                // path as the user knows it; empty: no file
  std::string member;              // archive member; empty: the file itself
  std::optional<uint64_t> offset;  // bytes from the start of the file
  std::string text;                // one line: what was expected, what was found
};

// "lib.a(x.o): offset 0x40: expected …"
std::string to_string(const Problem &problem);

template <class T>
using Result = std::expected<T, Problem>;

}  // namespace ldwhy
