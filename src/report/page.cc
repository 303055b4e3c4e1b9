#include "report/page.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace ldwhy {
namespace {

constexpr size_t most_diff_lines = 40;
constexpr size_t label_column = 26;  // widest label kept on the same line as its text

std::string evidence_label(const Evidence &item) {
  if (item.file.empty()) {
    if (item.kind == "absence") return "elsewhere";
    return item.kind == "reference" ? "…" : item.kind == "option" ? "command" : item.kind;
  }
  return item.member.empty() ? item.file : fmt::format("{}({})", item.file, item.member);
}

// A makefile's tabs are part of it, and do no harm to a terminal.
std::string diff_shown(std::string_view line) {
  std::string text;
  for (size_t begin = 0; begin <= line.size();) {
    size_t tab = std::min(line.find('\t', begin), line.size());
    text += printable(line.substr(begin, tab - begin));
    if (tab < line.size()) text += '\t';
    begin = tab + 1;
  }
  return text;
}

}  // namespace

std::string plural(size_t count, std::string_view one, std::string_view many) {
  return fmt::format("{} {}", count, count == 1 ? one : many);
}

void TextPage::paragraph(std::string_view text, size_t indent) { line(wrap(printable(text), style_.width, indent)); }

void TextPage::add_labelled(const std::vector<Labelled> &rows, size_t most) {
  size_t column = 0;
  for (const Labelled &row : rows)
    if (row.label.size() <= label_column) column = std::max(column, row.label.size());
  size_t shown = 0;
  for (const Labelled &row : rows) {
    if (shown++ >= most) {
      line(paint_.dim(fmt::format("    … {} more (-v shows all)", rows.size() - most)));
      break;
    }
    std::string name = printable(row.label);
    std::string body = wrap(printable(row.text), style_.width, 4 + column + 2);
    if (name.size() > column) {
      line(fmt::format("    {}", paint_.name(name)));
      line(body);
    } else {
      body.erase(0, std::min(body.size(), 4 + name.size()));
      line(fmt::format("    {}{}", paint_.name(name), body));
    }
  }
}

void TextPage::add_evidence(const std::vector<Evidence> &evidence) {
  std::vector<Labelled> rows;
  for (const Evidence &item : evidence) rows.push_back({evidence_label(item), item.text});
  add_labelled(rows, style_.verbose ? rows.size() : 8);
}

void TextPage::add_remedies(const std::vector<Remedy> &remedies, std::string_view tried) {
  if (remedies.empty()) return;
  bool any_tried = std::ranges::any_of(remedies, [](const Remedy &r) { return r.verified != Verified::NotTried; });
  heading(any_tried ? tried : "remedies, cheapest first");
  size_t number = 0;
  for (const Remedy &remedy : remedies) add_remedy(remedy, ++number, any_tried);
  line();
}

void TextPage::add_remedy(const Remedy &remedy, size_t number, bool tried) {
  std::string_view mark = !tried                                ? ""
                          : remedy.verified == Verified::Passed ? "[works] "
                          : remedy.verified == Verified::Failed ? "[fails] "
                                                                : "[not tried] ";
  std::string body = wrap(fmt::format("{}{}", mark, printable(remedy.title)), style_.width, 7).substr(7);
  // Painted last: colours take no columns.
  std::string painted = remedy.verified == Verified::Passed   ? paint_.good(mark)
                        : remedy.verified == Verified::Failed ? paint_.bad(mark)
                                                              : paint_.dim(mark);
  line(fmt::format("    {}. {}{}", number, painted, body.substr(mark.size())));
  if (!remedy.outcome.empty() && remedy.verified != Verified::NotTried) paragraph(remedy.outcome, 7);
  if (style_.quiet) return;
  line(paint_.dim(fmt::format("       cost: {}", printable(remedy.cost))));
  for (const std::string &command : remedy.commands) line(fmt::format("         {}", command_shown(command)));
  for (const Edit &edit : remedy.edits) add_diff(edit);
}

// A command of hundreds of inputs fills the screen; what a remedy adds stands at its end.
std::string TextPage::command_shown(std::string_view command) const {
  constexpr size_t longest = 2000, head = 100, tail = 300;
  if (style_.verbose || command.size() <= longest) return printable(command);
  size_t front = command.rfind(' ', head), back = command.find(' ', command.size() - tail);
  if (front == command.npos || back == command.npos) return printable(command);
  size_t words = static_cast<size_t>(std::ranges::count(command.substr(front, back - front), ' '));
  return fmt::format("{} {} {}", printable(command.substr(0, front)),
                     paint_.dim(fmt::format("… {} words (-v shows all) …", words)),
                     printable(command.substr(back + 1)));
}

void TextPage::add_diff(const Edit &edit) {
  std::string_view rest = edit.diff;
  // A lock file's diff can be pages long.
  size_t lines = static_cast<size_t>(std::ranges::count(rest, '\n'));
  size_t most = style_.verbose || lines <= most_diff_lines ? lines + 1 : most_diff_lines / 2;
  for (size_t count = 0; !rest.empty(); ++count) {
    if (count == most) {
      line(paint_.dim(fmt::format("         … {} more lines (-v shows all)", lines - most)));
      break;
    }
    size_t end = rest.find('\n');
    std::string_view diff_line = rest.substr(0, end);
    rest.remove_prefix(end == rest.npos ? rest.size() : end + 1);
    std::string shown = diff_shown(diff_line);
    if (diff_line.starts_with('+')) shown = paint_.good(shown);
    else if (diff_line.starts_with('-')) shown = paint_.bad(shown);
    line(fmt::format("         {}", shown));
  }
}

}  // namespace ldwhy
