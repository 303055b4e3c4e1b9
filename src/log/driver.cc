// Compiler drivers around the linker: collect2 (gcc), clang, swiftc, emcc, Go and GHC. Their
// own complaints are about finding and running the linker; their last line ends the link.
#include "base/match.h"
#include "base/words.h"
#include "log/log.h"
#include "log/parse.h"

namespace ldwhy {

using namespace std::string_view_literals;
namespace {

// Errors of a driver name it first: "clang-22: error: …", "gcc.exe: error: …".
bool driver_error(std::string_view line, std::string_view &program, std::string_view &message) {
  size_t colon = line.find(": ");
  if (colon == line.npos || colon > 4096) return false;
  program = program_name(trim(line.substr(0, colon)));
  std::string_view rest = line.substr(colon + 2);
  Severity severity = Severity::Error;
  if (!take_severity(rest, severity) || severity != Severity::Error) {
    // "collect2: ld returned 1 exit status" in old logs; translated marks elsewhere.
    if (program != "collect2") return false;
  }
  message = rest;
  for (std::string_view known : {"collect2"sv, "gcc"sv,
                                 "g++"sv,      "cc"sv,
                                 "c++"sv,      "clang"sv,
                                 "clang++"sv,  "gfortran"sv,
                                 "em++"sv,     "emcc"sv,
                                 "swiftc"sv,   "lto-wrapper"sv,
                                 "lto1"sv,     "icx"sv,
                                 "icpx"sv,     "ifx"sv,
                                 "flang"sv,    "clang-cl"sv,
                                 "hipcc"sv,    "nvcc"sv,
                                 "mpicc"sv,    "clang-linker-wrapper"sv}) {
    if (program == known) return true;
  }
  return program.ends_with("-gcc") || program.ends_with("-g++") || program.ends_with("-clang") ||
         program.ends_with("-clang++") || program.ends_with("-cc") || program.ends_with("-gfortran");
}

void tool(LogState &state, std::string_view code, std::string_view subject, std::string_view line) {
  Complaint &complaint = state.begin(ComplaintKind::Tool, Severity::Error, code, line);
  complaint.subject = subject;
}

std::string_view code_of_death(std::string_view words) {
  if (contains(words, "signal 9") || contains(words, " 9 [") || contains(words, "Killed") ||
      contains(words, "SIGKILL") || contains(words, "memory")) {
    return "out-of-memory";
  }
  return "crash";
}

// An option is a link's matter where its name says so or a link command came just before.
bool is_link_option(const LogState &state, std::string_view option) {
  for (std::string_view head : {"-fuse-ld"sv,
                                "-Wl,"sv,
                                "--ld-path"sv,
                                "-flto"sv,
                                "-static"sv,
                                "-shared"sv,
                                "-pie"sv,
                                "-no-pie"sv,
                                "-nopie"sv,
                                "-rdynamic"sv,
                                "-Xlinker"sv,
                                "-z"sv,
                                "-l"sv,
                                "-L"sv,
                                "-T"sv,
                                "-framework"sv,
                                "-dynamiclib"sv,
                                "-bundle"sv,
                                "-nostdlib"sv,
                                "-nostartfiles"sv,
                                "--no-undefined"sv,
                                "--start-group"sv,
                                "--as-needed"sv,
                                "-rpath"sv,
                                "--gc-sections"sv}) {
    if (option.starts_with(head)) return true;
  }
  return !state.link->commands.empty();
}

bool is_link_input(std::string_view name) {
  for (std::string_view ending :
       {".o"sv, ".obj"sv, ".a"sv, ".lib"sv, ".rlib"sv, ".so"sv, ".dylib"sv, ".lo"sv, ".la"sv, ".bc"sv, ".def"sv}) {
    if (name.ends_with(ending)) return true;
  }
  return contains(name, ".so.");
}

// "ld … 9 [Getötet] …": the signal's number and its name, in whatever language.
bool is_signal(std::string_view message) {
  size_t open = message.find(" [");
  if (open == message.npos || open == 0 || message.find(']', open) == message.npos) return false;
  size_t digits = message.find_last_not_of("0123456789", open - 1);
  return digits != message.npos && digits + 1 < open && message[digits] == ' ';
}

LineFate collect2(LogState &state, std::string_view message, std::string_view line) {
  std::string_view name;
  // "ld returned 1 exit status" in whatever language: nothing else of collect2's is that short.
  if (contains(message, "cannot find ") || contains(message, "cannot find‘")) {
    name = unquote(message.substr(message.find("find") + 4));
    tool(state, "linker-not-found", name, line);
    return LineFate::LinkEnds;
  }
  if (contains(message, "terminated with signal") || contains(message, "[Killed]") || is_signal(message)) {
    tool(state, code_of_death(message), "ld", line);
    return LineFate::LinkEnds;
  }
  if (contains(message, "execvp") || contains(message, "cannot execute")) {
    bool long_line = contains(message, "rgument list too long");
    tool(state, long_line ? "command-too-long" : "linker-not-found", "ld", line);
    return LineFate::LinkEnds;
  }
  return contains(message, "ld") ? LineFate::LinkEnds : LineFate::NotMine;
}

LineFate lto(LogState &state, std::string_view program, std::string_view message, std::string_view line) {
  std::string_view file, producer, reader;
  // "bytecode stream in file 'x.o' generated with LTO version 11.3 instead of the expected 12.0"
  if (match(message, "bytecode stream in file {} generated with {} instead of the expected {}",
            {&file, &producer, &reader})) {
    Complaint &complaint = state.begin(ComplaintKind::Input, Severity::Error, "newer-bitcode", line);
    complaint.subject = unquote(file);
    state.note("Producer: " + std::string(producer));
    state.note("Reader: LTO version " + std::string(reader));
    return LineFate::Understood;
  }
  // Before GCC 9 the file was not named.
  if (match(message, "bytecode stream generated with {} instead of the expected {}", {&producer, &reader})) {
    state.begin(ComplaintKind::Input, Severity::Error, "newer-bitcode", line);
    state.note("Producer: " + std::string(producer));
    state.note("Reader: LTO version " + std::string(reader));
    return LineFate::Understood;
  }
  bool crashed = contains(message, "internal compiler error");
  tool(state, crashed ? "crash" : "plugin-failed", program, line);
  return LineFate::Understood;
}

// The command that the complaints before this line are of.
void keep_failed_command(LogState &state, std::string_view command) {
  state.split_commands();
  LoggedCommand kept;
  kept.argv = split_words(command);
  kept.line = state.line;
  if (!state.directories.empty()) kept.directory = state.directories.back();
  state.link->commands.push_back(std::move(kept));
}

LineFate driver(LogState &state, std::string_view message, std::string_view line) {
  std::string_view a, b;
  if (match(message, "unable to execute command: {}", {&a})) {
    if (match(a, "Executable {} doesn't exist!", {&b})) {
      tool(state, "linker-not-found", unquote(b), line);
    } else if (contains(a, "rgument list too long")) {
      tool(state, "command-too-long", "ld", line);
    } else if (contains(a, "No such file") || contains(a, "Permission denied") || contains(a, "xec format error")) {
      tool(state, "linker-not-found", "ld", line);
    } else if (contains(a, "Killed")) {
      tool(state, "out-of-memory", "ld", line);
    } else {
      tool(state, "crash", "ld", line);
    }
    return LineFate::Understood;
  }
  if (message.starts_with("linker command failed due to signal")) {
    bool told = !state.link->complaints.empty() && state.link->complaints.back().kind == ComplaintKind::Tool;
    if (!told) tool(state, "crash", "ld", line);
    return LineFate::LinkEnds;
  }
  if (message.starts_with("linker command failed") || message.starts_with("link command failed")) {
    return LineFate::LinkEnds;
  }
  if (match(message, "cannot execute {}: {}", {&a, &b})) {
    tool(state, contains(b, "rgument list too long") ? "command-too-long" : "linker-not-found",
         program_name(unquote(a)), line);
    return LineFate::LinkEnds;
  }
  if (match(message, "no such sysroot directory: {}", {&a})) {
    state.begin(ComplaintKind::Input, Severity::Error, "no-sdk", line).subject = unquote(a);
    return LineFate::Understood;
  }
  // emcc: "setting `X` …", "Attempt to set a non-existent setting: 'X'"
  if (match(message, "Attempt to set a non-existent setting: {}", {&a}) || match(message, "setting `{}`{}", {&a, &b})) {
    tool(state, "bad-option", unquote(a), line);
    return LineFate::LinkEnds;
  }
  // "ld.lld command failed with exit code 1", where clang could not find it.
  if (match(message, "{} command failed with exit code {}", {&a, &b}) && speaker_of(a) != Speaker::None) {
    return LineFate::LinkEnds;
  }
  if (match(message, "invalid linker name in argument {}", {&a}) || match(message, "invalid linker name in {}", {&a})) {
    a = unquote(a);
    size_t equals = a.find('=');
    tool(state, "linker-not-found", equals == a.npos ? a : a.substr(equals + 1), line);
    return LineFate::LinkEnds;
  }
  if ((match(message, "unrecognized command-line option {}", {&a}) ||
       match(message, "unrecognized command line option {}", {&a}) || match(message, "unknown argument: {}", {&a}) ||
       match(message, "unsupported option {}", {&a}) || match(message, "unknown argument {}", {&a}))) {
    std::string_view hint;
    if (size_t semicolon = a.find(';'); semicolon != a.npos) {
      hint = a.substr(semicolon + 1);
      a = a.substr(0, semicolon);
    }
    if (size_t target = a.find(" for target"); target != a.npos) a = a.substr(0, target);
    a = unquote(a);
    if (!is_link_option(state, a)) return LineFate::NotMine;
    tool(state, "bad-option", a, line);
    if (!hint.empty()) state.note(hint);
    return LineFate::Understood;
  }
  if (match(message, "no such file or directory: {}", {&a}) || match(message, "{}: No such file or directory", {&a})) {
    a = unquote(a);
    if (!is_link_input(a)) return LineFate::NotMine;
    state.begin(ComplaintKind::Input, Severity::Error, "cannot-open", line).subject = a;
    return LineFate::Understood;
  }
  // "undefined exported symbol: "_main" [-Wundefined] [-Werror]": with the underscore that JavaScript sees.
  if (match(message, "undefined exported symbol: \"{}\"{}", {&a, &b})) {
    state.begin(ComplaintKind::UndefinedSymbol, Severity::Error, "export-missing", line).symbol =
        a.substr(a.starts_with('_') ? 1 : 0);
    state.speaks(Linker::Lld, Flavor::Wasm);
    return LineFate::Understood;
  }
  // emcc: "'/emsdk/upstream/bin/wasm-ld @…' failed (returned 1)"
  if (match(message, "'{}' failed ({}", {&a, &b})) {
    if (speaker_of(a.substr(0, a.find(' '))) != Speaker::None) keep_failed_command(state, a);
    return LineFate::LinkEnds;
  }
  return LineFate::NotMine;
}

// What a shell, a loader, an allocator or a run-time library says of a linker that it runs.
LineFate shell(LogState &state, std::string_view line) {
  bool too_long = contains(line, "rgument list too long") || contains(line, "command line is too long") ||
                  contains(line, "filename or extension is too long");
  if (too_long && !contains(line, "(os error ")) {
    tool(state, "command-too-long", "", line);
    return LineFate::Understood;
  }
  // These name no program: they are the linker's where a link is under way.
  bool linking = !state.link->commands.empty() || state.link->failed;
  std::string_view program, what;
  if (match(line, "{}: error while loading shared libraries: {}", {&program, &what}) &&
      speaker_of(program) != Speaker::None) {
    bool memory = contains(what, "failed to map") || contains(what, "cannot allocate");
    tool(state, memory ? "out-of-memory" : "linker-not-found", program_name(program), line);
    return LineFate::Understood;
  }
  if (linking && (contains(line, "'std::bad_alloc'") || line.starts_with("virtual memory exhausted") ||
                  line.starts_with("mimalloc: error: unable to allocate"))) {
    tool(state, "out-of-memory", "ld", line);
    return LineFate::Understood;
  }
  return LineFate::NotMine;
}

// GHC, D, OCaml, Nim, Crystal and Python's builders, after the linker's and the C driver's words.
bool is_end_of_link(std::string_view line) {
  return contains(line, "failed in phase `Linker'") || line.starts_with("Error: linker exited with status") ||
         line.starts_with("Error: Error during linking") ||
         line.starts_with("Error: execution of an external program failed: ") ||
         line.starts_with("Error: execution of command failed with exit status") ||
         (line.starts_with("error: command '") && contains(line, "' failed with exit "));
}

LineFate read(LogState &state, std::string_view line) {
  line = trim(line);
  std::string_view program, message, a;
  // nvcc aligns its colons.
  if (match(line, "nvcc fatal {}: Unknown option '{}'", {&program, &a})) {
    tool(state, "bad-option", a, line);
    return LineFate::LinkEnds;
  }
  if (driver_error(line, program, message)) {
    state.open = nullptr;
    if (program == "collect2") return collect2(state, message, line);
    if (program == "lto-wrapper" || program == "lto1") return lto(state, program, message, line);
    return driver(state, message, line);
  }
  // The Swift driver's words come before those of the linker where a build tool gathers both.
  if (contains(line, "error: link command failed") || contains(line, "error: linker command failed")) {
    if (!state.link->complaints.empty() || state.link->failed) return LineFate::LinkEnds;
    // A shell's and posix_spawn's number for a program that is not there.
    if (contains(line, "failed with exit code 127")) {
      tool(state, "linker-not-found", "", line);
      return LineFate::LinkEnds;
    }
    state.failed();
    return LineFate::Understood;
  }
  if (is_end_of_link(line)) return LineFate::LinkEnds;
  // Go says so before the linker's own words.
  if (contains(line, "/link: running ") && match(line, "{}/link: running {} failed: {}", {&a, &program, &message})) {
    state.next_failed_link();
    state.log->build_tool = "go build";
    if (contains(message, "signal: killed")) tool(state, "out-of-memory", "ld", line);
    else if (contains(message, "executable file not found") || contains(message, "no such file"))
      tool(state, "linker-not-found", program, line);
    else if (contains(message, "rgument list too long")) tool(state, "command-too-long", program, line);
    return LineFate::Understood;
  }
  if (match(line, "cgo: C compiler {} not found: {}", {&a, &message})) {
    tool(state, "linker-not-found", unquote(a), line);
    return LineFate::LinkEnds;
  }
  // Xcode's finder of tools and SDKs.
  if (match(line, "xcrun: error: SDK {} cannot be located", {&a}) ||
      match(line, "xcrun: error: invalid active developer path ({}), {}", {&a, &message})) {
    state.begin(ComplaintKind::Input, Severity::Error, "no-sdk", line).subject = unquote(a);
    return LineFate::Understood;
  }
  if (LineFate fate = shell(state, line); fate != LineFate::NotMine) return fate;
  // LLVM programs name themselves when they die.
  if (line.starts_with("0.\tProgram arguments: ") || line.starts_with("Program arguments: ")) {
    std::string_view command = line.substr(line.find(": ") + 2);
    std::string_view dead = command.substr(0, command.find(' '));
    if (speaker_of(dead) == Speaker::None) return LineFate::NotMine;
    tool(state, "crash", program_name(dead), line);
    return LineFate::Understood;
  }
  if (match(line, "LLVM ERROR: {}", {&a})) {
    bool disk = contains(a, "No space left") || contains(a, "IO failure");
    tool(state, disk ? "write-failed" : contains(a, "memory") ? "out-of-memory" : "crash", "LLVM", line);
    return LineFate::Understood;
  }
  return LineFate::NotMine;
}

constexpr std::string_view words[] = {
    "error:",         "Error during linking", "Error: execution of", "collect2",         "Error: linker",
    "phase `Linker'", "/link: running",       "Program arguments: ", "LLVM ERROR",       "cgo: C compiler",
    "too long",       "error while loading",  "std::bad_alloc",      "memory exhausted", "nvcc fatal"};

}  // namespace

const LogDialect driver_dialect = {"driver", "compiler drivers", read, words};

}  // namespace ldwhy
