// Messages as people copy them: from lists of errors, from consoles that cut lines, without
// their places, in tools' frames. Written by hand in the forms of public logs.
#include "logs.h"

namespace ldwhy::testing {
namespace {

TEST(LinkExeRows, HeadsOfSeveralEditions) {
  for (const char *head : {"Error\tLNK2019\t", "Errore\tLNK2019\t", "Fehler\tLNK2019\t", "错误\tLNK2019\t",
                           "오류\tLNK2019\t", "LNK2019\t"}) {
    SCOPED_TRACE(head);
    OneLink read(std::string(head) +
                 "unresolved external symbol shop_open referenced in function main\tshop\tC:\\w\\main.obj\t1\t\n");
    const Complaint &missing = read.complaint("undefined", "shop_open");
    ASSERT_EQ(missing.references.size(), 1u);
    EXPECT_EQ(missing.references[0].file, "C:\\w\\main.obj");
    EXPECT_EQ(missing.references[0].function, "main");
  }
}

TEST(LinkExeRows, WithoutPlaceOrNumber) {
  OneLink marked("error LNK2001: unresolved external symbol shop_open\n");
  EXPECT_EQ(marked.complaint("undefined").symbol, "shop_open");
  OneLink bare("unresolved external symbol \"void __cdecl shop(int)\" (?shop@@YAXH@Z) referenced in function main\n");
  EXPECT_EQ(bare.complaint("undefined").symbol, "?shop@@YAXH@Z");
  OneLink parted(
      "Error\t13\terror LNK2019: unresolved external symbol\n"
      "\"void __cdecl shop(int)\"\n"
      "(?shop@@YAXH@Z)\n",
      false);
  EXPECT_EQ(parted.complaint("undefined").symbol, "?shop@@YAXH@Z");
  // Prose is no message.
  EXPECT_TRUE(read_log("what does LNK2019 mean?\nI get an unresolved external symbol here\n").links.empty());
}

TEST(LinkExeRows, SentenceAlone) {
  for (const char *text :
       {"无法解析的外部符号 shop_open，函数 \"void __cdecl f(void)\" (?f@@YAXXZ) 中引用了该符号\n",
        "símbolo externo shop_open sin resolver\n", "未解決の外部シンボル shop_open が関数 main で参照されました\n"}) {
    SCOPED_TRACE(text);
    EXPECT_EQ(OneLink(text).complaint("undefined").symbol, "shop_open");
  }
  OneLink decorated(
      "  unresolved external symbol \"__declspec(dllimport) public: void __cdecl Shop::open(void)\" "
      "(__imp_?open@Shop@@QEAAXXZ)\n");
  EXPECT_EQ(decorated.complaint("undefined").symbol, "__imp_?open@Shop@@QEAAXXZ");
  EXPECT_TRUE(read_log("unresolved external symbol errors are explained below\n").links.empty());
}

// As a form for issues has it, a field each.
TEST(LinkExeRows, FieldsOfAnIssue) {
  OneLink read(
      "**Code**: LNK2019\n**Description**: unresolved external symbol shop_open referenced in function \"int __cdecl "
      "f(void)\" (?f@@YAHXZ)\n",
      false);
  EXPECT_EQ(read.complaint("undefined").symbol, "shop_open");
  EXPECT_EQ(read.link.complaints.size(), 1u) << "the number alone is none";
}

// A console's edge cut MSBuild's project.
TEST(LinkExeRows, ProjectCutOff) {
  for (const char *text : {"a.lib(b.obj) : error LNK2001: symbole externe non r\xda"
                           "solu shop_open [C\n",
                           "a.lib(b.obj) : error LNK2001: unresolved external symbol shop_open [C:\\w\\x\n"}) {
    SCOPED_TRACE(text);
    EXPECT_EQ(OneLink(text).complaint("undefined").symbol, "shop_open");
  }
}

TEST(GnuLines, AsPagesAndToolsChangeThem) {
  EXPECT_EQ(OneLink("main.o: In function `f':\nmain.c:(.text+0xd8): undefined reference to`shop_open'\n")
                .complaint("undefined")
                .symbol,
            "shop_open");
  EXPECT_EQ(OneLink("Error:(148) undefined reference to 'shop_open'\n").complaint("undefined").symbol, "shop_open");
  EXPECT_EQ(OneLink("error: undefined reference to 'shop_open'\n").complaint("undefined").symbol, "shop_open");
  OneLink dso(
      "undefined reference to symbol 'shop_open@@SHOP_1.0'\nlibshop.so.1: error adding symbols: DSO missing from "
      "command line\n");
  EXPECT_EQ(dso.complaint("dso-missing").subject, "libshop.so.1");
  EXPECT_EQ(OneLink("/usr/bin/ld: não foi possível encontrar -lshop\n").complaint("cannot-find-library").subject,
            "shop");
  EXPECT_EQ(OneLink("LLD Link... ld.lld: error: undefined symbol: shop_open\n").complaint("undefined").symbol,
            "shop_open");
  EXPECT_EQ(OneLink("a.o: in function `f':\na.c:3: dangerous relocation: l32r: literal placed after use: .literal\n")
                .count("relocation-range"),
            1u);
}

TEST(AppleLines, InputsOfAnotherPlatformAsWarnings) {
  OneLink read(
      "ld: warning: building for iOS Simulator, but linking in dylib built for iOS, 'Shop.framework'\n"
      "Undefined symbols for architecture arm64:\n  \"_shop_open\", referenced from:\n      _main in main.o\nld: "
      "symbol(s) not found for architecture arm64\n");
  EXPECT_EQ(read.complaint("ignoring-file").subject, "Shop.framework");
  EXPECT_EQ(OneLink("ld: library 'System' not found in the SDK\n").complaint("cannot-find-library").subject, "System");
}

// What no dialect knows as a line is searched for a linker's sentence, where nothing else failed.
TEST(LastResort, SentencesInsideOfLines) {
  const auto first = [](const char *text) {
    ReadLog log = read_log(text);
    expect_lines_add_up(log, text);
    if (log.links.size() != 1 || log.links[0].complaints.size() != 1) return std::string("none, or several");
    const Complaint &complaint = log.links[0].complaints[0];
    return complaint.code + " " + complaint.symbol + complaint.subject;
  };
  EXPECT_EQ(first("[shop] It says \"library not found for -lshop\", why?\n"), "cannot-find-library shop");
  EXPECT_EQ(first("Exception in task link, undefined reference to 'shop_open' (see above)\n"), "undefined shop_open");
  EXPECT_EQ(first("!! link step says undefined symbol: shop::open(int)\n"), "undefined shop::open(int)");
  EXPECT_EQ(first("tool said: cannot open file 'shop.lib' here\n"), "cannot-find-library shop.lib");
  EXPECT_EQ(first("the linker told me: cannot find crt1.o\n"), "cannot-open crt1.o");
  EXPECT_EQ(first("the linker told me: region `FLASH' overflowed by 12 bytes\n"), "region FLASH");
  // Prose has no names.
  for (const char *prose :
       {"I get an unresolved external symbol here\n", "I see undefined reference to things\n",
        "undefined symbol: what is that?\n", "framework not found in my project\n", "cannot find library\n"}) {
    SCOPED_TRACE(prose);
    EXPECT_TRUE(read_log(prose).links.empty());
  }
  // Only where nobody complained.
  ReadLog both = read_log("see \"library not found for -lshop\"\nld: library not found for -lother\n");
  ASSERT_EQ(both.links.size(), 1u);
  EXPECT_EQ(both.links[0].complaints.size(), 1u);
}

TEST(GnuLines, MemoryOfScripts) {
  EXPECT_EQ(OneLink("/usr/bin/arm-none-eabi-ld: invalid origin for memory region FLASH\n").count("script"), 1u);
  EXPECT_EQ(OneLink("arm-none-eabi-ld:flash.ld:0: syntax error\n").complaint("script").subject, "flash.ld");
}

TEST(FramedLines, PascalAndBold) {
  EXPECT_EQ(OneLink("Warning: linker: /usr/bin/ld: cannot find -lshop: No such file or directory\n")
                .complaint("cannot-find-library")
                .severity,
            Severity::Error);
  EXPECT_EQ(OneLink("**/usr/bin/ld.bfd: cannot find -lshop**\n").complaint("cannot-find-library").subject, "shop");
  EXPECT_EQ(
      OneLink("**ld: error: undefined symbol: shop_open\n>>> referenced by main.c\n").complaint("undefined").symbol,
      "shop_open");
}

TEST(SolarisLines, HeadingsThatLostTheirBlanks) {
  OneLink read(
      "  Undefined first referenced\n  symbol in file\n  _lib_version /usr/lib/values-Xa.o (symbol has no version "
      "assigned)\n  ld: fatal: symbol referencing errors\n");
  EXPECT_EQ(read.complaint("version-script").symbol, "_lib_version");
}

TEST(LldLines, RootIsTheCoffPorts) {
  OneLink read("lld: error: <root>: undefined symbol: WinMainCRTStartup\n");
  EXPECT_EQ(read.complaint("export-missing").symbol, "WinMainCRTStartup");
}

TEST(LinkExeRows, WordsOfUnknownLanguages) {
  OneLink korean(
      "a.obj : error LNK2019: \"int __cdecl f(void)\" (?f@@YAHXZ)main 함수에서 참조되는 확인할 수 없는 외부 기호\n");
  EXPECT_EQ(korean.complaint("undefined").symbol, "?f@@YAHXZ");
  OneLink unknown("a.obj : error LNK2019: zzz qqq shop_open vvv \"int __cdecl f(void)\" (?f@@YAHXZ)\n");
  EXPECT_EQ(unknown.complaint("undefined").symbol, "shop_open");
}

TEST(LinkExeRows, ExportsAndHints) {
  OneLink exported("shop.def : error LNK2001: unresolved external symbol shop_open\n");
  EXPECT_EQ(exported.complaint("export-missing").symbol, "shop_open");
  OneLink hinted(
      "a.obj : error LNK2019: unresolved external symbol \"void __cdecl f(int)\" (?f@@YAXH@Z) referenced in function "
      "main\n"
      "  Hint on symbols that are defined and could potentially match:\n"
      "    \"void __cdecl f(long)\" (?f@@YAXJ@Z)\n");
  const Complaint &missing = hinted.complaint("undefined");
  ASSERT_EQ(missing.notes.size(), 1u);
  EXPECT_EQ(missing.notes[0], "did you mean: ?f@@YAXJ@Z");
}

TEST(LinkExeRows, FilesInForeignQuotes) {
  for (const char *text : {"LINK : fatal error LNK1181: cannot open input file 'shop.lib'\n",
                           "LINK : fatal error LNK1181: impossible d'ouvrir le fichier en entrée 'shop.lib'\n",
                           "LINK : fatal error LNK1181: не удается открыть входной файл \"shop.lib\"\n",
                           "LINK : fatal error LNK1104: Datei \"shop.lib\" kann nicht geöffnet werden.\n",
                           "LINK : fatal error LNK1104: файл «shop.lib» не открывается\n",
                           "LINK : fatal error LNK1181: 無法開啟輸入檔 「shop.lib」\n"}) {
    SCOPED_TRACE(text);
    EXPECT_EQ(OneLink(text).complaint("cannot-find-library").subject, "shop.lib");
  }
}

TEST(Quoted, GnuMessagesWithoutPlaces) {
  OneLink read("undefined reference to `WinMain@16'\ncollect2.exe: error: ld returned 1 exit status\n");
  EXPECT_EQ(read.complaint("undefined").symbol, "WinMain@16");
  EXPECT_TRUE(read_log("I see an undefined reference to `f' here\n").links.empty());
}

TEST(Quoted, CodeBlocksAndMacPorts) {
  OneLink blocks(
      "obj\\Debug\\main.o:main.c|7|undefined reference to `shop_open'|\n||error: ld returned 1 exit status|\n", false);
  EXPECT_EQ(blocks.complaint("undefined").symbol, "shop_open");
  OneLink ports(
      ":info:build duplicate symbol '_theoptr' in:\n"
      ":info:build     a.o\n"
      ":info:build     b.o\n"
      ":info:build ld: 1 duplicate symbols for architecture x86_64\n");
  EXPECT_EQ(ports.complaint("duplicate", "_theoptr").references.size(), 2u);
}

TEST(Quoted, XcodesListOfIssues) {
  OneLink simulator(
      "In /p/libshop.a(open.o), building for iOS Simulator, but linking in object file built for iOS, file "
      "'/p/libshop.a' for architecture arm64\n");
  EXPECT_EQ(simulator.complaint("incompatible").subject, "/p/libshop.a(open.o)");
  OneLink prime(
      "Building for 'iOS-simulator', but linking in object file (/p/libshop.a[arm64][2](open.o)) built for 'iOS'\n");
  EXPECT_EQ(prime.count("incompatible"), 1u);
  OneLink library("Library 'shop' not found\n");
  EXPECT_EQ(library.complaint("cannot-find-library").subject, "shop");
  OneLink several("ld: multiple errors: unknown file type in 'a.o'; unknown file type in 'b.o'\n");
  EXPECT_EQ(several.count("wrong-format"), 2u);
}

TEST(Quoted, NamesCutByTheConsolesWidth) {
  std::string name = "shop::counter_of_the_street_" + std::string(60, 'x');
  OneLink read("/usr/bin/ld: main.o: undefined reference to `" + name.substr(0, 60) + "\n" + name.substr(60) + "'\n",
               false);
  EXPECT_EQ(read.complaint("undefined").symbol, name);
}

TEST(Quoted, RustcsEscapedOutput) {
  OneLink read(
      "error: linking with `link.exe` failed: exit code: 1120\n"
      "  = note: Non-UTF-8 output: a.o : error LNK2019: \\xce\\xde\\xb7\\xa8 shop_open\\xa3\\xac\\xba\\xaf main "
      "\\xd6\\xd0\\r\\n"
      "a.o : error LNK2019: \\xce\\xde\\xb7\\xa8 shop_close\\xa3\\xac\\xba\\xaf main \\xd6\\xd0\\r\\n\n",
      false);
  read.complaint("undefined", "shop_open");
  read.complaint("undefined", "shop_close");
}

TEST(Quoted, VersionsAndSections) {
  OneLink gold("lib/libshop.so.4: error: undefined reference to 'shop_open', version 'SHOP_2'\n");
  EXPECT_EQ(gold.complaint("shlib-undefined").symbol, "shop_open@SHOP_2");
  OneLink lld("ld.lld: error: discarding .rela.plt section is not allowed\n");
  EXPECT_EQ(lld.count("section-discarded"), 1u);
}

TEST(Quoted, BrokenAtAWidth) {
  OneLink message(
      "  /usr/bin/ld: shop.o:src/shop.c:7:\n      multiple definition of `stock';\n      main.o:src/main.c:14: first "
      "defined here\n");
  const Complaint &twice = message.complaint("duplicate", "stock");
  ASSERT_EQ(twice.references.size(), 2u);
  EXPECT_EQ(twice.references[0].source, "src/shop.c:7");
  OneLink filled("main.c:(.text+0x11c0): undefined reference to `shop_op                              en'\n");
  EXPECT_EQ(filled.complaint("undefined").symbol, "shop_open");
}

TEST(Quoted, StacksVerboseLog) {
  OneLink read(
      "2016-02-02 12:56:22.664635: [warn] .stack-work/dist/Main.o: In function `s1_srt': @(stack_72:Stack.Build "
      "src/Stack/Build.hs:874:67)\n"
      "2016-02-02 12:56:22.664834: [warn] (.data+0x868): undefined reference to `shop_Types_closure' "
      "@(stack_72:Stack.Build src/Stack/Build.hs:874:67)\n");
  const Complaint &missing = read.complaint("undefined", "shop_Types_closure");
  ASSERT_EQ(missing.references.size(), 1u);
  EXPECT_EQ(missing.references[0].file, ".stack-work/dist/Main.o");
}

TEST(Quoted, OldReleasesOfLld) {
  OneLink read(
      "/usr/bin/ld.lld: error: /w/shop.cpp:(function shop::close(int)): undefined symbol 'shop_open'\n/usr/bin/ld.lld: "
      "error: main.o:(.text+0x12): undefined symbol 'pay'\n");
  EXPECT_EQ(read.complaint("undefined", "shop_open").references.at(0).file, "/w/shop.cpp");
  read.complaint("undefined", "pay");
}

}  // namespace
}  // namespace ldwhy::testing
