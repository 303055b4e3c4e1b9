#include "fix/plan.h"

namespace ldwhy {

extern const PlanAction set_lto, set_profile, package_profile, set_linker, add_flag, remove_flag, upgrade_package,
    upgrade_tool, clean, advice;

std::span<const PlanAction *const> plan_actions() {
  static const PlanAction *const actions[] = {&set_lto,     &set_profile,     &package_profile, &set_linker, &add_flag,
                                              &remove_flag, &upgrade_package, &upgrade_tool,    &clean,      &advice};
  return actions;
}

}  // namespace ldwhy
