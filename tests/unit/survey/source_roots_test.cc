#include "survey/source_roots.h"

#include <gtest/gtest.h>

namespace ldwhy {
namespace {

using Roots = std::vector<std::string>;

TEST(SourceRoots, AreWhereBuildSystemsSay) {
  MemoryFiles cmake, meson, autotools, plain;
  cmake.add("/p/b/CMakeCache.txt", "# x\nX_HOME_DIRECTORY:INTERNAL=/no\nCMAKE_HOME_DIRECTORY:INTERNAL=/p/src\r\n");
  EXPECT_EQ(source_roots("/p/b/lib", cmake), (Roots{"/p/b/lib", "/p/src"}));
  meson.add("/p/b/meson-info/meson-info.json", R"({"directories": {"source": "/p", "build": "/p/b"}})");
  EXPECT_EQ(source_roots("/p/b", meson), (Roots{"/p/b", "/p"}));
  autotools.add("/p/b/Makefile", "srcdir = ..\nabs_top_srcdir = /p/b/..\n");
  EXPECT_EQ(source_roots("/p/b", autotools), (Roots{"/p/b", "/p/"}));
  plain.add("/p/Makefile", "all:\n");
  EXPECT_EQ(source_roots("/p", plain), (Roots{"/p"}));
}

TEST(SourceRoots, SurviveNonsense) {
  for (const char *text : {"", "{", "[]", "{\"directories\": 3}", "{\"directories\": {\"source\": []}}"}) {
    MemoryFiles files;
    files.add("/p/meson-info/meson-info.json", text);
    EXPECT_EQ(source_roots("/p", files), (Roots{"/p"})) << text;
  }
}

}  // namespace
}  // namespace ldwhy
