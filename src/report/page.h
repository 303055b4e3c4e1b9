// A page of text in the making: what the reports for people share. Lines are wrapped, but
// never names, commands or diffs: those are there to be copied.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/diagnosis.h"
#include "report/report.h"

namespace ldwhy {

std::string plural(size_t count, std::string_view one, std::string_view many);

// Something at a place: the label stands left of the text, in one column.
struct Labelled {
  std::string label;
  std::string text;
};

class TextPage {
 public:
  explicit TextPage(const ReportStyle &style) : style_(style), paint_(style.color) {}

 protected:
  void line(std::string_view text = "") {
    text_ += text;
    text_ += '\n';
  }
  void paragraph(std::string_view text, size_t indent);
  void heading(std::string_view text) { line("  " + paint_.bold(text)); }
  // At most `most` rows; how many more there are is said.
  void add_labelled(const std::vector<Labelled> &rows, size_t most);
  void add_evidence(const std::vector<Evidence> &evidence);
  // `tried`: the heading where any was tried.
  void add_remedies(const std::vector<Remedy> &remedies, std::string_view tried);

  const ReportStyle &style_;
  Painter paint_;
  std::string text_;

 private:
  void add_remedy(const Remedy &remedy, size_t number, bool tried);
  std::string command_shown(std::string_view command) const;
  void add_diff(const Edit &edit);
};

}  // namespace ldwhy
