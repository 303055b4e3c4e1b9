// `cfg(...)` expressions of cargo's configuration (The Rust Reference, "Conditional compilation"),
// judged by what a target's triple says. What only rustc knows (target_feature, the cfgs
// that flags set) counts as not set.
#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ldwhy {

// Names, and names with a value: ("unix", ""), ("target_os", "linux").
using CfgValues = std::vector<std::pair<std::string_view, std::string_view>>;

// Views into `triple` and constants. Empty for a triple that is not understood.
CfgValues cfg_values(std::string_view triple);

// "cfg(all(unix, not(target_os = \"macos\")))". False also for what is no such expression.
bool cfg_holds(std::string_view expression, const CfgValues &values);

}  // namespace ldwhy
