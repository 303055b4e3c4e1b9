// `ldwhy fix`: remedies for what is wrong with a project, tried, applied, taken back.
// Nothing is built or written unless the request says so. Trials happen in a copy of the
// project's sources with a target folder of its own.
#pragma once

#include <string>
#include <vector>

#include "check/check.h"
#include "model/fix.h"
#include "remedy/remedy.h"

namespace ldwhy {

struct FixRequest {
  CheckRequest check;
  std::vector<std::string> build;  // the build command; empty: the one that failed last, else the build system's own
  bool try_remedies = false;
  bool try_all = false;  // do not stop at the first that passes
  int apply = 0;  // number of the remedy to apply, from 1; 0: none
  bool dry_run = false;  // with `apply`: only the diff
  bool build_after = true;  // with `apply`: build and validate
  TrialProgress progress;
};

// The diff of a dry run is put into `diff`. A Problem where the request cannot be met.
Result<FixReport> fix(const FixRequest &request, const AdvisoryBase &base, const Files &files, std::string &diff);

// Takes back what was applied last in this project.
Result<FixReport> undo_fix(const std::string &folder, const Files &files);

}  // namespace ldwhy
