// A class in the text of a header: which of its functions is the key function.
#pragma once

#include <cstddef>
#include <optional>
#include <string_view>

namespace ldwhy {

struct ClassText {
  std::optional<size_t> key_function;  // where its declaration begins
  std::optional<size_t> meta_object;   // where Q_OBJECT stands
};

// Of `class NAME {` or `struct NAME : … {`; nothing where the text does not define it. C++ is not
// parsed: brackets, semicolons and comments are.
std::optional<ClassText> find_class(std::string_view text, std::string_view name);

}  // namespace ldwhy
