// What one call of cargo builds, from its words (The Cargo Book, "Cargo Commands").
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/function_ref.h"
#include "model/project.h"

namespace ldwhy {

struct CargoCall {
  std::string profile;
  std::vector<Fact> targets;        // --target
  std::vector<Fact> config;         // --config, in order
  Fact toolchain;                   // +NAME
  Fact target_folder;               // --target-dir
  std::string manifest;             // --manifest-path, as written
  std::vector<Variable> variables;  // set before the command's name
  Place place;
};

// Words that an alias stands for; empty: no such alias.
using CargoAliases = FunctionRef<std::vector<std::string>(std::string_view)>;

// Nothing where no cargo is called, or nothing is linked by it.
std::optional<CargoCall> understand_cargo_call(const ToolCall &call, CargoAliases aliases);

}  // namespace ldwhy
