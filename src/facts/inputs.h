// Inputs of the link that could not be read, or hold nothing.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "facts/facts.h"

namespace ldwhy {

// Inputs and archive members that ldwhy could not read, or not to the end: they may define
// anything.
std::vector<std::string> unread_inputs(const Facts &facts);
// A file that cannot be read to the end, on the line: a linker that dies may have died of it.
std::optional<uint32_t> damaged_input(const Facts &facts);
// An input of the user's with nothing in it: an empty file, an archive without members. Something
// was to be in it, and nobody knows what.
std::optional<uint32_t> empty_provider(const Facts &facts);

}  // namespace ldwhy
