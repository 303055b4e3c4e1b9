// From what the linker said, and the link or only the log, to the cases and facts that causes read.
#pragma once

#include <string>
#include <vector>

#include "facts/facts.h"

namespace ldwhy {

// What is known of a link whose inputs were read; `log` may be null. All are referred to.
Facts facts_of(const Link &link, const Resolution &resolution, const Survey &survey, const LoggedLink *log);
// What a log alone tells.
Facts facts_of(const LoggedLink &log);

// The errors among the messages, each with what `facts` has of it; `names` are the messages' symbols
// as object files spell them, parallel to them. Messages, names and the result must outlive `facts`,
// in which is put what all cases have in common.
std::vector<Case> make_cases(const std::vector<Complaint> &messages, const std::vector<std::string> &names,
                             Facts &facts);

}  // namespace ldwhy
