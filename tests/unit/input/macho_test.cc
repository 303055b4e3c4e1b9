#include <fmt/format.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <random>
#include <regex>
#include <set>
#include <sstream>

#include "input/input.h"
#include "real_objects.h"

namespace ldwhy {
namespace {

using testing::Workshop;

// One of everything that the symbol table can say; THREAD is empty where the target lacks
// thread-local variables.
constexpr const char *everything = R"(
int common_a[4];
int defined = 3;
const char text[] = "x";
static int local_data = 4;
__attribute__((visibility("hidden"))) int private_extern = 5;
__attribute__((weak)) int weak_def(void) { return 1; }
extern int weak_ref(void) __attribute__((weak_import));
THREAD int tls_var = 3;
extern int puts(const char *);
extern int ext_data;
static int __attribute__((noinline)) local_fn(int x) { return x * local_data++; }
int second(int x) { puts("b"); return local_fn(x) + ext_data + (weak_ref ? weak_ref() : 0); }
int main(void) { puts(text); return second(defined) + tls_var + common_a[1] + private_extern; }
__asm__(".globl _abs\n.set _abs, 42\n"
        ".linker_option \"-lfoo\"\n.linker_option \"-framework\", \"Bar\"\n");
)";

constexpr const char *system_stub = R"(--- !tapi-tbd
tbd-version:     4
targets:         [ x86_64-macos, arm64-macos ]
install-name:    '/usr/lib/libSystem.B.dylib'
exports:
  - targets:         [ x86_64-macos, arm64-macos ]
    symbols:         [ dyld_stub_binder, _puts, __tlv_bootstrap ]
...
)";
constexpr const char *other_stub = R"(--- !tapi-tbd
tbd-version:     4
targets:         [ x86_64-macos, arm64-macos ]
install-name:    '/usr/lib/libother.dylib'
exports:
  - targets:         [ x86_64-macos, arm64-macos ]
    symbols:         [ _other ]
...
)";

struct Compiled {
  const char *compiler;
  const char *triple;
  Arch arch;
  Platform platform;
  const char *min_os;
  uint8_t bits = 64;
  bool has_threads = true;
};
constexpr Compiled compiled[] = {
    {"clang-14", "arm64-apple-macos11", Arch::Arm64, Platform::MacOS, "11.0.0"},
    {"clang-19", "arm64-apple-macos11", Arch::Arm64, Platform::MacOS, "11.0.0"},
    {"clang-22", "arm64-apple-macos11", Arch::Arm64, Platform::MacOS, "11.0.0"},
    {"clang-14", "x86_64-apple-macos11", Arch::X86_64, Platform::MacOS, "11.0.0"},
    {"clang-22", "x86_64-apple-macos11", Arch::X86_64, Platform::MacOS, "11.0.0"},
    {"clang-19", "x86_64-apple-macos10.9", Arch::X86_64, Platform::MacOS, "10.9.0"},
    {"clang-22", "arm64-apple-ios14-simulator", Arch::Arm64, Platform::IOSSimulator, "14.0.0"},
    {"clang-22", "x86_64-apple-ios9-simulator", Arch::X86_64, Platform::IOSSimulator, "9.0.0"},
    {"clang-22", "arm64-apple-ios14.2-macabi", Arch::Arm64, Platform::MacCatalyst, "14.2.0"},
    {"clang-22", "arm64e-apple-macos12", Arch::Arm64e, Platform::MacOS, "12.0.0"},
    {"clang-22", "arm64-apple-xros1", Arch::Arm64, Platform::VisionOS, "1.0.0"},
    {"clang-22", "arm64_32-apple-watchos7", Arch::Arm64_32, Platform::WatchOS, "7.0.0", 32},
    {"clang-22", "armv7-apple-ios9", Arch::Arm, Platform::IOS, "9.0.0", 32, false},
    {"clang-22", "i386-apple-macos10.13", Arch::I386, Platform::MacOS, "10.13.0", 32, false},
};

