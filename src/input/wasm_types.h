// The types of a WebAssembly object's functions, which its symbols do not tell.
#pragma once

#include <string_view>
#include <vector>

#include "model/object.h"

namespace ldwhy {

// By the number of the symbol: the type's bytes, as the type section writes them; empty for all that
// is no function. Two functions have one type where these are equal. Damaged: empty.
std::vector<std::string_view> read_wasm_function_types(const Object &object);

}  // namespace ldwhy
