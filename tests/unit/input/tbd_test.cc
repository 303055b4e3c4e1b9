#include "input/tbd.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <map>
#include <random>
#include <regex>
#include <set>
#include <sstream>

#include "input/input.h"
#include "real_objects.h"

namespace ldwhy {
namespace {

using testing::Workshop;

// Everything that version 4 has, with lists over several lines, both quotes, an inlined library
// that is re-exported and one that is not.
constexpr const char *version_4 = R"(--- !tapi-tbd
# a comment
tbd-version:     4
targets:         [ x86_64-macos, arm64-macos,
                   arm64e-macos ]
uuids:
  - target:      x86_64-macos
    value:       00000000-0000-0000-0000-000000000001
flags:           [ not_app_extension_safe ]
install-name:    '/usr/lib/libmain.dylib'
current-version: 1.2.3
parent-umbrella:
  - targets:     [ x86_64-macos ]
    umbrella:    System
allowable-clients:
  - targets:     [ x86_64-macos ]
    clients:     [ friend ]
reexported-libraries:
  - targets:         [ x86_64-macos, arm64-macos, arm64e-macos ]
    libraries:       [ '/usr/lib/libinner.dylib', '/usr/lib/libelsewhere.dylib' ]
exports:
  - targets:         [ x86_64-macos ]
    symbols:         [ _intel_only, 'quoted name' ]
  - targets:         [ arm64-macos, arm64e-macos, x86_64-macos ]
    symbols:         [ _first, _second,
                       "_third", '$odd$name',   # a remark
                       _last ]
    weak-symbols:    [ _weak ]
    thread-local-symbols: [ _tls ]
    objc-classes:    [ NSThing, NSOther ]
    objc-eh-types:   [ NSThing ]
    objc-ivars:      [ NSThing._field ]
reexports:
  - targets:         [ arm64-macos ]
    symbols:         [ _passed_on ]
undefineds:
  - targets:         [ arm64-macos ]
    symbols:         [ _needed ]
    weak-symbols:    [ _maybe_needed ]
...
--- !tapi-tbd
tbd-version:     4
targets:         [ x86_64-macos, arm64-macos ]
install-name:    '/usr/lib/libinner.dylib'
exports:
  - targets:         [ x86_64-macos, arm64-macos ]
    symbols:         [ _inner ]
reexported-libraries:
  - targets:         [ arm64-macos ]
    libraries:       [ '/usr/lib/libinnermost.dylib' ]
...
--- !tapi-tbd
tbd-version:     4
targets:         [ arm64-macos ]
install-name:    '/usr/lib/libinnermost.dylib'
exports:
  - targets:         [ arm64-macos ]
    symbols:         [ _innermost ]
...
--- !tapi-tbd
tbd-version:     4
targets:         [ arm64-macos ]
install-name:    '/usr/lib/libstray.dylib'
exports:
  - targets:         [ arm64-macos ]
    symbols:         [ _stray ]
...
)";

constexpr const char *version_3 = R"(--- !tapi-tbd-v3
archs:           [ i386, x86_64 ]
uuids:           [ 'i386: 00000000-0000-0000-0000-000000000001',
                   'x86_64: 00000000-0000-0000-0000-000000000002' ]
platform:        macosx
install-name:    /usr/lib/libold.dylib
current-version: 1.0
exports:
  - archs:           [ i386, x86_64 ]
    re-exports:      [ /usr/lib/libdeep.dylib ]
    symbols:         [ _a, _b ]
    objc-classes:    [ NSThing ]
    objc-ivars:      [ NSThing._f ]
    weak-def-symbols: [ _w ]
    thread-local-symbols: [ _t ]
  - archs:           [ x86_64 ]
    symbols:         [ _wide ]
undefineds:
  - archs:           [ x86_64 ]
    symbols:         [ _u ]
...
)";

