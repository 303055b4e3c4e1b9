// `ldwhy check` for people: what is affected and why, what would be and is not, then the
// settings in force with the place of each. Findings that differ only in where they hold
// are one block.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "report/page.h"
#include "report/text.h"

namespace ldwhy {
namespace {

std::string place_text(const Place &place) {
  if (place.file.empty() || place.line == 0) return place.file;
  return fmt::format("{}:{}", place.file, place.line);
}

std::string build_text(const Finding &finding) {
  std::string text;
  auto add = [&](std::string_view part) {
    if (part.empty()) return;
    if (!text.empty()) text += ", ";
    text += part;
  };
  if (!finding.profile.empty()) add(fmt::format("profile {}", finding.profile));
  add(finding.target);
  add(finding.where == "local" ? "this machine" : finding.where);
  return text;
}

// Findings that say the same of several builds.
struct Block {
  const Finding *first;
  std::vector<const Finding *> all;
};

bool same_but_place(const Finding &a, const Finding &b) {
  // Of what may hold, one block is enough.
  if (a.state == Affected::Unknown && !a.advisory.empty())
    return a.advisory == b.advisory && b.state == Affected::Unknown && a.package_version == b.package_version;
  return a.advisory == b.advisory && a.cause == b.cause && a.state == b.state && a.title == b.title &&
         a.package_version == b.package_version && a.place.file == b.place.file && a.place.line == b.place.line &&
         a.evidence.size() == b.evidence.size() &&
         std::ranges::equal(a.conditions, b.conditions, [](const Condition &x, const Condition &y) {
           // The same tool may be seen in other places: the state is what matters.
           return x.text == y.text && x.state == y.state;
         });
}

class CheckPage : TextPage {
 public:
  CheckPage(const CheckReport &report, const ReportStyle &style) : TextPage(style), report_(report) {}

  std::string render() {
    title();
    for (const Block &block : blocks())
      if (block.first->state != Affected::NotAffected || style_.all) add_finding(block);
    add_rest();
    if (!style_.quiet) {
      add_remarks();
      add_settings();
    }
    add_problems();
    return std::move(text_);
  }

 private:
  size_t count(Affected state) const {
    return static_cast<size_t>(std::ranges::count(report_.findings, state, &Finding::state));
  }

  void title() {
    std::string what;
    for (const std::string &system : report_.systems) what += fmt::format("{}{}", what.empty() ? "" : " and ", system);
    if (report_.packages) what += fmt::format(", {}", plural(report_.packages, "locked package", "locked packages"));
    if (report_.files)
      what += fmt::format("{}{} looked into", what.empty() ? "" : ", ",
                          plural(report_.files, "build output", "build outputs"));
    line(paint_.dim(
        fmt::format("ldwhy: {}{}", printable(report_.root), what.empty() ? "" : fmt::format(" ({})", what))));
    if (!report_.toolchain.empty() && !style_.quiet) {
      std::string tools;
      for (const auto &[name, fact] : report_.toolchain)
        tools += fmt::format("{}{} {}", tools.empty() ? "" : ", ", name, fact.value);
      line(wrap(printable(tools), style_.width, 7));
    }
    line();
  }

  std::vector<Block> blocks() const {
    std::vector<Block> blocks;
    for (const Finding &finding : report_.findings) {
      auto same = std::ranges::find_if(blocks, [&](const Block &b) { return same_but_place(*b.first, finding); });
      if (same == blocks.end()) blocks.push_back({&finding, {&finding}});
      else same->all.push_back(&finding);
    }
    return blocks;
  }

  void add_finding(const Block &block) {
    const Finding &finding = *block.first;
    std::string id = finding.cause.empty() ? finding.advisory : finding.cause;
    std::string_view word = finding.state == Affected::Affected  ? "error"
                            : finding.state == Affected::Unknown ? "affected if"
                                                                 : "not affected";
    std::string mark = fmt::format("{}[{}]", word, id);
    line(fmt::format("{}{} {}",
                     finding.state == Affected::Affected  ? paint_.error(mark)
                     : finding.state == Affected::Unknown ? paint_.warning(mark)
                                                          : paint_.good(mark),
                     paint_.bold(":"), paint_.bold(printable(finding.title))));
    size_t most = style_.verbose ? block.all.size() : 4, shown = 0;
    std::string previous;
    for (const Finding *one : block.all) {
      std::string text = build_text(*one);
      if (text.empty() || text == previous) continue;
      if (shown++ >= most) {
        line(paint_.dim(fmt::format("  … and {} more builds (-v shows all)", block.all.size() - most)));
        break;
      }
      paragraph(previous = text, 2);
    }
    line();
    if (!style_.quiet) {
      add_conditions(finding);
      if (!finding.evidence.empty()) {
        heading("proof");
        add_evidence(finding.evidence);
        line();
      }
      add_paths(finding);
    }
    if (finding.state == Affected::NotAffected) return;
    if (finding.state == Affected::Affected || style_.verbose) add_remedies(finding.remedies, "remedies");
    std::string page = finding.cause.empty() ? fmt::format("ldwhy advisory {}", finding.advisory)
                                             : fmt::format("ldwhy cause {}", finding.cause);
    std::string next = finding.cause.empty() && finding.state == Affected::Affected
                           ? fmt::format("ldwhy fix, or {} for the whole story", page)
                           : page;
    line(fmt::format("  {} {}", paint_.bold("next:"), next));
    line();
  }

