#include "edit/journal.h"

#include <gtest/gtest.h>
#include <sys/stat.h>

#include "real_objects.h"

namespace ldwhy {
namespace {

class JournalTest : public ::testing::Test {
 protected:
  JournalTest() : journal_(shop_.path("undo"), shop_.path("root")) {
    shop_.write("root/Cargo.toml", "old\r\n");
    shop_.write("root/b", std::string("\0raw\xFF", 5));
  }
  FileChange change(const std::string &name, const std::string &after) {
    return {shop_.path("root/" + name), shop_.read("root/" + name), after, false};
  }
  std::string applied(const std::vector<FileChange> &changes) {
    std::optional<Problem> problem = journal_.apply("set lto", changes);
    return problem ? problem->text : "";
  }
  testing::Workshop shop_;
  Journal journal_;
};

TEST_F(JournalTest, WritesAndTakesBack) {
  std::string raw = shop_.read("root/b");
  ::chmod(shop_.path("root/b").c_str(), 0754);
  FileChange made{shop_.path("root/.cargo/deep/config.toml"), "", "made", true};
  EXPECT_EQ(applied({change("Cargo.toml", "new"), change("b", "B"), made}), "");
  EXPECT_EQ(shop_.read("root/Cargo.toml"), "new");
  EXPECT_EQ(shop_.read("root/.cargo/deep/config.toml"), "made");
  struct stat status;
  ASSERT_EQ(::stat(shop_.path("root/b").c_str(), &status), 0);
  EXPECT_EQ(status.st_mode & 07777, 0754u);
  ASSERT_EQ(journal_.sets().size(), 1u);
  EXPECT_EQ(journal_.sets()[0].title, "set lto");
  EXPECT_EQ(journal_.sets()[0].files.size(), 3u);

  Result<ChangeSet> undone = journal_.undo();
  ASSERT_TRUE(undone) << to_string(undone.error());
  EXPECT_EQ(undone->files.size(), 3u);
  EXPECT_EQ(shop_.read("root/Cargo.toml"), "old\r\n");
  EXPECT_EQ(shop_.read("root/b"), raw);
  EXPECT_FALSE(std::filesystem::exists(shop_.path("root/.cargo")));
  EXPECT_FALSE(journal_.undo());
}

TEST_F(JournalTest, TakesTheNewestBackFirst) {
  EXPECT_EQ(applied({change("b", "1")}), "");
  EXPECT_EQ(applied({change("b", "2")}), "");
  ASSERT_TRUE(journal_.undo());
  EXPECT_EQ(shop_.read("root/b"), "1");
  ASSERT_TRUE(journal_.undo());
  EXPECT_EQ(shop_.read("root/b").size(), 5u);
}

TEST_F(JournalTest, RefusesFilesThatChangedMeanwhile) {
  FileChange late = change("b", "1");
  shop_.write("root/b", "somebody else's");
  EXPECT_EQ(applied({change("Cargo.toml", "new"), late}), "was changed since it was read; nothing was written");
  EXPECT_EQ(shop_.read("root/Cargo.toml"), "old\r\n");
  EXPECT_TRUE(journal_.sets().empty());

  EXPECT_EQ(applied({change("Cargo.toml", "new"), change("b", "1")}), "");
  shop_.write("root/b", "somebody else's again");
  Result<ChangeSet> undone = journal_.undo();
  ASSERT_FALSE(undone);
  EXPECT_EQ(undone.error().text, "was changed since; nothing was taken back");
  EXPECT_EQ(shop_.read("root/Cargo.toml"), "new");
}

TEST_F(JournalTest, TakesBackASetThatWasWrittenInPart) {
  EXPECT_EQ(applied({change("Cargo.toml", "new"), change("b", "1")}), "");
  shop_.write("root/Cargo.toml", "old\r\n");
  ASSERT_TRUE(journal_.undo());
  EXPECT_EQ(shop_.read("root/b").size(), 5u);
}

TEST_F(JournalTest, RefusesWhatIsNotAsSaid) {
  EXPECT_EQ(applied({{shop_.path("root/b"), "", "x", true}}), "is there already");
  EXPECT_EQ(applied({{shop_.path("root/none"), "", "x", false}}), "is no file any more");
  EXPECT_EQ(applied({change("b", "1"), change("b", "2")}), "would be changed twice");
}

TEST_F(JournalTest, WritesAllOrNothing) {
  // A file stands where a folder would have to be made.
  FileChange impossible{shop_.path("root/b/config.toml"), "", "made", true};
  EXPECT_NE(applied({change("Cargo.toml", "new"), impossible}), "");
  EXPECT_EQ(shop_.read("root/Cargo.toml"), "old\r\n");
  EXPECT_EQ(shop_.read("root/b").size(), 5u);
  EXPECT_TRUE(journal_.sets().empty());
}

TEST_F(JournalTest, WritesThroughLinks) {
  shop_.write("real/c", "old");
  shop_.run("ln -s ../real/c root/c && ln -s c root/d");
  EXPECT_EQ(applied({change("c", "x"), change("d", "y")}), "would be changed twice");
  EXPECT_EQ(applied({change("d", "new")}), "");
  EXPECT_TRUE(std::filesystem::is_symlink(shop_.path("root/c")));
  EXPECT_TRUE(std::filesystem::is_symlink(shop_.path("root/d")));
  EXPECT_EQ(shop_.read("real/c"), "new");
  ASSERT_TRUE(journal_.undo());
  EXPECT_EQ(shop_.read("real/c"), "old");
  shop_.run("ln -s nowhere root/e");
  EXPECT_EQ(applied({{shop_.path("root/e"), "", "x", true}}), "is there already");
}

TEST_F(JournalTest, KeepsTheLastTwenty) {
  for (int i = 0; i < 25; ++i) ASSERT_EQ(applied({change("b", std::to_string(i))}), "");
  EXPECT_EQ(journal_.sets().size(), 20u);
  for (int i = 23; i >= 4; --i) {
    ASSERT_TRUE(journal_.undo());
    ASSERT_EQ(shop_.read("root/b"), std::to_string(i));
  }
  EXPECT_FALSE(journal_.undo());
}

TEST_F(JournalTest, SurvivesADamagedManifest) {
  EXPECT_EQ(applied({change("b", "1")}), "");
  for (const char *text : {"", "[]", "{\"files\": [1]}", "{\"files\": [{}]}", "{"}) {
    shop_.run("for f in undo/*/*/manifest.json; do printf '%s' '" + std::string(text) + "' > $f; done");
    Result<ChangeSet> undone = journal_.undo();
    ASSERT_FALSE(undone);
    EXPECT_EQ(shop_.read("root/b"), "1");
  }
}

}  // namespace
}  // namespace ldwhy
