// `ldwhy fix` for people: what is wrong, the remedies with their cost, what was done.
#include <fmt/format.h>

#include "base/text.h"
#include "report/page.h"
#include "report/text.h"

namespace ldwhy {
namespace {

class FixPage : TextPage {
 public:
  FixPage(const FixReport &report, const ReportStyle &style) : TextPage(style), report_(report) {}

  std::string render() {
    line(paint_.dim(fmt::format("ldwhy: {}", printable(report_.root))));
    line();
    if (!report_.undone.empty()) add_undone();
    else if (report_.affected.empty()) line(paint_.good("nothing to fix was found"));
    for (const std::string &headline : report_.affected)
      line(fmt::format("{} {}", paint_.error("error:"), paint_.bold(printable(headline))));
    line();
    if (report_.applied >= 0) add_applied();
    else add_list();
    add_validation();
    if (!report_.shows.empty()) {
      paragraph(fmt::format("{}.", report_.shows), 2);
      line();
    }
    for (const ProjectProblem &problem : report_.problems)
      paragraph(fmt::format("{}{}", problem.place.file.empty() ? "" : problem.place.file + ": ", problem.text), 2);
    if (!report_.next.empty()) line(fmt::format("  {} {}", paint_.bold("next:"), printable(report_.next)));
    return std::move(text_);
  }

 private:
  void add_list() {
    std::vector<Remedy> remedies;
    for (const FixEntry &entry : report_.remedies) {
      remedies.push_back(entry.remedy);
      if (!entry.refusal.empty() && remedies.back().verified == Verified::NotTried)
        remedies.back().title += fmt::format(" (by hand: {})", entry.refusal);
    }
    add_remedies(remedies, "remedies (tried)");
  }

  void add_undone() {
    line(paint_.good(fmt::format("taken back: {}", printable(report_.undone))));
    for (const std::string &file : report_.written) line(fmt::format("    {} is as it was", printable(file)));
  }

  void add_applied() {
    const Remedy &remedy = report_.remedies[static_cast<size_t>(report_.applied)].remedy;
    heading(fmt::format("applied: {}", printable(remedy.title)));
    for (const std::string &file : report_.written) line(fmt::format("    changed {}", printable(file)));
    for (const std::string &command : remedy.commands) line(fmt::format("    as by {}", printable(command)));
    line();
  }

  void add_validation() {
    if (report_.validation.empty()) return;
    heading("looked at after it");
    for (const Validation &done : report_.validation) {
      std::string_view word = done.state == State::Met ? "yes" : done.state == State::NotMet ? "NO" : "unknown";
      std::string text = done.seen.empty() ? done.text : fmt::format("{}: {}", done.text, done.seen);
      std::string body = wrap(printable(text), style_.width, 13);
      body.erase(0, std::min(body.size(), 4 + word.size()));
      line(fmt::format("    {}{}", done.state == State::Met ? paint_.good(word) : paint_.bad(word), body));
    }
    line();
  }

  const FixReport &report_;
};

}  // namespace

std::string fix_text(const FixReport &report, const ReportStyle &style) { return FixPage(report, style).render(); }

}  // namespace ldwhy
