// The WebAssembly reader against what LLVM says of objects and modules made on the spot.
#include "unit/input/object_rows.h"

namespace ldwhy {
namespace {

using namespace testing;

const char *const c_source = R"(
__attribute__((import_module("host"), import_name("field"))) int from_host(int);
extern int wanted(int);
extern int wanted_data;
int data = 1;
static int local_data = 2;
__attribute__((visibility("hidden"))) int hidden = 3;
int *pointers[] = {&wanted_data, &local_data};
_Thread_local int per_thread = 5;
__attribute__((weak)) int weak_function(int x) { return x; }
__attribute__((weak)) extern int weakly_wanted(void);
static __attribute__((noinline)) int helper(int x) { return wanted(x) + local_data++; }
int alpha(int x) { return helper(x) + from_host(x) + weak_function(x) + wanted_data; }
int beta(void) { return weakly_wanted ? weakly_wanted() : per_thread + data; }
)";

const char *const cc_source = R"(
struct Shape { virtual ~Shape(); virtual int area() const { return 1; } };
struct Square : Shape { int area() const override { return side * side; } int side = 2; };
template <class T> T twice(T value) { static T calls; ++calls; return value + value + calls; }
inline int counter() { static int count; return ++count; }
inline int shared_variable = 7;
int use(int x) { Square square; Shape *shape = &square; return shape->area() + twice(x) + counter() + shared_variable; }
)";

// "section offset symbol" of relocations, without those against sections.
std::vector<std::string> references_of_llvm(const Workshop &shop, const std::string &file) {
  std::vector<std::string> references;
  std::string section;
  for (const std::string &line : lines_of(shop.output("llvm-readobj-22 --relocations " + file))) {
    std::vector<std::string> words = words_of(line);
    if (words.size() >= 3 && words[0] == "Section") section = words[2];
    if (words.size() < 3 || !words[0].starts_with("0x") || words[1].find("SECTION_OFFSET") != std::string::npos ||
        words[1].find("TYPE_INDEX") != std::string::npos)
      continue;
    references.push_back(fmt::format("{} {:x} {}", section, std::stoull(words[0], nullptr, 16), words[2]));
  }
  return references;
}

std::vector<std::string> references_of(const Object &object) {
  std::vector<std::string> references;
  std::optional<Problem> problem = object.for_each_reference([&](const Reference &reference) {
    references.push_back(fmt::format("{} {:x} {}", reference.section, reference.offset, reference.symbol));
  });
  EXPECT_FALSE(problem) << to_string(*problem);
  return references;
}

std::set<std::string> calls_of(const Object &object) {
  std::set<std::string> calls;
  object.for_each_reference(
      [&](const Reference &reference) { calls.insert(fmt::format("{} -> {}", reference.function, reference.symbol)); });
  return calls;
}

class WasmOfEachCompiler : public ::testing::TestWithParam<const char *> {};

TEST_P(WasmOfEachCompiler, HasTheSymbolsAndReferencesThatLlvmPrints) {
  Workshop shop;
  shop.write("a.c", c_source);
  shop.write("b.cc", cc_source);
  std::string command = GetParam();
  bool wide = command.find("wasm64") != command.npos;
  for (const char *options : {"-O0 a.c", "-O1 -g a.c", "-O1 -pthread -ftls-model=local-exec a.c",
                              "-O0 -fPIC -std=c++17 -x c++ b.cc", "-O1 -std=c++17 -fwasm-exceptions -x c++ b.cc"}) {
    SCOPED_TRACE(options);
    shop.run(fmt::format("{} -w -c -o x.o {}", command, options));
    Opened x = open_file(shop, "x.o");
    ASSERT_TRUE(x.object);
    EXPECT_EQ(x.object->kind(), ObjectKind::Relocatable);
    EXPECT_EQ(x.object->target().format, Format::Wasm);
    EXPECT_EQ(x.object->target().arch, wide ? Arch::Wasm64 : Arch::Wasm32);
    EXPECT_EQ(x.object->target().bits, wide ? 64 : 32);
    std::vector<std::string> theirs = rows_of_nm(shop.output("llvm-nm-22 --format=posix --no-sort x.o"));
    ASSERT_GT(theirs.size(), 8u);
    EXPECT_EQ(difference_of(nm_rows_of(*x.object), theirs), "");
    std::vector<std::string> references = references_of_llvm(shop, "x.o");
    ASSERT_GT(references.size(), 5u);
    EXPECT_EQ(difference_of(references_of(*x.object), references), "");
  }
}

