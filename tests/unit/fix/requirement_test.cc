#include "fix/requirement.h"

#include <gtest/gtest.h>

namespace ldwhy {
namespace {

TEST(Requirement, AllowsAsCargoDoes) {
  struct Row {
    const char *requirement, *version;
    bool allowed;
  };
  // The Cargo Book's own tables, and their edges.
  for (const Row &row : {Row{"1.2.3", "1.2.3", true},
                         {"1.2.3", "1.9.0", true},
                         {"1.2.3", "2.0.0", false},
                         {"1.2.3", "1.2.2", false},
                         {"^1.2", "1.2.0", true},
                         {"1", "1.99.0", true},
                         {"0.2.3", "0.2.9", true},
                         {"0.2.3", "0.3.0", false},
                         {"0.0.3", "0.0.3", true},
                         {"0.0.3", "0.0.4", false},
                         {"0.0", "0.0.9", true},
                         {"0.0", "0.1.0", false},
                         {"0", "0.9.0", true},
                         {"0", "1.0.0", false},
                         {"~1.2.3", "1.2.9", true},
                         {"~1.2.3", "1.3.0", false},
                         {"~1.2", "1.2.9", true},
                         {"~1", "1.9.0", true},
                         {"~1", "2.0.0", false},
                         {"*", "9.9.9", true},
                         {"1.*", "1.9.0", true},
                         {"1.*", "2.0.0", false},
                         {"1.2.*", "1.3.0", false},
                         {">=1.2", "9.0.0", true},
                         {">1.2", "1.2.9", false},
                         {">1.2", "1.3.0", true},
                         {"<2", "1.9.9", true},
                         {"<2", "2.0.0", false},
                         {"<=1.2", "1.2.9", true},
                         {"<=1.2", "1.3.0", false},
                         {"=38.0.3", "38.0.4", false},
                         {"=38.0.4", "38.0.4", true},
                         {"=38", "38.0.4", true},
                         {">=1.2, <1.5", "1.4.9", true},
                         {">= 1.2 , <1.5", "1.5.0", false}})
    EXPECT_EQ(requirement_allows(row.requirement, row.version), std::optional(row.allowed))
        << row.requirement << " " << row.version;
  EXPECT_EQ(requirement_allows("what", "1.0.0"), std::nullopt);
  EXPECT_EQ(requirement_allows("1.0", "what"), std::nullopt);
}

TEST(Requirement, KeepsItsFormWithAnotherVersion) {
  EXPECT_EQ(requirement_for("=38.0.3", "38.0.4"), "=38.0.4");
  EXPECT_EQ(requirement_for("38.0", "42.0.1"), "42.0");
  EXPECT_EQ(requirement_for("38", "42.0.1"), "42");
  EXPECT_EQ(requirement_for("~ 0.6.1", "0.7.0"), "~ 0.7.0");
  EXPECT_EQ(requirement_for("0.6.*", "0.7.2"), "0.7.*");
  EXPECT_EQ(requirement_for(">=1, <2", "2.0.0"), std::nullopt);
  EXPECT_EQ(requirement_for("<38.0.4", "38.0.4"), std::nullopt);
}

}  // namespace
}  // namespace ldwhy
