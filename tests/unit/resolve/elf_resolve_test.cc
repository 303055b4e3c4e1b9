// One test a rule, each judged twice: by ldwhy and by the linker itself.
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

class ElfResolve : public ::testing::Test {
 protected:
  // What an object defines and needs, as assembly of data.
  void object(const std::string &name, const std::string &text) {
    shop_.write(name + ".s", ".section .note.GNU-stack,\"\",@progbits\n.data\n" + text + "\n");
    shop_.run("as " + name + ".s -o " + name + ".o");
  }
  void main_object(const std::string &text) {
    object("main", ".text\n.globl _start\n_start: lea wants(%rip), %rax\nret\n.data\nwants:\n" + text);
  }
  void run(const std::string &command) { shop_.run(command); }

  void foresee(const std::string &linker, const std::vector<std::string> &words) {
    CommandRequest request;
    request.directory = shop_.path("");
    request.argv = words;
    request.argv.insert(request.argv.begin(), linker);
    link_ = std::make_unique<Link>(load_link(understand_command(request, files_), files_));
    Resolution resolution = resolve(*link_).resolution;
    undefined_.clear();
    duplicate_.clear();
    taken_.clear();
    for (const Unresolved &missing : resolution.unresolved) undefined_.insert(missing.name);
    for (const Duplicate &duplicate : resolution.duplicates) duplicate_.insert(duplicate.name);
    for (ObjectId id = 0; id < link_->objects.size(); ++id)
      if (resolution.fates[id] == Fate::Extracted) taken_.insert(link_->name_of(id));
    objections_ = resolution.objections.size();
  }

  // The linker's own words must name what is foreseen, and it must succeed where nothing is.
  void expect(const std::string &linker, const std::vector<std::string> &words, const Names &undefined,
              const Names &duplicate = {}) {
    SCOPED_TRACE(linker + " " + fmt::format("{}", fmt::join(words, " ")));
    foresee(linker, words);
    EXPECT_EQ(undefined_, undefined);
    EXPECT_EQ(duplicate_, duplicate);
    std::string said =
        shop_.output(fmt::format("{} {} -o /dev/null 2>&1; echo status $?", linker, fmt::join(words, " ")));
    EXPECT_EQ(said.find("status 0") != said.npos, undefined.empty() && duplicate.empty() && objections_ == 0) << said;
    for (const Names &names : {undefined, duplicate})
      for (const std::string &name : names) EXPECT_NE(said.find(name), said.npos) << said;
  }

  testing::Workshop shop_;
  DiskFiles files_;
  std::unique_ptr<Link> link_;
  Names undefined_, duplicate_, taken_;
  size_t objections_ = 0;
};

const std::vector<std::string> every_linker = {"ld.bfd", "ld.gold", "ld.lld-14", "ld.lld-19", "ld.lld-22", "mold"};

TEST_F(ElfResolve, AnArchiveBeforeItsUser) {
  main_object(".quad one");
  object("one", ".globl one\none: .quad 1");
  run("ar rc libone.a one.o");
  for (const std::string &linker : every_linker) {
    bool once = linker == "ld.bfd" || linker == "ld.gold";
    expect(linker, {"libone.a", "main.o"}, once ? Names{"one"} : Names{});
    expect(linker, {"main.o", "libone.a"}, {});
  }
}

TEST_F(ElfResolve, AMemberBeforeTheOneThatNeedsIt) {
  main_object(".quad two");
  object("one", ".globl one\none: .quad 1");
  object("two", ".globl two\ntwo: .quad one");
  run("ar rc lib.a one.o two.o");
  for (const std::string &linker : every_linker) expect(linker, {"main.o", "lib.a"}, {});
  EXPECT_EQ(taken_, (Names{"lib.a(one.o)", "lib.a(two.o)"}));
}

TEST_F(ElfResolve, WeakReferencesNeedNothing) {
  main_object(".weak one\n.quad one");
  object("one", ".globl one\none: .quad nowhere");
  run("ar rc lib.a one.o");
  for (const std::string &linker : every_linker) expect(linker, {"main.o", "lib.a"}, {});
}

TEST_F(ElfResolve, UnusedReferencesAreNotMissed) {
  main_object(".globl nowhere\n.quad 0");
  for (const std::string &linker : every_linker) expect(linker, {"main.o"}, {});
}

