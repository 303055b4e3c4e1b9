// Diagnoses to text. One file an output, each exporting one ReportFormat: a pure
// function from a Report to a string. They see model/diagnosis.h and nothing else.
#pragma once

#include <span>
#include <string>

#include "model/diagnosis.h"

namespace ldwhy {

struct ReportStyle {
  bool color = false;
  size_t width = 80;     // columns
  bool quiet = false;    // headlines and remedies only
  bool verbose = false;  // all symbols, all evidence, what could not be read
};

struct ReportFormat {
  const char *id;        // "text"
  const char *title;
  std::string (*render)(const Report &report, const ReportStyle &style);
};
std::span<const ReportFormat *const> report_formats();
const ReportFormat *find_report_format(std::string_view id);

// Colours, as small as can be: nothing where they are off.
class Painter {
 public:
  explicit Painter(bool on) : on_(on) {}
  std::string bold(std::string_view text) const { return paint("1", text); }
  std::string error(std::string_view text) const { return paint("1;31", text); }
  std::string good(std::string_view text) const { return paint("1;32", text); }
  std::string bad(std::string_view text) const { return paint("31", text); }
  std::string name(std::string_view text) const { return paint("36", text); }
  std::string dim(std::string_view text) const { return paint("2", text); }

 private:
  std::string paint(const char *code, std::string_view text) const;
  bool on_;
};

}  // namespace ldwhy
