// Argument lists of wasm-ld, LLD's port for WebAssembly.
//
// Its options look like LLD's for ELF, with names of one dash or two, and its own besides; but it
// knows no groups, no version scripts and no shared libraries unless asked for. Follows `wasm-ld
// --help` of LLD 14, 19 and 22 and trials. Which version brought an option is told where 14 has it
// not: an unknown option is an error.
#include "command/wasm_ld.h"

#include <algorithm>
#include <optional>
#include <unordered_map>

#include "command/command.h"

namespace ldwhy {
namespace {

enum class Form : uint8_t {
  Flag,
  Value,   // "--name=VALUE" or "--name VALUE"
  Joined,  // "--name=VALUE", or "--name" alone where that exists too
  Letter,  // "-nVALUE" or "-n VALUE"
};

struct Group {
  Form form;
  int since;  // of LLD
  std::string_view names;
};
constexpr Group groups[] = {
    {Form::Flag, 0,
     "allow-undefined Bsymbolic check-features color-diagnostics compress-relocations demangle "
     "disable-verify emit-relocs error-unresolved-symbols experimental-pic export-all export-dynamic "
     "export-table fatal-warnings gc-sections growable-table help import-memory import-table "
     "import-undefined lto-debug-pass-manager merge-data-segments no-check-features "
     "no-color-diagnostics no-demangle no-entry no-export-dynamic no-fatal-warnings no-gc-sections "
     "no-merge-data-segments no-pie no-print-gc-sections no-whole-archive pie print-gc-sections "
     "print-map relocatable save-temps shared shared-memory stack-first strip-all strip-debug trace "
     "verbose version warn-unresolved-symbols whole-archive E M r S s t v"},
    {Form::Flag, 15, "export-memory"},
    {Form::Flag, 16,
     "Bdynamic Bstatic build-id call_shared dn dy end-lib no-growable-memory no-shlib-sigcheck "
     "non_shared start-lib static"},
    {Form::Flag, 20,
     "allow-multiple-definition no-allow-multiple-definition no-stack-first noinhibit-exec "
     "thinlto-emit-imports-files thinlto-emit-index-files thinlto-index-only V"},
    {Form::Value, 0,
     "allow-undefined-file entry error-limit export export-if-defined features global-base "
     "initial-memory lto-partitions Map max-memory mllvm reproduce rsp-quoting thinlto-cache-dir "
     "thinlto-cache-policy trace-symbol undefined wrap"},
    {Form::Value, 16, "extra-features initial-heap keep-section soname table-base why-extract"},
    {Form::Value, 20, "lto-obj-path page-size rpath"},
    {Form::Joined, 0, "color-diagnostics threads thinlto-jobs unresolved-symbols"},
    {Form::Joined, 15, "export-memory import-memory"},
    {Form::Joined, 16, "build-id"},
    {Form::Joined, 20, "thinlto-index-only thinlto-object-suffix-replace thinlto-prefix-replace"},
    {Form::Letter, 0, "e L l m O o u y z"},
};
// Letters and other spellings of long names.
constexpr std::pair<std::string_view, std::string_view> aliases[] = {
    {"e", "entry"},         {"E", "export-dynamic"},  {"L", "library-path"}, {"l", "library"},
    {"o", "output"},        {"r", "relocatable"},     {"u", "undefined"},    {"dn", "static"},
    {"Bstatic", "static"},  {"non_shared", "static"}, {"dy", "Bdynamic"},    {"call_shared", "Bdynamic"},
    {"library", "library"},
};

struct Option {
  Form form = Form::Flag;
  int since = 0;
};
struct Forms {
  std::optional<Option> plain, with_value;
};
using Table = std::unordered_map<std::string_view, Forms>;

Table make_table() {
  Table table;
  for (const Group &group : groups)
    for (size_t at = 0; at < group.names.size();) {
      size_t end = std::min(group.names.find(' ', at), group.names.size());
      Forms &forms = table[group.names.substr(at, end - at)];
      Option option{group.form, group.since};
      if (group.form == Form::Flag) forms.plain = option;
      else forms.with_value = option;
      at = end + 1;
    }
  return table;
}

struct Reader {
  Command &command;
  bool whole_archive = false, lazy = false;
  bool pie = false, shared = false, relocatable = false;
  std::optional<bool> static_only = {};  // the last of -Bstatic and -Bdynamic before the input
  std::optional<bool> gc = {}, export_dynamic = {};
  bool allow_undefined = false, warn_unresolved = false, fatal_warnings = false, noinhibit_exec = false;
  std::string_view unresolved = "report-all";
  uint32_t argument = 0;
  std::vector<bool> unsaid = {};  // by input: nothing was said so far

