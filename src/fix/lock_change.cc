#include "fix/lock_change.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/process.h"
#include "base/text.h"
#include "edit/edit.h"
#include "fix/mirror.h"
#include "fix/plan.h"

namespace ldwhy {
namespace {

constexpr double offline_seconds = 60, online_seconds = 600;

Problem problem(std::string text) { return {"", "", std::nullopt, std::move(text)}; }

// Cargo's first line of reason, and the last cause below it. The mirror's paths mean nothing to a
// reader; what stands behind them are the project's.
std::string reason_of(const ProcessResult &result, const std::string &mirror) {
  if (result.timed_out) return "cargo did not end in time";
  std::string first, last;
  std::string_view rest = result.errors;
  while (!rest.empty()) {
    size_t end = rest.find('\n');
    std::string_view line = rest.substr(0, end);
    rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
    if (line.starts_with("error: ") && first.empty()) first = line.substr(7);
    else if (!first.empty() && line.starts_with("  ") && line.find_first_not_of(' ') != line.npos)
      last = line.substr(line.find_first_not_of(' '));
  }
  if (first.empty()) return fmt::format("cargo ended with status {}", result.status);
  std::string reason = last.empty() ? first : fmt::format("{}: {}", first, last);
  for (size_t at = 0; (at = reason.find(mirror, at)) != std::string::npos;) reason.erase(at, mirror.size());
  bool unreachable = result.errors.find("failed to download") != std::string::npos ||
                     result.errors.find("Couldn't resolve") != std::string::npos;
  return printable(unreachable ? "the registry can't be reached: " + (last.empty() ? first : last) : reason);
}

}  // namespace

Result<FileChange> lock_change(const Project &project, const std::vector<FileChange> &changes,
                               const std::vector<std::vector<std::string>> &commands, bool offline) {
  std::string root = real_path(project.root), lock = join_path(root, "Cargo.lock");
  Result<FileRef> opened = DiskFiles().open(lock);
  if (!opened) return std::unexpected(opened.error());
  FileChange change{join_path(project.root, "Cargo.lock"), std::string((*opened)->bytes().text()), "", false};
  std::map<std::string, std::string> files = {{real_path(lock), change.before}};
  // A lock file that is a link: cargo would write beside it, so the mirror has it in both places.
  files[lock] = change.before;
  for (const FileChange &planned : changes) files[real_path(planned.path)] = planned.after;
  Mirror mirror;
  if (std::optional<Problem> failed = mirror.make(files)) return std::unexpected(*failed);
  ProcessOptions options;
  options.directory = mirror.path(root);
  options.environment = {"CARGO_TARGET_DIR=" + mirror.spare(), "CARGO_TERM_COLOR=never"};
  options.timeout_seconds = offline ? offline_seconds : online_seconds;
  for (std::vector<std::string> command : commands) {
    if (offline) command.push_back("--offline");
    Result<ProcessResult> result = run_process(command, options);
    if (!result) return std::unexpected(problem(fmt::format("cargo cannot be run: {}", result.error().text)));
    if (result->status != 0) return std::unexpected(problem(reason_of(*result, mirror.path(""))));
  }
  Result<FileRef> after = DiskFiles().open(mirror.path(lock));
  if (!after) return std::unexpected(after.error());
  change.after = std::string((*after)->bytes().text());
  return change;
}

std::optional<Problem> fetch_lock_change(PlannedChange &planned, const Project &project) {
  bool only_locks = !planned.commands_to_run.empty() &&
                    std::ranges::all_of(planned.commands_to_run, [](const std::vector<std::string> &command) {
                      return command.size() > 1 && command[0] == "cargo" && command[1] == "update";
                    });
  if (!only_locks) return std::nullopt;
  Result<FileChange> change = lock_change(project, planned.changes, planned.commands_to_run, false);
  if (!change) return change.error();
  planned.commands_to_run.clear();
  planned.remedy.edits.push_back({"Cargo.lock", unified_diff("Cargo.lock", change->before, change->after, false)});
  planned.changes.push_back(std::move(*change));
  return std::nullopt;
}

}  // namespace ldwhy
