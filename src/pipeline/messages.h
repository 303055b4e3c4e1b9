// What the linker said, or would have said.
#pragma once

#include <string>
#include <vector>

#include "model/complaint.h"
#include "model/link.h"
#include "resolve/resolve.h"

namespace ldwhy {

// Foresees the linker's errors from the model; all are marked as predicted.
std::vector<Complaint> foresee_messages(const Link &link, const Resolved &resolved);

// Whether the linker reads, by GCC's plugin, objects with assembly that ldwhy does not read: what
// that defines is not known, so what is undefined cannot be foreseen.
bool holds_opaque_lto(const Link &link);

// Runs the link in a scratch folder and reads what it says.
LoggedLink run_for_messages(const Link &link, double seconds);

// For each message, its symbol as object files spell it; empty where it has none.
std::vector<std::string> object_names(const std::vector<Complaint> &messages, const Link &link,
                                      const Resolution &resolution);

}  // namespace ldwhy
