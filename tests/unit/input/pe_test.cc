// Windows images, and the import libraries made for them, against what LLVM and GNU say.
#include <map>

#include "unit/input/object_rows.h"

namespace ldwhy {
namespace {

using namespace testing;

// "ordinal name rva", and "-" in place of the address of a forwarder.
std::vector<std::string> exports_of_llvm(const Workshop &shop, const std::string &file) {
  std::vector<std::string> exports;
  std::string ordinal, name;
  for (const std::string &line : lines_of(shop.output("llvm-readobj-22 --coff-exports " + file))) {
    std::vector<std::string> words = words_of(line);
    if (words.empty()) continue;
    if (words[0] == "Ordinal:") ordinal = words[1];
    if (words[0] == "Name:") name = words.size() > 1 ? words[1] : "";
    if (words[0] == "RVA:" && words[1] != "0x0") exports.push_back(fmt::format("{} {} {}", ordinal, name, words[1]));
    if (words[0] == "ForwardedTo:") exports.push_back(fmt::format("{} {} -", ordinal, name));
  }
  return exports;
}

bool is_slot(const Symbol &symbol) { return symbol.name.starts_with("__imp_"); }

std::vector<std::string> exports_of(const Object &object) {
  std::vector<std::string> exports;
  for (const Symbol &symbol : symbols_of(object))
    if (symbol.dynamic && !is_slot(symbol))
      exports.push_back(fmt::format(
          "{} {} {}", symbol.index, symbol.name,
          symbol.type == SymbolType::None && !symbol.name.empty() ? "-" : fmt::format("0x{:X}", symbol.value)));
  return exports;
}

std::vector<std::string> imports_of_llvm(const Workshop &shop, const std::string &file) {
  std::vector<std::string> libraries;
  for (const std::string &line :
       lines_of(shop.output("llvm-readobj-22 --coff-imports " + file + " | grep -A1 'Import {'")))
    if (words_of(line).size() == 2 && words_of(line)[0] == "Name:") libraries.push_back(words_of(line)[1]);
  return libraries;
}

std::vector<std::string> texts(const std::vector<std::string_view> &views) { return {views.begin(), views.end()}; }

const char *const dll_source = R"(
__declspec(dllimport) int from_other(int);
__declspec(dllexport) int function(int x) { return from_other(x); }
__declspec(dllexport) int data = 1;
int by_number(void) { return 3; }
int numbered(void) { return 4; }
static int kept(void) { return 5; }
int inner(void) { return kept(); }
int _DllMainCRTStartup(void *a, int b, void *c) { return 1; }
)";

const char *const definitions =
    "LIBRARY lib\nEXPORTS\n numbered @7\n by_number @9 NONAME\n"
    " alias=function\n forwarded=KERNEL32.Sleep\n";

struct Machine {
  const char *triple;
  const char *library;  // as llvm-lib says it
  Arch arch;
};
const Machine machines[] = {{"x86_64-pc-windows-msvc", "x64", Arch::X86_64},
                            {"i686-pc-windows-msvc", "x86", Arch::I386},
                            {"aarch64-pc-windows-msvc", "arm64", Arch::Arm64}};

TEST(Pe, ReadsWhatLinkersExport) {
  for (const Machine &machine : machines) {
    SCOPED_TRACE(machine.triple);
    Workshop shop;
    shop.write("a.c", dll_source);
    shop.write("a.def", definitions);
    shop.write("other.def", "LIBRARY other.dll\nEXPORTS\n from_other\n");
    shop.run(fmt::format("clang-22 --target={} -c a.c -o a.o", machine.triple));
    shop.run(fmt::format("llvm-lib-22 /def:other.def /machine:{} /out:other.lib", machine.library));
    shop.run("lld-link-22 /dll /noentry /def:a.def a.o other.lib /out:lib.dll");
    Opened dll = open_file(shop, "lib.dll");
    ASSERT_TRUE(dll.object);
    EXPECT_EQ(dll.object->kind(), ObjectKind::Shared);
    EXPECT_EQ(arch_name(dll.object->target().arch), arch_name(machine.arch));
    EXPECT_EQ(dll.object->shared_name(), "lib.dll");
    EXPECT_EQ(texts(dll.object->needed()), std::vector<std::string>{"other.dll"});
    std::vector<std::string> ours = exports_of(*dll.object);
    // On 32-bit x86 the object file's underscore is put back.
    if (machine.arch == Arch::I386)
      for (std::string &row : ours)
        if (size_t mark = row.find(" _"); mark != row.npos) row.erase(mark + 1, 1);
    std::vector<std::string> theirs = exports_of_llvm(shop, "lib.dll");
    ASSERT_EQ(theirs.size(), 6u);
    EXPECT_EQ(sorted(ours), sorted(theirs));
    std::string mark = machine.arch == Arch::I386 ? "_" : "";
    std::set<std::string> slots;
    for (const Symbol &symbol : symbols_of(*dll.object)) {
      if (is_slot(symbol)) slots.insert(std::string(symbol.name));
    }
    auto type_of = [&](const std::string &name) {
      for (const Symbol &symbol : symbols_of(*dll.object))
        if (symbol.name == name) return symbol.type;
      return SymbolType::File;
    };
    EXPECT_EQ(type_of(mark + "function"), SymbolType::Function);
    EXPECT_EQ(type_of(mark + "data"), SymbolType::Object);
    EXPECT_TRUE(slots.contains("__imp_" + mark + "data"));
    EXPECT_EQ(slots.size(), 5u);
  }
}

TEST(Pe, ReadsDelayedImports) {
  Workshop shop;
  shop.write("a.c", dll_source);
  shop.write("helper.c", "void *__delayLoadHelper2(void *a, void *b) { return 0; }");
  shop.write("other.def", "LIBRARY other.dll\nEXPORTS\n from_other\n");
  shop.run("for f in a helper; do clang-22 --target=x86_64-pc-windows-msvc -c $f.c -o $f.o; done");
  shop.run("llvm-lib-22 /def:other.def /machine:x64 /out:other.lib");
  shop.run("lld-link-22 /dll /noentry /delayload:other.dll a.o helper.o other.lib /out:lib.dll");
  EXPECT_EQ(texts(open_file(shop, "lib.dll").object->needed()), std::vector<std::string>{"other.dll"});
}

TEST(Pe, ReadsImagesOfMinGw) {
  Workshop shop;
  for (const char *name : {"libstdc++-6.dll", "libgfortran-5.dll", "libgcc_s_seh-1.dll"}) {
    std::string path = std::string("/usr/lib/gcc/x86_64-w64-mingw32/12-win32/") + name;
    DiskFiles files;
    Result<FileRef> file = files.open(path);
    ASSERT_TRUE(file);
    Opened dll = open_any(std::string((*file)->bytes().text()));
    ASSERT_TRUE(dll.object);
    EXPECT_EQ(dll.object->shared_name(), name);
    std::vector<std::string> theirs = exports_of_llvm(shop, path);
    ASSERT_GT(theirs.size(), 50u);
    EXPECT_EQ(difference_of(sorted(exports_of(*dll.object)), sorted(theirs)), "");
    EXPECT_EQ(texts(dll.object->needed()), imports_of_llvm(shop, path));
  }
}

TEST(Pe, ReadsTheFullTableAsWell) {
  Workshop shop;
  shop.write("a.c", dll_source);
  shop.write("other.def", "LIBRARY other.dll\nEXPORTS\n from_other\n");
  shop.run("x86_64-w64-mingw32-dlltool -d other.def -l other.a");
  shop.run("x86_64-w64-mingw32-gcc -shared -nostdlib a.c other.a -e _DllMainCRTStartup -o lib.dll");
  Opened dll = open_file(shop, "lib.dll");
  EXPECT_EQ(symbol_named(*dll.object, "inner").binding, Binding::Global);
  EXPECT_EQ(symbol_named(*dll.object, "kept").binding, Binding::Local);
  std::vector<std::string> exported = exports_of(*dll.object);
  EXPECT_EQ(exported.size(), 2u);
  EXPECT_EQ(exports_of_llvm(shop, "lib.dll"), exported);
}

TEST(Pe, TellsProgramsFromLibraries) {
  Workshop shop;
  shop.write("a.c", "int mainCRTStartup(void) { return 0; }");
  shop.run("clang-22 --target=x86_64-pc-windows-msvc -c a.c -o a.o");
  shop.run("lld-link-22 /subsystem:console a.o /out:a.exe");
  Opened program = open_file(shop, "a.exe");
  EXPECT_EQ(program.object->kind(), ObjectKind::Executable);
  EXPECT_EQ(program.object->shared_name(), "");
  Result<std::unique_ptr<Object>> dos = open_object(Bytes(std::string_view("MZ\x90 and more")));
  ASSERT_FALSE(dos);
  EXPECT_NE(dos.error().text.find("MS-DOS"), std::string::npos) << dos.error().text;
}

TEST(Pe, SurvivesDamage) {
  Workshop shop;
  shop.write("a.c", dll_source);
  shop.write("a.def", definitions);
  shop.write("other.def", "LIBRARY other.dll\nEXPORTS\n from_other\n");
  shop.run("clang-22 --target=i686-pc-windows-msvc -c a.c -o a.o");
  shop.run("llvm-lib-22 /def:other.def /machine:x86 /out:other.lib");
  shop.run("lld-link-22 /dll /noentry /def:a.def a.o other.lib /out:lib.dll");
  survive_damage(shop.read("lib.dll"), 20000);
}

const char *const import_definitions =
    "LIBRARY foo.dll\nEXPORTS\n plain\n numbered @3\n nameless @4 NONAME\n data DATA\n"
    " constant CONSTANT\n ?cxx@@YAHH@Z\n";

// llvm-nm lists a constant of Arm64EC twice, and sections that the first member wants by name.
std::vector<std::string> once(std::vector<std::string> rows) {
  std::erase_if(rows, [](const std::string &row) { return row.find(" .idata$") != row.npos; });
  std::ranges::sort(rows);
  rows.erase(std::unique(rows.begin(), rows.end()), rows.end());
  return rows;
}

TEST(CoffImport, HasTheNamesThatLlvmPrints) {
  for (const char *machine : {"x64", "x86", "arm64", "arm64ec", "arm"})
    for (const char *version : {"19", "22"}) {
      SCOPED_TRACE(fmt::format("{} {}", machine, version));
      Workshop shop;
      shop.write("a.def", import_definitions);
      shop.run(fmt::format("llvm-lib-{} /def:a.def /machine:{} /out:a.lib", version, machine));
      std::vector<std::string> theirs =
          rows_of_archives_nm(shop.output("llvm-nm-22 -A --format=posix --no-sort a.lib"));
      ASSERT_GT(theirs.size(), 12u);
      std::string contents = shop.read("a.lib");
      EXPECT_EQ(once(archive_rows("a.lib", contents)), once(theirs));
      int imports = 0;
      Archive archive = read_archive(Bytes(contents));
      for (const ArchiveMember &member : archive.members) {
        Result<std::unique_ptr<Object>> object = open_object(member.bytes);
        ASSERT_TRUE(object);
        if ((*object)->kind() != ObjectKind::Import) continue;
        ++imports;
        EXPECT_EQ((*object)->shared_name(), "foo.dll");
        EXPECT_NE((*object)->target().arch, Arch::Unknown);
      }
      EXPECT_EQ(imports, 6);
    }
}

TEST(CoffImport, ReadsLibrariesOfDlltool) {
  Workshop shop;
  shop.write("a.def", "LIBRARY foo.dll\nEXPORTS\n plain\n data DATA\n numbered @3\n");
  shop.run("llvm-dlltool-22 -m i386:x86-64 -d a.def -l llvm.a");
  shop.run("x86_64-w64-mingw32-dlltool -d a.def -l gnu.a");
  for (const char *name : {"llvm.a", "gnu.a"}) {
    std::vector<std::string> theirs =
        rows_of_archives_nm(shop.output(fmt::format("llvm-nm-22 -A --format=posix {}", name)));
    std::vector<std::string> ours = archive_rows(name, shop.read(name));
    EXPECT_EQ(once(ours), once(theirs)) << name;
    auto has = [&](std::string_view ending) {
      return std::ranges::any_of(ours, [&](const std::string &row) { return row.ends_with(ending); });
    };
    EXPECT_TRUE(has(" D plain"));
    EXPECT_TRUE(has(" D __imp_data"));
    EXPECT_FALSE(has(" D data"));
  }
}

TEST(CoffImport, TellsCodeFromData) {
  Workshop shop;
  shop.write("a.def", import_definitions);
  shop.run("llvm-lib-22 /def:a.def /machine:x64 /out:a.lib");
  std::map<std::string, SymbolType> types;
  std::string contents = shop.read("a.lib");
  for (const ArchiveMember &member : read_archive(Bytes(contents)).members) {
    Result<std::unique_ptr<Object>> object = open_object(member.bytes);
    ASSERT_TRUE(object);
    for (const Symbol &symbol : symbols_of(**object)) types[std::string(symbol.name)] = symbol.type;
  }
  EXPECT_EQ(types.at("plain"), SymbolType::Function);
  EXPECT_EQ(types.at("__imp_plain"), SymbolType::Object);
  EXPECT_EQ(types.at("__imp_data"), SymbolType::Object);
  EXPECT_EQ(types.at("constant"), SymbolType::Object);
  EXPECT_FALSE(types.contains("data"));
}

TEST(CoffImport, SurvivesDamage) {
  Workshop shop;
  shop.write("a.def", "LIBRARY foo.dll\nEXPORTS\n ?f@@$$hYAXXZ\n");
  for (const char *machine : {"x64", "arm64ec"}) {
    shop.run(fmt::format("llvm-lib-22 /def:a.def /machine:{} /out:a.lib", machine));
    std::string contents = shop.read("a.lib");
    Archive archive = read_archive(Bytes(contents));
    survive_damage(std::string(archive.members.back().bytes.text()), 50000);
  }
}

// Archives of llvm-lib: two indexes, long names with NULs, for Arm64EC a third index.
TEST(CoffImport, ReadsTheIndexOfLlvmLib) {
  for (const char *arch : {"x86_64", "arm64ec"}) {
    std::string triple = fmt::format("{}-pc-windows-msvc", arch);
    const char *machine = arch == std::string_view("x86_64") ? "x64" : arch;
    Workshop shop;
    shop.write("a.c", "int one(void) { return 1; }");
    shop.write("b.c", "int two(void) { return 2; }");
    shop.run(
        fmt::format("clang-22 --target={} -c a.c -o a_member_with_a_long_name.obj && "
                    "clang-22 --target={} -c b.c -o b.obj && "
                    "llvm-lib-22 /machine:{} /out:x.lib a_member_with_a_long_name.obj b.obj",
                    triple, triple, machine));
    std::string contents = shop.read("x.lib");
    Archive archive = read_archive(Bytes(contents));
    EXPECT_TRUE(archive.problems.empty());
    EXPECT_TRUE(archive.has_index);
    ASSERT_EQ(archive.members.size(), 2u);
    std::set<std::string_view> members{archive.members[0].name, archive.members[1].name};
    EXPECT_EQ(members, (std::set<std::string_view>{"a_member_with_a_long_name.obj", "b.obj"}));
    std::set<std::string> names;
    EXPECT_FALSE(for_each_index_entry(archive, [&](const ArchiveIndexEntry &entry) { names.emplace(entry.symbol); }));
    // Functions of Arm64EC stand in the third index only.
    std::set<std::string> expected{"one", "two"};
    EXPECT_EQ(names, arch == std::string_view("x86_64") ? expected : std::set<std::string>());
  }
}

}  // namespace
}  // namespace ldwhy
