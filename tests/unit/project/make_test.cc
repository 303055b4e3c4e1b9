// Makefiles and Meson's files read here, against the real make and meson.
#include <gtest/gtest.h>

#include "base/process.h"
#include "project/make_call.h"
#include "project/make_file.h"
#include "project/meson_options.h"
#include "real_objects.h"
#include "unit/project/kinds.h"

namespace ldwhy {
namespace {

using testing::read_kind;
using testing::setting_of;
using testing::value_of;

struct MakeSample {
  const char *name, *text, *environment, *argument;
};
const char *const three_ways =
    "ifeq ($(LTO),1)\nCFLAGS = -flto\nelse ifdef DEBUG\nCFLAGS = -g\nelse\nCFLAGS = -O2\nendif\n";
const MakeSample make_samples[] = {
    {"plain", "CFLAGS = -O2\nCFLAGS += -flto\n", "", ""},
    {"environment_loses", "CFLAGS = -O2\n", "CFLAGS=-flto", ""},
    {"environment_first", "CFLAGS = -O2\n", "CFLAGS=-flto", "-e"},
    {"environment_first_append", "CFLAGS += -O2\n", "CFLAGS=-flto", "-e"},
    {"environment_append", "CFLAGS += -O2\n", "CFLAGS=-flto", ""},
    {"question", "CFLAGS ?= -O2\n", "CFLAGS=-flto", ""},
    {"question_unset", "CFLAGS ?= -O2\nCFLAGS ?= -O3\n", "", ""},
    {"command_line", "CFLAGS = -O2\nCFLAGS += -Wall\n", "CFLAGS=-g", "CFLAGS=-flto"},
    {"override", "override CFLAGS += -O2\nCFLAGS += -Wall\n", "", "CFLAGS=-flto"},
    {"late", "CFLAGS = $(LATE)\nEARLY := $(LATE)\nLATE = -flto\nCXXFLAGS = $(EARLY) x\n", "", ""},
    {"simple_append", "A = 1\nCFLAGS := $(A)\nCFLAGS += $(A)\nA = 2\n", "", ""},
    {"recursive_append", "A = 1\nCFLAGS = $(A)\nCFLAGS += $(A)\nA = 2\n", "", ""},
    {"conditions_first", three_ways, "", "LTO=1"},
    {"conditions_second", three_ways, "DEBUG=1", ""},
    {"conditions_else", three_ways, "", ""},
    {"conditions_nested", "ifneq (a,b)\nifndef CFLAGS\nCFLAGS = -flto\nendif\nelse\nCFLAGS = no\nendif\n", "", ""},
    {"conditions_quotes", "ifeq \"$(X)\" 'y'\nCFLAGS = -flto\nendif\n", "", "X=y"},
    {"uname",
     "OS_NAME := $(shell uname -s)\nifeq ($(OS_NAME),Linux)\nCFLAGS = -flto\nelse\nCFLAGS = "
     "no\nendif\n",
     "", ""},
    {"functions",
     "A = b c.o d\nCFLAGS = $(filter %.o,$(A)) $(filter-out %.o,$(A)) $(subst b,x,$(A)) $(if "
     "$(Z),1,2) $(findstring c.,$(A))\n",
     "", ""},
    {"origin", "CFLAGS = $(origin CC) $(origin CFLAGS) $(origin NONE) $(origin LD) $(origin X)\n", "CC=gcc", "X=1"},
    {"joined", "CFLAGS = -O2 \\\n   -flto \\\n  -Wall# note\n", "", ""},
    {"computed", "NAME = CFLAGS\n$(NAME) = -flto\nCXXFLAGS = $($(NAME))\n", "", ""},
    {"includes", "include more.mk\n-include none.mk\nCFLAGS += -g\n", "", ""},
    {"define", "define RULE\nCFLAGS = no\nendef\nCFLAGS = -flto\n", "", ""},
    {"dollars", "CFLAGS = a$$b ${LDFLAGS}\nLDFLAGS = x\n", "", ""},
    {"export", "export CFLAGS := -flto\nexport LDFLAGS\n", "", ""},
};

class MakeAgainst : public ::testing::TestWithParam<MakeSample> {};

TEST_P(MakeAgainst, the_real_one) {
  const MakeSample &sample = GetParam();
  testing::Workshop shop;
  shop.write("Makefile",
             sample.text + std::string("\nshow:\n\t@printf '%s|%s|%s\\n' '$(CFLAGS)' '$(CXXFLAGS)' '$(LDFLAGS)'\n"));
  shop.write("more.mk", "CFLAGS = -flto\n");
  std::string expected = shop.output(std::string("env -u MAKEFLAGS -u CFLAGS -u CXXFLAGS -u LDFLAGS -u CC ") +
                                     sample.environment + " make -s show " + sample.argument);
  ASSERT_FALSE(expected.empty());

  std::vector<std::string> argv{"make"};
  if (*sample.argument) argv.push_back(sample.argument);
  MakeCall call = read_make_call(argv, {});
  MakeInput input{shop.path("Makefile"),     "Makefile", {}, call.variables, call.environment_first,
                  "x86_64-unknown-linux-gnu"};
  std::string variable = sample.environment;
  size_t equals = variable.find('=');
  if (equals != variable.npos)
    input.environment.push_back({variable.substr(0, equals), variable.substr(equals + 1), {"environment", 0}});
  DiskFiles files;
  MakeFile make(input, files);
  std::string ours =
      joined(make.value("CFLAGS")) + "|" + joined(make.value("CXXFLAGS")) + "|" + joined(make.value("LDFLAGS"));
  EXPECT_EQ(ours + "\n", expected) << sample.text;
}

INSTANTIATE_TEST_SUITE_P(All, MakeAgainst, ::testing::ValuesIn(make_samples),
                         [](const auto &info) { return std::string(info.param.name); });

TEST(Make, gives_settings_with_their_lines_and_losers) {
  MemoryFiles files;
  files.add("/p/Makefile",
            "CC ?= gcc\nCFLAGS ?= -O2\nLTO_FLAGS = -flto\nCFLAGS += $(LTO_FLAGS)\nLDFLAGS = "
            "-fuse-ld=gold\n"
            "all: x.o\n\t$(CC) $(CFLAGS) $^\ndebug: CFLAGS += -fno-lto\n");
  Project project = read_kind(make_kind, "/p", files, {{"LDFLAGS", "-fuse-ld=mold", {"environment", 0}}},
                              {{{"make", "CC=clang", "LDFLAGS=-fuse-ld=lld"}, "", {"ci.yml", 9}}});
  ASSERT_EQ(project.builds.size(), 2u);
  const Setting *lto = setting_of(project.builds[0], "lto");
  ASSERT_TRUE(lto);
  EXPECT_EQ(lto->source.value, "gcc");
  EXPECT_EQ(lto->source.place.line, 3u);
  EXPECT_EQ(lto->source.text, "LTO_FLAGS: -flto");
  const Setting *debug = setting_of(project.builds[0], "lto", "debug");
  ASSERT_TRUE(debug);
  EXPECT_EQ(debug->source.value, "none");
  EXPECT_EQ(debug->source.place.line, 8u);
  EXPECT_EQ(value_of(project.builds[0], "linker"), "gold");
  const Setting *link = setting_of(project.builds[0], "link-flags");
  ASSERT_EQ(link->overridden.size(), 1u);
  EXPECT_EQ(link->overridden[0].value, "-fuse-ld=mold");
  EXPECT_EQ(link->overridden[0].place.file, "environment");
  EXPECT_EQ(value_of(project.builds[1], "lto"), "full");
  ASSERT_EQ(value_of(project.builds[1], "linker"), "lld");
  EXPECT_EQ(setting_of(project.builds[1], "linker")->source.place.line, 9u);
}

TEST(Make, is_no_project_where_make_only_runs_tasks) {
  MemoryFiles files;
  files.add("/p/Makefile", "build:\n\tcargo build\n");
  files.add("/q/Makefile", "x: x.o\n\t$(CC) -o $@ $^\n");
  EXPECT_EQ(make_kind.root("/p", files), std::nullopt);
  EXPECT_EQ(make_kind.root("/q", files), "/q");
}

TEST(Make, ends_on_any_recursion) {
  MemoryFiles files;
  std::string text = "include Makefile\nA = $(A)\nCFLAGS = $(A0)\nA20 = x\n";
  for (int i = 0; i < 20; ++i) {
    text += "A" + std::to_string(i) + " =";
    for (int k = 0; k < 10; ++k) text += " $(A" + std::to_string(i + 1) + ")";
    text += "\n";
  }
  files.add("/p/Makefile", text);
  EXPECT_EQ(read_kind(make_kind, "/p", files).builds.size(), 1u);
}

TEST(Meson, reads_default_options_calls_and_environment) {
  MemoryFiles files;
  files.add("/p/meson.build",
            "# note\nproject('x', ['c'], version : '1', # more\n  default_options : ['b_lto=true',\n"
            "    'b_lto_mode=thin', 'buildtype=release'],\n  license : 'b_lto=false')\n");
  Project project =
      read_kind(meson_kind, "/p", files, {{"CC", "clang", {"environment", 0}}, {"CC_LD", "lld", {"environment", 0}}},
                {{{"meson", "setup", "build", "-Db_lto=false", "--buildtype=debug"}, "", {"ci.yml", 4}},
                 {{"meson", "compile"}, "", {"ci.yml", 5}}});
  ASSERT_EQ(project.builds.size(), 2u);
  const Setting *lto = setting_of(project.builds[0], "lto");
  EXPECT_EQ(lto->source.value, "thin");
  EXPECT_EQ(lto->source.place.line, 3u);
  EXPECT_EQ(project.builds[0].profile, "release");
  EXPECT_EQ(value_of(project.builds[0], "linker"), "lld");
  EXPECT_EQ(project.builds[1].profile, "debug");
  lto = setting_of(project.builds[1], "lto");
  EXPECT_EQ(lto->source.value, "none");
  EXPECT_EQ(lto->source.place.line, 4u);
  ASSERT_EQ(lto->overridden.size(), 1u);
  EXPECT_EQ(lto->overridden[0].place.line, 3u);
}

TEST(Meson, reads_what_a_folder_was_set_up_with) {
  if (!find_program("meson")) GTEST_SKIP() << "no meson here";
  testing::Workshop shop;
  shop.write("p/meson.build",
             "project('x', 'c', default_options: ['b_lto=true'])\nexecutable('a', 'a.c')\n"
             "executable('b', 'a.c', override_options: ['b_lto=false'])\n");
  shop.write("p/a.c", "int main(void) { return 0; }\n");
  shop.run("cd p && CC=clang-19 CC_LD=mold CFLAGS=-DX meson setup build -Db_lto_mode=thin >log 2>&1");
  DiskFiles files;
  Project project = read_kind(meson_kind, shop.path("p"), files);
  ASSERT_EQ(project.builds.size(), 1u);
  const Build &build = project.builds[0];
  EXPECT_EQ(value_of(build, "lto"), "thin");
  EXPECT_EQ(value_of(build, "lto", "b"), "none");
  EXPECT_EQ(value_of(build, "lto", "a"), "(none)");
  EXPECT_EQ(value_of(build, "c-flags"), "-DX");
  EXPECT_EQ(value_of(build, "linker"), "mold");
  EXPECT_EQ(build.profile, "debug");
}

TEST(Meson, takes_options_as_a_dictionary_too) {
  std::optional<std::vector<MesonOption>> options =
      read_meson_project("project('x', 'c',\n default_options: {'b_lto': true, 'werror': 'x'})\n", "meson.build");
  ASSERT_TRUE(options);
  ASSERT_EQ(options->size(), 2u);
  EXPECT_EQ((*options)[0].name, "b_lto");
  EXPECT_EQ((*options)[0].source.value, "true");
  EXPECT_EQ((*options)[0].source.place.line, 2u);
  EXPECT_FALSE(read_meson_project("executable('x')\n", ""));
}

}  // namespace
}  // namespace ldwhy
