// Applies a unified diff of one file: the inverse of unified_diff(). Every line of context must
// stand where the diff says; a remedy's own diff was made from the same bytes.
#pragma once

#include <string_view>

#include "edit/edit.h"

namespace ldwhy {

TextResult apply_diff(std::string_view text, std::string_view diff);

}  // namespace ldwhy
