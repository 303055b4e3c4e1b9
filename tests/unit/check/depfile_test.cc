#include "check/depfile.h"

#include <gtest/gtest.h>

#include "real_objects.h"

namespace ldwhy {
namespace {

using Names = std::vector<std::string>;

TEST(Depfile, ReadsWhatGccAndClangWrite) {
  testing::Workshop shop;
  shop.write("src dir/a#b.c", "#include \"in$er.h\"\n#include \"last.h\"\nint a;\n");
  shop.write("src dir/in$er.h", "");
  shop.write("src dir/last.h", "");
  for (const char *compiler : {"gcc", "clang-14", "clang-22"}) {
    shop.run(std::string(compiler) + " -MMD -MP -c 'src dir/a#b.c' -o out.o");
    std::vector<DepRule> rules = read_depfile(shop.read("out.d"));
    ASSERT_EQ(rules.size(), 1u) << compiler << shop.read("out.d");
    EXPECT_EQ(rules[0].targets, Names{"out.o"});
    EXPECT_EQ(rules[0].needs, (Names{"src dir/a#b.c", "src dir/in$er.h", "src dir/last.h"})) << compiler;
  }
}

TEST(Depfile, ReadsWhatRustcWrites) {
  testing::Workshop shop;
  shop.write("lib.rs", "mod part;\n");
  shop.write("part.rs", "");
  shop.run("rustc --crate-type=rlib --emit=dep-info,link lib.rs");
  std::vector<DepRule> rules = read_depfile(shop.read("lib.d"));
  ASSERT_EQ(rules.size(), 2u) << shop.read("lib.d");
  for (const DepRule &rule : rules) EXPECT_EQ(rule.needs, (Names{"lib.rs", "part.rs"}));
}

TEST(Depfile, JoinsLinesAndEndsAnywhere) {
  std::vector<DepRule> rules = read_depfile("# words\na.o b.o: x.c \\\r\n y.h \\\n\tz.h\nC:/q.o: C:/w.c\nx.h:\n");
  ASSERT_EQ(rules.size(), 2u);
  EXPECT_EQ(rules[0].targets, (Names{"a.o", "b.o"}));
  EXPECT_EQ(rules[0].needs, (Names{"x.c", "y.h", "z.h"}));
  EXPECT_EQ(rules[1].needs, Names{"C:/w.c"});
  std::string text = "a.o: x\\ y.c \\\n b$$.h\\";
  for (size_t size = 0; size <= text.size(); ++size) (void)read_depfile(std::string_view(text).substr(0, size));
  EXPECT_TRUE(read_depfile("\\").empty());
  EXPECT_TRUE(read_depfile("::::").empty());
}

}  // namespace
}  // namespace ldwhy