TEST_F(ElfResolve, DroppedGroupsNeedNothing) {
  main_object(".section .data.f,\"awG\",@progbits,f,comdat\n.globl f\nf: .quad 0");
  object("other", ".section .data.f,\"awG\",@progbits,f,comdat\n.globl f\nf: .quad nowhere");
  for (const std::string &linker : every_linker) expect(linker, {"main.o", "other.o"}, {});
  for (const std::string &linker : every_linker) expect(linker, {"other.o", "main.o"}, {"nowhere"});
}

TEST_F(ElfResolve, AGroupAndAPlainDefinitionAreTwo) {
  main_object(".section .data.f,\"awG\",@progbits,f,comdat\n.globl f\nf: .quad 0");
  object("other", ".globl f\nf: .quad 0");
  for (const std::string &linker : every_linker) expect(linker, {"main.o", "other.o"}, {}, {"f"});
}

TEST_F(ElfResolve, CollectedSectionsNeedNothing) {
  main_object(".quad 0\n.section .data.unused,\"aw\"\n.quad nowhere");
  for (const std::string &linker : every_linker) {
    expect(linker, {"main.o"}, {"nowhere"});
    expect(linker, {"--gc-sections", "main.o"}, {});
  }
}

TEST_F(ElfResolve, CollectionKeepsWhatOptionsAskFor) {
  main_object(".quad 0\n.section .data.asked,\"aw\"\n.globl asked\nasked: .quad nowhere");
  for (const std::string &linker : every_linker) {
    expect(linker, {"--gc-sections", "-u", "asked", "main.o"}, {"nowhere"});
    expect(linker, {"--gc-sections", "main.o"}, {});
    expect(linker, {"--gc-sections", "-shared", "-z", "defs", "main.o"}, {"nowhere"});
  }
}

TEST_F(ElfResolve, HiddenReferencesAreNotForLibraries) {
  main_object(".hidden one\n.quad one");
  object("one", ".globl one\none: .quad 1");
  run("ld.bfd -shared -soname libone.so one.o -o libone.so");
  for (const std::string &linker : every_linker) expect(linker, {"main.o", "libone.so"}, {"one"});
}

TEST_F(ElfResolve, HiddenReferencesOfALibraryAreMissed) {
  main_object(".hidden one\n.quad one\n.quad other");
  for (const std::string &linker : every_linker) expect(linker, {"-shared", "main.o"}, {"one"});
}

TEST_F(ElfResolve, EqualAbsoluteSymbols) {
  main_object(".globl one\none = 4096");
  object("same", ".globl one\none = 4096");
  object("other", ".globl one\none = 8192");
  for (const std::string &linker : every_linker) {
    if (linker != "mold") expect(linker, {"main.o", "same.o"}, {});
    expect(linker, {"main.o", "other.o"}, {}, {"one"});
  }
}

TEST_F(ElfResolve, CommonSymbolsAndArchives) {
  main_object(".comm one,8,8\n.quad one");
  object("one", ".globl one, two\n.type one,@object\none: .quad nowhere\ntwo: .quad 0");
  run("ar rc lib.a one.o");
  expect("ld.bfd", {"main.o", "lib.a"}, {"nowhere"});
  expect("ld.gold", {"main.o", "lib.a"}, {});
  expect("ld.lld-14", {"main.o", "lib.a"}, {"nowhere"});
  expect("ld.lld-19", {"main.o", "lib.a"}, {});
  expect("ld.lld-22", {"--fortran-common", "main.o", "lib.a"}, {"nowhere"});
  expect("mold", {"main.o", "lib.a"}, {"nowhere"});
}

TEST_F(ElfResolve, LibrariesMustFindWhatTheyNeed) {
  main_object(".quad one");
  object("one", ".globl one\none: .quad nowhere");
  run("ld.bfd -shared -soname libone.so one.o -o libone.so");
  for (const std::string &linker : every_linker) {
    expect(linker, {"main.o", "libone.so"}, linker == "mold" ? Names{} : Names{"nowhere"});
    expect(linker, {"--allow-shlib-undefined", "main.o", "libone.so"}, {});
    expect(linker, {"-shared", "main.o", "libone.so"}, {});
  }
}

TEST_F(ElfResolve, GnuLdFindsWhatLibrariesLoad) {
  main_object(".quad one");
  object("two", ".globl two\ntwo: .quad 0");
  object("one", ".globl one\none: .quad two");
  run("ld.bfd -shared -soname libtwo.so two.o -o libtwo.so && ld.bfd -shared -soname libone.so one.o libtwo.so -o "
      "libone.so");
  expect("ld.bfd", {"main.o", "libone.so"}, {"two"});
  expect("ld.bfd", {"-rpath-link", ".", "main.o", "libone.so"}, {});
  expect("ld.lld-22", {"main.o", "libone.so"}, {});
}