INSTANTIATE_TEST_SUITE_P(, WasmOfEachCompiler,
                         ::testing::Values("clang-14 --target=wasm32-wasi", "clang-19 --target=wasm32-unknown-unknown",
                                           "clang-22 --target=wasm32-unknown-unknown",
                                           "clang-22 --target=wasm64-unknown-unknown"));

TEST(Wasm, TellsKindsOfSymbols) {
  Workshop shop;
  shop.write("a.c", c_source);
  shop.write("b.cc", cc_source);
  shop.run("clang-22 --target=wasm32 -pthread -c a.c -o a.o");
  shop.run("clang-22 --target=wasm32 -std=c++17 -c b.cc -o b.o");
  Opened a = open_file(shop, "a.o");
  EXPECT_EQ(symbol_named(*a.object, "alpha").type, SymbolType::Function);
  EXPECT_EQ(symbol_named(*a.object, "data").type, SymbolType::Object);
  EXPECT_EQ(symbol_named(*a.object, "data").size, 4u);
  EXPECT_EQ(symbol_named(*a.object, "per_thread").type, SymbolType::Tls);
  EXPECT_EQ(symbol_named(*a.object, "hidden").visibility, Visibility::Hidden);
  EXPECT_EQ(symbol_named(*a.object, "weakly_wanted").binding, Binding::Weak);
  EXPECT_EQ(symbol_named(*a.object, "weakly_wanted").state, SymbolState::Undefined);
  EXPECT_TRUE(symbol_named(*a.object, "from_host").host_import);
  EXPECT_FALSE(symbol_named(*a.object, "wanted").host_import);
  Opened b = open_file(shop, "b.o");
  EXPECT_TRUE(symbol_named(*b.object, "_Z5twiceIiET_S0_").comdat);
  EXPECT_TRUE(symbol_named(*b.object, "shared_variable").comdat);
  EXPECT_FALSE(symbol_named(*b.object, "_Z3usei").comdat);
}

TEST(Wasm, NamesTheFunctionOfAReference) {
  Workshop shop;
  shop.write("a.c", c_source);
  for (const char *compiler : {"clang-14 --target=wasm32", "clang-22 --target=wasm32"}) {
    shop.run(fmt::format("{} -O1 -c a.c -o a.o", compiler));
    Opened a = open_file(shop, "a.o");
    std::set<std::string> calls = calls_of(*a.object);
    EXPECT_TRUE(calls.contains("helper -> wanted"));
    EXPECT_TRUE(calls.contains("alpha -> from_host"));
    EXPECT_TRUE(calls.contains("pointers -> wanted_data"));
    EXPECT_FALSE(calls.contains("alpha -> wanted"));
  }
}

TEST(Wasm, SaysWhoMadeItAndWhatItNeeds) {
  Workshop shop;
  shop.write("a.c", c_source);
  shop.run("clang-22 --target=wasm32 -pthread -c a.c -o a.o");
  Opened a = open_file(shop, "a.o");
  EXPECT_NE(a.object->producer().find("clang"), std::string_view::npos) << a.object->producer();
  EXPECT_NE(a.object->producer().find("22."), std::string_view::npos) << a.object->producer();
  std::vector<std::string> features = a.object->features();
  EXPECT_NE(std::ranges::find(features, "+atomics"), features.end());
  shop.run("clang-22 --target=wasm32 -mcpu=mvp -c a.c -o b.o");
  features = open_file(shop, "b.o").object->features();
  EXPECT_EQ(std::ranges::find(features, "+atomics"), features.end());
}

TEST(Wasm, ReadsEveryWasiLibrary) {
  Workshop shop;
  expect_archives_like_nm(shop, "/usr/lib/wasm32-wasi", 5000);
}

std::vector<std::string> dynamic_rows(const Object &object) {
  std::vector<std::string> rows;
  for (const Symbol &symbol : symbols_of(object)) {
    EXPECT_TRUE(symbol.dynamic);
    rows.push_back(fmt::format("{} {}", letter_of(symbol), symbol.name));
  }
  return rows;
}

