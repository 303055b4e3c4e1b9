// Trying a planned change: in a copy of the project, with a target folder of its own.
#pragma once

#include <string>
#include <vector>

#include "base/files.h"
#include "check/check.h"
#include "fix/build.h"
#include "fix/candidates.h"

namespace ldwhy {

// A folder for trials, kept from one to the next so that what does not change is built once.
class TrialYard {
 public:
  TrialYard(const Project &project, const ProjectOptions &options, std::vector<std::string> build_command);
  // Fills in `verified` and `outcome` of the candidate's remedy.
  void attempt(Candidate &candidate, const Files &files);

 private:
  void look_at(const BuildRun &run, const std::string &copy, Candidate &candidate, const Files &files) const;

  const Project &project_;
  const ProjectOptions &options_;
  std::vector<std::string> build_command_;
  ScratchFolder scratch_;
};

}  // namespace ldwhy
