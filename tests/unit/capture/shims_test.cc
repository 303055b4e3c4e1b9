#include "capture/shims.h"

#include <gtest/gtest.h>
#include <stdlib.h>
#include <sys/stat.h>

#include "base/files.h"
#include "real_objects.h"

namespace ldwhy {
namespace {

using testing::Workshop;

TEST(LinkerNames, AreTold) {
  for (const char *name :
       {"ld", "ld.bfd", "ld.gold", "ld.lld", "ld.mold", "mold", "ld64", "ld64.lld", "lld-link", "wasm-ld", "rust-lld",
        "ld.lld-19", "ld64.lld-22", "lld-link-14", "wasm-ld-22.1", "x86_64-w64-mingw32-ld", "arm-none-eabi-ld",
        "aarch64-linux-gnu-ld.gold", "i686-w64-mingw32-ld.bfd-2.40"})
    EXPECT_TRUE(is_linker_name(name)) << name;
  for (const char *name : {"", "-ld", "-", "ldd", "ldconfig", "ld.so", "gold-", "clang", "old", "build", "x-ldd",
                           "ld-linux-x86-64.so.2", "lld-link-x", "ldwhy"})
    EXPECT_FALSE(is_linker_name(name)) << name;
}

TEST(Calling, IsReadFromThePath) {
  struct Row {
    const char *path;
    CalledBy by;
    const char *name, *folder;
  };
  for (const Row &row : {
           Row{"/h/ldwhy/shims/12ab/gcc/collect2", CalledBy::Gcc, "collect2", "/h/ldwhy/shims/12ab"},
           Row{"/h/ldwhy/shims/12ab/gcc//collect2", CalledBy::Gcc, "collect2", "/h/ldwhy/shims/12ab"},
           Row{"/h/ldwhy/shims/12ab/inner/real-ld", CalledBy::Collect2, "real-ld", "/h/ldwhy/shims/12ab"},
           Row{"/h/ldwhy/shims/12ab/clang-ld.lld", CalledBy::Clang, "ld.lld", "/h/ldwhy/shims/12ab"},
           Row{"/h/ldwhy/shims/12ab/path/ld", CalledBy::Search, "ld", "/h/ldwhy/shims/12ab"},
           Row{"/h/ldwhy/shims/12ab/rustc/ldwhy-rustc", CalledBy::Cargo, "ldwhy-rustc", "/h/ldwhy/shims/12ab"},
           Row{"ld.mold", CalledBy::Search, "ld.mold", ""},
           Row{"/somewhere/ld", CalledBy::Search, "ld", ""},
       }) {
    std::optional<Calling> calling = calling_of(row.path);
    ASSERT_TRUE(calling) << row.path;
    EXPECT_EQ(calling->by, row.by) << row.path;
    EXPECT_EQ(calling->name, row.name);
    EXPECT_EQ(calling->folder, row.folder);
  }
  for (const char *path : {"", "ldwhy", "/usr/bin/ldwhy", "build/ldwhy", "/h/ldwhy/shims/12ab", "/h/ldwhy/shims/"})
    EXPECT_FALSE(calling_of(path)) << path;
}

TEST(ShimEntries, AreTakenOutOfLists) {
  EXPECT_EQ(without_shims("/h/ldwhy/shims/1/path:/usr/bin:/bin"), "/usr/bin:/bin");
  EXPECT_EQ(without_shims("/usr/bin:/h/ldwhy/shims/1/path:/bin"), "/usr/bin:/bin");
  EXPECT_EQ(without_shims("/h/ldwhy/shims/1/gcc:/h/ldwhy/shims/1/clang-"), "");
  EXPECT_EQ(without_shims("/usr/bin::/h/ldwhy/shims/1/path"), "/usr/bin:");
  EXPECT_EQ(without_shims(""), "");
  EXPECT_EQ(without_shims(compiler_path_shims("/c/ldwhy/shims/1") + ":/own"), "/own");
}

TEST(ShimFolder, HoldsALinkForEachLinkerOfPath) {
  Workshop shop;
  shop.write("bin/ld.odd", "");
  shop.write("bin/avr-none-ld", "");
  shop.write("bin/not-executable-ld", "");
  shop.run("chmod +x bin/ld.odd bin/avr-none-ld");
  std::string old_path = ::getenv("PATH");
  ::setenv("PATH", shop.path("bin").c_str(), 1);
  Result<std::string> folder = make_shims(shop.path("ldwhy"), "/opt/ldwhy");
  Result<std::string> again = make_shims(shop.path("ldwhy"), "/opt/ldwhy");
  Result<std::string> other = make_shims(shop.path("ldwhy"), "/home/ldwhy");
  ::setenv("PATH", old_path.c_str(), 1);
  ASSERT_TRUE(folder && again && other);
  EXPECT_EQ(*folder, *again);
  EXPECT_NE(*folder, *other);
  EXPECT_EQ(DiskFiles().list(path_shims(*folder)), std::vector<std::string>{"avr-none-ld"});
  EXPECT_EQ(DiskFiles().list(collect2_shims(*folder)), std::vector<std::string>{"real-ld"});
  // clang's entry is the start of names, never a folder.
  EXPECT_FALSE(DiskFiles().is_directory(clang_prefix(*folder)));
  struct stat link;
  EXPECT_EQ(::lstat((clang_prefix(*folder) + "ld.lld").c_str(), &link), 0);
  EXPECT_EQ(::lstat(rustc_shim(*folder).c_str(), &link), 0);
  EXPECT_EQ(::lstat(rust_lld_shim(*folder).c_str(), &link), 0);
  EXPECT_EQ(shop.output("readlink '" + rustc_shim(*folder) + "'"), "/opt/ldwhy\n");
  // Nothing half-made stays.
  for (const std::string &name : DiskFiles().list(shop.path("ldwhy/shims")))
    EXPECT_FALSE(name.starts_with('.')) << name;
}

TEST(ShimFolder, CannotBeWhereASearchPathCannotNameIt) {
  Workshop shop;
  EXPECT_FALSE(make_shims(shop.path("a:b/ldwhy"), "/opt/ldwhy"));
}

}  // namespace
}  // namespace ldwhy
