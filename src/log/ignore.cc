// Most of a build log is progress and compilers' warnings. These rules name what is passed
// over; what no rule knows is counted as not understood, so a rule must be narrow enough
// that it cannot swallow a linker's words. All look at the first bytes of a line, or at a
// short head: a log of hundreds of megabytes goes through here.
#include "log/ignore.h"

#include <algorithm>
#include <cctype>
#include <span>

#include "log/parse.h"

namespace ldwhy {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool starts_with_any(std::string_view text, std::span<const std::string_view> heads) {
  // Most heads differ in the first byte, which spares a call.
  return std::any_of(heads.begin(), heads.end(), [&](std::string_view head) {
    return !text.empty() && text.front() == head.front() && text.starts_with(head);
  });
}

// "[ 50%] Building …", "[12/345] …", "(3/9) …", "50% …"
bool progress(std::string_view line) {
  char first = line.front();
  if (first != '[' && first != '(' && !is_digit(first)) return false;
  size_t i = is_digit(first) ? 0 : 1;
  size_t digits = 0;
  while (i < line.size() && i < 24 &&
         (is_digit(line[i]) || line[i] == ' ' || line[i] == '/' || line[i] == '%')) {
    digits += is_digit(line[i]);
    ++i;
  }
  if (!digits || i >= line.size()) return false;
  if (first == '[') return line[i] == ']';
  if (first == '(') return line[i] == ')' && line.find('/') < i;
  return line.substr(0, i).find('%') != line.npos;
}

// "-- Detecting C compiler", "==> …", "checking for gcc… yes"
bool configure(std::string_view line) {
  static constexpr std::string_view heads[] = {"-- ",
                                               "checking ",
                                               "configure: ",
                                               "config.status: ",
                                               "==> ",
                                               "Checking ",
                                               "CMake Warning",
                                               "CMake Error",
                                               "CMake Deprecation",
                                               "Call Stack (most recent",
                                               "CMakeLists.txt:",
                                               "See also \"",
                                               "Build type:",
                                               "Program ",
                                               "Library ",
                                               "Run-time dependency ",
                                               "Compiler for C",
                                               "The Meson build system",
                                               "Version: ",
                                               "Source dir:",
                                               "Build dir:",
                                               "Project name:",
                                               "Host machine",
                                               "Message: ",
                                               "The C compiler",
                                               "The CXX compiler",
                                               "The C++ compiler",
                                               "It fails with the following",
                                               "is not able to compile a simple",
                                               "CMake will not be able",
                                               "Setting top to",
                                               "Setting out to",
                                               "Change Dir: ",
                                               "Run Build Command",
                                               "Has header "};
  return starts_with_any(line, heads);
}

// Cargo and rustc's own progress; cargo sets its verbs flush right in twelve columns.
bool cargo(std::string_view line) {
  static constexpr std::string_view heads[] = {"Compiling ",
                                               "Downloaded ",
                                               "Downloading ",
                                               "Finished ",
                                               "Fresh ",
                                               "Checking ",
                                               "Updating ",
                                               "Blocking waiting",
                                               "Locking ",
                                               "Adding ",
                                               "Documenting ",
                                               "Dirty ",
                                               "Running `",
                                               "Building [",
                                               "Caused by:",
                                               "process didn't exit successfully",
                                               "For more information about this error",
                                               "Some errors have detailed",
                                               "Generated ",
                                               "Removed ",
                                               "Packaging ",
                                               "Verifying "};
  static constexpr std::string_view errors[] = {"error: could not compile ",
                                                "error: Could not compile ",
                                                "error: aborting due to ",
                                                "warning: build failed, waiting",
                                                "error: build failed",
                                                "warning: unused",
                                                "--> "};
  return starts_with_any(line, heads) || starts_with_any(line, errors) ||
         (line.starts_with("error[E") && line.size() > 11 && line[11] == ']') ||
         (line.starts_with("warning: `") && contains(line, " generated ")) ||
         (line.starts_with("warning: ") && contains(line, "@") && contains(line, ": "));
}

// "  CC      foo.o", "  CXXLD  x", "[ CC ] foo.obj"; Xcode's "CompileC …"
bool make_verb(std::string_view line) {
  static constexpr std::string_view verbs[] = {"CompileC ",
                                               "CompileSwift ",
                                               "SwiftCompile ",
                                               "ProcessPCH",
                                               "PhaseScriptExecution ",
                                               "CodeSign ",
                                               "CpResource ",
                                               "CopyFiles ",
                                               "builtin-",
                                               "SwiftDriver",
                                               "EmitSwiftModule ",
                                               "CreateBuildDirectory ",
                                               "ProcessInfoPlistFile ",
                                               "WriteAuxiliaryFile ",
                                               "Libtool ",
                                               "Touch ",
                                               "MkDir ",
                                               "ClangStatCache ",
                                               "Command PhaseScriptExecution",
                                               "Command Ld failed",
                                               "setenv ",
                                               "export ",
                                               "** BUILD ",
                                               "note: Using ",
                                               "GatherProvisioningInputs",
                                               "ComputeTargetDependencyGraph",
                                               "Prepare "};
  if (starts_with_any(line, verbs)) return true;
  if (line.starts_with("[ ")) line.remove_prefix(2);
  // The Android NDK: "[arm64-v8a] Compile++      : bar <= bar.cpp".
  if (line.starts_with('[') && (contains(line, "] Compile") || contains(line, "Library  : ") ||
                                contains(line, "] Install "))) {
    return true;
  }
  size_t i = 0;
  while (i < line.size() && ((line[i] >= 'A' && line[i] <= 'Z') || line[i] == '_')) ++i;
  return i >= 2 && i <= 10 && i + 1 < line.size() && line[i] == ' ' && !contains(line, ": ") &&
         line.find_first_not_of(' ', i) != line.npos;
}

// Commands that neither compile nor link, and their echo.
bool shell(std::string_view line) {
  if (line.starts_with("cd ")) {
    size_t next = line.substr(0, 4096).find(" && ");
    if (next == line.npos) return true;
    line.remove_prefix(next + 4);
  }
  static constexpr std::string_view heads[] = {"ar ",
                                               "ranlib ",
                                               "rm ",
                                               "mkdir ",
                                               "cp ",
                                               "mv ",
                                               "ln ",
                                               "echo ",
                                               "touch ",
                                               "install ",
                                               "sed ",
                                               "cat ",
                                               "test ",
                                               "chmod ",
                                               "python",
                                               "perl ",
                                               "cmake ",
                                               "/usr/bin/cmake ",
                                               "/usr/local/bin/cmake ",
                                               "nasm ",
                                               "yasm ",
                                               "as ",
                                               "strip ",
                                               "moc ",
                                               "bison ",
                                               "flex ",
                                               "gperf ",
                                               "make ",
                                               "gmake ",
                                               "a - ",
                                               "r - ",
                                               "+ ",
                                               "$ ",
                                               "if ",
                                               "libtool: ",
                                               "/bin/sh ",
                                               "/bin/bash ",
                                               "sh ",
                                               "bash ",
                                               "depbase=",
                                               "mv -f",
                                               "llc ",
                                               "rustc ",
                                               "cargo ",
                                               "ninja ",
                                               "node ",
                                               "npm ",
                                               "set ",
                                               "ar: creating ",
                                               "gcc-ar ",
                                               "llvm-ar",
                                               "> ",
                                               "../",
                                               "./"};
  return starts_with_any(line, heads);
}

// MSBuild and cl: "  main.cpp", "Generating Code...", "========== Build: …".
bool msbuild(std::string_view line) {
  static constexpr std::string_view heads[] = {"Generating Code",
                                               "Generating code",
                                               "Finished generating code",
                                               "Build started",
                                               "Build FAILED",
                                               "Build succeeded",
                                               "Build finished",
                                               "------ ",
                                               "==========",
                                               "Microsoft (R)",
                                               "Copyright (C)",
                                               "Creating library",
                                               "Done building",
                                               "Done Building",
                                               "Project \"",
                                               "Assembling ",
                                               "MSBuild version",
                                               "Time Elapsed",
                                               "Code generation ",
                                               "All outputs are up",
                                               "Compiling...",
                                               "Auto build dll exports",
                                               "The configuration failed",
                                               "Target ",
                                               "Determining projects"};
  if (starts_with_any(line, heads) || contains(line.substr(0, 400), ".vcxproj -> ")) return true;
  if (contains(line.substr(0, 400), " -> ") && (line.ends_with(".dll") || line.ends_with(".lib")))
    return true;
  return line.size() < 260 && line.find(' ') == line.npos && is_source_name(line);
}

// Package builders, CI and other build systems.
bool build_tool(std::string_view line) {
  static constexpr std::string_view heads[] = {"INFO: ",
                                               "DEBUG: ",
                                               "Analyzing: ",
                                               "Loading: ",
                                               "##[",
                                               "::group::",
                                               "::endgroup::",
                                               "Run ",
                                               "> Task ",
                                               "BUILD FAILED",
                                               "dh_",
                                               "dpkg-",
                                               "debian/rules",
                                               "scons: ",
                                               "compilation terminated",
                                               "Use --sandbox_debug",
                                               "Error: Process completed with exit code",
                                               "error: Bad exit status from",
                                               "RPM build errors",
                                               "...updat",
                                               "...skipped",
                                               "...patience",
                                               "...found",
                                               "gcc.compile",
                                               "gcc.link",
                                               "gcc.archive",
                                               "clang-darwin.",
                                               "common.copy",
                                               "Consolidate compiler",
                                               "Dependencies file ",
                                               "Scanning dependencies",
                                               "Built target ",
                                               "Building ",
                                               "Generating ",
                                               "Copying ",
                                               "Installing ",
                                               "Preprocessing ",
                                               "Processing ",
                                               "Archiving ",
                                               "Entering ",
                                               "ld.lld --version",
                                               "gcc version ",
                                               "Thread model:",
                                               "Configured with:",
                                               "Target: ",
                                               "Reading specs",
                                               "COLLECT_",
                                               "COMPILER_PATH=",
                                               "LIBRARY_PATH=",
                                               "Using built-in specs",
                                               "InstalledDir:",
                                               "Debian clang version",
                                               "clang version",
                                               "Apple clang",
                                               "Found candidate GCC",
                                               "Selected GCC",
                                               "Candidate multilib",
                                               "Selected multilib",
                                               "Found CUDA",
                                               "GNU C",
                                               "GGC heuristics",
                                               "Compiler executable checksum",
                                               "ignoring nonexistent directory",
                                               "ignoring duplicate directory",
                                               "#include ",
                                               "End of search list",
                                               "OFFLOAD_TARGET",
                                               "Supported LTO",
                                               "zip_builder",
                                               "Aborting..."};
  return starts_with_any(line, heads);
}

// Source text that a compiler quotes: "   12 | int x;", "      |     ^~~~", "  ^".
bool quoted_source(std::string_view line) {
  size_t i = 0;
  while (i < line.size() && is_digit(line[i])) ++i;
  size_t bar = line.find_first_not_of(' ', i);
  if (bar != line.npos && bar < 12 && line[bar] == '|' &&
      (bar + 1 == line.size() || line[bar + 1] == ' ')) {
    return true;
  }
  return line.find_first_not_of(" ^~|+-") == line.npos;
}

struct Rule {
  std::string_view name;
  bool (*fits)(std::string_view trimmed);
};
constexpr Rule rules[] = {
    {"progress", progress},
    {"compiler-message", is_compiler_message},
    {"quoted-source", quoted_source},
    {"make-verb", make_verb},
    {"configure", configure},
    {"cargo", cargo},
    {"shell", shell},
    {"msbuild", msbuild},
    {"build-tool", build_tool},
};

// After "FILE:LINE" or "FILE:LINE:COLUMN" or "FILE(LINE)" or "FILE(LINE,COLUMN)": ": warning: ".
bool says_severity(std::string_view rest) {
  while (rest.starts_with(' ')) rest.remove_prefix(1);
  static constexpr std::string_view heads[] = {"warning",
                                               "error",
                                               "note",
                                               "fatal error",
                                               "remark",
                                               "Warning",
                                               "Error",
                                               "required from",
                                               "  required",
                                               "sorry",
                                               "internal compiler error",
                                               "Warnung",
                                               "Fehler",
                                               "runtime error",
                                               "message"};
  return starts_with_any(rest, heads);
}

// The next colon or opening parenthesis; a loop, since find_first_of is slow.
size_t find_mark(std::string_view line, size_t from) {
  while (from < line.size() && line[from] != ':' && line[from] != '(') ++from;
  return from;
}

}  // namespace

