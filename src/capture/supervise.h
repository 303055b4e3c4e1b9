// Running a program with its output handed through unchanged and kept.
#pragma once

#include <string>

#include "base/problem.h"

namespace ldwhy {

struct Supervised {
  int wait_status = 0;       // as waitpid gives it
  bool interrupted = false;  // ended by, or after, a request to stop (SIGINT, SIGTERM, SIGHUP …)
  std::string messages;      // what it wrote to the streams that were kept, in order
  double seconds = 0;
};

// Standard error is kept; standard output too where it is the same open file (so that
// their order stays) or `keep_output` asks for it. A stream that is a terminal stays one
// to the program. Returns when the program ends, whether or not its own children still
// hold the streams. A program that can't be started is a Problem.
Result<Supervised> supervise(const std::string &program, char *const *argv, char *const *environment, bool keep_output);

// Ends this process as a child ended: by its exit status or by its signal.
[[noreturn]] void end_like(int wait_status);

// 128 + signal where a signal ended it, as shells count.
int shell_status(int wait_status);

}  // namespace ldwhy
