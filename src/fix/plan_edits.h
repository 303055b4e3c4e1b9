// The edits of one plan: several edits of one file become one change.
#pragma once

#include <string>
#include <string_view>

#include "base/function_ref.h"
#include "edit/edit.h"
#include "fix/plan.h"

namespace ldwhy {

class PlanEdits {
 public:
  PlanEdits(const PlanContext &context, PlannedChange &planned) : context_(context), planned_(planned) {}
  const PlanContext &context() const { return context_; }

  // Applies an edit to a file, as it is with the edits before; false, and the plan refused, where
  // it cannot be made. `file`: as in Place. `may_create`: a file that is not there is made.
  bool change(const std::string &file, FunctionRef<TextResult(std::string_view)> edit, bool may_create = false);
  // The file's text with the edits before.
  Result<std::string> text(const std::string &file) const;
  std::string path(const std::string &file) const { return join_path(context_.project.root, file); }

  // The first reason stays.
  void refuse_plan(std::string why);
  // A command for the user to type.
  void tell(std::string command) { planned_.remedy.commands.push_back(std::move(command)); }

 private:
  const PlanContext &context_;
  PlannedChange &planned_;
};

}  // namespace ldwhy
