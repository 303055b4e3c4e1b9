#include "command/compiled_sources.h"

#include <gtest/gtest.h>

#include "command/command.h"
#include "real_objects.h"

namespace ldwhy {
namespace {

std::string pairs_of(const std::vector<std::string> &driver, const std::vector<std::string> &linker) {
  Command command = understand_command({.directory = "/p", .argv = linker, .ask_driver = false}, MemoryFiles());
  command.argv = driver;
  std::string text;
  for (const CompiledSource &made : compiled_sources(command)) text += made.object + " = " + made.source + "\n";
  return text;
}

TEST(CompiledSources, AreTheDriversInTheirOrder) {
  EXPECT_EQ(pairs_of({"gcc", "-include", "x.c", "main.c", "old.o", "-o", "app.c", "util.cc"},
                     {"ld", "-o", "app.c", "crt1.o", "/tmp/ccQz81Xk.o", "old.o", "/tmp/ccAbCdEf.o", "-lc"}),
            "/tmp/ccQz81Xk.o = main.c\n/tmp/ccAbCdEf.o = util.cc\n");
  EXPECT_EQ(pairs_of({"clang", "src/main.c"}, {"ld.lld", "/tmp/main-1a2b3c.o"}), "/tmp/main-1a2b3c.o = src/main.c\n");
  EXPECT_EQ(pairs_of({"zig", "cc", "m.c"}, {"ld.lld", "/c/o/16837a19773f2a0779214894f3255099/m.o"}),
            "/c/o/16837a19773f2a0779214894f3255099/m.o = m.c\n");
}

TEST(CompiledSources, AreNotGuessed) {
  EXPECT_EQ(pairs_of({"gcc", "main.c", "util.c"}, {"ld", "/tmp/ccQz81Xk.o"}), "");
  EXPECT_EQ(pairs_of({"clang", "other.c"}, {"ld.lld", "/tmp/main-1a2b3c.o"}), "");
  EXPECT_EQ(pairs_of({"gcc", "ccQz81Xk.o", "main.c"}, {"ld", "ccQz81Xk.o", "main.o"}), "");
  EXPECT_EQ(pairs_of({}, {"ld", "/tmp/ccQz81Xk.o"}), "");
}

// What real drivers call their temporary objects.
TEST(CompiledSources, OfRealDrivers) {
  testing::Workshop shop;
  shop.write("one.c", "int one(void) { return 1; }\n");
  shop.write("main.c", "int one(void);\nint main(void) { return one(); }\n");
  for (std::string driver : {"gcc", "clang-19"}) {
    std::vector<std::string> words{driver, "main.c", "one.c", "-o", "app"};
    Command command = understand_command({.directory = shop.path(""), .argv = words}, DiskFiles());
    std::vector<CompiledSource> made = compiled_sources(command);
    ASSERT_EQ(made.size(), 2u) << driver;
    EXPECT_EQ(made[0].source, "main.c");
    EXPECT_EQ(made[1].source, "one.c");
  }
}

}  // namespace
}  // namespace ldwhy
