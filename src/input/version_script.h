// GNU version scripts and dynamic lists: which symbols a shared library or program shows,
// and under which versions (ld manual, "VERSION Command"; option --dynamic-list).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/problem.h"

namespace ldwhy {

// Whether a pattern with "*", "?", "[a-z]", "[!a-z]" and "\" matches all of a name. Takes
// time in proportion to the product of their lengths at worst.
bool glob_matches(std::string_view pattern, std::string_view name);

struct VersionPattern {
  std::string text;
  bool quoted = false;  // stands for itself, as GNU ld has it (lld: in extern only)
  bool cxx = false;     // in extern "C++" { }: meant for demangled names
  uint32_t line = 0;    // from 1

  bool is_exact() const { return quoted || text.find_first_of("*?[\\") == text.npos; }
  // `name` is as mangled as the pattern's language wants it.
  bool matches(std::string_view name) const { return is_exact() ? text == name : glob_matches(text, name); }
};

struct VersionNode {
  std::string name;  // empty: the anonymous node, which gives no version
  std::vector<VersionPattern> global;
  std::vector<VersionPattern> local;
  std::vector<std::string> inherits;
  uint32_t line = 0;
};

struct VersionScript {
  std::vector<VersionNode> nodes;
};

// The Problem has the offset and, in its text, the line.
Result<VersionScript> read_version_script(std::string_view text);
// A dynamic list is an anonymous node without local symbols, or several.
Result<std::vector<VersionPattern>> read_dynamic_list(std::string_view text);

// What a version script does with one defined symbol.
struct VersionMatch {
  const VersionNode *node = nullptr;
  const VersionPattern *pattern = nullptr;
  bool is_local = false;
};
// The pattern that wins, as GNU ld and lld choose: an exact one before wildcards, these
// before "*"; among equals, global before local; then the last. Nothing: not mentioned.
std::optional<VersionMatch> find_version(const VersionScript &script, std::string_view name,
                                         std::string_view demangled);

}  // namespace ldwhy