TEST_F(ElfResolve, ALibraryThatIsLoadedComesBeforeCollecting) {
  main_object(".quad one\n.section .data.dead,\"aw\"\n.quad two");
  object("two", ".globl two\ntwo: .quad 0");
  object("one", ".globl one\none: .quad two");
  run("ld.bfd -shared -soname libtwo.so two.o -o libtwo.so && ld.bfd -shared -soname libone.so one.o libtwo.so -o "
      "libone.so");
  expect("ld.bfd", {"--gc-sections", "-rpath-link", ".", "main.o", "libone.so"}, {"two"});
  expect("ld.lld-22", {"--gc-sections", "main.o", "libone.so"}, {});
}

TEST_F(ElfResolve, WrappedNames) {
  main_object(".quad one");
  object("one", ".globl __wrap_one\n__wrap_one: .quad __real_one");
  for (const std::string &linker : every_linker) {
    expect(linker, {"--wrap=one", "main.o"}, {"__wrap_one"});
    expect(linker, {"--wrap=one", "main.o", "one.o"}, {"one"});
  }
}

TEST_F(ElfResolve, NamesThatOptionsAndScriptsDefine) {
  main_object(".quad one\n.quad two\n.quad three");
  shop_.write("extra.ld", "two = 4096;\nPROVIDE(three = 8192);\n");
  for (const std::string &linker : every_linker)
    if (linker != "mold") expect(linker, {"--defsym=one=4096", "extra.ld", "main.o"}, {});
}

TEST_F(ElfResolve, VersionsThatNoLibraryHas) {
  object("one", ".globl one\none: .quad 1");
  shop_.write("one.map", "V1 { global: one; };");
  run("ld.bfd -shared -soname libone.so --version-script=one.map one.o -o libone.so");
  main_object(".symver one_at, one@V1\n.quad one_at");
  for (const std::string &linker : every_linker) expect(linker, {"main.o", "libone.so"}, {});
  main_object(".symver one_at, one@V2\n.quad one_at");
  for (const std::string &linker : every_linker) {
    foresee(linker, {"main.o", "libone.so"});
    EXPECT_EQ(undefined_, Names{"one@V2"}) << linker;
  }
}

TEST_F(ElfResolve, DuplicatesAndWhatIsForgiven) {
  main_object(".quad nowhere\n.globl one\none: .quad 0");
  object("other", ".globl one\none: .quad 0");
  expect("ld.bfd", {"main.o", "other.o"}, {"nowhere"}, {"one"});
  expect("ld.bfd", {"--allow-multiple-definition", "main.o", "other.o"}, {"nowhere"});
  expect("ld.lld-22", {"-z", "muldefs", "main.o", "other.o"}, {"nowhere"});
  expect("ld.bfd", {"--noinhibit-exec", "main.o", "other.o"}, {});
  expect("ld.lld-22", {"--unresolved-symbols=ignore-all", "-z", "muldefs", "main.o", "other.o"}, {});
}

// What a group is kept by is its signature, whatever it holds.
TEST_F(ElfResolve, TheFirstGroupOfASignatureStays) {
  main_object(".quad inside");
  object("first", ".section .data.a,\"awG\",@progbits,key,comdat\n.globl other\nother: .quad 0");
  object("second", ".section .data.b,\"awG\",@progbits,key,comdat\n.globl inside\ninside: .quad 0");
  for (const char *linker : {"ld.bfd", "ld.gold", "ld.lld-14", "ld.lld-22"}) {
    expect(linker, {"main.o", "second.o", "first.o"}, {});
    expect(linker, {"main.o", "first.o", "second.o"}, {"inside"});
  }
}

TEST_F(ElfResolve, NoArchiveServesWhatAGroupLost) {
  main_object(".quad other\n.quad inside");
  object("first", ".section .data.a,\"awG\",@progbits,key,comdat\n.globl other\nother: .quad 0");
  object("second", ".section .data.b,\"awG\",@progbits,key,comdat\n.globl inside\ninside: .quad 0");
  object("third", ".globl inside\ninside: .quad 0");
  run("ar rc lib.a third.o");
  // LLD 14 and gold ask for it anew; GNU ld never asks, and LLD 15 and later hold it as defined.
  for (const char *linker : {"ld.gold", "ld.lld-14"}) expect(linker, {"main.o", "first.o", "second.o", "lib.a"}, {});
  for (const char *linker : {"ld.bfd", "ld.lld-19", "ld.lld-22"})
    expect(linker, {"main.o", "first.o", "second.o", "lib.a"}, {"inside"});
}

