// A reader of the part of YAML in which text stubs are written.
#pragma once

#include <deque>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace ldwhy::stub {

struct YamlEntry;
using YamlMapping = std::vector<YamlEntry>;

// One of three: a scalar, a list of scalars, or a list of mappings.
struct YamlValue {
  std::string_view scalar;
  std::vector<std::string_view> list;
  std::vector<YamlMapping> mappings;  // whose own values are scalars or lists of scalars
};
struct YamlEntry {
  std::string_view key;
  YamlValue value;
};

struct YamlDocument {
  std::string_view tag;  // "!tapi-tbd-v3"; empty: none
  uint64_t offset = 0;   // in the file
  YamlMapping content;
};

// All documents of the stream. Unescaped scalars go to `owned`. Throws Malformed.
std::vector<YamlDocument> read_documents(Bytes bytes, std::deque<std::string> &owned);

}  // namespace ldwhy::stub
