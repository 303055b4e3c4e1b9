// IR beside native code, against what the compilers' own tools say of it.
#include "unit/input/object_rows.h"

namespace ldwhy {
namespace {

using namespace testing;

const char *const source = R"(
int global = 1;
extern int wanted(int);
extern int wanted_data;
int common[4];
__attribute__((weak)) int weak_function(void) { return 2; }
__attribute__((weak)) extern int weakly_wanted(void);
int local_user(int x) { return wanted(x) + global + common[1] + wanted_data; }
int other(void) { return weakly_wanted ? weakly_wanted() : 0; }
)";

struct Embedding {
  const char *command;
  const char *section;
};
const Embedding embeddings[] = {
    {"clang-22 -flto=thin -ffat-lto-objects", ".llvm.lto"},
    {"clang-22 -flto -ffat-lto-objects", ".llvm.lto"},
    {"clang-19 -flto -ffat-lto-objects", ".llvm.lto"},
    {"clang-14 -fembed-bitcode=all", ".llvmbc"},
    {"clang-22 -fembed-bitcode=all", ".llvmbc"},
    {"clang-22 --target=aarch64-linux-gnu -fembed-bitcode=all", ".llvmbc"},
    {"clang-22 --target=x86_64-pc-windows-msvc -Xclang -fembed-bitcode=all", ".llvmbc"},
    {"clang-22 --target=wasm32 -Xclang -fembed-bitcode=all", ".llvmbc"},
    {"clang-14 --target=arm64-apple-macosx11 -fembed-bitcode=all", "__LLVM,__bitcode"},
    {"clang-22 --target=arm64-apple-macosx11 -fembed-bitcode=all", "__LLVM,__bitcode"},
};

TEST(EmbeddedIr, IsWhatLlvmFindsInTheSection) {
  for (const Embedding &embedding : embeddings) {
    SCOPED_TRACE(embedding.command);
    Workshop shop;
    shop.write("a.c", source);
    shop.run(fmt::format("{} -O1 -fcommon -c a.c -o a.o", embedding.command));
    Opened native = open_file(shop, "a.o");
    ASSERT_TRUE(native.object);
    EXPECT_EQ(native.object->kind(), ObjectKind::Relocatable);
    EXPECT_EQ(native.object->module(), nullptr);
    EmbeddedIr ir = native.object->embedded_ir();
    ASSERT_TRUE(ir.object);
    EXPECT_EQ(ir.section, embedding.section);
    EXPECT_EQ(ir.object->kind(), ObjectKind::Bitcode);
    ASSERT_TRUE(ir.object->module());
    EXPECT_EQ(ir.object, native.object->embedded_ir().object);
    if (native.object->target().format == Format::Wasm) continue;  // objcopy cannot dump it
    shop.run(fmt::format("llvm-objcopy-22 --dump-section '{}'=a.bc a.o", embedding.section));
    std::vector<std::string> theirs = rows_of_nm(shop.output("llvm-nm-22 --format=posix --no-sort a.bc"));
    ASSERT_GE(theirs.size(), 8u);
    EXPECT_EQ(sorted(nm_rows_of(*ir.object)), sorted(theirs));
  }
}

TEST(EmbeddedIr, IsNoneWhereThereIsNone) {
  Workshop shop;
  shop.write("a.c", source);
  for (const char *command :
       {"gcc", "clang-22", "clang-22 -fembed-bitcode=marker", "clang-22 --target=arm64-apple-ios15",
        "clang-22 --target=arm64-apple-ios15 -fembed-bitcode=marker", "clang-22 --target=x86_64-pc-windows-msvc",
        "clang-22 --target=wasm32", "clang-22 -flto"}) {
    shop.run(fmt::format("{} -c a.c -o a.o", command));
    Opened a = open_file(shop, "a.o");
    EXPECT_EQ(a.object->embedded_ir().object, nullptr) << command;
    EXPECT_EQ(a.object->embedded_ir().section, "") << command;
  }
}

TEST(EmbeddedIr, IsFoundInLibrariesOfRustc) {
  Workshop shop;
  shop.write("a.rs", "pub fn a(x: i32) -> i32 { x + 1 }");
  for (const char *compiler : {"rustc", "rustc -Cpanic=abort -Copt-level=2"}) {
    shop.run(fmt::format("{} --crate-type rlib -Cembed-bitcode=yes a.rs -o liba.rlib", compiler));
    std::string contents = shop.read("liba.rlib");
    int modules = 0;
    for (const ArchiveMember &member : read_archive(Bytes(contents)).members) {
      if (!member.name.ends_with(".o")) continue;
      Result<std::unique_ptr<Object>> object = open_object(member.bytes);
      ASSERT_TRUE(object);
      EmbeddedIr ir = (*object)->embedded_ir();
      ASSERT_TRUE(ir.object) << member.name;
      EXPECT_EQ(ir.section, ".llvmbc");
      modules += ir.object->module() != nullptr;
      EXPECT_TRUE(ir.object->module()->source_file.starts_with("a."));
    }
    EXPECT_GT(modules, 0);
    shop.run(fmt::format("{} --crate-type rlib -Cembed-bitcode=no a.rs -o libb.rlib", compiler));
    std::string without = shop.read("libb.rlib");
    for (const ArchiveMember &member : read_archive(Bytes(without)).members)
      if (member.name.ends_with(".o")) {
        Result<std::unique_ptr<Object>> object = open_object(member.bytes);
        ASSERT_TRUE(object);
        EXPECT_FALSE((*object)->embedded_ir().object);
      }
  }
}

// GCC's: nm asks the compiler's own plugin.
std::vector<std::string> rows_of_gcc(const Workshop &shop, const std::string &nm, const std::string &file) {
  std::vector<std::string> rows;
  for (const std::string &line : lines_of(shop.output(nm + " --no-sort --format=posix " + file))) {
    std::vector<std::string> words = words_of(line);
    if (words.size() < 2) continue;
    rows.push_back(fmt::format("{} {}", letter_of_nm(words[1][0]), words[0]));
  }
  return rows;
}

struct Gcc {
  const char *compiler;
  const char *nm;
  const char *object_dump;
};

TEST(GccIr, HasTheSymbolsThatThePluginTells) {
  for (const Gcc &gcc : {Gcc{"gcc", "gcc-nm", "objdump"}, Gcc{"gcc -m32", "gcc-nm", "objdump"},
                         Gcc{"x86_64-w64-mingw32-gcc", "x86_64-w64-mingw32-gcc-nm", ""},
                         Gcc{"i686-w64-mingw32-gcc", "i686-w64-mingw32-gcc-nm", ""}})
    for (const char *mode : {"-fno-fat-lto-objects", "-ffat-lto-objects"}) {
      SCOPED_TRACE(fmt::format("{} {}", gcc.compiler, mode));
      Workshop shop;
      shop.write("a.c", source);
      shop.run(fmt::format("{} -O1 -flto {} -fcommon -c a.c -o a.o", gcc.compiler, mode));
      Opened a = open_file(shop, "a.o");
      bool slim = std::string_view(mode) == "-fno-fat-lto-objects";
      EXPECT_EQ(a.object->kind(), slim ? ObjectKind::GccSlimLto : ObjectKind::Relocatable);
      EmbeddedIr ir = a.object->embedded_ir();
      ASSERT_TRUE(ir.object);
      EXPECT_TRUE(ir.section.starts_with(".gnu.lto_.symtab."));
      EXPECT_EQ(ir.object->kind(), ObjectKind::GccSlimLto);
      EXPECT_TRUE(ir.object->producer().starts_with("GCC: ("));
      std::vector<std::string> theirs = rows_of_gcc(shop, gcc.nm, "a.o");
      ASSERT_GE(theirs.size(), 8u);
      EXPECT_EQ(sorted(nm_rows_of(*ir.object)), sorted(theirs));
    }
}

TEST(GccIr, TellsKindsVisibilityAndGroups) {
  Workshop shop;
  shop.write("a.cc", R"(
    struct Shape { virtual ~Shape(); virtual int area() const { return 1; } };
    inline int counter() { static int count; return ++count; }
    __attribute__((visibility("hidden"))) int hidden = 1;
    __attribute__((visibility("protected"))) int protected_one = 1;
    int common_one;
    int use() { return counter() + hidden; }
    Shape *make() { return new Shape; }
  )");
  shop.run("gcc -flto -fno-fat-lto-objects -O0 -std=c++17 -c a.cc -o a.o");
  Opened a = open_file(shop, "a.o");
  const Object &ir = *a.object->embedded_ir().object;
  EXPECT_EQ(symbol_named(ir, "_Z3usev").type, SymbolType::Function);
  EXPECT_EQ(symbol_named(ir, "_Z3usev").binding, Binding::Global);
  EXPECT_FALSE(symbol_named(ir, "_Z3usev").comdat);
  EXPECT_TRUE(symbol_named(ir, "_Z7counterv").comdat);
  EXPECT_EQ(symbol_named(ir, "_Z7counterv").binding, Binding::Weak);
  EXPECT_EQ(symbol_named(ir, "hidden").visibility, Visibility::Hidden);
  EXPECT_EQ(symbol_named(ir, "hidden").type, SymbolType::Object);
  EXPECT_EQ(symbol_named(ir, "protected_one").visibility, Visibility::Protected);
  EXPECT_EQ(symbol_named(ir, "_Znwm").state, SymbolState::Undefined);
}

TEST(GccIr, ReadsAllTablesOfJoinedObjects) {
  Workshop shop;
  shop.write("a.c", "int a(void) { return 1; }");
  shop.write("b.c", "int a(void); int b(void) { return a(); }");
  shop.run(
      "gcc -flto -fno-fat-lto-objects -c a.c -o a.o && gcc -flto -fno-fat-lto-objects -c b.c -o "
      "b.o");
  shop.run("ld.bfd -r a.o b.o -o ab.o");
  Opened ab = open_file(shop, "ab.o");
  EmbeddedIr ir = ab.object->embedded_ir();
  ASSERT_TRUE(ir.object);
  EXPECT_EQ(nm_rows_of(*ir.object), (std::vector<std::string>{"D a", "D b", "U a"}));
}

TEST(GccIr, SurvivesDamage) {
  Workshop shop;
  shop.write("a.c", "int a(int x) { return x; }");
  shop.run("gcc -flto -fno-fat-lto-objects -c a.c -o a.o");
  survive_damage(shop.read("a.o"), 20000);
  shop.run("clang-22 -flto -ffat-lto-objects -c a.c -o fat.o");
  survive_damage(shop.read("fat.o"), 5000);
}

}  // namespace
}  // namespace ldwhy