TEST_F(ElfResolve, LocalReferencesIntoALostGroup) {
  main_object(".quad f\n.section .data.f,\"awG\",@progbits,f,comdat\n.globl f\nf: .quad 0");
  object("other", ".section .data.f,\"awG\",@progbits,f,comdat\n.globl f\nf:\nhere: .quad 0\n.data\n.quad here");
  for (const std::string &linker : every_linker) {
    expect(linker, {"main.o", "other.o"}, {});
    EXPECT_EQ(objections_, linker == "mold" ? 0 : 1);
    expect(linker, {"--gc-sections", "main.o", "other.o"}, {});
    EXPECT_EQ(objections_, 0);
  }
}

TEST_F(ElfResolve, SectionsThatNoProgramLoads) {
  main_object(".quad 0\n.section .notes,\"\",@progbits\n.quad nowhere");
  for (const std::string &linker : every_linker) {
    bool minds = !linker.starts_with("ld.lld");
    expect(linker, {"main.o"}, minds ? Names{"nowhere"} : Names{});
  }
}

TEST_F(ElfResolve, SharedLibrariesAfterBstatic) {
  main_object(".quad one");
  object("one", ".globl one\none: .quad 1");
  run("ld.bfd -shared one.o -o libone.so");
  for (const std::string &linker : every_linker) {
    foresee(linker, {"-Bstatic", "main.o", "libone.so"});
    bool refuses = linker != "ld.gold" && linker != "mold";
    EXPECT_EQ(objections_ > 0, refuses) << linker;
    std::string said = shop_.output(linker + " -Bstatic main.o libone.so -o /dev/null 2>&1");
    EXPECT_EQ(said.find("attempted static link") != said.npos, refuses) << said;
  }
}

// GNU ld looks for the libraries that those of the line load, and ends at the first symbol of
// theirs, in the order of their own table, that an object wants.
TEST_F(ElfResolve, ALibraryThatAnotherLoads) {
  main_object(".quad outer\n.quad second\n.quad first\n.quad nowhere");
  object("inner", ".globl first, second\nfirst: .quad 0\nsecond: .quad 0");
  object("outer", ".globl outer\nouter: .quad first");
  run("mkdir away && ld.bfd -shared inner.o -soname libinner.so -o away/libinner.so");
  run("ld.bfd -shared outer.o away/libinner.so -o libouter.so");
  std::vector<std::string> words = {"--no-copy-dt-needed-entries", "main.o", "libouter.so", "-rpath-link", "away"};
  foresee("ld.bfd", words);
  ASSERT_EQ(undefined_.size(), 1);
  std::string said = shop_.output("ld.bfd main.o libouter.so -rpath-link away -o /dev/null 2>&1");
  EXPECT_NE(said.find("undefined reference to symbol '" + *undefined_.begin() + "'"), said.npos) << said;
  EXPECT_NE(said.find("DSO missing"), said.npos) << said;
  words.front() = "--copy-dt-needed-entries";
  expect("ld.bfd", words, {"nowhere"});
  words.front() = "--allow-shlib-undefined";
  expect("ld.bfd", words, {"first", "second", "nowhere"});
}

TEST_F(ElfResolve, DynamicListsAreRoots) {
  main_object(".quad 0\n.section .data.shown,\"aw\"\n.globl shown\nshown: .quad nowhere");
  shop_.write("shown.list", "{ sh*; };\n");
  object("one", ".globl one\none: .quad 1");
  run("ld.bfd -shared one.o -o libone.so");
  for (const std::string &linker : every_linker) {
    expect(linker, {"--gc-sections", "main.o", "libone.so"}, {});
    expect(linker, {"--gc-sections", "main.o", "libone.so", "--dynamic-list=shown.list"}, {"nowhere"});
  }
}

