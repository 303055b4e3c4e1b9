// Command lines that link, as build tools echo them: make and ninja -v, libtool, cargo's and
// rustc's notes, `clang -v`, Xcode, Visual Studio and waf. A line is a command if, past the
// shell's and the build tool's own words, it starts with the name of a compiler driver or a
// linker and its options do not stop before linking (GCC manual, "Overall Options").
#include <algorithm>
#include <cctype>

#include "base/words.h"
#include "log/log.h"
#include "log/parse.h"

namespace ldwhy {

using namespace std::string_view_literals;
namespace {

// Commands of links that nobody complained about must not pile up.
constexpr size_t commands_kept = 8;
constexpr size_t longest_command = 64 << 20;

enum class CommandKind : uint8_t { None, Compile, Link };

struct CommandText {
  CommandKind kind = CommandKind::None;
  std::string_view text;       // from the program on
  std::string_view directory;  // of "cd DIR && …"
};

std::string_view skip_blanks(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  return text;
}

// The first word with its quotes, as a length; words of programs are short.
size_t first_word(std::string_view text) {
  if (text.empty()) return 0;
  if (text[0] == '"' || text[0] == '\'') {
    size_t end = text.substr(0, 1024).find(text[0], 1);
    return end == text.npos ? 0 : end + 1;
  }
  size_t end = 0;
  while (end < text.size() && end < 1024 && text[end] != ' ' && text[end] != '\t') ++end;
  return end < 1024 ? end : 0;
}

bool is_driver(std::string_view name) {
  for (std::string_view known :
       {"cc"sv,    "c++"sv,      "gcc"sv,     "g++"sv,    "clang"sv,  "clang++"sv, "gfortran"sv,
        "ifort"sv, "ifx"sv,      "icc"sv,     "icpc"sv,   "icx"sv,    "icpx"sv,    "nvcc"sv,
        "hipcc"sv, "mpicc"sv,    "mpicxx"sv,  "mpic++"sv, "mpif90"sv, "mpifort"sv, "emcc"sv,
        "em++"sv,  "clang-cl"sv, "cl"sv,      "CL"sv,     "swiftc"sv, "ldc2"sv,    "dmd"sv,
        "gdc"sv,   "flang"sv,    "emcc.py"sv, "em++.py"sv}) {
    if (name == known) return true;
  }
  for (std::string_view ending :
       {"-gcc"sv, "-g++"sv, "-cc"sv, "-c++"sv, "-clang"sv, "-clang++"sv, "-gfortran"sv}) {
    if (name.ends_with(ending)) return true;
  }
  return false;
}

bool is_linker(std::string_view name) {
  return name == "collect2" || name == "link" || speaker_of(name) != Speaker::None;
}

bool is_assignment(std::string_view word) {
  size_t i = 0;
  while (i < word.size() && (std::isalnum(static_cast<unsigned char>(word[i])) || word[i] == '_'))
    ++i;
  return i > 0 && i < word.size() && word[i] == '=' &&
         !std::isdigit(static_cast<unsigned char>(word[0]));
}

// NAME="a b" is one word of the shell's, though blanks stand in it.
size_t assignment_length(std::string_view text) {
  size_t equals = text.find('=');
  if (equals + 1 < text.size() && (text[equals + 1] == '"' || text[equals + 1] == '\'')) {
    size_t close = text.find(text[equals + 1], equals + 2);
    return close == text.npos ? text.size() : close + 1;
  }
  return std::min(text.find_first_of(" \t"), text.size());
}

bool stops_before_linking(std::string_view text) {
  // "-c FILE" mostly stands last.
  if (text.size() > 512 && contains(text.substr(text.size() - 256), " -c ")) return true;
  for (std::string_view option :
       {" -c "sv, " \"-c\" "sv, " -cc1"sv, "\"-cc1"sv, " -S "sv, " -E "sv, " /c "sv, " -M "sv,
        " -MM "sv, " -fsyntax-only"sv, " -emit-pch"sv, " --precompile"sv, "'/c'"sv, "\"-E\" "sv}) {
    if (contains(text, option)) return true;
  }
  return text.ends_with(" -c") || text.ends_with(" -E");
}

// An echoed Python list: "['D:\\link.exe', '/NOLOGO', 'a.o']" (waf, distutils in debug mode).
std::vector<std::string> python_words(std::string_view text) {
  std::vector<std::string> words;
  size_t i = 1;
  while (i < text.size()) {
    i = text.find('\'', i);
    if (i == text.npos) break;
    std::string word;
    for (++i; i < text.size() && text[i] != '\''; ++i) {
      if (text[i] == '\\' && i + 1 < text.size()) ++i;
      word += text[i];
    }
    words.push_back(std::move(word));
    ++i;
  }
  return words;
}

// A drive and a single backslash: a command of cmd.exe's, where a backslash is no escape.
bool is_windows_text(std::string_view text) {
  std::string_view head = text.substr(0, 4096);
  for (size_t at = head.find(":\\"); at != head.npos; at = head.find(":\\", at + 2)) {
    if (at > 0 && std::isalpha(static_cast<unsigned char>(head[at - 1]))) {
      return !(at + 2 < head.size() && head[at + 2] == '\\');
    }
  }
  return false;
}

std::vector<std::string> windows_words(std::string_view text) {
  std::vector<std::string> words;
  std::string word;
  bool quoted = false, begun = false;
  for (char c : text) {
    if (c == '"') {
      quoted = !quoted;
      begun = true;
    } else if (!quoted && (c == ' ' || c == '\t')) {
      if (begun) words.push_back(std::move(word));
      word.clear();
      begun = false;
    } else {
      word += c;
      begun = true;
    }
  }
  if (begun) words.push_back(std::move(word));
  return words;
}

bool looks_like_input(std::string_view word) {
  if (word.starts_with('@') || word.starts_with("-l") || word == "-filelist") return true;
  if (word.starts_with('-')) return false;
  size_t dot = word.rfind('.');
  if (dot == word.npos) return contains(word, "omitted>");
  std::string_view ending = word.substr(dot);
  for (std::string_view known :
       {".o"sv, ".obj"sv, ".a"sv, ".lib"sv, ".rlib"sv, ".so"sv, ".dylib"sv, ".tbd"sv, ".rsp"sv,
        ".lo"sv, ".la"sv, ".bc"sv, ".res"sv, ".def"sv, ".dll"sv}) {
    if (ending == known) return true;
  }
  return is_source_name(word) || contains(word, ".so.") || contains(word, "omitted>");
}

// Whether the words hold options and inputs, and not prose that starts with a program's name.
bool looks_like_command(const std::vector<std::string> &argv) {
  bool option = false, input = false;
  for (size_t i = 1; i < argv.size(); ++i) {
    option =
        option || argv[i].starts_with('-') || argv[i].starts_with('/') || argv[i].starts_with('@');
    input = input || looks_like_input(argv[i]);
    if (option && input) return true;
  }
  return false;
}

// Peels one wrapper from the front; false: there is none.
bool peel_wrapper(CommandText &command, std::string_view &text) {
  for (std::string_view mark : {"+ "sv, "$ "sv, ": && "sv, "> "sv, "exec "sv, "libtool: link: "sv,
                                "Executing: "sv, "time "sv, "env "sv, "Running: "sv, "call "sv}) {
    if (text.starts_with(mark)) {
      text = skip_blanks(text.substr(mark.size()));
      return true;
    }
  }
  if (text.starts_with("-u ")) {  // env -u NAME
    text = skip_blanks(text.substr(3));
    text = skip_blanks(text.substr(std::min(text.find(' '), text.size())));
    return true;
  }
  if (text.starts_with("[") && text.size() > 3 &&
      std::isdigit(static_cast<unsigned char>(text[1]))) {
    size_t close = text.substr(0, 24).find("] ");
    if (close == text.npos) return false;
    text = skip_blanks(text.substr(close + 2));
    return true;
  }
  if (text.starts_with("cd ")) {
    size_t end = text.find(" && ");
    if (end == text.npos) return false;
    command.directory = unquote(text.substr(3, end - 3));
    text = skip_blanks(text.substr(end + 4));
    return true;
  }
  size_t length = first_word(text);
  if (!length) return false;
  std::string_view word = text.substr(0, length);
  if (is_assignment(word)) {
    text = skip_blanks(text.substr(assignment_length(text)));
    return true;
  }
  std::string_view name = program_name(unquote(word));
  if (name == "ccache" || name == "sccache" || name == "distcc" || name == "sh" || name == "bash") {
    text = skip_blanks(text.substr(length));
    return true;
  }
  if (name == "libtool" || name == "aarch64-linux-gnu-libtool" ||
      name == "x86_64-linux-gnu-libtool") {
    size_t mode = text.find("--mode=link ");
    if (mode == text.npos) return false;
    text = skip_blanks(text.substr(mode + 12));
    return true;
  }
  if (name == "cmd") {  // cmd.exe /C "cd . && link.exe …"
    size_t quote = text.find('"', length);
    if (quote == text.npos) return false;
    text = skip_blanks(text.substr(quote + 1));
    if (text.ends_with('"')) text.remove_suffix(1);
    return true;
  }
  return false;
}

// Every command that links has an option; most lines of a log have none, and need no more
// than this.
bool has_option(std::string_view text) {
  for (size_t i = text.find(' '); i != text.npos && i + 1 < text.size();
       i = text.find(' ', i + 1)) {
    char next = text[i + 1];
    if (next == '-' || next == '/' || next == '@' || next == '"' || next == '\'') return true;
  }
  return text.ends_with('\\');
}

CommandText find_command(std::string_view line) {
  CommandText command;
  std::string_view text = skip_blanks(line);
  if (!has_option(text)) return command;
  if (text.starts_with("['")) {
    size_t end = text.find('\'', 2);
    if (end == text.npos) return command;
    std::string_view name = program_name(text.substr(2, end - 2));
    if (!is_driver(name) && !is_linker(name)) return command;
    command.kind = stops_before_linking(text) ? CommandKind::Compile : CommandKind::Link;
    command.text = text;
    return command;
  }
  for (int wrappers = 0; wrappers < 64 && peel_wrapper(command, text); ++wrappers) {
  }
  size_t length = first_word(text);
  if (!length || length == text.size()) return command;
  std::string_view name = program_name(unquote(text.substr(0, length)));
  if (!is_driver(name) && !is_linker(name)) return command;
  // "ld: cannot find -lx", "ld : ne peut pas trouver -lx" are messages.
  if (text[length - 1] == ':' || skip_blanks(text.substr(length)).starts_with(':')) return command;
  command.text = text;
  command.kind = stops_before_linking(text) ? CommandKind::Compile : CommandKind::Link;
  return command;
}

bool is_shortened(const std::vector<std::string> &argv) {
  return std::any_of(argv.begin(), argv.end(), [](const std::string &word) {
    return contains(word, " omitted>") || word.starts_with("<sysroot>") ||
           (contains(word, "{") && contains(word, "}") && contains(word, ","));
  });
}

bool keep_command(LogState &state, const CommandText &found, uint32_t line) {
  LoggedCommand command;
  std::string_view text = found.text;
  if (text.starts_with("['")) {
    command.argv = python_words(text);
  } else if (is_windows_text(text)) {
    size_t end = text.find(" && ");
    command.argv = windows_words(text.substr(0, end));
  } else {
    command.argv = split_words(text);
    // What follows is another command of the shell's.
    const auto end =
        std::find_if(command.argv.begin(), command.argv.end(), [](const std::string &word) {
          return word == "&&" || word == ";" || word == "||" || word == "|" || word == "2>&1";
        });
    command.argv.erase(end, command.argv.end());
  }
  if (!looks_like_command(command.argv)) return false;
  command.line = line;
  command.shortened = is_shortened(command.argv);
  command.directory = found.directory;
  if (command.directory.empty()) command.directory = state.next_directory;
  if (command.directory.empty() && !state.directories.empty())
    command.directory = state.directories.back();
  state.next_directory.clear();
  // Complaints come after their command: these are of an earlier one.
  if (!state.link->complaints.empty()) state.next_link();
  std::vector<LoggedCommand> &commands = state.link->commands;
  if (commands.size() >= commands_kept) commands.erase(commands.begin());
  commands.push_back(std::move(command));
  if (!state.link->first_line) state.link->first_line = line;
  return true;
}

LineFate go_on(LogState &state, std::string_view line) {
  bool more = line.ends_with('\\') && state.unfinished.size() < longest_command;
  if (line.ends_with('\\')) line.remove_suffix(1);
  state.unfinished += skip_blanks(line);
  state.unfinished += ' ';
  if (more) return LineFate::Understood;
  std::string whole = std::move(state.unfinished);
  state.unfinished.clear();
  CommandText found = find_command(whole);
  if (found.kind == CommandKind::Link) keep_command(state, found, state.unfinished_line);
  return LineFate::Understood;
}

LineFate read(LogState &state, std::string_view line) {
  if (!state.unfinished.empty()) return go_on(state, line);
  // Xcode says the folder on a line of its own.
  if (line.starts_with("    cd ") && line.find(" && ") == line.npos) {
    state.next_directory = unquote(line.substr(7));
    return LineFate::Understood;
  }
  CommandText found = find_command(line);
  if (found.kind == CommandKind::None) return LineFate::NotMine;
  if (line.ends_with('\\') && line.size() > 1) {
    state.unfinished_line = state.line;
    return go_on(state, line);
  }
  state.compiles = found.kind == CommandKind::Compile;
  if (state.compiles || !keep_command(state, found, state.line)) return LineFate::NotMine;
  state.open = nullptr;
  return LineFate::Understood;
}

}  // namespace

const LogDialect commands_dialect = {"commands", "link commands", read, {}};

}  // namespace ldwhy
