// Inputs that LLD's ports for Mach-O and WebAssembly do not take.
#pragma once

#include <string>
#include <vector>

#include "model/link.h"

namespace ldwhy {

struct RefusedInput {
  uint32_t input = 0;
  std::string code;  // as of a Complaint
  std::string text;  // what is wrong with it
  bool left_out = true;  // nothing of it counts
};
struct RefusedInputs {
  std::vector<RefusedInput> inputs;  // each an error
  bool ends_link = false;            // nothing is said of symbols then
};
RefusedInputs refused_inputs(const Link &link);

}  // namespace ldwhy
