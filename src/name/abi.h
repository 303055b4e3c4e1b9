// The marks that C++ libraries put into names, so that code built against one cannot be
// linked with code built against another.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "name/name.h"

namespace ldwhy {

enum class CxxAbi : uint8_t {
  Libstdcxx,      // only types that both of its ABIs spell alike: std::vector<int>
  LibstdcxxOld,   // std::string, without a mark
  LibstdcxxNew,   // std::__cxx11::, [abi:cxx11]: libstdc++ since GCC 5
  Libcxx,         // std::__1::
  LibcxxNdk,      // std::__ndk1::
  LibcxxOther,    // std::__2::, std::__Cr::
};
std::string_view cxx_abi_name(CxxAbi abi);

// The one a demangled name was made for. Nothing: it names no type whose name tells. libstdc++'s
// are told by types that the others mark.
std::optional<CxxAbi> abi_of(std::string_view demangled);

// Whether it is a name of the C++ library itself, not one that only uses its types.
bool is_library_own(const ParsedName &name);

// Without marks, and with one spelling for the types that manglings shorten.
std::string without_abi(std::string_view text);

// The same entity, under the names of different C++ libraries.
bool same_but_abi(const ParsedName &a, const ParsedName &b);

}  // namespace ldwhy
