#include <gtest/gtest.h>

#include "command/command.h"

namespace ldwhy {
namespace {

using Words = std::vector<std::string>;

Command read(const Words &words, Linker linker = Linker::Bfd, const MemoryFiles &files = {}) {
  Command command;
  command.directory = "/w";
  command.linker = linker;
  command.flavor = Flavor::Gnu;
  command.linker_argv = words;
  command.linker_argv.insert(command.linker_argv.begin(), "ld");
  gnu_ld_command.read(command, files);
  return command;
}

Words texts(const Command &command) {
  Words result;
  for (const InputArg &input : command.inputs)
    result.push_back((input.kind == InputArg::Kind::Library ? "-l" : "") + input.text);
  return result;
}

TEST(GnuLd, KeepsOrderAndPlace) {
  Command command = read({"a.o", "-lz", "-l", "m", "--library=x", "-l:liby.a", "-o", "out", "b.a"});
  EXPECT_EQ(texts(command), (Words{"a.o", "-lz", "-lm", "-lx", "-l:liby.a", "b.a"}));
  EXPECT_EQ(command.output, "out");
  EXPECT_EQ(command.inputs[0].argument, 1u);
  EXPECT_EQ(command.inputs[2].argument, 4u);  // "m", not "-l"
  EXPECT_TRUE(command.unknown_options.empty());
}

TEST(GnuLd, StateHoldsForWhatFollows) {
  Command command = read({"--whole-archive",
                          "a.a",
                          "--no-whole-archive",
                          "b.a",
                          "-Bstatic",
                          "-lc",
                          "--push-state",
                          "--as-needed",
                          "-Bdynamic",
                          "-ld",
                          "--pop-state",
                          "-le",
                          "--start-group",
                          "-lf",
                          "-lg",
                          "--end-group",
                          "-(",
                          "-lh",
                          "-)",
                          "-li"});
  const std::vector<InputArg> &in = command.inputs;
  ASSERT_EQ(in.size(), 9u);
  EXPECT_TRUE(in[0].whole_archive);
  EXPECT_FALSE(in[1].whole_archive);
  EXPECT_TRUE(in[2].static_only);
  EXPECT_TRUE(in[3].as_needed && !in[3].static_only);
  EXPECT_TRUE(!in[4].as_needed && in[4].static_only);
  EXPECT_EQ(in[4].group, -1);
  EXPECT_EQ(in[5].group, 0);
  EXPECT_EQ(in[6].group, 0);
  EXPECT_EQ(in[7].group, 1);
  EXPECT_EQ(in[8].group, -1);
  EXPECT_FALSE(command.static_link);
}

TEST(GnuLd, LazyLibrariesAndSymbolsOnly) {
  MemoryFiles files;
  files.add("/w/dir/x", "");
  Command command =
      read({"--start-lib", "a.o", "--end-lib", "b.o", "-R", "dir", "-R", "sym.elf", "--just-symbols=t.elf"},
           Linker::Bfd, files);
  EXPECT_EQ(texts(command), (Words{"a.o", "b.o", "sym.elf", "t.elf"}));
  EXPECT_TRUE(command.inputs[0].lazy);
  EXPECT_FALSE(command.inputs[1].lazy);
  EXPECT_TRUE(command.inputs[2].just_symbols);
  EXPECT_TRUE(command.inputs[3].just_symbols);
  // LLD's -R is a run path whatever it names.
  EXPECT_TRUE(read({"-R", "sym.elf"}, Linker::Lld).inputs.empty());
}

TEST(GnuLd, ValuesAreNoInputs) {
  Command command = read({"-m",
                          "elf_x86_64",
                          "-soname",
                          "libx.so.1",
                          "-rpath",
                          "/r",
                          "-dynamic-linker",
                          "/lib/ld.so",
                          "-T",
                          "s.ld",
                          "-Ttext",
                          "0x1000",
                          "-Map",
                          "x.map",
                          "-z",
                          "now",
                          "-zdefs",
                          "-e",
                          "start",
                          "-u",
                          "sym",
                          "-ujoined",
                          "--defsym",
                          "a=b",
                          "--wrap=malloc",
                          "-y",
                          "traced",
                          "-h",
                          "name",
                          "-O",
                          "1",
                          "-O2",
                          "--version-script",
                          "v.map",
                          "-plugin",
                          "p.so",
                          "-plugin-opt=thinlto",
                          "-plugin-opt",
                          "O2",
                          "--build-id",
                          "--hash-style",
                          "gnu",
                          "--sysroot",
                          "/s",
                          "-I",
                          "/lib/ld2.so",
                          "-b",
                          "elf64-x86-64",
                          "main.o"});
  EXPECT_EQ(texts(command), (Words{"main.o"}));
  EXPECT_TRUE(command.unknown_options.empty()) << (command.unknown_options.empty() ? "" : command.unknown_options[0]);
  EXPECT_EQ(command.target.arch, Arch::X86_64);
  EXPECT_EQ(command.target.bits, 64);
  EXPECT_EQ(command.entry, "start");
  EXPECT_EQ(command.undefined_roots, (Words{"sym", "joined"}));
  ASSERT_EQ(command.definitions.size(), 1u);
  EXPECT_EQ(command.definitions[0].name, "a");
  EXPECT_EQ(command.definitions[0].value, "b");
  EXPECT_EQ(command.wrapped, (Words{"malloc"}));
  EXPECT_EQ(command.linker_scripts, (Words{"s.ld"}));
  EXPECT_EQ(command.version_scripts, (Words{"v.map"}));
  EXPECT_EQ(command.dynamic_linker, "/lib/ld2.so");
  EXPECT_EQ(command.sysroots, (Words{"/s"}));
  EXPECT_EQ(command.lto, LtoMode::Thin);
  EXPECT_TRUE(command.lto_plugin);
  EXPECT_TRUE(command.no_undefined);
}

TEST(GnuLd, OutputKindsAndTheirDefaults) {
  EXPECT_EQ(read({}).output_kind, Output::Executable);
  EXPECT_EQ(read({"-pie"}).output_kind, Output::Pie);
  EXPECT_EQ(read({"-static", "-pie", "--no-dynamic-linker"}).output_kind, Output::StaticPie);
  EXPECT_EQ(read({"-pie", "-no-pie"}).output_kind, Output::Executable);
  EXPECT_EQ(read({"-shared"}).output_kind, Output::Shared);
  EXPECT_EQ(read({"-Bshareable"}).output_kind, Output::Shared);
  EXPECT_EQ(read({"-r"}).output_kind, Output::Relocatable);
  EXPECT_FALSE(read({}).allow_shlib_undefined);
  EXPECT_TRUE(read({"-shared"}).allow_shlib_undefined);
  EXPECT_FALSE(read({"-shared", "--no-allow-shlib-undefined"}).allow_shlib_undefined);
  EXPECT_TRUE(read({"--unresolved-symbols=ignore-all"}).allow_undefined);
  EXPECT_TRUE(read({"--unresolved-symbols=ignore-in-shared-libs"}).allow_shlib_undefined);
  EXPECT_FALSE(read({"-z", "defs", "-z", "undefs"}).no_undefined);
  EXPECT_TRUE(read({"-z", "muldefs"}).allow_multiple);
  EXPECT_TRUE(read({"-static"}).static_link);
  EXPECT_TRUE(read({"-n", "-lx"}).inputs[0].static_only);
}

TEST(GnuLd, LetterGIsThreeOptions) {
  EXPECT_EQ(read({"-G", "a.o"}).output_kind, Output::Shared);
  EXPECT_EQ(read({"-G", "8", "a.o"}).output_kind, Output::Executable);
  EXPECT_EQ(texts(read({"-G", "8", "a.o"})), (Words{"a.o"}));
  EXPECT_EQ(read({"-G", "a.o"}, Linker::Gold).output_kind, Output::Shared);
  EXPECT_EQ(texts(read({"-G", "a.o"}, Linker::Lld)), (Words{}));
}

TEST(GnuLd, UnknownOptionsAreKept) {
  EXPECT_EQ(read({"--no-such", "-platform_version", "a.o"}).unknown_options, (Words{"--no-such", "-platform_version"}));
  // Another linker's option is unknown to this one, but takes its value all the same.
  Command command = read({"--time-trace-granularity", "5", "a.o"});
  EXPECT_EQ(command.unknown_options, (Words{"--time-trace-granularity"}));
  EXPECT_EQ(texts(command), (Words{"a.o"}));
  EXPECT_TRUE(read({"--icf=all"}, Linker::Lld).unknown_options.empty());
  EXPECT_EQ(read({"-o"}).problems.size(), 1u);
}

TEST(GnuLd, NamesInOAndLtoNeedTwoDashes) {
  EXPECT_EQ(read({"-omagic"}).output, "magic");
  EXPECT_EQ(read({"--output=x"}).output, "x");
  EXPECT_EQ(texts(read({"-lto"}, Linker::Lld)), (Words{"-lto"}));
  EXPECT_EQ(read({"--lto=thin"}, Linker::Lld).lto, LtoMode::Thin);
}

TEST(GnuLd, BinaryInputsOnlyDefineNames) {
  Command command = read({"-b", "binary", "da-ta.bin", "-b", "elf64-x86-64", "a.o"});
  EXPECT_EQ(texts(command), (Words{"a.o"}));
  ASSERT_EQ(command.definitions.size(), 3u);
  EXPECT_EQ(command.definitions[0].name, "_binary_da_ta_bin_start");
}

}  // namespace
}  // namespace ldwhy
