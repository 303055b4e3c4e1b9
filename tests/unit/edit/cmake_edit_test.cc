#include <gtest/gtest.h>

#include <random>

#include "edit/edit.h"
#include "real_objects.h"

namespace ldwhy {
namespace {

std::string set(std::string_view text, std::string_view variable, std::string_view value, uint32_t line) {
  TextResult result = set_cmake(text, variable, value, line);
  return result ? *result : "refused: " + result.error().text;
}

TEST(SetCmake, ReplacesTheValueAlone) {
  EXPECT_EQ(set("# c\nSet( CMAKE_INTERPROCEDURAL_OPTIMIZATION   ON ) # why\n", "CMAKE_INTERPROCEDURAL_OPTIMIZATION",
                "OFF", 2),
            "# c\nSet( CMAKE_INTERPROCEDURAL_OPTIMIZATION   OFF ) # why\n");
  EXPECT_EQ(set("set(F \"-O2 -flto\" CACHE STRING \"x\" FORCE)\n", "F", "-O2", 1),
            "set(F \"-O2\" CACHE STRING \"x\" FORCE)\n");
  EXPECT_EQ(set("set(F -O2 -flto PARENT_SCOPE)\r\n", "F", "${F} -g", 1), "set(F \"${F} -g\" PARENT_SCOPE)\r\n");
  EXPECT_EQ(set("set(F [=[a ]] b]=])\n", "F", "c", 1), "set(F \"c\")\n");
  EXPECT_EQ(set("set(F)\n", "F", "c", 1), "set(F c)\n");
  EXPECT_EQ(set("set(ENV{RUSTFLAGS} x)\n", "ENV{RUSTFLAGS}", "", 1), "set(ENV{RUSTFLAGS} \"\")\n");
  EXPECT_EQ(set("option(LTO \"use it\" ON)\n", "LTO", "OFF", 1), "option(LTO \"use it\" OFF)\n");
  EXPECT_EQ(set("option(LTO \"use it\")\n", "LTO", "OFF", 1), "option(LTO \"use it\" OFF)\n");
}

TEST(SetCmake, KnowsProperties) {
  EXPECT_EQ(set("set_property(TARGET a b PROPERTY INTERPROCEDURAL_OPTIMIZATION ON)\n", "INTERPROCEDURAL_OPTIMIZATION",
                "OFF", 1),
            "set_property(TARGET a b PROPERTY INTERPROCEDURAL_OPTIMIZATION OFF)\n");
  EXPECT_EQ(set("set_target_properties(a PROPERTIES\n  OUTPUT_NAME x # name\n  LTO ON\n)\n", "LTO", "OFF", 3),
            "set_target_properties(a PROPERTIES\n  OUTPUT_NAME x # name\n  LTO OFF\n)\n");
}

TEST(SetCmake, IsNotMisledByCommentsAndBrackets) {
  EXPECT_EQ(set("#[[ set(F ON)\n]] set(F ON) # set(F x)\n", "F", "OFF", 2),
            "#[[ set(F ON)\n]] set(F OFF) # set(F x)\n");
  EXPECT_EQ(set("message([==[\nset(F ON) ]=]\n]==])\nset(F \"a\\\"(b\" c)\n", "F", "d", 4),
            "message([==[\nset(F ON) ]=]\n]==])\nset(F \"d\")\n");
  EXPECT_EQ(set("if((A) AND (B))\n  set(F ON)\nendif()\n", "F", "OFF", 2), "if((A) AND (B))\n  set(F OFF)\nendif()\n");
}

TEST(SetCmake, KeepsArgumentsApart) {
  EXPECT_EQ(set("set(F(a b))\n", "F", "c", 1), "set(F c)\n");
  EXPECT_EQ(set("set(F [[a]]b PARENT_SCOPE)\n", "F", "c", 1), "set(F \"c\" PARENT_SCOPE)\n");
}

TEST(SetCmake, AddsBehindProject) {
  EXPECT_EQ(set("cmake_minimum_required(VERSION 3.20)\nproject(\n  x # name\n  C) # "
                "p\n\nadd_library(x)\n",
                "F", "OFF", 0),
            "cmake_minimum_required(VERSION 3.20)\nproject(\n  x # name\n  C) # p\nset(F "
            "OFF)\n\nadd_library(x)\n");
  EXPECT_EQ(set("cmake_minimum_required(VERSION 3.20)\r\nx()", "F", "a b", 0),
            "cmake_minimum_required(VERSION 3.20)\r\nset(F \"a b\")\r\nx()");
  EXPECT_EQ(set("", "F", "OFF", 0), "set(F OFF)\n");
  EXPECT_EQ(set("project(x)\nset(F ON)\n", "G", "OFF", 0), "project(x)\nset(G OFF)\nset(F ON)\n");
}

TEST(SetCmake, RefusesWhatItCannotDoForCertain) {
  EXPECT_EQ(set("set(F ON)\nset(G ON)\n", "F", "OFF", 2), "refused: line 2 has no command that sets F");
  EXPECT_EQ(set("set(F ON) set(F ON)\n", "F", "OFF", 1), "refused: line 1 sets F twice");
  EXPECT_EQ(set("set(F \"ON)\n", "F", "OFF", 1), "refused: line 2: set on line 1 is never closed");
  EXPECT_EQ(set("set(F ON)\nproject(x)\n", "F", "OFF", 0), "refused: F is set on line 1");
}

// What CMake itself makes of the edited file.
TEST(SetCmake, IsReadByCmakeAsMeant) {
  testing::Workshop workshop;
  std::string text =
      "set(F \"old\" [[x]] y CACHE INTERNAL \"d\")\nmessage(\"F=${F}\")\nset(G 1 "
      "2)\nmessage(\"G=${G}\")\n";
  std::string edited = set(set(text, "F", "a \"b\" ${CMAKE_VERSION_MINOR_NONE}x\\y", 1), "G", "3;4", 3);
  workshop.write("a.cmake", edited);
  EXPECT_EQ(workshop.output("cmake -P a.cmake 2>&1"), "F=a \"b\" x\\y\nG=3;4\n");
}

TEST(SetCmake, EndsOnDamagedText) {
  std::string text = "#[=[ c ]=]\nset(F \"a\\\"b\" [[c]] ${D} $(E) -DX=\"y z\" CACHE STRING \"d\")\nx((y) z)\n";
  ASSERT_TRUE(set_cmake(text, "F", "x", 2));
  std::mt19937 random(3);
  for (size_t size = 0; size < text.size(); ++size) (void)set_cmake(text.substr(0, size), "F", "x", 2);
  for (int round = 0; round < 5000; ++round) {
    std::string damaged = text;
    for (int flips = 0; flips < 3; ++flips) damaged[random() % damaged.size()] = "[]()\"\\#=$\n x"[random() % 12];
    (void)set_cmake(damaged, "F", "x", 2);
  }
}

}  // namespace
}  // namespace ldwhy
