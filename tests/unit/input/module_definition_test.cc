// Module-definition files, against what LLVM's and GNU's tools make of the same files.
#include "input/module_definition.h"

#include <random>

#include "unit/input/object_rows.h"

namespace ldwhy {
namespace {

using namespace testing;

std::string text_of(const ModuleExport &entry) {
  std::string text = entry.name;
  if (!entry.internal.empty()) text += "=" + entry.internal;
  if (!entry.forwarded.empty()) text += "->" + entry.forwarded;
  if (!entry.dll_name.empty()) text += "==" + entry.dll_name;
  if (entry.ordinal) text += fmt::format(" @{}", *entry.ordinal);
  if (entry.no_name) text += " NONAME";
  if (entry.constant) text += " CONSTANT";
  else if (entry.data) text += " DATA";
  if (entry.is_private) text += " PRIVATE";
  return text;
}

std::vector<std::string> exports_of(const ModuleDefinition &module) {
  std::vector<std::string> texts;
  for (const ModuleExport &entry : module.exports) texts.push_back(text_of(entry));
  return texts;
}

using Texts = std::vector<std::string>;

TEST(ModuleDefinition, ReadsEntries) {
  Result<ModuleDefinition> module = read_module_definition(
      "\xef\xbb\xbfLIBRARY \"my lib.dll\" BASE=0x10000000\r\nVERSION 1.2\r\n"
      "DESCRIPTION 'some words'\r\nEXPORTS\r\n  plain\r\n  decorated@8 ; stdcall\r\n"
      "  @fast@4 @ 12\r\n  outer=inner @5 NONAME PRIVATE\r\n  forwarded = KERNEL32.Sleep\r\n"
      "  data DATA, constant CONSTANT\r\n  \"quoted name\"\r\n  seen == really @ 7\r\n"
      "  small data\r\n  next\r\n  data\r\n  one EXPORTS two\r\n"
      "IMPORTS\r\n  mine = user32.dll.theirs\r\n  gdi32.5\r\nSTACKSIZE 4096,8\r\n");
  ASSERT_TRUE(module) << module.error().text;
  EXPECT_TRUE(module->is_library);
  EXPECT_EQ(module->name, "my lib.dll");
  EXPECT_EQ(exports_of(*module), (Texts{"plain", "decorated@8", "@fast@4 @12", "outer=inner @5 NONAME PRIVATE",
                                        "forwarded->KERNEL32.Sleep", "data DATA", "constant CONSTANT", "quoted name",
                                        "seen==really @7", "small DATA", "next", "data", "one", "two"}));
  EXPECT_EQ(module->exports[0].line, 5u);
  EXPECT_EQ(module->exports[0].symbol(), "plain");
  EXPECT_EQ(module->exports[3].symbol(), "inner");
  EXPECT_EQ(module->exports[4].symbol(), "");
  ASSERT_EQ(module->imports.size(), 2u);
  EXPECT_EQ(module->imports[0].symbol, "mine");
  EXPECT_EQ(module->imports[0].dll, "user32.dll");
  EXPECT_EQ(module->imports[0].name, "theirs");
  EXPECT_EQ(module->imports[1].dll, "gdi32");
  EXPECT_EQ(module->imports[1].name, "5");
}

TEST(ModuleDefinition, NamesTheLineOfAMistake) {
  struct Mistake {
    const char *text;
    const char *problem;
  };
  for (const Mistake &mistake :
       {Mistake{"EXPORTS\n a=\n", "line 3: expected a symbol after \"=\", found the end of the file"},
        Mistake{"EXPORTS\n a @70000\n",
                "line 2: expected an export's number from 1 to 65535 after \"@\", found \"@70000\""},
        Mistake{"EXPORT\n a\n", "line 1: expected a statement such as LIBRARY or EXPORTS, found \"EXPORT\""},
        Mistake{"LIBRARY x BASE 5\n", "line 1: expected \"=\" after BASE, found \"5\""},
        Mistake{"EXPORTS = a\n", "line 1: expected the name of an export, found \"=\""},
        Mistake{"IMPORTS\n nodot\n", "line 3: expected an import as dll.name, found the end of the file"}}) {
    Result<ModuleDefinition> module = read_module_definition(mistake.text);
    ASSERT_FALSE(module) << mistake.text;
    EXPECT_EQ(module.error().text, mistake.problem);
    EXPECT_TRUE(module.error().offset);
  }
}

// What llvm-lib puts into an import library: "name ordinal-only data".
Texts imports_of_llvm(const Workshop &shop) {
  Texts rows;
  std::string type, name_type, symbol;
  for (const std::string &line : lines_of(shop.output("llvm-readobj-22 x.lib"))) {
    std::vector<std::string> words = words_of(line);
    if (words.size() < 2) continue;
    if (words[0] == "Type:") type = words[1];
    if (words[0] == "Name") name_type = words[2];
    if (words[0] == "Symbol:" && words[1].starts_with("__imp_"))
      rows.push_back(fmt::format("{} {} {}", words[1].substr(6), name_type == "ordinal", type != "code"));
  }
  return rows;
}

TEST(ModuleDefinition, AgreesWithLlvmLib) {
  Workshop shop;
  shop.write("x.def", R"(LIBRARY lib.dll
EXPORTS
  plain
  numbered @3
  nameless @4 NONAME ; by number
  data DATA
  constant CONSTANT
  hidden PRIVATE
  outer=inner
  "quoted"
  @fast@8
  late @ 9
  many=inner @10 NONAME DATA
  forwarded=KERNEL32.Sleep
HEAPSIZE 100,200
EXPORTS
  again
)");
  shop.run("llvm-lib-22 /def:x.def /machine:x64 /out:x.lib");
  Result<ModuleDefinition> module = read_module_definition(shop.read("x.def"));
  ASSERT_TRUE(module) << module.error().text;
  Texts ours;
  for (const ModuleExport &entry : module->exports)
    if (!entry.is_private) ours.push_back(fmt::format("{} {} {}", entry.name, entry.no_name, entry.data));
  EXPECT_EQ(sorted(ours), sorted(imports_of_llvm(shop)));
}

TEST(ModuleDefinition, ReadsWhatGnuLinkersWrite) {
  Workshop shop;
  shop.write("a.c", "int data = 1; int function(void) { return data; }");
  shop.run(
      "x86_64-w64-mingw32-gcc -shared -nostdlib -e function a.c -o a.dll "
      "-Wl,--output-def,gnu.def");
  shop.run(
      "clang-22 --target=x86_64-w64-windows-gnu -c a.c -o a.o && lld-link-22 -lldmingw /dll "
      "/noentry /export:function /export:data,DATA a.o /out:b.dll /output-def:llvm.def");
  for (const char *name : {"gnu.def", "llvm.def"}) {
    Result<ModuleDefinition> module = read_module_definition(shop.read(name));
    ASSERT_TRUE(module) << name << ": " << module.error().text;
    Texts names = exports_of(*module);
    ASSERT_EQ(names.size(), 2u) << name;
    EXPECT_EQ(names[0], "data @1 DATA");
    EXPECT_EQ(names[1], "function @2");
  }
}

TEST(ModuleDefinition, EndsOnAnyText) {
  std::mt19937 random(1);
  const std::string_view pieces[] = {"EXPORTS", "LIBRARY", "a",    "=", "==",  "@",  "@5",
                                     "DATA",    "NONAME",  "\"",   "'", "\n",  " ",  ";",
                                     "IMPORTS", ",",       "BASE", ".", "b.c", "\0", "PRIVATE"};
  int read = 0;
  for (int round = 0; round < 50000; ++round) {
    std::string text;
    for (unsigned n = random() % 12; n > 0; --n) {
      text += pieces[random() % std::size(pieces)];
      if (random() % 2) text += ' ';
    }
    read += read_module_definition(text).has_value();
  }
  EXPECT_GT(read, 1000);
}

}  // namespace
}  // namespace ldwhy
