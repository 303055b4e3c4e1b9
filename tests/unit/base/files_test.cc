#include "base/files.h"

#include <gtest/gtest.h>

namespace ldwhy {
namespace {

TEST(Files, ReadsAgainWhatWasGivenBack) {
  ScratchFolder folder("files-test");
  std::string path = join_path(folder.path(), "pages"), contents;
  for (int i = 0; i < 100'000; ++i) contents += static_cast<char>('a' + i % 23);
  ASSERT_FALSE(write_file_atomically(path, contents));
  Result<FileRef> mapped = DiskFiles().open(path);
  ASSERT_TRUE(mapped);
  EXPECT_EQ((*mapped)->bytes().text(), contents);
  (*mapped)->give_back();
  EXPECT_EQ((*mapped)->bytes().text(), contents);
  MemoryFiles memory;
  memory.add("/pages", contents);
  Result<FileRef> held = memory.open("/pages");
  ASSERT_TRUE(held);
  (*held)->give_back();
  EXPECT_EQ((*held)->bytes().text(), contents);
}

}  // namespace
}  // namespace ldwhy
