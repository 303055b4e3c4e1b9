// Two links at once: whose message is whose.
#include <gtest/gtest.h>

#include "log/log.h"

namespace ldwhy {
namespace {

std::string symbols(const LoggedLink &link) {
  std::string text;
  for (const Complaint &complaint : link.complaints) text += complaint.symbol + " ";
  return text;
}

TEST(Separate, ByTheCommandThatNamesTheObject) {
  ReadLog log = read_log(
      "g++ -o one one.o -lm\n"
      "g++ -o two two.o -lz\n"
      "/usr/bin/ld: one.o: in function `f': one.c:1: undefined reference to `alpha'\n"
      "/usr/bin/ld: two.o: in function `g': two.c:1: undefined reference to `beta'\n"
      "/usr/bin/ld: one.o: in function `f': one.c:2: undefined reference to `gamma'\n"
      "collect2: error: ld returned 1 exit status\n"
      "make: *** [Makefile:3: one] Error 1\n"
      "/usr/bin/ld: two.o: in function `g': two.c:2: undefined reference to `delta'\n"
      "collect2: error: ld returned 1 exit status\n"
      "make: *** [Makefile:5: two] Error 1\n");
  ASSERT_EQ(log.links.size(), 2u);
  EXPECT_EQ(symbols(log.links[0]), "alpha gamma ");
  EXPECT_EQ(symbols(log.links[1]), "beta delta ");
  ASSERT_EQ(log.links[1].commands.size(), 1u);
  EXPECT_EQ(log.links[1].commands[0].argv.back(), "-lz");
}

TEST(Separate, ByCMakesTarget) {
  ReadLog log = read_log(
      "/usr/bin/ld: CMakeFiles/one.dir/a.c.o: in function `f': a.c:1: undefined reference to `alpha'\n"
      "/usr/bin/ld: CMakeFiles/two.dir/b.c.o: in function `g': b.c:1: undefined reference to `alpha'\n"
      "collect2: error: ld returned 1 exit status\n"
      "/usr/bin/ld: CMakeFiles/two.dir/b.c.o: in function `g': b.c:2: undefined reference to `delta'\n"
      "collect2: error: ld returned 1 exit status\n");
  ASSERT_EQ(log.links.size(), 2u);
  EXPECT_EQ(symbols(log.links[0]), "alpha ");
  EXPECT_EQ(symbols(log.links[1]), "alpha delta ");
  ASSERT_EQ(log.links[0].complaints[0].references.size(), 1u);
  EXPECT_EQ(log.links[0].complaints[0].references[0].file, "CMakeFiles/one.dir/a.c.o");
}

TEST(Separate, OneLinkOfSeveralTargetsObjectsStaysOne) {
  ReadLog log = read_log(
      "/usr/bin/ld: CMakeFiles/core.dir/a.c.o: in function `f': a.c:1: undefined reference to `alpha'\n"
      "/usr/bin/ld: CMakeFiles/app.dir/b.c.o: in function `g': b.c:1: undefined reference to `beta'\n"
      "collect2: error: ld returned 1 exit status\n");
  ASSERT_EQ(log.links.size(), 1u);
  EXPECT_EQ(symbols(log.links[0]), "alpha beta ");
}

TEST(Separate, LinksOneAfterTheOtherStay) {
  ReadLog log = read_log(
      "g++ -o one one.o\none.c:1: undefined reference to `alpha'\ncollect2: error: ld returned 1 exit status\n"
      "g++ -o two two.o\ntwo.c:1: undefined reference to `beta'\ncollect2: error: ld returned 1 exit status\n");
  ASSERT_EQ(log.links.size(), 2u);
  EXPECT_EQ(symbols(log.links[0]), "alpha ");
  EXPECT_EQ(symbols(log.links[1]), "beta ");
}

}  // namespace
}  // namespace ldwhy