std::string compile_everything(const Workshop &shop, const Compiled &how) {
  shop.write("a.c", everything);
  shop.run(fmt::format("{} --target={} -DTHREAD={} -fcommon -O1 -g -c a.c -o a.o", how.compiler, how.triple,
                       how.has_threads ? "_Thread_local" : ""));
  return shop.read("a.o");
}

std::vector<Symbol> symbols_of(const Object &object) {
  std::vector<Symbol> symbols;
  std::optional<Problem> problem = object.for_each_symbol([&](const Symbol &s) { symbols.push_back(s); });
  EXPECT_FALSE(problem) << to_string(*problem);
  return symbols;
}

const Symbol *find(const std::vector<Symbol> &symbols, std::string_view name) {
  for (const Symbol &symbol : symbols)
    if (symbol.name == name) return &symbol;
  return nullptr;
}

// As `llvm-nm -m` puts it, the section replaced by the kind of thing in it and notes in
// brackets left out.
std::string in_words(const Symbol &symbol, int digits) {
  std::string value = symbol.state == SymbolState::Undefined ? std::string(digits, ' ')
                      : symbol.state == SymbolState::Common  ? fmt::format("{:0{}x}", symbol.size, digits)
                                                             : fmt::format("{:0{}x}", symbol.value, digits);
  std::string place = "(absolute)";
  if (symbol.state == SymbolState::Undefined) place = "(undefined)";
  else if (symbol.state == SymbolState::Common)
    place = fmt::format("(common) (alignment 2^{})", std::countr_zero(symbol.value));
  else if (symbol.type == SymbolType::Function) place = "(function)";
  else if (symbol.type == SymbolType::Tls) place = "(tls)";
  else if (symbol.type == SymbolType::Object) place = "(object)";
  const char *scope = symbol.binding == Binding::Local          ? "non-external"
                      : symbol.visibility == Visibility::Hidden ? "private external"
                                                                : "external";
  return fmt::format("{} {} {}{} {}", value, place, symbol.binding == Binding::Weak ? "weak " : "", scope, symbol.name);
}

