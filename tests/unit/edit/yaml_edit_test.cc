#include <gtest/gtest.h>

#include <random>

#include "edit/edit.h"
#include "edit/yaml_scan.h"
#include "project/yaml.h"

namespace ldwhy {
namespace {

using Path = std::vector<std::string>;

std::string set(std::string_view text, const Path &path, std::string_view value) {
  TextResult result = set_yaml(text, path, value);
  return result ? *result : "refused: " + result.error().text;
}

constexpr std::string_view workflow =
    "# CI\n"
    "name: build ${{ github.ref }}  # shown\n"
    "on: [push, \"pull_request\"]\n"
    "env:\n"
    "  CARGO_TERM_COLOR: always\n"
    "  RUSTFLAGS: \"-Clto=thin -Dwarnings\"   # flags\n"
    "\n"
    "jobs:\n"
    "  build:\n"
    "    strategy:\n"
    "      matrix:\n"
    "        include:\n"
    "        - { os: ubuntu-22.04, rust: '1.89', args: [--release, -v] }\n"
    "        - os: macos-14\n"
    "          # newer\n"
    "          rust: 1.90\n"
    "    steps:\n"
    "      - uses: actions/checkout@v4\n"
    "      - name: it's \"done\"\n"
    "        run: |\n"
    "          cargo build # all\n"
    "\n"
    "           --release: x\n"
    "        env:\n"
    "          A: plain text\n"
    "            on two lines\n"
    "          B:\n"
    "          C: >-\n"
    "            folded\n"
    "      -\n"
    "        name: last";

std::string with(std::string_view old, std::string_view now) {
  std::string text(workflow);
  size_t at = text.find(old);
  EXPECT_NE(at, text.npos) << old;
  return text.replace(at, old.size(), now);
}

TEST(SetYaml, ReplacesAScalarAndNothingElse) {
  EXPECT_EQ(set(workflow, {"env", "RUSTFLAGS"}, "-Dwarnings"), with("\"-Clto=thin -Dwarnings\"", "\"-Dwarnings\""));
  EXPECT_EQ(set(workflow, {"env", "CARGO_TERM_COLOR"}, "never"), with(": always", ": never"));
  EXPECT_EQ(set(workflow, {"on", "1"}, "tag"), with("\"pull_request\"", "\"tag\""));
  EXPECT_EQ(set(workflow, {"on", "0"}, "tag"), with("[push", "[tag"));
  Path include = {"jobs", "build", "strategy", "matrix", "include"};
  auto at = [&](std::initializer_list<const char *> rest) {
    Path path = include;
    for (const char *part : rest) path.push_back(part);
    return path;
  };
  EXPECT_EQ(set(workflow, at({"0", "rust"}), "1.95"), with("'1.89'", "'1.95'"));
  EXPECT_EQ(set(workflow, at({"0", "os"}), "ubuntu-24.04"), with("ubuntu-22.04", "ubuntu-24.04"));
  EXPECT_EQ(set(workflow, at({"0", "args", "1"}), "-q"), with("-v]", "-q]"));
  EXPECT_EQ(set(workflow, at({"1", "os"}), "macos-15"), with("macos-14", "macos-15"));
  EXPECT_EQ(set(workflow, {"jobs", "build", "steps", "1", "name"}, "x"), with("it's \"done\"", "x"));
  EXPECT_EQ(set(workflow, {"jobs", "build", "steps", "1", "env", "A"}, "x"),
            with("plain text\n            on two lines", "x"));
  EXPECT_EQ(set(workflow, {"jobs", "build", "steps", "2", "name"}, "first"), with("last", "first"));
}

TEST(SetYaml, FillsAnEmptyValue) {
  EXPECT_EQ(set(workflow, {"jobs", "build", "steps", "1", "env", "B"}, "x y"), with("B:", "B: x y"));
  EXPECT_EQ(set("a: # c\nb: 1\n", {"a"}, "x"), "a: x # c\nb: 1\n");
  EXPECT_EQ(set("- \n- 1\n", {"0"}, "x"), "- x \n- 1\n");
  EXPECT_EQ(set("{a: , b: 1}\n", {"a"}, "x"), "{a: x , b: 1}\n");
}

TEST(SetYaml, QuotesWhatWouldBeReadAsSomethingElse) {
  EXPECT_EQ(set("a: x\n", {"a"}, ""), "a: \"\"\n");
  EXPECT_EQ(set("a: x\n", {"a"}, "b: c"), "a: \"b: c\"\n");
  EXPECT_EQ(set("a: x\n", {"a"}, "b #c"), "a: \"b #c\"\n");
  EXPECT_EQ(set("a: x\n", {"a"}, "- b"), "a: \"- b\"\n");
  EXPECT_EQ(set("a: x\n", {"a"}, "-b"), "a: -b\n");
  EXPECT_EQ(set("a: x\n", {"a"}, "*b"), "a: \"*b\"\n");
  EXPECT_EQ(set("a: x\n", {"a"}, "true"), "a: \"true\"\n");
  EXPECT_EQ(set("a: false\n", {"a"}, "true"), "a: true\n");
  EXPECT_EQ(set("a: stable\n", {"a"}, "1.90"), "a: \"1.90\"\n");
  EXPECT_EQ(set("a: 1.89\n", {"a"}, "1.90"), "a: \"1.90\"\n");
  EXPECT_EQ(set("a: 1.89\n", {"a"}, "1.91"), "a: 1.91\n");
  EXPECT_EQ(set("a: 1\n", {"a"}, "16"), "a: 16\n");
  EXPECT_EQ(set("a: x\n", {"a"}, "1.89.0"), "a: \"1.89.0\"\n");
  EXPECT_EQ(set("[x, y]\n", {"0"}, "a,b"), "[\"a,b\", y]\n");
  EXPECT_EQ(set("- x\n", {"0"}, "a,b"), "- a,b\n");
  EXPECT_EQ(set("a: 'x'\n", {"a"}, "it's"), "a: 'it''s'\n");
  EXPECT_EQ(set("a: \"x\"\n", {"a"}, "say \"\\\""), "a: \"say \\\"\\\\\\\"\"\n");
  EXPECT_EQ(set("a: 'x'\n", {"a"}, "b\nc"), "a: \"b\\nc\"\n");
}

TEST(SetYaml, KeepsLineEndsAndTheByteOrderMark) {
  EXPECT_EQ(set("\xEF\xBB\xBF---\r\na: 1\r\nb:\r\n- x\r\n- y", {"b", "1"}, "z"),
            "\xEF\xBB\xBF---\r\na: 1\r\nb:\r\n- x\r\n- z");
}

TEST(SetYaml, KnowsOddShapes) {
  EXPECT_EQ(set("a:\n- b: 1\n  c:\n  - d\n  e: f\ng: h\n", {"a", "0", "e"}, "x"),
            "a:\n- b: 1\n  c:\n  - d\n  e: x\ng: h\n");
  EXPECT_EQ(set("- - a\n  - b\n- c\n", {"0", "1"}, "x"), "- - a\n  - x\n- c\n");
  EXPECT_EQ(set("\"a b\": 1\n'c''d': 2\n", {"c'd"}, "3"), "\"a b\": 1\n'c''d': 3\n");
  EXPECT_EQ(set("{\"a\":1,\n\t\"b\":[2,\n 3 # c ]\n]}\n", {"b", "1"}, "4"), "{\"a\":1,\n\t\"b\":[2,\n 4 # c ]\n]}\n");
  EXPECT_EQ(set("a: http://x:1/#y\n", {"a"}, "z"), "a: z\n");
  EXPECT_EQ(set("%YAML 1.2\n--- # start\na: 1\n...\n", {"a"}, "2"), "%YAML 1.2\n--- # start\na: 2\n...\n");
  EXPECT_EQ(set("x\n", {}, "z"), "z\n");
}

TEST(SetYaml, RefusesWhatOthersShare) {
  EXPECT_EQ(set("a: &x 1\nb: *x\n", {"a"}, "2"),
            "refused: a has an anchor (&): other places would change with it; edit it by hand");
  EXPECT_EQ(set("a: &x\n  c: 1\nb: *x\n", {"a", "c"}, "2"),
            "refused: a has an anchor (&): other places would change with it; edit it by hand");
  EXPECT_EQ(set("a: &x 1\nb: *x\n", {"b"}, "2"),
            "refused: b is an alias (*): other places would change with it; edit it by hand");
  EXPECT_EQ(set("a: !!str 1\n", {"a"}, "2"), "refused: a has a tag (!); edit it by hand");
  EXPECT_EQ(set("a: &x 1\nb: 3\n", {"b"}, "2"), "a: &x 1\nb: 2\n");
}

TEST(SetYaml, RefusesWhatItCannotDoForCertain) {
  EXPECT_EQ(set(workflow, {"jobs", "build", "steps", "1", "run"}, "x"),
            "refused: jobs.build.steps.1.run is a block of text; change a line of it");
  EXPECT_EQ(set(workflow, {"jobs", "build"}, "x"), "refused: jobs.build is no single value");
  EXPECT_EQ(set(workflow, {"jobs", "test", "env"}, "x"), "refused: there is no jobs.test");
  EXPECT_EQ(set(workflow, {"on", "2"}, "x"), "refused: there is no on.2");
  EXPECT_EQ(set("a: 1\na: 2\n", {"a"}, "3"), "refused: a is there twice");
  EXPECT_EQ(set("a: 1\n---\na: 2\n", {"a"}, "3"), "refused: line 2: expected a single document");
  EXPECT_EQ(set("? a\n: 1\n", {"a"}, "3"), "refused: line 1: expected a key without ?");
  EXPECT_EQ(set("a: [1\n", {"a", "0"}, "3").substr(0, 8), "refused:");
  EXPECT_EQ(set("{a, b: 1}\n", {"a"}, "3"), "refused: a is no single value");
  EXPECT_FALSE(scan_yaml("-\r\r-\r"));  // line ends of old Macs
}

// Every scalar that the scanner finds, set: the reader of project/ sees that one change alone.
void set_all(const YamlScan &scan, uint32_t part, Path &path, std::string_view text, size_t &count) {
  const YamlPart &here = scan.parts[part];
  if (here.form == YamlForm::Map || here.form == YamlForm::Sequence) {
    for (size_t i = 0; i < here.children.size(); ++i) {
      path.push_back(here.form == YamlForm::Map ? here.children[i].first : std::to_string(i));
      set_all(scan, here.children[i].second, path, text, count);
      path.pop_back();
    }
    return;
  }
  if (here.form == YamlForm::Block) return;
  TextResult edited = set_yaml(text, path, "new value");
  ASSERT_TRUE(edited) << edited.error().text;
  size_t begin = here.begin;
  EXPECT_EQ(edited->substr(0, begin), text.substr(0, begin));
  EXPECT_TRUE(edited->ends_with(text.substr(here.end)));
  ++count;
}

TEST(SetYaml, SetsEveryScalarOfAFile) {
  Result<YamlScan> scan = scan_yaml(workflow);
  ASSERT_TRUE(scan) << scan.error().text;
  Path path;
  size_t count = 0;
  set_all(*scan, scan->root, path, workflow, count);
  EXPECT_EQ(count, 16u);
}

TEST(SetYaml, EndsOnDamagedText) {
  std::mt19937 random(11);
  Path path = {"env", "RUSTFLAGS"};
  for (size_t size = 0; size < workflow.size(); ++size) (void)set_yaml(workflow.substr(0, size), path, "x");
  for (int round = 0; round < 3000; ++round) {
    std::string damaged(workflow);
    for (int flips = 0; flips < 3; ++flips)
      damaged[random() % damaged.size()] = "[]{}\"'-:#,&*!|>\n\t x"[random() % 19];
    (void)set_yaml(damaged, path, "x");
    (void)scan_yaml(damaged);
  }
  EXPECT_FALSE(scan_yaml(std::string(100000, '[')));
  EXPECT_FALSE(scan_yaml([] {
    std::string dashes;
    for (int i = 0; i < 100000; ++i) dashes += "- ";
    return dashes;
  }()));
}

}  // namespace
}  // namespace ldwhy
