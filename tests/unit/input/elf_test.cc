// The ELF reader's relocatable files against what LLVM says of files made on the spot.
#include <random>
#include <set>

#include "unit/input/elf_rows.h"

namespace ldwhy {
namespace {

using namespace testing;

std::vector<std::string> full_rows_of_llvm(const Workshop &shop, const std::string &file) {
  return rows_of_readelf(shop.output("llvm-readelf-22 --symbols -W " + file));
}

// Relocations against named symbols, as "section offset symbol".
std::vector<std::string> references_of_llvm(const Workshop &shop, const std::string &file) {
  std::vector<std::string> references;
  std::string section;
  for (const std::string &line : lines_of(shop.output("llvm-readobj-22 --relocations " + file))) {
    std::vector<std::string> words = words_of(line);
    if (words.size() >= 3 && words[0] == "Section") {
      section = words[2].substr(words[2].starts_with(".rela") ? 5 : 4);
    } else if (words.size() >= 3 && words[0].starts_with("0x") && words[2] != "-" && words[2] != "<null>" &&
               words[2][0] != '.') {
      references.push_back(fmt::format("{} {:x} {}", section, std::stoull(words[0], nullptr, 16), words[2]));
    }
  }
  return references;
}

std::vector<std::string> references_of(const Object &object) {
  std::vector<std::string> references;
  std::optional<Problem> problem = object.for_each_reference([&](const Reference &reference) {
    if (reference.symbol[0] != '.')
      references.push_back(fmt::format("{} {:x} {}", reference.section, reference.offset, reference.symbol));
  });
  EXPECT_FALSE(problem) << to_string(*problem);
  return references;
}

// "function -> symbol" for each reference.
std::set<std::string> calls_of(const Object &object) {
  std::set<std::string> calls;
  object.for_each_reference(
      [&](const Reference &reference) { calls.insert(fmt::format("{} -> {}", reference.function, reference.symbol)); });
  return calls;
}

const char *const c_source = R"(
int global_data = 1;
static int local_data = 2;
int tentative[16];
extern int wanted_data;
extern int weakly_wanted __attribute__((weak));
__thread int thread_data = 3;
extern __thread int wanted_thread_data;
int hidden_data __attribute__((visibility("hidden"))) = 4;
int protected_data __attribute__((visibility("protected"))) = 5;
int internal_data __attribute__((visibility("internal"))) = 6;
int wanted_function(int *);
int other_function(int);
int *table[] = {&wanted_data, &global_data};
__attribute__((weak)) int weak_function(void) { return global_data; }
static __attribute__((noinline)) int helper(int x) { return other_function(x) + 1; }
int alpha(int x) {
  return wanted_function(&local_data) + helper(x) + (&weakly_wanted ? 1 : 0);
}
int beta(int x) {
  return wanted_thread_data + thread_data + tentative[x] + hidden_data + weak_function();
}
)";

const char *const cc_source = R"(
struct Shape { virtual ~Shape(); virtual int area() const { return 1; } };
struct Square : Shape { int area() const override { return side * side; } int side = 2; };
template <class T> T twice(T value) { static T calls; ++calls; return value + value + calls; }
inline int counter() { static int count; return ++count; }
inline int shared_variable = 7;
int use(int x) { Square square; Shape *shape = &square; return shape->area() + twice(x) + counter() + shared_variable; }
)";

