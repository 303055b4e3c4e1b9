#include "command/wasm_ld.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "command/command.h"
#include "real_objects.h"

namespace ldwhy {
namespace {

using Words = std::vector<std::string>;

Command read(const Words &words, const std::string &version = "22", const MemoryFiles &files = {}) {
  Command command;
  command.directory = "/w";
  command.flavor = Flavor::Wasm;
  command.linker = Linker::Lld;
  command.linker_version = version;
  command.linker_argv = words;
  command.linker_argv.insert(command.linker_argv.begin(), "wasm-ld");
  wasm_ld_command.read(command, files);
  return command;
}

TEST(WasmLd, NamesAndLetters) {
  Command command = read({"-L/lib",
                          "-L",
                          "more",
                          "a.o",
                          "-lc",
                          "-l",
                          "m",
                          "-o",
                          "x.wasm",
                          "-e",
                          "go",
                          "-uone",
                          "--undefined=two",
                          "-undefined",
                          "three",
                          "-z",
                          "stack-size=8",
                          "-O2",
                          "--lto-O3",
                          "-mllvm",
                          "-x"});
  EXPECT_TRUE(command.unknown_options.empty());
  EXPECT_EQ(command.library_paths, (Words{"/lib", "more"}));
  EXPECT_EQ(command.output, "x.wasm");
  EXPECT_EQ(command.entry, "go");
  EXPECT_EQ(command.undefined_roots, (Words{"one", "two", "three"}));
  ASSERT_EQ(command.inputs.size(), 3u);
  EXPECT_EQ(command.inputs[1].text, "c");
  EXPECT_EQ(command.inputs[2].text, "m");
  EXPECT_TRUE(command.gc_sections);
  EXPECT_EQ(command.target.arch, Arch::Wasm32);
}

TEST(WasmLd, ExportsAndImports) {
  Command command = read({"--export=must", "--export-if-defined", "may", "--no-entry", "--import-undefined", "-E"});
  EXPECT_EQ(command.exported_symbols, (Words{"must", "may"}));
  EXPECT_EQ(command.required_exports, (Words{"must"}));
  EXPECT_TRUE(command.no_entry);
  EXPECT_TRUE(command.import_undefined);
  EXPECT_FALSE(command.allow_undefined);
  EXPECT_TRUE(command.export_dynamic);
  EXPECT_TRUE(read({"--allow-undefined"}).allow_undefined);
  EXPECT_TRUE(read({"--unresolved-symbols=ignore-all"}).allow_undefined);
  EXPECT_TRUE(read({"--warn-unresolved-symbols"}).allow_undefined);
  EXPECT_FALSE(read({"--unresolved-symbols=report-all"}).allow_undefined);
}

TEST(WasmLd, KindOfOutput) {
  EXPECT_EQ(read({"-r"}).output_kind, Output::Relocatable);
  EXPECT_FALSE(read({"-r"}).gc_sections);
  EXPECT_EQ(read({"-shared"}).output_kind, Output::Shared);
  EXPECT_EQ(read({"-pie"}).output_kind, Output::Pie);
  EXPECT_TRUE(read({"-shared"}, "14").allow_undefined);
  EXPECT_FALSE(read({"-shared"}, "19").allow_undefined);
}

TEST(WasmLd, LibrariesAreArchivesUnlessLoadedAtRunTime) {
  EXPECT_TRUE(read({"-la"}).inputs.at(0).static_only);
  EXPECT_FALSE(read({"-la", "-shared"}).inputs.at(0).static_only);
  Command command = read({"-Bdynamic", "-la", "-Bstatic", "-lb", "-shared"});
  EXPECT_FALSE(command.inputs.at(0).static_only);
  EXPECT_TRUE(command.inputs.at(1).static_only);
}

TEST(WasmLd, ListsOfNamesTheHostSupplies) {
  MemoryFiles files;
  files.add("/w/names.txt", "# the host's\none\n  two # and this\n\nthree");
  files.add("/w/libx.imports", "four\n");
  Command command = read({"--allow-undefined-file=names.txt"}, "22", files);
  EXPECT_EQ(command.undefined_allowed, (Words{"one", "two", "three"}));
  InputArg input;
  input.path = "/w/libx.a";
  command.inputs.push_back(input);
  read_import_lists(command, files);
  EXPECT_EQ(command.undefined_allowed.back(), "four");
}

// What wasm-ld itself takes, of each version.
TEST(WasmLd, UnknownOptionsAreTheLinkersOwn) {
  const Words options = {"--start-lib",
                         "--why-extract=w",
                         "--export-memory",
                         "--export-memory=m",
                         "--import-memory=a,b",
                         "-Bdynamic",
                         "--noinhibit-exec",
                         "--no-stack-first",
                         "--page-size=1",
                         "--rpath=x",
                         "--soname=x",
                         "--table-base=1",
                         "--extra-features=x",
                         "--build-id",
                         "--build-id=fast",
                         "--group",
                         "--start-group",
                         "--as-needed",
                         "--version-script=x",
                         "--threads=1",
                         "--gc-sections",
                         "-gc-sections",
                         "--icf=all",
                         "--initial-heap=65536",
                         "--keep-section=x",
                         "--wrap=x",
                         "--features=x",
                         "-V",
                         "--color-diagnostics",
                         "--color-diagnostics=never",
                         "--thinlto-index-only",
                         "--lto-obj-path=x",
                         "--no-growable-memory"};
  testing::Workshop shop;
  for (const char *version : {"14", "19", "22"}) {
    if (std::system(("wasm-ld-" + std::string(version) + " --version > /dev/null 2>&1").c_str()) != 0) GTEST_SKIP();
    for (const std::string &option : options) {
      std::string said = shop.output("wasm-ld-" + std::string(version) + " " + option + " none.o -o /dev/null 2>&1");
      bool unknown = said.find("unknown argument: " + option) != said.npos;
      EXPECT_EQ(read({option, "none.o"}, version).unknown_options.size(), unknown ? 1u : 0u)
          << version << " " << option << "\n"
          << said;
    }
  }
}

// What clang itself would run, of each version that is here.
TEST(WasmLd, KnowsAllThatClangGives) {
  testing::Workshop shop;
  shop.write("a.o", "");
  for (const char *clang : {"clang-14", "clang-19", "clang-22"}) {
    if (std::system((std::string(clang) + " --version > /dev/null 2>&1").c_str()) != 0) GTEST_SKIP();
    for (const Words &words :
         {Words{"--target=wasm32-wasi", "a.o", "-lm"}, Words{"--target=wasm32-wasi", "-shared", "-fPIC", "a.o"},
          Words{"--target=wasm32-unknown-unknown", "-nostdlib", "-Wl,--no-entry,--export=x", "a.o"},
          Words{"--target=wasm64-unknown-unknown", "-nostdlib", "-flto", "a.o"}}) {
      CommandRequest request;
      request.directory = shop.path(".");
      request.argv = words;
      request.argv.insert(request.argv.begin(), clang);
      DiskFiles files;
      Command command = understand_command(request, files);
      EXPECT_EQ(command.flavor, Flavor::Wasm) << words[0];
      EXPECT_TRUE(command.unknown_options.empty()) << command.unknown_options[0];
      EXPECT_EQ(command.target.format, Format::Wasm);
      EXPECT_TRUE(std::ranges::any_of(command.inputs, [](const InputArg &input) { return input.text == "a.o"; }));
    }
  }
}

TEST(WasmLd, AnOptionAtTheEndWithoutItsWordIsTold) {
  EXPECT_EQ(read({"a.o", "-o"}).problems.size(), 1u);
  EXPECT_EQ(read({"a.o", "--export"}).problems.size(), 1u);
}

TEST(WasmLd, TellsOptionsThatDoNotGoTogether) {
  EXPECT_EQ(read({"a.o", "-r", "--shared-memory"}).problems.size(), 1u);
  EXPECT_EQ(read({"a.o", "-r", "-u", "f"}).problems.size(), 1u);
  EXPECT_EQ(read({"a.o", "-r", "--gc-sections", "-e", "f"}).problems.size(), 2u);
  EXPECT_TRUE(read({"a.o", "-r", "--no-gc-sections"}).problems.empty());
}

}  // namespace
}  // namespace ldwhy
