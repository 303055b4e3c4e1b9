// What a tool of this machine says of itself, asked once: starting a compiler costs more than
// reading a project. Answers are kept in the user's cache by the program's path, size and time.
#pragma once

#include <string>

namespace ldwhy {

// Standard output and error of `path` with one option; empty where it can't be run or fails.
std::string ask_tool(const std::string &path, const std::string &option);

}  // namespace ldwhy
