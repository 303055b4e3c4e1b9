// Lines that are about something other than linking, by named rules.
#pragma once

#include <string_view>

namespace ldwhy {

// Of a line without blanks around it: the name of the rule that knows the line ("progress", "compiler-message", …); empty: none.
std::string_view ignored_as(std::string_view line);

// So too: "x.c:3:5: warning: …" and the lines that hang on such: never a linker's, whatever words
// they hold. Asked before the dialects.
bool is_compiler_message(std::string_view line);

}  // namespace ldwhy
