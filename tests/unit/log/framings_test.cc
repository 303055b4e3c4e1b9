// Real linkers' words in the frames that build tools and CI services put around each line: the
// complaints must be those of the bare words. The frames are written by hand in the forms of
// public logs.
#include <filesystem>

#include "logs.h"

namespace ldwhy::testing {
namespace {

struct Frame {
  const char *name;
  const char *first;  // before the first line of a block
  const char *other;  // before the others
  const char *end;    // behind each line
};

constexpr Frame frames[] = {
    {"github", "2024-05-01T12:00:00.1234567Z ", "2024-05-01T12:00:00.1234570Z ", ""},
    {"github error", "2024-05-01T12:00:00.1234567Z ##[error]", "2024-05-01T12:00:01.1234567Z ##[error]", ""},
    {"github command", "::error::", "::error::", ""},
    {"github command with place", "::error file=x.c,line=3::", "::error file=x.c,line=3::", ""},
    {"gh run view", "build\tRun make\t2024-05-01T12:00:00.1234567Z ", "build\tRun make\t2024-05-01T12:00:01.1234567Z ",
     ""},
    {"gitlab", "2024-05-01T12:00:00.123456Z 01E ", "2024-05-01T12:00:00.123456Z 01E ", ""},
    {"colours", "\x1b[0K\x1b[31;1m", "\x1b[31;1m", "\x1b[0;m"},
    {"carriage return", "50%\r", "51%\r", "\r"},
    {"azure", "2024-05-01T12:00:00.1234567Z ##[error]", "2024-05-01T12:00:00.1234567Z ", ""},
    {"azure command", "##vso[task.logissue type=error]", "##vso[task.logissue type=error]", ""},
    {"jenkins", "[2024-05-01T12:00:00.123Z] ", "[2024-05-01T12:00:00.123Z] ", ""},
    {"jenkins clock", "12:00:00  ", "12:00:01  ", ""},
    {"jenkins branch", "[linux-x64] ", "[linux-x64] ", ""},
    {"ant", "     [exec] ", "     [exec] ", ""},
    {"maven", "[ERROR] ", "[ERROR] ", ""},
    {"teamcity", "[12:00:00][Step 1/3] ", "[12:00:00][Step 1/3] ", ""},
    {"teamcity warning", "[12:00:00]W:\t [Step 2/3] ", "[12:00:00] :\t [Step 2/3] ", ""},
    {"buildkite", "\x1b_bk;t=1714557600123\a", "\x1b_bk;t=1714557600124\a", ""},
    {"buildkit", "#12 34.56 ", "#12 34.57 ", ""},
    {"buildkit tail", "34.56 ", "34.57 ", ""},
    {"compose", "web-1  | ", "web-1  | ", ""},
    {"gradle", "C/C++: ", "C/C++: ", ""},
    {"msbuild number", "  7>", "  7>", ""},
    {"msbuild project", "", "", " [D:\\src\\app.vcxproj]"},
    {"yocto", "| ", "| ", ""},
    {"nix", "hello> ", "hello> ", ""},
    {"nix tail", "       > ", "       > ", ""},
    {"quoted", "> ", "> ", ""},
    {"rattler", " \xe2\x94\x82 \xe2\x94\x82 ", " \xe2\x94\x82 \xe2\x94\x82 ", ""},
    {"rustc", "  = note: ", "          ", ""},
    {"cargo in homebrew", "    = note: ", "            ", ""},
    {"npm", "npm ERR! ", "npm ERR! ", ""},
    {"npm 10", "npm error ", "npm error ", ""},
    {"gyp", "gyp ERR! ", "gyp ERR! ", ""},
    {"xcbeautify", "\xe2\x9d\x8c ", "", ""},
    {"xcpretty", "\xe2\x9d\x8c  ", "", ""},
    {"flutter", "Error (Xcode): ", "", ""},
    {"indented", "    ", "    ", ""},
    {"bazel clock", "(16:14:14) ", "(16:14:14) ", ""},
    {"windows", "", "", "\r"},
    {"both", "2024-05-01T12:00:00.1234567Z #9 1.234 \x1b[91m", "2024-05-01T12:00:00.1234567Z #9 1.234 ", "\x1b[0m\r"},
};

std::string framed(const std::string &block, const Frame &frame) {
  std::string text;
  bool first = true;
  for (size_t start = 0; start < block.size();) {
    size_t end = std::min(block.find('\n', start), block.size());
    text += first ? frame.first : frame.other;
    text += block.substr(start, end - start);
    text += frame.end;
    text += '\n';
    first = false;
    start = end + 1;
  }
  return text;
}

class Framings : public ::testing::Test {
 protected:
  void SetUp() override {
    write_sources(shop_);
    shop_.run(
        "g++ -fno-exceptions -c main.cc dup.cc && gcc -fPIC -c user.c member.c && ar rc libarc.a "
        "member.o");
  }
  void check(const std::string &command) {
    SCOPED_TRACE(command);
    std::string block = shop_.output(command + " 2>&1");
    ReadLog bare = read_log(block);
    ASSERT_EQ(bare.links.size(), 1u) << block;
    ASSERT_FALSE(bare.links[0].complaints.empty()) << block;
    for (const Frame &frame : frames) {
      std::string text = framed(block, frame);
      ReadLog read = read_log(text);
      expect_lines_add_up(read, text);
      EXPECT_EQ(told(read), told(bare)) << frame.name << ":\n" << text;
    }
  }
  void compile(const std::string &target, const std::string &extension) {
    shop_.run("for f in main dup; do clang++-22 --target=" + target + " -fno-exceptions -c $f.cc -o $f." + extension +
              "; done; for f in user member; do clang-22 --target=" + target + " -c $f.c -o $f." + extension +
              "; done");
  }
  Workshop shop_;
};

TEST_F(Framings, ElfLinkers) {
  for (const char *linker : {"ld.bfd", "ld.gold", "ld.lld-14", "ld.lld-22", "mold"}) {
    check(std::string(linker) + " -o out -e main main.o dup.o");
    check(std::string(linker) + " -o out -e main user.o libarc.a -lnope");
    check(std::string(linker) + " -shared -o out main.o");
  }
}

TEST_F(Framings, Drivers) {
  check("g++ main.o dup.o -o out");
  check("clang++-22 -fuse-ld=lld main.o -o out");
  check("clang-22 -fuse-ld=mold user.o -o out");
}

TEST_F(Framings, MinGW) {
  if (!have("x86_64-w64-mingw32-ld")) GTEST_SKIP() << "no MinGW";
  compile("x86_64-w64-windows-gnu", "obj");
  check("x86_64-w64-mingw32-ld -o out.exe main.obj dup.obj");
  check("x86_64-w64-mingw32-ld -o out.exe user.obj -lnope");
}

TEST_F(Framings, MachO) {
  compile("arm64-apple-macos11", "o");
  for (const std::string linker : {"ld64.lld-14", "ld64.lld-22"})
    check(linker + " -arch arm64 -platform_version macos 11.0 11.0 -o out main.o dup.o");
}

TEST_F(Framings, Coff) {
  compile("x86_64-pc-windows-msvc", "obj");
  for (const std::string linker : {"lld-link-14", "lld-link-22"})
    check(linker + " /entry:main /subsystem:console /nodefaultlib main.obj dup.obj nope.lib");
}

TEST_F(Framings, Wasm) {
  compile("wasm32-unknown-unknown", "o");
  for (const std::string linker : {"wasm-ld-14", "wasm-ld-22"}) check(linker + " --no-entry -o out main.o dup.o");
}

// GNU ld itself in all languages that it has a catalogue for: the same complaints, whatever the
// words. A language falls back to English where a sentence is not translated.
TEST_F(Framings, Languages) {
  namespace fs = std::filesystem;
  shop_.run(
      "clang-22 --target=aarch64-linux-gnu -c member.c -o arm.o && ar rcS noindex.a member.o && ar "
      "rc libarm.a arm.o");
  const std::vector<std::string> links = {"main.o",        "main.o dup.o",     "user.o libarc.a -lnope", "user.o arm.o",
                                          "user.o text.o", "user.o noindex.a", "user.o -L. -larm"};
  size_t languages = 0;
  if (!fs::is_directory("/usr/share/locale")) GTEST_SKIP() << "no catalogues";
  for (const fs::directory_entry &entry : fs::directory_iterator("/usr/share/locale")) {
    if (!fs::exists(entry.path() / "LC_MESSAGES/ld.mo")) continue;
    ++languages;
    std::string language = entry.path().filename().string();
    for (const std::string &link : links) {
      std::string command = " ld.bfd -o out -e main " + link + " 2>&1";
      std::string english = shop_.output("LC_ALL=C" + command);
      std::string other = shop_.output("LANGUAGE=" + language + " LC_ALL=C.UTF-8" + command);
      // The Turkish catalogue reorders holes, which this version of GNU ld does not survive.
      if (other.find("internal error: aborting") != std::string::npos) continue;
      EXPECT_EQ(told(read_log(other)), told(read_log(english))) << language << ":\n" << other;
    }
  }
  EXPECT_GT(languages, 0u);
}

// Every line through every dialect, and lines cut into pieces anywhere: the same answer.
TEST_F(Framings, FilterAndPiecesChangeNothing) {
  std::string all;
  for (const char *command : {"ld.bfd -o out -e main main.o dup.o", "ld.lld-22 -o out main.o dup.o",
                              "mold -o out main.o", "gcc user.c -lnope", "ld.gold -o out main.o"}) {
    std::string block = shop_.output(std::string(command) + " 2>&1");
    for (const Frame &frame : frames) {
      all +=
          "[3/9] Building CXX object x.cc.o\n/usr/bin/c++ -O2 -o x.o -c x.cc\nx.cc:3:5: warning: "
          "unused\n";
      all += framed(block, frame) + "make: *** [Makefile:3: out] Error 1\n\nnobody's words\n";
    }
  }
  ReadLog whole = read_log(all);
  LogReader every(LogReader::Offer::EveryLine);
  every.feed(all);
  ReadLog unfiltered = every.finish();
  EXPECT_EQ(told(unfiltered), told(whole));
  EXPECT_EQ(unfiltered.understood, whole.understood);
  EXPECT_EQ(unfiltered.ignored, whole.ignored);
  EXPECT_EQ(unfiltered.not_understood, whole.not_understood);
  for (size_t step : {size_t{1}, size_t{7}, size_t{4096}}) {
    LogReader pieces;
    for (size_t at = 0; at < all.size(); at += step) pieces.feed(std::string_view(all).substr(at, step));
    ReadLog read = pieces.finish();
    EXPECT_EQ(told(read), told(whole)) << step;
    EXPECT_EQ(read.lines, whole.lines);
    EXPECT_EQ(read.not_understood, whole.not_understood);
  }
}

}  // namespace
}  // namespace ldwhy::testing
