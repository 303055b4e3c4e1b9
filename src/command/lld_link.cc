// Argument lists of Microsoft's linker and of LLD's in its form ("Linker options" in Microsoft's
// linker reference; lld-link's own /help; trials with LLD 14 to 22).
//
// An option begins with "/" or "-", in any case of letters, and has its value behind a colon: no
// option takes the next word. A word that begins with "/" and is no option is a file, since that is
// how paths begin elsewhere. Libraries named by /defaultlib are searched after all other inputs.
#include "command/lld_link.h"

#include <algorithm>
#include <span>
#include <unordered_map>
#include <unordered_set>

#include "base/text.h"
#include "command/command.h"

namespace ldwhy {
namespace {

constexpr std::string_view option_names[] = {"align",
                                             "aligncomm",
                                             "allowbind",
                                             "allowisolation",
                                             "alternatename",
                                             "appcontainer",
                                             "arm64xsameaddress",
                                             "assemblydebug",
                                             "assemblylinkresource",
                                             "assemblymodule",
                                             "assemblyresource",
                                             "base",
                                             "brepro",
                                             "build-id",
                                             "call-graph-ordering-file",
                                             "call-graph-profile-sort",
                                             "cetcompat",
                                             "cetcompatstrict",
                                             "cetdynamicapisinproc",
                                             "cetipvalidationrelaxed",
                                             "cgthreads",
                                             "clrimagetype",
                                             "clrloaderoptimization",
                                             "clrsupportlasterror",
                                             "clrthreadattribute",
                                             "clrunmanagedcodecheck",
                                             "debug",
                                             "debugtype",
                                             "def",
                                             "defarm64native",
                                             "defaultlib",
                                             "delay",
                                             "delayload",
                                             "delaysign",
                                             "demangle",
                                             "dependentloadflag",
                                             "diasdkdir",
                                             "disallowlib",
                                             "dll",
                                             "driver",
                                             "dwodir",
                                             "dynamicbase",
                                             "editandcontinue",
                                             "emittoolversioninfo",
                                             "end-lib",
                                             "entry",
                                             "errorlimit",
                                             "errorreport",
                                             "exclude-all-symbols",
                                             "exclude-symbols",
                                             "experimental",
                                             "export",
                                             "export-all-symbols",
                                             "failifmismatch",
                                             "fastfail",
                                             "fat-lto-objects",
                                             "filealign",
                                             "fixed",
                                             "force",
                                             "functionpadmin",
                                             "genprofile",
                                             "fastgenprofile",
                                             "guard",
                                             "guardsym",
                                             "heap",
                                             "highentropyva",
                                             "hotpatchcompatible",
                                             "idlout",
                                             "ignore",
                                             "ignoreidl",
                                             "ilk",
                                             "implib",
                                             "include",
                                             "includeglob",
                                             "includeoptional",
                                             "incremental",
                                             "inferasanlibs",
                                             "integritycheck",
                                             "kernel",
                                             "keycontainer",
                                             "keyfile",
                                             "largeaddressaware",
                                             "lib",
                                             "libpath",
                                             "link",
                                             "linkerrepro",
                                             "linkrepro",
                                             "linkreprofullpathrsp",
                                             "lldemit",
                                             "lldignoreenv",
                                             "lldltocache",
                                             "lldltocachepolicy",
                                             "lldmap",
                                             "lldmingw",
                                             "lldsavetemps",
                                             "lto-cs-profile-file",
                                             "lto-cs-profile-generate",
                                             "lto-obj-path",
                                             "lto-pgo-warn-mismatch",
                                             "lto-sample-profile",
                                             "ltcg",
                                             "ltcgout",
                                             "machine",
                                             "manifest",
                                             "manifestdependency",
                                             "manifestfile",
                                             "manifestinput",
                                             "manifestuac",
                                             "map",
                                             "mapinfo",
                                             "maxilksize",
                                             "merge",
                                             "midl",
                                             "mllvm",
                                             "natvis",
                                             "noassembly",
                                             "nodbgdirmerge",
                                             "nodefaultlib",
                                             "noentry",
                                             "noexp",
                                             "nofuncpadsection",
                                             "noimplib",
                                             "nologo",
                                             "nxcompat",
                                             "opt",
                                             "order",
                                             "osversion",
                                             "out",
                                             "output-def",
                                             "pdb",
                                             "pdbaltpath",
                                             "pdbpagesize",
                                             "pdbsourcepath",
                                             "pdbstream",
                                             "pdbstripped",
                                             "pdbtmcache",
                                             "pogosafemode",
                                             "prefetch-inputs",
                                             "print-symbol-order",
                                             "profile",
                                             "release",
                                             "reproduce",
                                             "runtime-pseudo-reloc",
                                             "auto-import",
                                             "stdcall-fixup",
                                             "safeseh",
                                             "section",
                                             "sectionlayout",
                                             "sourcelink",
                                             "stack",
                                             "start-lib",
                                             "stub",
                                             "subsystem",
                                             "summary",
                                             "swaprun",
                                             "test",
                                             "thinlto-distributor",
                                             "thinlto-distributor-arg",
                                             "thinlto-emit-imports-files",
                                             "thinlto-index-only",
                                             "thinlto-object-suffix-replace",
                                             "thinlto-prefix-replace",
                                             "thinlto-remote-compiler",
                                             "thinlto-remote-compiler-arg",
                                             "thinlto-remote-compiler-prepend-arg",
                                             "threads",
                                             "throwingnew",
                                             "time",
                                             "timestamp",
                                             "tlbid",
                                             "tlbout",
                                             "tsaware",
                                             "useprofile",
                                             "vctoolsdir",
                                             "vctoolsversion",
                                             "verbose",
                                             "version",
                                             "vfsoverlay",
                                             "wholearchive",
                                             "winmd",
                                             "winmddelaysign",
                                             "winmdkeycontainer",
                                             "winmdkeyfile",
                                             "winsdkdir",
                                             "winsdkversion",
                                             "winsysroot",
                                             "wrap",
                                             "wx"};
// What LLD has of them only since 15 to 19, only since 20 to 22, and not in 22.
constexpr std::string_view lld_names_since_15[] = {
    "assemblydebug", "build-id",   "dependentloadflag", "diasdkdir",          "dwodir",    "exclude-symbols",
    "inferasanlibs", "kernel",     "lldemit",           "lto-sample-profile", "mapinfo",   "noimplib",
    "release",       "vctoolsdir", "vctoolsversion",    "vfsoverlay",         "winsdkdir", "winsdkversion",
    "winsysroot"};
constexpr std::string_view lld_names_since_20[] = {"arm64xsameaddress",
                                                   "cetcompatstrict",
                                                   "cetdynamicapisinproc",
                                                   "cetipvalidationrelaxed",
                                                   "defarm64native",
                                                   "emittoolversioninfo",
                                                   "fat-lto-objects",
                                                   "hotpatchcompatible",
                                                   "includeglob",
                                                   "link",
                                                   "linkreprofullpathrsp",
                                                   "nodbgdirmerge",
                                                   "noexp",
                                                   "prefetch-inputs",
                                                   "sectionlayout",
                                                   "thinlto-distributor",
                                                   "thinlto-distributor-arg",
                                                   "thinlto-remote-compiler",
                                                   "thinlto-remote-compiler-arg",
                                                   "thinlto-remote-compiler-prepend-arg"};
constexpr std::string_view foreign_names[] = {"assemblylinkresource",
                                              "assemblymodule",
                                              "assemblyresource",
                                              "cgthreads",
                                              "clrimagetype",
                                              "clrloaderoptimization",
                                              "clrsupportlasterror",
                                              "clrthreadattribute",
                                              "clrunmanagedcodecheck",
                                              "delaysign",
                                              "experimental",
                                              "genprofile",
                                              "fastgenprofile",
                                              "keycontainer",
                                              "keyfile",
                                              "linkerrepro",
                                              "midl",
                                              "noassembly",
                                              "nofuncpadsection",
                                              "pdbtmcache",
                                              "pogosafemode",
                                              "sourcelink",
                                              "test",
                                              "useprofile",
                                              "winmd",
                                              "winmddelaysign",
                                              "winmdkeycontainer",
                                              "winmdkeyfile"};
constexpr std::string_view dashed_names[] = {
    "version",     "help",       "color-diagnostics",      "no-color-diagnostics",
    "rsp-quoting", "time-trace", "time-trace-granularity", "load-pass-plugin"};

struct MachineName {
  std::string_view name;
  std::string_view triple;
};
constexpr MachineName machines[] = {
    {"x64", "x86_64-pc-windows-msvc"},      {"amd64", "x86_64-pc-windows-msvc"},   {"x86", "i386-pc-windows-msvc"},
    {"i386", "i386-pc-windows-msvc"},       {"arm64", "aarch64-pc-windows-msvc"},  {"arm", "thumbv7-pc-windows-msvc"},
    {"arm64ec", "arm64ec-pc-windows-msvc"}, {"arm64x", "arm64ec-pc-windows-msvc"},
};

// What a library's name means to /nodefaultlib: small letters, ".lib" where it has no ending.
std::string library_key(std::string_view name) {
  std::string key = lower_case(name);
  return file_name(key).find('.') == std::string_view::npos ? key + ".lib" : key;
}

struct Reader {
  Command &command;
  uint32_t argument = 0;
  bool lazy = false;
  bool all_whole = false;
  bool drops_by_default = true;
  std::optional<bool> drops = {};               // /opt:ref, /opt:noref
  std::vector<std::string> whole;               // /wholearchive:NAME
  std::vector<InputArg> default_libraries;

