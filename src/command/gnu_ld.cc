// Argument lists of the GNU-style linkers (GNU ld, gold, LLD, mold).
//
// Order matters twice: an input's place decides when an archive is searched, and options
// such as --whole-archive hold for the inputs after them until they are undone. Both are
// kept with each input. Everything else is a setting of the whole link, where the last word
// wins. Follows the ld manual, "Command-line Options"; which options exist and take an
// argument is in gnu_options.cc.
#include <algorithm>
#include <array>
#include <cctype>
#include <unordered_map>

#include "command/command.h"
#include "command/gnu_options.h"

namespace ldwhy {
namespace {

// What options say about the inputs after them; --push-state saves exactly this.
struct State {
  bool whole_archive = false;
  bool as_needed = false;
  bool static_only = false;
};

struct Reader {
  Command &command;
  const Files &files;
  State state = {};
  std::vector<State> saved = {};
  int group = -1, groups = 0;
  bool lazy = false;
  bool binary = false;  // --format=binary: inputs are data, not objects
  bool shared = false, pie = false, relocatable = false;
  std::optional<bool> allow_shlib_undefined = {};
  uint32_t argument = 0;  // index of the word at hand

  void add_input(InputArg::Kind kind, std::string_view text, bool just_symbols = false);
};

// Settings of the whole link that one option turns on or off.
struct Switch {
  std::string_view name;
  bool Command::*field;
  bool value;
};
constexpr Switch switches[] = {
    {"gc-sections", &Command::gc_sections, true},
    {"no-gc-sections", &Command::gc_sections, false},
    {"export-dynamic", &Command::export_dynamic, true},
    {"no-export-dynamic", &Command::export_dynamic, false},
    {"no-undefined", &Command::no_undefined, true},
    {"noinhibit-exec", &Command::errors_are_warnings, true},
    {"fatal-warnings", &Command::fatal_warnings, true},
    {"no-fatal-warnings", &Command::fatal_warnings, false},
    {"allow-multiple-definition", &Command::allow_multiple, true},
    {"no-allow-multiple-definition", &Command::allow_multiple, false},
    {"copy-dt-needed-entries", &Command::copy_dt_needed, true},
    {"add-needed", &Command::copy_dt_needed, true},
    {"no-copy-dt-needed-entries", &Command::copy_dt_needed, false},
    {"no-add-needed", &Command::copy_dt_needed, false},
    {"weak-unresolved-symbols", &Command::allow_undefined, true},
    {"plugin", &Command::lto_plugin, true},
};

struct StateSwitch {
  std::string_view name;
  bool State::*field;
  bool value;
};
constexpr StateSwitch state_switches[] = {
    {"whole-archive", &State::whole_archive, true},
    {"no-whole-archive", &State::whole_archive, false},
    {"as-needed", &State::as_needed, true},
    {"no-as-needed", &State::as_needed, false},
    {"Bstatic", &State::static_only, true},
    {"dn", &State::static_only, true},
    {"non_shared", &State::static_only, true},
    {"static", &State::static_only, true},
    // Both also stop the search for shared libraries (ld manual, "--nmagic", "--omagic").
    {"nmagic", &State::static_only, true},
    {"omagic", &State::static_only, true},
    {"Bdynamic", &State::static_only, false},
    {"dy", &State::static_only, false},
    {"call_shared", &State::static_only, false},
};

struct OutputSwitch {
  std::string_view name;
  bool Reader::*field;
  bool value;
};
constexpr OutputSwitch output_switches[] = {
    {"shared", &Reader::shared, true},
    {"Bshareable", &Reader::shared, true},
    {"dll", &Reader::shared, true},
    {"pie", &Reader::pie, true},
    {"pic-executable", &Reader::pie, true},
    {"no-pie", &Reader::pie, false},
    {"nopie", &Reader::pie, false},
    {"no-pic-executable", &Reader::pie, false},
    {"relocatable", &Reader::relocatable, true},
    {"Ur", &Reader::relocatable, true},
    {"start-lib", &Reader::lazy, true},
    {"end-lib", &Reader::lazy, false},
};

struct Setting {
  std::string_view name;
  std::string Command::*field;
};
constexpr Setting settings[] = {
    {"output", &Command::output},
    {"entry", &Command::entry},
    {"dynamic-linker", &Command::dynamic_linker},
};

struct List {
  std::string_view name;
  std::vector<std::string> Command::*field;
};
constexpr List lists[] = {
    {"library-path", &Command::library_paths},
    {"undefined", &Command::undefined_roots},
    {"require-defined", &Command::required_roots},
    {"rpath", &Command::rpaths},
    {"rpath-link", &Command::rpath_links},
    {"dynamic-list", &Command::export_files},
    {"export-dynamic-symbol-list", &Command::export_files},
    {"export-dynamic-symbol", &Command::exported_symbols},
    {"version-script", &Command::version_scripts},
    {"script", &Command::linker_scripts},
    {"wrap", &Command::wrapped},
    {"ignore-unresolved-symbol", &Command::undefined_allowed},
};

struct Keyword {  // of -z
  std::string_view name;
  bool Command::*field;
  bool value;
};
constexpr Keyword keywords[] = {
    {"defs", &Command::no_undefined, true},
    {"undefs", &Command::no_undefined, false},
    {"nodefs", &Command::no_undefined, false},
    {"undefs", &Command::undefined_in_programs, true},
    {"nodefs", &Command::undefined_in_programs, true},
    {"defs", &Command::undefined_in_programs, false},
    {"muldefs", &Command::allow_multiple, true},
    {"nostart-stop-gc", &Command::keep_start_stop, true},
    {"start-stop-gc", &Command::keep_start_stop, false},
};

// gold 1.16 ends at others, of which the other linkers warn.
constexpr std::string_view gold_keywords[] = {
    "buildd",
    "combreloc",
    "common-page-size",
    "defs",
    "execstack",
    "global",
    "initfirst",
    "interpose",
    "keep-text-section-prefix",
    "lazy",
    "loadfltr",
    "max-page-size",
    "muldefs",
    "nocombreloc",
    "nocopyreloc",
    "nodefaultlib",
    "nodelete",
    "nodlopen",
    "nodump",
    "noexecstack",
    "nokeep-text-section-prefix",
    "norelro",
    "notext",
    "notext-unlikely-segment",
    "nounique",
    "now",
    "origin",
    "relro",
    "stack-size",
    "start-stop-visibility",
    "text",
    "text-unlikely-segment",
    "textoff",
    "unique",
};

struct Emulation {  // of -m
  std::string_view name;
  std::string_view triple;
};
constexpr Emulation emulations[] = {
    {"elf_x86_64", "x86_64-linux-gnu"},
    {"elf64_x86_64", "x86_64-linux-gnu"},
    {"elf32_x86_64", "x86_64-linux-gnux32"},
    {"elf_i386", "i386-linux-gnu"},
    {"elf_iamcu", "i386-elf"},
    {"aarch64linux", "aarch64-linux-gnu"},
    {"aarch64elf", "aarch64-elf"},
    {"armelf", "arm-elf"},
    {"armelf_linux_eabi", "arm-linux-gnueabi"},
    {"elf64lriscv", "riscv64-elf"},
    {"elf32lriscv", "riscv32-elf"},
    {"elf64ppc", "powerpc64-linux-gnu"},
    {"elf64lppc", "powerpc64le-linux-gnu"},
    {"elf32ppc", "powerpc-linux-gnu"},
    {"elf32ppclinux", "powerpc-linux-gnu"},
    {"elf64_s390", "s390x-linux-gnu"},
    {"elf64btsmip", "mips64-linux-gnu"},
    {"elf64ltsmip", "mips64el-linux-gnu"},
    {"elf32btsmip", "mips-linux-gnu"},
    {"elf32ltsmip", "mipsel-linux-gnu"},
    {"elf64_sparc", "sparc64-linux-gnu"},
    {"elf32_sparc", "sparc-linux-gnu"},
    {"elf64loongarch", "loongarch64-linux-gnu"},
    {"i386pep", "x86_64-w64-mingw32"},
    {"i386pe", "i386-w64-mingw32"},
    {"arm64pe", "aarch64-w64-mingw32"},
    {"thumb2pe", "arm-w64-mingw32"},
};

void Reader::add_input(InputArg::Kind kind, std::string_view text, bool just_symbols) {
  if (text.empty()) return;
  if (binary && kind == InputArg::Kind::File) {
    // Only these names enter the link (ld manual, "--format"; objcopy manual, "-I binary").
    std::string stem = "_binary_";
    for (char c : text) stem += std::isalnum(static_cast<unsigned char>(c)) ? c : '_';
    for (std::string_view end : {"_start", "_end", "_size"})
      command.definitions.push_back({stem + std::string(end), ""});
    return;
  }
  InputArg input;
  input.kind = kind;
  input.text = text;
  input.argument = argument;
  input.group = group;
  input.whole_archive = state.whole_archive;
  input.as_needed = state.as_needed;
  input.static_only = state.static_only;
  input.lazy = lazy;
  input.just_symbols = just_symbols;
  command.inputs.push_back(std::move(input));
}

// What a row of a table cannot say.
using Handler = void (*)(Reader &reader, std::string_view value);
struct Action {
  std::string_view name;
  Handler run;
};
constexpr Action actions[] = {
    {"library", [](Reader &r, std::string_view v) { r.add_input(InputArg::Kind::Library, v); }},
    {"just-symbols", [](Reader &r, std::string_view v) { r.add_input(InputArg::Kind::File, v, true); }},
    {"R",
     [](Reader &r, std::string_view v) {
       // A folder means --rpath; LLD and mold know -R as that only.
       bool symbols = r.command.linker != Linker::Lld && r.command.linker != Linker::Mold &&
                      !r.files.is_directory(join_path(r.command.directory, v));
       if (symbols) r.add_input(InputArg::Kind::File, v, true);
     }},
    {"start-group", [](Reader &r, std::string_view) { r.group = r.groups++; }},
    {"end-group", [](Reader &r, std::string_view) { r.group = -1; }},
    {"push-state", [](Reader &r, std::string_view) { r.saved.push_back(r.state); }},
    {"pop-state",
     [](Reader &r, std::string_view) {
       if (r.saved.empty()) return;
       r.state = r.saved.back();
       r.saved.pop_back();
     }},
    {"static", [](Reader &r, std::string_view) { r.command.static_link = true; }},
    {"format", [](Reader &r, std::string_view v) { r.binary = v == "binary"; }},
    {"m",
     [](Reader &r, std::string_view v) {
       for (std::string_view suffix : {"_fbsd", "_nacl", "_linux"})
         if (v.ends_with(suffix)) v.remove_suffix(suffix.size());
       for (const Emulation &row : emulations) {
         if (row.name != v) continue;
         r.command.target = target_from_triple(row.triple);
         r.command.target.triple = {};
       }
     }},
    {"z",
     [](Reader &r, std::string_view v) {
       for (const Keyword &row : keywords)
         if (row.name == v) r.command.*row.field = row.value;
       bool known = std::ranges::find(gold_keywords, v.substr(0, v.find('='))) != std::end(gold_keywords);
       if (r.command.linker == Linker::Gold && !known) r.command.unknown_options.push_back("-z " + std::string(v));
     }},
    {"defsym",
     [](Reader &r, std::string_view v) {
       size_t equals = v.find('=');
       if (equals == v.npos) return;
       r.command.definitions.push_back({std::string(v.substr(0, equals)), std::string(v.substr(equals + 1))});
     }},
    {"sysroot", [](Reader &r, std::string_view v) { r.command.sysroots = {std::string(v)}; }},
    {"unresolved-symbols",
     [](Reader &r, std::string_view v) {
       bool gold = r.command.linker == Linker::Gold;
       r.command.allow_undefined = v == "ignore-all" || v == "ignore-in-object-files";
       if ((v == "ignore-all" || v == "ignore-in-shared-libs") && !gold) r.allow_shlib_undefined = true;
       if ((v == "report-all" || v == "ignore-in-object-files") && !gold) r.allow_shlib_undefined = false;
       // They are reported for shared libraries too then.
       bool reports = v == "report-all" || v == "ignore-in-shared-libs";
       if (reports && (r.command.linker == Linker::Bfd || r.command.linker == Linker::Lld))
         r.command.no_undefined = true;
       if (v == "report-all" && gold) r.command.no_undefined = true;
     }},
    {"enable-auto-import", [](Reader &r, std::string_view) { r.command.coff.auto_import = true; }},
    {"disable-auto-import", [](Reader &r, std::string_view) { r.command.coff.auto_import = false; }},
    {"enable-stdcall-fixup", [](Reader &r, std::string_view) { r.command.coff.stdcall_fixup = true; }},
    {"disable-stdcall-fixup", [](Reader &r, std::string_view) { r.command.coff.stdcall_fixup = false; }},
    {"subsystem", [](Reader &r, std::string_view v) { r.command.coff.subsystem = v.substr(0, v.find(':')); }},
    {"warn-unresolved-symbols", [](Reader &r, std::string_view) { r.command.warns_of_undefined = true; }},
    {"error-unresolved-symbols",
     [](Reader &r, std::string_view) {
       r.command.warns_of_undefined = false;
       if (r.command.linker == Linker::Mold) r.command.allow_undefined = false;
     }},
    // What would be exported then stays, as if each name were asked for.
    {"gc-keep-exported", [](Reader &r, std::string_view) { r.command.exported_symbols.push_back("*"); }},
    {"undefined-version", [](Reader &r, std::string_view) { r.command.undefined_version = true; }},
    {"no-undefined-version", [](Reader &r, std::string_view) { r.command.undefined_version = false; }},
    {"exclude-libs",
     [](Reader &r, std::string_view v) {
       // ld manual: a list with commas or colons between.
       while (!v.empty()) {
         size_t end = std::min(v.find_first_of(",:"), v.size());
         r.command.hidden_libraries.emplace_back(v.substr(0, end));
         v.remove_prefix(std::min(end + 1, v.size()));
       }
     }},
    {"fortran-common", [](Reader &r, std::string_view) { r.command.fortran_common = true; }},
    {"no-fortran-common", [](Reader &r, std::string_view) { r.command.fortran_common = false; }},
    {"allow-shlib-undefined", [](Reader &r, std::string_view) { r.allow_shlib_undefined = true; }},
    {"no-allow-shlib-undefined", [](Reader &r, std::string_view) { r.allow_shlib_undefined = false; }},
    {"plugin-opt",
     [](Reader &r, std::string_view v) {
       if (v == "thinlto") r.command.lto = LtoMode::Thin;
     }},
    {"lto", [](Reader &r, std::string_view v) { r.command.lto = v == "thin" ? LtoMode::Thin : LtoMode::Full; }},
    // mold's -C: relative paths of the whole command start there.
    {"directory", [](Reader &r, std::string_view v) { r.command.directory = join_path(r.command.directory, v); }},
};

template <class Row>
using Table = std::unordered_map<std::string_view, const Row *>;

template <class Row, size_t N>
Table<Row> by_name(const Row (&rows)[N]) {
  Table<Row> table;
  for (const Row &row : rows) table.emplace(row.name, &row);
  return table;
}

template <class Row>
const Row *find_row(const Table<Row> &table, std::string_view name) {
  typename Table<Row>::const_iterator found = table.find(name);
  return found == table.end() ? nullptr : found->second;
}

void apply(Reader &reader, std::string_view name, std::string_view value) {
  static const Table<Switch> switch_table = by_name(switches);
  static const Table<StateSwitch> state_table = by_name(state_switches);
  static const Table<OutputSwitch> output_table = by_name(output_switches);
  static const Table<Setting> setting_table = by_name(settings);
  static const Table<List> list_table = by_name(lists);
  static const Table<Action> action_table = by_name(actions);
  if (const Switch *row = find_row(switch_table, name)) reader.command.*row->field = row->value;
  if (const StateSwitch *row = find_row(state_table, name)) reader.state.*row->field = row->value;
  if (const OutputSwitch *row = find_row(output_table, name)) reader.*row->field = row->value;
  if (const Setting *row = find_row(setting_table, name)) reader.command.*row->field = value;
  if (const List *row = find_row(list_table, name)) (reader.command.*row->field).emplace_back(value);
  if (const Action *row = find_row(action_table, name)) row->run(reader, value);
}

struct Word {
  std::optional<GnuOption> option;
  std::string_view name;
  std::string_view value;
  bool has_value = false;
};

// A long name wins over a letter with joined value, as with getopt_long_only; but names in
// "o" need two dashes ("-omagic" is -o agic), and so do LLD's in "lto" ("-lto" is -l to).
Word read_word(std::string_view text, const Command &command) {
  Word word;
  bool two = text.starts_with("--");
  std::string_view body = text.substr(two ? 2 : 1);
  size_t equals = body.find('=');
  word.name = body.substr(0, equals);
  bool long_name = word.name.size() > 1 && (two || !(word.name.starts_with("o") || word.name.starts_with("lto")));
  if (long_name) word.option = find_gnu_option(word.name, command.linker);
  if (word.option) {
    if (equals != body.npos) word.value = body.substr(equals + 1);
    word.has_value = equals != body.npos;
    return word;
  }
  if (two || body.empty()) return word;
  word.option = find_gnu_letter(body[0], command.linker);
  if (!word.option) return word;
  word.name = word.option->name;
  word.value = body.substr(1);
  word.has_value = !word.value.empty();
  // Letters without value cannot have one: "-static-pie" is no option of linkers.
  if (word.option->form == GnuOption::Form::Flag && word.has_value) word.option.reset();
  return word;
}

// GNU ld's -G is a size where a number follows, else --shared.
bool is_shared_letter(const Command &command, size_t at) {
  const std::vector<std::string> &argv = command.linker_argv;
  if (argv[at] != "-G" || command.linker == Linker::Lld) return false;
  return at + 1 >= argv.size() || argv[at + 1].empty() || !std::isdigit(static_cast<unsigned char>(argv[at + 1][0]));
}

void finish(Reader &reader) {
  Command &command = reader.command;
  // What LLD and mold make warnings of are errors again; of GNU's linkers too, but not said as such.
  bool again = command.fatal_warnings && (command.linker == Linker::Lld || command.linker == Linker::Mold);
  if (again) command.errors_are_warnings = command.warns_of_undefined = false;
  if (command.warns_of_undefined && !command.fatal_warnings)
    command.allow_undefined = true, reader.allow_shlib_undefined = true;
  // GNU ld takes these options for PE, too, and they change nothing there.
  if (command.linker == Linker::Bfd && command.target.format == Format::Coff) command.allow_undefined = false;
  command.output_kind = reader.relocatable                  ? Output::Relocatable
                        : reader.shared                     ? Output::Shared
                        : reader.pie && command.static_link ? Output::StaticPie
                        : reader.pie                        ? Output::Pie
                                                            : Output::Executable;
  // Linkers look at what shared libraries need only for executables; mold began late, so
  // nothing is foreseen there unless asked for.
  command.allow_shlib_undefined =
      reader.allow_shlib_undefined.value_or(reader.shared || reader.relocatable || command.linker == Linker::Mold);
}

void read_gnu_ld(Command &command, const Files &files) {
  Reader reader{.command = command, .files = files};
  const std::vector<std::string> &argv = command.linker_argv;
  for (size_t i = 1; i < argv.size(); ++i) {
    reader.argument = static_cast<uint32_t>(i);
    std::string_view text = argv[i];
    if (text.size() < 2 || text[0] != '-') {
      reader.add_input(InputArg::Kind::File, text);
      continue;
    }
    if (is_shared_letter(command, i)) {
      reader.shared = true;
      continue;
    }
    Word word = read_word(text, command);
    bool accepted = word.option && word.option->accepted;
    if (command.linker == Linker::Lld && command.target.format == Format::Coff)
      accepted = is_lld_mingw_option(text, command.linker_major(98));
    if (command.linker == Linker::Bfd && command.target.format == Format::Coff)
      accepted = is_bfd_pe_option(word.name, accepted);
    if (!accepted) command.unknown_options.emplace_back(text);
    if (!word.option) continue;
    if (word.option->form == GnuOption::Form::Value && !word.has_value) {
      if (i + 1 == argv.size()) {
        command.problems.push_back({"", "", std::nullopt, "the option " + argv[i] + " has no argument"});
        continue;
      }
      word.value = argv[++i];
      reader.argument = static_cast<uint32_t>(i);
    }
    apply(reader, word.name, word.value);
  }
  finish(reader);
}

}  // namespace

const CommandDialect gnu_ld_command = {"gnu_ld", "GNU ld, gold, LLD, mold", Flavor::Gnu, read_gnu_ld};

}  // namespace ldwhy
