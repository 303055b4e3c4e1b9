// LLVM's own tools are the oracle here: llvm-nm for symbols, llvm-dis for summaries.
#include <algorithm>
#include <map>
#include <random>
#include <regex>
#include <set>
#include <sstream>

#include "base/parallel.h"
#include "bit_writer.h"
#include "input/input.h"
#include "real_objects.h"

namespace ldwhy {
namespace {

using testing::BitWriter;
using testing::Workshop;

// A bitcode file held in memory.
struct Opened {
  std::string bytes;
  std::unique_ptr<Object> object;

  std::vector<Symbol> symbols() const {
    std::vector<Symbol> all;
    EXPECT_EQ(object->for_each_symbol([&](const Symbol &s) { all.push_back(s); }), std::nullopt);
    return all;
  }
  std::vector<Symbol> named(std::string_view name) const {
    std::vector<Symbol> all = symbols();
    std::erase_if(all, [&](const Symbol &s) { return s.name != name; });
    return all;
  }
  const ir::Global &global(std::string_view name) const {
    const std::vector<ir::Global> &globals = object->module()->globals;
    auto at = std::ranges::find(globals, name, &ir::Global::name);
    if (at == globals.end()) throw std::runtime_error("no global " + std::string(name));
    return *at;
  }
  const ir::Summary &summary(std::string_view name) const {
    for (const ir::Summary &s : object->module()->summaries)
      if (s.global != UINT32_MAX && object->module()->globals[s.global].name == name) return s;
    throw std::runtime_error("no summary of " + std::string(name));
  }
};

Opened opened(std::string bytes) {
  Opened made{std::move(bytes), nullptr};
  EXPECT_TRUE(bitcode_format.claims(Bytes(made.bytes)));
  made.object = bitcode_format.open(Bytes(made.bytes));
  return made;
}

constexpr const char *c_source = R"(
int common_var; static int local_var = 3; int defined_var = 4;
_Thread_local int tls_var; extern _Thread_local int tls_ext; extern int ext_var;
__attribute__((weak)) extern int weak_ext; __attribute__((weak)) int weak_def = 1;
__attribute__((weak)) void weak_fn(void) {}
__attribute__((weak)) void weak_und(void);
__attribute__((visibility("hidden"))) int hid = 2;
__attribute__((visibility("hidden"))) void hid_und(void);
static __attribute__((noinline)) int local_fn(int a) { return a * local_var; }
__attribute__((noinline)) int noin(int a) { return a + 1; }
__attribute__((used)) static int used_var = 9;
__attribute__((used)) static void used_fn(void) {}
#ifdef __x86_64__
__attribute__((naked)) void nak(void) { __asm__("ret"); }
__asm__(".globl asm_pub\nasm_pub: call asm_ext\nasm_loc: ret\n");
#endif
#ifdef __ELF__
int impl(int x) { return x; }
__attribute__((visibility("protected"))) void prot(void) {}
extern int alias_fn(int) __attribute__((alias("impl")));
extern int alias_var __attribute__((alias("defined_var")));
extern int weak_alias __attribute__((weak, alias("defined_var")));
__attribute__((section("my_sec"))) int in_sec = 7;
#ifdef __x86_64__
static void *resolver(void) { return (void *)impl; }
int ifn(int) __attribute__((ifunc("resolver")));
#endif
#endif
#ifdef _WIN32
__declspec(dllexport) int exported(void) { return 1; }
__declspec(dllimport) int imported(void); __declspec(dllimport) extern int imported_var;
int use_imp(void) { return imported() + imported_var; }
int __stdcall stdc(int a) { return a; }
#endif
int renamed(void) __asm__("real_name");
int user(void) {
  if (&weak_ext) return weak_ext;
  if (weak_und) weak_und();
  hid_und();
  return local_fn(ext_var) + noin(tls_var + tls_ext) + renamed() + __builtin_abs(common_var);
}
void *addr[] = {(void *)user, (void *)&defined_var};
)";
constexpr const char *cc_source = R"(
template <class T> struct V { virtual ~V() {} virtual T f(T t) { return t + 1; } static T s; };
template <class T> T V<T>::s = T(3);
inline int inl(int a) { static int c; return c += a; }
extern template struct V<long>;
struct D : V<int> { int f(int x) override; };
struct K { virtual void key(); virtual void pure() = 0; };
int go(V<int> *v, K *k) { k->pure(); D d; return v->f(inl(3)) + V<int>::s + d.f(2); }
V<int> *make() { return new V<int>; }
long l(V<long> *v) { return v->f(3); }
namespace { int anon(int a) { return a * 3; } struct Z { Z() { anon(4); } ~Z() {} } z; }
)";