  void add_input(InputArg::Kind kind, std::string_view text) {
    if (text.empty()) return;
    InputArg input;
    input.kind = kind;
    input.text = text;
    input.argument = argument;
    input.whole_archive = whole_archive;
    input.lazy = lazy;
    input.static_only = static_only.value_or(true);
    unsaid.push_back(!static_only);
    command.inputs.push_back(std::move(input));
  }
  void settle_search() {
    for (size_t i = 0; i < command.inputs.size(); ++i)
      if (unsaid[i]) command.inputs[i].static_only = !pie && !shared;
  }
};

using Handler = void (*)(Reader &reader, std::string_view value);
const std::unordered_map<std::string_view, Handler> &actions() {
  using R = Reader &;
  using V = std::string_view;
  static const std::unordered_map<std::string_view, Handler> table = {
      {"output", [](R r, V v) { r.command.output = v; }},
      {"library", [](R r, V v) { r.add_input(InputArg::Kind::Library, v); }},
      {"library-path", [](R r, V v) { r.command.library_paths.emplace_back(v); }},
      {"entry", [](R r, V v) { r.command.entry = v, r.command.no_entry = v.empty(); }},
      {"no-entry", [](R r, V) { r.command.no_entry = true; }},
      {"undefined", [](R r, V v) { r.command.undefined_roots.emplace_back(v); }},
      {"export",
       [](R r, V v) {
         r.command.exported_symbols.emplace_back(v);
         r.command.required_exports.emplace_back(v);
       }},
      {"export-if-defined", [](R r, V v) { r.command.exported_symbols.emplace_back(v); }},
      {"export-all", [](R r, V) { r.command.exported_symbols.emplace_back("*"); }},
      {"export-dynamic", [](R r, V) { r.export_dynamic = true; }},
      {"no-export-dynamic", [](R r, V) { r.export_dynamic = false; }},
      {"allow-undefined", [](R r, V) { r.allow_undefined = true; }},
      {"allow-undefined-file", [](R r, V v) { r.command.export_files.emplace_back(v); }},
      {"import-undefined", [](R r, V) { r.command.import_undefined = true; }},
      {"unresolved-symbols", [](R r, V v) { r.unresolved = v; }},
      {"warn-unresolved-symbols", [](R r, V) { r.warn_unresolved = true; }},
      {"error-unresolved-symbols", [](R r, V) { r.warn_unresolved = false; }},
      {"noinhibit-exec", [](R r, V) { r.noinhibit_exec = true; }},
      {"fatal-warnings", [](R r, V) { r.fatal_warnings = true; }},
      {"no-fatal-warnings", [](R r, V) { r.fatal_warnings = false; }},
      {"allow-multiple-definition", [](R r, V) { r.command.allow_multiple = true; }},
      {"no-allow-multiple-definition", [](R r, V) { r.command.allow_multiple = false; }},
      {"z", [](R r, V v) { r.command.allow_multiple |= v == "muldefs" && r.command.linker_major(99) >= 20; }},
      {"gc-sections", [](R r, V) { r.gc = true; }},
      {"no-gc-sections", [](R r, V) { r.gc = false; }},
      {"relocatable", [](R r, V) { r.relocatable = true; }},
      {"shared", [](R r, V) { r.shared = true; }},
      {"pie", [](R r, V) { r.pie = true; }},
      {"no-pie", [](R r, V) { r.pie = false; }},
      {"static", [](R r, V) { r.static_only = true; }},
      {"Bdynamic", [](R r, V) { r.static_only = false; }},
      {"whole-archive", [](R r, V) { r.whole_archive = true; }},
      {"no-whole-archive", [](R r, V) { r.whole_archive = false; }},
      {"start-lib", [](R r, V) { r.lazy = true; }},
      {"end-lib", [](R r, V) { r.lazy = false; }},
      {"wrap", [](R r, V v) { r.command.wrapped.emplace_back(v); }},
      {"shared-memory", [](R r, V) { r.command.shared_memory = true; }},
      {"m", [](R r, V v) { r.command.target.arch = v == "wasm64" ? Arch::Wasm64 : Arch::Wasm32; }},
  };
  return table;
}

void apply(Reader &reader, std::string_view name, std::string_view value) {
  for (const auto &[spelled, meant] : aliases)
    if (spelled == name) name = meant;
  auto found = actions().find(name);
  if (found != actions().end()) found->second(reader, value);
}

struct Word {
  std::optional<Option> option;
  std::string_view name, value;
  bool has_value = false;
};

Word read_word(std::string_view text) {
  static const Table table = make_table();
  Word word;
  bool two = text.starts_with("--");
  std::string_view body = text.substr(two ? 2 : 1);
  size_t equals = body.find('=');
  word.name = body.substr(0, equals);
  Table::const_iterator found = table.find(word.name);
  bool letter = found != table.end() && found->second.with_value && found->second.with_value->form == Form::Letter;
  if (found != table.end() && !(letter && two)) {
    word.has_value = equals != body.npos && !letter;
    word.option = word.has_value || !found->second.plain ? found->second.with_value : found->second.plain;
    if (word.has_value) word.value = body.substr(equals + 1);
    if (word.option && (!letter || body.size() == 1)) return word;
  }
  // "--lto-O2", "--lto-CGO2".
  for (std::string_view prefix : {"lto-O", "lto-CGO"})
    if (body.starts_with(prefix)) return {Option{}, prefix, {}, false};
  word = {};
  if (two || body.empty()) return word;
  found = table.find(body.substr(0, 1));
  if (found == table.end() || !found->second.with_value) return word;
  word = {found->second.with_value, body.substr(0, 1), body.substr(1), body.size() > 1};
  return word;
}

// Pairs that wasm-ld does not take together.
void find_conflicts(const Reader &reader, Command &command) {
  auto has = [&](std::string_view name) {
    return std::ranges::any_of(command.linker_argv, [&](const std::string &word) {
      return word.starts_with('-') && word.ends_with(name) && word.size() - name.size() <= 2;
    });
  };
  auto object_to = [&](bool both, std::string_view text) {
    if (both) command.problems.push_back({"", "", std::nullopt, std::string(text)});
  };
  object_to(reader.pie && reader.shared, "-shared and -pie may not be used together");
  object_to(has("import-table") && has("export-table") && command.linker_major(99) < 20,
            "--import-table and --export-table may not be used together");
  object_to((reader.shared || reader.pie) && has("export-table"), "-shared/-pie is incompatible with --export-table");
  if (reader.fatal_warnings && !has("experimental-pic")) {
    object_to(reader.shared, "creating shared libraries, with -shared, is not yet stable");
    object_to(reader.pie, "creating PIEs, with -pie, is not yet stable");
  }
  object_to(reader.fatal_warnings && has("Bsymbolic") && !reader.shared,
            "-Bsymbolic is only meaningful when combined with -shared");
  if (!reader.relocatable) return;
  object_to(!command.entry.empty(), "entry point specified for relocatable output file");
  object_to(reader.gc.value_or(false), "-r and --gc-sections may not be used together");
  object_to(!command.undefined_roots.empty(), "-r and --undefined may not be used together");
  object_to(reader.pie, "-r and -pie may not be used together");
  object_to(command.shared_memory, "-r and --shared-memory may not be used together");
  object_to(has("export-table"), "--relocatable is incompatible with --export-table");
  object_to(has("growable-table"), "--relocatable is incompatible with --growable-table");
}

void finish(Reader &reader) {
  Command &command = reader.command;
  command.target.format = Format::Wasm;
  if (command.target.arch == Arch::Unknown) command.target.arch = Arch::Wasm32;
  command.target.bits = command.target.arch == Arch::Wasm64 ? 64 : 32;
  command.output_kind = reader.relocatable ? Output::Relocatable
                        : reader.shared    ? Output::Shared
                        : reader.pie       ? Output::Pie
                                           : Output::Executable;
  command.gc_sections = reader.gc.value_or(!reader.relocatable);
  command.export_dynamic = reader.export_dynamic.value_or(reader.shared);
  command.import_undefined |= reader.allow_undefined;
  bool report = reader.unresolved == "report-all" && (!reader.warn_unresolved || reader.fatal_warnings);
  command.allow_multiple |= reader.noinhibit_exec && !reader.fatal_warnings;
  command.allow_undefined = reader.allow_undefined || !report;
  // Before 16 whatever was loaded at run time could be completed there.
  if ((reader.shared || reader.pie) && command.linker_major(99) < 16) command.allow_undefined = true;
  command.allow_shlib_undefined = true;
  reader.settle_search();
  find_conflicts(reader, command);
}

void read_wasm_ld(Command &command, const Files &files) {
  Reader reader{.command = command};
  const std::vector<std::string> &argv = command.linker_argv;
  for (size_t i = 1; i < argv.size(); ++i) {
    reader.argument = static_cast<uint32_t>(i);
    std::string_view text = argv[i];
    if (i == 1 && text == "-flavor") {
      ++i;
      continue;
    }
    if (text.size() < 2 || text[0] != '-') {
      reader.add_input(InputArg::Kind::File, text);
      continue;
    }
    Word word = read_word(text);
    if (!word.option || word.option->since > command.linker_major(99)) command.unknown_options.emplace_back(text);
    if (!word.option) continue;
    bool takes_next = word.option->form == Form::Value || word.option->form == Form::Letter;
    if (takes_next && !word.has_value) {
      if (i + 1 == argv.size()) {
        command.problems.push_back({"", "", std::nullopt, "the option " + argv[i] + " has no argument"});
        break;
      }
      word.value = argv[++i];
      reader.argument = static_cast<uint32_t>(i);
    }
    apply(reader, word.name, word.value);
  }
  finish(reader);
  for (const std::string &file : command.export_files)
    allow_undefined_of(join_path(command.directory, file), command, files);
}

}  // namespace

void allow_undefined_of(const std::string &path, Command &command, const Files &files) {
  Result<FileRef> file = files.open(path);
  if (!file) return;
  std::string_view text = (*file)->bytes().text();
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    line = line.substr(0, line.find('#'));
    size_t first = line.find_first_not_of(" \t\r");
    if (first == line.npos) continue;
    size_t last = line.find_last_not_of(" \t\r");
    command.undefined_allowed.emplace_back(line.substr(first, last - first + 1));
  }
}

void read_import_lists(Command &command, const Files &files) {
  for (const InputArg &input : command.inputs) {
    if (!input.path.ends_with(".a")) continue;
    std::string list = input.path.substr(0, input.path.size() - 1) + "imports";
    if (files.is_file(list)) allow_undefined_of(list, command, files);
  }
}

const CommandDialect wasm_ld_command = {"wasm_ld", "wasm-ld", Flavor::Wasm, read_wasm_ld};

}  // namespace ldwhy
