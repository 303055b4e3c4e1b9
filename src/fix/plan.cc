#include "fix/plan.h"

#include <fmt/format.h>

#include "edit/edit.h"

namespace ldwhy {
namespace {

std::string shown(const std::string &path, const std::string &root) {
  return path.starts_with(root + "/") ? path.substr(root.size() + 1) : path;
}

}  // namespace

PlannedChange plan(const AdvisoryRemedy &wanted, const PlanContext &context) {
  PlannedChange planned;
  planned.remedy.id = wanted.id;
  planned.remedy.title = wanted.title;
  planned.remedy.cost = wanted.cost;
  for (const PlanAction *action : plan_actions())
    if (wanted.id == action->id) action->plan(wanted, context, planned);
  if (planned.changes.empty() && planned.commands_to_run.empty() && planned.refusal.empty())
    planned.refusal = "it needs a decision that only you can make";
  if (!planned.refusal.empty()) {
    planned.changes.clear();
    planned.commands_to_run.clear();
  }
  for (const FileChange &change : planned.changes) {
    std::string path = shown(change.path, context.project.root);
    planned.remedy.edits.push_back({path, unified_diff(path, change.before, change.after, change.created)});
  }
  return planned;
}

}  // namespace ldwhy
