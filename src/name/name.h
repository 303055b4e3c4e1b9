// Symbol names, taken apart. Near matches are compared on these parts, never on
// demangled text alone.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "model/target.h"

namespace ldwhy {

enum class Scheme : uint8_t { Plain, Itanium, Microsoft, Rust, Swift, D, ObjectiveC };

struct ParsedName {
  Scheme scheme = Scheme::Plain;
  std::string_view raw;      // as given, without the object format's prefix and ELF version
  std::string demangled;     // for people; equals raw where there is nothing to demangle
  std::string base;          // "switch_to" of "fiber::switch_to(void*)"
  std::string scope;         // "fiber"
  std::string parameters;    // "(void*)"; empty for data and for C
  bool function = false;     // known to be one (C++)
  bool special = false;      // vtable, typeinfo, guard variable, thunk
};

// `format` decides on the prefix: Mach-O names start with '_'.
ParsedName parse_name(std::string_view name, Format format);

// For people, the prefix removed: "_fiber_switch" on Mach-O stays as it is when it is
// plain C, since that is how linkers print it.
std::string demangle(std::string_view name, Format format);

// The identifier a programmer would search for ("switch_to"), found without demangling
// and without allocation: for sweeping over millions of names. Names that are the same
// entity under C, C++ and other signatures have the same one; never empty for a
// non-empty name.
std::string_view base_identifier(std::string_view name);
// Its hash: equal for all forms of one entity; different ones may share it.
uint32_t identifier_hash(std::string_view name);

}  // namespace ldwhy