std::vector<std::string> lines_of(const std::string &text) {
  std::vector<std::string> lines;
  std::istringstream in(text);
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

std::vector<std::string> words_of_nm(const Workshop &shop, const std::string &file) {
  std::vector<std::string> lines = lines_of(shop.output("llvm-nm-22 -m -p " + file));
  for (std::string &line : lines) {
    line = std::regex_replace(line, std::regex(R"( \[[^\]]*\]| \(from [^)]*\))"), "");
    line = std::regex_replace(line, std::regex(R"( \(was a private external\))"), "");
    line = std::regex_replace(line, std::regex(R"(\(__TEXT,__(text|stubs|stub_helper)\))"), "(function)");
    line = std::regex_replace(line, std::regex(R"(\(__DATA,__thread_\w*\))"), "(tls)");
    line = std::regex_replace(line, std::regex(R"(\(\w*,\w*\))"), "(object)");
  }
  return lines;
}

TEST(MachO, ReadsTargetsAndSymbolsLikeLlvmNm) {
  for (const Compiled &how : compiled) {
    SCOPED_TRACE(fmt::format("{} {}", how.compiler, how.triple));
    Workshop shop;
    std::string file = compile_everything(shop, how);
    ASSERT_TRUE(macho_format.claims(Bytes(file)));
    std::unique_ptr<Object> object = macho_format.open(Bytes(file));
    EXPECT_EQ(object->kind(), ObjectKind::Relocatable);
    EXPECT_EQ(object->target().format, Format::MachO);
    EXPECT_EQ(arch_name(object->target().arch), arch_name(how.arch));
    EXPECT_EQ(object->target().bits, how.bits);
    EXPECT_EQ(platform_name(object->target().platform), platform_name(how.platform));
    EXPECT_EQ(version_text(object->target().min_os), how.min_os);
    EXPECT_TRUE(object->serves(target_from_triple(how.triple)));

    std::vector<std::string> seen;
    for (const Symbol &symbol : symbols_of(*object)) seen.push_back(in_words(symbol, how.bits / 4));
    EXPECT_EQ(seen, words_of_nm(shop, "a.o"));
    EXPECT_GT(seen.size(), 12u);

    EXPECT_EQ(object->linker_options(), (std::vector<std::string_view>{"-lfoo", "-framework", "Bar"}));
    std::vector<Symbol> symbols = symbols_of(*object);
    ASSERT_TRUE(find(symbols, "_common_a"));
    EXPECT_EQ(find(symbols, "_common_a")->state, SymbolState::Common);
    EXPECT_TRUE(find(symbols, "_weak_def")->comdat);
    EXPECT_FALSE(find(symbols, "_weak_ref")->comdat);
  }
}

// llvm-readobj lists "0x94 1 2 1 ARM64_RELOC_BRANCH26 0 _puts" under "Section __text {"; the
// fourth word is 1 for a relocation against a symbol.
std::multiset<std::string> relocations_of_readobj(const Workshop &shop) {
  std::multiset<std::string> found;
  std::string section;
  for (const std::string &line : lines_of(shop.output("llvm-readobj-22 -r a.o"))) {
    std::istringstream words(line);
    std::string offset, pc, length, external, type, scattered, name;
    words >> offset >> pc;
    if (offset == "Section") section = pc;
    if (!offset.starts_with("0x")) continue;
    words >> length >> external >> type >> scattered >> name;
    if (external == "1") found.insert(section + " " + offset + " " + name);
  }
  return found;
}

// llvm-objdump -d -r heads each function with "<_main>:".
std::multiset<std::string> owners_of_objdump(const Workshop &shop) {
  std::multiset<std::string> found;
  std::string function;
  std::smatch match;
  for (const std::string &line : lines_of(shop.output("llvm-objdump-22 -d -r --no-show-raw-insn a.o"))) {
    if (std::regex_match(line, match, std::regex(R"([0-9a-f]+ <(.*)>:)"))) function = match[1];
    if (std::regex_match(
            line, match,
            std::regex(R"(\s+([0-9a-f]+):\s+\S+_RELOC_\S*(BRANCH|BRANCH26|BR22|VANILLA)\s+(_puts|_weak_ref))")))
      found.insert(fmt::format("{} {:#x} {}", function, std::stoul(match[1], nullptr, 16), match.str(3)));
  }
  return found;
}

TEST(MachO, ReadsReferencesLikeLlvmReadobjAndObjdump) {
  for (const Compiled &how : compiled) {
    SCOPED_TRACE(fmt::format("{} {}", how.compiler, how.triple));
    Workshop shop;
    std::string file = compile_everything(shop, how);
    std::unique_ptr<Object> object = macho_format.open(Bytes(file));
    std::multiset<std::string> seen, calls;
    std::optional<Problem> problem = object->for_each_reference([&](const Reference &r) {
      size_t comma = r.section.find(',');
      ASSERT_NE(comma, r.section.npos);
      seen.insert(fmt::format("{} {:#X} {}", r.section.substr(comma + 1), r.offset, r.symbol));
      if (r.section == "__TEXT,__text" && (r.symbol == "_puts" || r.symbol == "_weak_ref"))
        calls.insert(fmt::format("{} {:#x} {}", r.function, r.offset, r.symbol));
    });
    EXPECT_FALSE(problem) << to_string(*problem);
    std::multiset<std::string> expected;
    for (std::string line : relocations_of_readobj(shop)) {
      size_t x = line.find("0x");
      line[x + 1] = 'X';
      expected.insert(line);
    }
    EXPECT_EQ(seen, expected);
    EXPECT_GE(seen.size(), 3u);
    std::multiset<std::string> expected_calls = owners_of_objdump(shop);
    EXPECT_GE(expected_calls.size(), 3u);
    EXPECT_TRUE(std::includes(calls.begin(), calls.end(), expected_calls.begin(), expected_calls.end()))
        << fmt::format("{}", fmt::join(calls, "\n"));
  }
}

constexpr const char *library = R"(
extern int puts(const char *);
int api(void) { return puts("x"); }
__attribute__((visibility("hidden"))) int internal(void) { return api(); }
__attribute__((weak)) int weak_api(void) { return internal(); }
_Thread_local int tls_api = 1;
int data_api = 4;
int data_api_two = 4;
)";

