// A link command, understood: what goes in, in which order and under which state,
// and the options that decide how symbols meet. Made by command/ from an argument
// list; makes no claim about whether the files exist until `path` is filled in.
#pragma once

#include <charconv>
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
  Unknown,
  Bfd,
  Gold,
  Lld,
  Mold,
  Wild,
  AppleLd64,
  AppleLdPrime,
  LinkExe,
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
  bool default_library = false;  // COFF: /defaultlib, searched after all others
  bool autolinked = false;    // an object asks for it (Link::autolinks)
  bool automatic = false;     // added by the driver (crt1.o, -lc, -lgcc), not by the user
};

struct Definition {           // --defsym A=B, -alias A B
  std::string name;
  std::string value;
  bool if_needed = false;     // a script's PROVIDE
  bool in_script = false;
};

// Of links for Windows.
struct CoffOptions {
  std::string subsystem;                       // "console"; empty: the linker infers it
  std::vector<Definition> alternate_names;     // /alternatename:NAME=VALUE
  std::vector<std::string> without_libraries;  // /nodefaultlib:NAME, in small letters; "*": all
  struct ModuleFile {
    std::string path;
    size_t before = 0;                         // index of the input that it stands before
  };
  std::vector<ModuleFile> module_definitions;  // /def; MinGW: .def files among the inputs
  bool auto_import = true;                     // MinGW: X may be reached by way of __imp_X
  bool stdcall_fixup = true;                   // MinGW: f may stand for f@N, and the reverse
};

struct Command {
  std::string directory;                  // where relative paths start; absolute
  std::vector<std::string> argv;          // as given (a driver's or a linker's)
  std::vector<std::string> linker_argv;   // the linker's own, its program first, response files expanded
  std::string driver;                     // "clang-22", "gcc"; empty: argv is the linker's
  bool defaults_unknown = false;          // the driver adds libraries, and nobody knows which
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
  std::vector<std::string> default_paths;    // the linker's own among them, where they are known
  std::vector<std::string> framework_paths;
  std::vector<std::string> sysroots;         // --sysroot; -syslibroot
  std::string entry;                         // -e; empty: the flavour's default
  std::vector<std::string> undefined_roots;  // -u, --undefined
  std::vector<std::string> hidden_libraries;  // --exclude-libs: file names; "ALL"
  std::vector<std::string> required_roots;   // --require-defined
  std::vector<std::string> rpaths, rpath_links;  // --rpath, --rpath-link
  std::vector<std::string> export_files;     // -exported_symbols_list, --dynamic-list
  std::vector<std::string> exported_symbols; // -exported_symbol(s_list), --export-dynamic-symbol,
                                             // wasm-ld's --export…; patterns too
  std::vector<std::string> required_exports; // names that must be defined, since an option exports
                                             // them: -exported_symbol(s_list), wasm-ld's --export
  std::vector<std::string> unexported_symbols; // -unexported_symbol(s_list); patterns too
  std::vector<std::string> version_scripts;
  std::vector<std::string> linker_scripts;   // -T
  std::vector<Definition> definitions;
  std::vector<std::string> wrapped;          // --wrap
  std::vector<std::string> undefined_allowed;  // -U; -undefined dynamic_lookup: "*"
  std::string dynamic_linker;

  bool static_link = false;          // -static: no shared libraries
  bool keep_start_stop = false;      // -z nostart-stop-gc: __start_X keeps sections X
  bool gc_sections = false;          // --gc-sections, -dead_strip
  bool export_dynamic = false;
  bool no_undefined = false;         // -z defs, --no-undefined (for Shared)
  bool allow_undefined = false;      // --unresolved-symbols=ignore-all, -undefined suppress|warning
  bool warns_of_undefined = false;   // --warn-unresolved-symbols
  bool fatal_warnings = false;       // --fatal-warnings, of ELF linkers
  bool allow_shlib_undefined = false;  // set where the option or the linker's default allows it
  bool undefined_in_programs = false;  // -z undefs
  bool errors_are_warnings = false;  // --noinhibit-exec
  std::optional<bool> undefined_version;  // --undefined-version, --no-undefined-version
  std::optional<bool> fortran_common;  // --fortran-common, --no-fortran-common
  bool allow_multiple = false;       // --allow-multiple-definition, -z muldefs
  bool copy_dt_needed = false;       // --copy-dt-needed-entries
  bool all_load = false;
  bool objc_load = false;            // -ObjC: every member with Objective-C classes
  bool lto_plugin = false;           // -plugin: GNU linkers can read IR
  bool chained_fixups = false;       // -fixup_chains: no binding on first use
  bool no_entry = false;             // wasm-ld: --no-entry
  bool import_undefined = false;     // wasm-ld: undefined functions become imports
  bool shared_memory = false;        // wasm-ld: --shared-memory

  CoffOptions coff;

  std::vector<std::string> unknown_options;
  std::vector<Problem> problems;     // response file missing, driver not to be had, …

  // The first number of linker_version; `unknown` where there is none.
  int linker_major(int unknown) const {
    int major = 0;
    std::from_chars_result read =
        std::from_chars(linker_version.data(), linker_version.data() + linker_version.size(), major);
    return read.ec == std::errc() ? major : unknown;
  }
};

}  // namespace ldwhy
