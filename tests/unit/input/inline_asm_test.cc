// Asm statements inside functions of bitcode. llvm-dis is the oracle: it prints each text as it
// stands in the module.
#include <algorithm>
#include <random>
#include <regex>

#include "input/asm_symbols.h"
#include "input/input.h"
#include "real_objects.h"

namespace ldwhy {
namespace {

using testing::Workshop;

constexpr const char *source = R"(
int variable;
extern int outside(void);
static __attribute__((noinline)) int quiet(int x) { return x + 1; }
int none(int x) { return quiet(x) + outside(); }
void defines(void) { __asm__ volatile(".globl label_one\nlabel_one: nop"); }
int two(int x) {
  __asm__ volatile("call called_one" ::: "memory");
  __asm__ volatile("movl %1, %0\n\t jmp called_two" : "=r"(x) : "r"(x));
  return x;
}
__attribute__((naked)) void bare(void) { __asm__("lea with_dollar$x(%rip), %rax\n ret"); }
void counted(void) { __asm__ volatile("spot_%=: {nop|int3}" ::); }
)";

struct Opened {
  std::string bytes;
  std::unique_ptr<Object> object;
  explicit Opened(std::string content) : bytes(std::move(content)) {
    if (Result<std::unique_ptr<Object>> opened = open_object(Bytes(bytes))) object = std::move(*opened);
  }
};

std::string text_in(const std::vector<ir::FunctionAsm> &all, std::string_view function, size_t number = 0) {
  for (const ir::FunctionAsm &one : all)
    if (one.function == function && number-- == 0) return one.text;
  return "(none)";
}

// The texts of llvm-dis, its \0A and \09 as characters, sorted.
std::vector<std::string> texts_of_dis(const std::string &dis) {
  std::vector<std::string> texts;
  std::regex pattern("asm (?:sideeffect |alignstack |inteldialect |unwind )*\"([^\"]*)\"");
  for (std::sregex_iterator at(dis.begin(), dis.end(), pattern), end; at != end; ++at) {
    std::string text;
    const std::string raw = (*at)[1];
    for (size_t i = 0; i < raw.size(); ++i) {
      if (raw[i] == '\\' && i + 2 < raw.size()) {
        text += static_cast<char>(std::stoi(raw.substr(i + 1, 2), nullptr, 16));
        i += 2;
      } else {
        text += raw[i];
      }
    }
    texts.push_back(text);
  }
  std::ranges::sort(texts);
  return texts;
}

TEST(InlineAsm, TextsAndTheirFunctionsOfEveryRelease) {
  for (const char *release : {"14", "19", "22"}) {
    for (const char *mode : {"full", "thin"}) {
      SCOPED_TRACE(std::string(release) + mode);
      Workshop shop;
      shop.write("a.c", source);
      shop.run(std::string("clang-") + release + " --target=x86_64-linux-gnu -O2 -flto=" + mode + " -c a.c -o a.o");
      Opened file(shop.read("a.o"));
      ASSERT_TRUE(file.object);
      std::vector<ir::FunctionAsm> all = file.object->inline_assembly();
      EXPECT_EQ(all.size(), texts_of_dis(shop.output(std::string("llvm-dis-") + release + " a.o -o -")).size());
      EXPECT_EQ(all.size(), 5u);
      EXPECT_EQ(text_in(all, "defines"), ".globl label_one\nlabel_one: nop");
      std::vector<std::string> both{text_in(all, "two", 0), text_in(all, "two", 1)};
      std::ranges::sort(both);
      EXPECT_EQ(both[0], "call called_one");
      EXPECT_EQ(both[1], "movl 0, 0\n\t jmp called_two");
      EXPECT_EQ(text_in(all, "bare"), "lea with_dollar$x(%rip), %rax\n ret");
      EXPECT_EQ(text_in(all, "counted"), "spot_$uid: nop");
    }
  }
}

TEST(InlineAsm, WhatTheTextsSayOfSymbols) {
  Workshop shop;
  shop.write("a.c", source);
  shop.run("clang-22 --target=x86_64-linux-gnu -O2 -flto -c a.c -o a.o");
  Opened file(shop.read("a.o"));
  ASSERT_TRUE(file.object);
  std::vector<std::string> defined, used;
  for (const ir::FunctionAsm &one : file.object->inline_assembly())
    for (const ir::AsmSymbol &symbol : scan_asm(one.text, Format::Elf, Arch::X86_64))
      (symbol.defined ? defined : used).push_back(std::string(symbol.name));
  std::ranges::sort(defined);
  std::ranges::sort(used);
  EXPECT_EQ(defined, (std::vector<std::string>{"label_one", "spot_$uid"}));
  EXPECT_TRUE(std::ranges::includes(used, std::vector<std::string>{"called_one", "called_two"}));
  // None of them is in the symbol table: that is what this is for.
  file.object->for_each_symbol([&](const Symbol &symbol) {
    EXPECT_NE(symbol.name, "label_one");
    EXPECT_NE(symbol.name, "called_one");
  });
}

TEST(InlineAsm, NamesOfMachOHaveTheirPrefix) {
  Workshop shop;
  shop.write("a.c", source);
  shop.run("clang-19 --target=x86_64-apple-macos11 -O2 -flto=thin -c a.c -o a.o");
  Opened file(shop.read("a.o"));
  ASSERT_TRUE(file.object);
  EXPECT_EQ(text_in(file.object->inline_assembly(), "_defines"), ".globl label_one\nlabel_one: nop");
}

TEST(InlineAsm, BothModulesOfASplitUnit) {
  Workshop shop;
  shop.write("a.cc",
             "struct B { virtual void f(); };\nvoid B::f() { __asm__ volatile(\"call inside\"); }\n"
             "extern \"C\" void use(B *b) { b->f(); __asm__ volatile(\"call outside\"); }\n");
  shop.run(
      "clang++-22 --target=x86_64-linux-gnu -O2 -flto=thin -fwhole-program-vtables -fvisibility=hidden "
      "-fsplit-lto-unit -c a.cc -o a.o");
  Opened file(shop.read("a.o"));
  ASSERT_TRUE(file.object);
  std::vector<ir::FunctionAsm> all = file.object->inline_assembly();
  EXPECT_EQ(text_in(all, "_ZN1B1fEv"), "call inside");
  EXPECT_EQ(text_in(all, "use"), "call outside");
}

TEST(InlineAsm, CopiesForInliningOnlyAreLeftOut) {
  Workshop shop;
  shop.write("a.c",
             "inline void f(void) { __asm__ volatile(\".globl twice\\ntwice:\"); }\nvoid g(void) { f(); }\n"
             "void h(void) { __asm__ volatile(\"nop\"); }\n");
  shop.run("clang-22 --target=x86_64-linux-gnu -O1 -Xclang -disable-llvm-passes -flto -c a.c -o a.o");
  Opened file(shop.read("a.o"));
  ASSERT_TRUE(file.object);
  std::vector<ir::FunctionAsm> all = file.object->inline_assembly();
  EXPECT_EQ(text_in(all, "f"), "(none)");
  EXPECT_EQ(text_in(all, "h"), "nop");
}

TEST(InlineAsm, NativeObjectsHaveNone) {
  Workshop shop;
  shop.write("a.c", source);
  shop.run("clang-22 --target=x86_64-linux-gnu -O2 -c a.c -o a.o");
  Opened file(shop.read("a.o"));
  ASSERT_TRUE(file.object);
  EXPECT_TRUE(file.object->inline_assembly().empty());
}

TEST(InlineAsm, SurvivesTruncationAndFlippedBytes) {
  Workshop shop;
  shop.write("a.c", source);
  shop.run("clang-22 --target=x86_64-linux-gnu -O2 -flto=thin -c a.c -o a.o");
  std::string whole = shop.read("a.o");
  size_t read = 0;
  auto ask = [&](std::string bytes) {
    Opened file(std::move(bytes));
    if (!file.object) return;
    for (const ir::FunctionAsm &one : file.object->inline_assembly()) {
      EXPECT_LE(one.text.size(), file.bytes.size() * 2);
      ++read;
    }
  };
  for (size_t size = 0; size < whole.size(); ++size) ask(whole.substr(0, size));
  std::mt19937 random(7);
  for (int round = 0; round < 3000; ++round) {
    std::string flipped = whole;
    for (int flips = 1 + static_cast<int>(random() % 4); flips > 0; --flips)
      flipped[random() % flipped.size()] = static_cast<char>(random());
    ask(flipped);
  }
  EXPECT_GT(read, 1000u);  // most damage is elsewhere
}

}  // namespace
}  // namespace ldwhy