constexpr const char *version_2 = R"(--- !tapi-tbd-v2
archs:           [ armv7, arm64 ]
platform:        ios
flags:           [ flat_namespace ]
install-name:    /usr/lib/libtwo.dylib
current-version: 1.0
exports:
  - archs:           [ armv7, arm64 ]
    symbols:         [ _a ]
    objc-classes:    [ _NSThing ]
    objc-ivars:      [ _NSThing._f ]
  - archs:           [ arm64 ]
    symbols:         [ _wide ]
...
)";

// As old SDKs have it: no tag, dashes under the key, and a list in dashes.
constexpr const char *version_1 = R"(---
archs:           [ armv7, arm64 ]
platform:        ios
install-name:    /usr/lib/libone.dylib
current-version: 1.0
exports:
- archs:           [ armv7, arm64 ]
  symbols:
  - _a
  - _b
  objc-classes:    [ _NSThing ]
...
)";

std::multiset<std::string> names_in(const Object &object, bool defined = true) {
  std::multiset<std::string> names;
  std::optional<Problem> problem = object.for_each_symbol([&](const Symbol &symbol) {
    EXPECT_TRUE(symbol.dynamic);
    if (is_defined(symbol) == defined) names.emplace(symbol.name);
  });
  EXPECT_FALSE(problem);
  return names;
}

// llvm-nm prints a part for each architecture of the first document: "NAME (for architecture
// arm64):", then symbols.
std::multiset<std::string> names_by_nm(const Workshop &shop, const std::string &file, const std::string &arch,
                                       const std::string &library) {
  std::multiset<std::string> names;
  bool wanted = false;
  std::istringstream in(shop.output("llvm-nm-22 --arch=all -p " + file + " 2>/dev/null"));
  std::smatch match;
  for (std::string line; std::getline(in, line);) {
    if (std::regex_match(line, match, std::regex(R"((\S+) \(for architecture (\S+)\):)")))
      wanted = match[1] == library && match[2] == arch;
    else if (wanted && std::regex_match(line, match, std::regex(R"([0-9a-f]{8,16} \w (.*))"))) names.insert(match[1]);
  }
  return names;
}

std::unique_ptr<Object> open_for(std::string_view text, const char *triple) {
  return open_tbd(Bytes(text), target_from_triple(triple));
}

// What version_4 offers: its own names by llvm-nm's word, and those of the inlined libraries.
std::multiset<std::string> expected_names(const Workshop &shop, const std::string &file, const std::string &arch) {
  std::multiset<std::string> names = names_by_nm(shop, file, arch, "/usr/lib/libmain.dylib");
  EXPECT_GE(names.size(), 10u);
  if (arch != "arm64e") names.insert("_inner");
  if (arch == "arm64") names.insert("_innermost");
  return names;
}

TEST(Tbd, ReadsVersion4LikeLlvmNm) {
  Workshop shop;
  shop.write("a.tbd", version_4);
  ASSERT_TRUE(tbd_format.claims(Bytes(std::string_view(version_4))));
  for (const char *arch : {"arm64", "x86_64", "arm64e"}) {
    SCOPED_TRACE(arch);
    std::unique_ptr<Object> object = open_for(version_4, fmt::format("{}-apple-macos11", arch).c_str());
    EXPECT_EQ(object->kind(), ObjectKind::Stub);
    EXPECT_EQ(arch_name(object->target().arch), arch);
    EXPECT_EQ(object->target().platform, Platform::MacOS);
    EXPECT_EQ(object->shared_name(), "/usr/lib/libmain.dylib");
    std::multiset<std::string> names = names_in(*object);
    EXPECT_EQ(names, expected_names(shop, "a.tbd", arch));
    EXPECT_EQ(object->reexported(), std::vector<std::string_view>{"/usr/lib/libelsewhere.dylib"});
  }
}

