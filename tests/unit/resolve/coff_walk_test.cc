// One test a rule of links for Windows, each judged twice: by ldwhy and by the linker itself.
#include <set>

#include <fmt/ranges.h>
#include <gtest/gtest.h>

#include "command/command.h"
#include "input/load.h"
#include "real_objects.h"
#include "resolve/resolve.h"

namespace ldwhy {
namespace {

using Names = std::set<std::string>;

class CoffResolve : public ::testing::Test {
 protected:
  void object(const std::string &name, const std::string &text) {
    shop_.write(name + ".s", text + "\n");
    shop_.run("llvm-mc-22 -triple=x86_64-windows-msvc -filetype=obj " + name + ".s -o " + name + ".obj");
  }
  static std::string function(const std::string &name, const std::string &calls = "") {
    return ".text\n.globl " + name + "\n" + name + ":\n" + (calls.empty() ? "" : " call " + calls + "\n") + " ret\n";
  }
  static std::string directive(const std::string &text) {
    return ".section .drectve,\"yn\"\n.ascii \" " + text + " \"\n";
  }
  void library(const std::string &name, const std::string &members) {
    shop_.run("llvm-lib-22 /out:" + name + " " + members);
  }

  // The linker's own words must name what is foreseen, and it must succeed where nothing is.
  void expect(const std::string &linker, const std::vector<std::string> &words, const Names &undefined,
              const Names &duplicate = {}, const Names &taken = {}) {
    SCOPED_TRACE(linker + " " + fmt::format("{}", fmt::join(words, " ")));
    CommandRequest request;
    request.directory = shop_.path("");
    request.argv = words;
    request.argv.insert(request.argv.begin(), linker);
    Link link = load_link(understand_command(request, files_), files_);
    Resolution resolution = resolve(link).resolution;
    Names missing, twice, extracted;
    for (const Unresolved &one : resolution.unresolved) missing.insert(one.name);
    for (const Duplicate &one : resolution.duplicates) twice.insert(one.name);
    for (ObjectId id = 0; id < link.objects.size(); ++id)
      if (resolution.fates[id] == Fate::Extracted) extracted.insert(link.name_of(id));
    EXPECT_EQ(missing, undefined);
    EXPECT_EQ(twice, duplicate);
    EXPECT_EQ(extracted, taken);
    bool windows = linker.starts_with("lld-link");
    std::string said = shop_.output(fmt::format("{} {} {} 2>&1; echo status $?", linker, fmt::join(words, " "),
                                                windows ? "/demangle:no /out:x.exe" : "--no-demangle -o x.exe"));
    bool succeeds = undefined.empty() && duplicate.empty() && resolution.objections.empty();
    EXPECT_EQ(said.find("status 0") != said.npos, succeeds) << said;
    for (const Names &names : {undefined, duplicate})
      for (const std::string &name : names) EXPECT_NE(said.find(name), said.npos) << said;
    for (const Objection &objection : resolution.objections)
      EXPECT_NE(said.find(objection.text.substr(0, 20)), said.npos) << said;
  }