struct Compiler {
  const char *command;
  Arch arch;
  uint8_t bits;
  bool big_endian;
};
const Compiler compilers[] = {
    {"gcc", Arch::X86_64, 64, false},
    {"gcc -m32", Arch::I386, 32, false},
    {"gcc -mx32", Arch::X86_64, 32, false},
    {"clang-14", Arch::X86_64, 64, false},
    {"clang-19", Arch::X86_64, 64, false},
    {"clang-22", Arch::X86_64, 64, false},
    {"clang-22 --target=i686-linux-gnu", Arch::I386, 32, false},
    {"clang-22 --target=x86_64-linux-gnux32", Arch::X86_64, 32, false},
    {"clang-14 --target=aarch64-linux-gnu", Arch::Arm64, 64, false},
    {"clang-22 --target=aarch64-linux-gnu", Arch::Arm64, 64, false},
    {"clang-22 --target=aarch64_be-linux-gnu", Arch::Arm64, 64, true},
    {"clang-22 --target=armv7-linux-gnueabihf -mthumb", Arch::Arm, 32, false},
    {"clang-22 --target=powerpc64-linux-gnu", Arch::Ppc64, 64, true},
    {"clang-22 --target=powerpc64le-linux-gnu", Arch::Ppc64le, 64, false},
    {"clang-22 --target=powerpc-linux-gnu", Arch::Ppc, 32, true},
    {"clang-19 --target=s390x-linux-gnu", Arch::S390x, 64, true},
    {"clang-22 --target=mips-linux-gnu", Arch::Mips, 32, true},
    {"clang-22 --target=mipsel-linux-gnu", Arch::Mips, 32, false},
    {"clang-22 --target=mips64-linux-gnuabi64", Arch::Mips64, 64, true},
    {"clang-22 --target=mips64el-linux-gnuabi64", Arch::Mips64, 64, false},
    {"clang-22 --target=mips64-linux-gnuabin32", Arch::Mips64, 32, true},
    {"clang-14 --target=riscv64-linux-gnu", Arch::Riscv64, 64, false},
    {"clang-22 --target=riscv64-linux-gnu", Arch::Riscv64, 64, false},
    {"clang-22 --target=riscv32-linux-gnu", Arch::Riscv32, 32, false},
    {"clang-22 --target=loongarch64-linux-gnu", Arch::LoongArch64, 64, false},
    {"clang-22 --target=sparcv9-linux-gnu", Arch::Sparc64, 64, true},
    {"clang-22 --target=sparc-linux-gnu", Arch::Sparc, 32, true},
    {"clang-22 --target=hexagon-linux", Arch::Other, 32, false},
};

class ElfOfEachCompiler : public ::testing::TestWithParam<Compiler> {};

TEST_P(ElfOfEachCompiler, HasTheSymbolsAndReferencesThatLlvmPrints) {
  Workshop shop;
  shop.write("a.c", c_source);
  shop.write("b.cc", cc_source);
  const Compiler &compiler = GetParam();
  for (const char *options :
       {"-O0 -g -fcommon a.c", "-O2 -fPIC -ffunction-sections a.c", "-O0 -g -fPIC -std=c++17 -x c++ b.cc"}) {
    SCOPED_TRACE(options);
    shop.run(fmt::format("{} -c -o x.o {}", compiler.command, options));
    Opened x = open_in(shop, "x.o");
    ASSERT_TRUE(x.object);
    EXPECT_EQ(x.object->kind(), ObjectKind::Relocatable);
    EXPECT_EQ(x.object->target().format, Format::Elf);
    EXPECT_EQ(arch_name(x.object->target().arch), arch_name(compiler.arch));
    EXPECT_EQ(x.object->target().bits, compiler.bits);
    EXPECT_EQ(x.object->target().big_endian, compiler.big_endian);
    std::vector<std::string> rows = full_rows_of_llvm(shop, "x.o");
    ASSERT_GT(rows.size(), 10u);
    EXPECT_EQ(difference_of(rows_of(*x.object, false), rows), "");
    std::vector<std::string> references = references_of_llvm(shop, "x.o");
    ASSERT_GT(references.size(), 5u);
    EXPECT_EQ(difference_of(references_of(*x.object), references), "");
  }
}

TEST_P(ElfOfEachCompiler, NamesTheFunctionOfAReference) {
  Workshop shop;
  shop.write("a.c", c_source);
  for (const char *options : {"-O1 -fPIC", "-O1 -fPIC -ffunction-sections"}) {
    shop.run(fmt::format("{} {} -c a.c -o a.o", GetParam().command, options));
    Opened a = open_in(shop, "a.o");
    std::set<std::string> calls = calls_of(*a.object);
    EXPECT_TRUE(calls.contains("table -> wanted_data"));
    // 64-bit PowerPC's first ABI gives functions the place of their descriptors, not of code.
    if (GetParam().arch == Arch::Ppc64) continue;
    EXPECT_TRUE(calls.contains("alpha -> wanted_function"));
    EXPECT_TRUE(calls.contains("helper -> other_function"));
    EXPECT_FALSE(calls.contains("alpha -> other_function"));
    EXPECT_FALSE(calls.contains("beta -> wanted_function"));
  }
}

INSTANTIATE_TEST_SUITE_P(, ElfOfEachCompiler, ::testing::ValuesIn(compilers),
                         [](const ::testing::TestParamInfo<Compiler> &info) {
                           std::string name;
                           for (char c : std::string(info.param.command))
                             name += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
                           return name;
                         });

TEST(Elf, DeclinesForeignBytes) {
  EXPECT_FALSE(elf_format.claims(Bytes(std::string_view("!<arch>\n"))));
  EXPECT_FALSE(elf_format.claims(Bytes(std::string_view("\177EL"))));
  EXPECT_FALSE(elf_format.claims(Bytes()));
}

