// Patterns with holes, for log lines: match(line, "{}: undefined reference to `{}'",
// {&where, &symbol}). A hole takes as little as it can, and never nothing, except
// that a hole at the end takes the rest. Linear in the line's length but for
// literal text that repeats; views into `line` are handed out.
#pragma once

#include <initializer_list>
#include <string_view>

namespace ldwhy {

bool match(std::string_view line, std::string_view pattern, std::initializer_list<std::string_view *> holes);

}  // namespace ldwhy
