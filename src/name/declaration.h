// A C++ name as demanglers write it, taken apart: what mangled names say by their
// grammar, logs say only in this form.
#pragma once

#include <string>
#include <string_view>

#include "name/name.h"

namespace ldwhy {

// Views into the text.
struct Declaration {
  std::string_view scope;       // "ns::Stack<int>"
  std::string_view base;        // "push", "operator()", "~Stack"
  std::string_view arguments;   // "<int>"
  std::string_view parameters;  // "(int)"
  std::string_view qualifiers;  // "const"
  bool special = false;         // "vtable for …", "guard variable for …"
  ClassTable table = ClassTable::None;
};

Declaration read_declaration(std::string_view text);
// Into the fields of the same names.
void take_over(const Declaration &declaration, ParsedName &name);

}  // namespace ldwhy
