#include "check/search.h"

#include <gtest/gtest.h>

#include "real_objects.h"

namespace ldwhy {
namespace {

using Names = std::vector<std::string>;
constexpr const char *info =
    R"({"outputs":{"1":{"stdout":"rustc 1.95.0 (59807616e 2026-04-14)\nbinary: rustc\nhost: x86_64-unknown-linux-gnu\nrelease: 1.95.0\n"}}})";

TEST(FindOutputs, TakesObjectsAndLeavesCopies) {
  MemoryFiles files;
  for (const char *name :
       {"/p/a.o", "/p/sub/b.a", "/p/sub/notes.txt", "/p/.git/c.o", "/p/target/debug/.cargo-lock",
        "/p/target/debug/deps/libx-1.rlib", "/p/target/debug/libx.rlib", "/p/target/debug/incremental/y/z.o"})
    files.add(name, "");
  bool cut = false;
  EXPECT_EQ(find_outputs("/p", files, cut), (Names{"/p/a.o", "/p/sub/b.a", "/p/target/debug/deps/libx-1.rlib"}));
  EXPECT_FALSE(cut);
}

TEST(FindOutputs, EndsWhereLinksGoRound) {
  testing::Workshop shop;
  shop.write("a/b/x.o", "");
  shop.run("ln -s .. a/b/up; ln -s . a/here; ln -s a also; ln -s loop loop");
  bool cut = false;
  EXPECT_EQ(find_outputs(shop.path("."), DiskFiles(), cut).size(), 1u);
  EXPECT_FALSE(cut);
}

TEST(FindOutputs, StopsInTheDepth) {
  MemoryFiles files;
  std::string path = "/p";
  for (int i = 0; i < 60; ++i) path += "/d";
  files.add(path + "/x.o", "");
  bool cut = false;
  EXPECT_TRUE(find_outputs("/p", files, cut).empty());
  EXPECT_TRUE(cut);
}

class GroupingTest : public ::testing::Test {
 protected:
  OutputGroup of(const std::string &folder) { return groups_[grouping_.group_of_folder(folder)]; }
  MemoryFiles files_;
  std::vector<OutputGroup> groups_;
  Grouping grouping_{groups_, files_, "/p"};
};

TEST_F(GroupingTest, KnowsCargosFolders) {
  files_.add("/p/target/.rustc_info.json", info);
  files_.add("/p/target/board/CACHEDIR.TAG", "");
  OutputGroup host = of("/p/target/release/deps");
  EXPECT_EQ(host.kind, OutputGroup::Kind::Cargo);
  EXPECT_EQ(host.shown, "target/release");
  EXPECT_EQ(host.rustc, "1.95.0 (59807616e 2026-04-14)");
  EXPECT_EQ(host.base, "/p");
  EXPECT_EQ(host.expected.arch, Arch::X86_64);
  OutputGroup mac = of("/p/target/aarch64-apple-darwin/release/deps");
  EXPECT_EQ(mac.shown, "target/aarch64-apple-darwin/release");
  EXPECT_EQ(mac.expected.platform, Platform::MacOS);
  EXPECT_EQ(of("/p/target/aarch64-apple-ios-sim/debug/deps").expected.platform, Platform::IOSSimulator);
  OutputGroup board = of("/p/target/board/release/deps");
  EXPECT_EQ(board.shown, "target/board/release");
  EXPECT_EQ(board.expected.arch, Arch::Unknown);
  OutputGroup script = of("/p/target/aarch64-apple-darwin/release/build/z-12/out/lib");
  EXPECT_EQ(script.kind, OutputGroup::Kind::BuildScript);
  EXPECT_EQ(script.shown, "target/aarch64-apple-darwin/release/build/z-12");
  EXPECT_EQ(script.expected.arch, Arch::Arm64);
}

TEST_F(GroupingTest, KnowsCMakeAndXcode) {
  files_.add("/p/out/CMakeCache.txt", "");
  files_.add("/p/out/native/CMakeCache.txt", "");
  EXPECT_EQ(of("/p/out/CMakeFiles/a.dir").shown, "out");
  EXPECT_EQ(of("/p/out/native/x").shown, "out/native");
  EXPECT_EQ(of("/p/plain/x").shown, "plain/x");
  EXPECT_EQ(of("/p/Build/Products/Release-iphonesimulator").expected.platform, Platform::IOSSimulator);
  EXPECT_EQ(of("/p/Build/App.build/Objects-normal/arm64").expected.arch, Arch::Arm64);
}

}  // namespace
}  // namespace ldwhy
