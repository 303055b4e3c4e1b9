// cmake-commands(7): if, foreach, while, function, macro, include, add_subdirectory, project;
// cmake-language(7), "Control Structures"; cmake-variables(7) for what CMake sets itself.
#include "project/cmake_project.h"

#include <fmt/format.h>

#include <algorithm>

namespace ldwhy {
namespace {

constexpr size_t most_bytes = 4 << 20;
constexpr size_t most_files = 1000;
constexpr int most_depth = 60;      // blocks, files and calls in one another
constexpr size_t most_rounds = 64;  // of one foreach

std::string condition_text(const CMakeCommand &command) {
  std::string text = command.name + "(";
  for (const CMakeArgument &argument : command.arguments) {
    if (text.size() > 80) {
      text += " …";
      break;
    }
    if (!text.ends_with('(')) text += ' ';
    text += argument.text;
  }
  return text + ")";
}

// Where a branch or a block ends, for every command that opens one.
std::vector<size_t> jumps_of(const std::vector<CMakeCommand> &commands) {
  std::vector<size_t> jump(commands.size(), commands.size());
  std::vector<size_t> open;
  for (size_t i = 0; i < commands.size(); ++i) {
    const std::string &name = commands[i].name;
    bool opens = name == "if" || name == "foreach" || name == "while" || name == "function" || name == "macro" ||
                 name == "block";
    bool branches = name == "elseif" || name == "else";
    bool ends = name.starts_with("end") && (name == "endif" || name == "endforeach" || name == "endwhile" ||
                                            name == "endfunction" || name == "endmacro" || name == "endblock");
    if ((branches || ends) && !open.empty()) {
      jump[open.back()] = i;
      open.pop_back();
    }
    if (opens || branches) open.push_back(i);
  }
  return jump;
}

}  // namespace

CMakeProject::CMakeProject(const CMakeInput &input, const Files &files) : input_(input), files_(files) {
  for (const Variable &variable : input.environment) variables_.environment[variable.name] = variable.value;
  for (const CMakeCacheEntry &entry : input.cache) {
    auto [at, fresh] = variables_.cache.try_emplace(entry.name);
    if (fresh) {
      SettingSource source = entry.source;
      source.value.clear();
      at->second.pieces = {{entry.source.value, source}};
    } else if (at->second.text() != entry.source.value) {
      SettingSource loser = entry.source;
      loser.why = "what is given first wins: the command line, then the preset, then what it inherits";
      losers[entry.name].push_back(std::move(loser));
    }
  }
  for (const char *name :
       {"CMAKE_SOURCE_DIR", "CMAKE_CURRENT_SOURCE_DIR", "PROJECT_SOURCE_DIR", "CMAKE_CURRENT_LIST_DIR"})
    set_known(name, input.root);
  set_known("PROJECT_IS_TOP_LEVEL", "ON");
  set_platform();
  if (const CMakeValue *toolchain = variables_.find("CMAKE_TOOLCHAIN_FILE")) {
    std::string path = toolchain->text();
    if (!path.empty() && !has_unknown(path)) run_file(normal_path(join_path(input.root, path)), Run::Yes);
  }
  if (const CMakeValue *name = variables_.find("CMAKE_SYSTEM_NAME")) system = name->text();
  run_directory(input.root, Run::Yes);
}

void CMakeProject::set_known(const std::string &name, const std::string &value) {
  variables_.normal[name] = {{{value, {}}}, true};
}

void CMakeProject::set_platform() {
  const std::string &host = input_.host;
  bool apple = host.find("apple") != host.npos, windows = host.find("windows") != host.npos,
       linux = host.find("linux") != host.npos;
  for (const char *name : {"WIN32", "APPLE", "UNIX", "MSVC", "MINGW"})
    if (host.empty()) variables_.touched[name] = true;
  if (apple || linux) set_known("UNIX", "1");
  if (apple) set_known("APPLE", "1");
  if (windows) set_known("WIN32", "1");
  if (windows && host.find("msvc") == host.npos) set_known("MINGW", "1");
  if (!host.empty()) {
    set_known("CMAKE_SYSTEM_NAME", apple ? "Darwin" : windows ? "Windows" : linux ? "Linux" : "");
    set_known("CMAKE_HOST_SYSTEM_NAME", apple ? "Darwin" : windows ? "Windows" : linux ? "Linux" : "");
    if (!linux && !apple && !windows) variables_.normal.erase("CMAKE_SYSTEM_NAME");
  }
}

const CMakeValue *CMakeProject::variable(const std::string &name) const {
  if (directories.empty()) return variables_.find(name);
  auto found = directories.front().variables.find(name);
  return found == directories.front().variables.end() ? variables_.find(name) : &found->second;
}

SettingSource CMakeProject::compiler_source(bool cxx) const {
  if (const CMakeValue *value = variable(cxx ? "CMAKE_CXX_COMPILER" : "CMAKE_C_COMPILER")) {
    SettingSource source = value->pieces.empty() ? SettingSource() : value->pieces.back().source;
    source.value = value->text();
    return source;
  }
  for (const Variable &given : input_.environment)
    if (given.name == (cxx ? "CXX" : "CC") && !given.value.empty() && !input_.configured)
      return {given.value, given.place, given.name + " in the environment", ""};
  return {};
}

// The first project(): the flags' cache variables get their first values here, from the environment
// and the compiler's module (cmake-variables(7), CMAKE_<LANG>_FLAGS and CMAKE_<LANG>_FLAGS_INIT).
void CMakeProject::start() {
  if (started_) return;
  started_ = true;
  std::string named = input_.compiler_id;
  for (bool cxx : {true, false})
    if (named.empty()) named = compiler_source(cxx).value;
  compiler_ = compiler_kind(named);
  bool apple = input_.host.find("apple") != std::string::npos;
  if (compiler_ != CompilerKind::Unknown) {
    const char *id = compiler_ == CompilerKind::Gcc    ? "GNU"
                     : compiler_ == CompilerKind::Msvc ? "MSVC"
                     : apple && named == "AppleClang"  ? "AppleClang"
                                                       : "Clang";
    for (const char *name : {"CMAKE_C_COMPILER_ID", "CMAKE_CXX_COMPILER_ID"}) set_known(name, id);
  }
  bool msvc = compiler_ == CompilerKind::Msvc ||
              (compiler_ == CompilerKind::Unknown && default_compiler(input_.host) == CompilerKind::Msvc);
  if (msvc) set_known("MSVC", "1");
  if (compiler_ == CompilerKind::Unknown) compiler_ = default_compiler(input_.host);
  start_language("C", "CFLAGS");
  start_language("CXX", "CXXFLAGS");
  start_language("", "LDFLAGS");
}

void CMakeProject::start_language(const std::string &language, const char *environment) {
  std::vector<std::string> names;
  if (language.empty()) names = {"CMAKE_EXE_LINKER_FLAGS", "CMAKE_SHARED_LINKER_FLAGS"};
  else names = {"CMAKE_" + language + "_FLAGS"};
  for (const std::string &name : names) {
    FlagText first;
    for (const Variable &variable : input_.environment)
      if (variable.name == environment && !variable.value.empty())
        first = {{variable.value, {"", variable.place, variable.name + " in the environment", ""}}};
    if (variables_.cache.contains(name)) {
      if (!first.empty() && !input_.configured)
        lose(name, first, "the environment counts only where " + name + " is not given");
      continue;
    }
    if (input_.configured) first.clear();
    if (const CMakeValue *more = variables_.find(name + "_INIT")) {
      if (!first.empty()) first.push_back({" ", {}});
      first.insert(first.end(), more->pieces.begin(), more->pieces.end());
    }
    variables_.cache[name] = {first, true};
    if (language.empty()) continue;
    bool msvc = compiler_ == CompilerKind::Msvc;
    for (const auto &[config, flags] : std::initializer_list<std::pair<const char *, const char *>>{
             {"DEBUG", msvc ? "/Zi /Ob0 /Od /RTC1" : "-g"},
             {"RELEASE", msvc ? "/O2 /Ob2 /DNDEBUG" : "-O3 -DNDEBUG"},
             {"RELWITHDEBINFO", msvc ? "/Zi /O2 /Ob1 /DNDEBUG" : "-O2 -g -DNDEBUG"},
             {"MINSIZEREL", msvc ? "/O1 /Ob1 /DNDEBUG" : "-Os -DNDEBUG"}}) {
      auto [at, fresh] = variables_.cache.try_emplace(name + "_" + config);
      if (fresh) at->second.pieces = {{flags, {}}};
    }
  }
}

const CMakeProject::ParsedFile *CMakeProject::parse(const std::string &path) {
  auto known = files_read_.find(path);
  if (known != files_read_.end()) return known->second.get();
  if (files_read_.size() >= most_files) return nullptr;
  std::unique_ptr<ParsedFile> parsed;
  Result<FileRef> file = files_.open(path);
  if (file && (*file)->bytes().size() <= most_bytes) {
    parsed = std::make_unique<ParsedFile>();
    parsed->file = *file;
    parsed->shown = path.starts_with(input_.root + "/") ? path.substr(input_.root.size() + 1) : path;
    Result<std::vector<CMakeCommand>> commands = parse_cmake((*file)->bytes().text());
    if (commands) parsed->commands = std::move(*commands);
    else problems.push_back({{parsed->shown, 0}, commands.error().text});
    parsed->jump = jumps_of(parsed->commands);
  }
  return files_read_.emplace(path, std::move(parsed)).first->second.get();
}

void CMakeProject::run_file(const std::string &path, Run how) {
  const ParsedFile *parsed = parse(path);
  if (!parsed || ++depth_ > most_depth) {
    if (parsed) --depth_;
    return;
  }
  const ParsedFile *outer = std::exchange(file_, parsed);
  CMakeValue folder = variables_.normal["CMAKE_CURRENT_LIST_DIR"];
  set_known("CMAKE_CURRENT_LIST_DIR", std::string(parent_path(path)));
  run(*parsed, 0, parsed->commands.size(), how);
  stopped_ = false;
  variables_.normal["CMAKE_CURRENT_LIST_DIR"] = std::move(folder);
  file_ = outer;
  --depth_;
}

void CMakeProject::run_directory(const std::string &path, Run how) {
  std::string file = join_path(path, "CMakeLists.txt");
  if (directories.size() >= most_files || !files_.is_file(file) || depth_ >= most_depth ||
      copies_ < variables_.normal.size())
    return;
  copies_ -= variables_.normal.size();
  std::map<std::string, CMakeValue> outer = variables_.normal;
  std::string outer_folder = std::exchange(folder_, path);
  size_t outer_directory = directory_;
  CMakeDirectory directory;
  if (!directories.empty())
    directory = {directories[directory_].compile_options, directories[directory_].link_options, {}};
  directory_ = directories.size();
  directories.push_back(std::move(directory));
  set_known("CMAKE_CURRENT_SOURCE_DIR", path);
  parents_.push_back(&outer);
  run_file(file, how);
  parents_.pop_back();
  // Targets take flag variables as they are at the directory's end.
  for (const std::map<std::string, CMakeValue> *values : {&variables_.cache, &variables_.normal})
    for (const auto &[name, value] : *values)
      if (name.starts_with("CMAKE_") && directories[directory_].variables.size() < 2000 && copies_ > 0) {
        directories[directory_].variables[name] = value;
        --copies_;
      }
  variables_.normal = std::move(outer);
  folder_ = std::move(outer_folder);
  directory_ = outer_directory;
}

void CMakeProject::run(const ParsedFile &file, size_t begin, size_t end, Run how) {
  if (++depth_ > most_depth || how == Run::No) {
    --depth_;
    return;
  }
  for (size_t i = begin; i < end && steps_ && !stopped_; ++i) {
    const CMakeCommand &command = file.commands[i];
    --steps_;
    if (command.name == "if") {
      i = run_if(file, i, how);
    } else if (command.name == "foreach") {
      run_foreach(file, i, how);
      i = file.jump[i];
    } else if (command.name == "while" || command.name == "block") {
      run(file, i + 1, std::min(file.jump[i], end), command.name == "while" ? Run::Maybe : how);
      i = file.jump[i];
    } else if (command.name == "function" || command.name == "macro") {
      Function function{&file, i + 1, file.jump[i], {}, command.name == "macro"};
      for (size_t k = 1; k < command.arguments.size(); ++k) function.parameters.emplace_back(command.arguments[k].text);
      if (!command.arguments.empty()) {
        CMakeCommand named;  // names of commands are the same in both cases
        for (char c : command.arguments[0].text) named.name += c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
        functions_[named.name] = std::move(function);
      }
      i = file.jump[i];
    } else if (command.name == "return") {
      if (how == Run::Yes) stopped_ = true;
    } else {
      this->command(command, how);
    }
  }
  --depth_;
}

size_t CMakeProject::run_if(const ParsedFile &file, size_t at, Run how) {
  Run left = how;
  for (;;) {
    const CMakeCommand &branch = file.commands[at];
    Truth truth = branch.name == "else" ? Truth::Yes : variables_.truth(branch.arguments);
    auto weaker = [](Run run, Truth truth) {
      if (run == Run::No || truth == Truth::No) return Run::No;
      return run == Run::Yes && truth == Truth::Yes ? Run::Yes : Run::Maybe;
    };
    Run now = weaker(left, truth);
    size_t next = file.jump[at];
    if (now == Run::Maybe)
      conditions_.push_back(branch.name == "else" && !conditions_.empty() ? "else()" : condition_text(branch));
    run(file, at + 1, std::min(next, file.commands.size()), now);
    if (now == Run::Maybe) conditions_.pop_back();
    left = weaker(left, negated(truth));
    if (next >= file.commands.size() || (file.commands[next].name != "elseif" && file.commands[next].name != "else"))
      return next;
    at = next;
  }
}

void CMakeProject::run_foreach(const ParsedFile &file, size_t at, Run how) {
  const CMakeCommand &command = file.commands[at];
  std::vector<FlagText> arguments = variables_.arguments(command, {});
  if (arguments.empty()) return;
  std::string name = joined(arguments[0]);
  std::vector<FlagText> items;
  bool lists = false, known = true;
  for (size_t i = 1; i < arguments.size(); ++i) {
    std::string word = joined(arguments[i]);
    if (word == "IN" || word == "ITEMS") continue;
    if (word == "LISTS") lists = true;
    else if (word == "RANGE" || word == "ZIP_LISTS" || has_unknown(word)) known = false;
    else if (!lists) items.push_back(arguments[i]);
    else if (const CMakeValue *list = variables_.find(word)) {
      std::string text = list->text();
      for (size_t start = 0; start <= text.size() && items.size() <= most_rounds;) {
        size_t end = std::min(text.find(';', start), text.size());
        items.push_back({{text.substr(start, end - start), {}}});
        start = end + 1;
      }
    }
  }
  size_t end = std::min(file.jump[at], file.commands.size());
  if (!known || items.size() > most_rounds) {
    variables_.normal.erase(name);
    variables_.touched[name] = true;
    run(file, at + 1, end, how == Run::Yes ? Run::Maybe : how);
    return;
  }
  for (FlagText &item : items) {
    variables_.normal[name] = {std::move(item), true};
    run(file, at + 1, end, how);
  }
}

void CMakeProject::call(const Function &function, const std::vector<FlagText> &arguments, Run how) {
  if (depth_ >= most_depth || copies_ < variables_.normal.size()) return;
  std::map<std::string, CMakeValue> outer;
  copies_ -= variables_.normal.size();
  outer = variables_.normal;
  FlagText rest;
  for (size_t i = 0; i < arguments.size(); ++i) {
    if (i < function.parameters.size()) {
      variables_.normal[function.parameters[i]] = {arguments[i], true};
      continue;
    }
    if (!rest.empty()) rest.push_back({";", {}});
    rest.insert(rest.end(), arguments[i].begin(), arguments[i].end());
  }
  variables_.normal["ARGN"] = {std::move(rest), true};
  const ParsedFile *outer_file = std::exchange(file_, function.file);
  if (!function.macro) parents_.push_back(&outer);
  run(*function.file, function.begin, std::min(function.end, function.file->commands.size()), how);
  stopped_ = false;
  file_ = outer_file;
  if (!function.macro) {
    parents_.pop_back();
    variables_.normal = std::move(outer);
    return;
  }
  // A macro's parameters are no variables of its caller's.
  for (const std::string &parameter : function.parameters) {
    auto old = outer.find(parameter);
    if (old == outer.end()) variables_.normal.erase(parameter);
    else variables_.normal[parameter] = old->second;
  }
}

void CMakeProject::include(const std::string &name, Run how) {
  if (name.empty() || has_unknown(name)) return;
  std::string path = normal_path(join_path(folder_, name));
  if (files_.is_file(path)) return run_file(path, how);
  const CMakeValue *folders = variables_.find("CMAKE_MODULE_PATH");
  std::string list = folders ? folders->text() : "";
  for (size_t start = 0; start < list.size();) {
    size_t end = std::min(list.find(';', start), list.size());
    std::string candidate =
        normal_path(join_path(join_path(input_.root, list.substr(start, end - start)), name + ".cmake"));
    if (files_.is_file(candidate)) return run_file(candidate, how);
    start = end + 1;
  }
}

}  // namespace ldwhy
