// The report for people. One block a diagnosis: what, where it is proven, why, what
// to do, what to type next. Lines are wrapped, but never names, commands or diffs:
// those are there to be copied.
#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>

#include "base/text.h"
#include "report/report.h"

namespace ldwhy {
namespace {

constexpr size_t label_column = 26;  // widest file name kept on the same line as its text

std::string plural(size_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

// "undefined symbol `a`", "undefined symbols `a`, `b` and 3 more", "cannot find -lz".
std::string headline(const Diagnosis &diagnosis, const LinkReport &link, const ReportStyle &style) {
  std::vector<std::string> names;
  std::unordered_set<std::string> listed;
  for (const SymbolName &symbol : diagnosis.symbols) {
    std::string name = printable(symbol.demangled.empty() ? symbol.name : symbol.demangled);
    if (listed.insert(name).second) names.push_back(std::move(name));
  }
  if (names.empty()) {
    for (const Complaint &complaint : link.messages)
      if (complaint.kind != ComplaintKind::UndefinedSymbol && complaint.severity == Severity::Error)
        return printable(complaint.text);
    return diagnosis.cause;
  }
  bool duplicate = std::ranges::any_of(link.messages, [&](const Complaint &complaint) {
    return complaint.kind == ComplaintKind::DuplicateSymbol &&
           (complaint.symbol == diagnosis.symbols[0].name || complaint.symbol == diagnosis.symbols[0].demangled);
  });
  size_t most = style.verbose ? names.size() : 3;
  std::string text = fmt::format("{} symbol{} ", duplicate ? "duplicate" : "undefined", names.size() == 1 ? "" : "s");
  for (size_t i = 0; i < std::min(most, names.size()); ++i)
    text += fmt::format("{}`{}`", i == 0 ? "" : i + 1 == names.size() ? " and " : ", ", names[i]);
  if (names.size() > most) text += fmt::format(" and {} more", names.size() - most);
  return text;
}

class Page {
 public:
  Page(const LinkReport &link, const ReportStyle &style) : link_(link), style_(style), paint_(style.color) {}

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
  void line(std::string_view text = "") {
    text_ += text;
    text_ += '\n';
  }
  void paragraph(std::string_view text, size_t indent) { line(wrap(printable(text), style_.width, indent)); }
  void heading(std::string_view text) { line(fmt::format("  {}", paint_.bold(text))); }

  void title() {
    std::string what = "a failed link";
    size_t errors = static_cast<size_t>(
        std::ranges::count_if(link_.messages, [](const Complaint &c) { return c.severity == Severity::Error; }));
    if (errors) what = plural(errors, "linker error", "linker errors");
    bool predicted = !link_.messages.empty() && std::ranges::all_of(link_.messages, &Complaint::predicted);
    std::string text = fmt::format("ldwhy: {}{}", what, predicted ? ", foreseen from the inputs" : "");
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
    line(fmt::format("{}{}{} {}", paint_.error("error"), paint_.error(fmt::format("[{}]", diagnosis.cause)), paint_.bold(":"),
                     paint_.bold(what)));
    paragraph(fmt::format("{}.", diagnosis.summary), 2);
    line();
    if (!style_.quiet) {
      heading(diagnosis.certainty == Certainty::Proven   ? "proof"
              : diagnosis.certainty == Certainty::Likely ? "evidence (likely, not proven)"
                                                         : "possible, from the log's words alone");
      add_evidence(diagnosis);
      if (!diagnosis.explanation.empty()) {
        line();
        heading("why");
        paragraph(diagnosis.explanation, 4);
      }
      line();
    }
    add_remedies(diagnosis);
    for (const std::string &advisory : diagnosis.advisories) line(fmt::format("  known bug: ldwhy advisory {}", advisory));
    if (!diagnosis.next.empty()) {
      line(fmt::format("  {} {}", paint_.bold("next:"), printable(diagnosis.next)));
      line();
    }
  }

  void add_evidence(const Diagnosis &diagnosis) {
    size_t column = 0;
    for (const Evidence &item : diagnosis.evidence)
      if (label(item).size() <= label_column) column = std::max(column, label(item).size());
    size_t most = style_.verbose ? diagnosis.evidence.size() : 8, shown = 0;
    for (const Evidence &item : diagnosis.evidence) {
      if (shown++ >= most) {
        line(paint_.dim(fmt::format("    … {} more (-v shows all)", diagnosis.evidence.size() - most)));
        break;
      }
      std::string name = label(item);
      std::string body = wrap(printable(item.text), style_.width, 4 + column + 2);
      if (name.size() > column) {
        line(fmt::format("    {}", paint_.name(name)));
        line(body);
      } else {
        body.erase(0, 4 + name.size());
        line(fmt::format("    {}{}", paint_.name(name), body));
      }
    }
    if (diagnosis.evidence.empty()) line("    the log's words only: no objects were at hand");
  }

  static std::string label(const Evidence &item) {
    if (item.file.empty()) {
      if (item.kind == "absence") return "elsewhere";
      return item.kind == "reference" ? "…" : item.kind == "option" ? "command" : item.kind;
    }
    return printable(item.member.empty() ? item.file : fmt::format("{}({})", item.file, item.member));
  }

  void add_remedies(const Diagnosis &diagnosis) {
    if (diagnosis.remedies.empty()) return;
    bool tried = std::ranges::any_of(diagnosis.remedies, [](const Remedy &r) { return r.verified != Verified::NotTried; });
    heading(tried ? "remedies (tried by linking again in a scratch folder)" : "remedies, cheapest first");
    size_t number = 0;
    for (const Remedy &remedy : diagnosis.remedies) {
      std::string_view mark = !tried                                ? ""
                              : remedy.verified == Verified::Passed ? "[works] "
                              : remedy.verified == Verified::Failed ? "[fails] "
                                                                    : "[not tried] ";
      std::string body = wrap(fmt::format("{}{}", mark, printable(remedy.title)), style_.width, 7).substr(7);
      // Painted last: colours take no columns.
      std::string painted = remedy.verified == Verified::Passed   ? paint_.good(mark)
                            : remedy.verified == Verified::Failed ? paint_.bad(mark)
                                                                  : paint_.dim(mark);
      line(fmt::format("    {}. {}{}", ++number, painted, body.substr(mark.size())));
      if (!remedy.outcome.empty() && remedy.verified == Verified::Failed) paragraph(remedy.outcome, 7);
      if (style_.quiet) continue;
      line(paint_.dim(fmt::format("       cost: {}", printable(remedy.cost))));
      for (const std::string &command : remedy.commands) line(fmt::format("         {}", printable(command)));
      for (const Edit &edit : remedy.edits) add_diff(edit);
    }
    line();
  }

  void add_diff(const Edit &edit) {
    std::string_view rest = edit.diff;
    while (!rest.empty()) {
      size_t end = rest.find('\n');
      std::string_view diff_line = rest.substr(0, end);
      rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
      std::string shown = printable(diff_line);
      if (diff_line.starts_with('+')) shown = paint_.good(shown);
      else if (diff_line.starts_with('-')) shown = paint_.bad(shown);
      line(fmt::format("         {}", shown));
    }
  }

  void add_unexplained() {
    line(fmt::format("{} {}", paint_.error("unexplained:"), paint_.bold("no cause that ldwhy knows fits this failure")));
    size_t shown = 0;
    for (const Complaint &complaint : link_.messages) {
      if (complaint.severity != Severity::Error) continue;
      if (++shown > 5) break;
      line(fmt::format("    {}", printable(complaint.text)));
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
    if (!link_.alternatives.front().check.empty()) line(fmt::format("    to decide: {}", printable(link_.alternatives.front().check)));
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
  const ReportStyle &style_;
  Painter paint_;
  std::string text_;
};

std::string render(const Report &report, const ReportStyle &style) {
  if (report.links.empty()) return "ldwhy: no failed link found\n";
  std::string text;
  for (const LinkReport &link : report.links) text += Page(link, style).render();
  return text;
}

}  // namespace

extern const ReportFormat text_report{"text", "text for people", render};

}  // namespace ldwhy
