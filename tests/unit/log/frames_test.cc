// Drivers, rustc, build tools, commands, frames, languages and the counting of lines.
#include <gtest/gtest.h>

#include "log/frame.h"
#include "log/ignore.h"
#include "log/word_search.h"
#include "logs.h"

namespace ldwhy::testing {
namespace {

TEST(Drivers, Real) {
  Workshop shop;
  write_sources(shop);
  OneLink gcc(shop.output("gcc user.c -o out 2>&1"));
  EXPECT_EQ(gcc.link.linker, Linker::Bfd);
  EXPECT_EQ(gcc.complaint("undefined").symbol, "from_archive");
  EXPECT_EQ(gcc.link.last_line, gcc.log.lines);
  OneLink clang(shop.output("clang-22 -fuse-ld=lld user.c -o out 2>&1"));
  EXPECT_EQ(clang.link.linker, Linker::Lld);
  EXPECT_EQ(clang.complaint("undefined").symbol, "from_archive");
  OneLink no_linker(shop.output("clang-22 -fuse-ld=nope user.c -o out 2>&1"));
  EXPECT_EQ(no_linker.complaint("linker-not-found").subject, "nope");
  OneLink unknown(shop.output("gcc -fuse-ld=nope user.c -o out 2>&1"));
  EXPECT_EQ(unknown.complaint("bad-option").subject, "-fuse-ld=nope");
  OneLink absent(shop.output("gcc -fuse-ld=lld user.c -o out 2>&1"), false);
  if (!have("ld.lld")) {
    EXPECT_EQ(absent.complaint("linker-not-found").subject, "ld");
  }
}

TEST(Drivers, WrittenByHand) {
  struct Case {
    const char *line;
    const char *code;
    const char *subject;
  };
  constexpr Case cases[] = {
      {"collect2: fatal error: ld terminated with signal 9 [Killed]", "out-of-memory", "ld"},
      {"collect2: fatal error: ld terminated with signal 11 [Segmentation fault], core dumped", "crash", "ld"},
      {"clang: error: unable to execute command: Executable \"ld.lld\" doesn't exist!", "linker-not-found", "ld.lld"},
      {"clang++: error: unable to execute command: posix_spawn failed: Argument list too long", "command-too-long",
       "ld"},
      {"clang: error: unable to execute command: Killed", "out-of-memory", "ld"},
      {"clang: error: no such file or directory: 'x.o'", "cannot-open", "x.o"},
      {"lto1: fatal error: bytecode stream in file 'x.o' generated with LTO version 11.3 instead "
       "of the expected 12.0",
       "newer-bitcode", "x.o"},
      {"error: linker `aarch64-linux-gnu-gcc` not found", "linker-not-found", "aarch64-linux-gnu-gcc"},
      {"error: could not find native static library `foo`, perhaps an -L flag is missing?", "cannot-find-library",
       "foo"},
      {"error: options `-C embed-bitcode=no` and `-C lto` are incompatible", "bad-option", "-C embed-bitcode=no"},
      {"error: linking with `cc` failed: signal: 9 (SIGKILL: kill)", "out-of-memory", "cc"},
      {"LLVM ERROR: out of memory", "out-of-memory", "LLVM"},
      {"0.\tProgram arguments: /usr/bin/ld.lld -o x a.o", "crash", "ld.lld"},
  };
  for (const Case &one : cases) {
    SCOPED_TRACE(one.line);
    OneLink read(one.line);
    EXPECT_EQ(read.complaint(one.code).subject, one.subject);
    EXPECT_TRUE(read.link.failed);
  }
  OneLink too_long(
      "error: could not exec the linker `cc`\n  |\n  = note: Argument list too long (os error "
      "7)\n");
  EXPECT_EQ(too_long.complaint("command-too-long").subject, "cc");
}

TEST(Rustc, RealCargoBuild) {
  if (!have("cargo")) GTEST_SKIP() << "no cargo";
  Workshop shop;
  shop.write("Cargo.toml", "[package]\nname = \"app\"\nversion = \"0.1.0\"\nedition = \"2021\"\n");
  shop.write("src/main.rs",
             "extern \"C\" { fn undefined_thing(x: i32) -> i32; }\nfn main() { unsafe { "
             "println!(\"{}\", undefined_thing(3)) } }\n");
  for (const std::string linker : {"bfd", "mold", ""}) {
    SCOPED_TRACE(linker);
    std::string flags = linker.empty() ? "" : "RUSTFLAGS=-Clink-arg=-fuse-ld=" + linker + " ";
    OneLink read(shop.output(flags + "cargo build --offline --color=always 2>&1"));
    const Complaint &missing = read.complaint("undefined", "undefined_thing");
    ASSERT_FALSE(missing.references.empty());
    EXPECT_TRUE(missing.references[0].function.starts_with("app::main")) << missing.references[0].function;
    ASSERT_EQ(read.link.commands.size(), 1u);
    EXPECT_EQ(read.link.commands[0].argv[0], "cc");
    EXPECT_TRUE(read.link.commands[0].shortened);
  }
}

TEST(BuildTools, RealNinjaAndMake) {
  Workshop shop;
  shop.write("CMakeLists.txt",
             "cmake_minimum_required(VERSION 3.20)\nproject(p C)\nadd_executable(a "
             "a.c)\nadd_executable(b b.c)\n");
  shop.write("a.c", "int missing_a(void); int main(void) { return missing_a(); }\n");
  shop.write("b.c", "int missing_b(void); int main(void) { return missing_b(); }\n");
  shop.run("cmake -G Ninja -B n >/dev/null && cmake -G 'Unix Makefiles' -B m >/dev/null");
  for (const std::string command :
       {"ninja -C n -k0", "ninja -C n -k0 -v", "make -C m -k 2>&1", "make -C m -k VERBOSE=1 2>&1"}) {
    SCOPED_TRACE(command);
    std::string text = shop.output(command + " 2>&1");
    ReadLog log = read_log(text);
    expect_lines_add_up(log, text);
    EXPECT_EQ(log.not_understood_count, 0u) << text;
    ASSERT_EQ(log.links.size(), 2u) << text;
    bool shows_commands = command != "make -C m -k 2>&1";
    for (const LoggedLink &link : log.links) {
      EXPECT_TRUE(link.failed);
      ASSERT_EQ(link.complaints.size(), 1u);
      if (!shows_commands) continue;
      ASSERT_FALSE(link.commands.empty());
      const LoggedCommand &last = link.commands.back();
      EXPECT_EQ(last.argv[0], "/usr/bin/cc");
      EXPECT_EQ(last.argv.back(), link.complaints[0].symbol == "missing_a" ? "a" : "b");
      EXPECT_FALSE(last.directory.empty());
    }
  }
}

TEST(BuildTools, CMakeTryCompile) {
  Workshop shop;
  shop.write("CMakeLists.txt", "cmake_minimum_required(VERSION 3.20)\nproject(p C)\n");
  std::string text = shop.output("LDFLAGS=-lnope cmake -B b 2>&1");
  ReadLog log = read_log(text);
  expect_lines_add_up(log, text);
  ASSERT_EQ(log.links.size(), 1u) << text;
  ASSERT_EQ(log.links[0].complaints.size(), 1u);
  EXPECT_EQ(log.links[0].complaints[0].subject, "nope");
  ASSERT_FALSE(log.links[0].commands.empty());
}

TEST(Commands, RealVerboseDrivers) {
  Workshop shop;
  write_sources(shop);
  for (const std::string driver : {"gcc", "clang-22"}) {
    SCOPED_TRACE(driver);
    OneLink read(shop.output(driver + " -v user.c -o out 2>&1"), false);
    ASSERT_FALSE(read.link.commands.empty()) << read.text;
    const LoggedCommand &last = read.link.commands.back();
    EXPECT_TRUE(last.argv[0].ends_with(driver == "gcc" ? "collect2" : "ld")) << last.argv[0];
    EXPECT_TRUE(std::find(last.argv.begin(), last.argv.end(), "-lc") != last.argv.end());
  }
}

TEST(Commands, WrittenByHand) {
  const auto command_of = [](const std::string &lines) {
    ReadLog log = read_log(lines +
                           "\n/usr/bin/ld: x.o: undefined reference to `f'\ncollect2: error: ld "
                           "returned 1 exit status\n");
    EXPECT_EQ(log.links.size(), 1u) << lines;
    if (log.links.empty() || log.links[0].commands.empty()) {
      ADD_FAILURE() << "no command in: " << lines;
      return LoggedCommand{};
    }
    return log.links[0].commands.back();
  };
  EXPECT_EQ(command_of("libtool: link: gcc -o \"a b\" x.o").argv.at(2), "a b");
  EXPECT_EQ(command_of("/bin/sh ./libtool --tag=CC --mode=link gcc -O2 -o x x.lo").argv.at(0), "gcc");
  EXPECT_EQ(command_of("cd /src/lib && /usr/bin/g++-12 -shared x.o -o libx.so").directory, "/src/lib");
  EXPECT_EQ(command_of("make[1]: Entering directory '/w'\ncc -o x x.o").directory, "/w");
  EXPECT_EQ(command_of("make[1] : on entre dans le répertoire « /w »\ncc -o x x.o").argv.size(), 4u);
  EXPECT_EQ(command_of("CC=1 env A=\"b c\" ccache clang++ -o x x.o").argv.at(0), "clang++");
  EXPECT_EQ(command_of("gcc -o x a.o \\\n   b.o \\\n c.o").argv.size(), 6u);
  EXPECT_EQ(command_of("C:\\vs\\link.exe /OUT:x.exe \"C:\\a b\\x.obj\"").argv.at(2), "C:\\a b\\x.obj");
  EXPECT_EQ(command_of("['D:\\\\vs\\\\link.exe', '/NOLOGO', 'x.o']").argv.at(0), "D:\\vs\\link.exe");
  EXPECT_EQ(command_of("C:\\Windows\\system32\\cmd.exe /C \"cd . && C:\\llvm\\clang++.exe -o x.exe "
                       "x.obj -lfoo && cd .\"")
                .argv.size(),
            5u);
  EXPECT_TRUE(command_of("  = note:  \"cc\" \"<4 object files omitted>\" \"/t/{liba,libb}.rlib\" \"-lc\"").shortened);
  EXPECT_EQ(command_of("LC_ALL=\"C\" PATH=\"/a b:/c\" \"cc\" \"-m64\" \"x.o\"").argv.at(1), "-m64");
}

TEST(Commands, CompilesAreNotLinks) {
  for (const char *line : {"gcc -O2 -c x.c -o x.o", "/usr/bin/c++ -DX=\\\"error\\\" -Werror -o x.o -c x.cc",
                           "[3/9] clang++ -MD -c x.cc -o x.o", "gcc version 12.2.0 (Debian 12.2.0-14)",
                           "clang -cc1 -emit-obj x.c", "cc: not a command", "g++ --version"}) {
    ReadLog log = read_log(line);
    EXPECT_TRUE(log.links.empty()) << line;
    EXPECT_EQ(log.understood, 0u) << line;
  }
}

TEST(Frames, Peeled) {
  const std::string bare = "ld.lld: error: undefined symbol: f";
  for (const char *frame : {"2024-05-01T10:20:30.1234567Z ",
                            "2024-05-01T10:20:30.123456Z 01E ",
                            "[2024-05-01T10:20:30.123Z] ",
                            "10:20:30  ",
                            "[10:20:30] ",
                            "#12 34.56 ",
                            "12.345 ",
                            "| ",
                            "[build] ",
                            "7>",
                            "\x1b[1m\x1b[31m",
                            "out: ",
                            "app-deps> ",
                            "web_1  | ",
                            "build\tRun make\t2024-05-01T10:20:30.1Z ",
                            "2024-05-01T10:20:30.1Z #9 1.23 ",
                            "\xef\xbb\xbf",
                            "##[error]",
                            "  = note: ",
                            "npm ERR! "}) {
    Frames frames;
    EXPECT_EQ(frames.peel(frame + bare), bare) << frame;
  }
  Frames note;
  EXPECT_EQ(note.peel("  = note: first"), "first");
  EXPECT_EQ(note.peel("            >>> second"), "  >>> second");
  EXPECT_EQ(note.peel("next"), "next");
  EXPECT_EQ(note.peel("          after"), "          after");
  EXPECT_EQ(peel_msbuild("/x.targets(1641,3): error : ld: no [/src/App.csproj::F=net8]"), "ld: no");
  EXPECT_EQ(peel_msbuild("lld-link : error : could not open 'm.lib' [D:\\b.vcxproj]"),
            "lld-link : error : could not open 'm.lib'");
}

TEST(Frames, WindowsLineEnds) {
  OneLink read("ld.lld: error: undefined symbol: f\r\n>>> referenced by a.o:(main)\r\n");
  EXPECT_EQ(read.complaint("undefined").symbol, "f");
  EXPECT_EQ(read.complaint("undefined").references.at(0).function, "main");
}

TEST(Languages, UndefinedReference) {
  for (const char *message : {
           "/usr/bin/ld : main.o : dans la fonction « main » :\nmain.c:(.text+0x5) : référence "
           "indéfinie vers « foo »",
           "/usr/bin/ld: main.o: In Funktion »main«:\nmain.c:(.text+0x5): Nicht definierter "
           "Verweis auf »foo«",
           "/usr/bin/ld: main.o: en la función `main':\nmain.c:(.text+0x5): referencia a `foo' sin "
           "definir",
           "/usr/bin/ld: main.o: в функции «main»:\nmain.c:(.text+0x5): неопределённая ссылка на "
           "«foo»",
           "main.o：在函数‘main’中：\nmain.c:(.text+0x5)：对‘foo’未定义的引用",
           "main.o: 関数 `main' 内:\nmain.c:(.text+0x5): `foo' に対する定義されていない参照です",
           "/usr/bin/ld: main.o: na função \"main\":\nmain.c:(.text+0x5): referência não definida "
           "para \"foo\"",
       }) {
    SCOPED_TRACE(message);
    OneLink read(message);
    const Complaint &foo = read.complaint("undefined", "foo");
    ASSERT_EQ(foo.references.size(), 1u);
    EXPECT_EQ(foo.references[0].function, "main");
    EXPECT_EQ(foo.references[0].file, "main.o");
    EXPECT_EQ(foo.references[0].offset, 5u);
    EXPECT_EQ(read.link.linker, Linker::Bfd);
  }
  EXPECT_EQ(OneLink("/usr/bin/ld: kann -lfoo nicht finden").complaint("cannot-find-library").subject, "foo");
  EXPECT_EQ(OneLink("/usr/bin/ld: 找不到 -lfoo").complaint("cannot-find-library").subject, "foo");
  EXPECT_EQ(OneLink("/usr/bin/ld : ne peut pas trouver -lfoo : Aucun fichier").complaint("cannot-find-library").subject,
            "foo");
}

TEST(Splitting, TwoLinksAndAfterwords) {
  ReadLog log = read_log(
      "cc -o a a.o\n/usr/bin/ld: a.o: undefined reference to `f'\ncollect2: error: ld returned 1 "
      "exit status\nmake: *** [Makefile:2: a] Error 1\n"
      "cc -o b b.o\n/usr/bin/ld: b.o: undefined reference to `f'\ncollect2: error: ld returned 1 "
      "exit status\n");
  ASSERT_EQ(log.links.size(), 2u);
  EXPECT_EQ(log.links[0].first_line, 1u);
  EXPECT_EQ(log.links[0].last_line, 3u);
  EXPECT_EQ(log.links[1].first_line, 5u);
  EXPECT_EQ(log.links[1].commands.back().argv.back(), "b.o");
  ReadLog silent = read_log("collect2: error: ld returned 1 exit status\n");
  ASSERT_EQ(silent.links.size(), 1u);
  EXPECT_TRUE(silent.links[0].failed);
  EXPECT_TRUE(silent.links[0].complaints.empty());
  EXPECT_TRUE(read_log("cc -o a a.o\ncc -o b b.o\n").links.empty());
  EXPECT_TRUE(read_log("").links.empty());
}

TEST(Splitting, ManyReferencesAreCounted) {
  std::string text;
  for (int i = 0; i < 1000; ++i) text += "/usr/bin/ld: a.o: undefined reference to `f'\n";
  ReadLog log = read_log(text);
  ASSERT_EQ(log.links.size(), 1u);
  ASSERT_EQ(log.links[0].complaints.size(), 1u);
  EXPECT_EQ(log.links[0].complaints[0].references.size(), 100u);
  EXPECT_EQ(log.links[0].complaints[0].more_references, 900u);
}

TEST(Ignored, ByNamedRules) {
  EXPECT_EQ(ignored_as("[ 50%] Building CXX object x.o"), "progress");
  EXPECT_EQ(ignored_as("   Compiling serde v1.0"), "cargo");
  EXPECT_EQ(ignored_as("x.c:3:5: warning: unused variable 'error' [-Wunused]"), "compiler-message");
  EXPECT_EQ(ignored_as("x.c:3:5: error: undefined reference is what I say"), "compiler-message");
  EXPECT_EQ(ignored_as("   12 |   int x;"), "quoted-source");
  EXPECT_EQ(ignored_as("  CC      foo.o"), "make-verb");
  EXPECT_EQ(ignored_as("checking for gcc... gcc"), "configure");
  EXPECT_EQ(read_log("gcc -c x.c -o x.o").ignored, 1u);
  EXPECT_EQ(ignored_as("some words of nobody's"), "");
  EXPECT_EQ(ignored_as("x.cc:3: error: undefined reference to 'f'"), "") << "gold's, not a compiler's";
}

TEST(WordSearch, FindsEachWordAnywhere) {
  WordSearch search;
  for (std::string_view word : {"error", "warning", "undefined", "LNK2019", "未定义的引用"}) search.add(word);
  for (std::string_view word : {"error", "warning", "undefined", "LNK2019", "未定义的引用"}) {
    for (size_t before = 0; before < 12; ++before) {
      std::string text = std::string(before, 'x') + std::string(word) + std::string(12 - before, 'y');
      EXPECT_TRUE(search.any_in(text)) << text;
      EXPECT_FALSE(search.any_in(std::string(before, 'x') + std::string(word.substr(1)))) << word;
    }
  }
  EXPECT_FALSE(search.any_in(""));
  EXPECT_FALSE(search.any_in("erro"));
}

TEST(Table, DialectsHaveTheirWords) {
  std::vector<std::string> ids;
  for (const LogDialect *dialect : log_dialects()) {
    ids.emplace_back(dialect->id);
    for (std::string_view word : dialect->words)
      EXPECT_GE(word.size(), WordSearch::shortest) << dialect->id << ": " << word;
  }
  std::sort(ids.begin(), ids.end());
  EXPECT_TRUE(std::adjacent_find(ids.begin(), ids.end()) == ids.end());
}

// Cutting and damaging a real log must neither crash nor lose a line.
TEST(Hostile, CutAndDamaged) {
  Workshop shop;
  write_sources(shop);
  std::string text = shop.output(
      "g++ main.cc dup.cc -o out 2>&1; clang++-22 -fuse-ld=lld main.cc -o out 2>&1; clang-22 "
      "-fuse-ld=mold user.c 2>&1");
  for (size_t length = 0; length <= text.size(); ++length) {
    std::string cut = text.substr(0, length);
    expect_lines_add_up(read_log(cut), cut);
  }
  uint32_t random = 12345;
  for (int round = 0; round < 2000; ++round) {
    std::string damaged = text;
    for (int flips = 0; flips < 8; ++flips) {
      random = random * 1664525u + 1013904223u;
      damaged[(random >> 8) % damaged.size()] = static_cast<char>(random >> 3);
    }
    expect_lines_add_up(read_log(damaged), damaged);
  }
}

}  // namespace
}  // namespace ldwhy::testing
