// Shared libraries and programs: kinds, names and the versions of dynamic symbols, against
// what binutils and LLVM say of files made on the spot and of this machine's libraries.
#include <set>

#include "base/files.h"
#include "unit/input/elf_rows.h"

namespace ldwhy {
namespace {

using namespace testing;

TEST(ElfDynamic, TellsLibrariesFromPrograms) {
  Workshop shop;
  shop.write("m.c", "int main(void) { return 0; }");
  shop.run("gcc -pie m.c -o pie && gcc -no-pie m.c -o fixed && gcc -static-pie m.c -o static_pie");
  shop.run("gcc -shared -fPIC m.c -o plain.so && ld.bfd -r -o r.o $(gcc -c m.c -o m.o && echo m.o)");
  EXPECT_EQ(open_in(shop, "pie").object->kind(), ObjectKind::Executable);
  EXPECT_EQ(open_in(shop, "fixed").object->kind(), ObjectKind::Executable);
  EXPECT_EQ(open_in(shop, "static_pie").object->kind(), ObjectKind::Executable);
  EXPECT_EQ(open_in(shop, "plain.so").object->kind(), ObjectKind::Shared);
  EXPECT_EQ(open_in(shop, "r.o").object->kind(), ObjectKind::Relocatable);
  std::string libc = shop.output("gcc -print-file-name=libc.so.6");
  libc.pop_back();
  shop.run("cp " + libc + " libc.so.6");
  Opened c = open_in(shop, "libc.so.6");
  EXPECT_EQ(c.object->kind(), ObjectKind::Shared);
  EXPECT_EQ(c.object->shared_name(), "libc.so.6");
}

const char *const versioned_source = R"(
  #include <stdio.h>
  extern int wanted(void);
  int old_f(void) { return 1; }
  int new_f(void) { return wanted(); }
  __asm__(".symver old_f, f@V1");
  __asm__(".symver new_f, f@@V2");
  int plain(void) { return fprintf(stderr, "x"); }
  static int kept_inside(void) { return 3; }
  int (*hidden_table)(void) __attribute__((visibility("hidden"))) = kept_inside;
)";

TEST(ElfDynamic, ReadsVersionsOfASharedLibrary) {
  Workshop shop;
  shop.write("v.c", versioned_source);
  shop.write("v.map", "V1 { global: f; plain; local: *; }; V2 { global: f; } V1;");
  for (const char *linker : {"bfd", "gold", "lld-14", "lld-22"}) {
    SCOPED_TRACE(linker);
    shop.run(
        fmt::format("gcc -fPIC -c v.c -o v.o && ld.{} -shared -o libv.so v.o -soname libv.so.1 "
                    "--version-script=v.map -L$(dirname $(gcc -print-file-name=libc.so)) -lc",
                    linker));
    Opened v = open_in(shop, "libv.so");
    EXPECT_EQ(v.object->kind(), ObjectKind::Shared);
    EXPECT_EQ(v.object->shared_name(), "libv.so.1");
    EXPECT_EQ(v.object->needed(), std::vector<std::string_view>{"libc.so.6"});
    EXPECT_EQ(difference_of(rows_of(*v.object, true),
                            rows_of_readelf(shop.output("llvm-readelf-22 --dyn-symbols -W libv.so"))),
              "");
    std::set<std::string> versions;
    for (const Symbol &symbol : symbols_of(*v.object))
      if (symbol.dynamic && !symbol.version.empty() && symbol.section != 0)
        versions.insert(fmt::format("{}@{} {}", symbol.name, symbol.version, symbol.default_version));
    EXPECT_EQ(versions, (std::set<std::string>{"f@V1 false", "f@V2 true", "plain@V1 true"}));
    // The table that the library keeps to itself follows.
    EXPECT_EQ(symbol_named(*v.object, "kept_inside").binding, Binding::Local);
  }
}

TEST(ElfDynamic, ReadsACopiedVariableOfAProgram) {
  Workshop shop;
  shop.write("m.c", "#include <stdio.h>\nint main(void) { return fprintf(stderr, \"x\"); }");
  shop.run("gcc -no-pie m.c -o m");
  Opened m = open_in(shop, "m");
  EXPECT_EQ(difference_of(rows_of(*m.object, true), rows_of_readelf(shop.output("llvm-readelf-22 --dyn-symbols -W m"))),
            "");
  bool found = false;
  for (const Symbol &symbol : symbols_of(*m.object)) {
    if (!symbol.dynamic || symbol.name != "stderr") continue;
    found = true;
    EXPECT_EQ(symbol.state, SymbolState::Defined);
    EXPECT_EQ(symbol.version, "GLIBC_2.2.5");
    EXPECT_FALSE(symbol.default_version);
  }
  EXPECT_TRUE(found);
}

TEST(ElfDynamic, FindsDynamicSymbolsWithoutSectionHeaders) {
  Workshop shop;
  shop.write("v.c", R"(
    extern int wanted(void);
    int one(void) { return wanted(); }
    int two(void) { return one(); }
    int data = 5;
  )");
  shop.write("v.map", "V1 { global: one; data; local: no*; }; V2 { global: two; } V1;");
  for (const char *target : {"x86_64", "i686", "aarch64", "powerpc64", "s390x", "mips", "mips64el"}) {
    for (const char *hash : {"gnu", "sysv", "both"}) {
      if (std::string_view(target).starts_with("mips") && std::string_view(hash) != "sysv") continue;
      SCOPED_TRACE(fmt::format("{} {}", target, hash));
      const char *abi = std::string_view(target) == "powerpc64" ? "-mabi=elfv2" : "";
      shop.run(
          fmt::format("clang-22 --target={}-linux-gnu {} -fPIC -c v.c -o v.o && ld.lld-22 -shared "
                      "--hash-style={} --version-script=v.map -soname libv.so v.o -o libv.so",
                      target, abi, hash));
      Opened whole = open_in(shop, "libv.so");
      std::vector<std::string> rows = rows_of_readelf(shop.output("llvm-readelf-22 --dyn-symbols -W libv.so"));
      ASSERT_GE(rows.size(), 4u);
      EXPECT_EQ(difference_of(rows_of(*whole.object, true), rows), "");
      std::string cut = without_sections(whole.contents);
      std::unique_ptr<Object> object = open_bytes(cut);
      EXPECT_EQ(object->kind(), ObjectKind::Shared);
      EXPECT_EQ(object->shared_name(), "libv.so");
      EXPECT_EQ(difference_of(rows_of(*object, true), rows), "");
    }
  }
}

TEST(ElfDynamic, ReadsTheLibrariesOfThisMachine) {
  DiskFiles files;
  std::string libc = Workshop().output("gcc -print-file-name=libc.so.6");
  std::string folder(parent_path(normal_path(libc.substr(0, libc.size() - 1))));
  Workshop shop;
  int seen = 0;
  int turn = 0;
  for (const std::string &name : files.list(folder)) {
    if (name.find(".so") == std::string::npos) continue;
    bool always = name == "libc.so.6" || name == "libm.so.6" || name == "libstdc++.so.6";
    // One in twelve: all of them take a quarter of a minute.
    if (!always && turn++ % 12 != 0) continue;
    std::string path = join_path(folder, name);
    Result<FileRef> file = files.open(path);
    if (!file || !elf_format.claims((*file)->bytes()) || (*file)->bytes().size() > 8'000'000) continue;
    SCOPED_TRACE(path);
    std::unique_ptr<Object> object = elf_format.open((*file)->bytes());
    // GNU readelf prints the symbols that stand for versions without the version.
    std::vector<std::string> ours = rows_of(*object, true);
    for (std::string &row : ours) {
      std::string name = row.substr(row.rfind(' ') + 1);
      size_t at = name.find("@@");
      if (at != name.npos && name.substr(0, at) == name.substr(at + 2)) row.resize(row.size() - name.size() + at);
    }
    EXPECT_EQ(difference_of(ours, rows_of_readelf(shop.output("readelf --dyn-syms -W " + path))), "");
    std::string dynamic = shop.output("readelf -dW " + path);
    for (std::string_view needed : object->needed())
      EXPECT_NE(dynamic.find(fmt::format("Shared library: [{}]", needed)), std::string::npos);
    EXPECT_NE(dynamic.find(fmt::format("Library soname: [{}]", object->shared_name())) == std::string::npos,
              !object->shared_name().empty());
    ++seen;
  }
  EXPECT_GT(seen, 5);
}

}  // namespace
}  // namespace ldwhy
