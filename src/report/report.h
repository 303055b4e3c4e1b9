// What ldwhy has to say, as text. One file an output, each exporting one ReportFormat:
// pure functions from a report to a string. They see model/ and nothing else.
#pragma once

#include <span>
#include <string>

#include "model/check.h"
#include "model/diagnosis.h"
#include "model/fix.h"

namespace ldwhy {

struct ReportStyle {
  bool color = false;
  size_t width = 80;     // columns
  bool quiet = false;    // headlines and remedies only
  bool verbose = false;  // all symbols, all evidence, what could not be read
  bool all = false;      // findings that do not hold, too
  std::string folder;    // where the reader is; absolute; empty: not known
};

struct ReportFormat {
  const char *id;        // "text"
  const char *title;
  std::string (*render)(const Report &report, const ReportStyle &style);
  std::string (*render_check)(const CheckReport &report, const ReportStyle &style);
  std::string (*render_fix)(const FixReport &report, const ReportStyle &style);
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
  std::string warning(std::string_view text) const { return paint("1;33", text); }
  std::string name(std::string_view text) const { return paint("36", text); }
  std::string dim(std::string_view text) const { return paint("2", text); }

 private:
  std::string paint(const char *code, std::string_view text) const;
  bool on_;
};

}  // namespace ldwhy
