#include "advisory/version.h"

#include <gtest/gtest.h>

namespace ldwhy {
namespace {

State holds(std::string_view set, std::string_view version) {
  std::expected<VersionSet, std::string> parsed = VersionSet::parse(set);
  EXPECT_TRUE(parsed) << set;
  std::optional<Version> exact = parse_version(version);
  EXPECT_TRUE(exact) << version;
  return parsed && exact ? parsed->holds(exactly(*exact)) : State::Unknown;
}

State tool_holds(std::string_view set, std::string_view tool, std::string_view version) {
  std::optional<VersionRange> range = tool_versions(tool, version);
  return range ? VersionSet::parse(set)->holds(*range) : State::Unknown;
}

// The order given in Semantic Versioning 2.0.0, section 11, with more between.
TEST(Version, Order) {
  const char *ordered[] = {"0.9",        "1.0.0-0",      "1.0.0-alpha",   "1.0.0-alpha.1", "1.0.0-alpha.beta",
                           "1.0.0-beta", "1.0.0-beta.2", "1.0.0-beta.11", "1.0.0-rc.1",    "1.0.0",
                           "1.0.1",      "1.2",          "1.10.0",        "2.0.0.1"};
  for (size_t i = 0; i < std::size(ordered); ++i)
    for (size_t j = 0; j < std::size(ordered); ++j) {
      int expected = i < j ? -1 : i > j ? 1 : 0;
      EXPECT_EQ(compare(*parse_version(ordered[i]), *parse_version(ordered[j])), expected)
          << ordered[i] << " " << ordered[j];
    }
  EXPECT_EQ(compare(*parse_version("1.2.0+x"), *parse_version("1.2+y")), 0);
}

TEST(Version, NotAVersion) {
  for (const char *text :
       {"", "x", "1.", "1..2", ".1", "1.2-", "1.2-a_b", "1.2 3", "-1", "v1.2", "1.2.3.4.5.6.7", "1234567890123456789"})
    EXPECT_FALSE(parse_version(text)) << text;
}

TEST(VersionSet, Ranges) {
  EXPECT_EQ(holds(">=38.0.0, <38.0.4", "38.0.0"), State::Met);
  EXPECT_EQ(holds(">=38.0.0, <38.0.4", "38.0.3"), State::Met);
  EXPECT_EQ(holds(">=38.0.0, <38.0.4", "38.0.4"), State::NotMet);
  EXPECT_EQ(holds(">=38.0.0, <38.0.4", "37.9.9"), State::NotMet);
  EXPECT_EQ(holds("<=1.2.3", "1.2.3"), State::Met);
  EXPECT_EQ(holds(">1.2.3", "1.2.3"), State::NotMet);
  EXPECT_EQ(holds("*", "0.0.1-alpha"), State::Met);
  EXPECT_EQ(holds("=1.2.3", "1.2.3"), State::Met);
  EXPECT_EQ(holds("1.2.3", "1.2.4"), State::NotMet);
}

// The higher version can be the bad one.
TEST(VersionSet, Sets) {
  for (const char *set : {">=130.0.0, <149.4.0 | 150.0.0", "150.0.0 | >=130.0.0, <149.4.0"}) {
    EXPECT_EQ(holds(set, "149.3.0"), State::Met);
    EXPECT_EQ(holds(set, "149.4.0"), State::NotMet);
    EXPECT_EQ(holds(set, "150.0.0"), State::Met);
    EXPECT_EQ(holds(set, "150.0.1"), State::NotMet);
  }
  // Alternatives that meet are one.
  EXPECT_EQ(tool_holds("<1.5.0 | >=1.5.0", "gcc", "1"), State::Met);
  EXPECT_EQ(tool_holds("<1.5.0 | >1.5.0", "gcc", "1"), State::Unknown);
}

TEST(VersionSet, PreReleases) {
  EXPECT_EQ(holds("<38.0.0", "38.0.0-rc.1"), State::Met);
  EXPECT_EQ(holds("<38.0.0-0", "38.0.0-rc.1"), State::NotMet);
  EXPECT_EQ(holds(">=0.7.0-rc0", "0.7.0-rc1"), State::Met);
  EXPECT_EQ(holds("1.94.*", "1.94.0-beta.2"), State::Met);
  EXPECT_EQ(holds("1.94.*", "1.95.0-nightly"), State::NotMet);
  EXPECT_EQ(holds("1.94.*", "1.94.7"), State::Met);
}

TEST(VersionSet, Malformed) {
  for (const char *set : {"", " ", "|", "1.2.3 |", ">", ">=x", "~1.2", "^1", "1.2", "=15", ">1.*", "<1.*", "1.*.2",
                          "*.*", ">=2.0.0, <1.0.0", ">1.0.0, <1.0.0", ">=1.0.0 <2.0.0"})
    EXPECT_FALSE(VersionSet::parse(set)) << set;
}

TEST(VersionSet, Words) {
  EXPECT_EQ(VersionSet::parse("<1.95.0")->words(), "older than 1.95.0");
  EXPECT_EQ(VersionSet::parse(">=1.90.0")->words(), "1.90.0 or newer");
  EXPECT_EQ(VersionSet::parse(">=38.0.0, <38.0.4 | 40.0.0")->words(), "38.0.0 to before 38.0.4 or 40.0.0");
  EXPECT_EQ(VersionSet::parse(">=2.37.0, <=2.42.0")->words(), "2.37.0 to 2.42.0");
}

TEST(ToolVersions, ManySpellings) {
  EXPECT_EQ(tool_holds("<16.0.0", "clang", "14.0.6"), State::Met);
  EXPECT_EQ(tool_holds("<16.0.0", "clang", "14"), State::Met);
  EXPECT_EQ(tool_holds("<2.38", "ld", "2.40-2"), State::NotMet);
  EXPECT_EQ(tool_holds("12.2.0", "gcc", "12.2.0-14+deb12u1"), State::Met);
  EXPECT_EQ(tool_holds(">=23", "ndk", "r25c"), State::Met);
  EXPECT_EQ(tool_holds(">=23", "ndk", "22.1.7171670"), State::NotMet);
  EXPECT_EQ(tool_holds("<1.21", "go", "go1.20.5"), State::Met);
  EXPECT_EQ(tool_holds(">=15.0, <16.0", "xcode", "15.4"), State::Met);
  EXPECT_EQ(tool_holds(">=15.0, <16.2", "xcode", "16"), State::Unknown);
  EXPECT_EQ(tool_holds("<2.0.0", "mold", "v1.10.1"), State::Met);
  EXPECT_EQ(tool_holds("<2.0.0", "mold", "latest"), State::Unknown);
}

TEST(ToolVersions, RustChannels) {
  EXPECT_EQ(tool_holds("<1.95.0", "rustc", "1.90.0"), State::Met);
  EXPECT_EQ(tool_holds("<1.95.0", "rustc", "1.94"), State::Met);
  EXPECT_EQ(tool_holds("<1.95.0", "rustc", "1.95"), State::NotMet);
  EXPECT_EQ(tool_holds("<1.95.0", "rustc", "1.94.0-x86_64-unknown-linux-gnu"), State::Met);
  // A pre-release has a change of its release, or not yet.
  EXPECT_EQ(tool_holds("<1.95.0", "rustc", "1.95.0-nightly"), State::Unknown);
  EXPECT_EQ(tool_holds("<1.95.0", "rustc", "1.94.0-beta.3"), State::Met);
  EXPECT_EQ(tool_holds("<1.95.0", "rustc", "1.97.0-nightly"), State::NotMet);
  EXPECT_EQ(tool_holds("<1.95.0", "rustc", "stable"), State::Unknown);
  EXPECT_EQ(tool_holds("<1.95.0", "rustc", "nightly"), State::Unknown);
}

// Releases that are known: 1.87.0 was nightly on 2025-02-26, 1.91.0 on 2025-09-02 and 1.97.0 on
// 2026-05-19; 1.90.0 came out on 2025-09-18.
TEST(ToolVersions, RustDates) {
  EXPECT_EQ(tool_holds("1.87.*", "rustc", "nightly-2025-02-26"), State::Met);
  EXPECT_EQ(tool_holds("1.91.*", "rustc", "nightly-2025-09-02-aarch64-apple-darwin"), State::Met);
  EXPECT_EQ(tool_holds("1.97.*", "rustc", "nightly-2026-05-19"), State::Met);
  EXPECT_EQ(tool_holds("1.90.*", "rustc", "stable-2025-09-18"), State::Met);
  EXPECT_EQ(tool_holds("1.89.*", "rustc", "stable-2025-09-17"), State::Met);
  EXPECT_EQ(tool_holds("1.91.*", "rustc", "beta-2025-09-20"), State::Met);
  // In the last week before a release the branch has turned already, or not.
  EXPECT_EQ(tool_holds("1.91.*", "rustc", "nightly-2025-09-14"), State::Unknown);
  EXPECT_EQ(tool_holds("<1.95.0", "rustc", "nightly-2025-02-31"), State::Unknown);
}

}  // namespace
}  // namespace ldwhy
