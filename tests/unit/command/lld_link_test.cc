#include <gtest/gtest.h>

#include "command/command.h"
#include "command/response_file.h"

namespace ldwhy {
namespace {

using Words = std::vector<std::string>;

Command read(Words words, const MemoryFiles &files = {}) {
  words.insert(words.begin(), "lld-link");
  CommandRequest request;
  request.directory = "/w";
  request.argv = words;
  return understand_command(request, files);
}

Words texts(const Command &command) {
  Words found;
  for (const InputArg &input : command.inputs) found.push_back(input.text);
  return found;
}

TEST(LldLink, ReadsOptionsInAnyCaseAndWithEitherMark) {
  Command command =
      read({"/OUT:x.exe", "-Entry:start", "/SubSystem:Console,6.0", "/dll", "/MACHINE:X86", "/include:_f",
            "/export:g=h,@4,DATA", "/alternatename:a=b", "/force:multiple", "/libpath:lib", "/opt:noref"});
  EXPECT_EQ(command.flavor, Flavor::Coff);
  EXPECT_EQ(command.output, "x.exe");
  EXPECT_EQ(command.entry, "start");
  EXPECT_EQ(command.coff.subsystem, "console");
  EXPECT_EQ(command.output_kind, Output::Shared);
  EXPECT_EQ(command.target.arch, Arch::I386);
  EXPECT_EQ(command.undefined_roots, Words{"_f"});
  EXPECT_EQ(command.required_exports, Words{"g=h,@4,DATA"});
  ASSERT_EQ(command.coff.alternate_names.size(), 1u);
  EXPECT_EQ(command.coff.alternate_names[0].value, "b");
  EXPECT_TRUE(command.allow_multiple);
  EXPECT_FALSE(command.allow_undefined);
  EXPECT_FALSE(command.gc_sections);
  EXPECT_TRUE(command.unknown_options.empty());
}

TEST(LldLink, TakesAPathForAFileAndAnUnknownWordForAnOption) {
  Command command = read({"a.obj", "/abs/b.obj", "-nonesuch", "/defaultlib:late", "c.lib"});
  EXPECT_EQ(texts(command), (Words{"a.obj", "/abs/b.obj", "c.lib", "late"}));
  EXPECT_TRUE(command.inputs.back().default_library);
  EXPECT_EQ(command.unknown_options, Words{"-nonesuch"});
}

TEST(LldLink, TakesLibrariesWholeThatAreNamedBefore) {
  Command command = read({"x.lib", "y.lib", "/wholearchive:y.lib"});
  ASSERT_EQ(command.inputs.size(), 3u);
  EXPECT_FALSE(command.inputs[0].whole_archive);
  EXPECT_TRUE(command.inputs[1].whole_archive);
}

TEST(LldLink, LooksForLibrariesInFoldersAndAddsTheirEnding) {
  MemoryFiles files;
  files.add("/w/lib/f.lib", "!<arch>\n");
  files.add("/w/lib/o.obj", "");
  Command command = read({"/libpath:lib", "f.lib", "o", "/defaultlib:f", "none.lib"}, files);
  ASSERT_EQ(command.inputs.size(), 4u);
  EXPECT_EQ(command.inputs[0].path, "/w/lib/f.lib");
  EXPECT_EQ(command.inputs[1].path, "/w/lib/o.obj");
  EXPECT_EQ(command.inputs[2].path, "");
  EXPECT_EQ(command.inputs[3].path, "/w/lib/f.lib");
}

TEST(LldLink, ReadsResponseFilesAsWindowsDoes) {
  EXPECT_EQ(split_windows_response(R"(a\b.obj "c d.obj" /out:"x y.exe" \\host\z "q\"r" s\\"t u" "v""w")"),
            (Words{R"(a\b.obj)", "c d.obj", "/out:x y.exe", R"(\\host\z)", R"(q"r)", R"(s\t u)", R"(v"w)"}));
  EXPECT_EQ(split_windows_response("\xef\xbb\xbf"
                                   "a\r\n\r\nb"),
            (Words{"a", "b"}));
  MemoryFiles files;
  files.add("/w/x.rsp", R"(/out:dir\x.exe "a b.obj")");
  Command command = read({"@x.rsp"}, files);
  EXPECT_EQ(command.output, R"(dir\x.exe)");
  EXPECT_EQ(texts(command), Words{"a b.obj"});
}

}  // namespace
}  // namespace ldwhy
