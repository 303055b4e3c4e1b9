#include "fix/link_edit.h"

#include <gtest/gtest.h>

#include "edit/edit.h"

namespace ldwhy {
namespace {

// The lines that a change takes away and adds; "refused: …" where there is none.
std::string lines_of(const std::expected<FileChange, std::string> &change) {
  if (!change) return "refused: " + change.error();
  std::string diff = unified_diff("f", change->before, change->after, change->created), lines;
  bool body = false;
  for (size_t at = 0; at < diff.size();) {
    size_t end = diff.find('\n', at);
    std::string line = diff.substr(at, end - at);
    body = body || line.starts_with("@@");
    if (body && (line.starts_with('+') || line.starts_with('-'))) lines += line + "\n";
    at = end + 1;
  }
  return lines;
}

LinkEdit link(std::vector<std::string> words, bool moves = false) {
  return {.words = std::move(words), .moves = moves, .directory = "/p", .output = "/p/app", .root = "/p"};
}
LinkEdit source(std::string path, std::string archive = "") {
  return {
      .source = std::move(path), .directory = "/p", .output = "/p/app", .archive = std::move(archive), .root = "/p"};
}

std::string made(const std::string &makefile, const LinkEdit &edit) {
  MemoryFiles files;
  files.add("/p/Makefile", makefile);
  files.add("/p/main.c", "");
  files.add("/p/src/main.c", "");
  return lines_of(edit_build_files(edit, files));
}

TEST(MakefileLink, WordsGoToTheVariableOfLibrariesElseToTheLine) {
  EXPECT_EQ(made("LDLIBS = -lm\napp: main.o\n\t$(CC) -o $@ $^ $(LDLIBS)\n", link({"-lz", "-lssl"})),
            "-LDLIBS = -lm\n+LDLIBS = -lm -lz -lssl\n");
  EXPECT_EQ(made("app: main.o\n\tcc -o app main.o\n", link({"-lz"})), "-\tcc -o app main.o\n+\tcc -o app main.o -lz\n");
  EXPECT_EQ(made("T = app\n$(T): main.o\n\tcc -o $@ main.o\n", link({"-lz"})),
            "-\tcc -o $@ main.o\n+\tcc -o $@ main.o -lz\n");
  EXPECT_EQ(made("all:\n\tcc -o app main.o\n", link({"-lz"})),
            "refused: Makefile: it has no rule for app by that name");
}

TEST(MakefileLink, AWordIsNotWrittenTwice) {
  EXPECT_EQ(made("LDLIBS = -lm -lz\napp: main.o\n\t$(CC) -o $@ $^ $(LDLIBS)\n", link({"-lz"})),
            "refused: Makefile names it by now: build once more");
  EXPECT_EQ(made("app: main.o\n\tcc -o app main.o -lzstd\n", link({"-lz"})),
            "-\tcc -o app main.o -lzstd\n+\tcc -o app main.o -lzstd -lz\n");
}

TEST(MakefileLink, AWordThatMovesStandsOnce) {
  EXPECT_EQ(made("app: main.c\n\tgcc -lz -o app main.c\n", link({"-lz"}, true)),
            "-\tgcc -lz -o app main.c\n+\tgcc -o app main.c -lz\n");
  EXPECT_EQ(made("app: main.c\n\tgcc -o app -lz  main.c\n", link({"-lz"}, true)),
            "-\tgcc -o app -lz  main.c\n+\tgcc -o app  main.c -lz\n");
  // Another library whose name begins alike stays.
  EXPECT_EQ(made("app: main.c\n\tgcc -lzstd -lz -o app main.c\n", link({"-lz"}, true)),
            "-\tgcc -lzstd -lz -o app main.c\n+\tgcc -lzstd -o app main.c -lz\n");
  EXPECT_EQ(made("app: main.c\n\tgcc -o app main.c -lz\n", link({"-lz"}, true)),
            "refused: Makefile: -lz stands last in its line already");
}

TEST(MakefileLink, AVariableOfLibrariesMovesAsOne) {
  EXPECT_EQ(made("LDFLAGS = -lz -lm\napp: main.o\n\tgcc $(LDFLAGS) -o $@ main.o\n", link({"-lz"}, true)),
            "-\tgcc $(LDFLAGS) -o $@ main.o\n+\tgcc -o $@ main.o $(LDFLAGS)\n");
  EXPECT_EQ(made("LDFLAGS = -g -lz\napp: main.o\n\tgcc $(LDFLAGS) -o $@ main.o\n", link({"-lz"}, true)),
            "-LDFLAGS = -g -lz\n+LDFLAGS = -g\n-\tgcc $(LDFLAGS) -o $@ main.o\n+\tgcc $(LDFLAGS) -o $@ main.o -lz\n");
  // Another rule needs it where it is.
  EXPECT_EQ(made("LDFLAGS = -g -lz\napp: main.o\n\tgcc $(LDFLAGS) -o $@ main.o\nb: b.o\n\tgcc -o b b.o $(LDFLAGS)\n",
                 link({"-lz"}, true)),
            "-\tgcc $(LDFLAGS) -o $@ main.o\n+\tgcc $(LDFLAGS) -o $@ main.o -lz\n");
}

TEST(MakefileSources, ASourceGoesBesideItsLike) {
  EXPECT_EQ(made("app: main.o\n\tcc -o app main.o\n", source("/p/foo.c")),
            "-app: main.o\n-\tcc -o app main.o\n+app: main.o foo.o\n+\tcc -o app main.o foo.o\n");
  EXPECT_EQ(made("OBJS = main.o\napp: $(OBJS)\n\tcc -o $@ $^\n", source("/p/foo.c")),
            "-OBJS = main.o\n+OBJS = main.o foo.o\n");
  EXPECT_EQ(made("SRC = main.c\nOBJ = $(patsubst %.c,%.o,$(SRC))\napp: $(OBJ)\n\tcc -o $@ $^\n", source("/p/foo.c")),
            "-SRC = main.c\n+SRC = main.c foo.c\n");
  EXPECT_EQ(made("SRC = src/main.c\napp: $(SRC:.c=.o)\n\tcc -o $@ $^\n", source("/p/src/foo.c")),
            "-SRC = src/main.c\n+SRC = src/main.c src/foo.c\n");
  EXPECT_EQ(made("OBJS = obj/main.o\napp: $(OBJS)\n\tcc -o $@ $^\n", source("/p/foo.c")),
            "-OBJS = obj/main.o\n+OBJS = obj/main.o obj/foo.o\n");
  EXPECT_EQ(made("OBJS = main.o \\\n  util.o\napp: $(OBJS)\n\tcc -o $@ $^\n", source("/p/foo.c")),
            "-  util.o\n+  util.o foo.o\n");
  // The rule knows of it, its recipe does not.
  EXPECT_EQ(made("app: main.c foo.c\n\tcc -o app main.c\n", source("/p/foo.c")),
            "-\tcc -o app main.c\n+\tcc -o app main.c foo.c\n");
}

TEST(MakefileSources, WhatAnArchiveLacksGoesIntoIt) {
  std::string makefile =
      "OBJS = a.o\napp: main.o libx.a\n\tcc -o app main.o -L. -lx\nlibx.a: $(OBJS)\n\t$(AR) rcs $@ $(OBJS)\n";
  EXPECT_EQ(made(makefile, source("/p/foo.c", "./libx.a")), "-OBJS = a.o\n+OBJS = a.o foo.o\n");
  EXPECT_EQ(made("app: main.o\n\tcc -o app main.o -lx\n", source("/p/foo.c", "/usr/lib/libx.a")),
            "-app: main.o\n-\tcc -o app main.o -lx\n+app: main.o foo.o\n+\tcc -o app main.o foo.o -lx\n");
}

TEST(MakefileSources, RefusesWhatFindsSourcesItself) {
  EXPECT_EQ(made("S = $(wildcard *.c)\napp: $(S)\n\tcc -o $@ $(S)\n", source("/p/foo.c")),
            "refused: Makefile: S collects the sources by itself: run make once more");
  EXPECT_EQ(made("A = $(B)\nB = $(A)\napp: $(A)\n\tcc -o $@ $(A)\n", source("/p/foo.c")),
            "refused: Makefile: no list of objects or sources in it is plainly the program's");
}

TEST(BuildFiles, AMakefileThatConfigureWroteIsLeftAlone) {
  MemoryFiles files;
  files.add("/p/Makefile", "app: main.o\n\tcc -o app main.o\n");
  files.add("/p/config.status", "");
  EXPECT_EQ(lines_of(edit_build_files(link({"-lz"}), files)), "refused: the makefile is written by configure");
}

TEST(Automake, SourcesAndLibrariesGoIntoMakefileAm) {
  MemoryFiles files;
  files.add("/p/b/config.status", "");
  files.add("/p/b/src/Makefile", "all:\nsrcdir = ../../src\n");
  LinkEdit words{.words = {"-lz"}, .directory = "/p/b/src", .output = "/p/b/src/my-app", .root = "/p"};
  LinkEdit more{.source = "/p/src/foo.c",
                .directory = "/p/b/src",
                .output = "/p/b/src/my-app",
                .archive = "libx.a",
                .root = "/p"};
  auto both = [&](const std::string &list) {
    files.add("/p/src/Makefile.am", list);
    return lines_of(edit_build_files(words, files)) + lines_of(edit_build_files(more, files));
  };
  EXPECT_EQ(both("my_app_SOURCES = main.c \\\n  a.c\n"), "+my_app_LDADD = -lz\n-  a.c\n+  a.c foo.c\n");
  EXPECT_EQ(both("my_app_SOURCES = main.c\nmy_app_LDADD = libx.a\nlibx_a_SOURCES = x.c\n"),
            "-my_app_LDADD = libx.a\n+my_app_LDADD = libx.a -lz\n-libx_a_SOURCES = x.c\n+libx_a_SOURCES = x.c foo.c\n");
  EXPECT_EQ(both("libx_la_SOURCES = x.c\n"),
            "refused: Makefile.am has no my_app_SOURCES-libx_la_SOURCES = x.c\n+libx_la_SOURCES = x.c foo.c\n");
}

std::string in_cmake(const std::string &list, const LinkEdit &edit) {
  MemoryFiles files;
  files.add("/p/CMakeLists.txt", list);
  files.add("/p/build/CMakeCache.txt", "CMAKE_HOME_DIRECTORY:INTERNAL=/p\n");
  LinkEdit there = edit;
  there.directory = "/p/build";
  there.output = "/p/build/app";
  return lines_of(edit_build_files(there, files));
}

TEST(CMakeSources, GoBehindTheLastOne) {
  EXPECT_EQ(in_cmake("add_executable(app main.cc)\n", source("/p/foo.cc")),
            "-add_executable(app main.cc)\n+add_executable(app main.cc foo.cc)\n");
  EXPECT_EQ(in_cmake("add_executable(app\n  main.cc  # here\n  app.h)\n", source("/p/sub/foo.cc")), "+  sub/foo.cc\n");
  EXPECT_EQ(in_cmake("project(app C)\nadd_executable(${PROJECT_NAME} main.c)\n", source("/p/foo.c")),
            "-add_executable(${PROJECT_NAME} main.c)\n+add_executable(${PROJECT_NAME} main.c foo.c)\n");
  EXPECT_EQ(in_cmake("set(S a.c)\nlist(APPEND S b.c)\nadd_executable(app ${S})\n", source("/p/foo.c")),
            "-list(APPEND S b.c)\n+list(APPEND S b.c foo.c)\n");
  EXPECT_EQ(in_cmake("add_executable(app)\ntarget_sources(app PRIVATE main.c)\n", source("/p/foo.c")),
            "-target_sources(app PRIVATE main.c)\n+target_sources(app PRIVATE main.c foo.c)\n");
  EXPECT_EQ(in_cmake("add_library(core a.c)\nadd_executable(app main.c)\n", source("/p/foo.c", "libcore.a")),
            "-add_library(core a.c)\n+add_library(core a.c foo.c)\n");
}

TEST(CMakeSources, AGlobIsRunAgain) {
  EXPECT_EQ(in_cmake("file(GLOB S *.c)\nadd_executable(app ${S})\n", source("/p/foo.c")),
            "refused: CMakeLists.txt:1 collects the sources when cmake runs: run cmake once more, and build");
}

TEST(CMakeLink, AWordIsNotWrittenTwice) {
  EXPECT_EQ(in_cmake("add_executable(app main.c)\ntarget_link_libraries(app z)\n", link({"-lz"})),
            "refused: target_link_libraries() names it by now: build once more");
}

TEST(CMakeLink, WordsMoveWithinTheirCall) {
  EXPECT_EQ(in_cmake("add_executable(app main.c)\ntarget_link_libraries(app PRIVATE z png)\n", link({"-lz"}, true)),
            "-target_link_libraries(app PRIVATE z png)\n+target_link_libraries(app PRIVATE png z)\n");
  EXPECT_EQ(in_cmake("add_executable(app main.c)\ntarget_link_libraries(app PRIVATE z)\n", link({"-lz"}, true)),
            "refused: z is the last that target_link_libraries() names");
  EXPECT_EQ(in_cmake("add_executable(app main.c)\n", link({"-lssl", "-lcrypto"})),
            "+target_link_libraries(app PRIVATE ssl crypto)\n");
}

std::string in_meson(const std::string &build, const LinkEdit &edit) {
  MemoryFiles files;
  files.add("/p/meson.build", build);
  files.add("/p/b/meson-info/meson-info.json", R"({"directories": {"source": "/p", "build": "/p/b"}})");
  LinkEdit there = edit;
  there.directory = "/p/b";
  there.output = "/p/b/app";
  return lines_of(edit_build_files(there, files));
}

TEST(MesonTarget, TakesSourcesAndWords) {
  EXPECT_EQ(in_meson("executable('app', 'main.c', install: true)\n", source("/p/foo.c")),
            "-executable('app', 'main.c', install: true)\n+executable('app', 'main.c', 'foo.c', install: true)\n");
  EXPECT_EQ(in_meson("s = files(\n  'main.c',  # 'no.c'\n)\nexecutable('app', s)\n", source("/p/foo.c")),
            "+  'foo.c',\n");
  EXPECT_EQ(in_meson("executable('app', 'main.c')\n", link({"-lz", "-lm"})),
            "-executable('app', 'main.c')\n+executable('app', 'main.c', link_args: ['-lz', '-lm'])\n");
  EXPECT_EQ(
      in_meson("executable('app', 'main.c', link_args: ['-lm'],)\n", link({"-lz"})),
      "-executable('app', 'main.c', link_args: ['-lm'],)\n+executable('app', 'main.c', link_args: ['-lm', '-lz'],)\n");
  EXPECT_EQ(in_meson("executable('other', 'main.c')\n", link({"-lz"})), "refused: no meson.build makes a target app");
  // What never ends is no call.
  EXPECT_TRUE(in_meson("executable('app', 'main.c", link({"-lz"})).starts_with("refused"));
}

TEST(CgoPreamble, TakesWordsInEitherKindOfComment) {
  auto in_go = [](const std::string &text) {
    MemoryFiles files;
    files.add("/p/go.mod", "module x\n");
    files.add("/p/main.go", text);
    LinkEdit edit = link({"-lz"});
    edit.go = true;
    return lines_of(edit_build_files(edit, files));
  };
  EXPECT_EQ(in_go("package main\n\n/*\n#include <zlib.h>\n*/\nimport \"C\"\n"), "+#cgo LDFLAGS: -lz\n");
  EXPECT_EQ(in_go("package main\n\n// #include <zlib.h>\nimport \"C\"\n"), "+// #cgo LDFLAGS: -lz\n");
  EXPECT_EQ(in_go("package main\n"), "refused: no Go file has a comment above import \"C\"");
}

TEST(SetupScript, TakesLibrariesAndSources) {
  auto in_setup = [](const std::string &text, bool library) {
    MemoryFiles files;
    files.add("/p/setup.py", text);
    LinkEdit edit = library ? link({"-lz"}) : source("/p/b.c");
    edit.output = "/p/build/lib/zz.cpython-311-x86_64-linux-gnu.so";
    return lines_of(edit_build_files(edit, files));
  };
  EXPECT_EQ(in_setup("setup(ext_modules=[Extension(\"zz\", [\"a.c\"])])\n", true),
            "-setup(ext_modules=[Extension(\"zz\", [\"a.c\"])])\n+setup(ext_modules=[Extension(\"zz\", [\"a.c\"], "
            "libraries=[\"z\"])])\n");
  EXPECT_EQ(
      in_setup("e = Extension('yy', ['y.c'])\nf = Extension(\n  'pkg.zz',\n  ['a.c'],  # )\n  libraries=['m'],\n)\n",
               true),
      "-  libraries=['m'],\n+  libraries=['m', \"z\"],\n");
  EXPECT_EQ(in_setup("Extension('zz', ['a.c'])\n", false),
            "-Extension('zz', ['a.c'])\n+Extension('zz', ['a.c', \"b.c\"])\n");
  EXPECT_EQ(in_setup("Extension('xx', [])\nExtension('yy', [])\n", true), "refused: setup.py has several Extension()");
  EXPECT_EQ(in_setup("Extension('zz', ['a.c'", true), "refused: setup.py has no Extension()");
}

TEST(BuildScript, IsWrittenOrAddedTo) {
  MemoryFiles files;
  files.add("/p/Cargo.toml", "[package]\nname = \"app\"\n");
  LinkEdit edit = link({"-lz"});
  edit.crate = "/p";
  std::expected<FileChange, std::string> change = edit_build_files(edit, files);
  ASSERT_TRUE(change);
  EXPECT_TRUE(change->created);
  EXPECT_EQ(change->after, "fn main() {\n    println!(\"cargo:rustc-link-lib=z\");\n}\n");
  files.add("/p/build.rs", "fn main() {\n    other();\n}\n");
  EXPECT_EQ(lines_of(edit_build_files(edit, files)), "+    println!(\"cargo:rustc-link-lib=z\");\n");
  files.add("/p/Cargo.toml", "[package]\nname = \"app\"\nbuild = \"b.rs\"\n");
  EXPECT_TRUE(lines_of(edit_build_files(edit, files)).starts_with("refused"));
  edit.crate = "/home/u/.cargo/registry/src/i/app-1.0.0";
  EXPECT_EQ(lines_of(edit_build_files(edit, files)), "refused: the crate is not this project's");
}

TEST(RelativePath, GoesUpWhereItMust) {
  EXPECT_EQ(relative_path("/p/src/a.c", "/p"), "src/a.c");
  EXPECT_EQ(relative_path("/p/src/a.c", "/p/build"), "../src/a.c");
  EXPECT_EQ(relative_path("/q/a.c", "/p/build"), "../../q/a.c");
}

}  // namespace
}  // namespace ldwhy
