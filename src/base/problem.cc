#include "base/problem.h"

#include <fmt/format.h>

namespace ldwhy {

std::string to_string(const Problem &problem) {
  std::string text = problem.file;
  if (!problem.member.empty()) text += fmt::format("({})", problem.member);
  if (!text.empty()) text += ": ";
  if (problem.offset) text += fmt::format("offset {:#x}: ", *problem.offset);
  return text + problem.text;
}

}  // namespace ldwhy
