// YAML files as a small tree of our own, with the line of every key and scalar.
//
// The one place that uses yaml-cpp: its events are turned into nodes here, no exception of
// its leaves, and hostile files end as one Problem: too big, too deep, or too many nodes once
// every alias is followed (a "YAML bomb" doubles itself a line).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/problem.h"

namespace ldwhy {

struct YamlNode;
using Yaml = std::shared_ptr<const YamlNode>;

struct YamlEntry {
  std::string key;
  uint32_t line = 0;  // the key's, from 1
  Yaml value;         // never null
};

struct YamlNode {
  enum class Kind : uint8_t { Null, Scalar, Sequence, Map };
  Kind kind = Kind::Null;
  bool plain = true;               // scalar: not quoted, not a block
  uint32_t line = 0;               // from 1
  uint32_t text_line = 0;          // where the first line of a block's text stands; else `line`
  size_t nodes = 1;                // itself and all below, aliases followed
  std::string text;                // scalar
  std::string tag;                 // "!reference"; empty for the usual ones
  std::vector<YamlEntry> entries;  // map, in the file's order; `<<` merged in at the end
  std::vector<Yaml> items;         // sequence

  bool is_map() const { return kind == Kind::Map; }
  bool is_sequence() const { return kind == Kind::Sequence; }
  bool is_scalar() const { return kind == Kind::Scalar; }
  // The value of a key of a map; nullptr where there is none, or this is no map.
  const YamlNode *find(std::string_view key) const;
  const YamlEntry *entry(std::string_view key) const;
  // A scalar's text below `key`; empty where there is none.
  std::string_view text_of(std::string_view key) const;
};

// The documents of a stream. The Problem's text starts with "line N: ".
Result<std::vector<Yaml>> parse_yaml(std::string_view text);

// Equal in all but places.
bool same_yaml(const YamlNode &a, const YamlNode &b);

// A scalar as the words of a list: a sequence's scalars, or the scalar alone.
std::vector<const YamlNode *> scalars_of(const YamlNode *node);

}  // namespace ldwhy