TEST(Tbd, TheLinkerFindsTheSameNames) {
  std::string text = version_4;
  std::string elsewhere = ", '/usr/lib/libelsewhere.dylib'";
  text.erase(text.find(elsewhere), elsewhere.size());
  size_t clients = text.find("allowable-clients");
  text.erase(clients, text.find("reexported-libraries") - clients);
  Workshop shop;
  shop.write("a.tbd", text);
  auto undefined = [&](const std::multiset<std::string> &names) {
    std::string code = ".data\n";
    for (const std::string &name : names) code += fmt::format(".quad \"{}\"\n", name);
    shop.write("a.s", code);
    return shop.output(
        "clang-22 --target=arm64-apple-macos13 -c a.s && ld64.lld-22 -arch arm64 "
        "-platform_version macos 13.0 13.0 -dylib a.o a.tbd -o out 2>&1");
  };
  std::multiset<std::string> names = names_in(*open_for(text, "arm64-apple-macos13"));
  names.erase("_tls");  // not to be taken the address of
  EXPECT_EQ(undefined(names), "");
  for (const char *name : {"_stray", "_intel_only"})
    EXPECT_NE(undefined({name}).find("undefined symbol"), std::string::npos) << name;
}

TEST(Tbd, KeepsKindsApart) {
  std::unique_ptr<Object> object = open_for(version_4, "arm64-apple-macos11");
  std::map<std::string, Symbol> symbols;
  object->for_each_symbol([&](const Symbol &s) { symbols[std::string(s.name)] = s; });
  EXPECT_EQ(symbols["_weak"].binding, Binding::Weak);
  EXPECT_EQ(symbols["_first"].binding, Binding::Global);
  EXPECT_EQ(symbols["_tls"].type, SymbolType::Tls);
  EXPECT_EQ(symbols["_OBJC_CLASS_$_NSOther"].type, SymbolType::Object);
  EXPECT_TRUE(symbols.contains("_OBJC_METACLASS_$_NSOther"));
  EXPECT_TRUE(symbols.contains("_OBJC_EHTYPE_$_NSThing"));
  EXPECT_TRUE(symbols.contains("_OBJC_IVAR_$_NSThing._field"));
  EXPECT_TRUE(symbols.contains("_passed_on"));
  EXPECT_TRUE(symbols.contains("_innermost"));
  EXPECT_FALSE(symbols.contains("_stray"));
  EXPECT_FALSE(symbols.contains("_intel_only"));
  EXPECT_EQ(symbols["_needed"].state, SymbolState::Undefined);
  EXPECT_EQ(symbols["_maybe_needed"].binding, Binding::Weak);
}

TEST(Tbd, PlainOpenTakesAllTargetsTogether) {
  std::unique_ptr<Object> object = tbd_format.open(Bytes(std::string_view(version_4)));
  std::multiset<std::string> names = names_in(*object);
  EXPECT_TRUE(names.contains("_intel_only"));
  EXPECT_TRUE(names.contains("quoted name"));
  EXPECT_TRUE(names.contains("_innermost"));
  EXPECT_EQ(object->target().format, Format::MachO);
  EXPECT_EQ(object->target().arch, Arch::Unknown);
  EXPECT_TRUE(object->serves(target_from_triple("arm64-apple-macos11")));
  EXPECT_TRUE(object->serves(target_from_triple("x86_64-apple-macos11")));
  EXPECT_FALSE(object->serves(target_from_triple("arm64-apple-ios14")));
  EXPECT_FALSE(object->serves(target_from_triple("i386-apple-macos10.13")));
}

TEST(Tbd, OneThatDoesNotServeTheTargetHasNoSymbols) {
  std::unique_ptr<Object> object = open_for(version_4, "arm64-apple-ios14-simulator");
  EXPECT_TRUE(names_in(*object).empty());
  EXPECT_FALSE(object->serves(target_from_triple("arm64-apple-ios14-simulator")));
  EXPECT_EQ(object->shared_name(), "/usr/lib/libmain.dylib");
}

