// The lists of flags that a build has: rustc's, the C compilers', the linker's.
#pragma once

#include <string>
#include <string_view>

#include "fix/plan_edits.h"

namespace ldwhy {

// `where`: "rustflags", "cflags", "ldflags". Puts the flag behind those that are there, in the list
// that counts; where there is none, makes one.
void add_to_list(PlanEdits &edits, std::string_view where, const std::string &flag);
// Takes the flag out, wherever the build has it. `where` may be empty: any.
void remove_from_list(PlanEdits &edits, std::string_view where, const std::string &flag);
// The file that cargo's own configuration of the project goes to.
std::string cargo_config_file(const PlanEdits &edits);

}  // namespace ldwhy
