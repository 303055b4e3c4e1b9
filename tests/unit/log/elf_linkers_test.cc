// GNU ld, gold, LLD and mold on the same broken links, run here.
#include "logs.h"

namespace ldwhy::testing {
namespace {

class ElfLinkers : public ::testing::Test {
 protected:
  void SetUp() override {
    write_sources(shop_);
    shop_.run("g++ -fno-exceptions -c main.cc dup.cc && g++ -g -fno-exceptions -c main.cc -o maing.o");
    shop_.run("gcc -fPIC -c user.c member.c hidden.c && ar rc libarc.a member.o");
    shop_.run("clang-22 --target=aarch64-linux-gnu -c member.c -o arm.o && ar rc libarm.a arm.o");
  }
  OneLink link(const std::string &linker, const std::string &arguments) const {
    return OneLink(shop_.output(linker + " -o out -e main " + arguments + " 2>&1"));
  }
  Workshop shop_;
};

TEST_F(ElfLinkers, BfdUndefined) {
  OneLink read = link("ld.bfd", "main.o");
  EXPECT_EQ(read.link.linker, Linker::Bfd);
  EXPECT_EQ(read.link.flavor, Flavor::Gnu);
  EXPECT_TRUE(read.link.failed);
  const Complaint &foo = read.complaint("undefined", "foo(int)");
  ASSERT_EQ(foo.references.size(), 6u);
  EXPECT_EQ(foo.references[0].file, "main.o");
  EXPECT_EQ(foo.references[0].function, "use()");
  EXPECT_EQ(foo.references[0].source, "main.cc");
  EXPECT_GT(foo.references[0].offset, 0u);
  EXPECT_EQ(foo.more_references, 1u);  // "more undefined references follow"
  EXPECT_EQ(read.complaint("undefined", "cfun").references.at(0).function, "main");
  EXPECT_EQ(read.complaint("undefined", "vtable for A").kind, ComplaintKind::UndefinedSymbol);
  OneLink with_lines = link("ld.bfd", "maing.o");
  EXPECT_TRUE(with_lines.complaint("undefined", "cfun").references.at(0).source.ends_with("main.cc:8"));
}

TEST_F(ElfLinkers, BfdInArchive) {
  const OneLink read = link("ld.bfd", "user.o libarc.a");
  const Complaint &missing = read.complaint("undefined", "missing_thing");
  ASSERT_EQ(missing.references.size(), 1u);
  EXPECT_EQ(missing.references[0].file, "libarc.a");
  EXPECT_EQ(missing.references[0].member, "member.o");
  EXPECT_EQ(missing.references[0].function, "from_archive");
}

TEST_F(ElfLinkers, BfdDuplicate) {
  const OneLink read = link("ld.bfd", "main.o dup.o --unresolved-symbols=ignore-all");
  const Complaint &dup = read.complaint("duplicate", "dup()");
  EXPECT_EQ(dup.kind, ComplaintKind::DuplicateSymbol);
  ASSERT_EQ(dup.references.size(), 2u);
  EXPECT_EQ(dup.references[0].file, "dup.o");
  EXPECT_EQ(dup.references[1].file, "main.o");
}

TEST_F(ElfLinkers, BfdInputs) {
  EXPECT_EQ(link("ld.bfd", "user.o -lnope").complaint("cannot-find-library").subject, "nope");
  EXPECT_EQ(link("ld.bfd", "nofile.o").complaint("cannot-open").subject, "nofile.o");
  EXPECT_EQ(link("ld.bfd", "user.o text.o").complaint("wrong-format").subject, "text.o");
  EXPECT_EQ(link("ld.bfd", "user.o arm.o").complaint("incompatible").subject, "arm.o");
  OneLink skipped = link("ld.bfd", "user.o -L. -larm");
  EXPECT_EQ(skipped.complaint("skipping-incompatible").subject, "./libarm.a");
  EXPECT_EQ(skipped.complaint("skipping-incompatible").severity, Severity::Warning);
  EXPECT_EQ(skipped.complaint("cannot-find-library").subject, "arm");
  shop_.run("ar rcS noindex.a member.o");
  EXPECT_EQ(link("ld.bfd", "user.o noindex.a").complaint("no-index").subject, "noindex.a");
  EXPECT_EQ(link("ld.gold", "user.o noindex.a").complaint("no-index").subject, "noindex.a");
}

TEST_F(ElfLinkers, BfdTool) {
  EXPECT_EQ(link("ld.bfd", "--frobnicate user.o").complaint("bad-option").subject, "--frobnicate");
  EXPECT_EQ(link("ld.bfd", "-m nope user.o").complaint("bad-option").subject, "nope");
  EXPECT_EQ(link("ld.bfd", "-o /nowhere/x main.o --unresolved-symbols=ignore-all").complaint("write-failed").subject,
            "/nowhere/x");
}

TEST_F(ElfLinkers, BfdLayout) {
  OneLink pic = link("ld.bfd", "-shared main.o");
  EXPECT_EQ(pic.complaint("relocation-pic").symbol, "_ZTV1A");
  EXPECT_EQ(pic.complaint("relocation-pic").notes.at(0), "R_X86_64_PC32");
  EXPECT_EQ(pic.complaint("text-relocation").severity, Severity::Warning);
  shop_.write("big.c", "char big[1 << 20] = {1}; int main(void) { return big[3]; }\n");
  shop_.run("gcc -c big.c");
  shop_.write("small.ld",
              "MEMORY { FLASH (rx) : ORIGIN = 0x1000, LENGTH = 64K RAM (rw) : ORIGIN = 0x20000, "
              "LENGTH = 32K }\n"
              "SECTIONS { .text : { *(.text*) } > FLASH .data : { *(.data*) } > RAM AT> FLASH }\n");
  OneLink region = link("ld.bfd", "-T small.ld big.o");
  EXPECT_EQ(region.complaint("region", "RAM").kind, ComplaintKind::Layout);
  EXPECT_GE(region.count("region"), 4u);
  EXPECT_EQ(link("ld.lld-22", "-T small.ld big.o").complaint("region", "RAM").kind, ComplaintKind::Layout);
}

TEST_F(ElfLinkers, Discarded) {
  shop_.write("big.c", "int big = 1; int main(void) { return big; }\n");
  shop_.run("gcc -c big.c");
  shop_.write("discard.ld", "SECTIONS { .text : { *(.text*) } /DISCARD/ : { *(.data*) } }\n");
  for (const char *linker : {"ld.bfd", "ld.gold", "ld.lld-22"}) {
    EXPECT_EQ(link(linker, "-T discard.ld big.o").complaint("section-discarded").symbol, "big") << linker;
  }
}

TEST_F(ElfLinkers, Tls) {
  shop_.write("plain.c", "extern int t; int f(void) { return t; }\n");
  shop_.write("thread.c", "__thread int t = 1; int main(void) { return t; }\n");
  shop_.run("gcc -c plain.c thread.c");
  for (const char *linker : {"ld.bfd", "ld.gold"}) {
    EXPECT_EQ(link(linker, "plain.o thread.o").complaint("tls").symbol, "t") << linker;
  }
}

TEST_F(ElfLinkers, SharedLibraries) {
  shop_.write("base.c", "int base(void) { return 1; }\n");
  shop_.write("mid.c", "int base(void); int mid(void) { return base(); }\n");
  shop_.write("top.c", "int base(void); int mid(void); int main(void) { return base() + mid(); }\n");
  shop_.write("only.c", "int mid(void); int main(void) { return mid(); }\n");
  shop_.write("hide.c",
              "__attribute__((visibility(\"hidden\"))) int base(void) { return 1; }\n"
              "int mid(void); int main(void) { return mid(); }\n");
  shop_.run(
      "gcc -shared -fPIC base.c -o libbase.so -Wl,-soname,libbase.so && "
      "gcc -shared -fPIC mid.c -o libmid.so -L. -lbase && gcc -shared -fPIC mid.c -o libloose.so "
      "&& "
      "gcc -c top.c only.c hide.c");
  OneLink missing = link("ld.bfd", "top.o libmid.so -rpath-link .");
  const Complaint &dso = missing.complaint("dso-missing");
  EXPECT_EQ(dso.symbol, "base");
  EXPECT_TRUE(dso.subject.ends_with("libbase.so"));
  EXPECT_EQ(dso.references.at(0).file, "top.o");
  OneLink needed = link("ld.bfd", "only.o libmid.so");
  EXPECT_EQ(needed.complaint("needed-not-found").subject, "libbase.so");
  EXPECT_EQ(needed.complaint("needed-not-found").references.at(0).file, "libmid.so");
  for (const char *linker : {"ld.bfd", "ld.gold", "ld.lld-14", "ld.lld-19", "ld.lld-22"}) {
    const OneLink read = link(linker, "only.o libloose.so");
    const Complaint &loose = read.complaint("shlib-undefined", "base");
    ASSERT_FALSE(loose.references.empty()) << linker;
    EXPECT_EQ(loose.references[0].file, "libloose.so") << linker;
  }
  for (const char *linker : {"ld.bfd", "ld.lld-22"}) {
    EXPECT_EQ(link(linker, "hide.o libloose.so").complaint("hidden-referenced").symbol, "base") << linker;
  }
}

TEST_F(ElfLinkers, Gold) {
  OneLink read = link("ld.gold", "main.o dup.o");
  EXPECT_EQ(read.link.linker, Linker::Gold);
  EXPECT_EQ(read.complaint("undefined", "foo(int)").references.at(0).function, "use()");
  EXPECT_EQ(read.complaint("undefined", "foo(int)").references.at(0).file, "main.o");
  EXPECT_EQ(read.complaint("undefined", "vtable for A").notes.size(), 1u);
  EXPECT_EQ(read.complaint("duplicate", "dup()").references.size(), 2u);
  EXPECT_EQ(link("ld.gold", "user.o -lnope").complaint("cannot-find-library").subject, "nope");
  EXPECT_EQ(link("ld.gold", "nofile.o").complaint("cannot-open").subject, "nofile.o");
  EXPECT_EQ(link("ld.gold", "user.o text.o").complaint("wrong-format").subject, "text.o");
  EXPECT_EQ(link("ld.gold", "user.o arm.o").complaint("incompatible").subject, "arm.o");
  EXPECT_EQ(link("ld.gold", "--frobnicate user.o").complaint("bad-option").subject, "--frobnicate");
  EXPECT_EQ(link("ld.gold", "-shared main.o").complaint("relocation-pic").symbol, "_ZTV1A");
  EXPECT_EQ(link("ld.gold", "user.o libarc.a").complaint("undefined").references.at(0).member, "member.o");
}

TEST_F(ElfLinkers, Lld) {
  for (const std::string linker : {"ld.lld-14", "ld.lld-19", "ld.lld-22"}) {
    SCOPED_TRACE(linker);
    OneLink read = link(linker, "main.o");
    EXPECT_EQ(read.link.linker, Linker::Lld);
    EXPECT_EQ(read.link.flavor, Flavor::Gnu);
    const Complaint &foo = read.complaint("undefined", "foo(int)");
    ASSERT_EQ(foo.references.size(), 3u);
    EXPECT_EQ(foo.references[0].file, "main.o");
    EXPECT_EQ(foo.references[0].function, "use()");
    EXPECT_EQ(foo.references[0].source, "main.cc");
    EXPECT_EQ(foo.more_references, 3u);
    EXPECT_EQ(foo.line_end - foo.line, 7u);
    OneLink archive = link(linker, "user.o libarc.a");
    EXPECT_EQ(archive.complaint("undefined", "missing_thing").references.at(0).file, "libarc.a");
    EXPECT_EQ(archive.complaint("undefined", "missing_thing").references.at(0).member, "member.o");
    OneLink twice = link(linker, "maing.o dup.o");
    ASSERT_EQ(twice.complaint("duplicate", "dup()").references.size(), 2u);
    EXPECT_EQ(twice.complaint("duplicate").references[0].file, "maing.o");
    EXPECT_TRUE(twice.complaint("duplicate").references[0].source.ends_with("main.cc:7"));
    EXPECT_EQ(link(linker, "hidden.o").complaint("undefined-hidden").symbol, "hidden_thing");
    EXPECT_EQ(link(linker, "user.o -lnope").complaint("cannot-find-library").subject, "nope");
    EXPECT_EQ(link(linker, "nofile.o").complaint("cannot-open").subject, "nofile.o");
    EXPECT_EQ(link(linker, "user.o text.o").complaint("script").subject, "text.o");
    EXPECT_EQ(link(linker, "user.o arm.o").complaint("incompatible").subject, "arm.o");
    EXPECT_EQ(link(linker, "user.o -L. -larm").complaint("incompatible").subject, "./libarm.a(arm.o)");
    EXPECT_EQ(link(linker, "--frobnicate user.o").complaint("bad-option").subject, "--frobnicate");
    EXPECT_EQ(link(linker, "-shared main.o").complaint("relocation-pic").symbol, "vtable for A");
    EXPECT_EQ(link(linker, "-o /nowhere/x main.o --unresolved-symbols=ignore-all").complaint("write-failed").subject,
              "/nowhere/x");
  }
}

TEST_F(ElfLinkers, LldNewerBitcode) {
  shop_.run("clang-22 -flto -c member.c -o new.o");
  const OneLink read = link("ld.lld-14", "user.o new.o");
  const Complaint &newer = read.complaint("newer-bitcode");
  EXPECT_EQ(newer.subject, "new.o");
  ASSERT_EQ(newer.notes.size(), 2u);
  EXPECT_TRUE(newer.notes[0].starts_with("Producer: LLVM22"));
  EXPECT_TRUE(newer.notes[1].starts_with("Reader: LLVM 14"));
  EXPECT_EQ(link("ld.bfd", "user.o new.o").complaint("wrong-format").subject, "new.o");
  EXPECT_EQ(link("mold", "user.o new.o").complaint("lto-plugin").subject, "new.o");
}

TEST_F(ElfLinkers, Mold) {
  OneLink read = link("mold", "main.o");
  EXPECT_EQ(read.link.linker, Linker::Mold);
  const Complaint &foo = read.complaint("undefined", "foo(int)");
  ASSERT_EQ(foo.references.size(), 3u);  // mold 1.10 leaves out the line ends between them
  EXPECT_EQ(foo.references[2].file, "main.o");
  EXPECT_EQ(foo.more_references, 3u);
  OneLink archive = link("mold", "user.o libarc.a");
  EXPECT_EQ(archive.complaint("undefined").references.at(0).file, "libarc.a");
  EXPECT_EQ(archive.complaint("undefined").references.at(0).member, "member.o");
  EXPECT_EQ(archive.complaint("undefined").references.at(0).function, "from_archive");
  OneLink twice = link("mold", "main.o dup.o");
  EXPECT_EQ(twice.complaint("duplicate", "dup()").references.size(), 2u);
  EXPECT_EQ(link("mold", "user.o -lnope").complaint("cannot-find-library").subject, "nope");
  EXPECT_EQ(link("mold", "user.o nofile.o").complaint("cannot-open").subject, "nofile.o");
  EXPECT_EQ(link("mold", "user.o arm.o").complaint("incompatible").subject, "arm.o");
  EXPECT_EQ(link("mold", "user.o -L. -larm").complaint("skipping-incompatible").subject, "./libarm.a");
  EXPECT_EQ(link("mold", "--frobnicate user.o").complaint("bad-option").subject, "--frobnicate");
  EXPECT_EQ(link("mold", "-shared main.o").complaint("relocation-pic").symbol, "vtable for A");
  EXPECT_EQ(link("mold", "user.o text.o").complaint("script").kind, ComplaintKind::Input);
  shop_.write("fine.c", "int main(void) { return 0; }\n");
  shop_.run("gcc -c fine.c");
  EXPECT_EQ(link("mold", "-o /nowhere/x fine.o").complaint("write-failed").subject, "/nowhere");
}

TEST_F(ElfLinkers, VersionScripts) {
  shop_.write("absent.map", "V1 { global: nothere; local: *; };\n");
  for (const char *linker : {"ld.bfd", "ld.gold", "ld.lld-22", "mold"}) {
    OneLink read = link(linker, "-shared hidden.o member.o --version-script=absent.map --no-undefined-version");
    EXPECT_EQ(read.complaint("version-script").symbol, "nothere") << linker;
  }
}

TEST_F(ElfLinkers, WindowsTargetOfBfd) {
  if (shop_.output("ld.bfd -V").find("i386pep") == std::string::npos) GTEST_SKIP() << "no PE emulation";
  shop_.run("clang++-22 --target=x86_64-w64-mingw32 -fno-exceptions -c main.cc dup.cc");
  OneLink read = link("ld.bfd", "-m i386pep main.o dup.o");
  EXPECT_EQ(read.complaint("duplicate", "dup()").references.size(), 2u);
  EXPECT_EQ(read.complaint("undefined", "foo(int)").references.at(0).file, "main.o");
  EXPECT_EQ(read.complaint("undefined", "foo(int)").references.at(0).source, "main.cc");
}

}  // namespace
}  // namespace ldwhy::testing
