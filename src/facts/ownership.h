// Whose a missing name is, told by its spelling and by who uses it: the project's own, or that of
// a library, a framework or another module.
#pragma once

#include "facts/facts.h"

namespace ldwhy {

// A member of a class in a namespace that nothing of those who use it has in its name.
bool of_other_namespace(const Case &c, const Facts &facts);

// The module that a Swift name is of; empty: it is no such name.
struct SwiftModule {
  std::string name;
  bool own = false;  // those who use it are of the same module
};
SwiftModule swift_module(const Case &c);

// Whether the link is one of an Unreal Engine module's, by its files' or types' names.
bool for_unreal(const Case &c, const Facts &facts);

// All that refer to it are shared libraries, which were linked before: it is none of this
// project's functions that was left out.
bool only_shared_refer(const Case &c);

}  // namespace ldwhy
