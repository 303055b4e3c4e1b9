// Running other programs.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/problem.h"

namespace ldwhy {

struct ProcessOptions {
  std::string directory;                  // empty: ours
  std::vector<std::string> environment;   // "NAME=value" added to or replacing ours
  double timeout_seconds = 0;             // 0: none; past it the process group is killed
  size_t output_limit = 64 << 20;         // bytes kept of each stream; the rest is read and dropped
};

struct ProcessResult {
  int status = -1;         // exit status; 128 + signal where a signal ended it
  bool timed_out = false;
  std::string output;      // standard output
  std::string errors;      // standard error
};

// Runs a program (looked up in PATH where it has no slash) with standard input
// empty, and waits. A program that cannot be started is a Problem.
Result<ProcessResult> run_process(const std::vector<std::string> &argv, const ProcessOptions &options = {});

// The path that `name` would run, or nothing.
std::optional<std::string> find_program(const std::string &name);

}  // namespace ldwhy
