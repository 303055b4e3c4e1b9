// What the commands share: exit statuses, complaints, and where output goes.
#pragma once

#include <cstdio>
#include <string>

#include "cli/options.h"
#include "remedy/remedy.h"
#include "report/report.h"

namespace ldwhy {

constexpr int nothing_found = 0, something_found = 1, unusable = 2;

// One line on standard error; returns `unusable`.
int complain(const std::string &text);
// The shell's own idea of it keeps the names that the user knows.
std::string current_directory();
ReportStyle style_for(const Options &options, FILE *stream);
// To the file that -o names, or to `stream`; false where it can't be written.
bool deliver(const std::string &text, const Options &options, FILE *stream);
bool deliver(const Report &report, const Options &options, FILE *stream);

// On a terminal, which remedy is being tried; end_progress takes the line away again.
TrialOptions trial_options(bool enabled);
void end_progress(const TrialOptions &trials);

// In project_commands.cc.
int check_command(const Options &options);
int fix_command(const Options &options);
int advisory_command(const Options &options);

}  // namespace ldwhy
