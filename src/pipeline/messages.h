// What the linker said, or would have said.
#pragma once

#include <string>
#include <vector>

#include "model/complaint.h"
#include "model/diagnosis.h"
#include "model/link.h"
#include "resolve/resolve.h"

namespace ldwhy {

// Why the outcome of the command cannot be foreseen, its inputs not even opened: it compiles first, or
// links nothing. Empty: it can.
std::string why_unforeseeable(const Command &command);

// Foresees the linker's errors from the model; all are marked as predicted.
std::vector<Complaint> foresee_messages(const Link &link, const Resolved &resolved);

// Takes from what was foreseen (`report.messages`) what is not certain, and says why in the report:
// names that libraries of the driver's own, or assembly in GCC's LTO code, may define.
void withdraw_uncertain(const Link &link, LinkReport &report);

// Runs the link in a scratch folder and reads what it says.
LoggedLink run_for_messages(const Link &link, double seconds);

// For each message, its symbol as object files spell it; empty where it has none.
std::vector<std::string> object_names(const std::vector<Complaint> &messages, const Link &link,
                                      const Resolution &resolution);

}  // namespace ldwhy
