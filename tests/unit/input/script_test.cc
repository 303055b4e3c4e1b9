// Linker scripts in the place of libraries, against what GNU ld makes of them.
#include <fmt/format.h>

#include <random>

#include "input/input.h"
#include "real_objects.h"

namespace ldwhy {
namespace {

using testing::Workshop;

// "text", "text?" as needed, "text#1" in group 1.
std::vector<std::string> inputs_of(const Script &script) {
  std::vector<std::string> inputs;
  for (const ScriptInput &input : script.inputs)
    inputs.push_back(input.text + (input.as_needed ? "?" : "") +
                     (input.group >= 0 ? fmt::format("#{}", input.group) : ""));
  return inputs;
}

using Names = std::vector<std::string>;

TEST(Script, ReadsTheScriptThatStandsForLibc) {
  Workshop shop;
  std::string path = shop.output("gcc -print-file-name=libc.so");
  path.pop_back();
  std::string text = shop.output("cat '" + path + "'");
  std::optional<Script> script = read_script(text);
  ASSERT_TRUE(script) << text;
  EXPECT_TRUE(script->complete);
  ASSERT_GE(script->inputs.size(), 2u);
  bool libc = false;
  for (const ScriptInput &input : script->inputs) {
    EXPECT_EQ(input.group, 0);
    libc |= input.text.ends_with("/libc.so.6") && !input.as_needed;
  }
  EXPECT_TRUE(libc);
  EXPECT_TRUE(script->inputs.back().as_needed);
  EXPECT_EQ(script->output_format, "elf64-x86-64");
}

TEST(Script, ReadsListsWithCommasQuotesAndNestedAsNeeded) {
  std::optional<Script> script = read_script(R"script(
    /* GNU ld script */ # both kinds of comments
    INPUT(a.o, "with blank.o" -lfirst)
    GROUP ( liba.a AS_NEEDED ( libb.so AS_NEEDED(libc.so), libd.so ) =/lib/e.so )
    SEARCH_DIR("=/usr/lib64"); SEARCH_DIR(/opt/lib)
    OUTPUT_FORMAT("elf64-bigaarch64", "elf64-bigaarch64", "elf64-littleaarch64")
    OUTPUT_ARCH(aarch64) TARGET(binary)
    GROUP(/x/*.o -lsecond)
    STARTUP(start.o)
  )script");
  ASSERT_TRUE(script);
  EXPECT_EQ(inputs_of(*script), (Names{"start.o", "a.o", "with blank.o", "-lfirst", "liba.a#0", "libb.so?#0",
                                       "libc.so?#0", "libd.so?#0", "=/lib/e.so#0", "/x/*.o#1", "-lsecond#1"}));
  EXPECT_EQ(script->search_dirs, (Names{"=/usr/lib64", "/opt/lib"}));
  EXPECT_EQ(script->output_format, "elf64-bigaarch64");
  EXPECT_TRUE(script->complete);
}

TEST(Script, OpensTheFilesThatGnuLdOpens) {
  Workshop shop;
  shop.write("e.c", "void _start(void) {}");
  shop.run(
      "for i in 1 2 3 4 5; do echo \"int f$i;\" > $i.c; gcc -c $i.c -o o$i.o; done; gcc -c e.c -o "
      "e.o;"
      "mkdir dir; ar rc dir/libfive.a o5.o; mv o2.o 'o 2.o'");
  std::string text =
      "/* c */ SEARCH_DIR(dir) value = 0x10; PROVIDE(other = value + 1);"
      "INPUT(o1.o , \"o 2.o\")GROUP(AS_NEEDED(o3.o)o4.o)\nINPUT ( -lfive ) ; ENTRY(_start)";
  shop.write("libs.so", text);
  std::optional<Script> script = read_script(text);
  ASSERT_TRUE(script);
  EXPECT_FALSE(script->complete);
  std::string expected = "e.o\n";
  for (const ScriptInput &input : script->inputs)
    expected += (input.text == "-lfive" ? "dir/libfive.a" : input.text) + "\n";
  EXPECT_EQ(expected, "e.o\no1.o\no 2.o\no3.o\no4.o\ndir/libfive.a\n");
  EXPECT_EQ(shop.output("ld.bfd -r -t -t e.o libs.so -o out | sed s,^./,,"), "e.o\nlibs.so\n" + expected.substr(4));
}

TEST(Script, KeepsInputsBesideOtherStatements) {
  for (const char *other :
       {"SECTIONS { .text : { *(.text*) KEEP(*(SORT(.init))) } . = ALIGN(8); }", "base = 0x1000;", "base=0x1000;",
        "base += 1 ;", ". = 0x8000;", "MEMORY { ram (rwx) : ORIGIN = 0, LENGTH = 1M }", "INCLUDE other.ld",
        "VERSION { V1 { global: f; local: *; }; }", "EXTERN(a b)", "ASSERT(a == b, \"no\")", "INSERT AFTER .text;",
        "FORCE_COMMON_ALLOCATION"}) {
    SCOPED_TRACE(other);
    std::optional<Script> script = read_script(std::string(other) + "\nINPUT(a.o)");
    ASSERT_TRUE(script);
    EXPECT_FALSE(script->complete);
    EXPECT_EQ(inputs_of(*script), Names{"a.o"});
  }
}

TEST(Script, KeepsWhatStandsInAListThatIsCutShort) {
  std::optional<Script> script = read_script("GROUP ( /lib/libc.so.6 AS_NEEDED ( /lib/ld");
  ASSERT_TRUE(script);
  EXPECT_FALSE(script->complete);
  EXPECT_EQ(inputs_of(*script), (Names{"/lib/libc.so.6#0", "/lib/ld?#0"}));
}

TEST(Script, DeclinesTextThatIsNoScript) {
  for (std::string_view text : {"",
                                "\n\n",
                                "/* nothing */",
                                "# nothing\n",
                                "#include <stdio.h>\nint main(void) { return 0; }\n",
                                "int x = 3;\n",
                                "x == 3;\n",
                                "{ \"version\": 4, \"main-library\": { } }",
                                "[1, 2]",
                                "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a2146\nsize 12345\n",
                                "--- !tapi-tbd\ntbd-version: 4\ntargets: [ arm64-macos ]\n",
                                "CC = gcc\nall:\n\tgcc x.c\n",
                                "EXPORTS\n  f\n",
                                "V1 { global: f; };",
                                "<html></html>",
                                "#!/bin/sh\nexit 1\n",
                                "input(a.o)",
                                "INPUT a.o",
                                "INPUT(a { b })",
                                "INPUT(a.o) and then",
                                "1x = 3;"})
    EXPECT_FALSE(read_script(text)) << text;
  using namespace std::string_view_literals;
  EXPECT_FALSE(read_script("INPUT(a.o)\0"sv));
  EXPECT_FALSE(read_script("\177ELF\2\1\1"sv));
  EXPECT_FALSE(read_script("!<arch>\n/               0           0     0     0       4         `\n"sv));
}

TEST(Script, SurvivesDamage) {
  const std::string whole =
      "/* c */ OUTPUT_FORMAT(elf64-x86-64)\nGROUP ( a.so \"b c\" AS_NEEDED ( -ld, e.a ) ) x = (1 + "
      "2);"
      "SECTIONS { .t : { *(.t) } } STARTUP(s.o) SEARCH_DIR(\"=/u\")";
  std::mt19937 random(1);
  size_t read = 0;
  for (size_t length = 0; length <= whole.size(); ++length) read += read_script(whole.substr(0, length)).has_value();
  for (int round = 0; round < 20000; ++round) {
    std::string flipped = whole;
    for (int flips = 1 + static_cast<int>(random() % 3); flips > 0; --flips)
      flipped[random() % flipped.size()] = static_cast<char>(random() % 128);
    if (std::optional<Script> script = read_script(flipped)) {
      ++read;
      EXPECT_LT(script->inputs.size(), whole.size());
    }
  }
  EXPECT_GT(read, 100u);
}

}  // namespace
}  // namespace ldwhy
