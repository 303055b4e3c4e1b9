// Small links, each with what the linkers themselves say of it.
#include "resolve/table_walk.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <regex>

#include <fmt/format.h>

#include "command/command.h"
#include "input/load.h"
#include "real_objects.h"

namespace ldwhy {
namespace {

using Names = std::vector<std::string>;

struct Outcome {
  Names undefined, duplicate;
  friend bool operator==(const Outcome &, const Outcome &) = default;
  friend void PrintTo(const Outcome &outcome, std::ostream *out) {
    for (const std::string &name : outcome.undefined) *out << "undefined " << name << ", ";
    for (const std::string &name : outcome.duplicate) *out << "duplicate " << name << ", ";
  }
};

class Table : public ::testing::Test {
 protected:
  void assemble(const std::string &name, const std::string &triple, const std::string &text) {
    shop_.write(name + ".s", text);
    shop_.run("llvm-mc-22 -triple=" + triple + " -filetype=obj " + name + ".s -o " + name + ".o");
  }
  void macho(const std::string &name, const std::string &text) {
    assemble(name, "arm64-apple-macos11", text + ".subsections_via_symbols\n");
  }
  void wasm(const std::string &name, const std::string &text) { assemble(name, "wasm32-unknown-unknown", text); }

  Resolution resolution_of(const std::string &program, const std::string &words) {
    std::istringstream stream(program + " " + words);
    CommandRequest request;
    request.directory = shop_.path(".");
    for (std::string word; stream >> word;) request.argv.push_back(word);
    DiskFiles files;
    Link link = load_link(understand_command(request, files), files);
    EXPECT_TRUE(is_table_link(link.command));
    return resolve(link).resolution;
  }
  Outcome foreseen(const std::string &program, const std::string &words) {
    Resolution resolution = resolution_of(program, words);
    Outcome outcome;
    for (const Unresolved &missing : resolution.unresolved) outcome.undefined.push_back(missing.name);
    for (const Duplicate &twice : resolution.duplicates) outcome.duplicate.push_back(twice.name);
    return outcome;
  }
  Names objections(const std::string &program, const std::string &words) {
    Names codes;
    for (const Objection &objection : resolution_of(program, words).objections) codes.push_back(objection.code);
    return codes;
  }
  bool fails(const std::string &program, const std::string &words) {
    return std::system(
               fmt::format("cd {} && {} {} -o /dev/null > /dev/null 2>&1", shop_.path("."), program, words).c_str()) !=
           0;
  }

  Outcome said(const std::string &program, const std::string &words) {
    std::string text = shop_.output(program + " " + words + " -o /dev/null 2>&1");
    auto find = [&](const char *pattern) {
      std::regex form(pattern);
      std::sregex_iterator end;
      Names names;
      for (std::sregex_iterator i(text.begin(), text.end(), form); i != end; ++i) names.push_back((*i)[1]);
      std::ranges::sort(names);
      names.erase(std::ranges::unique(names).begin(), names.end());
      return names;
    };
    return {find("(?:undefined symbol|entry symbol not defined \\(pass --no-entry to suppress\\)|--export not found): "
                 "(\\S+)"),
            find("duplicate symbol: (\\S+)")};
  }

  void check(const std::string &linker, const std::string &words, const Outcome &expected) {
    for (const char *version : {"14", "19", "22"}) {
      std::string program = linker + "-" + version;
      if (std::system((program + " --version > /dev/null 2>&1").c_str()) != 0) GTEST_SKIP() << "no " << program;
      EXPECT_EQ(said(program, words), expected) << program << " " << words;
      EXPECT_EQ(foreseen(program, words), expected) << program << " " << words;
    }
  }
  const std::string darwin_ = "-arch arm64 -platform_version macos 11.0 11.0 ";

