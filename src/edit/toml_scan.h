// Where the keys, values and tables of a TOML text stand, byte for byte: project/toml.h knows
// what a document says, but not where its values end.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/problem.h"

namespace ldwhy {

using TomlKey = std::vector<std::string>;  // from the top, unquoted

struct TomlTable {
  TomlKey path;           // empty: what stands before the first header
  bool in_array = false;  // an element of an array of tables, or a table in one
  size_t begin = 0;       // of its header's line
  size_t header_end = 0;  // past the header's line
};

struct TomlEntry {
  TomlKey path;
  uint32_t table = 0;   // index into TomlScan::tables
  int32_t parent = -1;  // the entry whose inline table it stands in
  size_t key_begin = 0, value_begin = 0, value_end = 0;
  bool inline_table = false;
  size_t last_element_begin = 0, last_element_end = 0;  // of an array; 0: it is empty
};

struct TomlScan {
  std::vector<TomlTable> tables;   // in the order of the text; the first has no header
  std::vector<TomlEntry> entries;  // in the order of the text; none from inside arrays
};

// For a text that toml++ takes. A text it does not take may be refused or scanned as far as it
// goes.
Result<TomlScan> scan_toml(std::string_view text);

bool is_prefix(const TomlKey &prefix, const TomlKey &key);

}  // namespace ldwhy
