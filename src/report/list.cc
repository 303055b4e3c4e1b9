#include "report/report.h"

namespace ldwhy {

extern const ReportFormat text_report, json_report, sarif_report;

std::span<const ReportFormat *const> report_formats() {
  static const ReportFormat *const formats[] = {&text_report, &json_report, &sarif_report};
  return formats;
}

const ReportFormat *find_report_format(std::string_view id) {
  for (const ReportFormat *format : report_formats())
    if (format->id == id) return format;
  return nullptr;
}

std::string Painter::paint(const char *code, std::string_view text) const {
  if (!on_ || text.empty()) return std::string(text);
  std::string painted = "\x1b[";
  painted += code;
  painted += 'm';
  painted += text;
  painted += "\x1b[0m";
  return painted;
}

}  // namespace ldwhy
