#include <fmt/format.h>
#include <gtest/gtest.h>

#include <random>
#include <sstream>

#include "input/input.h"
#include "real_objects.h"

namespace ldwhy {
namespace {

using namespace std::string_view_literals;
using testing::Workshop;

class Fat : public ::testing::Test {
 protected:
  void SetUp() override {
    shop_.write("a.c", "int f(void) { return 1; }\n");
    for (const char *arch : {"arm64", "x86_64", "arm64e"})
      shop_.run(fmt::format("clang-22 --target={}-apple-macos11 -c a.c -o {}.o", arch, arch));
    shop_.run("llvm-lipo-22 -create arm64.o x86_64.o arm64e.o -output fat.o");
  }
  Workshop shop_;
};

TEST_F(Fat, SlicesAreTheFilesThatLlvmLipoPutIn) {
  std::string file = shop_.read("fat.o");
  ASSERT_TRUE(is_fat(Bytes(file)));
  Result<std::vector<FatSlice>> slices = read_fat(Bytes(file));
  ASSERT_TRUE(slices) << to_string(slices.error());
  std::vector<std::string> seen;
  for (const FatSlice &slice : *slices) {
    std::string name(arch_name(slice.target.arch));
    seen.push_back(name);
    EXPECT_EQ(slice.bytes.text(), shop_.read(name + ".o")) << name;
    EXPECT_EQ(file.substr(slice.bytes.file_offset(), slice.bytes.size()), slice.bytes.text());
    EXPECT_EQ(slice.target.bits, 64);
    EXPECT_EQ(macho_format.open(slice.bytes)->target().arch, slice.target.arch);
  }
  std::istringstream archs(shop_.output("llvm-lipo-22 -archs fat.o"));
  std::vector<std::string> expected;
  for (std::string arch; archs >> arch;) expected.push_back(arch);
  EXPECT_EQ(seen, expected);
  EXPECT_EQ(seen.size(), 3u);
}

TEST_F(Fat, The64BitTableIsReadToo) {
  shop_.run("llvm-lipo-22 -create -fat64 arm64.o x86_64.o -output fat64.o");
  std::string file = shop_.read("fat64.o");
  ASSERT_EQ(file.substr(0, 4), "\xca\xfe\xba\xbf");
  ASSERT_TRUE(is_fat(Bytes(file)));
  Result<std::vector<FatSlice>> slices = read_fat(Bytes(file));
  ASSERT_TRUE(slices) << to_string(slices.error());
  ASSERT_EQ(slices->size(), 2u);
  for (const FatSlice &slice : *slices)
    EXPECT_EQ(slice.bytes.text(), shop_.read(std::string(arch_name(slice.target.arch)) + ".o"));
}

TEST_F(Fat, ASliceMayBeAnArchive) {
  shop_.run(
      "llvm-ar-22 --format=darwin rcs libarm64.a arm64.o && "
      "llvm-ar-22 --format=darwin rcs libx86.a x86_64.o && "
      "llvm-lipo-22 -create libarm64.a libx86.a -output libfat.a");
  std::string file = shop_.read("libfat.a");
  ASSERT_TRUE(is_fat(Bytes(file)));
  EXPECT_FALSE(is_archive(Bytes(file)));
  Result<std::vector<FatSlice>> slices = read_fat(Bytes(file));
  ASSERT_TRUE(slices) << to_string(slices.error());
  ASSERT_EQ(slices->size(), 2u);
  for (const FatSlice &slice : *slices) {
    ASSERT_TRUE(is_archive(slice.bytes));
    Archive archive = read_archive(slice.bytes);
    EXPECT_TRUE(archive.problems.empty());
    ASSERT_EQ(archive.members.size(), 1u);
    EXPECT_EQ(archive.members[0].name, std::string(arch_name(slice.target.arch)) + ".o");
    EXPECT_EQ(macho_format.open(archive.members[0].bytes)->target().arch, slice.target.arch);
  }
}

TEST(FatFormat, JavaClassesAreSomethingElse) {
  // Class file of Java 8 (major version 52), then of Java 1.1 (45.3).
  EXPECT_FALSE(is_fat(Bytes("\xca\xfe\xba\xbe\0\0\0\x34\0\x1d"sv)));
  EXPECT_FALSE(is_fat(Bytes("\xca\xfe\xba\xbe\0\3\0\x2d\0\x1d"sv)));
  EXPECT_TRUE(is_fat(Bytes("\xca\xfe\xba\xbe\0\0\0\2\1\0\0\7"sv)));
  EXPECT_FALSE(is_fat(Bytes("\xca\xfe\xba\xbe\0\0\0"sv)));
}

TEST_F(Fat, SlicesThatOverlapOrLeaveTheFileAreProblems) {
  std::string file = shop_.read("fat.o");
  // The first row of the table is 8 bytes in: type, subtype, offset, size, alignment.
  std::string overlapping = file;
  overlapping.replace(28 + 8, 4, file, 8 + 8, 4);
  Result<std::vector<FatSlice>> slices = read_fat(Bytes(overlapping));
  ASSERT_FALSE(slices);
  EXPECT_NE(slices.error().text.find("apart"), std::string::npos) << slices.error().text;

  std::string too_long = file;
  too_long.replace(8 + 12, 4, "\x7f\xff\xff\xff");
  slices = read_fat(Bytes(too_long));
  ASSERT_FALSE(slices);
  EXPECT_EQ(slices.error().offset, file.size());

  std::string none = file;
  none[7] = 0;
  EXPECT_FALSE(read_fat(Bytes(none)));

  std::string over_table = file;
  over_table.replace(8 + 8, 4, "\0\0\0\x0c"sv);
  EXPECT_FALSE(read_fat(Bytes(over_table)));

  // Cut anywhere, either the table or the last slice is not whole.
  for (size_t length = 8; length < file.size(); ++length) {
    std::string part = file.substr(0, length);
    EXPECT_FALSE(read_fat(Bytes(part))) << length;
  }
}

TEST_F(Fat, SurvivesFlippedBytes) {
  std::string file = shop_.read("fat.o");
  std::mt19937 random(7);
  for (int round = 0; round < 5000; ++round) {
    std::string damaged = file;
    for (int i = 0; i < 3; ++i) damaged[random() % 100] = static_cast<char>(random());
    Result<std::vector<FatSlice>> slices = read_fat(Bytes(damaged));
    uint64_t total = 0;
    if (slices)
      for (const FatSlice &slice : *slices) total += slice.bytes.size();
    EXPECT_LE(total, file.size());
  }
}

}  // namespace
}  // namespace ldwhy
