// Which rustc runs, and what it is: rustup's rules (The rustup book, "Overrides"), rust-toolchain
// files, `rustc -vV`, and the LLVM that each release of Rust came with.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "base/files.h"
#include "model/project.h"
#include "project/cargo_config.h"
#include "project/project.h"

namespace ldwhy {

struct Toolchain {
  Fact channel;        // "1.90.0", "stable", "nightly-2025-09-01"; empty: nothing names one
  std::string folder;  // [toolchain] path, absolute
};

// What rustup would choose for a call in `folder`: RUSTUP_TOOLCHAIN, then the nearest
// rust-toolchain file or directory override upward (to `top`; empty: to the end, with the overrides
// and the default of this machine).
Toolchain find_toolchain(const std::string &folder, const std::string &top, const CargoEnvironment &environment,
                         const ProjectContext &context, Project &project);

struct RustcAnswer {
  std::string release, host, llvm;
  std::string path;  // of the program that said so
};
// Asks the rustc that would run: the one that RUSTC or build.rustc names, else the one in PATH,
// behind rustup's proxy too. Answers are kept in the user's cache.
std::optional<RustcAnswer> ask_rustc(const Toolchain &toolchain, const std::string &named,
                                     const CargoEnvironment &environment, const ProjectContext &context);
// True where PATH has a rustc that no rustup stands before, so that toolchain files say nothing.
bool has_plain_rustc();

// "22" for "1.95.0"; empty where it is not known.
std::string_view llvm_of_rustc(std::string_view version);
// From what the kernel says of this machine: "x86_64-unknown-linux-gnu".
std::string machine_triple();

}  // namespace ldwhy
