// Symbol names, taken apart. Near matches are compared on these parts, never on
// demangled text alone.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "model/target.h"

namespace ldwhy {

enum class Scheme : uint8_t { Plain, Itanium, Microsoft, Rust, Swift, D, ObjectiveC };

// The tables that a C++ class with virtual functions has beside its functions.
enum class ClassTable : uint8_t { None, Vtable, Typeinfo, TypeinfoName, Vtt };

struct ParsedName {
  Scheme scheme = Scheme::Plain;
  std::string_view raw;      // as given, without the object format's prefix and ELF version
  std::string demangled;     // for people; equals raw where there is nothing to demangle
  std::string base;          // "switch_to" of "fiber::switch_to(void*)"
  std::string scope;         // "fiber"
  std::string arguments;     // template arguments of the last part: "<int>"
  std::string parameters;    // "(void*)"; empty for data and for C
  std::string qualifiers;    // what follows them: "const", "&&"
  bool function = false;     // known to be one (C++)
  bool special = false;      // vtable, typeinfo, guard variable, thunk
  bool prefixed = false;     // the object format's prefix was there, and taken off
  bool imported = false;     // __imp_: the pointer through which a DLL's symbol is reached
  ClassTable table = ClassTable::None;  // special; base and scope are the class's
};

// `format` decides on the prefix: Mach-O names start with '_'.
ParsedName parse_name(std::string_view name, Format format);

// The same of a name as a linker printed it, mangled or demangled.
ParsedName parse_printed(std::string_view text, Format format);

// For people, the prefix removed: "_fiber_switch" on Mach-O stays as it is when it is
// plain C, since that is how linkers print it.
std::string demangle(std::string_view name, Format format);

// The identifier a programmer would search for ("switch_to"), found without demangling
// and without allocation: for sweeping over millions of names. Names that are the same
// entity under C, C++ and other signatures have the same one; never empty for a
// non-empty name.
std::string_view base_identifier(std::string_view name);
// "__imp_" of a name, and on 32-bit x86 "_imp__", as some linkers print it.
bool strip_import(std::string_view &name);

// One spelling where demanglers differ: "vector<vector<int> >" has a blank in old ones.
std::string canonical(std::string_view demangled);

// "ns::Foo" of "vtable for ns::Foo", "ns::Foo::Foo(int)" and "ns::Foo::run()"; the scope where
// the name is no class's.
std::string class_of(const ParsedName &name);

// "std::vector::push_back" of "std::vector<int>::push_back".
std::string without_arguments(std::string_view text);

// Its hash: equal for all forms of one entity; different ones may share it.
uint32_t identifier_hash(std::string_view name);
// The same of what base_identifier() gave.
uint32_t hash_identifier(std::string_view identifier);
// Which letters are in a text: one bit each, whatever its case; other characters share the rest.
uint32_t letter_set(std::string_view text);

}  // namespace ldwhy