TEST(Elf, ReadsSymbolsOfEveryKind) {
  Workshop shop;
  shop.write("k.c", R"(
    static int chosen(void) { return 1; }
    static void *choose(void) { return chosen; }
    int picked(void) __attribute__((ifunc("choose")));
    __thread int per_thread;
  )");
  shop.write("k.s", R"(
    .type only_one, @gnu_unique_object
    .data
    .globl only_one
    only_one: .long 1
    .size only_one, 4
    .comm aligned_common, 24, 16
    .set fixed, 0x1234
    .globl fixed
  )");
  shop.run("gcc -c k.c -o c.o && gcc -c k.s -o s.o");
  Opened c = open_in(shop, "c.o");
  Opened s = open_in(shop, "s.o");
  EXPECT_EQ(symbol_named(*c.object, "picked").type, SymbolType::IndirectFunction);
  EXPECT_EQ(symbol_named(*c.object, "per_thread").type, SymbolType::Tls);
  EXPECT_EQ(symbol_named(*c.object, "k.c").type, SymbolType::File);
  EXPECT_EQ(symbol_named(*c.object, ".text").type, SymbolType::Section);
  Symbol unique = symbol_named(*s.object, "only_one");
  EXPECT_EQ(unique.binding, Binding::Global);
  EXPECT_EQ(unique.type, SymbolType::Object);
  Symbol common = symbol_named(*s.object, "aligned_common");
  EXPECT_EQ(common.state, SymbolState::Common);
  EXPECT_EQ(common.value, 16u);
  EXPECT_EQ(common.size, 24u);
  Symbol fixed = symbol_named(*s.object, "fixed");
  EXPECT_EQ(fixed.state, SymbolState::Defined);
  EXPECT_EQ(fixed.section, 0u);
  EXPECT_EQ(fixed.value, 0x1234u);
}

TEST(Elf, LeavesSectionsAndFilesOutWhereNamesAreAskedFor) {
  Workshop shop;
  shop.write("b.cc", cc_source);
  for (const char *form : {"-c -g -o x", "-shared -fPIC -g -o x"}) {
    SCOPED_TRACE(form);
    shop.run(fmt::format("g++ -std=c++17 {} b.cc", form));
    Opened x = open_in(shop, "x");
    bool linked = x.object->kind() == ObjectKind::Shared;
    std::vector<std::string> all, named;
    for (const Symbol &symbol : symbols_of(*x.object)) {
      bool is_place = symbol.type == SymbolType::Section || symbol.type == SymbolType::File;
      if (linked || !is_place) all.push_back(fmt::format("{} {} {}", symbol.index, symbol.name, symbol.made_local));
    }
    EXPECT_FALSE(x.object->for_each_name([&](const Symbol &symbol) {
      named.push_back(fmt::format("{} {} {}", symbol.index, symbol.name, symbol.made_local));
    }));
    EXPECT_GT(named.size(), 10u);
    EXPECT_EQ(named, all);
  }
}

TEST(Elf, TellsComdatGroupsFromPlainOnes) {
  Workshop shop;
  shop.write("g.s", R"(
    .section .data.a,"awG",@progbits,sig_a,comdat
    .globl in_comdat
    in_comdat: .long 1
    .section .data.b,"awG",@progbits,sig_b
    .globl in_plain_group
    in_plain_group: .long 1
    .data
    .globl outside
    outside: .long 1
  )");
  shop.write("b.cc", cc_source);
  for (const char *compiler : {"gcc", "clang-22", "clang-22 --target=mips-linux-gnu"}) {
    shop.run(fmt::format("{} -c g.s -o g.o && {} -std=c++17 -c b.cc -o b.o", compiler, compiler));
    Opened g = open_in(shop, "g.o");
    EXPECT_TRUE(symbol_named(*g.object, "in_comdat").comdat);
    EXPECT_FALSE(symbol_named(*g.object, "in_plain_group").comdat);
    EXPECT_FALSE(symbol_named(*g.object, "outside").comdat);
    Opened b = open_in(shop, "b.o");
    EXPECT_TRUE(symbol_named(*b.object, "_Z5twiceIiET_S0_").comdat);
    EXPECT_TRUE(symbol_named(*b.object, "_Z7counterv").comdat);
    EXPECT_FALSE(symbol_named(*b.object, "_Z3usei").comdat);
  }
}