std::string link_library(const Workshop &shop, const std::string &version, const std::string &arch,
                         const std::string &os) {
  shop.write("lib.c", library);
  shop.write("libSystem.tbd", system_stub);
  shop.write("libother.tbd", other_stub);
  shop.run("clang-22 --target=" + arch + "-apple-macos" + os + " -O1 -c lib.c -o lib.o");
  shop.run("ld64.lld-" + version + " -arch " + arch + " -platform_version macos " + os + " " + os +
           " -dylib -install_name @rpath/liblib.dylib lib.o libSystem.tbd"
           " -reexport_library libother.tbd -o lib.dylib");
  return shop.read("lib.dylib");
}

TEST(MachO, ReadsDylibsOfEachLinker) {
  for (const char *version : {"14", "19", "22"}) {
    for (const char *arch : {"arm64", "x86_64"}) {
      // From macOS 12 on the trie has a load command of its own.
      for (const char *os : {"11.0", "13.0"}) {
        SCOPED_TRACE(fmt::format("lld {} {} {}", version, arch, os));
        Workshop shop;
        std::string file = link_library(shop, version, arch, os);
        std::unique_ptr<Object> object = macho_format.open(Bytes(file));
        EXPECT_EQ(object->kind(), ObjectKind::Shared);
        EXPECT_EQ(object->shared_name(), "@rpath/liblib.dylib");
        std::vector<std::string_view> needed = object->needed();
        EXPECT_EQ(std::count(needed.begin(), needed.end(), "/usr/lib/libSystem.B.dylib"), 1);
        EXPECT_EQ(object->reexported(), std::vector<std::string_view>{"/usr/lib/libother.dylib"});
        EXPECT_EQ(version_text(object->target().min_os), std::string(os) + ".0");
        EXPECT_TRUE(object->producer().starts_with(version == std::string("14") ? "ld" : "lld")) << object->producer();

        std::vector<std::string> exports, table;
        for (const Symbol &symbol : symbols_of(*object)) {
          // The trie comes first, and all that it holds is dynamic.
          if (symbol.dynamic && is_defined(symbol)) {
            EXPECT_TRUE(table.empty());
            exports.push_back(fmt::format("0x{:08X}  {}{}{}", symbol.value, symbol.name,
                                          symbol.type == SymbolType::Tls ? " [per-thread]" : "",
                                          symbol.binding == Binding::Weak ? " [weak_def]" : ""));
          } else {
            table.push_back(in_words(symbol, 16));
          }
          if (symbol.dynamic && symbol.name.ends_with("api")) {
            EXPECT_EQ(symbol.type, symbol.name == "_tls_api"    ? SymbolType::Tls
                                   : symbol.name == "_data_api" ? SymbolType::Object
                                                                : SymbolType::Function)
                << symbol.name;
          }
        }
        std::vector<std::string> expected;
        for (const std::string &line : lines_of(shop.output("llvm-objdump-22 --macho --exports-trie lib.dylib")))
          if (line.starts_with("0x")) expected.push_back(line);
        std::sort(exports.begin(), exports.end());
        std::sort(expected.begin(), expected.end());
        EXPECT_EQ(exports, expected);
        EXPECT_EQ(exports.size(), 5u);
        EXPECT_EQ(table, words_of_nm(shop, "lib.dylib"));
        // What the library keeps to itself is there, but nobody can link with it.
        std::vector<Symbol> symbols = symbols_of(*object);
        const Symbol *internal = find(symbols, "_internal");
        ASSERT_TRUE(internal);
        EXPECT_EQ(internal->binding, Binding::Local);
        EXPECT_EQ(internal->visibility, Visibility::Hidden);
        EXPECT_FALSE(internal->dynamic);
        EXPECT_TRUE(find(symbols, "_puts")->dynamic);
      }
    }
  }
}

