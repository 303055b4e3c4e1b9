// The examples in an advisory's head: builds that it must and must not strike, and linkers'
// words that it must and must not claim. They keep an advisory honest, and are read only here.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/problem.h"

namespace ldwhy {

// Everything that is wrong with an advisory file: its format, examples that come out
// otherwise, and what no example covers. Empty: good.
std::vector<Problem> check_advisory(std::string_view text, const std::string &file);

}  // namespace ldwhy
