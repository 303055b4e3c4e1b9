// The COFF reader against what LLVM says of objects made on the spot.
#include <map>

#include "input/coff_file.h"
#include "unit/input/object_rows.h"

namespace ldwhy {
namespace {

using namespace testing;

// "key: value" lines of llvm-readobj, one map a symbol. Auxiliary records' keys do not clash.
std::vector<std::map<std::string, std::string>> symbols_of_llvm(const Workshop &shop, const std::string &file) {
  std::vector<std::map<std::string, std::string>> symbols;
  for (const std::string &line : lines_of(shop.output("llvm-readobj-22 --symbols " + file))) {
    if (line == "  Symbol {") symbols.emplace_back();
    size_t colon = line.find(": ");
    if (symbols.empty() || colon == line.npos) continue;
    size_t key = line.find_first_not_of(' ');
    symbols.back()[line.substr(key, colon - key)] = line.substr(colon + 2);
  }
  return symbols;
}

// "text (17)": 17.
int64_t number_in(const std::string &text) { return std::stoll(text.substr(text.rfind('(') + 1), nullptr, 0); }

std::vector<std::string> rows_of_llvm(const Workshop &shop, const std::string &file) {
  std::vector<std::string> rows;
  std::map<int64_t, int64_t> selections;
  for (std::map<std::string, std::string> &symbol : symbols_of_llvm(shop, file)) {
    std::string name = symbol["Name"], storage = symbol["StorageClass"];
    int64_t section = number_in(symbol["Section"]), value = std::stoll(symbol["Value"]);
    bool external = storage == "External (0x2)";
    bool is_function = symbol["ComplexType"] == "Function (0x2)";
    if (storage == "File (0x67)") {
      rows.push_back(fmt::format("file {}", symbol["FileName"]));
    } else if (storage == "WeakExternal (0x69)") {
      std::string linked = symbol["Linked"], search = symbol["Search"];
      rows.push_back(fmt::format("weak {} {} {}", name, linked.substr(0, linked.rfind(' ')), number_in(search)));
    } else if (symbol.contains("Selection") && !is_function) {
      selections[section] = number_in("(" + symbol["Selection"].substr(symbol["Selection"].find("0x")));
      rows.push_back(fmt::format("section {} {}", name, section));
    } else if (section == 0 && external) {
      rows.push_back(value ? fmt::format("common {} {}", name, value)
                           : fmt::format("undefined {} {}", name, is_function));
    } else {
      bool comdat = external && selections[section] > 1;
      rows.push_back(fmt::format("defined {} {} {} {} {}", name, value, std::max<int64_t>(section, 0),
                                 external ? "global" : "local", comdat));
    }
  }
  return rows;
}

std::vector<std::string> rows_of_coff(const Object &object) {
  std::vector<std::string> rows;
  std::vector<Symbol> symbols = symbols_of(object);
  for (const Symbol &symbol : symbols) {
    if (symbol.type == SymbolType::File) {
      rows.push_back(fmt::format("file {}", symbol.name));
    } else if (symbol.fallback != no_symbol) {
      auto is_it = [&](const Symbol &other) { return other.index == symbol.fallback; };
      rows.push_back(fmt::format("weak {} {} {}", symbol.name, std::ranges::find_if(symbols, is_it)->name,
                                 static_cast<int>(symbol.weak_search)));
    } else if (symbol.type == SymbolType::Section) {
      rows.push_back(fmt::format("section {} {}", symbol.name, symbol.section));
    } else if (symbol.state == SymbolState::Common) {
      rows.push_back(fmt::format("common {} {}", symbol.name, symbol.size));
    } else if (!is_defined(symbol)) {
      rows.push_back(fmt::format("undefined {} {}", symbol.name, symbol.type == SymbolType::Function));
    } else {
      rows.push_back(fmt::format("defined {} {} {} {} {}", symbol.name, symbol.value, symbol.section,
                                 symbol.binding == Binding::Local ? "local" : "global", symbol.comdat));
    }
  }
  return rows;
}

// "section-name offset symbol" of relocations against anything but sections.
std::vector<std::string> references_of_llvm(const Workshop &shop, const std::string &file, const Object &object) {
  std::set<int64_t> skipped;
  for (const Symbol &symbol : symbols_of(object))
    if (symbol.type == SymbolType::Section || symbol.name.empty()) skipped.insert(symbol.index);
  std::vector<std::string> references;
  std::string section;
  for (const std::string &line : lines_of(shop.output("llvm-readobj-22 --relocations " + file))) {
    std::vector<std::string> words = words_of(line);
    if (words.size() >= 3 && words[0] == "Section") section = words[2];
    if (words.size() < 4 || !words[0].starts_with("0x")) continue;
    if (skipped.contains(number_in(line))) continue;
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

const char *const c_source = R"(
int tentative[16];
int data = 1;
static int local_data = 2;
extern int wanted_data;
__declspec(dllimport) int imported(int);
__declspec(dllexport) int exported(int x) { return imported(x); }
__declspec(dllexport) int exported_data = 3;
int wanted_function(int *);
int *table[] = {&wanted_data, &local_data};
__attribute__((weak)) int weak_function(void) { return data; }
__attribute__((weak)) extern int weakly_wanted(void);
static __attribute__((noinline)) int helper(int x) { return wanted_function(&local_data) + x; }
int alpha(int x) { return helper(x) + wanted_data + tentative[x]; }
int beta(void) { return weakly_wanted ? weakly_wanted() : weak_function(); }
)";

const char *const cc_source = R"(
struct Shape { virtual ~Shape(); virtual int area() const { return 1; } };
struct Square : Shape { int area() const override { return side * side; } int side = 2; };
template <class T> T twice(T value) { static T calls; ++calls; return value + value + calls; }
inline int counter() { static int count; return ++count; }
__declspec(selectany) int chosen = 4;
thread_local int per_thread = 3;
int use(int x) { Square square; Shape *shape = &square; return shape->area() + twice(x) + counter() + chosen + per_thread; }
)";

struct Compiler {
  const char *command;
  Arch arch;
  uint8_t bits;
};
const Compiler compilers[] = {
    {"clang-14 --target=x86_64-pc-windows-msvc", Arch::X86_64, 64},
    {"clang-19 --target=x86_64-pc-windows-msvc", Arch::X86_64, 64},
    {"clang-22 --target=x86_64-pc-windows-msvc", Arch::X86_64, 64},
    {"clang-22 --target=x86_64-w64-windows-gnu", Arch::X86_64, 64},
    {"clang-14 --target=i686-pc-windows-msvc", Arch::I386, 32},
    {"clang-22 --target=i686-pc-windows-msvc", Arch::I386, 32},
    {"clang-22 --target=i686-w64-windows-gnu", Arch::I386, 32},
    {"clang-14 --target=aarch64-pc-windows-msvc", Arch::Arm64, 64},
    {"clang-22 --target=aarch64-pc-windows-msvc", Arch::Arm64, 64},
    {"clang-22 --target=aarch64-w64-windows-gnu", Arch::Arm64, 64},
    {"clang-22 --target=arm64ec-pc-windows-msvc", Arch::Arm64ec, 64},
    {"clang-22 --target=armv7-pc-windows-msvc", Arch::Arm, 32},
    {"x86_64-w64-mingw32-gcc", Arch::X86_64, 64},
    {"i686-w64-mingw32-gcc", Arch::I386, 32},
};

class CoffOfEachCompiler : public ::testing::TestWithParam<Compiler> {};

TEST_P(CoffOfEachCompiler, HasTheSymbolsAndReferencesThatLlvmPrints) {
  Workshop shop;
  shop.write("a.c", c_source);
  shop.write("b.cc", cc_source);
  const Compiler &compiler = GetParam();
  bool is_gcc = std::string_view(compiler.command).ends_with("gcc");
  std::vector<std::string> calls = {"-O0 -fcommon a.c", "-O1 -ffunction-sections -fdata-sections a.c",
                                    "-O1 -g -fcommon a.c"};
  if (!is_gcc || compiler.arch == Arch::X86_64) calls.push_back("-O0 -std=c++17 -fno-exceptions -x c++ b.cc");
  for (const std::string &options : calls) {
    SCOPED_TRACE(options);
    shop.run(fmt::format("{} -w -c -o x.o {}", compiler.command, options));
    Opened x = open_file(shop, "x.o");
    ASSERT_TRUE(x.object);
    EXPECT_EQ(x.object->kind(), ObjectKind::Relocatable);
    EXPECT_EQ(x.object->target().format, Format::Coff);
    EXPECT_EQ(arch_name(x.object->target().arch), arch_name(compiler.arch));
    EXPECT_EQ(x.object->target().bits, compiler.bits);
    std::vector<std::string> rows = rows_of_llvm(shop, "x.o");
    ASSERT_GT(rows.size(), 15u);
    EXPECT_EQ(difference_of(rows_of_coff(*x.object), rows), "");
    std::vector<std::string> references = references_of_llvm(shop, "x.o", *x.object);
    ASSERT_GT(references.size(), 5u);
    EXPECT_EQ(difference_of(references_of(*x.object), references), "");
    EXPECT_EQ(difference_of(sorted(nm_rows_of(*x.object)),
                            sorted(rows_of_nm(shop.output("llvm-nm-22 --format=posix --no-sort x.o")))),
              "");
  }
}

TEST_P(CoffOfEachCompiler, NamesTheFunctionOfAReference) {
  Workshop shop;
  shop.write("a.c", c_source);
  const Compiler &compiler = GetParam();
  // 32-bit x86 and Arm64EC mark C functions in object files.
  std::string mark = compiler.arch == Arch::I386 ? "_" : "";
  for (const char *options : {"-O1", "-O1 -ffunction-sections"}) {
    shop.run(fmt::format("{} -w {} -c a.c -o a.o", compiler.command, options));
    Opened a = open_file(shop, "a.o");
    std::set<std::string> calls = calls_of(*a.object);
    EXPECT_TRUE(calls.contains(mark + "table -> " + mark + "wanted_data")) << options;
    if (compiler.arch == Arch::Arm64ec) continue;
    EXPECT_TRUE(calls.contains(mark + "helper -> " + mark + "wanted_function"));
    EXPECT_FALSE(calls.contains(mark + "alpha -> " + mark + "wanted_function"));
    EXPECT_TRUE(calls.contains(mark + "exported -> __imp_" + mark + "imported"));
  }
}

TEST_P(CoffOfEachCompiler, TellsWeakDefinitionsFromWeakReferences) {
  Workshop shop;
  shop.write("a.c", c_source);
  const Compiler &compiler = GetParam();
  if (compiler.arch == Arch::Arm64ec) return;  // each function has several weak names: see below
  std::string mark = compiler.arch == Arch::I386 ? "_" : "";
  shop.run(fmt::format("{} -w -c a.c -o a.o", compiler.command));
  Opened a = open_file(shop, "a.o");
  Symbol defined = symbol_named(*a.object, mark + "weak_function");
  EXPECT_EQ(defined.binding, Binding::Weak);
  EXPECT_EQ(defined.state, SymbolState::Defined);
  EXPECT_EQ(defined.type, SymbolType::Function);
  EXPECT_GT(defined.section, 0u);
  Symbol wanted = symbol_named(*a.object, mark + "weakly_wanted");
  EXPECT_EQ(wanted.binding, Binding::Weak);
  EXPECT_EQ(wanted.state, SymbolState::Undefined);
}

INSTANTIATE_TEST_SUITE_P(, CoffOfEachCompiler, ::testing::ValuesIn(compilers),
                         [](const ::testing::TestParamInfo<Compiler> &info) {
                           std::string name;
                           for (char c : std::string(info.param.command))
                             name += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
                           return name;
                         });

TEST(Coff, TellsKindsOfSymbols) {
  Workshop shop;
  shop.write("b.cc", cc_source);
  shop.run("clang-22 --target=x86_64-pc-windows-msvc -w -std=c++17 -c b.cc -o b.o");
  Opened b = open_file(shop, "b.o");
  EXPECT_EQ(symbol_named(*b.object, "?per_thread@@3HA").type, SymbolType::Tls);
  EXPECT_EQ(symbol_named(*b.object, "?use@@YAHH@Z").type, SymbolType::Function);
  EXPECT_EQ(symbol_named(*b.object, "?chosen@@3HA").type, SymbolType::Object);
  EXPECT_TRUE(symbol_named(*b.object, "?chosen@@3HA").comdat);
  EXPECT_TRUE(symbol_named(*b.object, "?counter@@YAHXZ").comdat);
  EXPECT_FALSE(symbol_named(*b.object, "?use@@YAHH@Z").comdat);
  Symbol features = symbol_named(*b.object, "@feat.00");
  EXPECT_EQ(features.binding, Binding::Local);
  EXPECT_EQ(features.section, 0u);
}

TEST(Coff, TellsTheNamesOfArm64EcFunctionsApart) {
  Workshop shop;
  shop.write("a.c", c_source);
  shop.run("clang-22 --target=arm64ec-pc-windows-msvc -w -c a.c -o a.o");
  Opened a = open_file(shop, "a.o");
  Symbol plain = symbol_named(*a.object, "alpha");
  EXPECT_EQ(plain.weak_search, WeakSearch::AntiDependency);
  EXPECT_EQ(plain.state, SymbolState::Defined);
  EXPECT_EQ(symbol_named(*a.object, "#alpha").binding, Binding::Global);
  Symbol wanted = symbol_named(*a.object, "wanted_function");
  EXPECT_EQ(wanted.state, SymbolState::Undefined);
  EXPECT_EQ(wanted.binding, Binding::Global);
  Symbol marked = symbol_named(*a.object, "#wanted_function");
  EXPECT_EQ(marked.state, SymbolState::Undefined);
  EXPECT_EQ(marked.binding, Binding::Weak);
}

TEST(Coff, TriplesTellWhoseConventions) {
  struct Row {
    const char *triple;
    Environment environment;
    const char *description;
  };
  for (const Row &row : {Row{"x86_64-pc-windows-msvc19.33.0", Environment::Msvc, "x86_64 COFF (MSVC)"},
                         Row{"i686-w64-windows-gnu", Environment::Gnu, "i386 COFF (MinGW)"},
                         Row{"x86_64-w64-mingw32", Environment::Gnu, "x86_64 COFF (MinGW)"},
                         Row{"arm64ec-pc-windows-msvc", Environment::Msvc, "arm64ec COFF (MSVC)"},
                         Row{"x86_64-unknown-uefi", Environment::Unknown, "x86_64 COFF"},
                         Row{"wasm32-unknown-wasi", Environment::Unknown, "wasm32 WebAssembly"},
                         Row{"x86_64-linux-gnu", Environment::Unknown, "x86_64 ELF"}}) {
    Target target = target_from_triple(row.triple);
    EXPECT_EQ(target.environment, row.environment) << row.triple;
    EXPECT_EQ(describe(target), row.description);
  }
  Target emulating = target_from_triple("arm64ec-pc-windows-msvc");
  Target intel = target_from_triple("x86_64-pc-windows-msvc");
  EXPECT_EQ(difference(emulating, intel), "");
  EXPECT_EQ(difference(intel, emulating), "architecture arm64ec, not x86_64");
  EXPECT_EQ(difference(intel, target_from_triple("x86_64-w64-windows-gnu")), "");
}

TEST(Coff, DoesNotMergeSectionsThatMustBeAlone) {
  Workshop shop;
  shop.write("a.s", R"(
    .section .text$one,"xr",one_only,alone
    .globl alone
    alone: ret
    .section .text$any,"xr",discard,any
    .globl any
    any: ret
    .section .text$size,"xr",same_size,size
    .globl size
    size: ret
    .section .text$with,"xr",associative,any
    .globl with
    with: ret
  )");
  shop.run("clang-22 --target=x86_64-pc-windows-msvc -c a.s -o a.o");
  Opened a = open_file(shop, "a.o");
  EXPECT_FALSE(symbol_named(*a.object, "alone").comdat);
  EXPECT_TRUE(symbol_named(*a.object, "any").comdat);
  EXPECT_TRUE(symbol_named(*a.object, "size").comdat);
  EXPECT_TRUE(symbol_named(*a.object, "with").comdat);
}

TEST(Coff, ReadsDirectives) {
  Workshop shop;
  shop.write("a.c", R"(
    #pragma comment(lib, "user32.lib")
    #pragma comment(linker, "/ALTERNATENAME:_a=_b /INCLUDE:forced")
    #pragma comment(linker, "\"/EXPORT:two words\"")
    __declspec(dllexport) int shown(void) { return 1; }
    __declspec(dllexport) int shown_data = 1;
  )");
  shop.run("clang-22 --target=x86_64-pc-windows-msvc -c a.c -o a.o");
  Opened a = open_file(shop, "a.o");
  EXPECT_EQ(a.object->linker_options(),
            (std::vector<std::string_view>{"/DEFAULTLIB:user32.lib", "/ALTERNATENAME:_a=_b", "/INCLUDE:forced",
                                           "/EXPORT:two words", "/EXPORT:shown", "/EXPORT:shown_data,DATA"}));
  shop.write("b.c", R"(
    int common_data[8];
    __attribute__((visibility("hidden"))) int hidden(void) { return common_data[1]; }
    __declspec(dllexport) int shown(void) { return hidden(); }
  )");
  shop.run("clang-22 --target=x86_64-w64-windows-gnu -fcommon -c b.c -o b.o");
  Opened b = open_file(shop, "b.o");
  EXPECT_EQ(b.object->linker_options(),
            (std::vector<std::string_view>{"-aligncomm:common_data,4", "-exclude-symbols:hidden", "-export:shown"}));
  shop.run("x86_64-w64-mingw32-gcc -w -fcommon -c b.c -o c.o");
  Opened c = open_file(shop, "c.o");
  std::vector<std::string_view> gcc = c.object->linker_options();
  EXPECT_NE(std::ranges::find(gcc, "-export:shown"), gcc.end());
  EXPECT_NE(std::ranges::find(gcc, "-aligncomm:common_data,5"), gcc.end()) << fmt::format("{}", fmt::join(gcc, " "));
}

TEST(Coff, ReadsBigObjects) {
  Workshop shop;
  std::string source;
  for (int i = 0; i < 66000; ++i)
    source += fmt::format(".section .d${},\"dw\"\n.globl v{}\nv{}: .quad want{}\n", i, i, i, i % 7);
  shop.write("many.s", source);
  shop.run("x86_64-w64-mingw32-as -mbig-obj many.s -o gnu.o");
  shop.run("clang-22 --target=x86_64-pc-windows-msvc -c many.s -o llvm.o");
  for (const char *name : {"gnu.o", "llvm.o"}) {
    Opened many = open_file(shop, name);
    ASSERT_TRUE(many.object);
    EXPECT_EQ(many.object->target().arch, Arch::X86_64);
    std::vector<std::string> rows = rows_of_llvm(shop, name);
    ASSERT_GT(rows.size(), 2u * 66000u);
    EXPECT_EQ(difference_of(rows_of_coff(*many.object), rows), "");
    EXPECT_GT(symbol_named(*many.object, "v65999").section, 65999u);
    EXPECT_TRUE(calls_of(*many.object).contains("v65999 -> want3"));
  }
}

TEST(Coff, ReadsMoreRelocationsThanSixteenBitsCount) {
  Workshop shop;
  std::string source = ".data\n.globl v\nv:\n";
  for (int i = 0; i < 70000; ++i) source += fmt::format(".quad want{}\n", i % 100);
  shop.write("many.s", source);
  shop.run("clang-22 --target=x86_64-pc-windows-msvc -c many.s -o many.o");
  Opened many = open_file(shop, "many.o");
  std::vector<std::string> references = references_of(*many.object);
  ASSERT_EQ(references.size(), 70000u);
  EXPECT_EQ(references[0], ".data 0 want0");
  EXPECT_EQ(references[69999], fmt::format(".data {:x} want99", 69999 * 8));
}

TEST(Coff, ReadsLongSectionNames) {
  Workshop shop;
  std::string source;
  // Enough names that the string table's offsets need more than the seven digits of "/1234567".
  std::string filler(250, 'x');
  for (int i = 0; i < 41000; ++i) source += fmt::format(".globl {}{}\n.quad {}{}\n", filler, i, filler, i);
  source += ".section .a_rather_long_name,\"dw\"\n.globl here\nhere: .quad there\n";
  shop.write("a.s", source);
  shop.run("clang-22 --target=x86_64-pc-windows-msvc -c a.s -o a.o");
  Opened a = open_file(shop, "a.o");
  bool found = false;
  a.object->for_each_reference([&](const Reference &reference) {
    if (reference.symbol != "there") return;
    found = true;
    EXPECT_EQ(reference.section, ".a_rather_long_name");
    EXPECT_EQ(reference.function, "here");
  });
  EXPECT_TRUE(found);
}

TEST(Coff, SaysWhoMadeIt) {
  Workshop shop;
  shop.write("a.c", "int a;");
  shop.run("x86_64-w64-mingw32-gcc -c a.c -o gcc.o");
  shop.run("clang-22 --target=x86_64-pc-windows-msvc -c a.c -o clang.o");
  EXPECT_TRUE(open_file(shop, "gcc.o").object->producer().starts_with("GCC: ("));
  EXPECT_EQ(open_file(shop, "clang.o").object->producer(), "");
}

TEST(Coff, ReadsEveryMinGwLibrary) {
  Workshop shop;
  expect_archives_like_nm(shop, "/usr/x86_64-w64-mingw32/lib", 900000);
  expect_archives_like_nm(shop, "/usr/i686-w64-mingw32/lib", 400000);
  expect_archives_like_nm(shop, "/usr/lib/gcc/x86_64-w64-mingw32/12-win32", 10000);
}

TEST(Coff, ClaimsNothingElse) {
  // The machine's number, and nothing that makes sense behind it.
  EXPECT_FALSE(coff_format.claims(Bytes(std::string_view("\x64\x86"))));
  EXPECT_FALSE(coff_format.claims(Bytes(std::string_view("\x4c\x01 looks like text to me"))));
  EXPECT_FALSE(coff_format.claims(Bytes()));
  Workshop shop;
  shop.write("a.c", "int a; int f(void) { return a; }");
  shop.run(
      "clang-22 -c a.c -o elf.o && clang-22 --target=arm64-apple-macosx11 -c a.c -o macho.o && "
      "clang-22 --target=wasm32 -c a.c -o wasm.o && clang-22 -flto -c a.c -o bitcode.o");
  for (const char *name : {"elf.o", "macho.o", "wasm.o", "bitcode.o"}) {
    std::string contents = shop.read(name);
    for (const ObjectFormat *format : {&coff_format, &coff_import_format, &pe_format})
      EXPECT_FALSE(format->claims(Bytes(contents))) << name << " " << format->id;
  }
}

TEST(Coff, SaysWhatAMicrosoftLtoObjectIs) {
  std::string contents("\0\0\xff\xff\1\0\x64\x86\0\0\0\0", 12);
  contents += std::string("\x38\xfe\xb3\x0c\xa5\xd9\xab\x4d\xac\x9b\xd6\xb6\x22\x26\x53\xc2", 16);
  contents += std::string(64, '\0');
  Result<std::unique_ptr<Object>> object = open_object(Bytes(contents));
  ASSERT_FALSE(object);
  EXPECT_NE(object.error().text.find("/GL"), std::string::npos) << object.error().text;
}

// GNU as names the section in the place of a function of the same file.
TEST(Coff, TellsWhichSectionsReferToSections) {
  Workshop shop;
  shop.write(
      "a.s",
      ".section .text$one,\"xr\"\none: call other\n.section .text$two,\"xr\"\n.globl two\ntwo: call one\n call one\n"
      ".section .text$three,\"xr\"\n.globl three\nthree: call two\n");
  for (const char *command : {"x86_64-w64-mingw32-as a.s -o a.o", "x86_64-w64-mingw32-as -mbig-obj a.s -o a.o"}) {
    shop.run(command);
    Opened opened = open_file(shop, "a.o");
    coff::File file(opened.object->bytes());
    std::vector<std::pair<std::string_view, std::string_view>> uses;
    for (auto [from, to] : read_coff_section_uses(*opened.object))
      uses.emplace_back(file.section_name(from), file.section_name(to));
    EXPECT_EQ(uses, (std::vector<std::pair<std::string_view, std::string_view>>{{".text$two", ".text$one"},
                                                                                {".text$three", ".text$two"}}))
        << command;
  }
}

TEST(Coff, SurvivesDamage) {
  Workshop shop;
  shop.write("a.c", c_source);
  shop.write("b.s", ".section .text$long_name,\"xr\"\n.linkonce discard\n.globl any\nany: call other\n");
  shop.run("clang-22 --target=x86_64-pc-windows-msvc -w -O1 -c a.c -o a.o");
  shop.run("x86_64-w64-mingw32-as -mbig-obj b.s -o big.o");
  survive_damage(shop.read("a.o"), 20000);
  survive_damage(shop.read("big.o"), 20000);
}

TEST(Coff, GivesWhatStandsBeforeTheDamage) {
  Workshop shop;
  shop.write("a.s",
             ".globl first, second_with_a_long_name, third_with_a_long_name\n"
             "first: second_with_a_long_name: third_with_a_long_name: nop\n");
  shop.run("x86_64-w64-mingw32-as a.s -o a.o");
  std::string whole = shop.read("a.o");
  // The last name is cut off.
  Bytes bytes(whole);
  std::string cut = whole;
  uint64_t symbols = bytes.u32(8, Endian::Little), count = bytes.u32(12, Endian::Little);
  cut.replace(symbols + (count - 1) * 18 + 4, 4, "\xff\xff\xff\x7f");
  Opened damaged = open_any(cut);
  std::vector<std::string> names;
  std::optional<Problem> problem =
      damaged.object->for_each_symbol([&](const Symbol &symbol) { names.emplace_back(symbol.name); });
  ASSERT_TRUE(problem);
  EXPECT_NE(problem->text.find("a symbol's name"), std::string::npos) << problem->text;
  ASSERT_FALSE(names.empty());
  EXPECT_EQ(names.back(), "second_with_a_long_name");
}

TEST(Coff, RefusesNamesThatOverlapWithoutEnd) {
  Workshop shop;
  std::string source = ".globl " + std::string(200000, 'x') + "\n";
  for (int i = 0; i < 2000; ++i) source += fmt::format(".globl a_name_that_is_long{}\n", i);
  for (int i = 0; i < 2000; ++i) source += fmt::format(".quad a_name_that_is_long{}\n", i);
  source += ".quad " + std::string(200000, 'x') + "\n";
  shop.write("a.s", source);
  shop.run("x86_64-w64-mingw32-as a.s -o a.o");
  std::string contents = shop.read("a.o");
  Bytes bytes(contents);
  uint64_t symbols = bytes.u32(8, Endian::Little), count = bytes.u32(12, Endian::Little);
  uint64_t strings = symbols + count * 18;
  uint32_t longest = static_cast<uint32_t>(contents.find(std::string(1000, 'x'), strings) - strings);
  for (uint64_t i = 0; i < count; ++i)
    if (bytes.u32(symbols + i * 18, Endian::Little) == 0)
      std::memcpy(contents.data() + symbols + i * 18 + 4, &longest, 4);
  Opened made = open_any(contents);
  std::optional<Problem> problem = made.object->for_each_symbol([](const Symbol &) {});
  ASSERT_TRUE(problem);
  EXPECT_NE(problem->text.find("plausible total length"), std::string::npos) << problem->text;
}

}  // namespace
}  // namespace ldwhy
