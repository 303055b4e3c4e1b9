// Depfiles: what an output was made from, as compilers write it for make (GCC manual, "-MD";
// rustc's --emit=dep-info). Rules without prerequisites (-MP) are left out.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ldwhy {

struct DepRule {
  std::vector<std::string> targets;
  std::vector<std::string> needs;    // the source first
};
std::vector<DepRule> read_depfile(std::string_view text);

}  // namespace ldwhy