// "T name" for each line of llvm-nm; letters of one meaning become one.
std::multiset<std::string> nm_rows(const std::string &output) {
  std::multiset<std::string> rows;
  std::istringstream lines(output);
  for (std::string line; std::getline(lines, line);) {
    if (line.size() < 12) continue;
    size_t column = line[8] == ' ' && line[9] != ' ' ? 9 : 17;  // 32-bit or 64-bit addresses
    char letter = line[column];
    if (std::string_view("DBRSGi").contains(letter)) letter = 'T';
    if (std::string_view("dbrsgn").contains(letter)) letter = 't';
    if (letter == 'V') letter = 'W';
    if (letter == 'v') letter = 'w';
    rows.insert(std::string(1, letter) + " " + line.substr(column + 2));
  }
  return rows;
}

std::multiset<std::string> our_rows(const Opened &file) {
  std::multiset<std::string> rows;
  for (const Symbol &s : file.symbols()) {
    bool weak = s.binding == Binding::Weak;
    char letter = s.state == SymbolState::Common      ? 'C'
                  : s.state == SymbolState::Undefined ? (weak ? 'w' : 'U')
                  : weak                              ? 'W'
                  : s.binding == Binding::Local       ? 't'
                                                      : 'T';
    rows.insert(std::string(1, letter) + " " + std::string(s.name));
  }
  return rows;
}

TEST(Bitcode, SymbolsAgreeWithLlvmNm) {
  Workshop shop;
  shop.write("a.c", c_source);
  shop.write("a.cc", cc_source);
  for (std::string version : {"14", "19", "22"})
    for (std::string target : {"x86_64-linux-gnu", "arm64-apple-macos11", "i686-windows-gnu", "x86_64-windows-msvc",
                               "wasm32", "powerpc64le-linux-gnu"})
      for (std::string rest : {"-flto a.c", "-flto=thin a.c", "-flto=thin a.cc"}) {
        shop.run("clang-" + version + " --target=" + target + " -O1 -fcommon -ffreestanding -w -c -o a.o " + rest);
        Opened file = opened(shop.read("a.o"));
        std::string nm = shop.output("llvm-nm-" + version + " a.o");
        std::multiset<std::string> expected = nm_rows(nm);
        ASSERT_GE(expected.size(), 10u);
        EXPECT_EQ(our_rows(file), expected) << version << " " << target << " " << rest;
        EXPECT_TRUE(file.object->producer().starts_with("LLVM" + version + "."));
        EXPECT_EQ(file.object->kind(), ObjectKind::Bitcode);
        EXPECT_EQ(difference(target_from_triple(target), file.object->target()), "");
        EXPECT_NE(file.object->target().format, Format::Unknown);
      }
}

