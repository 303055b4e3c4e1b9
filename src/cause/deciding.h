// The command that decides whether a cause is the right one, where the cause has no better of its
// own: what to look at, with the tools of the object format at hand, ready for a shell.
#pragma once

#include <string>
#include <string_view>

#include "cause/cause.h"

namespace ldwhy {

// Empty: none is known.
std::string deciding_command(std::string_view cause, const Case &c, const Facts &facts);

// What shows which machine and system a file is built for.
std::string show_target(const std::string &file, const Facts &facts);

}  // namespace ldwhy
