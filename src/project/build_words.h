// Names that mean something to a build: environment variables, tools, triples.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace ldwhy {

// A variable that a compiler, a linker, or what calls them reads.
bool is_build_variable(std::string_view name);

// A program that builds, by its name without folder: cargo, cmake, ninja, …
bool is_build_tool(std::string_view name);

// Looks like a target triple: "aarch64-apple-darwin", "wasm32-wasip1".
bool is_triple(std::string_view text);

// The values of an option that is given as `--name value` or `--name=value`.
std::vector<std::string> option_values(const std::vector<std::string> &argv, std::string_view option);

// A YAML number as GitHub's runner hands it on: 1.90 becomes 1.9.
std::string plain_number(std::string_view text);

}  // namespace ldwhy
