// Builds a project, in place or in a copy, and says what came of it.
#pragma once

#include <string>
#include <vector>

#include "model/project.h"

namespace ldwhy {

// How the project is built: `wanted` where the user gave it, else the build system's own
// command for that build. `build_folder`: where CMake and Meson may write (they get a new one).
std::vector<std::vector<std::string>> build_commands(const Build &build, const std::vector<std::string> &wanted,
                                                     const std::string &build_folder);

struct BuildRun {
  bool started = false, passed = false, timed_out = false;
  bool link_failed = false;               // a linker's complaint is in its output
  std::vector<std::string> symbols;       // that it complains of, as printed
  std::string failed_command;
  std::string reason;                     // the first error in its output, one line; empty where it passed
  std::vector<std::string> artifacts;     // programs and libraries that it made, where the build system tells
  std::vector<std::string> final_compile; // rustc's arguments for them, one quoted command each
  double seconds = 0;
};

// Runs the commands in `directory`, one after the other, up to the first that fails.
BuildRun run_build_commands(const std::vector<std::vector<std::string>> &commands, const std::string &directory,
                            const std::vector<std::string> &environment, double seconds);

}  // namespace ldwhy