TEST(Tbd, OneForArm64eServesArm64) {
  constexpr const char *text =
      "--- !tapi-tbd\ntbd-version: 4\ntargets: [ x86_64-macos, arm64e-macos ]\ninstall-name: '/usr/lib/e.dylib'\n"
      "exports:\n  - targets: [ x86_64-macos ]\n    symbols: [ _intel ]\n"
      "  - targets: [ arm64e-macos ]\n    symbols: [ _arm ]\n...\n";
  std::unique_ptr<Object> object = open_for(text, "arm64-apple-macos11");
  EXPECT_EQ(names_in(*object), (std::multiset<std::string>{"_arm"}));
  EXPECT_TRUE(object->serves(target_from_triple("arm64-apple-macos11")));
  EXPECT_FALSE(object->serves(target_from_triple("arm64-apple-ios14")));
  EXPECT_EQ(object->target().arch, Arch::Arm64e);
}

TEST(Tbd, ReadsOlderVersionsLikeLlvmNm) {
  struct Case {
    const char *text, *library, *arch, *triple;
    size_t size;
  };
  for (const Case &c : {Case{version_3, "/usr/lib/libold.dylib", "x86_64", "x86_64-apple-macos10.13", 8},
                        Case{version_2, "/usr/lib/libtwo.dylib", "arm64", "arm64-apple-ios9", 5},
                        Case{version_2, "/usr/lib/libtwo.dylib", "armv7", "armv7-apple-ios9", 4},
                        Case{version_1, "/usr/lib/libone.dylib", "arm64", "arm64-apple-ios9", 4}}) {
    SCOPED_TRACE(fmt::format("{} {}", c.library, c.arch));
    Workshop shop;
    shop.write("a.tbd", c.text);
    ASSERT_TRUE(tbd_format.claims(Bytes(std::string_view(c.text))));
    std::unique_ptr<Object> object = open_for(c.text, c.triple);
    EXPECT_EQ(object->shared_name(), c.library);
    std::multiset<std::string> names = names_in(*object);
    EXPECT_EQ(names, names_by_nm(shop, "a.tbd", c.arch, c.library));
    EXPECT_EQ(names.size(), c.size);
  }
  EXPECT_EQ(open_for(version_3, "i386-apple-macos10.13")->reexported(),
            std::vector<std::string_view>{"/usr/lib/libdeep.dylib"});
  EXPECT_EQ(names_in(*open_for(version_3, "x86_64-apple-macos11"), false), std::multiset<std::string>{"_u"});
}

TEST(Tbd, OldIntelPhoneStubsAreTheSimulators) {
  std::string text = version_1;
  text.replace(text.find("armv7"), 5, "i386, armv7");
  text.replace(text.rfind("armv7"), 5, "i386, armv7");
  std::unique_ptr<Object> object = open_for(text, "i386-apple-ios9-simulator");
  EXPECT_TRUE(object->serves(target_from_triple("i386-apple-ios9-simulator")));
  EXPECT_FALSE(object->serves(target_from_triple("arm64-apple-ios9-simulator")));
  EXPECT_TRUE(names_in(*object).contains("_a"));
}

TEST(Tbd, ReadsVersion5AsConvertedByLlvmReadtapi) {
  Workshop shop;
  shop.write("a.tbd", version_4);
  shop.run(
      "llvm-readtapi-22 -stubify a.tbd --filetype=tbd-v5 -o v5.tbd && "
      "llvm-readtapi-22 -compact -stubify a.tbd --filetype=tbd-v5 -o compact.tbd");
  for (const char *name : {"v5.tbd", "compact.tbd"}) {
    std::string text = shop.read(name);
    ASSERT_TRUE(text.starts_with("{"));
    ASSERT_TRUE(tbd_format.claims(Bytes(text)));
    for (const char *arch : {"arm64", "x86_64", "arm64e"}) {
      SCOPED_TRACE(fmt::format("{} {}", name, arch));
      std::string triple = fmt::format("{}-apple-macos11", arch);
      std::unique_ptr<Object> object = open_for(text, triple.c_str());
      std::multiset<std::string> names = names_in(*object);
      EXPECT_EQ(names, expected_names(shop, name, arch));
      EXPECT_EQ(names, names_in(*open_for(version_4, triple.c_str())));
      EXPECT_EQ(object->shared_name(), "/usr/lib/libmain.dylib");
      EXPECT_EQ(object->reexported(), std::vector<std::string_view>{"/usr/lib/libelsewhere.dylib"});
    }
  }
}

