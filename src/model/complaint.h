// What a linker (or a driver, or rustc) said, one complaint each.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "model/command.h"

namespace ldwhy {

enum class ComplaintKind : uint8_t { UndefinedSymbol, DuplicateSymbol, Input, Layout, Tool };
enum class Severity : uint8_t { Error, Warning };
std::string_view complaint_kind_name(ComplaintKind kind);  // "undefined-symbol", …

// A place that needs the symbol (undefined) or defines it (duplicate), as the linker names it.
struct ReferencePlace {
  std::string file;      // object or archive; empty: not said
  std::string member;    // archive member
  std::string function;  // as printed (mangled or demangled); empty: not said
  std::string source;    // "main.c:12" where debug information gave it
  uint64_t offset = 0;   // bytes into the function or section, as the linker counts
};

struct Complaint {
  ComplaintKind kind = ComplaintKind::UndefinedSymbol;
  Severity severity = Severity::Error;
  // The symbol as printed: mangled or demangled, versions kept ("round@@GLIBC_2.2.5").
  std::string symbol;
  // Input: the file; Tool: the program or option the complaint is about. May be empty.
  std::string subject;
  std::string text;      // the first line, frame (rustc's indentation, CI prefix) removed
  uint32_t line = 0;     // of the log, 1-based; 0: predicted
  uint32_t line_end = 0; // last line that belongs to it
  std::vector<ReferencePlace> references;  // at most the first 100
  uint32_t more_references = 0;            // how many were left out by the linker or by us
  std::vector<std::string> notes;          // the linker's own hints, one line each
  std::string code;      // the shape in one word, for causes: "undefined", "dso-missing",
                         // "shlib-undefined", "cannot-find-library", "cannot-open",
                         // "wrong-format", "incompatible", "skipping-incompatible", …
                         // (log/log.h lists them)
  bool predicted = false;  // foreseen from the inputs; no linker has said it
};

// A link command that the log shows (ninja, make, rustc, "clang -v").
struct LoggedCommand {
  std::vector<std::string> argv;
  std::string directory;   // empty: not said
  bool shortened = false;  // rustc: "<426 object files omitted>"
  uint32_t line = 0;
};

// One failed link in a log.
struct LoggedLink {
  std::vector<Complaint> complaints;
  uint64_t more_complaints = 0;          // said too, but not kept: there were too many
  std::vector<LoggedCommand> commands;   // the last one before the complaints comes last
  Linker linker = Linker::Unknown;
  Flavor flavor = Flavor::Unknown;
  std::string arch;                      // "arm64" of "Undefined symbols for architecture arm64:"
  bool failed = false;                   // an error or a driver's "linker command failed" was seen
  uint32_t first_line = 0, last_line = 0;
};

struct ReadLog {
  std::vector<LoggedLink> links;
  uint64_t more_links = 0;      // failed links past those kept
  std::string build_tool;       // what drove the build, as a command: "make", "cargo build"; empty: not said
  uint64_t lines = 0;           // all
  uint64_t understood = 0;      // part of a complaint, a command or a frame
  uint64_t ignored = 0;         // recognised as not about linking
  std::vector<uint32_t> not_understood;  // line numbers, the first 1000
  uint64_t not_understood_count = 0;     // understood + ignored + this == lines
};

}  // namespace ldwhy