TEST(Elf, ReadsMoreSectionsThanSixteenBitsCount) {
  Workshop shop;
  std::string source;
  for (int i = 0; i < 65400; ++i)
    source += fmt::format(".section .d{},\"aw\",@progbits\n.globl v{}\nv{}: .long want{}\n", i, i, i, i % 7);
  shop.write("many.s", source);
  shop.run("clang-22 -c many.s -o many.o");
  Opened many = open_in(shop, "many.o");
  std::vector<std::string> rows = full_rows_of_llvm(shop, "many.o");
  ASSERT_GT(rows.size(), 65400u);
  EXPECT_EQ(difference_of(rows_of(*many.object, false), rows), "");
  Symbol last = symbol_named(*many.object, "v65399");
  EXPECT_GT(last.section, 65400u);
  EXPECT_TRUE(calls_of(*many.object).contains("v65399 -> want5"));
}

TEST(Elf, SplitsTheVersionsThatSymverWrites) {
  Workshop shop;
  shop.write("v.c", R"(
    int f_old(void) { return 1; }
    int f_new(void) { return 2; }
    __asm__(".symver f_old, f@V1");
    __asm__(".symver f_new, f@@V2");
    extern int g_wanted(void);
    __asm__(".symver g_wanted, g@W1");
    int h(void) { return g_wanted(); }
  )");
  shop.run("gcc -c v.c -o v.o");
  Opened v = open_in(shop, "v.o");
  std::set<std::string> seen;
  for (const Symbol &symbol : symbols_of(*v.object))
    if (!symbol.version.empty())
      seen.insert(fmt::format("{} {} {} {}", symbol.name, symbol.version, symbol.default_version, is_defined(symbol)));
  EXPECT_EQ(seen, (std::set<std::string>{"f V1 false true", "f V2 true true", "g W1 false false"}));
  EXPECT_TRUE(calls_of(*v.object).contains("h -> g"));
}

TEST(Elf, FindsTheLabelBeforeAPlaceInAssembly) {
  Workshop shop;
  shop.write("l.s", R"(
    .text
    first: call one
           call two
    .type sized, @function
    sized: call three
    .size sized, . - sized
           call four
    second: call five
  )");
  shop.run("gcc -c l.s -o l.o");
  std::set<std::string> calls = calls_of(*open_in(shop, "l.o").object);
  EXPECT_EQ(calls,
            (std::set<std::string>{"first -> one", "first -> two", "sized -> three", " -> four", "second -> five"}));
}

TEST(Elf, RecognisesGccSlimLto) {
  Workshop shop;
  shop.write("a.c", c_source);
  shop.run("gcc -flto -fno-fat-lto-objects -c a.c -o slim.o");
  shop.run("gcc -flto -ffat-lto-objects -c a.c -o fat.o");
  EXPECT_EQ(open_in(shop, "slim.o").object->kind(), ObjectKind::GccSlimLto);
  EXPECT_EQ(open_in(shop, "fat.o").object->kind(), ObjectKind::Relocatable);
  // The marker's name alone, in an object with code, does not count.
  shop.write("fake.c", "int __gnu_lto_slim;");
  shop.run("gcc -fcommon -c fake.c -o fake.o");
  EXPECT_EQ(open_in(shop, "fake.o").object->kind(), ObjectKind::Relocatable);
}

TEST(Elf, SaysWhoMadeIt) {
  Workshop shop;
  shop.write("a.c", "int a;");
  shop.run(
      "gcc -c a.c -o gcc.o && clang-22 -c a.c -o clang.o && echo '.data' | gcc -c -x assembler - "
      "-o s.o");
  EXPECT_TRUE(open_in(shop, "gcc.o").object->producer().starts_with("GCC: ("));
  EXPECT_NE(open_in(shop, "clang.o").object->producer().find("clang version 22"), std::string::npos);
  EXPECT_EQ(open_in(shop, "s.o").object->producer(), "");
}

TEST(Elf, ReadsDependentLibraries) {
  Workshop shop;
  shop.write("d.c", "#pragma comment(lib, \"m\")\n#pragma comment(lib, \"libother.a\")\nint d;");
  shop.run("clang-22 -c d.c -o d.o");
  Opened d = open_in(shop, "d.o");
  EXPECT_EQ(d.object->linker_options(), (std::vector<std::string_view>{"m", "libother.a"}));
}

// Asks for everything; what comes of it does not matter as long as it ends.
void exercise(const std::string &contents) {
  std::unique_ptr<Object> object;
  try {
    object = open_bytes(contents);
  } catch (const Malformed &) {
  }
  if (!object) return;
  size_t total = 0;
  object->for_each_symbol([&](const Symbol &symbol) { total += symbol.name.size(); });
  object->for_each_reference([&](const Reference &reference) { total += reference.function.size(); });
  total += object->shared_name().size() + object->needed().size() + object->producer().size() +
           object->linker_options().size();
  EXPECT_LT(total, size_t{1} << 40);
}