TEST(MachO, ReadsExecutablesAndBundlesAsThingsThatOfferNothing) {
  Workshop shop;
  shop.write("libSystem.tbd", system_stub);
  shop.write("m.c", "int puts(const char *); int main(void) { return puts(\"\"); }\n");
  shop.run("clang-22 --target=arm64-apple-macos11 -c m.c");
  for (const char *mode : {"-execute", "-bundle"}) {
    shop.run(
        fmt::format("ld64.lld-22 -arch arm64 -platform_version macos 11.0 11.0 {} m.o "
                    "libSystem.tbd -o out",
                    mode));
    std::string file = shop.read("out");
    std::unique_ptr<Object> object = macho_format.open(Bytes(file));
    EXPECT_EQ(object->kind(), ObjectKind::Executable);
    std::vector<Symbol> symbols = symbols_of(*object);
    EXPECT_TRUE(find(symbols, "_main"));
    EXPECT_TRUE(find(symbols, "_puts"));
  }
}

// A big-endian object, for want of a compiler: a 32-bit PowerPC one with a call of _puts in _f.
TEST(MachO, ReadsBigEndianObjects) {
  Workshop shop;
  shop.write("ppc.yaml", R"(--- !mach-o
IsLittleEndian: false
FileHeader:
  magic: 0xFEEDFACE
  cputype: 18
  cpusubtype: 0
  filetype: 1
  ncmds: 2
  sizeofcmds: 148
  flags: 0
LoadCommands:
  - cmd: LC_SEGMENT
    cmdsize: 124
    segname: ''
    vmaddr: 0
    vmsize: 8
    fileoff: 176
    filesize: 8
    maxprot: 7
    initprot: 7
    nsects: 1
    flags: 0
    Sections:
      - sectname: __text
        segname: __TEXT
        addr: 0x0
        size: 8
        offset: 176
        align: 2
        reloff: 184
        nreloc: 1
        flags: 0x80000400
        reserved1: 0
        reserved2: 0
        content: '4800000160000000'
        relocations:
          - address: 0x0
            symbolnum: 1
            pcrel: true
            length: 2
            extern: true
            type: 3
            scattered: false
            value: 0
  - cmd: LC_SYMTAB
    cmdsize: 24
    symoff: 192
    nsyms: 2
    stroff: 216
    strsize: 11
LinkEditData:
  NameList:
    - n_strx: 1
      n_type: 0x0F
      n_sect: 1
      n_desc: 0
      n_value: 0
    - n_strx: 4
      n_type: 0x01
      n_sect: 0
      n_desc: 0
      n_value: 0
  StringTable: [ '', _f, _puts, '' ]
...
)");
  shop.run("yaml2obj-22 ppc.yaml -o a.o");
  std::string file = shop.read("a.o");
  ASSERT_TRUE(macho_format.claims(Bytes(file)));
  std::unique_ptr<Object> object = macho_format.open(Bytes(file));
  EXPECT_EQ(object->target().arch, Arch::Ppc);
  EXPECT_TRUE(object->target().big_endian);
  EXPECT_EQ(object->target().bits, 32);
  std::vector<std::string> seen;
  for (const Symbol &symbol : symbols_of(*object)) seen.push_back(in_words(symbol, 8));
  EXPECT_EQ(seen, words_of_nm(shop, "a.o"));
  EXPECT_EQ(seen.size(), 2u);
  std::vector<std::string> references;
  EXPECT_FALSE(object->for_each_reference([&](const Reference &r) {
    references.push_back(fmt::format("{} {} {} {}", r.section, r.offset, r.function, r.symbol));
  }));
  EXPECT_EQ(references, std::vector<std::string>{"__TEXT,__text 0 _f _puts"});
}

