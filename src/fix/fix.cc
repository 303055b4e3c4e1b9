#include "fix/fix.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/cache.h"
#include "base/words.h"
#include "capture/capture.h"
#include "edit/edit.h"
#include "edit/journal.h"
#include "fix/build.h"
#include "fix/candidates.h"
#include "fix/trial.h"
#include "fix/validate.h"

namespace ldwhy {
namespace {

constexpr double build_seconds = 2 * 3600;

// A build command, and where it is run.
struct BuildCall {
  std::vector<std::string> command;
  std::string directory;
};

Problem problem(std::string text) { return {"", "", std::nullopt, std::move(text)}; }

Result<Journal> journal_for(const std::string &root) {
  Result<std::string> cache = cache_folder();
  if (!cache) return std::unexpected(cache.error());
  return Journal(join_path(*cache, "undo"), root);
}

std::string shown(const std::string &path, const std::string &root) {
  return path.starts_with(root + "/") ? path.substr(root.size() + 1) : path;
}

std::string diff_of(const PlannedChange &planned, const std::string &root) {
  std::string diff;
  for (const FileChange &change : planned.changes)
    diff += unified_diff(shown(change.path, root), change.before, change.after, change.created);
  return diff;
}

FixReport list(const Candidates &candidates, const std::string &root) {
  FixReport report;
  report.root = root;
  report.affected = candidates.affected;
  for (const Candidate &candidate : candidates.all)
    report.remedies.push_back({candidate.about, candidate.planned.remedy, candidate.planned.refusal});
  return report;
}

void try_all(Candidates &candidates, const Project &project, const FixRequest &request,
             const std::vector<std::string> &build, const Files &files) {
  TrialYard yard(project, request.check.project, build);
  size_t number = 0;
  std::set<std::string> mended;   // headlines
  for (Candidate &candidate : candidates.all) {
    ++number;
    if (mended.contains(candidate.about) && !request.try_all) continue;
    if (candidate.build && candidate.planned.refusal.empty()) {
      if (request.progress) request.progress(number, candidates.all.size(), candidate.planned.remedy.title);
      yard.attempt(candidate, files);
    }
    if (candidate.planned.remedy.verified == Verified::Passed) mended.insert(candidate.about);
  }
}

// One LTO mode failed and another passed: that narrows the fault down.
std::string what_it_shows(const Candidates &candidates) {
  bool failed = false, passed = false;
  for (const Candidate &candidate : candidates.all) {
    if (candidate.planned.remedy.id != "set-lto") continue;
    failed = failed || candidate.planned.remedy.verified == Verified::Failed;
    passed = passed || (failed && candidate.planned.remedy.verified == Verified::Passed);
  }
  return passed ? "fat LTO fails as well and no LTO passes: not only the copies that ThinLTO makes between modules "
                  "break this link, but LTO itself"
                : "";
}

// The first that ldwhy can carry out, or the one asked for.
Result<size_t> choose(const Candidates &candidates, int number) {
  if (number > 0) {
    size_t index = static_cast<size_t>(number) - 1;
    if (index >= candidates.all.size())
      return std::unexpected(
          problem(fmt::format("there is no remedy {}: ldwhy fix lists {}", number, candidates.all.size())));
    if (const std::string &why = candidates.all[index].planned.refusal; !why.empty())
      return std::unexpected(problem(fmt::format("remedy {} can't be applied by ldwhy: {}", number, why)));
    return index;
  }
  for (size_t i = 0; i < candidates.all.size(); ++i)
    if (candidates.all[i].planned.refusal.empty()) return i;
  return std::unexpected(problem("no remedy that ldwhy can apply was found"));
}

Validation still_affected(const Candidate &done, const Checked &after) {
  Validation answer{fmt::format("{} no longer holds", done.advisory->id), State::Met,
                    "no condition that makes it is left"};
  for (const Finding &finding : after.report.findings) {
    if (finding.advisory != done.advisory->id || finding.profile != done.build->profile ||
        finding.target != done.build->target || finding.where != done.build->where)
      continue;
    if (finding.state == Affected::Affected) return {answer.text, State::NotMet, "ldwhy check still says affected"};
    for (const Condition &condition : finding.conditions)
      if (condition.state == State::NotMet)
        answer.seen = fmt::format("not \"{}\" any more: {}", condition.text, condition.seen);
  }
  return answer;
}

std::optional<Problem> apply(const Candidate &chosen, const std::string &root, FixReport &report) {
  Result<Journal> journal = journal_for(root);
  if (!journal) return journal.error();
  if (!chosen.planned.changes.empty())
    if (std::optional<Problem> failed = journal->apply(chosen.planned.remedy.title, chosen.planned.changes))
      return failed;
  for (const FileChange &change : chosen.planned.changes) report.written.push_back(shown(change.path, root));
  BuildRun run = run_build_commands(chosen.planned.commands_to_run, root, {}, build_seconds);
  if (!chosen.planned.commands_to_run.empty() && !run.passed)
    return problem(fmt::format("{}: {} (ldwhy fix --undo takes the edits back)", run.failed_command, run.reason));
  return std::nullopt;
}

void look_after(const Candidate &chosen, const FixRequest &request, const AdvisoryBase &base, const BuildCall &call,
                const std::string &root, const Files &files, FixReport &report) {
  CheckRequest again = request.check;
  again.outputs = false;
  Checked after = check(again, base, files);
  if (chosen.advisory) report.validation.push_back(still_affected(chosen, after));
  const Build *build = chosen.build ? find_build(after.project, *chosen.build) : nullptr;
  Build fallback{.where = "local", .system = after.project.systems.empty() ? "" : after.project.systems.front()};
  if (!build) build = &fallback;
  if (!request.build_after) return;
  std::vector<std::vector<std::string>> commands = build_commands(*build, call.command, join_path(root, "build"));
  if (commands.empty()) return;
  if (request.progress) request.progress(1, 1, "building");
  BuildRun run = run_build_commands(commands, call.command.empty() ? root : call.directory, {}, build_seconds);
  for (Validation &seen : validate(run, *build, chosen.advisory, files)) report.validation.push_back(std::move(seen));
}

// After a change was written.
std::string what_next(const FixReport &report, const BuildCall &build) {
  bool amiss = std::ranges::any_of(report.validation, [](const Validation &v) { return v.state == State::NotMet; });
  std::string undo = "ldwhy fix --undo takes it back";
  if (!amiss || report.affected.size() < 2 || build.command.empty()) return undo;
  return fmt::format("ldwhy -- {} says what is left; {}", quote_words(build.command), undo);
}

}  // namespace

Result<FixReport> fix(const FixRequest &request, const AdvisoryBase &base, const Files &files, std::string &diff) {
  Checked checked = check(request.check, base, files);
  const std::string &root = checked.project.root;
  FailedBuild failed = newest_failed_build(request.check.project.folder);
  if (failed.directory.empty() && root != request.check.project.folder) failed = newest_failed_build(root);
  // The user's own command is run at the root, the one that failed where it was run.
  BuildCall build{request.build, root};
  if (build.command.empty()) build = {failed.command, failed.directory};
  TrialOptions trials;
  trials.enabled = request.try_remedies;
  trials.progress = request.progress;
  Candidates candidates = find_candidates(checked, base, failed, trials, files);

  if (request.dry_run || request.apply) {
    Result<size_t> chosen = choose(candidates, request.apply);
    if (!chosen) return std::unexpected(chosen.error());
    Candidate &candidate = candidates.all[*chosen];
    // Where the registry was not at hand until now.
    if (std::optional<Problem> failed = fetch_lock_change(candidate.planned, checked.project))
      return std::unexpected(*failed);
    FixReport report = list(candidates, root);
    diff = diff_of(candidate.planned, root);
    if (request.dry_run) return report;
    if (std::optional<Problem> failed = apply(candidate, root, report)) return std::unexpected(*failed);
    report.applied = static_cast<int>(*chosen);
    look_after(candidate, request, base, build, root, files, report);
    if (!report.written.empty()) report.next = what_next(report, build);
    return report;
  }

  if (request.try_remedies) try_all(candidates, checked.project, request, build.command, files);
  FixReport report = list(candidates, root);
  report.problems = checked.report.problems;
  report.shows = what_it_shows(candidates);
  auto works = std::ranges::find_if(
      report.remedies, [](const FixEntry &e) { return e.refusal.empty() && e.remedy.verified == Verified::Passed; });
  if (works == report.remedies.end())
    works = std::ranges::find_if(
        report.remedies, [](const FixEntry &e) { return e.refusal.empty() && e.remedy.verified != Verified::Failed; });
  if (works != report.remedies.end())
    report.next =
        fmt::format("ldwhy fix --apply {}{}", works - report.remedies.begin() + 1,
                    request.try_remedies ? "" : " (--dry-run shows the diff, --try builds each in a copy first)");
  return report;
}

Result<FixReport> undo_fix(const std::string &folder, const Files &files) {
  std::string root = folder;
  for (const ProjectKind *kind : project_kinds())
    if (std::optional<std::string> found = kind->root(folder, files)) {
      root = *found;
      break;
    }
  Result<Journal> journal = journal_for(root);
  if (!journal) return std::unexpected(journal.error());
  Result<ChangeSet> undone = journal->undo();
  if (!undone) return std::unexpected(undone.error());
  FixReport report;
  report.root = root;
  for (const std::string &file : undone->files) report.written.push_back(shown(file, root));
  report.undone = undone->title;
  return report;
}

}  // namespace ldwhy
