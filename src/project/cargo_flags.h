// Flags that cargo hands to rustc: the four places that they can come from, of which it
// reads one (The Cargo Book, "build.rustflags"), and what they set (The rustc Book, "Codegen
// Options").
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/project.h"
#include "project/cargo_cfg.h"
#include "project/cargo_config.h"

namespace ldwhy {

struct CargoFlag {
  std::string word;
  Place place;
  std::string from;  // "RUSTFLAGS", "target.x86_64-unknown-linux-gnu.rustflags"
};

struct CargoFlags {
  std::vector<CargoFlag> words;  // in rustc's order
  Setting setting;               // "rustflags"; what lost is in `overridden`
};
CargoFlags find_rustflags(const CargoConfig &config, const CargoEnvironment &environment, std::string_view target,
                          std::vector<ProjectProblem> &problems);

// The keys of [target] that are cfg expressions and hold for `target`, sorted as cargo does.
std::vector<std::string> matching_cfgs(const CargoConfig &config, std::string_view target);

// `-C key=value`; `-g` and `-O` are spelled out.
struct CodegenOption {
  std::string key, value;  // "lto", "thin"
  std::string words;       // as written: "-C lto=thin"
  const CargoFlag *flag = nullptr;
};
std::vector<CodegenOption> codegen_options(const std::vector<CargoFlag> &words);

}  // namespace ldwhy
