// Linkers and wrappers that do not run here: their lines are written in the forms of public logs.
// And logs of which only the end is left.
#include "log/heads.h"
#include "logs.h"

namespace ldwhy::testing {
namespace {

TEST(Wild, Undefined) {
  OneLink read(
      "WARNING: wild: --plugin liblto_plugin.so is not yet supported\n"
      "wild: error: Undefined symbol _etext, referenced by\n"
      "    ./../../base/profiler/module_cache_posix.cc:149\n"
      "    obj/base/base/module_cache_posix.o\n"
      "clang++: error: linker command failed with exit code 255 (use -v to see invocation)\n");
  EXPECT_EQ(read.link.linker, Linker::Wild);
  const Complaint &missing = read.complaint("undefined", "_etext");
  ASSERT_EQ(missing.references.size(), 1u);
  EXPECT_EQ(missing.references[0].file, "obj/base/base/module_cache_posix.o");
  EXPECT_EQ(missing.references[0].source, "./../../base/profiler/module_cache_posix.cc:149");
  OneLink old(
      "Error: Undefined symbol __tls_get_addr, referenced by /usr/lib64/libstdc++.a @ "
      "eh_globals.o\n");
  EXPECT_EQ(old.complaint("undefined", "__tls_get_addr").references.at(0).member, "eh_globals.o");
}

TEST(Emcc, ShowsTheCommandThatFailed) {
  OneLink read(
      "wasm-ld: error: main.o: undefined symbol: curTime\n"
      "emcc: error: '/emsdk/upstream/bin/wasm-ld -o app.wasm main.o -lc --strip-debug' failed (returned 1)\n");
  EXPECT_EQ(read.complaint("undefined", "curTime").references.at(0).file, "main.o");
  ASSERT_EQ(read.link.commands.size(), 1u);
  EXPECT_EQ(read.link.commands[0].argv.at(2), "app.wasm");
  OneLink listed("emcc: error: undefined exported symbol: \"_main\" [-Wundefined] [-Werror]\n");
  listed.complaint("export-missing", "main");
}

TEST(Cuda, DeviceCode) {
  OneLink read(
      "nvlink error   : Undefined reference to 'launch' in '../lib/libcontext.a:utils.cu.o' (target: sm_62)\n");
  const Complaint &missing = read.complaint("undefined", "launch");
  EXPECT_EQ(missing.references.at(0).file, "../lib/libcontext.a");
  EXPECT_EQ(missing.references.at(0).member, "utils.cu.o");
  OneLink alone("ptxas fatal   : Unresolved extern function '_Z6mysqrtd'\n");
  alone.complaint("undefined", "_Z6mysqrtd");
  OneLink option("nvcc fatal   : Unknown option 'pthread'\n");
  EXPECT_EQ(option.complaint("bad-option").subject, "pthread");
}

TEST(Bfd, ListsOfWindowsPrograms) {
  OneLink read("/usr/bin/x86_64-w64-mingw32-ld: cannot export gone: symbol not defined\n");
  read.complaint("export-missing", "gone");
  OneLink lld("ld.lld: error: <root>: undefined symbol: gone\n");
  lld.complaint("export-missing", "gone");
  EXPECT_EQ(lld.link.flavor, Flavor::Gnu) << "lld for MinGW takes GNU ld's options";
}

TEST(Zig, Undefined) {
  OneLink read(
      "error: undefined symbol: foo\n"
      "    note: referenced by /cache/o/1f/main.o:main\n"
      "    note: referenced by /cache/o/1f/main.o:bar\n");
  const Complaint &missing = read.complaint("undefined", "foo");
  ASSERT_EQ(missing.references.size(), 2u);
  EXPECT_EQ(missing.references[1].function, "bar");
  EXPECT_EQ(missing.references[1].file, "/cache/o/1f/main.o");
  OneLink macho(
      "error(link): undefined reference to symbol '___emutls_get_address'\n"
      "error(link):   first referenced in '/x/zig-cache/o/27/build.o'\n");
  EXPECT_EQ(macho.complaint("undefined", "___emutls_get_address").references.at(0).file, "/x/zig-cache/o/27/build.o");
}

TEST(Aix, Messages) {
  OneLink read(
      "ld: 0711-224 WARNING: Duplicate symbol: .bar\n"
      "ld: 0711-317 ERROR: Undefined symbol: .foo\n"
      "ld: 0711-345 Use the -bloadmap or -bnoquiet option to obtain more information.\n"
      "collect2: error: ld returned 8 exit status\n");
  EXPECT_EQ(read.complaint("undefined").symbol, "foo");
  EXPECT_EQ(read.complaint("duplicate", "bar").severity, Severity::Warning);
  OneLink missing(
      "ld: 0706-006 Cannot find or open library file: -l foo\n\tld:open(): No such file or "
      "directory\n");
  EXPECT_EQ(missing.complaint("cannot-find-library").subject, "foo");
}

TEST(Solaris, Tables) {
  OneLink read(
      "Undefined\t\t\tfirst referenced\n"
      " symbol  \t\t\t    in file\n"
      "rpl_open                            pst3-pst3.o\n"
      "V::VType::name(V::VString&)const ../lib/libVxa.so\n"
      "socket                              main.o  (symbol belongs to implicit dependency "
      "/lib/libsocket.so.1)\n"
      "ld: fatal: symbol referencing errors. No output written to pst3\n"
      "collect2: error: ld returned 1 exit status\n");
  EXPECT_EQ(read.complaint("undefined", "rpl_open").references.at(0).file, "pst3-pst3.o");
  EXPECT_EQ(read.complaint("shlib-undefined").symbol, "V::VType::name(V::VString&)const");
  EXPECT_EQ(read.complaint("dso-missing", "socket").subject, "/lib/libsocket.so.1");
  OneLink text(
      "Text relocation remains                         referenced\n"
      "    against symbol                  offset      in file\n"
      "_relocate                           0x19        crt0.o\n"
      "ld: fatal: relocations remain against allocatable but non-writable sections\n");
  EXPECT_EQ(text.complaint("relocation-pic", "_relocate").references.at(0).file, "crt0.o");
  OneLink other(
      "ld: fatal: library -lfoo: not found\nld: fatal: symbol 'bar' is multiply-defined:\n\t(file "
      "a.o type=FUNC; file b.o type=FUNC);\n"
      "ld: fatal: file processing errors. No output written to a.out\n");
  EXPECT_EQ(other.complaint("cannot-find-library").subject, "foo");
  EXPECT_EQ(other.complaint("duplicate", "bar").references.size(), 2u);
}

TEST(Modpost, KernelModulesAndDeviceCode) {
  OneLink kernel(
      "ERROR: modpost: \"foo_bar\" [drivers/net/x.ko] undefined!\n"
      "make[1]: *** [scripts/Makefile.modpost:145: Module.symvers] Error 1\n");
  EXPECT_EQ(kernel.complaint("undefined", "foo_bar").references.at(0).file, "drivers/net/x.ko");
  OneLink device("nvlink error   : Undefined reference to '_Z3foov' in 'a.o' (target: sm_35)\n");
  EXPECT_EQ(device.complaint("undefined", "_Z3foov").references.at(0).file, "a.o");
}

TEST(Wrappers, Xcpretty) {
  OneLink read(
      "\xe2\x9d\x8c  Undefined symbols for architecture arm64\n"
      "> Symbol: _OBJC_CLASS_$_Foo\n"
      "> Referenced from: objc-class-ref in Bar.o\n\n"
      "\xe2\x9d\x8c  ld: symbol(s) not found for architecture arm64\n\n"
      "\xe2\x9d\x8c  clang: error: linker command failed with exit code 1 (use -v to see "
      "invocation)\n");
  EXPECT_EQ(read.complaint("undefined", "_OBJC_CLASS_$_Foo").references.at(0).file, "Bar.o");
  EXPECT_EQ(read.link.arch, "arm64");
}

// Swift's build tool prints the driver's words before the linker's.
TEST(Wrappers, SwiftSaysItFirst) {
  OneLink read(
      "error: link command failed with exit code 1 (use -v to see invocation)\n"
      "ld: library 'foo' not found\n"
      "clang: error: linker command failed with exit code 1 (use -v to see invocation)\n");
  EXPECT_EQ(read.complaint("cannot-find-library").subject, "foo");
}

TEST(Wrappers, LanguagesEndTheLink) {
  for (const char *last :
       {"`gcc' failed in phase `Linker'. (Exit code: 1)", "Error: Error during linking (exit code 1)",
        "Error: execution of an external program failed: 'gcc -o x a.o -lfoo'",
        "Error: execution of command failed with exit status 1: cc \"${@}\" -o x -lfoo",
        "error: command '/usr/bin/gcc' failed with exit code 1"}) {
    OneLink read(
        "/usr/bin/ld: cannot find -lfoo: No such file or directory\ncollect2: error: ld returned 1 "
        "exit status\n" +
        std::string(last) + "\n");
    EXPECT_EQ(read.complaint("cannot-find-library").subject, "foo") << last;
    EXPECT_EQ(read.link.last_line, 3u) << last;
  }
}

TEST(OldGnu, PlacesWithoutColons) {
  OneLink read(
      "main.o(.text+0x12): In function `main':\n"
      ": undefined reference to `foo'\n"
      "libx.a(y.o)(.data+0x628): error: undefined reference to 'bar'\n"
      "collect2: ld returned 1 exit status\n");
  EXPECT_EQ(read.complaint("undefined", "foo").references.at(0).file, "main.o");
  EXPECT_EQ(read.complaint("undefined", "foo").references.at(0).function, "main");
  EXPECT_EQ(read.complaint("undefined", "bar").references.at(0).member, "y.o");
}

// Numbers and names survive where the code page does not.
TEST(LinkExe, LostCodePages) {
  for (const std::string line :
       {"main.obj : error LNK2019: "
        "\x96\xa2\x89\xf0\x8c\x88\x82\xcc\x8aO\x95\x94\x83V\x83\x93\x83{\x83\x8b foo "
        "\x82\xaa\x8a\xd6\x90\x94 main \x82\xc5\x8eQ\x8f\xc6",
        "main.obj : error LNK2019: "
        "\xce\xde\xb7\xa8\xbd\xe2\xce\xf6\xb5\xc4\xcd\xe2\xb2\xbf\xb7\xfb\xba\xc5 "
        "foo\xa3\xac\xb8\xc3\xb7\xfb\xba\xc5\xd4\xda\xba\xaf\xca\xfd main "
        "\xd6\xd0\xb1\xbb\xd2\xfd\xd3\xc3",
        "main.obj : error LNK2019: Verweis auf nicht aufgel\xf6stes externes Symbol \"foo\" in "
        "Funktion \"main\"."}) {
    EXPECT_EQ(OneLink(line).complaint("undefined").symbol, "foo") << line;
  }
  OneLink start(
      "MSVCRT.lib(exe_main.obj) : error LNK2019: unresolved external symbol main referenced in "
      "function "
      "\"int __cdecl __scrt_common_main_seh(void)\" (?__scrt_common_main_seh@@YAHXZ)\n");
  EXPECT_EQ(start.complaint("undefined").symbol, "main");
  EXPECT_EQ(start.complaint("undefined").references.at(0).function, "?__scrt_common_main_seh@@YAHXZ");
}

TEST(Tails, OnlyTheEndIsLeft) {
  struct Tail {
    const char *text, *tool;
  };
  for (const Tail &tail :
       {Tail{"collect2: error: ld returned 1 exit status\nmake: *** [Makefile:3: app] Error 1\n", "make"},
        Tail{"clang: error: linker command failed with exit code 1 (use -v to see invocation)\n", ""},
        Tail{"error: linking with `cc` failed: exit status: 1\n", "cargo build"},
        Tail{"LINK : fatal error LNK1120: 3 unresolved externals\n", "msbuild"},
        Tail{"make: *** [Makefile:3: app] Error 1\n", "make"},
        Tail{"ninja: build stopped: subcommand failed.\n", "ninja"}}) {
    ReadLog log = read_log(tail.text);
    ASSERT_EQ(log.links.size(), 1u) << tail.text;
    EXPECT_TRUE(log.links[0].failed) << tail.text;
    EXPECT_TRUE(log.links[0].complaints.empty()) << tail.text;
    EXPECT_EQ(log.build_tool, tail.tool) << tail.text;
  }
  EXPECT_TRUE(read_log("x.c:3:5: error: no\nmake: *** [Makefile:3: x.o] Error 1\n").links.empty());
}

TEST(Limits, WhatIsKeptDoesNotGrowWithoutEnd) {
  std::string text;
  for (int i = 0; i < 12000; ++i) text += "/usr/bin/ld: a.o: undefined reference to `f" + std::to_string(i) + "'\n";
  ReadLog log = read_log(text);
  ASSERT_EQ(log.links.size(), 1u);
  EXPECT_EQ(log.links[0].complaints.size(), 10000u);
  EXPECT_EQ(log.links[0].more_complaints, 2000u);
  std::string links;
  for (int i = 0; i < 1100; ++i)
    links +=
        "/usr/bin/ld: a.o: undefined reference to `f'\ncollect2: error: ld returned 1 exit "
        "status\n";
  ReadLog many = read_log(links);
  EXPECT_EQ(many.links.size(), 1000u);
  EXPECT_EQ(many.more_links, 100u);
}

TEST(Heads, OfAnyLength) {
  Heads heads = {"a", "ab ", "12345678", "123456789 long", "-- "};
  for (const char *text : {"a", "ab c", "12345678x", "123456789 long and more", "-- x"})
    EXPECT_TRUE(heads.fit(text)) << text;
  for (const char *text : {"", "b", "1234567", "--", "12"}) EXPECT_FALSE(heads.fit(text)) << text;
}

}  // namespace
}  // namespace ldwhy::testing
