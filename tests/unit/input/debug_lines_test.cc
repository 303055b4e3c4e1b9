// Source lines, against what llvm-objdump and ld.lld say of objects of many compilers.
#include "input/debug_lines.h"

#include <cstdio>
#include <cstring>
#include <map>

#include "unit/input/object_rows.h"

namespace ldwhy::testing {
namespace {

// "main.c:12" by place, "SECTION+OFFSET" in hexadecimal.
using Lines = std::map<std::string, std::string>;

std::string base_name(std::string_view path) { return std::string(path.substr(path.find_last_of("/\\") + 1)); }

std::vector<SourceLine> lines_of_references(const Object &object, std::vector<std::string> &keys) {
  std::vector<CodePlace> places;
  EXPECT_FALSE(object.for_each_reference([&](const Reference &reference) {
    if (reference.section.find("text") == std::string_view::npos && reference.section != "CODE") return;
    places.push_back({reference.section_number, reference.offset});
    keys.push_back(fmt::format("{}+{:x}", reference.section, reference.offset));
  }));
  return source_lines(object, places);
}

Lines our_lines(const Object &object) {
  Lines lines;
  std::vector<std::string> keys;
  std::vector<SourceLine> found = lines_of_references(object, keys);
  for (size_t i = 0; i < keys.size(); ++i)
    lines[keys[i]] = fmt::format("{}:{}", base_name(found[i].file), found[i].line);
  return lines;
}

// llvm-objdump prints a line where it differs from the one before, and none for line 0.
Lines objdump_lines(const Workshop &shop, const std::string &name) {
  Lines lines;
  std::string section, line;
  for (const std::string &row :
       lines_of(shop.output("llvm-objdump-22 -d -r -l --no-show-raw-insn " + name + " 2>&1"))) {
    constexpr std::string_view head = "Disassembly of section ", more = " (discriminator";
    unsigned long offset = 0;
    char type[64] = "";
    if (row.starts_with(head)) {
      section = row.substr(head.size(), row.size() - head.size() - 1);
    } else if (row.starts_with("; ") && !row.ends_with("():")) {
      line = base_name(row.substr(2, row.find(more) - 2));
    } else if (std::sscanf(row.c_str(), " %lx: %63s", &offset, type) == 2) {
      std::string_view text = type;
      bool relocation = text.starts_with("R_") || text.starts_with("IMAGE_REL") || text.find("_RELOC_") != text.npos;
      if (relocation) lines[fmt::format("{}+{:x}", section == "CODE" ? "CODE" : section, offset)] = line;
    }
  }
  return lines;
}

void write_sources(const Workshop &shop) {
  shop.write("inl.h",
             "int missing_three(int);\n"
             "static inline int from_header(int x) {\n"
             "  if (x)\n"
             "    return missing_three(x);\n"
             "  return 1;\n"
             "}\n");
  shop.write("src/main.c",
             "#include \"../inl.h\"\n"
             "void missing_one(int);\n"
             "int missing_two(void);\n"
             "static int helper(int x) {\n"
             "  missing_one(x);\n"
             "  return missing_two() + x;\n"
             "}\n"
             "int begin(int count) {\n"
             "  if (count > 3)\n"
             "    missing_one(4);\n"
             "  for (int i = 0; i < count; ++i)\n"
             "    helper(i);\n"
             "  return from_header(count);\n"
             "}\n"
             "int other(int y) {\n"
             "\n"
             "\n"
             "  return missing_two() * y +\n"
             "         from_header(missing_two());\n"
             "}\n");
  shop.write("box.cc",
             "int away(int);\n"
             "template <class T> struct Box {\n"
             "  T value;\n"
             "  ~Box() { away(1); }\n"
             "  int go(T t) {\n"
             "    value = t;\n"
             "    return away(t);\n"
             "  }\n"
             "};\n"
             "inline int shared(int x) { return away(x) +\n"
             "  away(2); }\n"
             "int f(int x) { Box<int> b; return b.go(x) + shared(x); }\n"
             "int g(long x) { Box<long> b; return b.go(x); }\n");
}

// How many places agree.
size_t expect_agreement(const Workshop &shop, const std::string &name) {
  Opened opened = open_file(shop, name);
  if (!opened.object) return 0;
  Lines ours = our_lines(*opened.object), theirs = objdump_lines(shop, name);
  size_t compared = 0;
  for (const auto &[place, line] : ours) {
    auto found = theirs.find(place);
    if (found == theirs.end()) continue;
    if (line == ":0" && place.starts_with(".text+")) {
      // Newer ones take a line nearby.
      EXPECT_TRUE(
          shop.output(fmt::format("llvm-symbolizer-19 --obj={} 0x{} 2>/dev/null", name, place.substr(6))).find(":0:") !=
          line.npos)
          << name << " " << place;
      continue;
    }
    EXPECT_EQ(line, found->second) << name << " " << place;
    ++compared;
  }
  return compared;
}

void expect_agreement_of(const std::string &compiler, const std::string &source, size_t least) {
  Workshop shop;
  write_sources(shop);
  for (const char *options : {"-O0", "-O0 -ffunction-sections", "-O2"})
    for (int version = 2; version <= 5; ++version) {
      std::string name = fmt::format("v{}.o", version);
      shop.run(fmt::format("{} {} -gdwarf-{} -c {} -o {}", compiler, options, version, source, name));
      EXPECT_GE(expect_agreement(shop, name), least) << compiler << " " << options << " -gdwarf-" << version;
    }
}

TEST(DebugLines, OfGcc) { expect_agreement_of("gcc", "src/main.c", 6); }
TEST(DebugLines, OfGccForI386) { expect_agreement_of("gcc -m32", "src/main.c", 6); }
TEST(DebugLines, OfGxxWithComdatGroups) { expect_agreement_of("g++", "box.cc", 3); }
TEST(DebugLines, OfMinGW) { expect_agreement_of("x86_64-w64-mingw32-gcc", "src/main.c", 6); }
TEST(DebugLines, OfMinGWForI386) { expect_agreement_of("i686-w64-mingw32-gcc", "src/main.c", 6); }

class DebugLinesOfClang : public ::testing::TestWithParam<const char *> {};

TEST_P(DebugLinesOfClang, Agree) {
  for (const char *clang : {"clang-14", "clang-19", "clang-22"})
    expect_agreement_of(fmt::format("{} --target={}", clang, GetParam()), "src/main.c", 5);
}

INSTANTIATE_TEST_SUITE_P(Targets, DebugLinesOfClang,
                         ::testing::Values("x86_64-linux-gnu", "i386-linux-gnu", "aarch64-linux-gnu",
                                           "armv7-linux-gnueabi", "thumbv7-linux-gnueabi", "powerpc64-linux-gnu",
                                           "s390x-linux-gnu", "mips-linux-gnu", "mips64el-linux-gnuabi64",
                                           "riscv64-linux-gnu", "arm64-apple-macos", "x86_64-apple-macos",
                                           "x86_64-w64-mingw32", "aarch64-w64-mingw32", "wasm32"));

TEST(DebugLines, OfDistancesThatLinkersShorten) {
  Workshop shop;
  write_sources(shop);
  for (const char *clang : {"clang-14 --target=riscv64-linux-gnu", "clang-19 --target=riscv64-linux-gnu",
                            "clang-22 --target=riscv64-linux-gnu", "clang-22 --target=loongarch64-linux-gnu"}) {
    shop.run(fmt::format("{} -g -c src/main.c -o relaxed.o", clang));
    EXPECT_NE(shop.output("llvm-readobj-22 -r relaxed.o").find("_SUB16"), std::string::npos) << clang;
    EXPECT_GE(expect_agreement(shop, "relaxed.o"), 6u) << clang;
  }
}

TEST(DebugLines, OfOtherForms) {
  Workshop shop;
  write_sources(shop);
  for (const char *compile : {"gcc -g -gsplit-dwarf", "gcc -g -gdwarf64", "clang-22 -g -gdwarf64",
                              "clang-22 -g -gsplit-dwarf", "gcc -g -gas-loc-support"}) {
    shop.run(fmt::format("{} -c src/main.c -o one.o", compile));
    EXPECT_GE(expect_agreement(shop, "one.o"), 6u) << compile;
  }
  shop.run(
      "gcc -gdwarf-4 -c src/main.c -o one.o && gcc -gdwarf-5 -Dbegin=a -Dother=b -c src/main.c -o two.o && ld -r one.o "
      "two.o -o both.o");
  EXPECT_GE(expect_agreement(shop, "both.o"), 12u);
}

// Small sections stay as they are: many lines make them worth compressing.
TEST(DebugLines, OfCompressedSections) {
  Workshop shop;
  write_sources(shop);
  std::string functions;
  for (int i = 0; i < 200; ++i)
    functions += fmt::format("int f{0}(int a_rather_long_name) {{\n  return missing_two() + missing_two();\n}}\n", i);
  shop.write("src/long.c", "int missing_two(void);\n" + functions);
  for (const char *compile :
       {"gcc -g -gz=zlib", "gcc -m32 -g -gz=zlib", "clang-22 -g -gz=zstd", "clang-22 -g -gz=zlib -gdwarf-4",
        "clang-22 -g -gz=zlib --target=powerpc64-linux-gnu", "clang-22 -g -gz=zstd -m32"}) {
    shop.run(fmt::format("{} -c src/long.c -o one.o", compile));
    EXPECT_NE(shop.output("llvm-readobj-22 --sections one.o").find("SHF_COMPRESSED"), std::string::npos) << compile;
    EXPECT_GE(expect_agreement(shop, "one.o"), 400u) << compile;
  }
}

// An object with a compressed line table of so many bytes, by its own words.
std::string claiming(Workshop &shop, uint64_t size) {
  shop.write(
      "one.s",
      fmt::format(".text\n.skip 64\n.section .debug_line,\"\",@progbits\n.long 1,0\n.quad {},1\n.fill 64,1,0x78\n",
                  size));
  shop.run("as one.s -o one.o && objcopy --set-section-flags .debug_line=readonly one.o");
  std::string contents = shop.read("one.o");
  // The header's flags, 8 bytes behind the name and type.
  uint64_t headers = 0;
  std::memcpy(&headers, contents.data() + 40, 8);
  for (uint64_t at = headers; at + 64 <= contents.size(); at += 64)
    if (contents[at + 4] == 1 && contents[at + 8] == 0) contents[at + 9] = 0x08;
  return contents;
}

TEST(DebugLines, CompressedSectionsMayNotFillTheMemory) {
  Workshop shop;
  for (uint64_t size : {uint64_t{100}, uint64_t{1} << 30, uint64_t{1} << 40, ~uint64_t{0}}) {
    std::string contents = claiming(shop, size);
    Result<std::unique_ptr<Object>> object = open_object(Bytes(contents));
    ASSERT_TRUE(object.has_value());
    EXPECT_EQ(source_lines(**object, std::vector<CodePlace>{{1, 0}})[0].line, 0u) << size;
  }
}

TEST(DebugLines, NamesFilesAsRecorded) {
  Workshop shop;
  write_sources(shop);
  auto files_of = [&](const std::string &compile) {
    shop.run(compile);
    Opened opened = open_file(shop, "one.o");
    std::set<std::string> files;
    std::vector<std::string> keys;
    for (const SourceLine &line : lines_of_references(*opened.object, keys)) files.insert(line.file);
    return files;
  };
  using Files = std::set<std::string>;
  std::string root = shop.path("");
  root.pop_back();
  EXPECT_EQ(files_of("gcc -gdwarf-5 -c src/main.c -o one.o"), (Files{"src/main.c", "src/../inl.h"}));
  EXPECT_EQ(files_of("gcc -gdwarf-4 -c src/main.c -o one.o"), (Files{"src/main.c", "src/../inl.h"}));
  EXPECT_EQ(files_of("cd src && gcc -g -c main.c -o ../one.o"), (Files{"main.c", "../inl.h"}));
  // Below the folder that the compiler ran in, however it was asked.
  EXPECT_EQ(files_of(fmt::format("gcc -gdwarf-5 -c {}/src/main.c -o one.o", root)),
            (Files{"src/main.c", "src/../inl.h"}));
  // DWARF 4 does not say in this section which folder that was.
  EXPECT_EQ(files_of(fmt::format("gcc -gdwarf-4 -c {}/src/main.c -o one.o", root)),
            (Files{root + "/src/main.c", root + "/src/../inl.h"}));
}

TEST(DebugLines, SayWhatLldSays) {
  Workshop shop;
  write_sources(shop);
  shop.run("gcc -g -c src/main.c -o main.o && g++ -g -c box.cc -o box.o");
  std::set<std::string> theirs, ours;
  for (const std::string &row : lines_of(shop.output("ld.lld-22 --error-limit=0 main.o box.o -o out 2>&1"))) {
    constexpr std::string_view head = ">>> referenced by ";
    std::string place = row.starts_with(head) ? row.substr(head.size(), row.find(' ', head.size()) - head.size()) : "";
    if (place.find(':') != place.npos) theirs.insert(place);  // else the file's name alone, of other sections
  }
  EXPECT_GE(theirs.size(), 9u);
  for (const char *name : {"main.o", "box.o"}) {
    Opened opened = open_file(shop, name);
    std::set<std::string_view> undefined;
    (void)opened.object->for_each_symbol([&](const Symbol &symbol) {
      if (!is_defined(symbol)) undefined.insert(symbol.name);
    });
    std::vector<CodePlace> places;
    (void)opened.object->for_each_reference([&](const Reference &reference) {
      if (undefined.contains(reference.symbol) && reference.section.starts_with(".text"))
        places.push_back({reference.section_number, reference.offset});
    });
    for (const SourceLine &line : source_lines(*opened.object, places))
      ours.insert(fmt::format("{}:{}", base_name(line.file), line.line));
  }
  // LLD shows three places of a symbol.
  for (const std::string &line : theirs) EXPECT_TRUE(ours.contains(line)) << line;
}

TEST(DebugLines, OfDefinitions) {
  Workshop shop;
  write_sources(shop);
  for (const char *compiler : {"gcc", "clang-22 --target=thumbv7-linux-gnueabi", "clang-22 --target=arm64-apple-macos",
                               "x86_64-w64-mingw32-gcc", "i686-w64-mingw32-gcc -ffunction-sections"}) {
    shop.run(fmt::format("{} -g -c src/main.c -o one.o", compiler));
    Opened opened = open_file(shop, "one.o");
    std::map<std::string, CodePlace> places;
    (void)opened.object->for_each_symbol([&](const Symbol &symbol) {
      std::string name(symbol.name.substr(symbol.name.starts_with('_')));
      if (std::optional<CodePlace> place = code_place(*opened.object, symbol)) places[name] = *place;
    });
    const std::map<std::string, uint32_t> lines = {{"begin", 8}, {"other", 15}, {"helper", 4}};
    for (const auto &[name, line] : lines) {
      ASSERT_TRUE(places.contains(name)) << compiler;
      EXPECT_EQ(source_lines(*opened.object, std::vector{places[name]})[0].line, line) << compiler << " " << name;
    }
  }
}

TEST(DebugLines, SayNothingOfWhatIsNotKnown) {
  Workshop shop;
  write_sources(shop);
  for (const char *compile : {"gcc -g0", "gcc -g -Wa,--compress-debug-sections=zlib-gnu", "clang-22 -g -flto"}) {
    shop.run(fmt::format("{} -c src/main.c -o one.o", compile));
    Opened opened = open_file(shop, "one.o");
    std::vector<CodePlace> places;
    for (uint32_t section = 0; section < 12; ++section)
      for (uint64_t offset = 0; offset < 200; ++offset) places.push_back({section, offset});
    for (const SourceLine &line : source_lines(*opened.object, places)) EXPECT_EQ(line.line, 0u) << compile;
  }
  // The same places are known otherwise.
  shop.run("gcc -g -c src/main.c -o one.o");
  Opened opened = open_file(shop, "one.o");
  EXPECT_NE(source_lines(*opened.object, std::vector{CodePlace{1, 0x30}})[0].line, 0u);
  EXPECT_EQ(source_lines(*opened.object, std::vector{CodePlace{1, 0x3000}})[0].line, 0u);
}

// A line table by hand: DWARF 4, one file, one sequence in .text.
std::string line_table(const std::string &program) {
  return ".text\n.Lcode: .skip 64\n"
         ".section .debug_line,\"\",@progbits\n"
         ".long 2f-1f\n1: .short 4\n.long 4f-3f\n3: .byte 1,1,1,-5,14,13, 0,1,1,1,1,0,0,0,1,0,0,1\n"
         ".byte 0\n.asciz \"hand.c\"\n.byte 0,0,0,0\n4:\n"
         ".byte 0,9,2\n.quad .Lcode\n" +
         program + "\n.byte 0,1,1\n2:\n";
}

TEST(DebugLines, WorkIsBounded) {
  Workshop shop;
  shop.write("one.s", line_table(".byte 0x4b\n.fill 6000000,1,0x20\n.byte 0x4b"));
  shop.run("as one.s -o one.o");
  Opened opened = open_file(shop, "one.o");
  // 0x4b: four bytes and one line on; 0x20: one byte, no line.
  std::vector<CodePlace> places = {{1, 5}, {1, 5'999'000}};
  std::vector<SourceLine> lines = source_lines(*opened.object, places);
  EXPECT_EQ(lines[0].file, "hand.c");
  EXPECT_EQ(lines[0].line, 2u);
  EXPECT_EQ(lines[1].line, 0u);
}

TEST(DebugLines, OfLineZeroAndUnknownOperations) {
  Workshop shop;
  // Line 5, two bytes on line 0, line 5 again; then an operation of the future and a path too many.
  shop.write("one.s", line_table(".byte 3,4,1, 2,4, 3,0x7b,1, 2,2, 3,5,1, 0,3,0x90,1,2, 2,2, 1"));
  shop.run("as one.s -o one.o");
  Opened opened = open_file(shop, "one.o");
  std::vector<SourceLine> lines =
      source_lines(*opened.object, std::vector<CodePlace>{{1, 0}, {1, 3}, {1, 4}, {1, 5}, {1, 6}, {1, 7}, {1, 8}});
  std::vector<uint32_t> found;
  for (const SourceLine &line : lines) found.push_back(line.line);
  EXPECT_EQ(found, (std::vector<uint32_t>{5, 5, 0, 0, 5, 5, 0}));
}

void ask_all(std::string contents) {
  Result<std::unique_ptr<Object>> object = open_object(Bytes(contents));
  if (!object) return;
  std::vector<CodePlace> places;
  for (uint32_t section = 0; section < 6; ++section)
    for (uint64_t offset = 0; offset < 40; offset += 3) places.push_back({section, offset});
  for (const SourceLine &line : source_lines(**object, places)) EXPECT_LE(line.file.size(), 3 * 4096u);
}

TEST(DebugLines, DamageIsHarmless) {
  Workshop shop;
  shop.write("a.c", "#include <stddef.h>\nint away(size_t);\nint f(int x) { return away(x) + 1; }\n");
  for (const char *compile :
       {"gcc -gdwarf-5", "gcc -m32 -gdwarf-2", "clang-22 -gdwarf-5 --target=arm64-apple-macos -ffreestanding",
        "x86_64-w64-mingw32-gcc -gdwarf-4", "clang-22 --target=wasm32 -ffreestanding -gdwarf-5",
        "clang-22 --target=riscv64 -ffreestanding -g", "gcc -g -gz=zlib", "clang-22 -g -gz=zstd"}) {
    shop.run(fmt::format("{} -c a.c -o a.o", compile));
    std::string whole = shop.read("a.o");
    for (size_t size = 0; size < whole.size(); ++size) ask_all(whole.substr(0, size));
    std::mt19937 random(7);
    for (int round = 0; round < 4000; ++round) {
      std::string damaged = whole;
      for (int i = 0; i < 4; ++i) damaged[random() % damaged.size()] = static_cast<char>(random());
      ask_all(std::move(damaged));
    }
  }
}

}  // namespace
}  // namespace ldwhy::testing
