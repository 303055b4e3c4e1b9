#include "edit/text_lines.h"

#include <algorithm>

namespace ldwhy {
namespace {

constexpr std::string_view byte_order_mark = "\xEF\xBB\xBF";

}  // namespace

std::string_view line_end_of(std::string_view text) {
  size_t end = text.find('\n');
  return end != text.npos && end > 0 && text[end - 1] == '\r' ? "\r\n" : "\n";
}

size_t line_begin(std::string_view text, size_t at) {
  size_t before = at == 0 ? text.npos : text.rfind('\n', at - 1);
  if (before != text.npos) return before + 1;
  return text.starts_with(byte_order_mark) ? byte_order_mark.size() : 0;
}

size_t past_line(std::string_view text, size_t at) {
  size_t end = text.find('\n', at);
  return end == text.npos ? text.size() : end + 1;
}

std::optional<std::pair<size_t, size_t>> line_range(std::string_view text, uint32_t line) {
  if (line == 0) return std::nullopt;
  size_t begin = line_begin(text, 0);
  for (uint32_t number = 1; number < line; ++number) {
    size_t end = text.find('\n', begin);
    if (end == text.npos) return std::nullopt;
    begin = end + 1;
  }
  size_t end = std::min(text.find('\n', begin), text.size());
  if (end > begin && text[end - 1] == '\r') --end;
  return std::pair(begin, end);
}

uint32_t line_number(std::string_view text, size_t at) {
  return 1 + static_cast<uint32_t>(std::ranges::count(text.substr(0, at), '\n'));
}

bool blank_line(std::string_view text, size_t begin) {
  while (begin < text.size() && is_blank(text[begin])) ++begin;
  return ends_line(text, begin);
}

std::string splice(std::string_view text, size_t begin, size_t end, std::string_view with) {
  std::string result;
  result.reserve(text.size() + with.size());
  return result.append(text.substr(0, begin)).append(with).append(text.substr(end));
}

std::string insert_lines(std::string_view text, size_t at, std::string_view lines) {
  std::string_view line_end = line_end_of(text);
  bool bare_end = at == text.size() && at > line_begin(text, at);
  std::string with;
  if (bare_end) with.append(line_end).append(lines);
  else with.append(lines).append(line_end);
  return splice(text, at, at, with);
}

std::string remove_lines(std::string_view text, size_t begin, size_t end) {
  bool bare_end = end == text.size() && end > begin && text[end - 1] != '\n';
  if (bare_end && begin > 0 && text[begin - 1] == '\n') {
    --begin;
    if (begin > 0 && text[begin - 1] == '\r') --begin;
  }
  return splice(text, begin, end, "");
}

}  // namespace ldwhy
