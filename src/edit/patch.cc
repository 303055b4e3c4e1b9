#include "edit/patch.h"

#include <charconv>

#include <fmt/format.h>

#include "edit/text_lines.h"

namespace ldwhy {
namespace {

std::string_view next_line(std::string_view &rest) {
  size_t end = rest.find('\n');
  std::string_view line = rest.substr(0, end == rest.npos ? rest.size() : end + 1);
  rest.remove_prefix(line.size());
  return line;
}

// "@@ -3,2 +3,4 @@": the first line of the old text, from 1; 0 where it cannot be read.
uint32_t first_old_line(std::string_view header) {
  size_t minus = header.find('-');
  uint32_t line = 0;
  if (minus != header.npos) std::from_chars(header.data() + minus + 1, header.data() + header.size(), line);
  return line;
}

}  // namespace

TextResult apply_diff(std::string_view text, std::string_view diff) {
  std::string result;
  std::string_view old = text, rest = diff;
  uint32_t at = 1;  // the line that `old` begins with
  bool in_hunk = false, any = false;
  while (!rest.empty()) {
    std::string_view line = next_line(rest);
    if (line.starts_with("@@")) {
      uint32_t first = first_old_line(line);
      if (first < at && !(first == 0 && at == 1)) return refuse("the diff's hunks are not in order");
      for (; at < first && !old.empty(); ++at) result += next_line(old);
      in_hunk = any = true;
    } else if (!in_hunk || line.starts_with('\\')) {
      continue;
    } else if (line.starts_with('+')) {
      result += line.substr(1);
    } else if (line.starts_with('-') || line.starts_with(' ')) {
      std::string_view here = next_line(old);
      std::string_view want = line.substr(1);
      if (here != want && fmt::format("{}\n", here) != want)
        return refuse(fmt::format("line {} is not as the diff says", at));
      ++at;
      if (line[0] == ' ') result += here;
    }
  }
  if (!any) return refuse("the diff has no hunk");
  return result += old;
}

}  // namespace ldwhy
