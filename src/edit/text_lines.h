// Lines of a text that is edited: where they begin and end, and how the file ends them.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "base/problem.h"

namespace ldwhy {

inline std::unexpected<Problem> refuse(std::string why) {
  return std::unexpected(Problem{"", "", std::nullopt, std::move(why)});
}

// "\r\n" or "\n", as the first line ends.
std::string_view line_end_of(std::string_view text);
// Where the line that holds `at` begins; the byte order mark is no part of the first.
size_t line_begin(std::string_view text, size_t at);
// Past the line end that follows `at`, or the text's end.
size_t past_line(std::string_view text, size_t at);
// Begin and end of a line, from 1, without its line end.
std::optional<std::pair<size_t, size_t>> line_range(std::string_view text, uint32_t line);
// The number of the line that holds `at`, from 1.
uint32_t line_number(std::string_view text, size_t at);

inline bool is_blank(char c) { return c == ' ' || c == '\t'; }
bool blank_line(std::string_view text, size_t begin);
inline bool ends_line(std::string_view text, size_t at) {
  return at >= text.size() || text[at] == '\n' || (text[at] == '\r' && at + 1 < text.size() && text[at + 1] == '\n');
}

std::string splice(std::string_view text, size_t begin, size_t end, std::string_view with);
// Puts whole lines, given without a last line end, before `at`, which is the begin of a line or
// the text's end. A text that ends without a line end goes on to do so.
std::string insert_lines(std::string_view text, size_t at, std::string_view lines);
// Takes the lines in [begin, end) out; the line before ends as the text ended.
std::string remove_lines(std::string_view text, size_t begin, size_t end);

}  // namespace ldwhy
