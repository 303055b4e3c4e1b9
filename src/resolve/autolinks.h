// Inputs that only objects ask for.
#pragma once

#include <set>

#include "model/link.h"

namespace ldwhy {

// Adds those that objects of the link ask for, as long as that brings further objects in.
// is_in(ObjectId), add(input number).
template <class IsIn, class Add>
void add_autolinked_inputs(const Link &link, IsIn is_in, Add add) {
  std::set<uint32_t> added;
  for (bool again = !link.autolinks.empty(); again;) {
    again = false;
    for (const Autolink &autolink : link.autolinks) {
      if (added.contains(autolink.input) || !is_in(autolink.by)) continue;
      added.insert(autolink.input);
      add(autolink.input);
      again = true;
    }
  }
}

}  // namespace ldwhy
