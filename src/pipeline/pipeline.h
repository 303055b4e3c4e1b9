// The stages, in order: command, inputs, resolution, messages, survey, causes,
// remedies, report. Each copes with nothing from the one before.
#pragma once

#include <string>
#include <vector>

#include "base/files.h"
#include "capture/capture.h"
#include "command/command.h"
#include "model/diagnosis.h"
#include "model/link.h"
#include "remedy/remedy.h"

namespace ldwhy {

struct LinkRequest {
  CommandRequest command;           // argv empty: none is known
  std::vector<std::string> driver;  // where `command` is the linker's: the driver's that made it
  const LoggedLink *log = nullptr;  // what the linker said; null: foresee it
  bool run_first = false;           // run the link in a scratch folder for its words (`link --try`)
  bool survey_beyond = true;        // look into libraries that are not on the link line
  TrialOptions trials;
};

// Diagnoses one link.
LinkReport diagnose_link(const LinkRequest &request, const Files &files);

// Diagnoses a link that was caught in a build.
LinkReport diagnose_capsule(const Capsule &capsule, TrialOptions trials);

// Diagnoses every failed link of a build log; uses the objects it names where they exist.
Report diagnose_log(const ReadLog &log, const std::string &directory, const TrialOptions &trials, const Files &files);

// All that is known of some symbols, as text (`ldwhy symbol`). Returns false where no input
// knows the name, and a Problem where nothing could be read. `json`: the same as a JSON document.
struct SymbolRequest {
  std::string name;                  // mangled or as people write it
  CommandRequest command;            // a link command, or:
  std::vector<std::string> paths;    // objects, archives, libraries
};
Result<bool> describe_symbol(const SymbolRequest &request, const Files &files, bool json, std::string &text);

}  // namespace ldwhy
