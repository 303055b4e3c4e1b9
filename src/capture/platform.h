// What differs between systems: asking about our own process and its ancestors.
#pragma once

#include <sys/types.h>

#include <optional>
#include <string>
#include <vector>

namespace ldwhy {

// This program's file, symbolic links resolved; empty where the system won't say.
std::string own_program();

// The path by which this program was started: a symbolic link keeps its own name.
std::string started_as(const char *argv0);

struct RunningProgram {
  std::string file;  // resolved
  std::vector<std::string> argv;
  pid_t parent = 0;
};
std::optional<RunningProgram> running_program(pid_t process);

}  // namespace ldwhy
