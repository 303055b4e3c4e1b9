// A link command, understood: what goes in, in which order and under which state,
// and the options that decide how symbols meet. Made by command/ from an argument
// list; makes no claim about whether the files exist until `path` is filled in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/problem.h"
#include "model/target.h"

namespace ldwhy {

enum class Flavor : uint8_t { Unknown, Gnu, Darwin, Coff, Wasm };
enum class Linker : uint8_t {
  Unknown, Bfd, Gold, Lld, Mold, Wild, AppleLd64, AppleLdPrime, LinkExe,
};
enum class Output : uint8_t { Executable, Pie, StaticPie, Shared, Bundle, Relocatable, Preload };
enum class LtoMode : uint8_t { None, Thin, Full, Gcc };

std::string_view flavor_name(Flavor flavor);  // as in the JSON: "gnu", "darwin", "coff", "wasm"
std::string_view lto_name(LtoMode mode);      // "none", "thin", "full", "gcc"
// For people: "GNU ld", "gold", "LLD", "mold", "Apple ld".
std::string_view linker_title(Linker linker);

// One input, with the state that the options before it set.
struct InputArg {
  enum class Kind : uint8_t { File, Library, Framework };
  Kind kind = Kind::File;
  std::string text;           // "main.o", "ssl" (of -lssl), ":libx.a" (of -l:libx.a), "Foundation"
  std::string path;           // where it was found; empty: nowhere
  std::vector<std::string> tried;       // libraries: paths looked at without success
  std::vector<std::string> wrong_target;  // libraries: files skipped for their target
  uint32_t argument = 0;      // index into Command::linker_argv of the word that names it
  int script = -1;            // index into Command::inputs of the linker script that names it
  int group = -1;             // --start-group number; members are searched again and again
  bool whole_archive = false; // --whole-archive, -force_load, -all_load
  bool as_needed = false;
  bool static_only = false;   // -Bstatic, -static
  bool lazy = false;          // --start-lib
  bool weak = false;          // -weak_library, -weak_framework: may be absent
  bool reexport = false;      // -reexport-l…
  bool needed = false;        // -needed-l…, --no-as-needed has nothing to say
  bool just_symbols = false;  // -R file, --just-symbols
  bool compiled = false;      // the driver makes it of a source, and deletes it: not to be looked at
  bool automatic = false;     // added by the driver (crt1.o, -lc, -lgcc), not by the user
};

struct Definition {           // --defsym A=B, -alias A B
  std::string name;
  std::string value;
};

struct Command {
  std::string directory;                  // where relative paths start; absolute
  std::vector<std::string> argv;          // as given (a driver's or a linker's)
  std::vector<std::string> linker_argv;   // the linker's own, its program first, response files expanded
  std::string driver;                     // "clang-22", "gcc"; empty: argv is the linker's
  std::string linker_path;                // the program; may be a bare name
  Linker linker = Linker::Unknown;
  std::string linker_version;             // "22.1.8"; empty: not known
  Flavor flavor = Flavor::Unknown;
  Target target;                          // as far as options say; inputs may complete it
  Output output_kind = Output::Executable;
  std::string output;                     // path as given; empty: the linker's default
  LtoMode lto = LtoMode::None;            // as asked for on the command line (the inputs decide)

  std::vector<InputArg> inputs;
  std::vector<std::string> library_paths;    // in search order, sysroot applied, defaults included
  std::vector<std::string> framework_paths;
  std::vector<std::string> sysroots;         // --sysroot; -syslibroot
  std::string entry;                         // -e; empty: the flavour's default
  std::vector<std::string> undefined_roots;  // -u, --undefined, --require-defined
  std::vector<std::string> export_files;     // -exported_symbols_list, --dynamic-list
  std::vector<std::string> exported_symbols; // -exported_symbol, --export-dynamic-symbol
  std::vector<std::string> version_scripts;
  std::vector<std::string> linker_scripts;   // -T
  std::vector<Definition> definitions;
  std::vector<std::string> wrapped;          // --wrap
  std::vector<std::string> undefined_allowed;  // -U; -undefined dynamic_lookup: "*"
  std::string dynamic_linker;

  bool static_link = false;          // -static: no shared libraries
  bool gc_sections = false;          // --gc-sections, -dead_strip
  bool export_dynamic = false;
  bool no_undefined = false;         // -z defs, --no-undefined (for Shared)
  bool allow_undefined = false;      // --unresolved-symbols=ignore-all, -undefined suppress|warning
  bool allow_shlib_undefined = false;  // set where the option or the linker's default allows it
  bool allow_multiple = false;       // --allow-multiple-definition, -z muldefs
  bool copy_dt_needed = false;       // --copy-dt-needed-entries
  bool all_load = false;
  bool objc_load = false;            // -ObjC: every member with Objective-C classes
  bool lto_plugin = false;           // -plugin: GNU linkers can read IR

  std::vector<std::string> unknown_options;
  std::vector<Problem> problems;     // response file missing, driver not to be had, …
};

}  // namespace ldwhy
