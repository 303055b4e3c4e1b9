// The report for people. One block a diagnosis: what, where it is proven, why, what
// to do, what to type next.
#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>

#include "base/text.h"
#include "report/text.h"
#include "report/page.h"
#include "report/report.h"

namespace ldwhy {
namespace {

// The linker's words with the names that people know, and without its own name, which stands above.
std::string said(const Complaint &complaint, const LinkReport &link) {
  std::string text = complaint.text;
  size_t colon = text.find(": ");
  std::string_view speaker = std::string_view(text).substr(0, colon);
  if (colon != text.npos && !link.linker.empty() && speaker.substr(speaker.rfind('/') + 1) == link.linker) {
    text.erase(0, colon + 2);
    constexpr std::string_view severity = "error: ";
    if (text.starts_with(severity)) text.erase(0, severity.size());
  }
  for (const auto &[name, known] : link.known_as)
    for (size_t at = text.find(name); at != text.npos; at = text.find(name, at + known.size()))
      text.replace(at, name.size(), known);
  return printable(text);
}

// "undefined symbol `a`", "undefined symbols `a`, `b` and 3 more", "cannot find -lz".
std::string headline(const Diagnosis &diagnosis, const LinkReport &link, const ReportStyle &style) {
  std::vector<std::string> names;
  std::unordered_set<std::string> listed;
  for (const SymbolName &symbol : diagnosis.symbols) {
    std::string name = printable(symbol.demangled.empty() ? symbol.name : symbol.demangled);
    if (listed.insert(name).second) names.push_back(std::move(name));
  }
  const Complaint *first = diagnosis.message ? &link.messages[*diagnosis.message] : nullptr;
  bool duplicate = first && first->kind == ComplaintKind::DuplicateSymbol;
  // What a relocation or a layout is about is not missing.
  if (first && !duplicate && first->kind != ComplaintKind::UndefinedSymbol) return said(*first, link);
  if (names.empty()) return first ? said(*first, link) : diagnosis.cause;
  size_t most = style.verbose ? names.size() : 3;
  std::string text = fmt::format("{} symbol{} ", duplicate ? "duplicate" : "undefined", names.size() == 1 ? "" : "s");
  for (size_t i = 0; i < std::min(most, names.size()); ++i)
    text += fmt::format("{}`{}`", i == 0 ? "" : i + 1 == names.size() ? " and " : ", ", names[i]);
  if (names.size() > most) text += fmt::format(" and {} more", names.size() - most);
  return text;
}

class Page : TextPage {
 public:
  Page(const LinkReport &link, const ReportStyle &style) : TextPage(style), link_(link) {}

  std::string render() {
    if (link_.status == Status::NoFailure) return "ldwhy: nothing wrong found in this link\n";
    title();
    for (const Diagnosis &diagnosis : link_.diagnoses) add_diagnosis(diagnosis);
    if (link_.status == Status::Unexplained) add_unexplained();
    add_alternatives();
    add_problems();
    return std::move(text_);
  }

 private:
  void title() {
    std::string what = "a failed link";
    size_t errors = static_cast<size_t>(
        std::ranges::count_if(link_.messages, [](const Complaint &c) { return c.severity == Severity::Error; }));
    if (errors) what = plural(errors, "linker error", "linker errors");
    bool predicted = !link_.messages.empty() && std::ranges::all_of(link_.messages, &Complaint::predicted);
    std::string text = fmt::format("ldwhy: {}{}", what, predicted ? ", foreseen from the inputs" : "");
    // Paths are told as the link saw them.
    if (!style_.folder.empty() && !link_.directory.empty() && link_.directory != style_.folder) {
      std::string below = style_.folder + "/";
      text += fmt::format(" in {}", printable(link_.directory.starts_with(below) ? link_.directory.substr(below.size())
                                                                                 : link_.directory));
    }
    std::string where = link_.linker;
    if (!link_.linker_version.empty()) where += " " + link_.linker_version;
    if (!link_.target.empty()) where += (where.empty() ? "" : ", ") + link_.target;
    if (link_.lto == "thin") where += ", ThinLTO";
    if (link_.lto == "full") where += ", full LTO";
    if (link_.lto == "gcc") where += ", GCC LTO";
    if (!where.empty()) text += fmt::format(" ({})", printable(where));
    line(paint_.dim(text));
    line();
  }

