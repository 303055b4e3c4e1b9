#include <gtest/gtest.h>

#include <random>

#include "base/words.h"
#include "command/command.h"
#include "command/driver.h"

namespace ldwhy {
namespace {

Command understand(const std::string &line, const MemoryFiles &files = {}, const std::string &flavor = "") {
  return understand_command({"/w", split_words(line), flavor, false}, files);
}

TEST(Understand, SettlesTheDialect) {
  Command plain = understand("ld -o x a.o");
  EXPECT_EQ(plain.flavor, Flavor::Gnu);
  EXPECT_EQ(plain.driver, "");
  Command mac = understand("ld -arch arm64 -platform_version macos 11 11 a.o");
  EXPECT_EQ(mac.flavor, Flavor::Darwin);
  EXPECT_EQ(mac.linker, Linker::Unknown);
  EXPECT_EQ(understand("x86_64-apple-darwin20-ld a.o").flavor, Flavor::Darwin);
  Command rust = understand("rust-lld -flavor darwin -arch arm64 -dylib a.o");
  EXPECT_EQ(rust.flavor, Flavor::Darwin);
  EXPECT_EQ(rust.linker, Linker::Lld);
  EXPECT_EQ(rust.inputs.size(), 1u);
  EXPECT_EQ(understand("rust-lld -flavor gnu a.o").flavor, Flavor::Gnu);
  Command forced = understand("my-linker -arch arm64 a.o", {}, "darwin");
  EXPECT_EQ(forced.flavor, Flavor::Darwin);
  EXPECT_EQ(forced.driver, "");
  Command wasm = understand("wasm-ld-22 a.o --export x --allow-undefined -o m.wasm");
  EXPECT_EQ(wasm.output, "m.wasm");
  EXPECT_EQ(wasm.inputs.size(), 1u);
  EXPECT_EQ(wasm.exported_symbols, (std::vector<std::string>{"x"}));
  EXPECT_TRUE(wasm.allow_undefined);
  EXPECT_EQ(wasm.target.arch, Arch::Wasm32);
  Command windows = understand("lld-link /out:x.exe a.obj");
  EXPECT_EQ(windows.output, "x.exe");
  EXPECT_TRUE(windows.problems.empty());
}

TEST(Understand, PassesOverLaunchers) {
  EXPECT_EQ(understand("ccache gcc a.o").driver, "gcc");
  EXPECT_EQ(understand("env A=b LD=x distcc clang++-22 a.o").driver, "clang++-22");
  EXPECT_EQ(understand("ccache").problems.empty(), false);
  Command odd = understand("my-compiler a.o -lz");
  EXPECT_FALSE(odd.problems.empty());
  EXPECT_EQ(odd.inputs.size(), 2u);
}

TEST(Understand, KnowsDriversOfTheirOwnKind) {
  Command rust = understand("rustc --edition 2021 main.rs -C link-arg=-lz");
  EXPECT_EQ(rust.driver, "rustc");
  EXPECT_TRUE(rust.inputs.empty());
  EXPECT_EQ(rust.problems.size(), 1u);
  Command zig = understand("zig cc -target aarch64-linux-gnu a.o -lz -flto=thin");
  EXPECT_EQ(zig.inputs.size(), 2u);
  EXPECT_EQ(zig.target.arch, Arch::Arm64);
  EXPECT_EQ(zig.lto, LtoMode::Thin);
}

TEST(Understand, FindsInputsFromItsFolder) {
  MemoryFiles files;
  files.add("/w/a.o", "");
  files.add("/w/lib/libz.a", "");
  files.add("/w/x.rsp", "-Llib -lz a.o gone.o");
  Command command = understand("ld.lld-22 @x.rsp", files);
  ASSERT_EQ(command.inputs.size(), 3u);
  EXPECT_EQ(command.inputs[0].path, "/w/lib/libz.a");
  EXPECT_EQ(command.inputs[0].tried, (std::vector<std::string>{"/w/lib/libz.so"}));
  EXPECT_EQ(command.inputs[1].path, "/w/a.o");
  EXPECT_EQ(command.inputs[2].path, "");
  EXPECT_EQ(command.argv.size(), 2u);
  EXPECT_EQ(command.linker_argv.size(), 5u);
  for (const InputArg &input : command.inputs) EXPECT_FALSE(input.automatic);
}

TEST(Understand, ManyInputsAreQuick) {
  CommandRequest request{"/w", {"ld.lld"}, "", false};
  for (int i = 0; i < 20000; ++i) request.argv.push_back("obj/file" + std::to_string(i) + ".o");
  EXPECT_EQ(understand_command(request, MemoryFiles()).inputs.size(), 20000u);
}

// Whatever the words, it ends, and each input names a word.
TEST(Understand, HostileWords) {
  std::mt19937 random(3);
  const std::vector<std::string> words{"-",
                                       "--",
                                       "-l",
                                       "-L",
                                       "=",
                                       "--=",
                                       "-Wl,",
                                       "-Wl,,,",
                                       "-z",
                                       "-m",
                                       "-T",
                                       "-G",
                                       "-Xlinker",
                                       "@",
                                       "@/dev/null",
                                       "-arch",
                                       "",
                                       "-o",
                                       "-R",
                                       "-l:",
                                       "--pop-state",
                                       "-)",
                                       "--defsym",
                                       "--defsym==",
                                       "-alias",
                                       "-filelist",
                                       "-F",
                                       "-x",
                                       "-target",
                                       "--target=",
                                       "-fuse-ld=",
                                       "-B",
                                       "-flavor",
                                       "-framework",
                                       "-weak-l",
                                       "-platform_version",
                                       "macos",
                                       "-macos_version_min",
                                       "a.o",
                                       "-b",
                                       "binary",
                                       "x.c",
                                       "-isysroot",
                                       "-Xarch_",
                                       "-sectcreate",
                                       "--sysroot",
                                       "$SYSROOT"};
  const std::vector<std::string> programs{
      "ld", "gcc", "clang", "ld64.lld", "mold", "lld", "rustc", "x86_64-apple-darwin-clang", "lld-link", "zz"};
  for (int round = 0; round < 3000; ++round) {
    CommandRequest request{"/w", {programs[random() % programs.size()]}, "", false};
    for (size_t n = random() % 8; n > 0; --n) request.argv.push_back(words[random() % words.size()]);
    Command command = understand_command(request, MemoryFiles());
    for (const InputArg &input : command.inputs)
      ASSERT_LT(input.argument, command.linker_argv.size()) << quote_words(request.argv);
  }
}

TEST(DriverAnswer, ReadsGccAndClang) {
  DriverAnswer gcc = read_driver_answer(
      "Using built-in specs.\nCOLLECT_GCC=gcc\nTarget: x86_64-linux-gnu\n"
      " /usr/lib/gcc/12/cc1 -quiet m.c -o /tmp/a.s\n as --64 -o /tmp/a.o /tmp/a.s\n"
      "COLLECT_GCC_OPTIONS='-o' 'x y'\n"
      " /usr/lib/gcc/12/collect2 -o \"x y\" \"q\\\"uote.o\" /tmp/a.o -lc\n");
  EXPECT_EQ(gcc.linker_argv,
            (std::vector<std::string>{"/usr/lib/gcc/12/collect2", "-o", "x y", "q\"uote.o", "/tmp/a.o", "-lc"}));
  EXPECT_EQ(gcc.temporaries, (std::vector<std::string>{"/tmp/a.s", "/tmp/a.o"}));
  EXPECT_FALSE(gcc.clang);
  DriverAnswer clang = read_driver_answer(
      "clang: error: no such file or directory: 'gone.o'\nclang version 22.1.8\n"
      " \"/usr/bin/ld\" \"a.o\"\n \"/usr/bin/dsymutil\" \"-o\" \"x.dSYM\"\n");
  EXPECT_TRUE(clang.clang);
  EXPECT_EQ(clang.missing, (std::vector<std::string>{"gone.o"}));
  EXPECT_EQ(clang.linker_argv[0], "/usr/bin/ld");
  EXPECT_EQ(clang.links, 1u);
  EXPECT_TRUE(read_driver_answer("").linker_argv.empty());
}

}  // namespace
}  // namespace ldwhy
