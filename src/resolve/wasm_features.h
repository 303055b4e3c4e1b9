// What WebAssembly objects say of the machine that they need, and whether that fits together.
#pragma once

#include <vector>

#include "base/function_ref.h"
#include "model/link.h"

namespace ldwhy {

// What wasm-ld objects to. `is_in`: whether an object is part of the link.
std::vector<Objection> object_to_features(const Link &link, FunctionRef<bool(ObjectId)> is_in);

}  // namespace ldwhy
