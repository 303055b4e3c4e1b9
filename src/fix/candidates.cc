#include "fix/candidates.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/words.h"
#include "capture/capture.h"
#include "edit/edit.h"
#include "edit/patch.h"
#include "fix/caught_link.h"
#include "pipeline/pipeline.h"

namespace ldwhy {
namespace {

bool same_work(const PlannedChange &a, const PlannedChange &b) {
  return a.remedy.title == b.remedy.title && a.commands_to_run == b.commands_to_run && a.refusal == b.refusal &&
         std::ranges::equal(a.changes, b.changes, [](const FileChange &x, const FileChange &y) {
           return x.path == y.path && x.after == y.after;
         });
}

void add(Candidates &candidates, Candidate candidate) {
  bool known = std::ranges::any_of(candidates.all, [&](const Candidate &other) {
    return other.about == candidate.about && same_work(other.planned, candidate.planned);
  });
  if (!known) candidates.all.push_back(std::move(candidate));
}

void add_headline(Candidates &candidates, const std::string &headline) {
  if (std::ranges::find(candidates.affected, headline) == candidates.affected.end())
    candidates.affected.push_back(headline);
}

// Of a finding in build outputs: its remedies are words, but for deleting what is stale.
void add_words(Candidates &candidates, const std::string &about, const std::vector<Remedy> &remedies) {
  for (const Remedy &remedy : remedies) {
    Candidate candidate{.about = about};
    candidate.planned.remedy = remedy;
    if (remedy.id == "clean-artifact" && !remedy.commands.empty())
      candidate.planned.commands_to_run.push_back(split_words(remedy.commands.front()));
    else candidate.planned.refusal = "no file of the project's can be edited for it";
    add(candidates, std::move(candidate));
  }
}

void add_finding(Candidates &candidates, const Finding &finding, const Checked &checked, const AdvisoryBase &base,
                 const Files &files) {
  const Advisory *advisory = base.find(finding.advisory);
  const Build *build = find_build(
      checked.project,
      {.where = finding.where, .system = finding.system, .profile = finding.profile, .target = finding.target});
  std::string about = fmt::format("{}: {}", finding.cause.empty() ? finding.advisory : finding.cause, finding.title);
  add_headline(candidates, about);
  if (!advisory || !build) return add_words(candidates, about, finding.remedies);
  PlanContext context{checked.project, *build, files, finding.package, finding.package_version};
  for (const AdvisoryRemedy &wanted : advisory->remedies)
    add(candidates, {about, plan(wanted, context), advisory, build});
}

// A change of the link line, or of the list of sources, goes where the build says it; a remedy that
// comes with a diff of a file that is there can be applied.
PlannedChange from_diagnosis(const Remedy &remedy, const Diagnosis &diagnosis, const Capsule &capsule,
                             const Project &project, const Files &files) {
  PlannedChange planned{.remedy = remedy};
  if (!remedy.link_words.empty() || !remedy.source.empty()) {
    std::expected<FileChange, std::string> change = build_file_change(remedy, diagnosis, capsule, files);
    if (!change) {
      planned.refusal = change.error();
      return planned;
    }
    std::string shown = shown_from(change->path, project.root);
    // In the place of lines for files that were not known.
    planned.remedy.edits = {{shown, unified_diff(shown, change->before, change->after, change->created)}};
    planned.changes.push_back(std::move(*change));
    return planned;
  }
  for (const Edit &edit : remedy.edits) {
    std::string path = normal_path(join_path(capsule.directory, edit.file));
    Result<FileRef> file = edit.file.empty() ? std::unexpected(Problem{}) : files.open(path);
    if (!file) continue;
    std::string before((*file)->bytes().text());
    if (TextResult after = apply_diff(before, edit.diff)) planned.changes.push_back({path, before, *after, false});
  }
  if (planned.changes.empty() || planned.changes.size() != remedy.edits.size()) {
    planned.changes.clear();
    planned.refusal = "ldwhy knows no file to write it into";
  }
  return planned;
}

}  // namespace

Candidates find_candidates(const Checked &checked, const AdvisoryBase &base, const FailedBuild &failed,
                           const TrialOptions &trials, const Files &files) {
  Candidates candidates;
  for (const Finding &finding : checked.report.findings)
    if (finding.state == Affected::Affected) add_finding(candidates, finding, checked, base, files);
  auto local = std::ranges::find(checked.project.builds, "local", &Build::where);
  const Build *build = local != checked.project.builds.end() ? &*local : nullptr;
  for (const Capsule &capsule : failed.capsules) {
    LinkReport link = diagnose_capsule(capsule, trials);
    for (const Diagnosis &diagnosis : link.diagnoses) {
      std::string about = fmt::format("{}: {}", diagnosis.cause, diagnosis.summary);
      // A known bug's remedies come from its advisory.
      bool told = std::ranges::any_of(diagnosis.advisories, [&](const std::string &id) {
        return std::ranges::any_of(candidates.all,
                                   [&](const Candidate &c) { return c.advisory && c.advisory->id == id; });
      });
      if (!told) add_headline(candidates, about);
      for (const Remedy &remedy : diagnosis.remedies) {
        Candidate candidate{about, from_diagnosis(remedy, diagnosis, capsule, checked.project, files)};
        // What linking again cannot show a build can.
        if (!candidate.planned.changes.empty() && remedy.verified == Verified::NotTried) candidate.build = build;
        for (const SymbolName &symbol : diagnosis.symbols)
          candidate.symbols.insert(candidate.symbols.end(), {symbol.name, symbol.demangled});
        add(candidates, std::move(candidate));
      }
    }
  }
  return candidates;
}

}  // namespace ldwhy
