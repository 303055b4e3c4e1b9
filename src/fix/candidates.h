// What can be done about a project: from its findings, and from the link that failed last.
#pragma once

#include <string>
#include <vector>

#include "capture/capture.h"
#include "check/check.h"
#include "fix/plan.h"
#include "model/fix.h"
#include "remedy/remedy.h"

namespace ldwhy {

struct Candidate {
  std::string about;              // the headline of what it mends
  PlannedChange planned;
  const Advisory *advisory = nullptr;
  const Build *build = nullptr;   // in Checked::project; null: not to be tried by a build
  // Of a caught link: what it misses, as printed, and must no longer miss.
  std::vector<std::string> symbols = {};
};

struct Candidates {
  std::vector<std::string> affected;   // headlines
  std::vector<Candidate> all;          // numbered as they stand
};

// `failed`: the newest; `trials`: for the remedies that change only a caught link.
Candidates find_candidates(const Checked &checked, const AdvisoryBase &base, const FailedBuild &failed,
                           const TrialOptions &trials, const Files &files);

}  // namespace ldwhy
