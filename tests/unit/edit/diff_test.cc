#include <gtest/gtest.h>

#include <random>

#include "edit/edit.h"
#include "real_objects.h"

namespace ldwhy {
namespace {

TEST(UnifiedDiff, IsWrittenAsDiffDoes) {
  EXPECT_EQ(unified_diff("a/x.toml", "1\n2\n3\n4\n5\n", "1\n2\n3\n4\nfive\n", false),
            "--- a/a/x.toml\n+++ b/a/x.toml\n@@ -2,4 +2,4 @@\n 2\n 3\n 4\n-5\n+five\n");
  EXPECT_EQ(unified_diff("x", "a", "a\n", false),
            "--- a/x\n+++ b/x\n@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+a\n");
  EXPECT_EQ(unified_diff("x", "", "a\n", true),
            "diff --git a/x b/x\nnew file mode 100644\n--- /dev/null\n+++ b/x\n@@ -0,0 +1 @@\n+a\n");
  EXPECT_EQ(unified_diff("x", "same", "same", false), "");
}

// Both programs make the new text of the old one.
void expect_accepted(const testing::Workshop &workshop, const std::string &name, const std::string &before,
                     const std::string &after, bool created) {
  std::string diff = unified_diff(name, before, after, created);
  for (const char *command :
       {"git -c core.autocrlf=false apply -p1 ../the.diff", "patch -s --binary -p1 < ../the.diff"}) {
    workshop.run("rm -rf tree && mkdir tree");
    workshop.write("the.diff", diff);
    if (!created) workshop.write("tree/" + name, before);
    if (diff.empty()) continue;
    // Inside no repository, git takes the folder as it is.
    workshop.run("cd tree && GIT_CEILING_DIRECTORIES=$PWD/.. " + std::string(command) + " 2>../said");
    ASSERT_EQ(workshop.read("tree/" + name), after) << command << "\n" << diff << workshop.read("said");
  }
}

TEST(UnifiedDiff, IsTakenByGitAndPatch) {
  testing::Workshop workshop;
  expect_accepted(workshop, "a b/c d.toml", "x\r\ny\r\n", "x\r\nz\r\n", false);
  expect_accepted(workshop, ".cargo/config.toml", "", "[build]\n", true);
  expect_accepted(workshop, "f", "x\ny", "x\ny\nz", false);
  expect_accepted(workshop, "f", "x\n", "", false);
  expect_accepted(workshop, "f", "", "x", true);
  expect_accepted(workshop, "caf\xC3\xA9\"q.txt", "x\n", "y\n", false);
  std::mt19937 random(5);
  for (int round = 0; round < 60; ++round) {
    std::string before, after;
    std::string end = round % 5 == 0 ? "\r\n" : "\n";
    for (size_t lines = random() % 60; lines > 0; --lines) {
      std::string line = std::string(1, static_cast<char>('a' + random() % 4)) + end;
      if (random() % 12 != 0) before += line;
      if (random() % 12 == 0) after += "new" + end;
      if (random() % 12 != 0) after += line;
    }
    if (random() % 4 == 0 && !before.empty()) before.resize(before.size() - end.size());
    if (random() % 4 == 0 && !after.empty()) after.resize(after.size() - end.size());
    expect_accepted(workshop, "f.txt", before, after, false);
  }
}

TEST(UnifiedDiff, IsAsSmallAsDiffsOwn) {
  testing::Workshop workshop;
  std::mt19937 random(9);
  for (int round = 0; round < 30; ++round) {
    std::string before, after;
    for (size_t lines = 10 + random() % 60; lines > 0; --lines) {
      std::string line = std::string(1, static_cast<char>('a' + random() % 9)) + "\n";
      if (random() % 9 != 0) before += line;
      if (random() % 9 != 0) after += line;
    }
    workshop.write("before", before);
    workshop.write("after", after);
    std::string diff = unified_diff("f", before, after, false);
    auto changes = [](const std::string &text) {
      size_t count = 0;
      for (size_t at = 0; (at = text.find('\n', at)) != text.npos; ++at)
        count += at + 1 < text.size() && (text[at + 1] == '+' || text[at + 1] == '-');
      return count;
    };
    // The two header lines: one starts the text, one has a line end before it, in both.
    EXPECT_EQ(changes(diff), changes(workshop.output("diff -d -u before after")));
  }
}

TEST(UnifiedDiff, EndsOnTextsThatHaveNothingInCommon) {
  std::string before, after;
  for (int i = 0; i < 20000; ++i) {
    before += "b" + std::to_string(i) + "\n";
    after += "a" + std::to_string(i) + "\n";
  }
  std::string diff = unified_diff("f", before, after, false);
  EXPECT_TRUE(diff.starts_with("--- a/f\n+++ b/f\n@@ -1,20000 +1,20000 @@\n-b0\n"));
}

}  // namespace
}  // namespace ldwhy
