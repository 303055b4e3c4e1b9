// Names in a table may overlap, so that a small file claims far more name bytes than it
// has; reading them all would take the square of the file's size.
#pragma once

#include "base/bytes.h"

namespace ldwhy {

class NameAllowance {
 public:
  explicit NameAllowance(Bytes file) : left_(uint64_t{file.size()} * 64) {}
  void spend(Bytes strings, uint64_t offset, size_t size) {
    if (size > left_) strings.fail(offset, "expected symbol names of a plausible total length");
    left_ -= size;
  }

 private:
  uint64_t left_;
};

}  // namespace ldwhy