  testing::Workshop shop_;
};

TEST_F(Table, WeakReferencesOfMachOBringMembersInAndAreMissed) {
  macho("m", ".globl _main\n_main:\n bl _f\n bl _g\n ret\n.weak_reference _f\n.weak_reference _g\n");
  macho("f", ".globl _f\n_f:\n ret\n");
  shop_.run("llvm-ar-22 rc libf.a f.o");
  check("ld64.lld", darwin_ + "m.o libf.a", {{"_g"}, {}});
}

TEST_F(Table, FirstOfArchiveAndLibraryWins) {
  macho("m", ".globl _main\n_main:\n bl _f\n ret\n");
  macho("f", ".globl _f\n_f:\n bl _more\n ret\n");
  shop_.run("llvm-ar-22 rc libf.a f.o");
  shop_.write("g.tbd",
              "--- !tapi-tbd\ntbd-version: 4\ntargets: [ arm64-macos ]\ninstall-name: /g\nexports:\n"
              "  - targets: [ arm64-macos ]\n    symbols: [ _f, dyld_stub_binder ]\n...\n");
  check("ld64.lld", darwin_ + "libf.a g.tbd m.o", {{"_more"}, {}});
  check("ld64.lld", darwin_ + "g.tbd libf.a m.o", {{}, {}});
}

TEST_F(Table, DeadCodeMissesNothing) {
  macho("m", ".globl _main\n_main:\n ret\n.globl _dead\n_dead:\n bl _f\n ret\n");
  check("ld64.lld", darwin_ + "m.o", {{"_f"}, {}});
  check("ld64.lld", darwin_ + "m.o -dead_strip", {{}, {}});
  check("ld64.lld", darwin_ + "m.o -dead_strip -export_dynamic", {{"_f"}, {}});
}

TEST_F(Table, RootsOfOptionsMustBeThere) {
  macho("m", ".globl _main\n_main:\n ret\n");
  check("ld64.lld", darwin_ + "m.o -u _a -exported_symbol _b -exported_symbol _c*", {{"_a", "_b"}, {}});
  // An entry found at run time is called by way of a stub.
  check("ld64.lld", darwin_ + "m.o -e _x -U _x", {{"dyld_stub_binder"}, {}});
}

TEST_F(Table, TentativeAndWeakGiveWay) {
  macho("m", ".globl _main\n_main:\n ret\n.comm _c,8,3\n.globl _w\n.weak_definition _w\n_w:\n ret\n");
  macho("n", ".globl _c\n.data\n_c: .quad 1\n.globl _w\n.text\n_w:\n ret\n");
  check("ld64.lld", darwin_ + "m.o n.o", {{}, {}});
  check("ld64.lld", darwin_ + "m.o n.o n.o", {{}, {"_c", "_w"}});
}

TEST_F(Table, WasmStopsStageByStage) {
  wasm("m",
       ".functype f () -> ()\n.section .text.go,\"\",@\n.globl go\ngo:\n .functype go () -> ()\n call f\n "
       "end_function\n");
  check("wasm-ld", "m.o m.o", {{}, {"go"}});
  check("wasm-ld", "m.o", {{"_start"}, {}});
  check("wasm-ld", "m.o -e go", {{"f"}, {}});
  check("wasm-ld", "m.o --no-entry", {{}, {}});
  check("wasm-ld", "m.o --no-entry --export=go --export=nope", {{"f", "nope"}, {}});
  check("wasm-ld", "m.o --no-entry --no-gc-sections --import-undefined", {{}, {}});
}

TEST_F(Table, WasmDefinesWhatItSpeaksOf) {
  wasm("m",
       ".section .text._start,\"\",@\n.globl _start\n_start:\n .functype _start () -> ()\n i32.const __heap_base\n "
       "drop\n"
       " i32.const __data_end\n drop\n i32.const nobody\n drop\n end_function\n");
  check("wasm-ld", "m.o", {{"nobody"}, {}});
  check("wasm-ld", "m.o --import-undefined", {{"nobody"}, {}});
  check("wasm-ld", "m.o --allow-undefined", {{}, {}});
}

TEST_F(Table, WasmImportsOfTheHostAreNotMissed) {
  wasm("m",
       ".functype f () -> ()\n.import_module f, host\n.import_name f, f\n.functype g () -> ()\n.import_module g, host\n"
       ".section .text._start,\"\",@\n.globl _start\n_start:\n .functype _start () -> ()\n call f\n call g\n "
       "end_function\n");
  check("wasm-ld", "m.o", {{"g"}, {}});
}

TEST_F(Table, WasmWeakReferencesBringNothingIn) {
  wasm("m",
       ".functype f () -> ()\n.weak f\n.section .text._start,\"\",@\n.globl _start\n_start:\n .functype _start () -> "
       "()\n"
       " call f\n end_function\n");
  wasm("f",
       ".functype g () -> ()\n.section .text.f,\"\",@\n.globl f\nf:\n .functype f () -> ()\n call g\n end_function\n");
  shop_.run("llvm-ar-22 rc libf.a f.o");
  check("wasm-ld", "m.o libf.a", {{}, {}});
  check("wasm-ld", "m.o libf.a -u f", {{"g"}, {}});
}

TEST_F(Table, WasmKeepsNothingForALocalSymbolsMark) {
  wasm("m",
       ".functype f () -> ()\n.section .text._start,\"\",@\n.globl _start\n_start:\n .functype _start () -> ()\n "
       "end_function\n"
       ".section .data.d,\"\",@\n.no_dead_strip d\n.type d,@object\nd:\n .int32 f\n .size d, 4\n");
  check("wasm-ld", "m.o", {{}, {}});
  check("wasm-ld", "m.o --no-gc-sections", {{"f"}, {}});
}

TEST_F(Table, WasmLooksAtGroupsThatItDropsUnlessItCollects) {
  auto data = [](const char *group, const char *need) {
    return std::string(".section .data.d,\"") + group + "\n.weak d\n.type d,@object\nd:\n .int32 " + need +
           "\n .size d, 4\n";
  };
  const std::string start =
      ".section .text._start,\"\",@\n.globl _start\n_start:\n .functype _start () -> ()\n end_function\n";
  wasm("m", start + data("\",@", "d"));
  wasm("g", data("G\",@,d,comdat", "nobody"));
  wasm("h", data("G\",@,d,comdat", "other"));
  check("wasm-ld", "--no-gc-sections m.o g.o h.o", {{"nobody", "other"}, {}});
  check("wasm-ld", "m.o g.o h.o", {{}, {}});
}

TEST_F(Table, WasmGivesWeakFunctionsABodyAndWrapsThem) {
  wasm("m",
       ".functype f () -> ()\n.weak f\n.section .text._start,\"\",@\n.globl _start\n_start:\n .functype _start () -> "
       "()\n"
       " call f\n end_function\n");
  check("wasm-ld", "m.o --export=f", {{}, {}});
  check("wasm-ld", "m.o --wrap=f", {{"__wrap_f"}, {}});
}

TEST_F(Table, SectionsThatMustStayKeepWhatTheyNeed) {
  macho("m",
        ".globl _main\n_main:\n ret\n.section __TEXT,__stays,regular,no_dead_strip\n.globl _stays\n_stays:\n bl _f\n "
        "ret\n");
  check("ld64.lld", darwin_ + "m.o -dead_strip", {{"_f"}, {}});
}

TEST_F(Table, UpwardLibrariesAreReadOver) {
  macho("m", ".globl _main\n_main:\n bl _f\n ret\n");
  shop_.write("libg.tbd",
              "--- !tapi-tbd\ntbd-version: 4\ntargets: [ arm64-macos ]\ninstall-name: /g\nexports:\n"
              "  - targets: [ arm64-macos ]\n    symbols: [ _f, dyld_stub_binder ]\n...\n");
  check("ld64.lld", darwin_ + "-L. m.o -needed-lg", {{}, {}});
  check("ld64.lld", darwin_ + "-L. m.o -upward-lg", {{"_f"}, {}});
  check("ld64.lld", darwin_ + "-L. m.o -upward_library libg.tbd", {{"_f"}, {}});
}

TEST_F(Table, WhatIsOnlyExportedIfThereIsNotNeeded) {
  wasm("m",
       ".globaltype g, i32\n.functype _start () -> ()\n.globl _start\n_start:\n .functype _start () -> ()\n "
       "end_function\n"
       ".section .text.f,\"\",@\n.globl f\nf:\n .functype f () -> ()\n global.get g\n drop\n end_function\n");
  check("wasm-ld", "m.o --export-if-defined=g", {{}, {}});
  check("wasm-ld", "m.o --export-if-defined=g --export-if-defined=f", {{"g"}, {}});
}

TEST_F(Table, ExportsAreListedInOneWayOnly) {
  macho("m", ".globl _main\n_main:\n ret\n.globl _a\n_a:\n ret\n");
  const std::string words = darwin_ + "-dylib m.o ";
  for (const char *pair : {"-exported_symbol _a -unexported_symbol _main", "-exported_symbol _a -no_exported_symbols",
                           "-no_exported_symbols -unexported_symbol _main"}) {
    EXPECT_TRUE(fails("ld64.lld-22", words + pair)) << pair;
    EXPECT_EQ(objections("ld64.lld-22", words + pair), Names{"bad-option"}) << pair;
  }
  for (const char *alone : {"-exported_symbol _a", "-no_exported_symbols", "-unexported_symbol _a"}) {
    EXPECT_FALSE(fails("ld64.lld-22", words + alone)) << alone;
    EXPECT_EQ(objections("ld64.lld-22", words + alone), Names()) << alone;
  }
}

// An attribute that LLVM 20 brought ends LLD 19 as soon as it opens the bitcode; another does not.
TEST_F(Table, BitcodeWithAttributesOfLaterVersionsEndsTheLink) {
  for (const char *attribute : {"noext", "zeroext"}) {
    shop_.write("f.ll",
                std::string("target triple = \"wasm32-unknown-unknown\"\n"
                            "target datalayout = \"e-m:e-p:32:32-p10:8:8-p20:8:8-i64:64-n32:64-S128-ni:1:10:20\"\n"
                            "define void @f(i32 ") +
                    attribute + " %x) {\n ret void\n}\n");
    shop_.run("llvm-as-22 f.ll -o f.o && rm -f libf.a && llvm-ar-22 rc libf.a f.o");
    wasm("m", ".functype _start () -> ()\n.globl _start\n_start:\n .functype _start () -> ()\n end_function\n");
    bool later = attribute == std::string("noext");
    for (const char *words : {"m.o f.o", "m.o libf.a"}) {
      EXPECT_EQ(fails("wasm-ld-19", words), later) << words;
      EXPECT_EQ(objections("wasm-ld-19", words), later ? Names{"newer-bitcode"} : Names()) << words;
      EXPECT_EQ(objections("wasm-ld-22", words), Names()) << words;
    }
  }
}

TEST_F(Table, AnAliasKeepsWhatItStandsFor) {
  macho("m", ".globl _main\n_main:\n bl _b\n ret\n.globl _a\n_a:\n bl _f\n ret\n");
  for (const char *version : {"19", "22"}) {
    std::string program = std::string("ld64.lld-") + version;
    Outcome expected{{"_f"}, {}};
    EXPECT_EQ(said(program, darwin_ + "m.o -dead_strip -alias _a _b"), expected) << program;
    EXPECT_EQ(foreseen(program, darwin_ + "m.o -dead_strip -alias _a _b"), expected) << program;
  }
}

}  // namespace
}  // namespace ldwhy