TEST_F(ElfResolve, AHiddenReferenceToWhatALibraryHas) {
  main_object(".quad 0");
  object("one", ".globl one\none: .quad 1");
  run("ld.bfd -shared one.o -o libone.so");
  object("hidden", ".weak one\n.hidden one\n.quad one");
  object("protected", ".weak one\n.protected one\n.quad one");
  object("plain", ".weak one\n.quad one");
  for (const std::string &linker : every_linker) {
    bool minds = linker == "ld.gold" || linker == "mold";
    for (const std::string name : {"hidden.o", "protected.o"}) {
      expect(linker, {"main.o", "libone.so", name}, minds ? Names{"one"} : Names{});
      // GNU ld forgets that a reference was weak that the library's definition met.
      bool forgets = minds || linker == "ld.bfd";
      expect(linker, {"main.o", "libone.so", "plain.o", name}, forgets ? Names{"one"} : Names{});
    }
  }
}

TEST_F(ElfResolve, GnuLdEndsAtTheFirstRelocationThatItCannotHold) {
  object("near", ".hidden first, second\n.text\nlea first(%rip), %rax\nlea second(%rip), %rax");
  object("far", ".hidden third\n.quad third");
  expect("ld.bfd", {"-shared", "near.o", "far.o"}, {"first"});
  expect("ld.bfd", {"-shared", "far.o", "near.o"}, {"first", "third"});
  main_object(".section .remarks,\"\"\n.quad one\n.quad fourth");
  object("one", ".globl one\none: .quad 1");
  run("ld.bfd -shared one.o -o libone.so");
  expect("ld.bfd", {"main.o", "libone.so"}, {});
  EXPECT_EQ(objections_, 1);
}

TEST_F(ElfResolve, AVersionThatTheTableOfDynamicSymbolsCannotHave) {
  main_object(".symver alias, name@V1\n.quad alias");
  object("one", ".globl one\none: .quad 1");
  run("ld.bfd -shared one.o -o libone.so");
  std::vector<std::string> words = {"--unresolved-symbols=ignore-all", "main.o", "libone.so"};
  expect("ld.bfd", words, {});
  EXPECT_EQ(objections_, 0);
  words.insert(words.begin(), "--export-dynamic");
  expect("ld.bfd", words, {});
  EXPECT_EQ(objections_, 1);
}

TEST_F(ElfResolve, LldTakesAPlainNameForTheVersionThatAnArchiveOffers) {
  main_object(".weak name\n.quad name");
  object("member", ".globl name_impl\nname_impl: .quad 0\n.symver name_impl, name@@V1");
  run("ar rc libmember.a member.o");
  for (const std::string &linker : every_linker) {
    bool lld = linker.starts_with("ld.lld");
    expect(linker, {"main.o", "libmember.a"}, lld ? Names{"name"} : Names{});
  }
}

TEST_F(ElfResolve, LinkonceSectionsAreGroups) {
  main_object(".quad name");
  std::string once = ".section .gnu.linkonce.d.name,\"aw\"\n.globl name\nname: .quad 0";
  object("one", once);
  object("two", once);
  object("group", ".section .data.name,\"awG\",@progbits,name,comdat\n.globl name\nname: .quad 0");
  for (const std::string &linker : every_linker) {
    bool gnu = linker == "ld.bfd" || linker == "ld.gold";
    for (const std::string second : {"two.o", "group.o"})
      expect(linker, {"main.o", "one.o", second}, {}, gnu ? Names{} : Names{"name"});
  }
}

TEST_F(ElfResolve, WarningsThatAreErrors) {
  main_object(".quad nowhere");
  for (const std::string &linker : every_linker) {
    expect(linker, {"--warn-unresolved-symbols", "main.o"}, {});
    bool gnu = linker == "ld.bfd" || linker == "ld.gold";
    expect(linker, {"--warn-unresolved-symbols", "--fatal-warnings", "main.o"}, gnu ? Names{} : Names{"nowhere"});
    EXPECT_EQ(objections_, gnu ? 1 : 0);
  }
}

TEST_F(ElfResolve, NamesThatLinkersMake) {
  main_object(".quad _DYNAMIC, __dso_handle, __rela_iplt_start, __global_pointer$");
  object("lib", ".globl f\nf: .quad 1");
  run("ld.bfd -shared lib.o -o libf.so");
  for (const std::string &linker : every_linker) {
    bool mold = linker == "mold", lld = linker.starts_with("ld.lld");
    Names always = mold || lld ? Names{"__global_pointer$"} : Names{"__global_pointer$", "__dso_handle"};
    auto with = [&](const char *name) {
      Names names = always;
      if (!mold) names.insert(name);
      return names;
    };
    expect(linker, {"main.o"}, with("_DYNAMIC"));
    expect(linker, {"-pie", "main.o"}, with("__rela_iplt_start"));
    expect(linker, {"main.o", "libf.so"}, linker == "ld.gold" ? with("__rela_iplt_start") : always);
    if (!mold)
      expect(linker, {"main.o", "--as-needed", "libf.so"},
             linker == "ld.bfd"    ? with("_DYNAMIC")
             : linker == "ld.gold" ? with("__rela_iplt_start")
                                   : always);
  }
}