  void add_conditions(const Finding &finding) {
    if (finding.conditions.empty()) return;
    heading(finding.state == Affected::NotAffected ? "why not" : "why");
    for (const Condition &condition : finding.conditions) {
      std::string_view word = condition.state == State::Met      ? "met"
                              : condition.state == State::NotMet ? "not met"
                                                                 : "unknown";
      std::string text = condition.text;
      if (!condition.seen.empty()) text += fmt::format(": {}", condition.seen);
      if (std::string place = place_text(condition.place); !place.empty()) text += fmt::format(" ({})", place);
      std::string body = wrap(printable(text), style_.width, 14);
      body.erase(0, std::min(body.size(), 4 + word.size()));
      std::string painted = condition.state == State::Met      ? paint_.bad(word)
                            : condition.state == State::NotMet ? paint_.good(word)
                                                               : paint_.warning(word);
      line(fmt::format("    {}{}", painted, body));
    }
    line();
  }

  void add_paths(const Finding &finding) {
    if (finding.paths.empty() || (finding.paths.size() == 1 && finding.paths[0].size() < 2)) return;
    heading("how it comes in");
    size_t most = style_.verbose ? finding.paths.size() : 4, shown = 0;
    for (const std::vector<std::string> &path : finding.paths) {
      if (shown++ >= most) {
        line(paint_.dim(fmt::format("    … {} more paths (-v shows all)", finding.paths.size() - most)));
        break;
      }
      std::string text;
      for (const std::string &name : path) text += fmt::format("{}{}", text.empty() ? "" : " > ", name);
      paragraph(text, 4);
    }
    line();
  }

  static size_t failed(const Finding &finding) {
    return static_cast<size_t>(std::ranges::count(finding.conditions, State::NotMet, &Condition::state));
  }

  // What was judged for a package of a version that is known to be bad, and does not hold: one line,
  // so that nobody has to wonder.
  void add_rest() {
    if (size_t affected = count(Affected::Affected); affected == 0)
      line(fmt::format(
          "{}", paint_.good(count(Affected::Unknown) ? "nothing is known to be affected" : "nothing wrong found")));
    std::vector<std::string> listed;
    for (const Finding &finding : report_.findings) {
      if (finding.state != Affected::NotAffected || style_.all || finding.package.empty()) continue;
      if (finding.conditions.empty() || finding.conditions.front().state == State::NotMet) continue;
      bool elsewhere = std::ranges::any_of(report_.findings, [&](const Finding &other) {
        return other.advisory == finding.advisory && other.state != Affected::NotAffected;
      });
      if (elsewhere || std::ranges::find(listed, finding.advisory) != listed.end()) continue;
      listed.push_back(finding.advisory);
      // Of the build that came nearest to it.
      const Finding *nearest = &finding;
      for (const Finding &other : report_.findings)
        if (other.advisory == finding.advisory && other.package == finding.package && failed(other) < failed(*nearest))
          nearest = &other;
      std::string why;
      for (const Condition &condition : nearest->conditions)
        if (condition.state == State::NotMet) {
          why = fmt::format(": not \"{}\"{}", condition.text,
                            condition.seen.empty() ? "" : fmt::format(", but {}", condition.seen));
          break;
        }
      paragraph(
          fmt::format("not affected by {} ({} {}){}", finding.advisory, finding.package, finding.package_version, why),
          2);
    }
    if (!listed.empty()) line(paint_.dim("  (--all shows every condition)"));
    line();
  }

  void add_remarks() {
    if (report_.remarks.empty()) return;
    heading("worth knowing");
    std::vector<Labelled> rows;
    for (const Remark &remark : report_.remarks) rows.push_back({place_text(remark.place), remark.text});
    add_labelled(rows, style_.verbose ? rows.size() : 8);
    line();
  }

  static bool decides_links(std::string_view name) {
    return name == "lto" || name == "codegen-units" || name == "linker" || name == "rustflags" ||
           name == "link-flags" || name == "link-args" || name == "crate-type" || name == "c-flags" ||
           name == "cxx-flags";
  }

  void add_settings() {
    std::string group;
    bool any = false;
    for (const SiteSettings &at : report_.settings) {
      const Setting &setting = at.setting;
      // Defaults say nothing new; what was overridden does.
      bool interesting = !setting.source.place.file.empty() || !setting.overridden.empty();
      if (!style_.verbose && (!interesting || !decides_links(setting.name))) continue;
      if (!any) heading("settings in force");
      any = true;
      std::string now = at.where == "local" ? "this machine" : at.where;
      if (!setting.profile.empty()) now += fmt::format(", profile {}", setting.profile);
      if (!setting.target.empty()) now += fmt::format(", {}", setting.target);
      if (now != group) line(fmt::format("    {}", printable(group = now)));
      std::string name =
          setting.package.empty() ? setting.name : fmt::format("{} of {}", setting.name, setting.package);
      std::string from = place_text(setting.source.place);
      line(fmt::format("      {} = {}  {}", paint_.name(printable(name)), printable(setting.source.value),
                       paint_.dim(printable(from.empty() ? setting.source.text
                                                         : fmt::format("{} ({})", from, setting.source.text)))));
      for (const SettingSource &lost : setting.overridden)
        line(paint_.dim(wrap(printable(fmt::format("not {} of {}{}", lost.value,
                                                   place_text(lost.place).empty() ? lost.text : place_text(lost.place),
                                                   lost.why.empty() ? "" : fmt::format(": {}", lost.why))),
                             style_.width, 8)));
    }
    if (any) line();
  }

  void add_problems() {
    if (report_.problems.empty()) return;
    heading("could not be used");
    std::vector<Labelled> rows;
    for (const ProjectProblem &problem : report_.problems) rows.push_back({place_text(problem.place), problem.text});
    add_labelled(rows, style_.verbose ? rows.size() : 8);
    line();
  }

  const CheckReport &report_;
};

}  // namespace

std::string check_text(const CheckReport &report, const ReportStyle &style) {
  return CheckPage(report, style).render();
}

}  // namespace ldwhy