bool is_compiler_message(std::string_view line) {
  line = trim(line.substr(0, 600));
  if (line.starts_with("In file included from ") || line.starts_with("from ")) return true;
  if (line.ends_with(" generated.") && !line.empty() && is_digit(line.front())) return true;
  if (line.starts_with("cc1: ") || line.starts_with("cc1plus: ") || line.starts_with("Note: "))
    return true;
  // The place comes early; a C++ name further on may hold any number of colons.
  size_t at = find_mark(line, 0);
  for (int tries = 0; tries < 16 && at + 2 < line.size(); ++tries, at = find_mark(line, at + 1)) {
    std::string_view rest = line.substr(at + 1);
    size_t i = 0;
    while (i < rest.size() && is_digit(rest[i])) ++i;
    if (i == 0) {
      // "x.c: In function 'f':", "x.cc: At global scope:", "x.h: In instantiation of …"
      if (line[at] == ':' && (rest.starts_with(" In ") || rest.starts_with(" At ")) &&
          is_source_name(line.substr(0, at))) {
        return true;
      }
      continue;
    }
    if (!is_source_name(line.substr(0, at))) continue;
    if (line[at] == '(') {  // cl, and Intel's compilers
      while (i < rest.size() && (is_digit(rest[i]) || rest[i] == ',')) ++i;
      if (i + 1 < rest.size() && rest[i] == ')') {
        rest.remove_prefix(i + 1);
        while (rest.starts_with(' ') || rest.starts_with(':')) rest.remove_prefix(1);
        if (says_severity(rest)) return true;
      }
      continue;
    }
    rest.remove_prefix(i);
    if (!rest.starts_with(':')) continue;
    rest.remove_prefix(1);
    size_t column = 0;
    while (column < rest.size() && is_digit(rest[column])) ++column;
    // Without a column the message may be gold's: "x.c:3: error: undefined reference to 'f'".
    bool has_column = column > 0 && column < rest.size() && rest[column] == ':';
    if (has_column) rest.remove_prefix(column + 1);
    if (!says_severity(rest)) continue;
    return has_column || !contains(rest, "undefined reference to");
  }
  return false;
}

std::string_view ignored_as(std::string_view line) {
  line = trim(line);
  if (line.empty()) return "blank";
  for (const Rule &rule : rules) {
    if (rule.fits(line)) return rule.name;
  }
  return {};
}

}  // namespace ldwhy
