// Version numbers, ranges and sets of them. Order is that of Semantic Versioning 2.0.0,
// section 11, widened to tools that write other than three numbers: missing ones are zero, so
// "15.4" and "15.4.0" are equal. A pre-release stands before its release.
//
// What a project says of a tool is often no single version: "1.90" is any 1.90.x, and a
// pre-release of 1.95.0 may have a change that 1.95.0 has, or not yet. So a version seen is
// a range, and a set holds for it wholly, not at all, or it cannot be said.
#pragma once

#include <array>
#include <cstdint>
#include <expected>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/advisory.h"

namespace ldwhy {

struct Version {
  std::array<uint64_t, 6> numbers{};
  uint8_t count = 0;  // numbers that were written
  std::string pre;    // "rc.1"; empty: a release
};
int compare(const Version &left, const Version &right);
// "1.2.3-rc.1+build"; build metadata is dropped.
std::optional<Version> parse_version(std::string_view text);

struct VersionRange {
  std::optional<Version> from, to;  // empty: no limit
  bool from_included = true, to_included = false;
};
// What a tool's version, as read in a file or said by the tool, can stand for: "1.90", "22.1.8",
// "r25c", "go1.24.5", "nightly-2025-09-01". Empty: nothing is known ("stable", "latest").
std::optional<VersionRange> tool_versions(std::string_view tool, std::string_view text);
VersionRange exactly(const Version &version);

// Alternatives between '|', each of comparisons between commas, all of which must hold:
//   ">=38.0.0, <38.0.4 | 40.0.0"   "1.94.*"   "*"
// Pre-releases are compared by order alone: "<38.0.0" holds for 38.0.0-rc.1; "<38.0.0-0" does not.
class VersionSet {
 public:
  static std::expected<VersionSet, std::string> parse(std::string_view text);
  State holds(const VersionRange &versions) const;
  // "older than 1.95.0", "15.0.0 to before 16.2.0 or 17.1.0": goes after a tool's name.
  const std::string &words() const { return words_; }

 private:
  std::vector<VersionRange> ranges_;  // sorted, apart from each other
  std::string words_;
};

}  // namespace ldwhy
