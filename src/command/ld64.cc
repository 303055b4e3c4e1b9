// Argument lists of Apple's linkers (ld64, the later ld) and of ld64.lld.
//
// There is hardly any state between options: what concerns one library is said in the option
// that names it (-weak_framework, -force_load), and the rest holds for the whole link,
// wherever it stands. Follows ld(1) of Xcode; which options exist is in ld64_options.cc.
#include <fmt/format.h>

#include <algorithm>
#include <unordered_map>

#include "command/command.h"
#include "command/ld64_options.h"
#include "command/response_file.h"

namespace ldwhy {
namespace {

using Kind = InputArg::Kind;

// Options that name one input, and what they say about it.
struct InputOption {
  std::string_view name;
  Kind kind;
  bool InputArg::*mark;  // null: none
};
constexpr InputOption input_options[] = {
    {"-l", Kind::Library, nullptr},
    {"-weak-l", Kind::Library, &InputArg::weak},
    {"-needed-l", Kind::Library, &InputArg::needed},
    {"-reexport-l", Kind::Library, &InputArg::reexport},
    {"-upward-l", Kind::Library, nullptr},
    {"-hidden-l", Kind::Library, nullptr},
    {"-lazy-l", Kind::Library, nullptr},
    {"-merge-l", Kind::Library, nullptr},
    {"-no_merge-l", Kind::Library, nullptr},
    {"-delay-l", Kind::Library, nullptr},
    {"-assert_weak-l", Kind::Library, &InputArg::weak},
    {"-framework", Kind::Framework, nullptr},
    {"-weak_framework", Kind::Framework, &InputArg::weak},
    {"-needed_framework", Kind::Framework, &InputArg::needed},
    {"-reexport_framework", Kind::Framework, &InputArg::reexport},
    {"-upward_framework", Kind::Framework, nullptr},
    {"-lazy_framework", Kind::Framework, nullptr},
    {"-merge_framework", Kind::Framework, nullptr},
    {"-no_merge_framework", Kind::Framework, nullptr},
    {"-delay_framework", Kind::Framework, nullptr},
    {"-assert_weak_framework", Kind::Framework, &InputArg::weak},
    {"-weak_library", Kind::File, &InputArg::weak},
    {"-needed_library", Kind::File, &InputArg::needed},
    {"-reexport_library", Kind::File, &InputArg::reexport},
    {"-upward_library", Kind::File, nullptr},
    {"-lazy_library", Kind::File, nullptr},
    {"-merge_library", Kind::File, nullptr},
    {"-no_merge_library", Kind::File, nullptr},
    {"-delay_library", Kind::File, nullptr},
    {"-assert_weak_library", Kind::File, &InputArg::weak},
    {"-force_load", Kind::File, &InputArg::whole_archive},
    {"-load_hidden", Kind::File, nullptr},
    // Undefined symbols may be found in it, as in a library.
    {"-bundle_loader", Kind::File, nullptr},
};

struct Switch {
  std::string_view name;
  bool Command::*field;
  bool value;
};
constexpr Switch switches[] = {
    {"-static", &Command::static_link, true},
    {"-dynamic", &Command::static_link, false},
    {"-dead_strip", &Command::gc_sections, true},
    {"-export_dynamic", &Command::export_dynamic, true},
    {"-all_load", &Command::all_load, true},
    {"-noall_load", &Command::all_load, false},
    {"-ObjC", &Command::objc_load, true},
    {"-lto_library", &Command::lto_plugin, true},
    {"-fixup_chains", &Command::chained_fixups, true},
    {"-no_fixup_chains", &Command::chained_fixups, false},
};

struct List {
  std::string_view name;
  std::vector<std::string> Command::*field;
};
constexpr List lists[] = {
    {"-L", &Command::library_paths},
    {"-F", &Command::framework_paths},
    {"-syslibroot", &Command::sysroots},
    {"-u", &Command::undefined_roots},
    {"-init", &Command::undefined_roots},
    {"-U", &Command::undefined_allowed},
    {"-unexported_symbol", &Command::unexported_symbols},
};

struct OutputKind {
  std::string_view name;
  Output kind;
};
constexpr OutputKind output_kinds[] = {
    {"-execute", Output::Executable}, {"-dylib", Output::Shared},    {"-bundle", Output::Bundle},
    {"-r", Output::Relocatable},      {"-preload", Output::Preload}, {"-dylinker", Output::Executable},
    {"-kext", Output::Bundle},        {"-pie", Output::Pie},
};

// Words for platforms, of -platform_version and of the older -*_version_min.
struct PlatformWord {
  std::string_view word;
  std::string_view number;  // as in LC_BUILD_VERSION
  std::string_view os;      // as in triples; '*' stands for the version
};
constexpr PlatformWord platforms[] = {
    {"macos", "1", "macos*"},
    {"macosx", "", "macos*"},
    {"ios", "2", "ios*"},
    {"iphoneos", "", "ios*"},
    {"tvos", "3", "tvos*"},
    {"watchos", "4", "watchos*"},
    {"bridgeos", "5", "bridgeos*"},
    {"mac-catalyst", "6", "ios*-macabi"},
    {"maccatalyst", "", "ios*-macabi"},
    {"iosmac", "", "ios*-macabi"},
    {"uikitformac", "", "ios*-macabi"},
    {"ios-simulator", "7", "ios*-simulator"},
    {"ios-sim", "", "ios*-simulator"},
    {"ios_simulator", "", "ios*-simulator"},
    {"tvos-simulator", "8", "tvos*-simulator"},
    {"tvos-sim", "", "tvos*-simulator"},
    {"tvos_simulator", "", "tvos*-simulator"},
    {"watchos-simulator", "9", "watchos*-simulator"},
    {"watchos-sim", "", "watchos*-simulator"},
    {"watchos_simulator", "", "watchos*-simulator"},
    {"driverkit", "10", "driverkit*"},
    {"xros", "11", "xros*"},
    {"visionos", "", "xros*"},
    {"xros-simulator", "12", "xros*-simulator"},
    {"xros-sim", "", "xros*-simulator"},
    {"visionos-simulator", "", "xros*-simulator"},
};

struct Reader {
  Command &command;
  const Files &files;
  std::string arch = "unknown";
  std::string os = "darwin";
  std::string treatment = "error";  // of -undefined
  bool flat = false;                // -flat_namespace
  bool lazy = false;
  uint32_t argument = 0;

