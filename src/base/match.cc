#include "base/match.h"

namespace ldwhy {

bool match(std::string_view line, std::string_view pattern, std::initializer_list<std::string_view *> holes) {
  const auto *hole = holes.begin();
  size_t brace = pattern.find("{}");
  std::string_view literal = pattern.substr(0, brace);
  if (!line.starts_with(literal)) return false;
  line.remove_prefix(literal.size());
  while (brace != pattern.npos) {
    pattern.remove_prefix(brace + 2);
    brace = pattern.find("{}");
    literal = pattern.substr(0, brace);
    size_t end;
    if (literal.empty()) {
      end = line.size();
    } else if (brace == pattern.npos) {  // the last literal must end the line
      if (!line.ends_with(literal)) return false;
      end = line.size() - literal.size();
      if (end > line.size()) return false;
    } else {
      end = line.find(literal, 1);
      if (end == line.npos) return false;
    }
    if (end == 0) return false;
    if (hole != holes.end()) **hole++ = line.substr(0, end);
    line.remove_prefix(end + literal.size());
  }
  return line.empty();
}

}  // namespace ldwhy
