// Drivers asked and modelled, against what they themselves print.
#include "command/driver.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/words.h"
#include "real_objects.h"

namespace ldwhy {
namespace {

using Words = std::vector<std::string>;

std::string joined(const std::vector<InputArg> &inputs, bool automatic) {
  std::string text;
  for (const InputArg &input : inputs)
    if (input.automatic == automatic) text += input.text + " ";
  return text;
}

struct Link {
  const char *name;
  const char *command;
  Linker linker;
  Flavor flavor;
  const char *linker_program;  // a part of the linker's path
  const char *mine;            // the user's inputs, in order
  const char *automatic;       // one of the driver's
};

class RealDriver : public ::testing::TestWithParam<Link> {};

TEST_P(RealDriver, GivesItsLinkCommand) {
  const Link &link = GetParam();
  testing::Workshop shop;
  shop.run(
      "echo 'int f(void); int main(void) { return f(); }' > m.c && cp m.c n.c && "
      "gcc -c m.c -o m.o && cp m.o n.o && cp m.o 'sp ace.o' && mkdir lib");
  DiskFiles files;
  Command command = understand_command({shop.path("."), split_words(link.command), "", true}, files);
  for (const Problem &problem : command.problems) ADD_FAILURE() << to_string(problem);
  EXPECT_TRUE(command.unknown_options.empty()) << (command.unknown_options.empty() ? "" : command.unknown_options[0]);
  EXPECT_EQ(command.linker, link.linker);
  EXPECT_EQ(command.flavor, link.flavor);
  EXPECT_NE(command.linker_path.find(link.linker_program), std::string::npos) << command.linker_path;
  EXPECT_EQ(joined(command.inputs, false), link.mine);
  EXPECT_NE((" " + joined(command.inputs, true)).find(link.automatic), std::string::npos)
      << joined(command.inputs, true);

  // The same line, taken apart by nothing but the shell's rules: what is left after the
  // options and values that the drivers use.
  std::string line = shop.output(std::string(link.command) +
                                 " -### 2>&1 | grep -E ' \"?/[^ ]*(ld|"
                                 "collect2|lld|mold)\"? ' | tail -1");
  Words words = split_words(line);
  Words expected;
  const Words with_value{"-plugin",     "-z",      "-m",           "-dynamic-linker", "-o", "-arch", "-mllvm",
                         "-syslibroot", "-soname", "-lto_library", "-rpath",          "-T", "-Map"};
  for (size_t i = 1; i < words.size(); ++i) {
    if (words[i] == "-platform_version") i += 3;
    else if (std::find(with_value.begin(), with_value.end(), words[i]) != with_value.end()) ++i;
    else if (words[i] == "-framework") expected.push_back(words[++i]);
    else if (words[i].starts_with("-l")) expected.push_back(words[i].substr(2));
    else if (words[i][0] != '-') expected.push_back(words[i]);
  }
  Words got;
  for (const InputArg &input : command.inputs) got.push_back(input.text);
  EXPECT_EQ(got, expected) << line;
}

constexpr const char *none = "";
INSTANTIATE_TEST_SUITE_P(
    Links, RealDriver,
    ::testing::Values(
        Link{"gcc", "gcc m.o -lm n.o -o out", Linker::Bfd, Flavor::Gnu, "ld", "m.o m n.o ", "gcc_s"},
        Link{"gcc_words",
             "gcc m.o 'sp ace.o' -Wl,--whole-archive,-lz -Wl,--no-whole-archive "
             "-Xlinker -lq -Llib -l c",
             Linker::Bfd, Flavor::Gnu, "ld", "m.o sp ace.o z q c ", " c "},
        Link{"gcc_gold", "gcc -fuse-ld=gold m.o -lm", Linker::Gold, Flavor::Gnu, "ld.gold", "m.o m ", "crti.o"},
        Link{"gcc_bfd", "gcc -fuse-ld=bfd -flto m.o", Linker::Bfd, Flavor::Gnu, "ld.bfd", "m.o ", "crti.o"},
        Link{"gcc_mold", "gcc -fuse-ld=mold -shared m.o", Linker::Mold, Flavor::Gnu, "ld.mold", "m.o ", "crti.o"},
        Link{"gcc_static", "gcc -static m.o", Linker::Bfd, Flavor::Gnu, "ld", "m.o ", "gcc_eh"},
        Link{"gxx", "g++ m.o -lm", Linker::Bfd, Flavor::Gnu, "ld", "m.o m ", "stdc++"},
        Link{"gcc_bare", "gcc -nostdlib m.o", Linker::Bfd, Flavor::Gnu, "ld", "m.o ", none},
        Link{"clang14", "clang-14 m.o -lm n.o", Linker::Bfd, Flavor::Gnu, "/ld", "m.o m n.o ", "crti.o"},
        Link{"clang19_lld", "clang-19 -fuse-ld=lld m.o -lm -Wl,-z,defs -shared", Linker::Lld, Flavor::Gnu, "ld.lld",
             "m.o m ", "crti.o"},
        Link{"clang22_mold", "clang++-22 -fuse-ld=mold m.o", Linker::Mold, Flavor::Gnu, "ld.mold", "m.o ", "stdc++"},
        Link{"clang22_gold", "clang-22 -fuse-ld=gold -flto m.o", Linker::Gold, Flavor::Gnu, "ld.gold", "m.o ",
             "crti.o"},
        Link{"clang22_aarch64", "clang-22 --target=aarch64-linux-gnu -fuse-ld=lld m.o -lx", Linker::Lld, Flavor::Gnu,
             "ld.lld", "m.o x ", "crti.o"},
        Link{"clang22_macos",
             "clang-22 --target=arm64-apple-macos11 -fuse-ld=lld m.o -framework Foundation -Llib "
             "-lfoo",
             Linker::Lld, Flavor::Darwin, "ld64.lld", "m.o Foundation foo ", "System"},
        Link{"clang19_macos_cxx", "clang++-19 --target=x86_64-apple-macos11 -fuse-ld=lld -dynamiclib m.o -lc++",
             Linker::Lld, Flavor::Darwin, "ld64.lld", "m.o c++ ", "System"},
        Link{"ccache", "ccache clang-22 m.o", Linker::Bfd, Flavor::Gnu, "/ld", "m.o ", "crti.o"}),
    [](const ::testing::TestParamInfo<Link> &info) { return info.param.name; });

Command understand(const testing::Workshop &shop, const std::string &line, bool ask = true) {
  return understand_command({shop.path("."), split_words(line), "", ask}, DiskFiles());
}

TEST(Driver, TellsLtoAndTarget) {
  testing::Workshop shop;
  shop.run("touch m.o");
  EXPECT_EQ(understand(shop, "clang-22 -fuse-ld=lld -flto=thin m.o").lto, LtoMode::Thin);
  EXPECT_EQ(understand(shop, "clang-22 -fuse-ld=lld -flto m.o").lto, LtoMode::Full);
  EXPECT_EQ(understand(shop, "clang-22 -flto -fno-lto m.o").lto, LtoMode::None);
  EXPECT_EQ(understand(shop, "gcc -flto=auto m.o").lto, LtoMode::Gcc);
  Command mac = understand(shop, "clang-22 --target=arm64-apple-macos12 -fuse-ld=lld -flto=thin m.o");
  EXPECT_EQ(describe(mac.target), "arm64 macOS 12.0.0");
  EXPECT_EQ(mac.lto, LtoMode::Thin);
  EXPECT_EQ(mac.linker_version, "22");
  EXPECT_EQ(mac.driver, "clang-22");
  EXPECT_EQ(understand(shop, "clang-22 --target=aarch64-linux-gnu m.o").target.arch, Arch::Arm64);
  EXPECT_EQ(understand(shop, "gcc -pie m.o").output_kind, Output::Pie);
  EXPECT_EQ(understand(shop, "gcc -static-pie m.o").output_kind, Output::StaticPie);
  EXPECT_TRUE(understand(shop, "gcc m.o").lto_plugin);
}

TEST(Driver, SaysThatSourcesAreCompiled) {
  testing::Workshop shop;
  shop.run("echo 'int main(void) { return 0; }' > m.c && gcc -c m.c -o n.o");
  for (const char *line : {"gcc m.c n.o", "clang-22 m.c n.o"}) {
    Command command = understand(shop, line);
    ASSERT_EQ(command.problems.size(), 1u) << line;
    EXPECT_NE(command.problems[0].text.find("compiles sources"), std::string::npos);
    // The temporary object is the user's doing, and cannot be found.
    std::vector<InputArg> mine;
    for (const InputArg &input : command.inputs)
      if (!input.automatic) mine.push_back(input);
    ASSERT_EQ(mine.size(), 2u) << line;
    EXPECT_EQ(mine[0].path, "");
    EXPECT_EQ(mine[1].path, shop.path("./n.o"));
  }
}

TEST(Driver, KeepsInputsThatAreNotThere) {
  testing::Workshop shop;
  shop.run("touch m.o");
  for (const char *line : {"gcc m.o sub/none.o other.a", "clang-22 m.o sub/none.o other.a"}) {
    Command command = understand(shop, line);
    EXPECT_TRUE(command.problems.empty()) << line;
    EXPECT_EQ(joined(command.inputs, false), "m.o sub/none.o other.a ") << line;
  }
}

TEST(Driver, ResponseFilesAreExpandedFirst) {
  testing::Workshop shop;
  shop.write("x.rsp", "-lm 'a b.o' @y.rsp");
  shop.write("y.rsp", "c.o");
  shop.run("touch 'a b.o' c.o m.o");
  for (const char *line : {"gcc @x.rsp m.o", "clang-22 @x.rsp m.o"})
    EXPECT_EQ(joined(understand(shop, line).inputs, false), "m a b.o c.o m.o ") << line;
}

TEST(Driver, LooksBehindNamesAndLinks) {
  testing::Workshop shop;
  shop.run("touch m.o && mkdir b && ln -s $(command -v mold) b/ld");
  // -B says where GCC and clang look for `ld` first.
  for (const char *line : {"gcc -Bb m.o", "gcc -B b m.o", "clang-22 -Bb m.o", "b/ld m.o"})
    EXPECT_EQ(understand(shop, line).linker, Linker::Mold) << line;
  EXPECT_EQ(understand(shop, "ld m.o").linker, Linker::Bfd);
}

TEST(Driver, NoLinkIsAProblem) {
  testing::Workshop shop;
  shop.run("touch m.c m.o");
  Command compile = understand(shop, "gcc -c m.c");
  EXPECT_FALSE(compile.problems.empty());
  Command absent = understand(shop, "no-such-prefix-gcc m.o -lx -o out");
  ASSERT_FALSE(absent.problems.empty());
  EXPECT_EQ(joined(absent.inputs, false), "m.o x ");
  EXPECT_EQ(absent.output, "out");
  EXPECT_EQ(understand(shop, "").problems.size(), 1u);
  Command twice = understand(shop, "clang-14 -target x86_64-apple-macos11 -arch x86_64 -arch arm64 m.o");
  ASSERT_EQ(twice.problems.size(), 1u);
  EXPECT_NE(twice.problems[0].text.find("2 times"), std::string::npos);
  EXPECT_EQ(twice.target.arch, Arch::Arm64);
  EXPECT_EQ(twice.linker, Linker::Unknown);  // this machine's `ld` is not Apple's
}

// Where the driver can be asked, its own inputs left out, the model must come to the same.
TEST(DriverModel, AgreesWithTheDriver) {
  testing::Workshop shop;
  shop.run("gcc -x c -c /dev/null -o m.o && cp m.o n.o && mkdir lib inc");
  for (const char *line : {
           "gcc -Iinc -I inc -DX -D Y m.o -o out -L lib -lm n.o -Wl,-u,sym,-z,now -Xlinker -lz",
           "gcc -shared -include inc/x.h -MF dep -MT t m.o -T script.ld -Wl,--no-undefined",
           "gcc -rdynamic -fuse-ld=gold -e start m.o -u root -pthread",
           "gcc -r -nostdlib m.o n.o",
           "clang-22 -fuse-ld=lld -static m.o -isystem inc --param x=1 -Xclang -y",
           "clang-22 -target aarch64-linux-gnu -fuse-ld=lld -flto=thin -mllvm -x m.o",
           "clang-22 --target=arm64-apple-macos11 -fuse-ld=lld m.o -framework F -dynamiclib "
           "-install_name n -current_version 1 -isysroot lib -Xlinker -ObjC -force_load n.o",
           "clang-22 --target=x86_64-apple-macos11 -fuse-ld=lld -bundle -undefined dynamic_lookup "
           "m.o -F lib -weak_framework W -all_load -exported_symbols_list l",
       }) {
    Command asked = understand(shop, line), modelled = understand(shop, line, false);
    EXPECT_TRUE(asked.problems.empty()) << line;
    EXPECT_FALSE(modelled.problems.empty()) << line;
    Words theirs, ours;
    for (const InputArg &input : asked.inputs)
      if (!input.automatic) theirs.push_back(input.text);
    for (const InputArg &input : modelled.inputs)
      if (input.text != "pthread") ours.push_back(input.text);
    std::erase(theirs, "pthread");
    std::sort(theirs.begin(), theirs.end());  // clang puts -force_load and -l before objects
    std::sort(ours.begin(), ours.end());
    EXPECT_EQ(ours, theirs) << line;
    EXPECT_EQ(modelled.linker, asked.linker) << line;
    EXPECT_EQ(modelled.flavor, asked.flavor) << line;
    EXPECT_EQ(modelled.lto, asked.lto) << line;
    EXPECT_EQ(modelled.entry, asked.entry) << line;
    EXPECT_EQ(modelled.undefined_roots, asked.undefined_roots) << line;
    EXPECT_EQ(modelled.export_dynamic, asked.export_dynamic) << line;
    EXPECT_EQ(modelled.static_link, asked.static_link) << line;
    EXPECT_EQ(modelled.objc_load, asked.objc_load) << line;
    EXPECT_EQ(modelled.all_load, asked.all_load) << line;
    EXPECT_EQ(modelled.sysroots, asked.sysroots) << line;
    EXPECT_EQ(modelled.framework_paths, asked.framework_paths) << line;
    EXPECT_EQ(modelled.linker_scripts, asked.linker_scripts) << line;
    if (asked.output_kind != Output::Pie) {
      EXPECT_EQ(modelled.output_kind, asked.output_kind) << line;
    }
    if (asked.flavor == Flavor::Darwin) {
      EXPECT_EQ(describe(modelled.target), describe(asked.target)) << line;
    }
  }
}

TEST(DriverModel, SourcesAreInputsThatCannotBeFound) {
  testing::Workshop shop;
  shop.run("touch m.c n.o x.data");
  Command command = understand(shop, "gcc m.c n.o -x c++ x.data -x none n.o", false);
  ASSERT_EQ(command.inputs.size(), 4u);
  EXPECT_EQ(command.inputs[0].text, "(object of m.c)");
  EXPECT_EQ(command.inputs[0].path, "");
  EXPECT_EQ(command.inputs[2].text, "(object of x.data)");
  EXPECT_NE(command.inputs[3].path, "");
}

}  // namespace
}  // namespace ldwhy