TEST(Wasm, ReadsSharedLibraries) {
  Workshop shop;
  shop.write("a.c", R"(
    #define SHOWN __attribute__((visibility("default")))
    extern int far(int);
    extern int far_data;
    SHOWN int near_data = 3;
    SHOWN __attribute__((weak)) int weak_one(void) { return 2; }
    __attribute__((weak)) extern int maybe(void);
    SHOWN int near(int x) { return far(x) + far_data + near_data + (maybe ? maybe() : 0); }
  )");
  shop.write("b.c", "__attribute__((visibility(\"default\"))) int far(int x) { return x; }");
  shop.run("for f in a b; do clang-22 --target=wasm32 -fPIC -c $f.c -o $f.o; done");
  shop.run("wasm-ld-22 -shared --experimental-pic b.o -o libb.so 2>/dev/null");
  shop.run(
      "wasm-ld-22 -shared --experimental-pic --unresolved-symbols=import-dynamic a.o libb.so "
      "-o liba.so 2>/dev/null");
  Opened library = open_file(shop, "liba.so");
  ASSERT_TRUE(library.object);
  EXPECT_EQ(library.object->kind(), ObjectKind::Shared);
  EXPECT_EQ(library.object->needed(), std::vector<std::string_view>{"libb.so"});
  std::vector<std::string> rows = dynamic_rows(*library.object);
  for (const char *row : {"U far", "U far_data", "D near", "D near_data", "w maybe"})
    EXPECT_NE(std::ranges::find(rows, row), rows.end()) << row << " in " << fmt::format("{}", fmt::join(rows, ", "));
  for (const std::string &row : rows) {
    EXPECT_EQ(row.find("memory_base"), row.npos) << row;
    EXPECT_EQ(row.find("stack_pointer"), row.npos) << row;
  }
}

TEST(Wasm, ReadsPrograms) {
  Workshop shop;
  shop.write("a.c", R"(
    __attribute__((import_module("host"), import_name("field"))) int from_host(int);
    int from_env(int);
    __attribute__((export_name("run"))) int f(int x) { return from_host(x) + from_env(x); }
    void _start(void) { f(1); }
  )");
  shop.run("clang-22 --target=wasm32 -c a.c -o a.o && wasm-ld-22 --allow-undefined a.o -o a.wasm");
  Opened program = open_file(shop, "a.wasm");
  ASSERT_TRUE(program.object);
  EXPECT_EQ(program.object->kind(), ObjectKind::Executable);
  EXPECT_EQ(dynamic_rows(*program.object),
            (std::vector<std::string>{"U field", "U from_env", "D memory", "D run", "D _start"}));
}

TEST(Wasm, SaysWhatItCannotRead) {
  std::string component("\0asm\x0d\0\1\0", 8);
  Result<std::unique_ptr<Object>> object = open_object(Bytes(component));
  ASSERT_FALSE(object);
  EXPECT_EQ(object.error().text, "expected a WebAssembly module, found a component");
}

TEST(Wasm, ClaimsNothingElse) {
  Workshop shop;
  shop.write("a.c", "int a;");
  shop.run(
      "clang-22 -c a.c -o elf.o && clang-22 --target=arm64-apple-macosx11 -c a.c -o macho.o && "
      "clang-22 --target=x86_64-pc-windows-msvc -c a.c -o coff.o && clang-22 -flto -c a.c -o "
      "bitcode.o");
  for (const char *name : {"elf.o", "macho.o", "coff.o", "bitcode.o"}) {
    std::string contents = shop.read(name);
    EXPECT_FALSE(wasm_format.claims(Bytes(contents))) << name;
  }
  EXPECT_FALSE(wasm_format.claims(Bytes()));
}

TEST(Wasm, SurvivesDamage) {
  Workshop shop;
  shop.write("a.c", c_source);
  shop.write("b.cc", cc_source);
  shop.run(
      "clang-22 --target=wasm32 -O1 -c a.c -o a.o && "
      "clang-22 --target=wasm32 -fPIC -O1 -std=c++17 -c b.cc -o b.o");
  shop.run(
      "wasm-ld-22 -shared --experimental-pic --unresolved-symbols=import-dynamic b.o -o b.so "
      "2>/dev/null");
  for (const char *name : {"a.o", "b.o", "b.so"}) survive_damage(shop.read(name), 10000);
}

}  // namespace
}  // namespace ldwhy