TEST_F(ElfResolve, CallsForThreadsVariables) {
  run("echo 'extern __thread int v; int _start(void) { return v; }' | gcc -O1 -fPIC -x c - -c -o main.o");
  run("echo '__thread int v = 1;' | gcc -O1 -fPIC -x c - -c -o v.o");
  for (const std::string &linker : every_linker) {
    expect(linker, {"main.o", "v.o"}, {});
    expect(linker, {"-shared", "-z", "defs", "main.o", "v.o"}, linker == "ld.gold" ? Names{} : Names{"__tls_get_addr"});
  }
}

TEST_F(ElfResolve, MoldAsksThePluginToDropCopies) {
  run("echo 'int x = 1;' | gcc -flto -x c - -c -o one.o");
  run("echo 'int x = 2;' | gcc -flto -x c - -c -o two.o");
  run("echo 'int x = 3;' | gcc -x c - -c -o native.o");
  main_object(".quad x");
  std::string plugin = shop_.output("gcc -print-file-name=liblto_plugin.so");
  plugin.erase(plugin.find_last_not_of('\n') + 1);
  std::vector<std::string> words = {"-plugin", plugin};
  auto foresee_with = [&](const std::string &linker, std::vector<std::string> inputs) {
    inputs.insert(inputs.begin(), words.begin(), words.end());
    foresee(linker, inputs);
    return duplicate_;
  };
  EXPECT_EQ(foresee_with("mold", {"main.o", "one.o", "two.o"}), Names{});
  EXPECT_EQ(foresee_with("mold", {"main.o", "native.o", "two.o"}), Names{});
  EXPECT_EQ(foresee_with("mold", {"main.o", "one.o", "native.o"}), Names{"x"});
  EXPECT_EQ(foresee_with("ld.bfd", {"main.o", "one.o", "two.o"}), Names{"x"});
}

TEST_F(ElfResolve, LldEndsAtBitcodeThatItCannotRead) {
  run("echo 'int missing(void); int f(void) { return missing(); }' | clang-22 -flto -x c - -c -o new.o");
  main_object(".quad f");
  expect("ld.lld-14", {"main.o", "new.o"}, {});
  EXPECT_EQ(objections_, 1u);
  expect("ld.lld-22", {"main.o", "new.o"}, {"missing"});
}

TEST_F(ElfResolve, ThinLtoWithNothingToPreserve) {
  run("echo 'void g(void); void f(void) { g(); }' | clang-14 -O1 -flto=thin -x c - -c -o f.o");
  run("echo 'void lost(void); void own(void); void g(void) { lost(); } void h(void) { own(); }' | clang-14 -O1 "
      "-flto=thin -x c - -c -o g.o");
  for (const char *linker : {"ld.lld-14", "ld.lld-19", "ld.lld-22"}) {
    expect(linker, {"f.o", "g.o"}, {"lost"});
    expect(linker, {"-e", "f", "f.o", "g.o"}, {"lost"});
    expect(linker, {"-e", "h", "f.o", "g.o"}, {"own"});
  }
}

TEST_F(ElfResolve, WhatALibraryHasHidden) {
  // GNU ld leaves hidden __start_ names in the table of dynamic symbols.
  object("lib", ".section things,\"aw\"\n.quad 1\n.data\n.hidden __start_things\n.globl f\nf: .quad __start_things");
  run("ld.bfd -shared lib.o -o libf.so");
  main_object(".weak __start_things\n.hidden __start_things\n.quad f, __start_things");
  expect("ld.gold", {"main.o", "libf.so"}, {});
  expect("ld.lld-22", {"main.o", "libf.so"}, {});
}

TEST_F(ElfResolve, DistancesToNamesThatTheLinkerMakes) {
  object("lib", ".text\n.hidden __ehdr_start\n.globl f\nf: lea __ehdr_start(%rip), %rax\n ret");
  for (const std::string &linker : every_linker) expect(linker, {"-shared", "lib.o"}, {});
  EXPECT_EQ(objections_, 0u);
}

}  // namespace
}  // namespace ldwhy
