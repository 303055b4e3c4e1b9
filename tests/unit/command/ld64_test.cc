#include <gtest/gtest.h>

#include "command/command.h"

namespace ldwhy {
namespace {

using Words = std::vector<std::string>;
using Kind = InputArg::Kind;

Command read(const Words &words, const MemoryFiles &files = {}) {
  Command command;
  command.directory = "/w";
  command.flavor = Flavor::Darwin;
  command.linker_argv = words;
  command.linker_argv.insert(command.linker_argv.begin(), "ld");
  ld64_command.read(command, files);
  return command;
}

TEST(Ld64, ReadsWhatClangGives) {
  Command command = read({"-demangle",
                          "-lto_library",
                          "/x/libLTO.dylib",
                          "-no_deduplicate",
                          "-dynamic",
                          "-arch",
                          "arm64",
                          "-platform_version",
                          "macos",
                          "11.0.0",
                          "14.2",
                          "-syslibroot",
                          "/SDK",
                          "-mllvm",
                          "-enable-linkonceodr-outlining",
                          "-o",
                          "a.out",
                          "-L/l",
                          "-L",
                          "sep",
                          "m.o",
                          "-framework",
                          "Foundation",
                          "-lfoo",
                          "-lSystem",
                          "/x/libclang_rt.osx.a"});
  EXPECT_TRUE(command.unknown_options.empty());
  EXPECT_EQ(describe(command.target), "arm64 macOS 11.0.0");
  EXPECT_EQ(command.target.format, Format::MachO);
  EXPECT_EQ(command.output, "a.out");
  EXPECT_EQ(command.sysroots, (Words{"/SDK"}));
  EXPECT_EQ(command.library_paths, (Words{"/l", "sep"}));
  ASSERT_EQ(command.inputs.size(), 5u);
  EXPECT_EQ(command.inputs[1].kind, Kind::Framework);
  EXPECT_EQ(command.inputs[1].text, "Foundation");
  EXPECT_EQ(command.inputs[2].kind, Kind::Library);
  EXPECT_EQ(command.inputs[2].text, "foo");
  EXPECT_TRUE(command.no_undefined);
}

TEST(Ld64, InputOptionsMarkTheirInput) {
  Command command =
      read({"-weak-lw", "-needed-ln", "-reexport-lr", "-upward-lu", "-hidden-lh", "-weak_framework", "W", "-force_load",
            "f.a", "-load_hidden", "h.a", "-weak_library", "w.dylib", "-bundle_loader", "host", "-lazy-lz"});
  const std::vector<InputArg> &in = command.inputs;
  ASSERT_EQ(in.size(), 11u);
  EXPECT_TRUE(in[0].weak && in[0].text == "w");
  EXPECT_TRUE(in[1].needed && in[1].text == "n");
  EXPECT_TRUE(in[2].reexport && in[2].text == "r");
  EXPECT_EQ(in[3].text, "u");
  EXPECT_EQ(in[4].text, "h");
  EXPECT_TRUE(in[5].weak && in[5].kind == Kind::Framework);
  EXPECT_TRUE(in[6].whole_archive && in[6].text == "f.a");
  EXPECT_FALSE(in[7].whole_archive);
  EXPECT_TRUE(in[8].weak && in[8].kind == Kind::File);
  EXPECT_EQ(in[10].text, "z");
}

TEST(Ld64, OptionsWithSeveralWordsTakeThemAll) {
  Command command = read({"-sectcreate",
                          "__TEXT",
                          "__info",
                          "Info.plist",
                          "-alias",
                          "_old",
                          "_new",
                          "-segprot",
                          "A",
                          "rwx",
                          "rx",
                          "-rename_section",
                          "a",
                          "b",
                          "c",
                          "d",
                          "-filelist",
                          "l",
                          "-U",
                          "_may",
                          "-u",
                          "_must",
                          "-e",
                          "_start",
                          "-y_x",
                          "-O2",
                          "-install_name",
                          "@rpath/x.dylib",
                          "-exported_symbols_list",
                          "e",
                          "-exported_symbol",
                          "_s",
                          "x.o"});
  EXPECT_TRUE(command.unknown_options.empty());
  ASSERT_EQ(command.inputs.size(), 1u);
  EXPECT_EQ(command.inputs[0].text, "x.o");
  ASSERT_EQ(command.definitions.size(), 1u);
  EXPECT_EQ(command.definitions[0].name, "_new");
  EXPECT_EQ(command.definitions[0].value, "_old");
  EXPECT_EQ(command.undefined_allowed, (Words{"_may"}));
  EXPECT_EQ(command.undefined_roots, (Words{"_must"}));
  EXPECT_EQ(command.entry, "_start");
  EXPECT_EQ(command.export_files, (Words{"e"}));
  EXPECT_EQ(command.exported_symbols, (Words{"_s"}));
  EXPECT_EQ(command.problems.size(), 1u);  // the file list is not there
}

TEST(Ld64, FileListsAreInputs) {
  MemoryFiles files;
  files.add("/w/l", "a.o\nb.o\n");
  Command command = read({"x.o", "-filelist", "l", "y.o"}, files);
  ASSERT_EQ(command.inputs.size(), 4u);
  EXPECT_EQ(command.inputs[1].text, "a.o");
  EXPECT_EQ(command.inputs[2].argument, 3u);
  EXPECT_EQ(command.inputs[3].text, "y.o");
}

TEST(Ld64, OutputKindsAndPlatforms) {
  EXPECT_EQ(read({}).output_kind, Output::Executable);
  EXPECT_EQ(read({"-pie"}).output_kind, Output::Pie);
  EXPECT_EQ(read({"-dylib", "-pie"}).output_kind, Output::Shared);
  EXPECT_EQ(read({"-bundle"}).output_kind, Output::Bundle);
  EXPECT_EQ(read({"-r"}).output_kind, Output::Relocatable);
  auto platform = [](const Words &words) { return describe(read(words).target); };
  EXPECT_EQ(platform({"-arch", "x86_64", "-macosx_version_min", "10.15"}), "x86_64 macOS 10.15.0");
  EXPECT_EQ(platform({"-arch", "arm64", "-platform_version", "7", "14.0", "14.0"}), "arm64 iOS simulator 14.0.0");
  EXPECT_EQ(platform({"-arch", "arm64", "-platform_version", "mac-catalyst", "14.0", "14.0"}),
            "arm64 Mac Catalyst 14.0.0");
  EXPECT_EQ(platform({"-arch", "arm64", "-iphoneos_version_min", "12"}), "arm64 iOS 12.0.0");
  EXPECT_EQ(platform({"-arch", "arm64e"}), "arm64e Mach-O");
}

TEST(Ld64, TreatmentsOfUndefined) {
  EXPECT_TRUE(read({"-undefined", "suppress"}).allow_undefined);
  Command lookup = read({"-undefined", "dynamic_lookup"});
  EXPECT_EQ(lookup.undefined_allowed, (Words{"*"}));
  EXPECT_FALSE(lookup.no_undefined);
  Command all = read({"a.a", "-all_load", "-ObjC", "-dead_strip"});
  EXPECT_TRUE(all.all_load && all.objc_load && all.gc_sections);
  EXPECT_TRUE(all.inputs[0].whole_archive);
}

TEST(Ld64, UnknownAndUnfinishedOptions) {
  EXPECT_EQ(read({"--whole-archive", "-soname"}).unknown_options, (Words{"--whole-archive", "-soname"}));
  EXPECT_EQ(read({"-platform_version", "macos", "11"}).problems.size(), 1u);
  EXPECT_TRUE(read({"--icf=all", "--threads=2", "--time-trace"}).unknown_options.empty());
}

}  // namespace
}  // namespace ldwhy
