// Names that run-time libraries have only since a certain release, or only on one kind of
// system: what asks for them was compiled with that library's headers.
#pragma once

#include <optional>
#include <string_view>

#include "name/name.h"

namespace ldwhy {

struct Arrival {
  std::string_view library;  // "libstdc++"
  std::string_view release;  // "GCC 12"
  bool reserved = true;      // no program has such a name of its own
};

// The release that brought the name, as one that compiled code asks for by itself.
std::optional<Arrival> arrival_of(const ParsedName &name);

// A name that glibc has and musl has not: fortified and internal functions, and those of files
// above 2 GiB ("open64"), which musl gave up in 1.2.4.
bool is_glibc_only(const ParsedName &name);

// A name of Microsoft's universal C run-time library that msvcrt.dll has not, which MinGW
// links by default where it is not built for the former.
bool is_ucrt_only(const ParsedName &name);

// A name of the debug variant of Microsoft's C run-time library (/MDd, /MTd; _DEBUG).
bool is_debug_crt(const ParsedName &name);

// The API level since which Android's C library has the name; 0: since ever, or it has no such name.
unsigned android_level(const ParsedName &name);
// The release of macOS that brought the name; empty: it was always there, or is no such name.
std::string_view apple_release(const ParsedName &name);
// Fortified functions under names that no other C library gives them.
bool is_androids_own(const ParsedName &name);

// The system whose C library's headers bring the name into compiled code (errno, stdio's streams,
// assert, ctype); empty: it does not tell.
std::string_view system_told(const ParsedName &name);

// A library's other names stayed, and this one came or went in some release.
struct Renewal {
  std::string_view library;   // "OpenSSL"
  std::string_view release;   // "1.1"
  bool gone = false;          // it was there before
};
std::optional<Renewal> renewal_of(const ParsedName &name);

}  // namespace ldwhy