  testing::Workshop shop_;
  DiskFiles files_;
};

TEST_F(CoffResolve, TakesTheEntryPointFromTheProgramsMainFunction) {
  object("console", function("main"));
  object("window", function("WinMain"));
  object("neither", function("f"));
  expect("lld-link-22", {"console.obj"}, {"mainCRTStartup"});
  expect("lld-link-22", {"window.obj"}, {"WinMainCRTStartup"});
  expect("lld-link-22", {"neither.obj"}, {});
  expect("lld-link-22", {"neither.obj", "/dll"}, {"_DllMainCRTStartup"});
  expect("lld-link-22", {"neither.obj", "/dll", "/noentry"}, {});
}

TEST_F(CoffResolve, LooksBackIntoLibraries) {
  object("main", function("main", "f"));
  object("f", function("f", "g"));
  object("g", function("g"));
  library("f.lib", "f.obj");
  library("g.lib", "g.obj");
  expect("lld-link-22", {"g.lib", "f.lib", "main.obj", "/entry:main"}, {}, {}, {"f.lib(f.obj)", "g.lib(g.obj)"});
  expect("x86_64-w64-mingw32-ld", {"-e", "main", "main.obj", "g.lib", "f.lib"}, {"g"}, {}, {"f.lib(f.obj)"});
  expect("x86_64-w64-mingw32-ld", {"-e", "main", "main.obj", "--start-group", "g.lib", "f.lib", "--end-group"}, {}, {},
         {"f.lib(f.obj)", "g.lib(g.obj)"});
}

// GNU ar leaves weak definitions out of the index, and for GNU ld they serve no other object.
TEST_F(CoffResolve, FindsWeakDefinitionsInMicrosoftsLibrariesOnly) {
  object("main", function("main", "f"));
  object("f", ".text\n.weak f\nf: ret\n");
  library("f.lib", "f.obj");
  shop_.run("x86_64-w64-mingw32-ar rcs f.a f.obj");
  expect("lld-link-22", {"main.obj", "f.lib", "/entry:main"}, {}, {}, {"f.lib(f.obj)"});
  expect("lld-link-22", {"main.obj", "f.a", "/entry:main"}, {"f"});
  expect("x86_64-w64-mingw32-ld", {"-e", "main", "main.obj", "f.obj"}, {"f"});
}

TEST_F(CoffResolve, GoesByTheDirectivesOfTakenObjects) {
  object("main", function("main", "f") + directive("/defaultlib:f /alternatename:late=main /include:late"));
  object("f", function("f"));
  object("unused", function("unused") + directive("/defaultlib:nowhere"));
  library("f.lib", "f.obj");
  library("unused.lib", "unused.obj");
  expect("lld-link-22", {"main.obj", "unused.lib", "/entry:main"}, {}, {}, {"f.lib(f.obj)"});
  expect("lld-link-22", {"main.obj", "/entry:main", "/nodefaultlib:f"}, {"f"});
  expect("lld-link-22", {"main.obj", "unused.obj", "/entry:main"}, {}, {}, {"f.lib(f.obj)"});
}

TEST_F(CoffResolve, ComparesCopiesOfSections) {
  std::string copy = ".section .text,\"xr\",{},f\n.globl f\nf: {} ret\n";
  for (const char *rule : {"discard", "same_size", "one_only", "largest"}) {
    object(std::string("small-") + rule, fmt::format(fmt::runtime(copy), rule, ""));
    object(std::string("big-") + rule, fmt::format(fmt::runtime(copy), rule, "nop;"));
  }
  object("main", function("main", "f"));
  auto pair = [&](const std::string &first, const std::string &second) {
    return std::vector<std::string>{"/entry:main", "main.obj", "small-" + first + ".obj", "big-" + second + ".obj"};
  };
  expect("lld-link-22", pair("discard", "discard"), {});
  expect("lld-link-22", pair("discard", "largest"), {});
  expect("lld-link-22", pair("same_size", "same_size"), {}, {"f"});
  expect("lld-link-22", pair("one_only", "one_only"), {}, {"f"});
  expect("lld-link-22", pair("discard", "same_size"), {}, {"f"});
}

TEST_F(CoffResolve, ImportsWhatIsOnlyThereAsASlot) {
  shop_.write("x.def", "LIBRARY x.dll\nEXPORTS\n f\n v DATA\n");
  shop_.run("llvm-lib-22 /def:x.def /machine:x64 /out:x.lib");
  object("main", function("main", "v") + " call f\n call *__imp_f(%rip)\n call *__imp_main(%rip)\n");
  object("relocator", function("_pei386_runtime_relocator"));
  expect("lld-link-22", {"main.obj", "x.lib", "/entry:main"}, {"v"}, {}, {"x.lib(x.dll)"});
  expect("ld.lld-22", {"-m", "i386pep", "-e", "main", "main.obj", "relocator.obj", "x.lib"}, {}, {}, {"x.lib(x.dll)"});
}

TEST_F(CoffResolve, LazyObjectsServeOnlyWhatIsWantedBeforeInOldVersions) {
  object("main", function("main", "gamma"));
  object("gamma", function("gamma"));
  const std::vector<std::string> before = {"/entry:main", "/start-lib", "gamma.obj", "/end-lib", "main.obj"};
  const std::vector<std::string> after = {"/entry:main", "main.obj", "/start-lib", "gamma.obj", "/end-lib"};
  for (const char *linker : {"lld-link-14", "lld-link-19"}) {
    expect(linker, before, {});
    expect(linker, after, {}, {}, {"gamma.obj"});
  }
  expect("lld-link-22", before, {}, {}, {"gamma.obj"});
}

TEST_F(CoffResolve, LoadingLaterNeedsAHelper) {
  object("main", function("main"));
  for (const char *linker : {"lld-link-14", "lld-link-19", "lld-link-22"})
    expect(linker, {"/entry:main", "/delayload:x.dll", "main.obj"}, {"__delayLoadHelper2"});
}

TEST_F(CoffResolve, GnuLdMissesNothingInSectionsThatItDrops) {
  shop_.write("m.s",
              ".section .text$main,\"x\"\n.globl main\nmain: ret\n.section .text$dead,\"x\"\n.globl dead\ndead: call "
              "nobody\n ret\n");
  shop_.run("x86_64-w64-mingw32-as m.s -o m.o");
  const char *linker = "x86_64-w64-mingw32-ld";
  expect(linker, {"-e", "main", "m.o"}, {"nobody"});
  expect(linker, {"-e", "main", "--gc-sections", "m.o"}, {});
  expect(linker, {"-e", "main", "--gc-sections", "-u", "dead", "m.o"}, {"nobody"});
  expect(linker, {"-e", "main", "--gc-sections", "--export-all-symbols", "m.o"}, {"nobody"});
}

TEST_F(CoffResolve, GnuLdFollowsCallsOfLocalFunctions) {
  shop_.run(
      "printf 'void kept(void); void lost(void); static void __attribute__((noinline)) one(void) { kept(); }"
      " static void __attribute__((noinline, used)) two(void) { lost(); } void start(void) { one(); }'"
      " | x86_64-w64-mingw32-gcc -O1 -ffunction-sections -x c - -c -o main.obj");
  expect("x86_64-w64-mingw32-ld", {"--gc-sections", "-e", "start", "main.obj"}, {"kept"});
  expect("x86_64-w64-mingw32-ld", {"-e", "start", "main.obj"}, {"kept", "lost"});
}

TEST_F(CoffResolve, GnuLdEndsAtBitcodeThatItCannotRead) {
  object("main", function("main", "f"));
  shop_.write("f.c", "void f(void) {}\n");
  shop_.run("clang-14 --target=x86_64-windows-gnu -flto -c f.c -o f.o");
  expect("x86_64-w64-mingw32-ld", {"-e", "main", "main.obj", "f.o"}, {});
}

TEST_F(CoffResolve, MainInBitcodeCallsForConstructorsOnMingw) {
  shop_.write("m.c", "int main(void) { return 0; }\n");
  shop_.run("clang-14 --target=x86_64-windows-gnu -flto -c m.c -o m.o");
  for (const char *linker : {"ld.lld-14", "ld.lld-19", "ld.lld-22"}) {
    expect(linker, {"-m", "i386pep", "-e", "main", "m.o"}, {"__main"});
    expect(linker, {"-m", "i386pep", "-e", "main", "-u", "f", "m.o"}, {"__main"});
  }
}

}  // namespace
}  // namespace ldwhy
