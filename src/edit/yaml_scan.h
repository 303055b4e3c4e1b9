// Where the nodes of a YAML text stand, byte for byte (project/yaml.h knows what a text says, but
// not where its values end). Reads the YAML that people write by hand: block and flow collections,
// all kinds of scalars, comments. Explicit keys ("? ") and more than one document are refused.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/problem.h"

namespace ldwhy {

enum class YamlForm : uint8_t { Empty, Absent, Plain, Single, Double, Block, Alias, Map, Sequence };

struct YamlPart {
  YamlForm form = YamlForm::Empty;  // Absent: a flow map's key without even a colon
  size_t begin = 0, end = 0;        // without anchor and tag
  bool in_flow = false;
  bool anchored = false, tagged = false;
  std::vector<std::pair<std::string, uint32_t>> children;  // key (of a map) and index of the part
};

struct YamlScan {
  std::vector<YamlPart> parts;
  uint32_t root = 0;
};

Result<YamlScan> scan_yaml(std::string_view text);

}  // namespace ldwhy
