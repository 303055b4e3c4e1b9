// From what the user typed to a link command: which program it is, the words it gets, the
// linker that this comes to, what that reads, and the files that it finds.
#include <fmt/format.h>

#include <algorithm>

#include "base/process.h"
#include "command/command.h"
#include "command/driver.h"
#include "command/find_library.h"
#include "command/response_file.h"
#include "command/wasm_ld.h"

namespace ldwhy {
namespace {

// Programs that run the command after them.
constexpr std::string_view launchers[] = {"ccache", "sccache", "distcc", "icecc", "buildcache",
                                          "env",    "xcrun",   "time",   "nice",  "gomacc"};
// No GNU-style linker has these.
constexpr std::string_view darwin_words[] = {
    "-arch",  "-platform_version", "-macosx_version_min", "-macos_version_min", "-syslibroot",
    "-dylib", "-ios_version_min",  "-framework"};

template <size_t N>
bool is_one_of(std::string_view word, const std::string_view (&words)[N]) {
  return std::find(std::begin(words), std::end(words), word) != std::end(words);
}

Flavor flavor_from_name(std::string_view name) {
  for (Flavor flavor : {Flavor::Gnu, Flavor::Darwin, Flavor::Coff, Flavor::Wasm})
    if (flavor_name(flavor) == name) return flavor;
  // `lld -flavor` and rustc's linker-flavor have words of their own.
  if (name == "ld64" || name == "ld64.lld") return Flavor::Darwin;
  if (name == "ld" || name == "ld.lld") return Flavor::Gnu;
  if (name == "link" || name == "lld-link") return Flavor::Coff;
  if (name == "wasm-ld") return Flavor::Wasm;
  return Flavor::Unknown;
}

// lld-link and clang-cl read their files as programs for Windows do, all others as the shell does.
// LLD's and clang's option that says otherwise stands beside the files.
Quoting quoting_of(const std::vector<std::string> &words) {
  bool windows = !words.empty() && classify_program(words[0]).flavor == Flavor::Coff;
  for (const std::string &word : words) {
    if (word.ends_with("-rsp-quoting=posix")) windows = false;
    if (word.ends_with("-rsp-quoting=windows")) windows = true;
  }
  return windows ? Quoting::Windows : Quoting::Gnu;
}

// The words from the compiler or linker on: launchers and "NAME=value" before it removed.
std::vector<std::string> without_launchers(const std::vector<std::string> &argv) {
  size_t first = 0;
  while (first + 1 < argv.size()) {
    bool assignment = argv[first].find('=') != std::string::npos && argv[first][0] != '-';
    if (!assignment && !is_one_of(file_name(argv[first]), launchers)) break;
    ++first;
  }
  return {argv.begin() + static_cast<ptrdiff_t>(first), argv.end()};
}

// A bare `ld` is often a link to the linker it is, perhaps by way of a cross tool's name.
void identify_linker(Command &command) {
  ProgramName name = classify_program(command.linker_path);
  if (command.flavor == Flavor::Unknown) command.flavor = name.flavor;
  command.linker = name.kind;
  command.linker_version = name.version;
  std::string path = command.linker_path;
  if (path.find('/') == path.npos) path = find_program(path).value_or(path);
  else path = join_path(command.directory, path);
  ProgramName real = classify_program(real_path(path));
  if (command.linker == Linker::Unknown) command.linker = real.kind;
  if (command.linker_version.empty() && real.kind == command.linker) command.linker_version = real.version;
}

void settle_flavor(Command &command) {
  const std::vector<std::string> &argv = command.linker_argv;
  if (argv.size() > 2 && argv[1] == "-flavor") command.flavor = flavor_from_name(argv[2]);
  bool darwin =
      std::any_of(argv.begin(), argv.end(), [](const std::string &word) { return is_one_of(word, darwin_words); });
  // Clang's name for link.exe, where there is none, is whatever the system has for a linker.
  bool windows = std::any_of(argv.begin(), argv.end(), [](const std::string &word) {
    return word.starts_with("-out:") || word.starts_with("/out:") || word.starts_with("/OUT:");
  });
  if (command.flavor == Flavor::Unknown)
    command.flavor = darwin ? Flavor::Darwin : windows ? Flavor::Coff : Flavor::Gnu;
  if (command.flavor == Flavor::Coff && command.linker != Linker::Lld) {
    command.linker = Linker::LinkExe;
    command.linker_version.clear();
  }
  // What this machine calls `ld` is not what a Mac does.
  bool apple = command.flavor == Flavor::Darwin && (command.linker == Linker::Bfd || command.linker == Linker::Gold);
  if (apple) {
    command.linker = Linker::Unknown;
    command.linker_version.clear();
  }
  if (command.flavor == Flavor::Gnu && command.linker == Linker::Unknown) command.linker = Linker::Bfd;
}

void read_as_dialect(Command &command, const Files &files) {
  for (const CommandDialect *dialect : command_dialects()) {
    if (dialect->flavor != command.flavor) continue;
    dialect->read(command, files);
    return;
  }
  command.problems.push_back(
      {"", "", std::nullopt, fmt::format("the options of {}-style linkers are not read", flavor_name(command.flavor))});
}

// A cross linker's name begins with what it links for; only Windows' needs it, as no option of
// theirs says it.
Target target_of_name(std::string_view path) {
  std::string_view name = file_name(path);
  size_t dash = name.rfind('-');
  if (dash == name.npos || name.find("mingw32") == name.npos) return {};
  Target target = target_from_triple(name.substr(0, dash));
  target.triple = {};
  return target;
}

// MinGW's linkers take a .def file among the inputs.
void take_module_definitions(Command &command) {
  std::vector<InputArg> others;
  for (InputArg &input : command.inputs) {
    if (input.kind == InputArg::Kind::File && input.text.ends_with(".def"))
      command.coff.module_definitions.push_back({input.text, others.size()});
    else others.push_back(std::move(input));
  }
  command.inputs = std::move(others);
}

// MinGW's linkers look for these as for what -u names, and complain where there are none.
void want_required_roots(Command &command) {
  command.undefined_roots.insert(command.undefined_roots.end(), command.required_roots.begin(),
                                 command.required_roots.end());
}

// Files that the driver hands on unread (-Wl,@FILE, -Xlinker @FILE). What they name, the user named.
void expand_linker_words(Command &command, std::vector<std::string> &words, const Files &files) {
  std::vector<std::string> &argv = command.linker_argv;
  Quoting quoting = quoting_of(argv);
  std::vector<Problem> told;
  for (const std::string &word : argv) {
    if (!word.starts_with('@')) continue;
    std::vector<std::string> inside = expand_response_files({word}, command.directory, files, told, quoting);
    words.insert(words.end(), inside.begin(), inside.end());
  }
  argv = expand_response_files(argv, command.directory, files, command.problems, quoting);
}

// Objects that the command makes of sources, and that are not there to be looked at.
void mark_compiled(Command &command, const std::vector<std::string> &temporaries) {
  for (InputArg &input : command.inputs)
    input.compiled =
        input.text.starts_with(compiled_mark) || std::ranges::find(temporaries, input.text) != temporaries.end();
}

// What drivers of other options are taken to run. Gives the temporary objects among the inputs.
std::vector<std::string> find_linker(Command &command, const DriverCall &call, bool ask) {
  if (ask) {
    if (std::optional<Question> question = question_for(call))
      if (std::optional<std::vector<std::string>> asked = ask_driver(command, call, *question)) return *asked;
  }
  if (classify_program(call.words[0]).flavor == Flavor::Coff) model_cl_driver(command, call.words);
  else model_driver(command, call.words);
  return {};
}

}  // namespace

Command understand_command(const CommandRequest &request, const Files &files) {
  Command command;
  command.directory = request.directory;
  command.argv = request.argv;
  command.flavor = flavor_from_name(request.flavor);
  std::vector<std::string> words = without_launchers(request.argv);
  words = expand_response_files(words, request.directory, files, command.problems, quoting_of(words));
  if (words.empty() || words[0].empty()) {
    command.problems.push_back({"", "", std::nullopt, "the command is empty"});
    return command;
  }
  DriverCall call = driver_call(words);
  words = call.words;
  if (file_name(words[0]).starts_with("rustc")) {
    command.driver = file_name(words[0]);
    command.problems.push_back({words[0], "", std::nullopt,
                                "which link command rustc runs does not follow from its options; "
                                "`ldwhy -- rustc ...` catches it"});
    return command;
  }
  std::vector<std::string> temporaries;
  ProgramName program = classify_program(words[0]);
  bool linker = program.linker || (!program.driver && command.flavor != Flavor::Unknown);
  if (linker) {
    command.linker_argv = words;
    command.linker_path = words[0];
  } else {
    command.driver = file_name(words[0]);
    if (!program.driver)
      command.problems.push_back(
          {words[0], "", std::nullopt, "not known as a compiler driver or a linker; read as a driver"});
    temporaries = find_linker(command, call, request.ask_driver);
    words.insert(words.end(), temporaries.begin(), temporaries.end());
    expand_linker_words(command, words, files);
  }
  identify_linker(command);
  settle_flavor(command);
  read_as_dialect(command, files);
  if (!command.driver.empty()) mark_automatic(command, words);
  mark_compiled(command, temporaries);
  if (command.target.format == Format::Unknown) command.target = target_of_name(command.linker_path);
  prepare_search(command, files);
  if (command.target.format == Format::Coff) {
    take_module_definitions(command);
    want_required_roots(command);
  }
  for (InputArg &input : command.inputs) find_library(input, command, files);
  if (command.flavor == Flavor::Wasm) read_import_lists(command, files);
  return command;
}

}  // namespace ldwhy