  InputArg &add_input(Kind kind, std::string_view text) {
    InputArg &input = command.inputs.emplace_back();
    input.kind = kind;
    input.text = text;
    input.argument = argument;
    input.lazy = lazy;
    return input;
  }

  void set_platform(std::string_view word, std::string_view version) {
    for (const PlatformWord &row : platforms) {
      if (row.word != word && (row.number.empty() || row.number != word)) continue;
      os = row.os;
      os.replace(os.find('*'), 1, version);
    }
  }

  void read_filelist(std::string_view value);
  void read_names(std::string_view file, void (Reader::*take)(std::string_view));
  void add_exported(std::string_view pattern);
  void add_unexported(std::string_view pattern) { command.unexported_symbols.emplace_back(pattern); }
};

// ld(1), "-exported_symbols_list": names and patterns with "*", "?" and "[…]". A name must be
// defined; a pattern may match nothing.
void Reader::add_exported(std::string_view pattern) {
  command.exported_symbols.emplace_back(pattern);
  if (pattern.find_first_of("*?[") == pattern.npos) command.required_exports.emplace_back(pattern);
}

// One a line; "#" starts a comment.
void Reader::read_names(std::string_view file, void (Reader::*take)(std::string_view)) {
  command.export_files.emplace_back(file);
  Result<FileRef> opened = files.open(join_path(command.directory, file));
  if (!opened) return;
  std::string_view text = (*opened)->bytes().text();
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    line = line.substr(0, line.find('#'));
    size_t first = line.find_first_not_of(" \t\r");
    if (first == line.npos) continue;
    (this->*take)(line.substr(first, line.find_last_not_of(" \t\r") + 1 - first));
  }
}

void Reader::read_filelist(std::string_view value) {
  Result<std::vector<std::string>> names = read_file_list(value, command.directory, files);
  if (!names) {
    command.problems.push_back(names.error());
    return;
  }
  for (const std::string &name : *names) add_input(Kind::File, name);
}

using Values = std::vector<std::string_view>;
using Handler = void (*)(Reader &reader, const Values &values);
struct Action {
  std::string_view name;
  Handler run;
};
constexpr Action actions[] = {
    {"-o", [](Reader &r, const Values &v) { r.command.output = v[0]; }},
    {"-e", [](Reader &r, const Values &v) { r.command.entry = v[0]; }},
    {"-arch", [](Reader &r, const Values &v) { r.arch = v[0]; }},
    {"-platform_version", [](Reader &r, const Values &v) { r.set_platform(v[0], v[1]); }},
    {"-filelist", [](Reader &r, const Values &v) { r.read_filelist(v[0]); }},
    // "Alias OLD NEW": the new name is the one defined.
    {"-alias",
     [](Reader &r, const Values &v) {
       // LLD 14 says that it has no aliases yet, and goes on.
       bool ignored = r.command.linker == Linker::Lld && r.command.linker_major(99) < 15;
       if (!ignored) r.command.definitions.push_back({std::string(v[1]), std::string(v[0])});
     }},
    {"-undefined", [](Reader &r, const Values &v) { r.treatment = v[0]; }},
    {"-flat_namespace", [](Reader &r, const Values &) { r.flat = true; }},
    {"-twolevel_namespace", [](Reader &r, const Values &) { r.flat = false; }},
    {"-exported_symbol", [](Reader &r, const Values &v) { r.add_exported(v[0]); }},
    {"-exported_symbols_list", [](Reader &r, const Values &v) { r.read_names(v[0], &Reader::add_exported); }},
    {"-unexported_symbols_list", [](Reader &r, const Values &v) { r.read_names(v[0], &Reader::add_unexported); }},
    {"-no_exported_symbols", [](Reader &r, const Values &) { r.command.unexported_symbols.emplace_back("*"); }},
    {"--start-lib", [](Reader &r, const Values &) { r.lazy = true; }},
    {"--end-lib", [](Reader &r, const Values &) { r.lazy = false; }},
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

// LLD has no -r and no -preload: it warns, and makes a program.
bool makes(const Command &command, Output kind) {
  return command.linker != Linker::Lld || (kind != Output::Relocatable && kind != Output::Preload);
}

// LLD reads over these with a warning, and takes nothing of what they name.
bool is_read_over(const Command &command, std::string_view name) {
  return command.linker == Linker::Lld && (name.starts_with("-upward") || name.starts_with("-lazy") || name == "-init");
}

void apply(Reader &reader, std::string_view name, const Values &values) {
  static const Table<InputOption> input_table = by_name(input_options);
  static const Table<Switch> switch_table = by_name(switches);
  static const Table<List> list_table = by_name(lists);
  static const Table<OutputKind> kind_table = by_name(output_kinds);
  static const Table<Action> action_table = by_name(actions);
  Command &command = reader.command;
  if (const InputOption *row = find_row(input_table, name); row && !is_read_over(command, name)) {
    InputArg &input = reader.add_input(row->kind, values[0]);
    if (row->mark) input.*row->mark = true;
  }
  if (const Switch *row = find_row(switch_table, name)) command.*row->field = row->value;
  if (const List *row = find_row(list_table, name); row && !is_read_over(command, name))
    (command.*row->field).emplace_back(values[0]);
  if (const OutputKind *row = find_row(kind_table, name); row && makes(command, row->kind)) {
    // -pie says something about executables only.
    if (row->kind != Output::Pie || command.output_kind == Output::Executable) command.output_kind = row->kind;
  }
  if (const Action *row = find_row(action_table, name)) row->run(reader, values);
  constexpr std::string_view minimum = "_version_min";
  if (name.ends_with(minimum)) reader.set_platform(name.substr(1, name.size() - 1 - minimum.size()), values[0]);
}

void finish(Reader &reader) {
  Command &command = reader.command;
  command.target = target_from_triple(fmt::format("{}-apple-{}", reader.arch, reader.os));
  command.target.triple = {};
  // Without -platform_version nothing says that it is a Mac.
  if (reader.os == "darwin") command.target.platform = Platform::Unknown;
  command.no_undefined = reader.treatment == "error";
  command.allow_undefined = reader.treatment == "warning" || reader.treatment == "suppress";
  // Both need -flat_namespace; LLD 14 says so and goes on as if nothing were asked.
  if (command.linker == Linker::Lld && !reader.flat && command.linker_major(99) < 15) command.allow_undefined = false;
  if (reader.treatment == "dynamic_lookup") command.undefined_allowed.emplace_back("*");
  // What a library needs of others is not looked at.
  command.allow_shlib_undefined = true;
  if (command.all_load)
    for (InputArg &input : command.inputs) {
      input.whole_archive = true;
      // LLD 14 takes what stands between --start-lib and --end-lib no sooner for it.
      if (command.linker != Linker::Lld || command.linker_major(99) >= 15) input.lazy = false;
    }
  if (command.static_link)
    for (InputArg &input : command.inputs) input.static_only = true;
}

// LLD 14 knows none of -load_hidden, -hidden-l and -no_exported_symbols, and reads the first as
// "-l oad_hidden".
std::optional<Ld64Option> find_option(const Command &command, std::string_view word) {
  constexpr std::string_view hidden = "-load_hidden";
  bool old = command.linker == Linker::Lld && command.linker_major(99) < 15;
  if (old && word == hidden) return Ld64Option{"-l", hidden.substr(2), 0};
  if (old && (word.starts_with("-hidden-l") || word == "-no_exported_symbols")) return std::nullopt;
  // Apple's only.
  for (std::string_view start : {"-merge", "-no_merge", "-delay", "-assert_weak"}) {
    std::string_view rest = word.substr(std::min(start.size(), word.size()));
    bool library = rest.starts_with("-l") || rest == "_library" || rest == "_framework";
    if (command.linker == Linker::Lld && library && word.starts_with(start)) return std::nullopt;
  }
  return find_ld64_option(word);
}

void read_ld64(Command &command, const Files &files) {
  Reader reader{.command = command, .files = files};
  const std::vector<std::string> &argv = command.linker_argv;
  for (size_t i = 1; i < argv.size(); ++i) {
    std::string_view text = argv[i];
    reader.argument = static_cast<uint32_t>(i);
    if (text.size() < 2 || text[0] != '-') {
      if (!text.empty()) reader.add_input(Kind::File, text);
      continue;
    }
    std::optional<Ld64Option> option = find_option(command, text);
    if (!option) {
      command.unknown_options.emplace_back(text);
      continue;
    }
    Values values;
    if (!option->joined.empty()) values.push_back(option->joined);
    if (static_cast<size_t>(option->arguments) > argv.size() - i - 1) {
      command.problems.push_back({"", "", std::nullopt, fmt::format("the option {} has too few arguments", argv[i])});
      break;
    }
    for (int n = 0; n < option->arguments; ++n) values.emplace_back(argv[++i]);
    if (option->arguments > 0) reader.argument = static_cast<uint32_t>(i);
    apply(reader, option->name, values);
  }
  finish(reader);
}

}  // namespace

const CommandDialect ld64_command = {"ld64", "Apple ld, ld64.lld", Flavor::Darwin, read_ld64};

}  // namespace ldwhy
