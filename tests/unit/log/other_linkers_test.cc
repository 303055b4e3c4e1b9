// Linkers for Mach-O, COFF and WebAssembly. LLD's ports are run here. Apple's and Microsoft's
// linkers do not run here: their lines are written by hand in the forms they are known by, so
// these tests hold the reader to those forms, not the forms to the linkers.
#include "logs.h"

namespace ldwhy::testing {
namespace {

class LldPorts : public ::testing::Test {
 protected:
  void compile(const std::string &target, const std::string &extension) const {
    write_sources(shop_);
    shop_.run("for f in main dup; do clang++-22 --target=" + target + " -fno-exceptions -c $f.cc -o $f." + extension +
              "; done");
    shop_.run("for f in user member hidden; do clang-22 --target=" + target + " -c $f.c -o $f." + extension + "; done");
  }
  Workshop shop_;
};

TEST_F(LldPorts, MachO) {
  compile("arm64-apple-macos11", "o");
  shop_.run(
      "llvm-ar-22 rc libarc.a member.o && clang-22 --target=x86_64-apple-macos11 -c member.c -o "
      "intel.o && "
      "clang-22 --target=arm64-apple-ios15-simulator -c member.c -o simulator.o && "
      "clang-22 --target=arm64-apple-macos14 -c member.c -o newer.o");
  shop_.write("sdk/usr/lib/libSystem.tbd",
              "--- !tapi-tbd\ntbd-version: 4\ntargets: [ arm64-macos, x86_64-macos ]\n"
              "install-name: '/usr/lib/libSystem.B.dylib'\nexports:\n  - targets: [ arm64-macos, "
              "x86_64-macos ]\n"
              "    symbols: [ dyld_stub_binder ]\n...\n");
  for (const std::string linker : {"ld64.lld-14", "ld64.lld-19", "ld64.lld-22"}) {
    SCOPED_TRACE(linker);
    const auto link = [&](const std::string &arguments) {
      return OneLink(shop_.output(linker +
                                  " -arch arm64 -platform_version macos 11.0 11.0 -syslibroot sdk -lSystem -o out " +
                                  arguments + " 2>&1"));
    };
    OneLink read = link("main.o dup.o");
    EXPECT_EQ(read.link.linker, Linker::Lld);
    EXPECT_EQ(read.link.flavor, Flavor::Darwin);
    const Complaint &foo = read.complaint("undefined", "__Z3fooi");
    EXPECT_EQ(foo.references.at(0).file, "main.o");
    if (linker != "ld64.lld-14") {
      EXPECT_EQ(foo.references.at(0).function, "__Z3usev");
      EXPECT_EQ(foo.references.at(0).offset, 0x5cu);
      EXPECT_EQ(foo.more_references, 3u);
    } else {
      EXPECT_EQ(foo.references.size(), 6u);
    }
    EXPECT_EQ(read.complaint("duplicate", "__Z3dupv").references.size(), 2u);
    OneLink archive = link("user.o libarc.a");
    EXPECT_EQ(archive.complaint("undefined", "_missing_thing").references.at(0).file, "libarc.a");
    EXPECT_EQ(archive.complaint("undefined").references.at(0).member, "member.o");
    EXPECT_EQ(link("user.o -lnope").complaint("cannot-find-library").subject, "nope");
    EXPECT_EQ(link("user.o -framework Nope").complaint("cannot-find-framework").subject, "Nope");
    EXPECT_EQ(link("nofile.o").complaint("cannot-open").subject, "nofile.o");
    EXPECT_EQ(link("user.o text.o").complaint("wrong-format").subject, "text.o");
    EXPECT_EQ(link("user.o intel.o").complaint("ignoring-file").subject, "intel.o");
    EXPECT_EQ(link("user.o simulator.o").complaint("incompatible").subject, "simulator.o");
    EXPECT_EQ(link("user.o newer.o").complaint("newer-os").subject, "newer.o");
    EXPECT_EQ(link("-frobnicate user.o").complaint("bad-option").subject, "-frobnicate");
    EXPECT_EQ(link("user.o member.o -exported_symbol _absent").complaint("export-missing").symbol, "_absent");
  }
}

TEST_F(LldPorts, Coff) {
  compile("x86_64-pc-windows-msvc", "obj");
  shop_.run(
      "llvm-ar-22 rc arc.lib member.obj && clang-22 --target=i686-pc-windows-msvc -c member.c -o "
      "narrow.obj");
  shop_.write("level2.c",
              "__asm__(\".section .drectve,\\\"yn\\\"\\n.ascii \\\" "
              "/FAILIFMISMATCH:\\\\\\\"LEVEL=2\\\\\\\"\\\"\\n.text\");int a;\n");
  shop_.write("level0.c",
              "__asm__(\".section .drectve,\\\"yn\\\"\\n.ascii \\\" "
              "/FAILIFMISMATCH:\\\\\\\"LEVEL=0\\\\\\\"\\\"\\n.text\");int b;\n");
  shop_.run(
      "for f in level0 level2; do clang-22 --target=x86_64-pc-windows-msvc -c $f.c -o $f.obj; "
      "done");
  for (const std::string linker : {"lld-link-14", "lld-link-22"}) {
    SCOPED_TRACE(linker);
    const auto link = [&](const std::string &arguments) {
      return OneLink(shop_.output(linker + " /entry:main /subsystem:console /nodefaultlib " + arguments + " 2>&1"));
    };
    OneLink read = link("user.obj arc.lib");
    EXPECT_EQ(read.link.flavor, Flavor::Coff);
    const Complaint &missing = read.complaint("undefined", "missing_thing");
    EXPECT_EQ(missing.references.at(0).file, "arc.lib");
    EXPECT_EQ(missing.references.at(0).member, "member.obj");
    EXPECT_EQ(missing.references.at(0).function, "from_archive");
    EXPECT_EQ(link("main.obj dup.obj").complaint("duplicate", "int __cdecl dup(void)").references.size(), 2u);
    EXPECT_EQ(link("user.obj nope.lib").complaint("cannot-find-library").subject, "nope.lib");
    EXPECT_EQ(link("nofile.obj").complaint("cannot-open").subject, "nofile.obj");
    EXPECT_EQ(link("user.obj text.o").complaint("wrong-format").subject, "text.o");
    EXPECT_EQ(link("user.obj narrow.obj").complaint("incompatible").subject, "narrow.obj");
    OneLink levels = link("level2.obj level0.obj");
    EXPECT_EQ(levels.complaint("mismatch").notes.at(0), "LEVEL");
    EXPECT_EQ(levels.complaint("mismatch").notes.size(), 3u);
    EXPECT_EQ(link("/export:absent user.obj arc.lib").complaint("export-missing").symbol, "absent");
  }
}

TEST_F(LldPorts, Wasm) {
  compile("wasm32-unknown-unknown", "o");
  shop_.write("entry.c", "int missing_thing(void); int _start(void) { return missing_thing(); }\n");
  shop_.write("other.c", "long long missing_thing(int a) { return a; }\n");
  shop_.run("for f in entry other; do clang-22 --target=wasm32-unknown-unknown -c $f.c -o $f.o; done");
  for (const std::string linker : {"wasm-ld-14", "wasm-ld-22"}) {
    SCOPED_TRACE(linker);
    const auto link = [&](const std::string &arguments) {
      return OneLink(shop_.output(linker + " -o out " + arguments + " 2>&1"));
    };
    OneLink read = link("entry.o");
    EXPECT_EQ(read.link.flavor, Flavor::Wasm);
    EXPECT_EQ(read.complaint("undefined", "missing_thing").references.at(0).file, "entry.o");
    EXPECT_EQ(link("user.o").complaint("entry-missing").symbol, "_start");
    const OneLink signatures = link("entry.o other.o");
    const Complaint &signature = signatures.complaint("signature-mismatch", "missing_thing");
    EXPECT_EQ(signature.severity, Severity::Warning);
    EXPECT_FALSE(signatures.link.failed);
    ASSERT_EQ(signature.references.size(), 2u);
    EXPECT_EQ(signature.references[1].file, "other.o");
    EXPECT_EQ(link("main.o dup.o --no-entry").complaint("duplicate", "dup()").references.size(), 2u);
    EXPECT_EQ(link("user.o --no-entry -lnope").complaint("cannot-find-library").subject, "nope");
    EXPECT_EQ(link("user.o text.o").complaint("wrong-format").subject, "text.o");
    EXPECT_EQ(link("--frobnicate user.o").complaint("bad-option").subject, "--frobnicate");
    EXPECT_EQ(link("entry.o --allow-undefined --initial-memory=100").complaint("region").kind, ComplaintKind::Layout);
  }
  OneLink shared(shop_.output("wasm-ld-14 -o out entry.o --allow-undefined --shared-memory --max-memory=655360 2>&1"));
  EXPECT_EQ(shared.complaint("image-marks").notes.at(0), "atomics");
}

TEST(AppleLinkers, Classic) {
  OneLink read(
      "Undefined symbols for architecture arm64:\n"
      "  \"_fiber_switch\", referenced from:\n"
      "      _main in main.o\n"
      "      -[View draw in:] in libui.a(View.o)\n"
      "      ...\n"
      "     (maybe you meant: _fiber_switch2)\n"
      "  \"_main\", referenced from:\n"
      "     implicit entry/start for main executable\n"
      "  \"_absent\", referenced from:\n"
      "     -exported_symbol[s_list] command line option\n"
      "duplicate symbol '_twice' in:\n"
      "    /b/a.o\n"
      "    /b/libx.a(b.o)\n"
      "ld: symbol(s) not found for architecture arm64\n"
      "clang: error: linker command failed with exit code 1 (use -v to see invocation)\n");
  EXPECT_EQ(read.link.linker, Linker::AppleLd64);
  EXPECT_EQ(read.link.flavor, Flavor::Darwin);
  EXPECT_EQ(read.link.arch, "arm64");
  EXPECT_EQ(read.link.last_line, 15u);
  const Complaint &fiber = read.complaint("undefined", "_fiber_switch");
  EXPECT_EQ(fiber.line, 2u);
  EXPECT_EQ(fiber.line_end, 6u);
  ASSERT_EQ(fiber.references.size(), 2u);
  EXPECT_EQ(fiber.references[1].function, "-[View draw in:]");
  EXPECT_EQ(fiber.references[1].file, "libui.a");
  EXPECT_EQ(fiber.references[1].member, "View.o");
  EXPECT_EQ(fiber.more_references, 1u);
  EXPECT_EQ(fiber.notes.at(0), "maybe you meant: _fiber_switch2");
  EXPECT_EQ(read.complaint("undefined", "_main").notes.size(), 1u);
  EXPECT_EQ(read.complaint("export-missing").symbol, "_absent");
  EXPECT_EQ(read.complaint("duplicate", "_twice").references.at(1).member, "b.o");
}

TEST(AppleLinkers, Prime) {
  OneLink read(
      "ld: warning: search path '/opt/x' not found\n"
      "ld: warning: object file (/b/x.o) was built for newer 'macOS' version (26.0) than being "
      "linked (11.0)\n"
      "ld: Undefined symbols:\n"
      "  _fiber_switch, referenced from:\n"
      "      _main in main.o\n"
      "clang: error: linker command failed with exit code 1 (use -v to see invocation)\n");
  EXPECT_EQ(read.link.linker, Linker::AppleLdPrime);
  EXPECT_EQ(read.complaint("undefined", "_fiber_switch").references.at(0).function, "_main");
  EXPECT_EQ(read.complaint("newer-os").subject, "/b/x.o");
  EXPECT_EQ(read.complaint("cannot-open").severity, Severity::Warning);
}

struct Said1 {
  const char *line;
  const char *code;
  const char *about;  // symbol or subject
};

TEST(AppleLinkers, SingleMessages) {
  constexpr Said1 lines[] = {
      {"ld: library not found for -lssl", "cannot-find-library", "ssl"},
      {"ld: library 'ssl' not found", "cannot-find-library", "ssl"},
      {"ld: framework not found Metal", "cannot-find-framework", "Metal"},
      {"ld: framework 'Metal' not found", "cannot-find-framework", "Metal"},
      {"ld: file not found: /b/x.o", "cannot-open", "/b/x.o"},
      {"ld: file cannot be open()ed, errno=2 path=/b/x.o", "cannot-open", "/b/x.o"},
      {"ld: unknown option: --as-needed", "bad-option", "--as-needed"},
      {"ld: unknown options: --as-needed", "bad-option", "--as-needed"},
      {"ld: warning: ignoring file /b/x.a, building for macOS-arm64 but attempting to link with "
       "file built for macOS-x86_64",
       "ignoring-file", "/b/x.a"},
      {"ld: warning: ignoring file '/b/x.o': found architecture 'x86_64', required architecture "
       "'arm64'",
       "ignoring-file", "/b/x.o"},
      {"ld: building for iOS Simulator, but linking in dylib built for iOS, file '/b/F' for "
       "architecture arm64",
       "incompatible", "/b/F"},
      {"ld: building for 'iOS-simulator', but linking in dylib (/b/F) built for 'iOS'", "incompatible", "/b/F"},
      {"ld: illegal thread local variable reference to regular symbol _t for architecture x86_64", "tls", "_t"},
      {"ld: b(l) ARM64 branch out of range (134562700 max is +/-128MB): from _a (0x1) to "
       "_b.stub@0x00000000 (0x2) in '_a' from x.o",
       "relocation-range", "_b"},
      {"ld: archive has no table of contents file '/b/x.a' for architecture x86_64", "no-index", "/b/x.a"},
      {"ld: could not parse bitcode object file x.o: 'Unknown attribute kind (86) (Producer: "
       "'LLVM17.0.0' Reader: 'LLVM APPLE_1_1400')', using libLTO version 'x'",
       "newer-bitcode", "x.o"},
      {"Assertion failed: (resultIndex < sectData.atoms.size()), function findAtom, file "
       "Relocations.cpp, line 1336.",
       "crash", ""},
      {"ld: something nobody has seen", "other-error", ""},
  };
  for (const Said1 &said : lines) {
    SCOPED_TRACE(said.line);
    OneLink read(std::string(said.line) + "\n", false);
    read.complaint(said.code, said.about);
    EXPECT_EQ(read.link.complaints.size(), 1u);
  }
}

TEST(LinkExe, SymbolsInEveryEdition) {
  constexpr Said1 lines[] = {
      {"main.obj : error LNK2019: unresolved external symbol _foo referenced in function _main", "undefined", "_foo"},
      {"1>main.obj : error LNK2019: unresolved external symbol \"int __cdecl foo(int)\" "
       "(?foo@@YAHH@Z) referenced in function _main",
       "undefined", "?foo@@YAHH@Z"},
      {"main.obj : error LNK2001: unresolved external symbol foo", "undefined", "foo"},
      {"main.obj : error LNK2019: Verweis auf nicht aufgelöstes externes Symbol \"foo\" in "
       "Funktion \"main\".",
       "undefined", "foo"},
      {"main.obj : error LNK2019: symbole externe non résolu foo référencé dans la fonction main", "undefined", "foo"},
      {"main.obj : error LNK2019: 无法解析的外部符号 foo，函数 main 中引用了该符号", "undefined", "foo"},
      {"main.obj : error LNK2019: 未解決の外部シンボル foo が関数 main で参照されました。", "undefined", "foo"},
      {"main.obj : error LNK2001: nicht aufgelöstes externes Symbol \"foo\".", "undefined", "foo"},
      {"b.obj : error LNK2005: foo already defined in a.obj", "duplicate", "foo"},
      {"b.obj : error LNK2005: \"void __cdecl f(void)\" (?f@@YAXXZ) ist bereits in a.obj "
       "definiert.",
       "duplicate", "?f@@YAXXZ"},
      {"LINK : fatal error LNK1104: cannot open file 'LIBCMT.lib'", "cannot-find-library", "LIBCMT.lib"},
      {"LINK : fatal error LNK1104: impossible d'ouvrir le fichier 'D:\\x\\a.lib'", "cannot-open", "D:\\x\\a.lib"},
      {"LINK : fatal error LNK1181: cannot open input file 'ws2.lib'", "cannot-find-library", "ws2.lib"},
      {"x.lib(a.obj) : fatal error LNK1112: module machine type 'x86' conflicts with target "
       "machine type 'x64'",
       "incompatible", "x.lib(a.obj)"},
      {"a.lib(x.obj) : error LNK2038: mismatch detected for 'RuntimeLibrary': value "
       "'MT_StaticRelease' doesn't match value 'MD_DynamicRelease' in main.obj",
       "mismatch", "a.lib(x.obj)"},
      {"LINK : warning LNK4098: defaultlib 'LIBCMT' conflicts with use of other libs; use "
       "/NODEFAULTLIB:library",
       "mismatch", "LIBCMT"},
      {"a.obj : error LNK2026: module unsafe for SAFESEH image.", "image-marks", "a.obj"},
      {"LINK : fatal error LNK1102: out of memory", "out-of-memory", "LINK"},
      {"LINK : fatal error LNK9999: something new", "other-error", "LINK"},
  };
  for (const Said1 &said : lines) {
    SCOPED_TRACE(said.line);
    OneLink read(std::string(said.line) + "\n");
    read.complaint(said.code, said.about);
    EXPECT_EQ(read.link.linker, Linker::LinkExe);
    EXPECT_EQ(read.link.flavor, Flavor::Coff);
  }
  OneLink read(
      "main.obj : error LNK2019: unresolved external symbol _foo referenced in function _main\n"
      "main.exe : fatal error LNK1120: 1 unresolved externals\n");
  EXPECT_EQ(read.link.complaints.size(), 1u);
  EXPECT_EQ(read.link.last_line, 2u);
  EXPECT_EQ(read.complaint("undefined").references.at(0).function, "_main");
  EXPECT_EQ(read.complaint("undefined").references.at(0).file, "main.obj");
}

}  // namespace
}  // namespace ldwhy::testing
