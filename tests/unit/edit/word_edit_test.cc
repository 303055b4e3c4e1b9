#include <gtest/gtest.h>

#include "edit/edit.h"

namespace ldwhy {
namespace {

std::string change(std::string_view text, std::string_view before, std::string_view after, uint32_t line = 1) {
  TextResult result = replace_word(text, line, before, after);
  return result ? *result : "refused: " + result.error().text;
}

TEST(ReplaceWord, TakesWholeWordsOnly) {
  EXPECT_EQ(change("cc -flto=thin -flto -fltox x-flto\n", "-flto", "-fno-lto"),
            "cc -flto=thin -fno-lto -fltox x-flto\n");
  EXPECT_EQ(change("a\nCFLAGS=-flto\r\nb", "-flto", "-O2", 2), "a\nCFLAGS=-O2\r\nb");
  EXPECT_EQ(change("RUN a&&cc -flto;b", "-flto", "-O2"), "RUN a&&cc -O2;b");
  EXPECT_EQ(change("x=\"${RUSTFLAGS:--Clto=thin}\"", "-Clto=thin", ""), "x=\"${RUSTFLAGS:-}\"");
  EXPECT_EQ(change("cc -flto\\\n -c", "-flto", "-O2"), "cc -O2\\\n -c");
  EXPECT_EQ(change("\"a\": \"X=\\\"-flto\\\"\"", "-flto", "-O2"), "\"a\": \"X=\\\"-O2\\\"\"");
  EXPECT_EQ(change("-Wl,-x,-y", "-y", "-z"), "refused: line 1 has no -y");
  EXPECT_EQ(change("f: [-x,-y]", "-y", "-z"), "f: [-x,-z]");
}

TEST(ReplaceWord, TakesSeveralWords) {
  EXPECT_EQ(change("RUSTFLAGS='-C lto=thin -g'", "-C lto=thin", "-C lto=off"), "RUSTFLAGS='-C lto=off -g'");
  EXPECT_EQ(change("rustflags = [\"-C\", \"lto=thin\", \"-g\"]", "-C lto=thin", "-C lto=off"),
            "rustflags = [\"-C\", \"lto=off\", \"-g\"]");
  EXPECT_EQ(change("rustflags = [\"-C\", \"lto=thin\"]", "-C lto=thin", "-Clto=off"), "rustflags = [\"-Clto=off\"]");
  EXPECT_EQ(change("rustflags = [\"-C\",\n  \"lto=thin\", \"-g\"]\n", "-C lto=thin", ""), "rustflags = [\"-g\"]\n");
  EXPECT_EQ(change("[\"-g\", \"-C\", \"lto=thin\"]", "-C lto=thin", ""), "[\"-g\"]");
}

TEST(ReplaceWord, TakesABlankWithARemovedWord) {
  EXPECT_EQ(change("cc -O2 -flto -c\n", "-flto", ""), "cc -O2 -c\n");
  EXPECT_EQ(change("CFLAGS = -O2 -flto\n", "-flto", ""), "CFLAGS = -O2\n");
  EXPECT_EQ(change("CFLAGS = -flto\n", "-flto", ""), "CFLAGS =\n");
  EXPECT_EQ(change("RUSTFLAGS=-Clto cargo build\n", "-Clto", ""), "RUSTFLAGS= cargo build\n");
  EXPECT_EQ(change("export F=\"-Clto -g\"\n", "-Clto", ""), "export F=\"-g\"\n");
  EXPECT_EQ(change("export F=\"-g -Clto\"\n", "-Clto", ""), "export F=\"-g\"\n");
  EXPECT_EQ(change("export F=\"-Clto\"\n", "-Clto", ""), "export F=\"\"\n");
  EXPECT_EQ(change("  -flto \\\n", "-flto", ""), "  \\\n");
  EXPECT_EQ(change("\tcc -flto ${X}\n", "-flto", ""), "\tcc ${X}\n");
}

TEST(ReplaceWord, TakesAnArraysElementWithItsComma) {
  EXPECT_EQ(change("a = [\"-flto\", '-g']\n", "-flto", ""), "a = ['-g']\n");
  EXPECT_EQ(change("a = ['-g', \"-flto\"]\n", "-flto", ""), "a = ['-g']\n");
  EXPECT_EQ(change("a = [\"-a\", \"-flto\", \"-b\"]\n", "-flto", ""), "a = [\"-a\", \"-b\"]\n");
  EXPECT_EQ(change("a = [\"-flto\"]\n", "-flto", ""), "a = []\n");
  EXPECT_EQ(change("a = [\"-flto -g\"]\n", "-flto", ""), "a = [\"-g\"]\n");
  EXPECT_EQ(change("{\"a\": [\n  \"-g\",\n  \"-flto\"\n]}\n", "-flto", "", 3), "{\"a\": [\n  \"-g\"\n]}\n");
  EXPECT_EQ(change("{\"a\": [\n  \"-flto\",\n  \"-g\"\n]}\n", "-flto", "", 2), "{\"a\": [\n  \"-g\"\n]}\n");
  EXPECT_EQ(change("a = [\n  \"-flto\", # fast\n]\n", "-flto", "", 2), "a = [\n]\n");
  EXPECT_EQ(change("a = [\n  \"-g\", # dbg\n  \"-flto\"\n]\n", "-flto", "", 3), "a = [\n  \"-g\", # dbg\n]\n");
  EXPECT_EQ(change("{\"flags\": \"-flto\", \"b\": 1}\n", "-flto", ""), "{\"flags\": \"\", \"b\": 1}\n");
  EXPECT_EQ(change("f: [-flto, -g]\n", "-flto", ""), "f: [-g]\n");
  EXPECT_EQ(change("f:\n  - -flto\n  - -g\n", "-flto", "", 2), "f:\n  - -g\n");
}

TEST(ReplaceWord, RefusesNoneAndMoreThanOne) {
  EXPECT_EQ(change("a -flto\n", "-flto", "", 2), "refused: line 2 has no -flto");
  EXPECT_EQ(change("a -flto\n", "-flto", "", 9), "refused: there is no line 9");
  EXPECT_EQ(change("-flto -flto\n", "-flto", ""), "refused: line 1 has -flto more than once; edit it by hand");
  EXPECT_EQ(change("a\n", " ", "b"), "refused: no word was given");
}

}  // namespace
}  // namespace ldwhy
