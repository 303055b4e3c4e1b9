// Build logs to complaints. One file a dialect (the words of one linker or driver),
// each exporting one LogDialect; list.cc holds the table in the order in which
// dialects are asked. read.cc peels frames (timestamps, rustc's indentation, ANSI
// colours), finds where one failed link ends and the next begins, and offers each
// line to the dialects.
//
// Complaint::code, the same words whatever the linker:
//   UndefinedSymbol
//     undefined            nothing defines `symbol`
//     undefined-hidden     so, and the reference has hidden or protected visibility
//     dso-missing          defined by a shared library (`subject`) that is not on the line
//     shlib-undefined      a shared library on the line needs it (`references`)
//     hidden-referenced    a hidden definition that a shared library needs
//     export-missing       asked for by an option (--export, --require-defined, an exports list)
//     entry-missing        the entry point; `symbol` may be empty
//   DuplicateSymbol
//     duplicate            `references`: the definitions, as far as they are named
//     asm-redefined        the assembler met the label twice in one file
//   Input (`subject`: the file; a library as InputArg::text: "ssl" of -lssl, or its file name)
//     cannot-find-library  cannot-find-framework  cannot-open
//     wrong-format         not an object or archive, or a damaged one
//     no-index             archive without symbol index
//     incompatible         for another machine, platform or ABI: an error
//     skipping-incompatible  so, and passed over on the way to a library
//     ignoring-file        so, and left out with a warning
//     newer-bitcode        IR of another compiler version; notes "Producer: …", "Reader: …"
//     lto-plugin           IR that this linker reads only with a plugin
//     needed-not-found     a library that another needs; `references`: who needs it
//     signature-mismatch   declared and defined with different signatures (WebAssembly)
//     local-import         defined here, yet imported as from a DLL
//     mismatch             detect_mismatch records, ABI marks, C run-times
//     image-marks          SAFESEH, shared memory and the like: demanded, and missing in `subject`
//     no-sdk               the platform's SDK or sysroot is not there
//     newer-os             built for a newer system than the link's
//     version-script       a version script or export list names what nothing defines
//     script               linker script: syntax or contents
//   Layout (`notes`: the relocation's name and the linker's numbers)
//     relocation-pic       relocation-range       tls
//     region               `subject`: the region; `notes`: "section …", "overflowed by … bytes"
//     section-discarded    `symbol` is defined in a section that was discarded
//     text-relocation      reference from read-only sections: a warning before relocation-pic
//   Tool (`subject`: the program, or the option)
//     bad-option  linker-not-found  crash  out-of-memory  write-failed  command-too-long
//     plugin-failed        an LTO plugin or wrapper could not do its work
//     other-error  other-warning   a linker's words that no pattern knows
#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "model/complaint.h"

namespace ldwhy {

// What a dialect writes to while reading one failed link.
struct LogState {
  LoggedLink *link = nullptr;  // never null while a dialect runs
  // The complaint that continuation lines (">>> referenced by …") belong to; null: none.
  Complaint *open = nullptr;
  uint32_t line = 0;  // number of the line offered
  // What GNU ld's last "FILE: in function `f':" said, for the places below it.
  ReferencePlace place;
  std::vector<std::string> directories;  // make's "Entering directory", innermost last
  std::string next_directory;            // of a "cd DIR" line: for the next command only
  std::string unfinished;                // a command whose last line ended in a backslash
  uint32_t unfinished_line = 0;          // where it started
  bool compiles = false;                 // this line is a command that stops before linking
  // A list without marks of its own runs on below its headings.
  enum class Table : uint8_t { None, Undefined, TextRelocations, Hints };
  Table table = Table::None;
  // The words of link->commands, in the same order, until split_commands() is called: most
  // commands that a log shows did not fail, and need not be taken apart.
  std::vector<std::string> command_texts;
  void split_commands();

  // Starts a complaint at this line and opens it.
  Complaint &begin(ComplaintKind kind, Severity severity, std::string_view code, std::string_view text);
  // Opens the complaint of this link about `symbol` with this code, starting it where there
  // is none yet: linkers that report each reference alone give one complaint with many places.
  Complaint &begin_or_reopen(ComplaintKind kind, Severity severity, std::string_view code, std::string_view symbol,
                             std::string_view text);
  // Adds a place to the open complaint, or counts it where there are many.
  void refer(ReferencePlace place);
  // Adds a hint of the linker's to the open complaint.
  void note(std::string_view text);
  // Says which linker speaks; what is known already stands.
  void speaks(Linker linker, Flavor flavor);
  // A driver said that the link failed; may come after the link's end.
  void failed();
  // What follows belongs to another link.
  void next_link();
  // So, and that link is known to fail: its complaints come after this line.
  void next_failed_link();

  ReadLog *log = nullptr;
  std::unordered_map<std::string, size_t> complaint_of;  // by code, severity and symbol
  Complaint spare;  // stands in for complaints past those that are kept
};

enum class LineFate : uint8_t {
  NotMine,     // ask the next dialect
  Understood,  // consumed
  LinkEnds,    // consumed, and the failed link ends here ("collect2: error: ld returned …")
};

struct LogDialect {
  const char *id;     // "bfd"
  const char *title;  // "GNU ld"
  // `line` has no frame, colour or line end. Must be cheap for lines of others.
  LineFate (*read)(LogState &state, std::string_view line);
  // Words one of which is in every line that this dialect understands while no complaint
  // is open; five bytes or longer. read.cc offers no other lines. Empty: all lines.
  std::span<const std::string_view> words;
};
extern const LogDialect commands_dialect, build_tool_dialect, driver_dialect, rustc_dialect, wasm_ld_dialect,
    lld_coff_dialect, ld64_lld_dialect, mold_dialect, lld_dialect, gold_dialect, link_exe_dialect, ld_prime_dialect,
    ld64_dialect, bfd_dialect, wild_dialect, zig_dialect, system_ld_dialect, modpost_dialect, go_link_dialect;
std::span<const LogDialect *const> log_dialects();

// Reads a log piece by piece, however it is cut; never fails: what is not understood is counted.
// What is kept grows with what was said of failed links, up to a limit, not with the log.
class LogReader {
 public:
  // EveryLine offers all lines to all dialects and not only those with their words: the same
  // answer, slowly. For tests.
  enum class Offer : uint8_t { LinesWithWords, EveryLine };
  explicit LogReader(Offer offer = Offer::LinesWithWords);
  ~LogReader();
  LogReader(LogReader &&) noexcept;
  LogReader &operator=(LogReader &&) noexcept;
  void feed(std::string_view piece);
  ReadLog finish();

 private:
  class Impl;
  std::unique_ptr<Impl> impl_;
};

ReadLog read_log(std::string_view text);

}  // namespace ldwhy
