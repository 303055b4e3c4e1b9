// Argument lists to link commands. One file a dialect, each exporting one
// CommandDialect; list.cc holds the table. Parsing a linker's own options does no
// I/O but for response files and the search for libraries, through Files.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "model/command.h"

namespace ldwhy {

struct CommandDialect {
  const char *id;  // "gnu_ld"
  const char *title;
  Flavor flavor;
  // Reads command.linker_argv (response files already expanded) into the rest.
  void (*read)(Command &command, const Files &files);
};
extern const CommandDialect gnu_ld_command, ld64_command, wasm_ld_command, lld_link_command;
std::span<const CommandDialect *const> command_dialects();

struct CommandRequest {
  std::string directory;          // absolute
  std::vector<std::string> argv;  // what the user typed after "--"
  std::string flavor;             // --flavor: "gnu", "darwin", …; empty: from the names
  bool ask_driver = true;         // run `driver -###` where argv is a compiler driver's
};

// The whole way: tells drivers from linkers by name, expands response files, asks a
// driver for the linker command that it would run (or models it from its options
// where the driver cannot be asked), reads that in its dialect, finds every library
// on the search paths. Never fails: what could not be done is in Command::problems.
Command understand_command(const CommandRequest &request, const Files &files);

// Whether the linker does by itself, given its own words, what the driver makes it do: not where
// those words are not known, nor where the linker is a part of the driver (zig).
bool runs_alone(const Command &command);

// The full version ("22.1.8", "2.40", "1.10.1") that the command's linker gives when it is
// run with --version (Apple's: -v); empty where it cannot be run. `kind` is set to what it
// calls itself, since any linker may go by the name of `ld`.
std::string query_linker_version(const Command &command, Linker *kind = nullptr);
// The same from text that a linker printed.
std::string read_linker_version(std::string_view text, Linker *kind = nullptr);

// What a program's name says: "x86_64-linux-gnu-gcc-12" is a driver, "ld64.lld-19" a
// linker of flavour darwin.
struct ProgramName {
  bool driver = false;
  bool linker = false;
  Flavor flavor = Flavor::Unknown;
  Linker kind = Linker::Unknown;
  std::string version;  // from the name's suffix: "19"
};
ProgramName classify_program(std::string_view path);

}  // namespace ldwhy