TEST(Tbd, Version5HasUndefinedNamesPerTarget) {
  std::string_view text = R"({ "tapi_tbd_version": 5, "main_library": {
    "target_info": [ { "target": "arm64-macos" }, { "target": "x86_64-macos" } ],
    "install_names": [ { "name": "/l.dylib" } ],
    "undefined_symbols": [
      { "targets": [ "arm64-macos" ], "data": { "global": [ "_arm" ], "weak": [ "_weak" ] } },
      { "targets": [ "x86_64-macos" ], "data": { "global": [ "_intel" ] } },
      { "targets": [ "mips-os9" ], "data": { "global": [ "_strange" ] } } ] } })";
  std::unique_ptr<Object> object = open_for(text, "arm64-apple-macos11");
  EXPECT_EQ(names_in(*object, false), (std::multiset<std::string>{"_arm", "_weak"}));
  EXPECT_TRUE(names_in(*object).empty());
}

TEST(Tbd, Version5KnowsFunctions) {
  Workshop shop;
  shop.write("lib.c", "int f(void) { return 1; }\nint d = 1;\n");
  shop.run(
      "clang-22 --target=arm64-apple-macos11 -c lib.c && "
      "ld64.lld-22 -arch arm64 -platform_version macos 11.0 11.0 -dylib lib.o -o lib.dylib "
      "-install_name /lib/l.dylib -undefined dynamic_lookup && "
      "llvm-readtapi-22 -stubify lib.dylib --filetype=tbd-v5 -o lib.tbd");
  std::string text = shop.read("lib.tbd");
  std::unique_ptr<Object> object = open_for(text, "arm64-apple-macos11");
  std::map<std::string, SymbolType> types;
  object->for_each_symbol([&](const Symbol &s) { types[std::string(s.name)] = s.type; });
  EXPECT_EQ(types, (std::map<std::string, SymbolType>{{"_d", SymbolType::None}, {"_f", SymbolType::Function}}));
}

TEST(Tbd, DirectivesTakeEffectForTheirVersionOfTheSystem) {
  std::string text = R"(--- !tapi-tbd
tbd-version: 4
targets: [ x86_64-macos ]
install-name: /usr/lib/libnew.dylib
exports:
  - targets: [ x86_64-macos ]
    symbols: [ _always, _newer, '$ld$hide$os10.4$_newer', '$ld$add$os10.4$_older',
               '$ld$install_name$os10.4$/usr/lib/libold.dylib',
               '$ld$previous$/a.dylib$1$1$10.0$10.6$_newer$', '$ld$broken' ]
...
)";
  std::unique_ptr<Object> now = open_for(text, "x86_64-apple-macos10.15");
  EXPECT_EQ(names_in(*now), (std::multiset<std::string>{"_always", "_newer"}));
  EXPECT_EQ(now->shared_name(), "/usr/lib/libnew.dylib");
  std::unique_ptr<Object> then = open_for(text, "x86_64-apple-macos10.4");
  EXPECT_EQ(names_in(*then), (std::multiset<std::string>{"_always", "_older"}));
  EXPECT_EQ(then->shared_name(), "/usr/lib/libold.dylib");
}

TEST(Tbd, ReadsEscapesAndWindowsLineEnds) {
  std::string text =
      "--- !tapi-tbd\r\ntbd-version: 4\r\ntargets: [ arm64-macos ]\r\n"
      "install-name: 'it''s.dylib'\r\nexports:\r\n  - targets: [ arm64-macos ]\r\n"
      "    symbols: [ \"a\\\"b\\\\c\\x41\", 'd''e',\r\n _f ]\r\n";
  std::unique_ptr<Object> object = tbd_format.open(Bytes(text));
  EXPECT_EQ(object->shared_name(), "it's.dylib");
  EXPECT_EQ(names_in(*object), (std::multiset<std::string>{"a\"b\\cA", "d'e", "_f"}));
}

