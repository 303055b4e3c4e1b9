// From a remedy's words to the files and commands that carry it out in this project. One
// file a family of actions; list.cc has the table. Nothing is written or run here, but for
// cargo in a stand-in for the project (lock_change.h) where a lock file's diff is asked for.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/files.h"
#include "edit/journal.h"
#include "model/advisory.h"
#include "model/diagnosis.h"
#include "model/project.h"

namespace ldwhy {

struct PlannedChange {
  Remedy remedy;  // commands and edits included
  std::vector<FileChange> changes;
  std::vector<std::vector<std::string>> commands_to_run;  // after the changes, in the project's folder
  std::string refusal;  // why ldwhy can't carry it out; empty: it can
};

struct PlanContext {
  const Project &project;
  const Build &build;  // the one that is affected
  const Files &files;
  std::string package, package_version;  // that the advisory is about; may be empty
};

struct PlanAction {
  const char *id;  // "set-lto"
  void (*plan)(const AdvisoryRemedy &wanted, const PlanContext &context, PlannedChange &planned);
};
std::span<const PlanAction *const> plan_actions();

// Never fails: what cannot be planned has a refusal, and its words all the same.
PlannedChange plan(const AdvisoryRemedy &wanted, const PlanContext &context);

// Turns commands that change only Cargo.lock, which cargo could not run without the network, into a
// change of that file, now with the network. Nothing where that was done or there are none.
std::optional<Problem> fetch_lock_change(PlannedChange &planned, const Project &project);

}  // namespace ldwhy
