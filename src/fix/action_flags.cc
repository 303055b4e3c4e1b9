// add-flag and remove-flag.
#include "fix/flag_lists.h"

namespace ldwhy {
namespace {

void plan_add_flag(const AdvisoryRemedy &wanted, const PlanContext &context, PlannedChange &planned) {
  PlanEdits edits(context, planned);
  add_to_list(edits, wanted.arguments.at("where"), wanted.arguments.at("flag"));
}

void plan_remove_flag(const AdvisoryRemedy &wanted, const PlanContext &context, PlannedChange &planned) {
  PlanEdits edits(context, planned);
  auto where = wanted.arguments.find("where");
  remove_from_list(edits, where == wanted.arguments.end() ? "" : where->second, wanted.arguments.at("flag"));
}

}  // namespace

extern const PlanAction add_flag{"add-flag", plan_add_flag};
extern const PlanAction remove_flag{"remove-flag", plan_remove_flag};

}  // namespace ldwhy
