// The order in which LLVM goes through a set of strings, where a linker's outcome depends on it.
#pragma once

#include <string_view>
#include <vector>

namespace ldwhy {

// Of a StringSet into which `inserted` went one after the other. `llvm` is LLVM's major version: which
// hash it is by changed with 17.
std::vector<std::string_view> order_of_string_set(const std::vector<std::string_view> &inserted, int llvm);

// Of a DenseMap by names in LLVM 14 to 19. Those whose hash is not known are left out. No name may
// be in `inserted` twice.
std::vector<std::string_view> order_of_name_map(const std::vector<std::string_view> &inserted);

}  // namespace ldwhy
