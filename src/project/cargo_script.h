// What build scripts say to cargo (The Cargo Book, "Build Scripts"), found in their source: a
// script is a program, and nothing of a project is run. So a line here may never be reached,
// and what it says may depend on what only the run would know.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/project.h"

namespace ldwhy {

// "link-args" (arguments as the compiler would get them) and "rustc-env". `shown`: the script's
// Place::file.
std::vector<Setting> scan_build_script(std::string_view text, const std::string &shown, const std::string &package);

}  // namespace ldwhy
