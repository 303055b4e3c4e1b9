#include "command/response_file.h"

#include <fmt/format.h>

#include <random>

#include "base/words.h"
#include "real_objects.h"

namespace ldwhy {
namespace {

using Words = std::vector<std::string>;

Words expand(const MemoryFiles &files, const Words &words, std::vector<Problem> &problems) {
  return expand_response_files(words, "/w", files, problems);
}

TEST(ResponseFile, IsExpandedInPlaceAndNested) {
  MemoryFiles files;
  files.add("/w/a.rsp", "-lx \"two words\"\n@sub/b.rsp 'it\\'s' back\\ slash ''");
  files.add("/w/sub/b.rsp", "b1\r\nb2");
  std::vector<Problem> problems;
  EXPECT_EQ(expand(files, {"ld", "@a.rsp", "end"}, problems),
            (Words{"ld", "-lx", "two words", "b1", "b2", "it's", "back slash", "", "end"}));
  EXPECT_TRUE(problems.empty());
}

TEST(ResponseFile, MissingFileStaysAndIsTold) {
  MemoryFiles files;
  std::vector<Problem> problems;
  EXPECT_EQ(expand(files, {"@no.rsp", "@no.rsp", "@", "@rpath/libx.dylib"}, problems),
            (Words{"@no.rsp", "@no.rsp", "@", "@rpath/libx.dylib"}));
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].file, "no.rsp");
}

TEST(ResponseFile, CyclesAndBombsEnd) {
  MemoryFiles files;
  files.add("/w/self", "a @self b");
  files.add("/w/p", "@q");
  files.add("/w/q", "@p");
  std::vector<Problem> problems;
  EXPECT_EQ(expand(files, {"@self"}, problems), (Words{"a", "b"}));
  EXPECT_EQ(expand(files, {"@p"}, problems), Words());
  EXPECT_EQ(problems.size(), 2u);

  std::string many;
  for (int level = 0; level < 30; ++level) {
    many.clear();
    for (int i = 0; i < 100; ++i) many += fmt::format("@n{} ", level + 1);
    files.add(fmt::format("/w/n{}", level), many);
  }
  problems.clear();
  Words words = expand(files, {"@n0"}, problems);
  EXPECT_LT(words.size(), 5'000'000u);
  EXPECT_FALSE(problems.empty());
}

// Clang shows the words that it made of a response file as libraries of the link.
TEST(ResponseFile, AgreesWithClang) {
  testing::Workshop shop;
  std::mt19937 random(7);
  const std::vector<std::string> pieces{"a",        "b/c",   "\"d e\"",  "'f  g'", "\\ ",     "\\\\",
                                        "\\\"",     "\\'",   "\"'\"",    "'\"'",   "\"\\x\"", "'\\y'",
                                        "\"\\\"\"", "'\\''", "\"\\\\\"", "\"\n\"", "''",      "\"\""};
  for (int round = 0; round < 10; ++round) {
    std::string text;
    for (int word = 0; word < 20; ++word) {
      text += "-lz";
      for (int n = 0; n < 6; ++n) text += pieces[random() % pieces.size()];
      text += word % 3 ? " " : "\r\n\t";
    }
    Words ours = split_response(text);
    ASSERT_EQ(ours.size(), 20u);
    shop.write("x.rsp", text);
    Words theirs;
    for (const std::string &word : split_words(shop.output("clang-22 -nostdlib -### @x.rsp 2>&1 | tail -n +5")))
      if (word.starts_with("-lz")) theirs.push_back(word);
    EXPECT_EQ(ours, theirs) << text;
  }
}

TEST(FileList, HasOnePathALine) {
  MemoryFiles files;
  files.add("/w/l.txt", "a.o\nb c.o\r\n\n/abs.o");
  Result<Words> plain = read_file_list("l.txt", "/w", files);
  ASSERT_TRUE(plain);
  EXPECT_EQ(*plain, (Words{"a.o", "b c.o", "/abs.o"}));
  Result<Words> foldered = read_file_list("l.txt,obj", "/w", files);
  ASSERT_TRUE(foldered);
  EXPECT_EQ(*foldered, (Words{"obj/a.o", "obj/b c.o", "/abs.o"}));
  EXPECT_FALSE(read_file_list("none", "/w", files));
}

}  // namespace
}  // namespace ldwhy
