// clean, and advice, which is words alone.
#include <fmt/format.h>

#include "fix/plan_edits.h"

namespace ldwhy {
namespace {

void plan_clean(const AdvisoryRemedy &wanted, const PlanContext &context, PlannedChange &planned) {
  PlanEdits edits(context, planned);
  const std::string &what = wanted.arguments.at("what");
  bool all = what == "all";
  if (context.build.system == "cargo") {
    std::vector<std::string> command = {"cargo", "clean"};
    if (!all) command.insert(command.end(), {"-p", what});
    planned.commands_to_run.push_back(std::move(command));
  } else if (context.build.system == "make") {
    planned.commands_to_run.push_back({"make", "clean"});
  } else {
    edits.refuse_plan("which build folder is meant is not known: remove it and build again");
    return;
  }
  edits.tell(fmt::format("{}", fmt::join(planned.commands_to_run.back(), " ")));
}

void plan_advice(const AdvisoryRemedy &, const PlanContext &context, PlannedChange &planned) {
  PlanEdits(context, planned).refuse_plan("it needs a decision that only you can make");
}

}  // namespace

extern const PlanAction clean{"clean", plan_clean};
extern const PlanAction advice{"advice", plan_advice};

}  // namespace ldwhy