TEST(Tbd, RefusesWhatIsNoStub) {
  const char *head = "--- !tapi-tbd\ntbd-version: 4\ninstall-name: x\n";
  struct Case {
    std::string text;
    const char *message;
  };
  for (const Case &c : {
           Case{"--- !tapi-tbd\ntbd-version: 4\n", "install-name"},
           Case{"--- !tapi-tbd\ntbd-version: 9\ninstall-name: x\n", "version"},
           Case{"--- !tapi-tbd-v7\ninstall-name: x\n", "version"},
           Case{std::string(head) + "exports: [ a\n", "comma"},
           Case{std::string(head) + "exports: [ a, [\n", "plain or quoted"},
           Case{std::string(head) + "exports: [ a ] b\n", "end of the line"},
           Case{std::string(head) + "exports: &anchor\n", "plain or quoted"},
           Case{std::string(head) + "exports: 'open\n", "closing quote"},
           Case{std::string(head) + "  indented: x\n", "start of a line"},
           Case{std::string(head) + "exports:\n  - a: [ x ]\n   b: [ y ]\n", "next entry"},
           Case{std::string(head) + "exports:\n  - a:\n    - b: c\n", "a scalar"},
           Case{std::string(head) + "exports:\n  nested: c\n", "no mapping"},
           Case{"{ \"main_library\": [] }", "tapi_tbd_version"},
           Case{"{ \"main_library\": {}, \"tapi_tbd_version\": 5 }", "install name"},
           Case{"{ \"main_library\": ", "JSON"},
           Case{"{ \"main_library\": " + std::string(1000000, '['), "nesting"},
           Case{"{ \"main_library\": {\"install_names\": 3}, \"tapi_tbd_version\": 5 }", "array"},
       }) {
    SCOPED_TRACE(c.text.substr(0, 200));
    ASSERT_TRUE(tbd_format.claims(Bytes(c.text)));
    try {
      tbd_format.open(Bytes(c.text));
      ADD_FAILURE() << "was read";
    } catch (const Malformed &error) {
      EXPECT_NE(std::string(error.what()).find(c.message), std::string::npos) << error.what();
      EXPECT_LE(error.offset(), c.text.size());
    }
  }
}

TEST(Tbd, DeclinesForeignText) {
  for (const char *text : {"", "---\nname: x\n", "{\"name\": 1}", "INPUT(-lfoo)", "!<arch>\n", "--- !mach-o\n",
                           "# only a comment", "version https://git-lfs"})
    EXPECT_FALSE(tbd_format.claims(Bytes(std::string_view(text)))) << text;
}

void exercise(const std::string &text) {
  try {
    std::unique_ptr<Object> object = open_for(text, "arm64-apple-macos11");
    size_t total = 0;
    object->for_each_symbol([&](const Symbol &s) { total += s.name.size(); });
    EXPECT_LE(total, 50 * text.size());
    tbd_format.open(Bytes(text));
  } catch (const Malformed &) {
  }
}

TEST(Tbd, SurvivesTruncationAnywhereAndFlippedBytes) {
  Workshop shop;
  shop.write("a.tbd", version_4);
  shop.run("llvm-readtapi-22 -compact -stubify a.tbd --filetype=tbd-v5 -o v5.tbd");
  for (const std::string &text :
       {std::string(version_4), std::string(version_3), std::string(version_1), shop.read("v5.tbd")}) {
    for (size_t length = 0; length < text.size(); ++length) exercise(text.substr(0, length));
    std::mt19937 random(7);
    constexpr std::string_view telling = "[]{}:-,'\"\n #\\&0";
    for (int round = 0; round < 3000; ++round) {
      std::string damaged = text;
      for (int i = 0; i < 2; ++i)
        damaged[random() % damaged.size()] =
            round % 2 ? telling[random() % telling.size()] : static_cast<char>(random());
      exercise(damaged);
    }
  }
}

}  // namespace
}  // namespace ldwhy
