// Names that belong to the libraries behind compilers and systems: which library has
// them, and what makes a build link it.
#pragma once

#include <optional>
#include <string_view>

#include "name/name.h"

namespace ldwhy {

enum class FamilyKind : uint8_t {
  RunTime,     // a compiler's support library: compiled code asks for it, nobody calls it by hand
  CxxRunTime,  // what C++ needs below its library: exceptions, operator new, type information
  System,      // a library of the C library's or Windows' that has to be named
};

struct NameFamily {
  const char *id;         // "atomic"
  FamilyKind kind;
  const char *title;      // "GCC's and Clang's helpers for atomic operations"
  const char *libraries;  // what its files are called, without lib: "atomic gcc clang_rt.builtins"
  const char *word;       // to add to the link: "-latomic"
  const char *reserved;   // names that begin with one of these are its own, whatever the version; may be empty
  bool windows = false;   // its names mean something else on other systems
};

struct KnownName {
  const NameFamily *family = nullptr;
  bool listed = false;    // in the table made from the library; else its prefix says so
};

// `name`: parsed from an object file's name or from a linker's words.
std::optional<KnownName> known_name(const ParsedName &name);

}  // namespace ldwhy