TEST(MachO, DeclinesForeignBytes) {
  using namespace std::string_view_literals;
  for (std::string_view text : {""sv, "\xcf\xfa\xed"sv,
                                "\x7f"
                                "ELF"sv,
                                "BC\xc0\xde"sv, "!<arch>\n"sv, "\xca\xfe\xba\xbe\0\0\0\1"sv})
    EXPECT_FALSE(macho_format.claims(Bytes(text)));
}

void exercise(Bytes bytes) {
  try {
    std::unique_ptr<Object> object = macho_format.open(bytes);
    size_t names = 0;
    object->for_each_symbol([&](const Symbol &s) { names += s.name.size(); });
    object->for_each_reference([&](const Reference &r) { names += r.function.size(); });
    names += object->needed().size() + object->reexported().size() + object->linker_options().size() +
             object->shared_name().size();
    EXPECT_LE(names, 1000 * bytes.size());
  } catch (const Malformed &) {
  }
}

TEST(MachO, SurvivesTruncationAnywhereAndFlippedBytes) {
  for (int kind = 0; kind < 3; ++kind) {
    Workshop shop;
    std::string file = kind == 0   ? compile_everything(shop, compiled[2])
                       : kind == 1 ? compile_everything(shop, compiled[12])
                                   : link_library(shop, "22", "arm64", "13.0");
    // A dylib is mostly padding: every byte of its ends, and some in between.
    for (size_t length = 0; length < file.size(); length += length > 4096 && length + 4096 < file.size() ? 61 : 1) {
      std::string part = file.substr(0, length);  // so that a sanitizer sees where it ends
      exercise(Bytes(part));
    }
    std::mt19937 random(7);
    for (int round = 0; round < 3000; ++round) {
      std::string damaged = file;
      for (int i = 0; i < 3; ++i) damaged[random() % (i ? damaged.size() : 1024)] = static_cast<char>(random());
      exercise(Bytes(damaged));
    }
  }
}

TEST(MachO, KeepsTheSymbolsBeforeTheDamage) {
  Workshop shop;
  std::string file = compile_everything(shop, compiled[2]);
  std::unique_ptr<Object> whole = macho_format.open(Bytes(file));
  size_t all = symbols_of(*whole).size();
  // LC_SYMTAB: where the table is.
  size_t at = 0;
  for (size_t position = 32; !at;) {
    Bytes bytes(file);
    if (bytes.u32(position, Endian::Little) == 2) at = bytes.u32(position + 8, Endian::Little);
    position += bytes.u32(position + 4, Endian::Little);
  }
  // The fifth symbol's name lies outside the string table.
  file.replace(at + 4 * 16, 4, "\xff\xff\xff\x7f");
  std::unique_ptr<Object> damaged = macho_format.open(Bytes(file));
  size_t seen = 0;
  std::optional<Problem> problem = damaged->for_each_symbol([&](const Symbol &) { ++seen; });
  ASSERT_TRUE(problem);
  EXPECT_EQ(seen, 4u);
  EXPECT_GT(all, 4u);
}

// The trie of lld's dylib, its first child made to point back at the root.
TEST(MachO, StopsAtALoopInTheExportTrie) {
  Workshop shop;
  std::string file = link_library(shop, "22", "arm64", "13.0");
  uint64_t trie = 0;
  Bytes bytes(file);
  for (size_t position = 32; !trie; position += bytes.u32(position + 4, Endian::Little))
    if (bytes.u32(position, Endian::Little) == 0x80000033) trie = bytes.u32(position + 8, Endian::Little);
  // No terminal, one child "_", whose offset follows the NUL.
  ASSERT_EQ(file.substr(trie, 4), std::string("\0\1_\0", 4));
  file[trie + 4] = 0;
  std::unique_ptr<Object> object = macho_format.open(Bytes(file));
  std::optional<Problem> problem = object->for_each_symbol([](const Symbol &) {});
  ASSERT_TRUE(problem);
  EXPECT_NE(problem->text.find("loop"), std::string::npos) << problem->text;
}

}  // namespace
}  // namespace ldwhy
