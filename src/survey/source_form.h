// What the text around a name in a source file is: a use, a declaration, a definition.
#pragma once

#include <string>
#include <string_view>
#include <tuple>

#include "model/target.h"

namespace ldwhy {

// A name as sources spell it.
struct SourceName {
  std::string identifier;
  // "ns::Class", without template arguments; empty for C.
  std::string scope;
  bool destructor = false;

  bool operator<(const SourceName &other) const {
    return std::tie(identifier, scope, destructor) < std::tie(other.identifier, other.scope, other.destructor);
  }
};

enum class Form : uint8_t {
  Use,
  Declaration,
  Definition,
  Private,   // a static function
  Unmarked,  // extern "C" fn in Rust, without no_mangle
};

bool is_word_character(char c);

// Of the identifier that stands at `at` as a whole word. Reads the text around it only; no
// language is parsed.
Form form_at(std::string_view text, size_t at, const SourceName &name, std::string_view path, Format format);

// "feature = \"x\"" of #[cfg(feature = "x")] before the item of Rust at `at`; empty where there is none.
std::string_view rust_condition(std::string_view text, size_t at);

// Whether the identifier there is qualified with the innermost part of its scope ("Class::name").
bool is_qualified(std::string_view text, size_t at, const SourceName &name);

}  // namespace ldwhy
