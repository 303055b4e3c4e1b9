#include "edit/patch.h"

#include <gtest/gtest.h>

namespace ldwhy {
namespace {

constexpr std::string_view before = "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n";

TEST(ApplyDiff, UndoesWhatUnifiedDiffSays) {
  std::string after(before);
  after.replace(after.find("two"), 3, "TWO\nand a half");
  after.replace(after.find("nine"), 5, "");
  TextResult result = apply_diff(before, unified_diff("f", before, after, false));
  ASSERT_TRUE(result) << to_string(result.error());
  EXPECT_EQ(*result, after);
}

TEST(ApplyDiff, TakesDiffsWithoutContext) {
  TextResult result = apply_diff(before, "--- a/f\n+++ b/f\n@@ -3 +3 @@\n-three\n+3\n+iii\n");
  ASSERT_TRUE(result);
  EXPECT_EQ(*result, "one\ntwo\n3\niii\nfour\nfive\nsix\nseven\neight\nnine\nten\n");
}

TEST(ApplyDiff, RefusesAnotherText) {
  EXPECT_FALSE(apply_diff("one\n2\nthree\n", "@@ -2 +2 @@\n-two\n+TWO\n"));
  EXPECT_FALSE(apply_diff(before, "nothing\n"));
}

}  // namespace
}  // namespace ldwhy