  void add_diagnosis(const Diagnosis &diagnosis) {
    std::string what = headline(diagnosis, link_, style_);
    line(fmt::format("{}{}{} {}", paint_.error("error"), paint_.error(fmt::format("[{}]", diagnosis.cause)),
                     paint_.bold(":"), paint_.bold(what)));
    paragraph(fmt::format("{}.", diagnosis.summary), 2);
    line();
    if (!style_.quiet) {
      bool alone = diagnosis.evidence.empty() && diagnosis.certainty == Certainty::Possible;
      heading(alone ? "possible, from the log's words alone: no objects were at hand"
              : diagnosis.certainty == Certainty::Proven ? "proof"
              : diagnosis.certainty == Certainty::Likely ? "evidence (likely, not proven)"
                                                         : "possible, from the log's words alone");
      if (!alone && diagnosis.evidence.empty()) line("    the log's words only: no objects were at hand");
      if (!alone) add_evidence(diagnosis.evidence);
      if (!diagnosis.explanation.empty()) {
        line();
        heading("why");
        paragraph(diagnosis.explanation, 4);
      }
      line();
    }
    add_remedies(diagnosis.remedies, "remedies (tried by linking again in a scratch folder)");
    for (const std::string &advisory : diagnosis.advisories)
      line(fmt::format("  known bug: ldwhy advisory {}", advisory));
    if (!diagnosis.next.empty()) {
      line(fmt::format("  {} {}", paint_.bold("next:"), printable(diagnosis.next)));
      line();
    }
  }

  void add_unexplained() {
    line(
        fmt::format("{} {}", paint_.error("unexplained:"), paint_.bold("no cause that ldwhy knows fits this failure")));
    size_t shown = 0;
    for (const Complaint &complaint : link_.messages) {
      if (complaint.severity != Severity::Error) continue;
      if (++shown > 5) break;
      line(fmt::format("    {}", said(complaint, link_)));
    }
    if (!link_.looked_at.empty()) {
      line();
      heading("what was looked at");
      for (const std::string &item : link_.looked_at) paragraph(item, 4);
    }
    line();
  }

  void add_alternatives() {
    if (link_.alternatives.empty() || style_.quiet) return;
    heading(link_.diagnoses.empty() ? "possible causes" : "less likely, but possible");
    size_t most = style_.verbose ? link_.alternatives.size() : 4, shown = 0;
    for (const Alternative &other : link_.alternatives) {
      if (shown++ >= most) break;
      std::string body = wrap(fmt::format("{}: {}", other.cause, printable(other.summary)), style_.width, 4);
      line(body);
    }
    if (!link_.alternatives.front().check.empty())
      line(fmt::format("    to decide: {}", printable(link_.alternatives.front().check)));
    line();
  }

  void add_problems() {
    if (link_.problems.empty()) return;
    heading("could not be read");
    size_t most = style_.verbose ? link_.problems.size() : 5, shown = 0;
    for (const Problem &problem : link_.problems) {
      if (shown++ >= most) {
        line(fmt::format("    … {} more", link_.problems.size() - most));
        break;
      }
      paragraph(to_string(problem), 4);
    }
    line();
  }

  const LinkReport &link_;
};

std::string render(const Report &report, const ReportStyle &style) {
  if (report.links.empty()) return "ldwhy: no failed link found\n";
  std::string text;
  for (const LinkReport &link : report.links) text += Page(link, style).render();
  return text;
}

}  // namespace

extern const ReportFormat text_report{"text", "text for people", render, check_text, fix_text};

}  // namespace ldwhy
