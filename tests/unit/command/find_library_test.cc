// Library search, against what the linkers' own traces say.
#include "command/find_library.h"

#include <algorithm>
#include <set>
#include <sstream>

#include "base/words.h"
#include "command/command.h"
#include "command/peek_target.h"
#include "real_objects.h"

namespace ldwhy {
namespace {

using Words = std::vector<std::string>;

// Two folders with a library each, in several forms and for two targets.
void make_libraries(const testing::Workshop &shop) {
  shop.run(
      "mkdir -p one two wrong sys/lib && "
      "echo 'int f(void) { return 1; }' > f.c && "
      "echo 'int f(void); int main(void) { return f(); }' > m.c && "
      "gcc -fPIC -c f.c -o f.o && gcc -c m.c -o m.o && "
      "clang-22 --target=i386-linux-gnu -c f.c -o f32.o && "
      "llvm-ar-22 rc two/libf.a f.o && ld.bfd -shared f.o -o two/libf.so && "  // both: .so first
      "llvm-ar-22 rc one/libg.a f.o && ld.bfd -shared f.o -o two/libg.so && "  // archive earlier
      "llvm-ar-22 rc wrong/libh.a f32.o && llvm-ar-22 rc two/libh.a f.o && "
      "ld.lld-22 -m elf_i386 -shared f32.o -o wrong/libi.so && cp two/libf.so two/libi.so && "
      "cp f.o two/odd.name && llvm-ar-22 rc sys/lib/libs.a f.o && "
      "llvm-ar-22 rcT two/libt.a f.o");
}

std::string relative(const testing::Workshop &shop, std::string path) {
  std::string root = shop.path("./");
  return path.starts_with(root) ? path.substr(root.size()) : path;
}

Command understand(const testing::Workshop &shop, const std::string &line) {
  return understand_command({shop.path("."), split_words(line), "", false}, DiskFiles());
}

struct Search {
  const char *name, *options;
};
class Trace : public ::testing::TestWithParam<std::tuple<const char *, Search>> {
 protected:
  static void SetUpTestSuite() {
    shared_shop = std::make_unique<testing::Workshop>();
    make_libraries(*shared_shop);
  }
  static void TearDownTestSuite() { shared_shop.reset(); }
  static inline std::unique_ptr<testing::Workshop> shared_shop;
};

// Every linker prints the file of each input that it loads; the last is the library's.
TEST_P(Trace, FindsWhatTheLinkerFinds) {
  std::string linker = std::get<0>(GetParam());
  const Search &search = std::get<1>(GetParam());
  const testing::Workshop &shop = *shared_shop;
  std::string line = linker + " -m elf_x86_64 -e main m.o " + search.options + " -o out";
  Command command = understand(shop, line);
  ASSERT_EQ(command.inputs.size(), 2u);

  std::string found;
  std::istringstream trace(shop.output(line + " --trace 2>/dev/null"));
  for (std::string text; std::getline(trace, text);) {
    if (text.starts_with("trace: ")) text.erase(0, 7);
    std::string file = text.substr(0, text.find('('));
    bool input = file != "m.o" && !file.empty() && file.find(' ') == file.npos && !file.ends_with("f.o");
    if (input) found = file;
  }
  // gold prints "//usr/lib/…" for what is under its root.
  bool wrong_at_all = linker.starts_with("ld.lld") && found.empty();
  std::string path = relative(shop, command.inputs[1].path);
  if (wrong_at_all) {
    // LLD takes the first file and fails on it.
    EXPECT_TRUE(path.empty() || path.starts_with("wrong/")) << path;
    return;
  }
  EXPECT_EQ(path.empty() ? "" : normal_path(path), found.empty() ? "" : normal_path(found)) << line;
  bool skipped = std::string(search.options).find("wrong") != std::string::npos && !linker.starts_with("ld.lld");
  EXPECT_EQ(command.inputs[1].wrong_target.size(), skipped ? 1u : 0u);
  if (skipped) {
    EXPECT_TRUE(relative(shop, command.inputs[1].wrong_target[0]).starts_with("wrong/"));
  }
}

INSTANTIATE_TEST_SUITE_P(
    Linkers, Trace,
    ::testing::Combine(
        ::testing::Values("ld.bfd", "ld.gold", "mold", "ld.lld-14", "ld.lld-22"),
        ::testing::Values(Search{"shared_first", "-Lone -Ltwo -lf"}, Search{"earlier_folder", "-Lone -Ltwo -lg"},
                          Search{"later_folder", "-Ltwo -Lone -lg"}, Search{"static_only", "-Lone -Ltwo -Bstatic -lf"},
                          Search{"static_again", "-Ltwo -Bstatic -Bdynamic -lf"},
                          Search{"file_name", "-Lone -Ltwo -l:odd.name"}, Search{"wrong_archive", "-Lwrong -Ltwo -lh"},
                          Search{"wrong_shared", "-Lwrong -Ltwo -li"}, Search{"sysroot", "-L=/lib --sysroot=sys -ls"},
                          Search{"nowhere", "-Lone -Ltwo -lnowhere"}, Search{"folder_after", "-lf -Ltwo"})),
    [](const ::testing::TestParamInfo<std::tuple<const char *, Search>> &info) {
      std::string name = std::string(std::get<0>(info.param)) + "_" + std::get<1>(info.param).name;
      std::replace_if(name.begin(), name.end(), [](char c) { return c == '.' || c == '-'; }, '_');
      return name;
    });

TEST(FindLibrary, BuiltInFoldersAreTheLinkers) {
  testing::Workshop shop;
  make_libraries(shop);
  // `ld --verbose` prints SEARCH_DIR("=/lib"); …
  for (const char *emulation : {"elf_x86_64", "elf_i386"}) {
    std::string line = "ld.bfd -m " + std::string(emulation) + " m.o";
    std::string script = shop.output(line + " --verbose 2>/dev/null");
    Words expected;
    for (size_t at = 0; (at = script.find("SEARCH_DIR(\"=", at)) != script.npos;) {
      at += 13;
      expected.push_back(script.substr(at, script.find('"', at) - at));
    }
    EXPECT_GT(expected.size(), 5u);
    EXPECT_EQ(understand(shop, line).library_paths, expected);
  }
  EXPECT_TRUE(understand(shop, "ld.bfd -nostdlib m.o").library_paths.empty());
  EXPECT_TRUE(understand(shop, "ld.lld-22 m.o").library_paths.empty());
  // Found by way of them alone.
  for (const char *linker : {"ld.bfd", "ld.gold"}) {
    std::string line = std::string(linker) + " m.o -lm";
    std::string said = shop.output(line + " --trace -o out 2>/dev/null");
    std::string path = understand(shop, line).inputs[1].path;
    EXPECT_NE(path, "") << linker;
    EXPECT_NE(said.find(path), std::string::npos) << path << "\n" << said;
  }
}

TEST(FindLibrary, TakesTheTargetFromTheFirstObject) {
  testing::Workshop shop;
  make_libraries(shop);
  EXPECT_EQ(understand(shop, "mold m.o").target.arch, Arch::X86_64);
  EXPECT_EQ(understand(shop, "ld.gold wrong/libh.a").target.arch, Arch::I386);
  Command command = understand(shop, "mold f32.o -Ltwo -Lwrong -li");
  EXPECT_EQ(relative(shop, command.inputs[1].path), "wrong/libi.so");
  EXPECT_EQ(command.inputs[1].wrong_target.size(), 1u);
}

TEST(FindLibrary, RelocatableLinksWantArchives) {
  testing::Workshop shop;
  make_libraries(shop);
  EXPECT_EQ(relative(shop, understand(shop, "ld.bfd -r m.o -Ltwo -lf").inputs[1].path), "two/libf.a");
  EXPECT_EQ(relative(shop, understand(shop, "ld.gold -r m.o -Ltwo -lf").inputs[1].path), "two/libf.so");
}

TEST(FindLibrary, FollowsTheRulesForScripts) {
  MemoryFiles files;
  files.add("/sr/usr/lib/libc.so", "GROUP ( /lib/libc.so.6 beside.a =/lib/rooted.a )");
  files.add("/sr/lib/libc.so.6", "");
  files.add("/sr/lib/rooted.a", "");
  files.add("/sr/usr/lib/beside.a", "");
  files.add("/w/here.a", "");
  files.add("/p/on-path.a", "");
  Command command;
  command.directory = "/w";
  command.flavor = Flavor::Gnu;
  command.sysroots = {"/sr"};
  command.library_paths = {"/p"};
  command.inputs.emplace_back().path = "/sr/usr/lib/libc.so";
  auto find = [&](const char *text) {
    InputArg input;
    input.text = text;
    input.script = 0;
    find_library(input, command, files);
    return input.path;
  };
  EXPECT_EQ(find("/lib/libc.so.6"), "/sr/lib/libc.so.6");
  EXPECT_EQ(find("beside.a"), "/sr/usr/lib/beside.a");
  EXPECT_EQ(find("here.a"), "/w/here.a");
  EXPECT_EQ(find("on-path.a"), "/p/on-path.a");
  EXPECT_EQ(find("=/lib/rooted.a"), "/sr/lib/rooted.a");
  EXPECT_EQ(find("none.a"), "");
}

constexpr const char *stub =
    "--- !tapi-tbd\ntbd-version: 4\ntargets: [ arm64-macos ]\ninstall-name: '/usr/lib/libf.dylib'\n"
    "exports:\n  - targets: [ arm64-macos ]\n    symbols: [ _f, dyld_stub_binder ]\n...\n";

// ld64.lld says each path that it looks at.
TEST(FindLibrary, LooksWhereLd64LldLooks) {
  testing::Workshop shop;
  shop.write("f.c", "int f(void) { return 1; }");
  shop.write("b/libf.tbd", stub);
  shop.write("b/both.dir", "");
  shop.write("sdk/usr/lib/libSystem.tbd", stub);
  shop.write("sdk/opt/libz.tbd", stub);
  shop.write("sdk/opt/libz.dylib", "");
  shop.write("sdk/System/Library/Frameworks/Foo.framework/Foo.tbd", stub);
  shop.write("fw/Bar.framework/Bar.tbd", stub);
  shop.run(
      "mkdir -p a && clang-22 --target=arm64-apple-macos11 -c f.c -o f.o && "
      "llvm-ar-22 rc a/libf.a f.o && cp f.o a/crt9.o");
  for (const char *linker : {"ld64.lld-19", "ld64.lld-22"}) {
    for (const char *options : {"-La -Lb -lf", "-search_dylibs_first -La -Lb -lf", "-lSystem -L/opt -lz -L/gone -lnone",
                                "-framework Foo -Ffw -framework Bar -framework None", "-Z -lSystem -framework Foo",
                                "-La -lcrt9.o", "-Lb -weak-lf -needed-lf"}) {
      std::string line = std::string(linker) + " -arch arm64 -platform_version macos 11 11 -syslibroot sdk " + options;
      std::string said = shop.output(line + " --print-dylib-search -dylib -o out 2>/dev/null");
      std::set<std::string> missed, found;
      std::istringstream lines(said);
      for (std::string text; std::getline(lines, text);) {
        std::string path = text.substr(9, text.rfind(',') - 9);
        (text.find("not found") != text.npos ? missed : found).insert(path);
      }
      std::set<std::string> our_missed, our_found;
      for (const InputArg &input : understand(shop, line).inputs) {
        for (const std::string &path : input.tried) our_missed.insert(relative(shop, path));
        if (!input.path.empty()) our_found.insert(relative(shop, input.path));
      }
      EXPECT_EQ(said.empty(), options[1] == 'Z') << line;
      EXPECT_EQ(our_missed, missed) << line;
      EXPECT_EQ(our_found, found) << line;
    }
  }
}

TEST(PeekTarget, AgreesWithTheObjectsThemselves) {
  testing::Workshop shop;
  shop.write("f.c", "int f(void) { return 1; }");
  struct Row {
    const char *triple;
    Arch arch;
    Format format;
  };
  DiskFiles files;
  for (const Row &row :
       {Row{"x86_64-linux-gnu", Arch::X86_64, Format::Elf}, Row{"i386-linux-gnu", Arch::I386, Format::Elf},
        Row{"aarch64-linux-gnu", Arch::Arm64, Format::Elf}, Row{"armv7-linux-gnueabi", Arch::Arm, Format::Elf},
        Row{"riscv64-linux-gnu", Arch::Riscv64, Format::Elf}, Row{"riscv32-linux-gnu", Arch::Riscv32, Format::Elf},
        Row{"powerpc64le-linux-gnu", Arch::Ppc64le, Format::Elf}, Row{"powerpc64-linux-gnu", Arch::Ppc64, Format::Elf},
        Row{"s390x-linux-gnu", Arch::S390x, Format::Elf}, Row{"mips64-linux-gnu", Arch::Mips64, Format::Elf},
        Row{"loongarch64-linux-gnu", Arch::LoongArch64, Format::Elf},
        Row{"arm64-apple-macos11", Arch::Arm64, Format::MachO}, Row{"arm64e-apple-ios14", Arch::Arm64e, Format::MachO},
        Row{"x86_64-apple-macos11", Arch::X86_64, Format::MachO}}) {
    for (const char *archive : {"f.o", "gnu.a", "bsd.a"}) {
      shop.run("rm -f *.a; clang-22 --target=" + std::string(row.triple) +
               " -c f.c -o f.o && cp f.o a-rather-long-member-name.o && "
               "llvm-ar-22 --format=gnu rc gnu.a a-rather-long-member-name.o && "
               "llvm-ar-22 --format=bsd rc bsd.a a-rather-long-member-name.o");
      Result<FileRef> file = files.open(shop.path(archive));
      ASSERT_TRUE(file);
      Target target = peek_target((*file)->bytes());
      EXPECT_EQ(target.arch, row.arch) << row.triple << " " << archive;
      EXPECT_EQ(target.format, row.format) << row.triple << " " << archive;
      EXPECT_EQ(difference(target_from_triple(row.triple), target), "") << row.triple;
      // Cut anywhere, it says the same or nothing.
      std::string whole((*file)->bytes().text());
      for (size_t size = 0; size <= std::min<size_t>(whole.size(), 400); ++size) {
        Target cut = peek_target(Bytes(std::string_view(whole).substr(0, size)));
        EXPECT_TRUE(cut.arch == Arch::Unknown || cut.arch == row.arch);
      }
    }
  }
}

}  // namespace
}  // namespace ldwhy
