#include <gtest/gtest.h>

#include "command/command.h"

namespace ldwhy {
namespace {

struct Row {
  const char *path;
  bool driver, linker;
  Flavor flavor;
  Linker kind;
  const char *version;
};

class Classify : public ::testing::TestWithParam<Row> {};

TEST_P(Classify, TellsWhatTheNameSays) {
  const Row &row = GetParam();
  ProgramName name = classify_program(row.path);
  EXPECT_EQ(name.driver, row.driver);
  EXPECT_EQ(name.linker, row.linker);
  EXPECT_EQ(name.flavor, row.flavor);
  EXPECT_EQ(name.kind, row.kind);
  EXPECT_EQ(name.version, row.version);
}

constexpr Flavor none = Flavor::Unknown;
constexpr Linker any = Linker::Unknown;

INSTANTIATE_TEST_SUITE_P(
    Names, Classify,
    ::testing::Values(
        Row{"cc", true, false, none, any, ""}, Row{"/usr/bin/gcc-12", true, false, none, any, "12"},
        Row{"x86_64-linux-gnu-g++-12.2", true, false, Flavor::Gnu, any, "12.2"},
        Row{"clang++-22", true, false, none, any, "22"}, Row{"clang-cl", true, false, Flavor::Coff, any, ""},
        Row{"aarch64-apple-darwin23-clang", true, false, Flavor::Darwin, any, ""},
        Row{"o64-clang++", true, false, Flavor::Darwin, any, ""}, Row{"rustc", true, false, none, any, ""},
        Row{"gfortran", true, false, none, any, ""}, Row{"emcc", true, false, Flavor::Wasm, Linker::Lld, ""},
        Row{"nvcc", true, false, none, any, ""}, Row{"zig", true, false, none, Linker::Lld, ""},
        Row{"ld", false, true, none, any, ""}, Row{"/usr/bin/ld.bfd", false, true, Flavor::Gnu, Linker::Bfd, ""},
        Row{"gold", false, true, Flavor::Gnu, Linker::Gold, ""},
        Row{"ld.lld-19", false, true, Flavor::Gnu, Linker::Lld, "19"},
        Row{"/usr/lib/llvm-22/bin/ld.lld", false, true, Flavor::Gnu, Linker::Lld, "22"},
        Row{"ld64.lld-14", false, true, Flavor::Darwin, Linker::Lld, "14"},
        Row{"lld-22", false, true, none, Linker::Lld, "22"}, Row{"rust-lld", false, true, none, Linker::Lld, ""},
        Row{"wasm-ld-19", false, true, Flavor::Wasm, Linker::Lld, "19"},
        Row{"lld-link", false, true, Flavor::Coff, Linker::Lld, ""},
        Row{"mold", false, true, Flavor::Gnu, Linker::Mold, ""},
        Row{"/x/libexec/mold/ld.mold", false, true, Flavor::Gnu, Linker::Mold, ""},
        Row{"ld64", false, true, Flavor::Darwin, Linker::AppleLd64, ""},
        Row{"x86_64-apple-darwin20.4-ld", false, true, Flavor::Darwin, Linker::AppleLd64, ""},
        Row{"x86_64-w64-mingw32-ld", false, true, Flavor::Gnu, Linker::Bfd, ""},
        Row{"aarch64-linux-gnu-ld.gold", false, true, Flavor::Gnu, Linker::Gold, ""},
        Row{"C:\\VS\\bin\\LINK.EXE", false, true, Flavor::Coff, Linker::LinkExe, ""},
        Row{"link", false, false, none, any, ""}, Row{"gcc-ar", false, false, none, any, ""},
        Row{"clang-format", false, false, none, any, ""}, Row{"build", false, false, none, any, ""},
        Row{"", false, false, none, any, ""}, Row{"-", false, false, none, any, ""}));

TEST(LinkerVersion, ReadsBanners) {
  struct Banner {
    const char *text, *version;
    Linker kind;
  };
  for (const Banner &row : {
           Banner{"GNU ld (GNU Binutils for Debian) 2.40\nCopyright", "2.40", Linker::Bfd},
           Banner{"GNU gold (GNU Binutils for Debian 2.40) 1.16\n", "1.16", Linker::Gold},
           Banner{"Debian LLD 22.1.8 (compatible with GNU linkers)\n", "22.1.8", Linker::Lld},
           Banner{"mold 2.34.1 (0123abcd; compatible with GNU ld)\n", "2.34.1", Linker::Mold},
           Banner{"@(#)PROGRAM:ld  PROJECT:ld64-954.16\nBUILD", "954.16", Linker::AppleLd64},
           Banner{"@(#)PROGRAM:ld PROJECT:ld-1115.7.3\n", "1115.7.3", Linker::AppleLdPrime},
           Banner{"@(#)PROGRAM:ld  PROJECT:dyld-1015.7\n", "1015.7", Linker::AppleLdPrime},
           Banner{"Wild version 0.5.0 (compatible with GNU linkers)\n", "0.5.0", Linker::Wild},
           Banner{"no such program", "", Linker::Unknown},
       }) {
    Linker kind = Linker::Unknown;
    EXPECT_EQ(read_linker_version(row.text, &kind), row.version) << row.text;
    EXPECT_EQ(kind, row.kind) << row.text;
  }
}

TEST(LinkerVersion, AsksRealLinkers) {
  struct Real {
    const char *program, *start;
    Linker kind;
    Flavor flavor;
  };
  for (const Real &row :
       {Real{"ld", "2.", Linker::Bfd, Flavor::Gnu}, Real{"ld.gold", "1.", Linker::Gold, Flavor::Gnu},
        Real{"mold", "1.", Linker::Mold, Flavor::Gnu}, Real{"ld.lld-19", "19.", Linker::Lld, Flavor::Gnu},
        Real{"ld64.lld-22", "22.", Linker::Lld, Flavor::Darwin}}) {
    Command command;
    command.linker_path = row.program;
    command.flavor = row.flavor;
    command.linker = classify_program(row.program).kind;
    Linker kind = Linker::Unknown;
    std::string version = query_linker_version(command, &kind);
    EXPECT_TRUE(version.starts_with(row.start)) << row.program << ": " << version;
    EXPECT_EQ(kind, row.kind) << row.program;
  }
  Command absent;
  absent.linker_path = "ld.no-such-linker";
  EXPECT_EQ(query_linker_version(absent), "");
}

}  // namespace
}  // namespace ldwhy
