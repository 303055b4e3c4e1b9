// The last resort for a log in which no dialect found a failure: a linker's sentence inside a
// line, whatever a tool, a page or a person put around it.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace ldwhy {

// The sentence in the form that its dialect reads; empty: the line holds none that is complete.
std::string in_usual_form(std::string_view line);

// Words one of which is in every line that has such a sentence.
std::span<const std::string_view> loose_words();

}  // namespace ldwhy
