// Drivers made to tell what they run: real ones, and scripts that answer as those do that are not
// installed everywhere.
#include "command/question.h"

#include <gtest/gtest.h>

#include <algorithm>

#include "base/words.h"
#include "command/driver.h"
#include "real_objects.h"

namespace ldwhy {
namespace {

using Words = std::vector<std::string>;

Command understand(const testing::Workshop &shop, const std::string &line, bool ask = true) {
  return understand_command({shop.path("."), split_words(line), "", ask}, DiskFiles());
}

std::string inputs_of(const Command &command) {
  std::string text;
  for (const InputArg &input : command.inputs)
    if (!input.automatic) text += input.text + " ";
  return text;
}

TEST(DriverCall, KnowsZigInAllItsForms) {
  struct Row {
    const char *line, *program, *words;
  };
  for (const Row &row :
       {Row{"gcc a.o", "gcc", "gcc a.o"}, Row{"zig cc a.o -o x", "zig cc", "zig a.o -o x"},
        Row{"/opt/zig/zig c++ a.o", "/opt/zig/zig c++", "zig a.o"},
        Row{"python3 -m ziglang cc a.o", "python3 -m ziglang cc", "zig a.o"},
        Row{"zig ld.lld a.o", "zig ld.lld", "ld.lld a.o"}, Row{"zig", "zig", "zig"},
        Row{"python3 -m pip cc", "python3", "python3 -m pip cc"}, Row{"zigzag cc a.o", "zigzag", "zigzag cc a.o"}}) {
    DriverCall call = driver_call(split_words(row.line));
    EXPECT_EQ(quote_words(call.program), row.program) << row.line;
    EXPECT_EQ(quote_words(call.words), row.words) << row.line;
  }
}

TEST(Question, StandsBeforeEverythingElse) {
  DriverCall call = driver_call(split_words("clang-cl-22 a.obj /link /entry:main"));
  std::optional<Question> question = question_for(call);
  ASSERT_TRUE(question);
  EXPECT_EQ(quote_words(question_words(call, *question, "/s")), "clang-cl-22 '-###' a.obj /link /entry:main");
  EXPECT_FALSE(question_for(driver_call({"nvcc", "a.o"})));
  EXPECT_FALSE(question_for(driver_call({"ldc2", "a.d"}))) << "it would compile it";
  EXPECT_TRUE(question_for(driver_call({"zig", "cc", "a.c"})));
}

TEST(Question, SendsTheOutputElsewhere) {
  struct Row {
    const char *line, *asked, *output;
  };
  for (const Row &row : {Row{"zig cc a.o -o x", "zig cc -v a.o -o /s/output", "x"},
                         Row{"zig cc a.o -ox b.o", "zig cc -v a.o b.o -o /s/output", "x"},
                         Row{"zig cc a.o", "zig cc -v a.o -o /s/output.out", "a.out"},
                         Row{"emcc a.o -o app.d/x.js", "emcc -v a.o -o /s/output.js", "app.d/x.js"},
                         Row{"ldc2 -of=y a.o", "ldc2 -v a.o -of=/s/output", "y"}}) {
    DriverCall call = driver_call(split_words(row.line));
    std::optional<Question> question = question_for(call);
    ASSERT_TRUE(question) << row.line;
    EXPECT_EQ(quote_words(question_words(call, *question, "/s")), row.asked);
    EXPECT_EQ(output_of(call, *question), row.output);
  }
}

// Prints LINE, in which OUTPUT stands for the word behind -o or -of=.
void write_driver(const testing::Workshop &shop, const std::string &name, const std::string &line,
                  const std::string &stream) {
  shop.write(name,
             "#!/bin/sh\nwhile [ $# -gt 0 ]; do case \"$1\" in -of=*) out=${1#-of=};; -o) out=$2;; esac; shift; done\n"
             "echo \"" +
                 line + "\" | sed \"s#OUTPUT#$out#\" >&" + stream + "\nexit 1\n");
  shop.run("chmod +x " + name);
}

TEST(Asked, ZigShowsTheLinkerThatIsAPartOfIt) {
  testing::Workshop shop;
  shop.run("touch a.o crt1.o");
  write_driver(shop, "zig", "ld.lld -m elf_x86_64 -o OUTPUT crt1.o a.o", "2");
  Command command = understand(shop, shop.path("zig") + " cc a.o -o app");
  EXPECT_EQ(quote_words(command.linker_argv), "ld.lld -m elf_x86_64 -o app crt1.o a.o");
  EXPECT_EQ(command.linker, Linker::Lld);
  EXPECT_EQ(command.flavor, Flavor::Gnu);
  EXPECT_EQ(inputs_of(command), "a.o ");
  EXPECT_FALSE(command.defaults_unknown);
  EXPECT_FALSE(runs_alone(command)) << "this machine's ld.lld is another one";
  write_driver(shop, "zig", "zig ld -dynamic -platform_version macos 15.0.0 27.0 -e _main -o OUTPUT a.o -lSystem", "2");
  Command darwin = understand(shop, shop.path("zig") + " cc -target aarch64-macos a.o -o app");
  EXPECT_EQ(darwin.flavor, Flavor::Darwin);
  EXPECT_EQ(darwin.output, "app");
}

TEST(Asked, OtherLanguagesDriversLinkWithAnother) {
  testing::Workshop shop;
  shop.run("gcc -x c -c /dev/null -o a.o");
  write_driver(shop, "swiftc", "/usr/bin/gcc a.o -lm -o app", "1");
  write_driver(shop, "ldc2", "/usr/bin/gcc a.o -o OUTPUT -lm", "1");
  for (const char *line : {"/swiftc a.o -o app", "/ldc2 a.o -of=app"}) {
    Command command = understand(shop, shop.path(".") + line);
    EXPECT_EQ(command.output, "app") << line;
    EXPECT_EQ(inputs_of(command), "a.o ") << line;
    EXPECT_FALSE(command.defaults_unknown) << line;
    EXPECT_TRUE(std::ranges::any_of(command.inputs, [](const InputArg &input) { return input.text == "c"; })) << line;
  }
}

TEST(Asked, ClangClIsAskedBeforeLink) {
  testing::Workshop shop;
  shop.run("clang-22 --target=x86_64-pc-windows-msvc -c -x c /dev/null -o a.obj");
  Command command = understand(
      shop,
      "clang-cl-22 --target=x86_64-pc-windows-msvc -fuse-ld=lld a.obj /Fe:app.exe /link /entry:f /subsystem:console");
  EXPECT_EQ(command.flavor, Flavor::Coff);
  EXPECT_EQ(command.linker, Linker::Lld);
  EXPECT_EQ(command.output, "app.exe");
  EXPECT_EQ(command.entry, "f");
  EXPECT_EQ(inputs_of(command), "a.obj ");
}

TEST(Modelled, MicrosoftsOptions) {
  testing::Workshop shop;
  shop.run("touch a.obj b.lib");
  Command program = understand(
      shop, "cl.exe /nologo /MD /Feapp.exe a.obj b.lib main.cpp /I inc.obj /link /libpath:x /entry:f", false);
  EXPECT_EQ(program.output, "app.exe");
  EXPECT_EQ(program.flavor, Flavor::Coff);
  EXPECT_EQ(program.entry, "f");
  ASSERT_EQ(program.inputs.size(), 3u);
  EXPECT_EQ(program.inputs[1].text, "b.lib");
  EXPECT_TRUE(program.inputs[2].compiled);
  EXPECT_TRUE(program.defaults_unknown);
  Command library = understand(shop, "clang-cl -fuse-ld=lld /LD /Fe: app.dll " + shop.path("a.obj"), false);
  EXPECT_EQ(library.output_kind, Output::Shared);
  EXPECT_EQ(library.output, "app.dll");
  EXPECT_EQ(library.linker, Linker::Lld);
  ASSERT_EQ(library.inputs.size(), 1u);
}

TEST(Modelled, NobodyKnowsTheDefaultLibraries) {
  testing::Workshop shop;
  shop.run("touch a.o");
  EXPECT_TRUE(understand(shop, "nvcc a.o -o x").defaults_unknown);
  EXPECT_TRUE(understand(shop, "ghc a.o -o x").defaults_unknown);
  EXPECT_FALSE(understand(shop, "nvcc -nostdlib a.o -o x").defaults_unknown);
  EXPECT_FALSE(understand(shop, "gcc a.o -o x").defaults_unknown);
  Command compiles = understand(shop, "nvcc a.cu -o x");
  ASSERT_EQ(compiles.inputs.size(), 1u);
  EXPECT_TRUE(compiles.inputs[0].compiled);
}

TEST(ResponseFiles, ThatTheDriverHandsOnUnread) {
  testing::Workshop shop;
  shop.run("gcc -x c -c /dev/null -o a.o && cp a.o b.o && cp a.o c.o");
  shop.write("words", "-z now 'b.o'\n");
  for (const char *line : {"gcc a.o -Wl,@words c.o -o x", "clang-22 -fuse-ld=lld a.o -Xlinker @words c.o -o x"}) {
    Command command = understand(shop, line);
    EXPECT_EQ(inputs_of(command), "a.o b.o c.o ") << line;
  }
}

TEST(ResponseFiles, QuotingAsTheWordsSay) {
  testing::Workshop shop;
  shop.run("touch b.o");
  shop.write("words", "dir\\\\b.o");
  auto first = [&](const std::string &line) {
    Command command = understand(shop, line);
    return command.inputs.empty() ? "" : command.inputs[0].text;
  };
  EXPECT_EQ(first("ld.lld @words"), "dir\\b.o");
  EXPECT_EQ(first("ld.lld --rsp-quoting=windows @words"), "dir\\\\b.o");
  EXPECT_EQ(first("lld-link @words"), "dir\\\\b.o");
  EXPECT_EQ(first("lld-link --rsp-quoting=posix @words"), "dir\\b.o");
}

}  // namespace
}  // namespace ldwhy
