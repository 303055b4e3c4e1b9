// The reports for people that stand in files of their own.
#pragma once

#include <string>

#include "report/report.h"

namespace ldwhy {

std::string check_text(const CheckReport &report, const ReportStyle &style);
std::string fix_text(const FixReport &report, const ReportStyle &style);

}  // namespace ldwhy
