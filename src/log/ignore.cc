// Most of a build log is progress and compilers' warnings. These rules name what is passed
// over; what no rule knows is counted as not understood, so a rule must be narrow enough
// that it cannot swallow a linker's words. All look at the first bytes of a line, or at a
// short head: a log of hundreds of megabytes goes through here.
#include "log/ignore.h"

#include <cctype>

#include "log/heads.h"
#include "log/parse.h"

namespace ldwhy {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// "[ 50%] Building …", "[12/345] …", "(3/9) …", "50% …"
bool progress(std::string_view line) {
  char first = line.front();
  if (first != '[' && first != '(' && !is_digit(first)) return false;
  size_t i = is_digit(first) ? 0 : 1;
  size_t digits = 0;
  while (i < line.size() && i < 24 && (is_digit(line[i]) || line[i] == ' ' || line[i] == '/' || line[i] == '%')) {
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
  static const Heads heads = {"-- ",
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
  return heads.fit(line);
}

// Cargo and rustc's own progress; cargo sets its verbs flush right in twelve columns.
bool cargo(std::string_view line) {
  static const Heads heads = {"Compiling ",
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
  static const Heads errors = {"error: could not compile ",
                               "error: Could not compile ",
                               "error: aborting due to ",
                               "warning: build failed, waiting",
                               "error: build failed",
                               "warning: unused",
                               "--> "};
  return heads.fit(line) || errors.fit(line) || (line.starts_with("error[E") && line.size() > 11 && line[11] == ']') ||
         (line.starts_with("warning: `") && contains(line, " generated ")) ||
         (line.starts_with("warning: ") && contains(line, "@") && contains(line, ": "));
}

// "  CC      foo.o", "  CXXLD  x", "[ CC ] foo.obj"; Xcode's "CompileC …"
bool make_verb(std::string_view line) {
  static const Heads verbs = {"CompileC ",
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
  if (verbs.fit(line)) return true;
  if (line.starts_with("[ ")) line.remove_prefix(2);
  // The Android NDK: "[arm64-v8a] Compile++      : bar <= bar.cpp".
  if (line.starts_with('[') &&
      (contains(line, "] Compile") || contains(line, "Library  : ") || contains(line, "] Install "))) {
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
  static const Heads heads = {"ar ",
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
  return heads.fit(line);
}

// MSBuild and cl: "  main.cpp", "Generating Code...", "========== Build: …".
bool msbuild(std::string_view line) {
  static const Heads heads = {"Generating Code",
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
  if (heads.fit(line)) return true;
  // "app.vcxproj -> D:\\app.exe"
  size_t arrow = line.substr(0, 400).find('>');
  if (arrow != line.npos && arrow > 2 && line.substr(arrow - 2, 4) == " -> " &&
      (line.substr(0, arrow - 2).ends_with("proj") || line.ends_with(".dll") || line.ends_with(".lib"))) {
    return true;
  }
  return line.size() < 260 && line.find(' ') == line.npos && is_source_name(line);
}

// Package builders, CI and other build systems.
bool build_tool(std::string_view line) {
  static const Heads heads = {"INFO: ",
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
  return heads.fit(line);
}

// Source text that a compiler quotes: "   12 | int x;", "      |     ^~~~", "  ^".
bool quoted_source(std::string_view line) {
  size_t i = 0;
  while (i < line.size() && is_digit(line[i])) ++i;
  size_t bar = line.find_first_not_of(' ', i);
  if (bar != line.npos && bar < 12 && line[bar] == '|' && (bar + 1 == line.size() || line[bar + 1] == ' ')) {
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
  static const Heads heads = {"warning",
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
  return heads.fit(rest);
}

// "x.c(12): warning C4100", "x.c(12,3) : error": cl's and Intel's; `colon` is behind the place.
bool cl_message(std::string_view line, size_t colon) {
  size_t close = colon;
  while (close > 0 && line[close - 1] == ' ') --close;
  if (close < 4 || line[close - 1] != ')') return false;
  size_t open = close - 1;
  while (open > 0 && (is_digit(line[open - 1]) || line[open - 1] == ',')) --open;
  return open > 0 && open < close - 1 && line[open - 1] == '(' && is_source_name(line.substr(0, open - 1)) &&
         says_severity(line.substr(colon + 1));
}

// "x.c:12:3: warning: …"; `colon` is behind the name, and a digit behind it.
bool gcc_message(std::string_view line, size_t colon) {
  if (!is_source_name(line.substr(0, colon))) return false;
  size_t end = colon + 1;
  while (end < line.size() && is_digit(line[end])) ++end;
  if (end >= line.size() || line[end] != ':') return false;
  std::string_view rest = line.substr(end + 1);
  size_t column = 0;
  while (column < rest.size() && is_digit(rest[column])) ++column;
  // Without a column the message may be gold's ("x.c:3: error: undefined reference to 'f'") or
  // that of the assembler in an LTO link ("x.s:7: Error: symbol `f' is already defined").
  bool has_column = column > 0 && column < rest.size() && rest[column] == ':';
  if (has_column) rest.remove_prefix(column + 1);
  if (!says_severity(rest)) return false;
  return has_column || (!contains(rest, "undefined reference to") && !contains(rest, "is already defined"));
}

}  // namespace

bool is_compiler_message(std::string_view line) {
  line = line.substr(0, 600);
  static const Heads heads = {"In file included from ", "from ", "cc1: ", "cc1plus: ", "Note: "};
  if (heads.fit(line)) return true;
  if (line.ends_with(" generated.") && is_digit(line.front())) return true;
  // The place comes early; a C++ name further on may hold any number of colons.
  size_t colon = line.find(':');
  for (int tries = 0; tries < 16 && colon != line.npos && colon + 2 < line.size();
       ++tries, colon = line.find(':', colon + 1)) {
    char next = line[colon + 1];
    if (is_digit(next)) {
      if (gcc_message(line, colon)) return true;
    } else if (next == ' ') {
      // "x.c: In function 'f':", "x.cc: At global scope:", "x.h: In instantiation of …"
      std::string_view rest = line.substr(colon + 1);
      if ((rest.starts_with(" In ") || rest.starts_with(" At ")) && is_source_name(line.substr(0, colon))) return true;
      if (cl_message(line, colon)) return true;
    }
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
