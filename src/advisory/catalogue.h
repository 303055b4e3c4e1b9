// The words that advisories may use: ids of causes, actions of remedies, how facts were
// verified.
#pragma once

#include <span>
#include <string_view>

namespace ldwhy {

// All ids of the catalogue of causes, those that ldwhy cannot find yet included.
bool is_cause_id(std::string_view id);

// "git": read in the project's history; "doc": in its documentation; "lab": reproduced;
// "reported": by users; "unknown": looked for and not found.
bool is_verification(std::string_view word);

// What fix/ can do, with the arguments that each takes.
struct RemedyAction {
  std::string_view id;
  std::string_view required;  // arguments, between blanks: " package version "
  std::string_view optional;
};
const RemedyAction *find_remedy_action(std::string_view id);

}  // namespace ldwhy
