// The linker options in a COFF object's section .drectve.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace ldwhy::coff {

// The options, one view each into `unquoted`, which holds their text without quotes.
class Directives {
 public:
  explicit Directives(std::string_view section);
  std::vector<std::string_view> words() const;

 private:
  std::string unquoted_;      // the words one behind the other
  std::vector<size_t> ends_;  // of each in unquoted_
};

}  // namespace ldwhy::coff
