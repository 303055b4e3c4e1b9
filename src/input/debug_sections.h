// Where the object formats keep the sections of debug information that line tables are in, and
// what relocations make of their fields.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/bytes.h"
#include "model/object.h"

namespace ldwhy {

struct DebugSections {
  // What a relocation writes into `lines`.
  struct Fixup {
    uint64_t at = 0;
    uint64_t value = 0;    // from the start of `section`; to be added to the field where `adds`
    uint32_t section = 0;  // 0: not known
    bool adds = false;
    bool subtracts = false;  // of a pair that makes a distance: the second
  };
  struct Place {
    uint32_t section = 0;  // 0: not known
    uint64_t offset = 0;
  };

  Bytes lines;                      // .debug_line; empty: there is none that can be read
  Bytes line_strings, strings;      // .debug_line_str, .debug_str
  std::vector<std::unique_ptr<std::string>> decompressed;  // that those above view; the others view the file
  Endian endian = Endian::Little;
  std::vector<Fixup> fixups;        // sorted by place
  uint32_t plain_section = 0;       // that addresses without a relocation are in; 0: none

  bool is_fixed(uint64_t at, uint64_t width) const;
  // The field of 4 or 8 bytes at `at`, as an address or as an offset in another debug section.
  Place address(uint64_t at, uint64_t width) const;
  std::optional<uint64_t> offset(uint64_t at, uint64_t width) const;
  // A distance of which `field` was read at `at`.
  std::optional<uint64_t> distance(uint64_t at, uint64_t width, uint64_t field) const;
};

// Of a relocatable object. Throws Malformed.
DebugSections find_debug_sections(const Object &object);

}  // namespace ldwhy