TEST(Elf, SurvivesDamage) {
  Workshop shop;
  shop.write("v.c", "extern int w(void); int one(void) { return w(); } int data = 5;");
  shop.write("v.map", "V1 { global: one; local: d*; };");
  shop.run("clang-22 -fPIC -c v.c -o v.o && clang-22 --target=mips-linux-gnu -fPIC -c v.c -o mips.o");
  shop.run("ld.lld-22 -shared --version-script=v.map -soname libv.so v.o -o libv.so");
  std::mt19937 random(1);
  for (const char *name : {"v.o", "mips.o", "libv.so"}) {
    std::string whole = shop.read(name);
    for (size_t length = 0; length < whole.size(); ++length) exercise(whole.substr(0, length));
    std::string bare = name == std::string_view("libv.so") ? without_sections(whole) : whole;
    for (int round = 0; round < 20000; ++round) {
      std::string flipped = round % 2 ? bare : whole;
      for (int flips = 1 + static_cast<int>(random() % 4); flips > 0; --flips)
        flipped[random() % flipped.size()] = static_cast<char>(random());
      exercise(flipped);
    }
  }
}

TEST(Elf, GivesWhatStandsBeforeTheDamage) {
  Workshop shop;
  shop.write("v.s", ".globl a, b, c\na: b: c: nop\n");
  shop.run("gcc -c v.s -o v.o");
  Opened v = open_in(shop, "v.o");
  std::vector<Symbol> whole = symbols_of(*v.object);
  ASSERT_EQ(whole.back().name, "c");
  // The table's entries have 24 bytes; find it by the section header that names its type.
  Bytes bytes(v.contents);
  uint64_t header = bytes.u64(40, Endian::Little);
  while (bytes.u32(header + 4, Endian::Little) != 2) header += 64;
  uint64_t entry = bytes.u64(header + 24, Endian::Little) + whole.back().index * 24;
  v.contents.replace(entry, 4, "\xff\xff\xff\x7f");
  std::unique_ptr<Object> damaged = open_bytes(v.contents);
  std::vector<std::string> names;
  std::optional<Problem> problem =
      damaged->for_each_symbol([&](const Symbol &symbol) { names.emplace_back(symbol.name); });
  ASSERT_TRUE(problem);
  EXPECT_NE(problem->text.find("a symbol's name"), std::string::npos) << problem->text;
  ASSERT_EQ(names.size(), whole.size() - 1);
  EXPECT_EQ(names.back(), "b");
}

TEST(Elf, SaysWhatAFileIsThatCannotBeLinked) {
  Workshop shop;
  shop.write("v.c", "int a;");
  shop.run("gcc -c v.c -o v.o");
  std::string contents = shop.read("v.o");
  contents[16] = 4;
  try {
    open_bytes(contents);
    FAIL() << "took a core dump for an object";
  } catch (const Malformed &error) {
    EXPECT_STREQ(error.what(), "expected an ELF object, library or program, found a core dump");
    EXPECT_EQ(error.offset(), 16u);
  }
}

TEST(Elf, RefusesNamesThatOverlapWithoutEnd) {
  // A table of symbols that all have the same very long name.
  Workshop shop;
  std::string source = ".globl " + std::string(200000, 'x') + "\n";
  for (int i = 0; i < 2000; ++i) source += fmt::format(".globl s{}\n", i);
  shop.write("v.s", source);
  shop.run("gcc -c v.s -o v.o");
  Opened v = open_in(shop, "v.o");
  Bytes bytes(v.contents);
  uint64_t header = bytes.u64(40, Endian::Little);
  while (bytes.u32(header + 4, Endian::Little) != 2) header += 64;
  uint64_t table = bytes.u64(header + 24, Endian::Little);
  uint32_t long_name = 0;
  for (const Symbol &symbol : symbols_of(*v.object))
    if (symbol.name.size() == 200000) long_name = symbol.index;
  ASSERT_NE(long_name, 0u);
  std::string name_field = v.contents.substr(table + long_name * 24, 4);
  for (uint64_t at = table + 24; at < table + bytes.u64(header + 32, Endian::Little); at += 24)
    v.contents.replace(at, 4, name_field);
  std::unique_ptr<Object> object = open_bytes(v.contents);
  std::optional<Problem> problem = object->for_each_symbol([](const Symbol &) {});
  ASSERT_TRUE(problem);
  EXPECT_EQ(problem->text, "expected symbol names of a plausible total length");
}

}  // namespace
}  // namespace ldwhy
