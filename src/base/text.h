// Text for people.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace ldwhy {

// Breaks at blanks into lines of at most `width` columns, each after `indent` spaces; a
// word longer than that stands alone. Ends without a line break. Columns are counted as
// code points.
std::string wrap(std::string_view text, size_t width, size_t indent);

// Control characters shown as \xNN, so that a hostile name cannot drive a terminal.
std::string printable(std::string_view text);

// Where `part`, which is not empty, stands in `text` first, at `from` or later; npos: nowhere.
// Fast on megabytes.
size_t find_text(std::string_view text, std::string_view part, size_t from = 0);

std::string lower_case(std::string_view text);

// "12 MB", "3.1 GB".
std::string bytes_text(uint64_t bytes);

}  // namespace ldwhy
