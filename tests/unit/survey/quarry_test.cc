#include "survey/survey.h"

#include <gtest/gtest.h>

namespace ldwhy {
namespace {

using namespace std::string_view_literals;
using Names = std::vector<std::string_view>;

TEST(Quarry, PicksWholeNamesInTheirOrder) {
  Quarry quarry({"_Z6searchi", "lookup"}, Format::Elf);
  std::string_view names = "\0lookup_all\0other\0_ZN2ns6searchEv\0lookup\0_Z3fooi\0"sv;
  EXPECT_EQ(quarry.pick(names), (Names{"lookup_all", "_ZN2ns6searchEv", "lookup"}));
  EXPECT_EQ(quarry.pick("nothing\0of\0them\0"sv), Names());
  EXPECT_EQ(quarry.pick("the end has lookup"sv), (Names{"the end has lookup"}));
}

TEST(Quarry, PicksEachNameThatHoldsTheTextTwiceOnce) {
  Quarry quarry({"lookup"}, Format::Elf);
  EXPECT_EQ(quarry.pick("\0lookup_lookup\0lookup\0"sv), (Names{"lookup_lookup", "lookup"}));
}

TEST(Quarry, PicksNoneWhereAnyMayMatch) {
  std::vector<std::string> many;
  for (char c = 'a'; c <= 'z'; ++c) many.push_back(std::string("name_") + c);
  EXPECT_FALSE(Quarry(many, Format::Elf).pick("name_a\0"sv));
}

}  // namespace
}  // namespace ldwhy
