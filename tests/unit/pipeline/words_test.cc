// What is said of a failed link from the log's words alone: general rules, one each, on logs made
// up in the tools' own forms. Names are invented; no rule may depend on them.
#include <gtest/gtest.h>

#include <algorithm>
#include <string>

#include "base/files.h"
#include "log/log.h"
#include "pipeline/pipeline.h"

namespace ldwhy {
namespace {

LinkReport explain(const std::string &text) {
  Report report = diagnose_log(read_log(text), "/", TrialOptions(), MemoryFiles());
  return report.links.empty() ? LinkReport() : report.links.front();
}

std::string first_cause(const std::string &text) {
  LinkReport report = explain(text);
  return report.diagnoses.empty() ? "" : report.diagnoses.front().cause;
}

std::string next_of(const std::string &text) {
  LinkReport report = explain(text);
  return report.diagnoses.empty() ? "" : report.diagnoses.front().next;
}

std::string gnu(const std::string &symbol) {
  return "/usr/bin/ld: main.o: in function `work':\nmain.c:(.text+0x9): undefined reference to `" + symbol +
         "'\ncollect2: error: ld returned 1 exit status\n";
}

TEST(Words, VisualStudiosErrorList) {
  EXPECT_EQ(first_cause("Severity\tCode\tDescription\tProject\tFile\tLine\tSuppression State\n"
                        "Error\tLNK1120\t1 unresolved externals\tapp\tC:\\app\\app.exe\t1\t\n"
                        "Error\tLNK2019\tunresolved external symbol _timer_start referenced in function "
                        "_timer_init\tapp\tC:\\app\\a.lib(timer.obj)\t1\t\n"),
            "object-missing");
  EXPECT_EQ(first_cause("Error\t7\terror LNK2038: mismatch detected for 'RuntimeLibrary': value 'MD_DynamicRelease' "
                        "doesn't match value "
                        "'MT_StaticRelease' in main.obj\tC:\\app\\x.lib(y.obj)\tapp\n"),
            "abi-mismatch");
  LinkReport report = explain(
      "Error\tLNK1112\tmodule machine type 'x64' conflicts with target machine type "
      "'X86'\tapp\tC:\\app\\main.obj\t1\t\n");
  ASSERT_FALSE(report.diagnoses.empty());
  EXPECT_EQ(report.diagnoses[0].cause, "target-mismatch");
  EXPECT_EQ(report.diagnoses[0].next, "dumpbin /headers 'C:\\app\\main.obj' | findstr machine");
}

TEST(Words, ProseAboutNumbersIsNoErrorList) {
  EXPECT_TRUE(read_log("Errors like LNK2019 are explained below\nI got Error LNK2019 yesterday\n").links.empty());
}

TEST(Words, TwoKindsOfMicrosoftsRunTime) {
  EXPECT_EQ(first_cause(
                "LIBCMTD.lib(dbgheap.obj) : error LNK2005: __free_dbg already defined in MSVCRTD.lib(MSVCR100D.dll)\n"),
            "abi-mismatch");
  EXPECT_EQ(
      first_cause(
          "LINK : warning LNK4098: defaultlib 'LIBCMT' conflicts with use of other libs; use /NODEFAULTLIB:library\n"
          "LIBCMT.lib(rand.obj) : error LNK2005: _rand already defined in own.obj\n"),
      "abi-mismatch");
  EXPECT_NE(first_cause("a.lib(x.obj) : error LNK2005: _x already defined in b.lib(x.obj)\n"), "abi-mismatch");
}

TEST(Words, HiddenSymbols) {
  EXPECT_EQ(
      first_cause(
          "ld: app: hidden symbol `probe' in libz.a(p.o) is referenced by DSO\nld: final link failed: bad value\n"),
      "not-exported");
  EXPECT_EQ(first_cause("ld.bfd: a.o: in function `f':\n(.text+0x0): undefined reference to `g'\nld.bfd: a.out: hidden "
                        "symbol `g' isn't defined\n"),
            "not-exported");
}

TEST(Words, InputsPassedOver) {
  const std::string ignored =
      "ld: warning: ignoring file /x/libwhatever.a, building for iOS Simulator-arm64 but attempting to link with file "
      "built for iOS-arm64\n"
      "Undefined symbols for architecture arm64:\n  \"";
  const std::string rest =
      "\", referenced from:\n      _main in main.o\nld: symbol(s) not found for architecture arm64\n";
  EXPECT_EQ(first_cause(ignored + "_tune_open" + rest), "wrong-target");
  EXPECT_NE(first_cause(ignored + "___atomic_load" + rest), "wrong-target")
      << "a support library's name has nothing to do with it";
  EXPECT_EQ(first_cause("Ignoring file /x/libwhatever.dylib, building for macOS-arm64 but attempting to link with file "
                        "built for macOS-x86_64\n\n"
                        "Undefined symbol: _tune_open\n"),
            "wrong-target");
}

TEST(Words, FamiliesOfNames) {
  EXPECT_EQ(first_cause(gnu("__aarch64_cas8_acq")), "runtime-missing");
  EXPECT_EQ(first_cause(gnu("_D4core6memory2GC4freeFNaNbPvZv")), "runtime-missing");
  EXPECT_EQ(first_cause(gnu("_D4core")), "object-missing") << "too short to be a module's";
  EXPECT_EQ(first_cause(gnu("_D6player5state4openFZv")), "object-missing") << "a module that was not compiled";
  EXPECT_EQ(first_cause(gnu("cudaMemcpyAsync")), "library-not-linked");
  EXPECT_EQ(first_cause(gnu("__cudaRegisterLinkedBinary_44_tmpxft_0001_k_cpp1_ii_1")), "object-missing");
  EXPECT_EQ(first_cause("Undefined symbols for architecture arm64:\n  \"__swift_FORCE_LOAD_$_swiftCompatibility56\", "
                        "referenced from:\n"
                        "      __swift_FORCE_LOAD_$_swiftCompatibility56_$_Kit in Kit[2](a.o)\n     (maybe you meant: "
                        "__swift_FORCE_LOAD_$_swiftCompatibility56_$_Kit)\n"),
            "runtime-missing");
  // Names that only Windows' libraries have mean nothing elsewhere.
  EXPECT_EQ(first_cause(gnu("RtlWidgetPaint")), "object-missing");
  EXPECT_EQ(
      first_cause("main.obj : error LNK2019: unresolved external symbol RtlGetVersion referenced in function main\n"),
      "library-not-linked");
}

TEST(Words, OneClassTwice) {
  EXPECT_EQ(first_cause("duplicate symbol '_OBJC_CLASS_$_Hud' in:\n    /b/Hud-77DD6A1EC62D7E80.o\n    "
                        "/b/Hud-37E2A768BEBE8A60.o\nld: 1 duplicate symbol for architecture arm64\n"),
            "linked-twice");
  EXPECT_EQ(first_cause("duplicate symbol '_OBJC_CLASS_$_Hud' in:\n    /b/Kit(Hud.o)\n    /b/Other(Panel.o)\nld: 1 "
                        "duplicate symbol for architecture arm64\n"),
            "linked-twice");
}

TEST(Words, LibrariesBeforeObjects) {
  EXPECT_EQ(first_cause("gcc -L. -lplay main.o util.o -o app\n" + gnu("play_open")), "archive-order");
  EXPECT_NE(first_cause("gcc main.o util.o -o app -L. -lplay\n" + gnu("play_open")), "archive-order");
}

TEST(Words, LinkTimeOptimization) {
  EXPECT_EQ(first_cause("/usr/bin/ld: /tmp/ccX.ltrans0.ltrans.o: in function `copy':\n<artificial>:(.text+0x9): "
                        "undefined reference to `memcpy'\n"
                        "collect2: error: ld returned 1 exit status\n"),
            "lto-dropped");
  EXPECT_EQ(first_cause("ld.lld: error: undefined symbol: switch_stack\n>>> referenced by main.c\n>>>               "
                        "lto.tmp:(caller)\n"),
            "local-definition");
  EXPECT_EQ(first_cause("g++ -flto main.o libx.a -o app\n/usr/bin/ld: libx.a: error adding symbols: archive has no "
                        "index; run ranlib to add one\n"
                        "collect2: error: ld returned 1 exit status\n"),
            "lto-unreadable");
  EXPECT_EQ(first_cause("lto1: fatal error: bytecode stream generated with LTO version 6.0 instead of the expected "
                        "4.1\ncompilation terminated.\n"
                        "collect2: error: ld returned 1 exit status\n"),
            "lto-version-mismatch");
}

TEST(Words, DataOfADll) {
  EXPECT_EQ(first_cause("main.obj : error LNK2001: unresolved external symbol table_of_ciphers\napp.exe : fatal error "
                        "LNK1120: 1 unresolved externals\n"),
            "dllimport-mismatch");
  EXPECT_EQ(first_cause("main.obj : error LNK2019: unresolved external symbol \"int level\" (?level@@3HA) referenced "
                        "in function main\n"),
            "dllimport-mismatch");
}

TEST(Words, WarnedReferrer) {
  const std::string log =
      "ld: warning: object file (libq.a(w.o)) was built for newer macOS version (12.0) than being linked (10.12)\n"
      "Undefined symbols for architecture arm64:\n  \"_os_signpost_emit\", referenced from:\n      _f in libq.a(";
  EXPECT_EQ(first_cause(log + "w.o)\nld: symbol(s) not found for architecture arm64\n"), "deployment-target");
  EXPECT_NE(first_cause(log + "other.o)\nld: symbol(s) not found for architecture arm64\n"), "deployment-target");
}

TEST(Words, OtherFormsOfLines) {
  EXPECT_EQ(first_cause(
                "/usr/bin/ld: /lib/x86_64-linux-gnu/libdl.so.2: error adding symbols: DSO missing from command line\n"),
            "dso-indirect");
  EXPECT_EQ(
      first_cause("/usr/bin/ld: a.o(.text+0x10): unresolvable R_X86_64_TPOFF32 relocation against symbol `level'\n"),
      "tls-mismatch");
  EXPECT_EQ(first_cause("/usr/bin/ld: libx.a(y.o): unrecognized relocation (0x2a) in section `.text'\n"),
            "wrong-format");
  EXPECT_EQ(first_cause("lld-link: error: failed to write the output file: permission denied\n"), "output-busy");
  EXPECT_EQ(first_cause("main.main: relocation target main.work not defined\n"), "object-missing");
  EXPECT_FALSE(
      first_cause("mold: error: /x/libq.so: --no-allow-shlib-undefined: undefined symbol: reallocarray\n").empty());
}

std::string darwin(const std::string &symbol, const std::string &user = "_main in main.o") {
  return "Undefined symbols for architecture arm64:\n  \"" + symbol + "\", referenced from:\n      " + user +
         "\nld: symbol(s) not found for architecture arm64\n";
}

TEST(Words, LibrariesOfVendors) {
  for (const char *name : {"cudnnCreate", "curandCreateGenerator", "cublasSgemm_v2", "LAPACKE_dgesv", "cblas_ddot",
                           "mkl_free", "for_write_seq_lis", "AndroidBitmap_lockPixels", "ANativeWindow_release",
                           "slCreateEngine", "AMediaCodec_start", "ncclAllReduce"}) {
    SCOPED_TRACE(name);
    EXPECT_EQ(first_cause(gnu(name)), "library-not-linked");
  }
  EXPECT_EQ(first_cause(darwin("_libintl_gettext")), "library-not-linked");
  EXPECT_EQ(first_cause(darwin("_res_9_init")), "library-not-linked");
  EXPECT_EQ(first_cause(gnu("__fatbinwrap_38_cuda_device_runtime_compute_86_cpp1_ii_8b")), "library-not-linked");
  EXPECT_EQ(first_cause(gnu("__sync_fetch_and_add_8")), "runtime-missing");
  for (const char *name : {"_RTC_CheckStackVars", "__security_check_cookie", "@__security_check_cookie@4",
                           "__GSHandlerCheck_EH4", "__std_search_1", "___chkstk_ms"}) {
    SCOPED_TRACE(name);
    EXPECT_EQ(first_cause(std::string("a.lib(x.obj) : error LNK2001: unresolved external symbol ") + name + "\n"),
              "runtime-missing");
  }
}

TEST(Words, ReleasesAndSystems) {
  // Android's C library by API levels; in links for Android only, but for names that no other has.
  EXPECT_EQ(first_cause("ld: error: undefined symbol: epoll_create1\nld: error: undefined symbol: __fwrite_chk\n"),
            "deployment-target");
  EXPECT_EQ(
      first_cause("ld.lld: error: undefined symbol: getrandom\n>>> referenced by /opt/android-ndk/sources/r.c:3\n"),
      "deployment-target");
  EXPECT_NE(first_cause(gnu("epoll_create1")), "deployment-target");
  // OpenSSL's: alone they tell of another release, in company of a library that is not linked.
  EXPECT_EQ(first_cause(gnu("SSL_library_init")), "symbol-version");
  EXPECT_EQ(first_cause(gnu("EVP_PKEY_get_size")), "symbol-version");
  EXPECT_EQ(
      first_cause("/usr/bin/ld: a.o: in function `f':\na.c:(.text+0x1): undefined reference to `SSL_library_init'\n"
                  "/usr/bin/ld: a.c:(.text+0x2): undefined reference to `SSL_CTX_new'\ncollect2: error: ld returned 1 "
                  "exit status\n"),
      "library-not-linked");
  EXPECT_EQ(first_cause(darwin("___errno_location")), "wrong-target");
  EXPECT_EQ(first_cause("ld: Undefined symbols:\n  _stderr, referenced from:\n      _main in main.o\nclang: error: "
                        "linker command failed with exit code 1\n"),
            "wrong-target");
  EXPECT_EQ(first_cause(gnu("__stderrp")), "wrong-target");
  EXPECT_NE(first_cause(gnu("__errno")), "wrong-target") << "newlib's, in firmware";
  EXPECT_EQ(first_cause("/usr/bin/ld: /usr/lib/Scrt1.o: in function `_start':\n(.text+0x16): undefined reference to "
                        "`__libc_csu_fini'\n"),
            "sdk-missing");
  EXPECT_EQ(
      first_cause("/usr/bin/ld: a.o: in function `f':\na.c:(.text+0x1): undefined reference to `__emutls_v.level'\n"),
      "tls-mismatch");
}

TEST(Words, WhoseNameItIs) {
  // Another namespace's class, used by a function in none.
  const std::string place =
      "/usr/bin/ld: CMakeFiles/app.dir/main.cc.o: in function `main':\nmain.cc:(.text+0x9): undefined reference to `";
  EXPECT_EQ(first_cause(place + "brook::Stream::Stream()'\n"), "library-not-linked");
  EXPECT_EQ(first_cause("/usr/bin/ld: CMakeFiles/app.dir/main.cc.o: in function `brook::run()':\nmain.cc:(.text+0x9): "
                        "undefined reference to `brook::Stream::Stream()'\n"),
            "object-missing");
  EXPECT_EQ(first_cause("/usr/bin/ld: CMakeFiles/brook.dir/main.cc.o: in function `main':\nmain.cc:(.text+0x9): "
                        "undefined reference to `brook::Stream::Stream()'\n"),
            "object-missing");
  // Swift's modules.
  EXPECT_EQ(first_cause(darwin("type metadata accessor for Brook.Stream", "App.run() -> () in run.o")),
            "library-not-linked");
  EXPECT_EQ(first_cause(darwin("_$s5Brook6StreamCMa", "_$s3App3runyyF in run.o")), "library-not-linked");
  EXPECT_EQ(first_cause(darwin("_$s5Brook6StreamCMa", "_$s5Brook3runyyF in run.o")), "object-missing");
  EXPECT_EQ(first_cause(darwin("brook_private::Stream::open()", "brook::Stream::open() in stream.o")), "object-missing")
      << "of one house";
  // Microsoft's: a class in no namespace is the project's.
  EXPECT_EQ(first_cause("main.obj : error LNK2019: unresolved external symbol \"public: __cdecl Brook::Brook(void)\" "
                        "(??0Brook@@QEAA@XZ) referenced in function main\n"),
            "object-missing");
  // What a shared library asks for is no file that the project forgot.
  EXPECT_EQ(first_cause("/usr/bin/ld: /opt/lib/libbrook.so: undefined reference to `stream_open(int)'\ncollect2: "
                        "error: ld returned 1 exit status\n"),
            "library-not-linked");
  // Unreal's modules.
  EXPECT_EQ(first_cause("Module.Shop.cpp.obj : error LNK2019: unresolved external symbol \"__declspec(dllimport) "
                        "public: void __cdecl FBrook::Run(void)\" "
                        "(__imp_?Run@FBrook@@QEAAXXZ) referenced in function \"public: void __cdecl "
                        "UShop::Open(void)\" (?Open@UShop@@QEAAXXZ)\n"),
            "library-not-linked");
  EXPECT_EQ(first_cause("Module.Shop.cpp.obj : error LNK2019: unresolved external symbol \"public: static class "
                        "FString __cdecl UBrook::Run(void)\" "
                        "(?Run@UBrook@@SA?AVFString@@XZ) referenced in function \"public: void __cdecl "
                        "UShop::Open(void)\" (?Open@UShop@@QEAAXXZ)\n"),
            "not-exported");
}

TEST(Words, StaticLibrariesUnderMinGW) {
  EXPECT_EQ(first_cause("C:/m/bin/ld.exe: main.o:main.c:(.text+0x9): undefined reference to "
                        "`__imp_shop_open'\ncollect2.exe: error: ld returned 1 exit status\n"),
            "dllimport-mismatch");
  EXPECT_EQ(first_cause("C:/m/bin/ld.exe: main.o:main.c:(.text+0x9): undefined reference to "
                        "`__imp_WSAStartup'\ncollect2.exe: error: ld returned 1 exit status\n"),
            "library-not-linked");
}

TEST(Words, OneSourceInTwoFolders) {
  EXPECT_EQ(first_cause("C:\\b\\libraries\\tone\\tone.cpp.o: In function `tone_on()':\ntone.cpp:(.text+0x0): multiple "
                        "definition of `tone_on()'\n"
                        "C:\\b\\sketch\\tone.cpp.o:tone.cpp:(.text+0x0): first defined here\ncollect2.exe: error: ld "
                        "returned 1 exit status\n"),
            "linked-twice");
}

TEST(Words, BuildsForDebugging) {
  EXPECT_EQ(first_cause(gnu("brook::sum(std::__debug::vector<int, std::allocator<int> > const&)")), "abi-mismatch");
  EXPECT_EQ(first_cause("main.obj : error LNK2019: unresolved external symbol \"void __cdecl brook::run(class "
                        "brook::debug_build_guard::Stream const &)\" "
                        "(?run@brook@@YAXABVStream@debug_build_guard@1@@Z) referenced in function main\n"),
            "abi-mismatch");
}

TEST(Words, PrivateToAFileOfItsModule) {
  EXPECT_EQ(first_cause(darwin("type metadata accessor for Brook.(Stream in _0123456789ABCDEF0123456789ABCDEF)",
                               "App.run() -> () in run.o")),
            "not-exported");
}

TEST(Words, OneClassAlone) {
  const std::string tail = "main.obj : error LNK2001: unresolved external symbol \"public: ";
  EXPECT_EQ(first_cause(tail + "void __cdecl brook::Stream::open(void)\" (?open@Stream@brook@@QEAAXXZ)\n" + tail +
                        "__cdecl brook::Stream::Stream(void)\" (??0Stream@brook@@QEAA@XZ)\n"),
            "object-missing");
}

TEST(Words, TwoLibrariesWithOneDefinition) {
  const std::string in =
      "' in:\n    /b/libtune.a(std-2ca50e2550a11ed4.std.64f42f12-cgu.0.rcgu.o)\n    "
      "/b/libplay.a(std-f6811f31090e0239.std.add96b74-cgu.0.rcgu.o)\n";
  EXPECT_EQ(
      first_cause("duplicate symbol '_rust_begin_unwind" + in + "ld: 1 duplicate symbol for architecture arm64\n"),
      "linked-twice")
      << "Rust's library in both";
  EXPECT_EQ(first_cause("duplicate symbol '_tune_table' in:\n    /b/libtune.a(t.o)\n    /b/libplay.a(p.o)\nld: 1 "
                        "duplicate symbol for architecture arm64\n"),
            "linked-twice");
}

TEST(Words, NamesOfStdcallAreWindows) {
  EXPECT_EQ(first_cause("net.o:net.c:(.text+0x1f): undefined reference to `inet_addr@4'\ncollect2.exe: error: ld "
                        "returned 1 exit status\n"),
            "library-not-linked");
}

TEST(Words, FrameworksThatTheLinkerWarnedOf) {
  EXPECT_EQ(first_cause("warning(link): framework not found for '-framework CoreFoundation'\nerror(link): undefined "
                        "reference to symbol '_CFRelease'\n"
                        "error(link):   first referenced in '/t/go.o'\n"),
            "sdk-missing");
}

TEST(Words, SignalsOfAQtClass) {
  EXPECT_EQ(
      first_cause("w.o: In function `Knob::turn()':\nw.cpp:(.text+0x21): undefined reference to `Knob::turned(int)'\n"
                  "w.o:(.data.rel.ro+0x0): undefined reference to `Knob::staticMetaObject'\ncollect2: error: ld "
                  "returned 1 exit status\n"),
      "vtable-typeinfo");
}

// The one command that decides, with this link's own files, ready for a shell.
TEST(Words, NextCommands) {
  EXPECT_EQ(next_of("/usr/bin/ld: lib x.a(y.o): relocation R_X86_64_32 against `.rodata' can not be used when making a "
                    "PIE object; recompile with -fPIE\n"),
            "readelf -rW 'lib x.a' | grep -m5 -w R_X86_64_32");
  EXPECT_EQ(next_of("ld.lld: error: unknown argument '--frobnicate=1'\n"), "ld.lld --help | grep -e --frobnicate");
  EXPECT_EQ(next_of("/usr/bin/ld: cannot find -lnosuchthing\n"),
            "find / -name 'libnosuchthing.*' -not -path '/proc/*' 2>/dev/null");
  EXPECT_EQ(
      next_of("arm-none-eabi-gcc -T stm32.ld main.o -o a.elf\n/usr/bin/ld: region `FLASH' overflowed by 204 bytes\n"),
      "grep -n -A8 MEMORY stm32.ld");
  EXPECT_EQ(next_of("ld.lld: error: a.o is incompatible with elf64-x86-64\n"),
            "readelf -h a.o | grep -E 'Class|Machine|Flags' | sort -u");
  for (const char *log :
       {"/usr/bin/ld: cannot find crt1.o: No such file or directory\n",
        "/usr/bin/ld: level: TLS definition in a.o section .tbss mismatches non-TLS reference in b.o\n",
        "ld.lld: error: version script assignment of 'V1' to symbol 'gone' failed: symbol not defined\n",
        "collect2: fatal error: ld terminated with signal 11 [Segmentation fault], core dumped\n"}) {
    std::string next = next_of(log);
    EXPECT_FALSE(next.empty() || next.starts_with("ldwhy cause")) << log << next;
  }
}

TEST(Words, NothingFromWordsIsProven) {
  for (const char *log :
       {"LIBCMTD.lib(a.obj) : error LNK2005: _x already defined in MSVCRTD.lib(b.dll)\n",
        "gcc -lm main.o\n/usr/bin/ld: main.o: in function `f':\nm.c:(.text+0x1): undefined reference to `floor'\n"})
    for (const Diagnosis &diagnosis : explain(log).diagnoses)
      EXPECT_EQ(diagnosis.certainty, Certainty::Possible) << log;
}

TEST(Words, OneSourceOrOneFamilyIsNoInlineFunctions) {
  std::string missing;
  for (const char *name : {"parse", "frontend", "show_page"})
    missing += std::string("ld: error: undefined symbol: ") + name +
               "\n>>> referenced by a.c\n>>>               /tmp/a-1.o:(main)\n\n";
  EXPECT_EQ(first_cause(missing), "not-instantiated");
  EXPECT_EQ(first_cause("cc -O2 a.c -lm -o a\n" + missing), "object-missing");
  std::string family = "a.o: In function `run':\n";
  for (const char *name : {"cardSetup", "cardRead", "cardWrite", "boardSetup"})
    family += std::string("a.c:(.text+0x1): undefined reference to `") + name + "'\n";
  EXPECT_NE(first_cause(family), "not-instantiated");
}

TEST(Words, ASketchIsNotDroppedByLto) {
  EXPECT_EQ(first_cause("/tmp/ccA.ltrans0.ltrans.o: In function `main':\n<artificial>:(.text.startup+0x86): undefined "
                        "reference to `setup'\n"),
            "object-missing");
}

TEST(Words, SymbolsFromPluginHaveOnePlace) {
  EXPECT_EQ(
      first_cause(
          "/usr/bin/ld: b.o (symbol from plugin): in function `total':\n"
          "(.text+0x0): multiple definition of `total'; a.o (symbol from plugin):(.text+0x0): first defined here\n"),
      "tentative-definition");
}

TEST(Words, TheLibraryOfThatNameStandsBefore) {
  const std::string error =
      "libPanel.a(Panel.o): In function `Panel_Draw()':\nPanel.cpp:6: undefined reference to `Light_On()'\ncollect2: "
      "error: ld returned 1 exit status\n";
  EXPECT_EQ(first_cause("avr-g++ -o a.elf main.o libLight.a libPanel.a -lm\n" + error), "archive-order");
  EXPECT_NE(first_cause("avr-g++ -o a.elf main.o libPanel.a libLight.a -lm\n" + error), "archive-order");
}

TEST(Words, ANamespaceIsKnownByTheClassesInIt) {
  const std::string place = "main.o: In function `main':\nmain.cpp:(.text+0x9): undefined reference to `";
  EXPECT_EQ(first_cause(place + "brook::init(int, std::string const&)'\n" + place + "brook::Options::Options(int)'\n"),
            "library-not-linked");
}

TEST(Words, ExceptionsOfWebAssembly) {
  EXPECT_EQ(first_cause("wasm-ld: error: libx.a(thread.o): undefined symbol: __cpp_exception\n"), "runtime-missing");
}

TEST(Words, WhatCameWithAReleaseOfMacOS) {
  EXPECT_EQ(first_cause("Undefined symbols for architecture x86_64:\n  \"___sincos_stret\", referenced from:\n      "
                        "_turn in libturn.a(turn.o)\n"
                        "ld: symbol(s) not found for architecture x86_64\n"),
            "deployment-target");
  EXPECT_NE(first_cause(gnu("__sincos_stret")), "deployment-target");
}

TEST(Words, HandlersOfInterruptsAreTheScripts) {
  EXPECT_EQ(
      first_cause(
          "rust-lld: error: undefined symbol: TIMER_3\n>>> referenced by chip.1feb194d-cgu.0\n"
          ">>>               chip-16a5.chip.1feb194d-cgu.0.rcgu.o:(__INTERRUPTS) in archive /w/libchip-16a5.rlib\n"),
      "object-missing");
}

TEST(Words, StackTracesAreALibraryOutsideOfGnu) {
  EXPECT_EQ(first_cause("ld: error: undefined symbol: backtrace\n"), "library-not-linked");
  EXPECT_EQ(first_cause("ld: error: undefined symbol: backtrace_pcinfo_own\n"), "object-missing");
}

}  // namespace
}  // namespace ldwhy
