// What can be done about a project: from its findings, and from the link that failed last.
#pragma once

#include <string>
#include <vector>

#include "check/check.h"
#include "fix/plan.h"
#include "model/fix.h"
#include "remedy/remedy.h"

namespace ldwhy {

struct Candidate {
  std::string about;              // the headline of what it mends
  PlannedChange planned;
  const Advisory *advisory = nullptr;
  const Build *build = nullptr;   // in Checked::project; null: of a caught link only
};

struct Candidates {
  std::vector<std::string> affected;   // headlines
  std::vector<Candidate> all;          // numbered as they stand
};

// `trials`: for the remedies that change only a caught link.
Candidates find_candidates(const Checked &checked, const AdvisoryBase &base, const std::string &folder,
                           const TrialOptions &trials, const Files &files);

}  // namespace ldwhy
