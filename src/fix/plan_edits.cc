#include "fix/plan_edits.h"

#include <fmt/format.h>

#include <algorithm>

namespace ldwhy {

void PlanEdits::refuse_plan(std::string why) {
  if (planned_.refusal.empty()) planned_.refusal = std::move(why);
}

Result<std::string> PlanEdits::text(const std::string &file) const {
  std::string where = path(file);
  for (const FileChange &change : planned_.changes)
    if (change.path == where) return change.after;
  Result<FileRef> opened = context_.files.open(where);
  if (!opened) return std::unexpected(opened.error());
  return std::string((*opened)->bytes().text());
}

bool PlanEdits::change(const std::string &file, FunctionRef<TextResult(std::string_view)> edit, bool may_create) {
  std::string where = path(file);
  auto planned = std::ranges::find(planned_.changes, where, &FileChange::path);
  bool created = planned == planned_.changes.end() && may_create && !context_.files.exists(where);
  Result<std::string> before = created ? Result<std::string>("") : text(file);
  TextResult after = before ? edit(*before) : TextResult(std::unexpected(before.error()));
  if (!after) {
    refuse_plan(fmt::format("{}: {}", file, after.error().text));
    return false;
  }
  if (planned != planned_.changes.end()) planned->after = std::move(*after);
  else if (*after != *before || created)
    planned_.changes.push_back({where, std::move(*before), std::move(*after), created});
  return true;
}

}  // namespace ldwhy
