// What the stages before found out, as the causes want it.
#pragma once

#include <string>
#include <vector>

#include "cause/cause.h"

namespace ldwhy {

Facts facts_of(const Link &link, const Resolution &resolution, const Survey &survey, const LoggedLink *log);

// One an error; `names` are the messages' symbols in object-file spelling.
std::vector<Case> make_cases(const std::vector<Complaint> &messages, const std::vector<std::string> &names, const Facts &facts);

}  // namespace ldwhy