  void add_input(std::string_view text, InputArg::Kind kind = InputArg::Kind::File) {
    if (text.empty()) return;
    InputArg input;
    input.kind = kind;
    input.text = text;
    input.argument = argument;
    input.lazy = lazy;
    input.default_library = kind == InputArg::Kind::Library;
    (input.default_library ? default_libraries : command.inputs).push_back(std::move(input));
  }
  void finish();
};

using Handler = void (*)(Reader &reader, const std::string &value);
const std::unordered_map<std::string_view, Handler> &handlers() {
  static const std::unordered_map<std::string_view, Handler> table = {
      {"alternatename",
       [](Reader &r, const std::string &v) {
         size_t equals = v.find('=');
         if (equals != v.npos) r.command.coff.alternate_names.push_back({v.substr(0, equals), v.substr(equals + 1)});
       }},
      {"def", [](Reader &r, const std::string &v) { r.command.coff.module_definitions.push_back({v}); }},
      {"defaultlib", [](Reader &r, const std::string &v) { r.add_input(v, InputArg::Kind::Library); }},
      {"dll", [](Reader &r, const std::string &) { r.command.output_kind = Output::Shared; }},
      {"end-lib", [](Reader &r, const std::string &) { r.lazy = false; }},
      {"entry", [](Reader &r, const std::string &v) { r.command.entry = v; }},
      {"export", [](Reader &r, const std::string &v) { r.command.required_exports.push_back(v); }},
      {"force",
       [](Reader &r, const std::string &v) {
         std::string what = lower_case(v);
         if (what.empty() || what == "unresolved") r.command.allow_undefined = true;
         if (what.empty() || what == "multiple") r.command.allow_multiple = true;
       }},
      {"include", [](Reader &r, const std::string &v) { r.command.undefined_roots.push_back(v); }},
      {"libpath", [](Reader &r, const std::string &v) { r.command.library_paths.push_back(v); }},
      {"machine",
       [](Reader &r, const std::string &v) {
         std::string name = lower_case(v);
         for (const MachineName &row : machines) {
           if (row.name != name) continue;
           r.command.target = target_from_triple(row.triple);
           r.command.target.triple = {};
         }
       }},
      {"nodefaultlib",
       [](Reader &r, const std::string &v) {
         r.command.coff.without_libraries.push_back(v.empty() ? "*" : library_key(v));
       }},
      {"noentry", [](Reader &r, const std::string &) { r.command.no_entry = true; }},
      // For debugging nothing is dropped, unless asked for.
      {"debug", [](Reader &r, const std::string &v) { r.drops_by_default = lower_case(v) == "none"; }},
      {"opt",
       [](Reader &r, const std::string &v) {
         std::string what = "," + lower_case(v) + ",";
         if (what.find(",ref,") != what.npos) r.drops = true;
         if (what.find(",noref,") != what.npos) r.drops = false;
       }},
      {"out", [](Reader &r, const std::string &v) { r.command.output = v; }},
      {"start-lib", [](Reader &r, const std::string &) { r.lazy = true; }},
      {"subsystem",
       [](Reader &r, const std::string &v) { r.command.coff.subsystem = lower_case(v.substr(0, v.find(','))); }},
      {"wholearchive",
       [](Reader &r, const std::string &v) {
         if (v.empty()) {
           r.all_whole = true;
         } else {
           r.whole.push_back(v);
           r.add_input(v);
         }
       }},
      {"wrap", [](Reader &r, const std::string &v) { r.command.wrapped.push_back(v); }},
  };
  return table;
}

// /wholearchive holds for libraries before it too.
void Reader::finish() {
  for (InputArg &input : command.inputs)
    input.whole_archive = all_whole || std::ranges::find(whole, input.text) != whole.end();
  command.inputs.insert(command.inputs.end(), default_libraries.begin(), default_libraries.end());
  command.gc_sections = drops.value_or(drops_by_default);
  command.target.format = Format::Coff;
}

bool knows(const Command &command, std::string_view name) {
  if (command.linker != Linker::Lld) return true;
  int version = command.linker_major(99);
  auto among = [&](std::span<const std::string_view> names) { return std::ranges::find(names, name) != names.end(); };
  return !among(foreign_names) && (version >= 20 || !among(lld_names_since_20)) &&
         (version >= 15 || !among(lld_names_since_15));
}

void read_lld_link(Command &command, const Files &) {
  Reader reader{.command = command};
  for (size_t i = 1; i < command.linker_argv.size(); ++i) {
    reader.argument = static_cast<uint32_t>(i);
    LinkExeWord word = read_link_exe_word(command.linker_argv[i]);
    // What begins with "/" and is no option is a file.
    if (word.known && !knows(command, word.name)) word.known = false, word.is_option = command.linker_argv[i][0] == '-';
    if (i + 1 < command.linker_argv.size() && i == 1 && command.linker_argv[i] == "-flavor") {
      ++i;
    } else if (!word.is_option) {
      reader.add_input(command.linker_argv[i]);
    } else if (!word.known) {
      command.unknown_options.push_back(command.linker_argv[i]);
    } else if (auto handler = handlers().find(word.name); handler != handlers().end()) {
      handler->second(reader, word.value);
    }
  }
  reader.finish();
}

}  // namespace

LinkExeWord read_link_exe_word(std::string_view text) {
  static const std::unordered_set<std::string_view> names(std::begin(option_names), std::end(option_names));
  LinkExeWord word;
  if (text.size() < 2 || (text[0] != '-' && text[0] != '/')) return word;
  bool dashes = text.starts_with("--");
  std::string_view body = text.substr(dashes ? 2 : 1);
  size_t end = std::min(body.find_first_of(dashes ? ":=" : ":"), body.size());
  word.name = lower_case(body.substr(0, end));
  word.value = body.substr(std::min(end + 1, body.size()));
  word.is_option = true;
  word.known =
      dashes ? std::ranges::find(dashed_names, word.name) != std::end(dashed_names) : names.contains(word.name);
  if (text == "/?" || text == "-help" || text == "/help") word.known = true;
  if (!word.known && text[0] == '/') word.is_option = false;
  return word;
}

const CommandDialect lld_link_command = {"lld_link", "lld-link, link.exe", Flavor::Coff, read_lld_link};

}  // namespace ldwhy
