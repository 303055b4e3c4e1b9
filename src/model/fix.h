// What `ldwhy fix` has to say: remedies for what is wrong with a project, numbered through,
// what was tried, and what was looked at after one was applied.
#pragma once

#include <string>
#include <vector>

#include "model/advisory.h"
#include "model/diagnosis.h"
#include "model/project.h"

namespace ldwhy {

// One thing looked at after a change: "the link passes", "wasmtime_fiber_switch is defined".
struct Validation {
  std::string text;
  State state = State::Unknown;
  std::string seen;    // the evidence
};

struct FixEntry {
  std::string about;   // the headline of what it mends: "LINK-2025-0001: wasmtime 38.0.3 …"
  Remedy remedy;
  std::string refusal; // why it can't be applied by ldwhy; empty: it can
};

struct FixReport {
  std::string root;
  std::vector<std::string> affected;   // headlines of what is wrong
  std::vector<FixEntry> remedies;      // cheapest first; numbered from 1 as they stand
  int applied = -1;                    // index into remedies
  std::vector<std::string> written;    // files changed
  std::string undone;                  // title of what was taken back; empty: nothing was
  std::vector<Validation> validation;
  std::vector<ProjectProblem> problems;
  std::string shows;                   // what the trials together show; may be empty
  std::string next;                    // the command to type next
};

}  // namespace ldwhy