// What both llvm-dis and we know of one value of the summary, as a line of text.
std::set<std::string> dis_summary(const std::string &text) {
  std::map<std::string, std::string> names;
  std::vector<std::pair<std::string, std::string>> entries;
  static const std::regex entry(R"re(^\^(\d+) = gv: \(name: "([^"]*)"(?:, summaries: \((.*)\))?\)(?: ; .*)?$)re");
  std::istringstream lines(text);
  for (std::string line; std::getline(lines, line);) {
    std::smatch m;
    if (!line.starts_with('^') || !std::regex_match(line, m, entry)) continue;
    names[m[1]] = m[2];
    if (m[3].matched) entries.emplace_back(m[2], m[3]);
  }
  auto all = [&](const std::string &part, const char *pattern) {
    std::set<std::string> found;
    std::regex each(pattern);
    for (std::sregex_iterator i(part.begin(), part.end(), each), end; i != end; ++i) found.insert(names[(*i)[1]]);
    std::string joined;
    for (const std::string &name : found) joined += " " + name;
    return joined;
  };
  std::set<std::string> rows;
  for (const auto &[name, part] : entries) {
    auto field = [&](const char *key) {
      std::smatch m;
      std::regex_search(part, m, std::regex(std::string(key) + R"(: (\d+))"));
      return m.empty() ? std::string("0") : m[1].str();
    };
    std::smatch refs;
    std::regex_search(part, refs, std::regex(R"(refs: \(([^)]*)\))"));
    bool function = part.starts_with("function");
    rows.insert(name + " " + part.substr(0, part.find(':')) + " no-import " + field("notEligibleToImport") + " live " +
                field("live") + " local " + field("dsoLocal") + " noinline " + (function ? field("noInline") : "0") +
                " insts " + field("insts") + " calls" + all(part, R"(callee: \^(\d+))") + " refs" +
                all(refs.empty() ? std::string() : refs[1].str(), R"(\^(\d+))") + all(part, R"(aliasee: \^(\d+))"));
  }
  return rows;
}

std::set<std::string> our_summary(const ir::Module &module) {
  std::set<std::string> rows;
  auto names = [&](const std::vector<uint32_t> &list) {
    std::set<std::string_view> found;
    for (uint32_t index : list) found.insert(module.globals[index].name);
    std::string joined;
    for (std::string_view name : found) joined += " " + std::string(name);
    return joined;
  };
  for (const ir::Summary &s : module.summaries) {
    std::string kind = s.kind == ir::GlobalKind::Function   ? "function"
                       : s.kind == ir::GlobalKind::Variable ? "variable"
                                                            : "alias";
    rows.insert(std::string(module.globals[s.global].name) + " " + kind + " no-import " +
                std::to_string(s.not_eligible_to_import) + " live " + std::to_string(s.live) + " local " +
                std::to_string(s.dso_local) + " noinline " + std::to_string(s.no_inline) + " insts " +
                std::to_string(s.instructions) + " calls" + names(s.calls) + " refs" + names(s.references));
  }
  return rows;
}

TEST(Bitcode, SummariesAgreeWithLlvmDis) {
  Workshop shop;
  shop.write("a.c", c_source);
  shop.write("a.cc", cc_source);
  // A profile changes the form of the records.
  shop.write("profile", "user:1000:100\n 1: 100 local_fn:50\n 2: 30\nnoin:500:50\n 0: 50\n");
  for (std::string version : {"14", "19", "22"})
    for (std::string rest : {"-flto=thin a.c", "-flto=full a.c", "-flto=thin a.cc", "-O0 -flto=thin a.cc",
                             "-flto=thin --target=arm64-apple-macos11 -ffreestanding a.c",
                             "-flto=thin -g -fprofile-sample-use=profile a.c"}) {
      shop.run("clang-" + version + " -O1 -fcommon -w -c -o a.o " + rest);
      Opened file = opened(shop.read("a.o"));
      ASSERT_NE(file.object->module(), nullptr);
      std::set<std::string> expected = dis_summary(shop.output("llvm-dis-" + version + " a.o -o -"));
      ASSERT_GE(expected.size(), 5u);
      EXPECT_EQ(our_summary(*file.object->module()), expected) << version << " " << rest;
      EXPECT_EQ(file.object->module()->lto, rest.contains("full") ? ir::Lto::Full : ir::Lto::Thin);
    }
}

TEST(Bitcode, ShowsWhyThinLtoImportsACallerOfAnAssemblyLocalFunctionOnlyOnMachO) {
  Workshop shop;
  shop.write("fiber.c",
             "#ifdef __APPLE__\n#define NAME \"_fiber_switch\"\n#else\n#define NAME "
             "\"fiber_switch\"\n#endif\n"
             "__asm__(\".text\\n.p2align 2\\n\" NAME \":\\n ret\\n\");\n"
             "void fiber_switch(void *top) __attribute__((visibility(\"hidden\")));\n"
             "void resume(void *p) { fiber_switch(p); }\n");
  for (std::string version : {"14", "19", "22"}) {
    std::string clang = "clang-" + version + " -O2 -flto=thin -c fiber.c -o ";
    shop.run(clang + "macho.o --target=arm64-apple-macos11");
    shop.run(clang + "elf.o --target=aarch64-linux-gnu");
    Opened macho = opened(shop.read("macho.o")), elf = opened(shop.read("elf.o"));

    EXPECT_FALSE(macho.summary("resume").not_eligible_to_import);
    EXPECT_TRUE(elf.summary("resume").not_eligible_to_import);

    std::vector<Symbol> both = macho.named("_fiber_switch");
    ASSERT_EQ(both.size(), 2u);
    EXPECT_EQ(both[0].state, SymbolState::Undefined);
    EXPECT_EQ(both[0].visibility, Visibility::Hidden);
    EXPECT_FALSE(both[0].from_asm);
    EXPECT_EQ(both[1].state, SymbolState::Defined);
    EXPECT_EQ(both[1].binding, Binding::Local);
    EXPECT_TRUE(both[1].from_asm);
    ASSERT_EQ(macho.object->module()->asm_symbols.size(), 1u);
    EXPECT_EQ(macho.object->module()->asm_symbols[0].line, 3u);
    EXPECT_EQ(macho.object->module()->global_prefix, '_');
    EXPECT_EQ(elf.object->module()->global_prefix, 0);

    std::vector<std::string> references;
    auto sink = [&](const Reference &r) {
      references.push_back(std::string(r.function) + " -> " + std::string(r.symbol));
    };
    EXPECT_EQ(macho.object->for_each_reference(sink), std::nullopt);
    EXPECT_EQ(references, std::vector<std::string>{"_resume -> _fiber_switch"});
  }
}

TEST(Bitcode, DecodesWhatGlobalsAre) {
  Workshop shop;
  shop.write("a.c", c_source);
  for (std::string version : {"14", "19", "22"}) {
    shop.run("clang-" + version + " -O1 -fcommon -flto -w -c a.c -o a.o");
    Opened file = opened(shop.read("a.o"));
    EXPECT_TRUE(file.global("noin").no_inline);
    EXPECT_FALSE(file.global("user").no_inline);
    EXPECT_TRUE(file.global("nak").naked);
    EXPECT_FALSE(file.global("noin").naked);
    EXPECT_TRUE(file.global("used_var").used);
    EXPECT_TRUE(file.global("used_fn").used);
    EXPECT_FALSE(file.global("local_fn").used);
    EXPECT_TRUE(file.global("tls_var").thread_local_);
    EXPECT_FALSE(file.global("ext_var").thread_local_);
    EXPECT_TRUE(file.global("ext_var").declaration);
    EXPECT_EQ(file.global("in_sec").section, "my_sec");
    EXPECT_EQ(file.global("user").section, "");
    EXPECT_EQ(file.global("alias_fn").kind, ir::GlobalKind::Alias);
    EXPECT_EQ(file.global("ifn").kind, ir::GlobalKind::IFunc);
    EXPECT_EQ(file.global("local_fn").linkage, ir::Linkage::Internal);
    EXPECT_EQ(file.global("weak_ext").linkage, ir::Linkage::ExternalWeak);
    EXPECT_EQ(file.global("common_var").linkage, ir::Linkage::Common);
    EXPECT_EQ(file.global("llvm.compiler.used").linkage, ir::Linkage::Appending);
    EXPECT_EQ(file.global("hid").visibility, Visibility::Hidden);
    EXPECT_EQ(file.global("prot").visibility, Visibility::Protected);
    EXPECT_EQ(file.object->module()->source_file, "a.c");
    EXPECT_TRUE(file.object->module()->triple.starts_with("x86_64-"));
    EXPECT_TRUE(file.object->module()->data_layout.starts_with("e-m:e-"));
    EXPECT_TRUE(file.object->module()->module_asm.starts_with(".globl asm_pub\nasm_pub: call"));

    EXPECT_EQ(file.named("tls_var")[0].type, SymbolType::Tls);
    EXPECT_EQ(file.named("user")[0].type, SymbolType::Function);
    EXPECT_EQ(file.named("ifn")[0].type, SymbolType::IndirectFunction);
    EXPECT_EQ(file.named("alias_fn")[0].type, SymbolType::Function);
    EXPECT_EQ(file.named("alias_var")[0].type, SymbolType::Object);
    EXPECT_EQ(file.named("common_var")[0].value, 4u);
    EXPECT_EQ(file.named("hid_und")[0].visibility, Visibility::Hidden);
    EXPECT_EQ(file.named("asm_loc")[0].binding, Binding::Local);
    EXPECT_TRUE(file.named("asm_ext")[0].from_asm);

    shop.run("clang-" + version + " --target=i686-windows-gnu -flto -w -c a.c -o w.o");
    Opened windows = opened(shop.read("w.o"));
    EXPECT_TRUE(windows.global("exported").dll_export);
    EXPECT_TRUE(windows.global("imported").dll_import);
    EXPECT_EQ(windows.named("__imp__imported").size(), 1u);
    EXPECT_EQ(windows.named("_stdc@4").size(), 1u);

    shop.write("a.cc", cc_source);
    shop.run("clang++-" + version + " -O1 -flto -w -c a.cc -o a.o");
    Opened templates = opened(shop.read("a.o"));
    EXPECT_EQ(templates.global("_ZN1VIiE1fEi").linkage, ir::Linkage::LinkOnceODR);
    EXPECT_TRUE(templates.global("_ZN1VIiE1fEi").comdat);
    EXPECT_TRUE(templates.named("_ZN1VIiE1fEi")[0].comdat);
    EXPECT_FALSE(templates.named("_Z2goP1VIiEP1K")[0].comdat);
  }
}

TEST(Bitcode, MergesTheTwoModulesOfASplitUnit) {
  Workshop shop;
  shop.write("a.cc", cc_source);
  for (std::string version : {"14", "19", "22"}) {
    shop.run("clang-" + version +
             " -O2 -flto=thin -fsplit-lto-unit -fwhole-program-vtables -fvisibility=hidden -w "
             "-c a.cc -o a.o");
    ASSERT_NE(shop.output("llvm-bcanalyzer-" + version + " --dump a.o | grep -c '^<MODULE_BLOCK'"), "1\n");
    Opened file = opened(shop.read("a.o"));
    EXPECT_EQ(our_rows(file), nm_rows(shop.output("llvm-nm-" + version + " a.o")));
    std::vector<Symbol> vtable = file.named("_ZTV1VIiE");
    ASSERT_EQ(vtable.size(), 2u) << "one module declares what the other defines";
    EXPECT_NE(is_defined(vtable[0]), is_defined(vtable[1]));
    const ir::Module &module = *file.object->module();
    EXPECT_EQ(module.lto, ir::Lto::Thin);
    EXPECT_TRUE(module.enable_split_lto_unit);
    // The second module's value numbers count from its own first global.
    for (const ir::Summary &s : module.summaries) {
      if (module.globals[s.global].name != "_ZTV1VIiE") continue;
      EXPECT_FALSE(module.globals[s.global].declaration);
      EXPECT_FALSE(s.references.empty());
    }
    shop.run("clang-" + version + " -O2 -flto=thin -w -c a.cc -o plain.o");
    EXPECT_FALSE(opened(shop.read("plain.o")).object->module()->enable_split_lto_unit);
  }
}

TEST(Bitcode, ReadsWhatRustcMakes) {
  Workshop shop;
  shop.write("l.rs", R"(
#![crate_type = "lib"]
#[no_mangle] pub extern "C" fn api(x: u32) -> u32 { x + helper(x) }
#[inline(never)] fn helper(x: u32) -> u32 { x * 3 }
std::arch::global_asm!(".globl asm_pub", "asm_pub:", "mov eax, dword ptr [rip + asm_data]",
  "call api", "jmp local_label", "local_label:", "ret", ".data", "asm_data: .long 4");
)");
  shop.run("rustc -O --emit=llvm-bc l.rs -o l.bc");
  shop.run("rustc -O -Clinker-plugin-lto l.rs -o libl.rlib && ar x libl.rlib && mv *.rcgu.o m.o");
  for (const char *name : {"l.bc", "m.o"}) {
    Opened file = opened(shop.read(name));
    EXPECT_EQ(our_rows(file), nm_rows(shop.output(std::string("llvm-nm-22 ") + name)));
    EXPECT_TRUE(file.object->producer().contains("rust"));
    ASSERT_EQ(file.named("api").size(), 2u);
    EXPECT_TRUE(is_defined(file.named("api")[0]));
    EXPECT_FALSE(is_defined(file.named("api")[1]));
    EXPECT_EQ(file.named("local_label")[0].binding, Binding::Local);
  }
}

// A module of a later LLVM: records, values and blocks that nobody knows yet.
std::string module_of_the_future() {
  BitWriter out;
  out.enter(13, 5);
  out.record(1, "LLVM99.0.0");
  out.record(2, std::vector<uint64_t>{7});
  out.record(3, std::vector<uint64_t>{1, 2, 3});
  out.leave();
  out.enter(8, 4);
  out.record(1, std::vector<uint64_t>{5});
  out.enter(77, 6);
  out.record(1, std::vector<uint64_t>{1});
  out.leave();
  out.record(500, std::vector<uint64_t>{9, 9});
  out.record(2, "arm64-apple-macosx30.0.0");
  out.record(3, "e-m:o-i64:64");
  out.record(4, "_asm_function:\n ret\n");
  out.record(8, std::vector<uint64_t>{0, 8, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 99, 98, 97});
  out.record(8, std::vector<uint64_t>{8, 8, 1, 0, 1, 77});
  out.leave();
  out.enter(23, 3);
  out.abbreviation(2);
  out.literal(1);
  out.encoded(5);
  out.id(4);
  out.blob("functiondeclared");
  out.leave();
  return out.bytes();
}

TEST(Bitcode, ANewerModuleStillGivesNamesTripleAndAssembly) {
  Opened file = opened(module_of_the_future());
  EXPECT_EQ(file.object->producer(), "LLVM99.0.0");
  EXPECT_EQ(file.object->target().platform, Platform::MacOS);
  EXPECT_EQ(our_rows(file), (std::multiset<std::string>{"T _function", "U _declared", "t _asm_function"}));
  ASSERT_NE(file.object->module(), nullptr);
  EXPECT_EQ(file.object->module()->epoch, 7u);
  EXPECT_EQ(file.object->module()->lto, ir::Lto::None);
}

// LLVM numbers attributes in the order in which they came; captures is 102.
TEST(Bitcode, TellsTheNewestAttribute) {
  testing::Workshop shop;
  shop.write("f.ll", "define void @f(ptr captures(none) %p) nounwind {\n ret void\n}\n");
  shop.write("g.ll", "define void @g(i32 zeroext %p) nounwind {\n ret void\n}\n");
  shop.write("h.ll", "define void @h() {\n ret void\n}\n");
  shop.run("for n in f g h; do llvm-as-22 $n.ll -o $n.o; done");
  auto newest = [&](const char *name) { return opened(shop.read(name)).object->module()->newest_attribute; };
  EXPECT_EQ(newest("f.o"), 102u);
  EXPECT_EQ(newest("g.o"), 34u);  // zeroext; nounwind is 18
  EXPECT_EQ(newest("h.o"), 0u);
}

TEST(Bitcode, SaysWhatIsWrongWithFilesThatAreNoModules) {
  auto problem = [](const std::string &bytes) -> std::string {
    try {
      bitcode_format.open(Bytes(bytes))->for_each_symbol([](const Symbol &) {});
    } catch (const Malformed &error) {
      return error.what();
    }
    return "";
  };
  EXPECT_EQ(problem(BitWriter().bytes()), "expected a module in the bitcode");
  BitWriter old;
  old.enter(8, 3);
  old.record(1, std::vector<uint64_t>{1});
  old.leave();
  EXPECT_EQ(problem(old.bytes()), "expected a module of LLVM 5 or newer, which has its names in a string table");

  // A name outside the string table is met while the symbols are visited.
  std::string bytes = module_of_the_future();
  bytes.resize(bytes.size() - 16 - 4);
  EXPECT_NE(problem(bytes), "");
}

TEST(Bitcode, RefusesToSpellOneLongNameForManyGlobals) {
  BitWriter out;
  out.enter(8, 4);
  out.record(1, std::vector<uint64_t>{2});
  out.record(3, "e-m:o");
  for (int i = 0; i < 1000; i++) out.record(8, std::vector<uint64_t>{0, 10000, 0, 0, 0, 0, 0});
  out.leave();
  out.enter(23, 3);
  out.abbreviation(2);
  out.literal(1);
  out.encoded(5);
  out.id(4);
  out.blob(std::string(10000, 'n'));
  out.leave();
  Opened file = opened(out.bytes());
  size_t seen = 0;
  std::optional<Problem> problem = file.object->for_each_symbol([&](const Symbol &s) {
    EXPECT_EQ(s.name.size(), 10001u);
    seen++;
  });
  ASSERT_TRUE(problem.has_value());
  EXPECT_EQ(problem->text, "expected globals whose names do not overlap");
  EXPECT_LT(seen, 20u);
  EXPECT_GT(seen, 0u);
}

TEST(Bitcode, ManyThreadsMayAskAtOnce) {
  Opened file = opened(module_of_the_future());
  parallel_for(64, [&](size_t) {
    std::string names;
    file.object->for_each_symbol([&](const Symbol &s) { names += s.name; });
    EXPECT_EQ(names, "_function_declared_asm_function");
    EXPECT_EQ(file.object->module()->globals.size(), 2u);
  });
}

// Reads everything there is; whatever the bytes, it must come back.
void read_all(const std::string &bytes) {
  if (!bitcode_format.claims(Bytes(bytes))) return;
  try {
    std::unique_ptr<Object> object = bitcode_format.open(Bytes(bytes));
    object->for_each_symbol([](const Symbol &) {});
    object->for_each_reference([](const Reference &) {});
    object->module();
  } catch (const Malformed &) {
    // As it should.
  }
}

TEST(Bitcode, SurvivesEveryTruncation) {
  std::string future = module_of_the_future();
  for (size_t length = 0; length < future.size(); length++) read_all(future.substr(0, length));
  Workshop shop;
  shop.write("a.c", c_source);
  shop.run("clang-22 -O1 -flto=thin -w -c a.c -o a.o");
  std::string bytes = shop.read("a.o");
  for (size_t length = 0; length < bytes.size(); length++) {
    std::string cut = bytes.substr(0, length);
    read_all(cut);
    // Nothing that lacks the string table's words may pass for whole.
    if (length + 64 < bytes.size() && length > 0 && bitcode_format.claims(Bytes(cut))) {
      EXPECT_THROW(bitcode_format.open(Bytes(cut)), Malformed) << length;
    }
  }
}

TEST(Bitcode, SurvivesFlippedBytes) {
  Workshop shop;
  shop.write("a.cc", cc_source);
  shop.run(
      "clang-22 -O1 --target=arm64-apple-macos11 -flto=thin -fsplit-lto-unit "
      "-fwhole-program-vtables -fvisibility=hidden -w -c a.cc -o a.o");
  std::string bytes = shop.read("a.o");
  std::mt19937 random(7);
  for (int round = 0; round < 3000; round++) {
    std::string damaged = bytes;
    for (int flips = 1 + static_cast<int>(random() % 3); flips > 0; flips--)
      damaged[random() % damaged.size()] = static_cast<char>(random());
    read_all(damaged);
  }
}

}  // namespace
}  // namespace ldwhy
