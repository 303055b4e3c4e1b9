// Command lines that link, as build tools echo them: make and ninja -v, libtool, cargo's and
// rustc's notes, `clang -v`, Xcode, Visual Studio and waf. A line is a command if, past the
// shell's and the build tool's own words, it starts with the name of a compiler driver or a
// linker and its options do not stop before linking (GCC manual, "Overall Options").
#include <algorithm>
#include <array>
#include <bitset>
#include <cctype>

#include "base/words.h"
#include "log/heads.h"
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

constexpr std::string_view driver_names[] = {
    "cc",       "c++",  "gcc",  "g++",    "clang", "clang++", "gfortran", "ifort",  "ifx",     "icc",    "icpc",
    "icx",      "icpx", "nvcc", "hipcc",  "mpicc", "mpicxx",  "mpic++",   "mpif90", "mpifort", "emcc",   "em++",
    "clang-cl", "cl",   "CL",   "swiftc", "ldc2",  "dmd",     "gdc",      "flang",  "emcc.py", "em++.py"};

bool is_driver(std::string_view name) {
  if (std::ranges::find(driver_names, name) != std::end(driver_names)) return true;
  for (std::string_view ending : {"-gcc"sv, "-g++"sv, "-cc"sv, "-c++"sv, "-clang"sv, "-clang++"sv, "-gfortran"sv}) {
    if (name.ends_with(ending)) return true;
  }
  return false;
}

bool is_linker(std::string_view name) {
  return name == "collect2" || name == "link" || speaker_of(name) != Speaker::None;
}

bool is_assignment(std::string_view word) {
  size_t i = 0;
  while (i < word.size() && (std::isalnum(static_cast<unsigned char>(word[i])) || word[i] == '_')) ++i;
  return i > 0 && i < word.size() && word[i] == '=' && !std::isdigit(static_cast<unsigned char>(word[0]));
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

// "-c", "\"-c\"" and the like. One pass over the words' starts: such lines are long, and many.
bool stops_before_linking(std::string_view text) {
  static const Heads options = {"-c ", "-c\"", "-c'", "-cc1", "-S ",  "-S\"",          "-E ",       "-E\"",
                                "-M ", "-MM ", "/c ", "/c'",  "/c\"", "-fsyntax-only", "-emit-pch", "--precompile"};
  // "-c FILE" mostly stands last.
  if (contains(text.substr(text.size() > 128 ? text.size() - 128 : 0), " -c ")) return true;
  for (size_t at = text.find(' '); at != text.npos; at = text.find(' ', at)) {
    ++at;
    size_t word = at < text.size() && (text[at] == '"' || text[at] == '\'') ? at + 1 : at;
    if (word + 1 >= text.size() || (text[word] != '-' && text[word] != '/')) continue;
    // Most options start with -D, -I, -W and the like.
    char letter = text[word + 1];
    if (std::string_view("cSEMfe-").find(letter) != text.npos && options.fit(text.substr(word, 24))) return true;
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
  for (std::string_view known : {".o"sv, ".obj"sv, ".a"sv, ".lib"sv, ".rlib"sv, ".so"sv, ".dylib"sv, ".tbd"sv, ".rsp"sv,
                                 ".lo"sv, ".la"sv, ".bc"sv, ".res"sv, ".def"sv, ".dll"sv}) {
    if (ending == known) return true;
  }
  return is_source_name(word) || contains(word, ".so.") || contains(word, "omitted>");
}

// Whether the words hold options and inputs, and not prose that starts with a program's name.
// Goes through the text as it stands, since most commands need not be taken apart.
bool looks_like_command(std::string_view text) {
  bool option = false, input = false;
  for (size_t at = text.find(' '); at != text.npos && !(option && input);) {
    size_t start = at + 1;
    at = text.find(' ', start);
    std::string_view word = text.substr(start, at == text.npos ? text.npos : at - start);
    while (!word.empty() && (word.front() == '"' || word.front() == '\'')) word.remove_prefix(1);
    while (!word.empty() && std::string_view("\"',]").find(word.back()) != text.npos) word.remove_suffix(1);
    if (word.empty()) continue;
    option = option || word.front() == '-' || word.front() == '/' || word.front() == '@';
    input = input || looks_like_input(word) || word.ends_with("omitted>");
  }
  return option && input;
}

// Peels one wrapper from the front; false: there is none.
bool peel_wrapper(CommandText &command, std::string_view &text) {
  static constexpr std::string_view marks[] = {
      "+ ", "$ ", ": && ", "> ", "exec ", "libtool: link: ", "Executing: ", "time ", "env ", "Running: ", "call "};
  static const Heads any_mark(marks);
  if (any_mark.fit(text)) {
    for (std::string_view mark : marks) {
      if (!text.starts_with(mark)) continue;
      text = skip_blanks(text.substr(mark.size()));
      return true;
    }
  }
  if (text.starts_with("-u ")) {  // env -u NAME
    text = skip_blanks(text.substr(3));
    text = skip_blanks(text.substr(std::min(text.find(' '), text.size())));
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
  if (word.find('=') != word.npos && is_assignment(word)) {
    text = skip_blanks(text.substr(assignment_length(text)));
    return true;
  }
  std::string_view name = program_name(unquote(word));
  if (name == "ccache" || name == "sccache" || name == "distcc" || name == "sh" || name == "bash") {
    text = skip_blanks(text.substr(length));
    return true;
  }
  if (name == "libtool" || name == "aarch64-linux-gnu-libtool" || name == "x86_64-linux-gnu-libtool") {
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

// Every command that links has an option; prose that starts with a program's name has none.
bool has_option(std::string_view text) {
  for (size_t i = text.find(' '); i != text.npos && i + 1 < text.size(); i = text.find(' ', i + 1)) {
    char next = text[i + 1];
    if (next == '-' || next == '/' || next == '@' || next == '"' || next == '\'') return true;
  }
  return text.ends_with('\\');
}

// The names that may start a command, by length and ends: of most lines' first words one bit
// says that they are none.
class FirstWords {
 public:
  FirstWords() {
    for (std::string_view name : driver_names) present_.set(key(name));
    for (std::string_view name :
         {"ld", "lld",        "mold",     "wild",     "gold", "link", "ccache", "sccache", "distcc",
          "sh", "bash",       "libtool",  "cmd",      "cd",   "exec", "time",   "env",     "call",
          "+",  "Executing:", "Running:", "libtool:", "$",    ":",    ">"})
      present_.set(key(name));
  }
  bool may_hold(std::string_view word) const { return present_[key(word)]; }

 private:
  static size_t key(std::string_view word) {
    return (word.size() * 61 + static_cast<unsigned char>(word.front()) * 7u +
            static_cast<unsigned char>(word.back()) * 31u) %
           1024;
  }
  std::bitset<1024> present_;
};

struct FirstWord {
  size_t length = 0;
  std::string_view name;  // its last path component
  bool plain = true;  // no quotes, version, ending or target's prefix: for a look at the name alone
};

// What a byte of a first word tells; a table, since every line of a log starts with a word.
enum ByteKind : uint8_t { Ordinary = 0, Blank = 1, Slash = 2, NotPlain = 4, NotPlainInName = 8 };

constexpr std::array<uint8_t, 256> byte_kinds() {
  std::array<uint8_t, 256> kinds{};
  for (char c : {' ', '\t'}) kinds[static_cast<unsigned char>(c)] = Blank;
  for (char c : {'/', '\\'}) kinds[static_cast<unsigned char>(c)] = Slash;
  for (char c : {'=', '"', '\''}) kinds[static_cast<unsigned char>(c)] = NotPlain;
  for (char c = '0'; c <= '9'; ++c) kinds[static_cast<unsigned char>(c)] = NotPlainInName;
  for (char c : {'-', '.'}) kinds[static_cast<unsigned char>(c)] = NotPlainInName;
  return kinds;
}

FirstWord look_at_first_word(std::string_view text) {
  static constexpr std::array<uint8_t, 256> kinds = byte_kinds();
  FirstWord first;
  size_t name = 0, end = 0, limit = std::min(text.size(), size_t{1024});
  unsigned seen = 0;
  for (; end < limit; ++end) {
    unsigned kind = kinds[static_cast<unsigned char>(text[end])];
    if (kind == Blank) break;
    if (kind == Slash) {
      name = end + 1;
      seen &= ~unsigned{NotPlainInName};
    }
    seen |= kind;
  }
  first.length = end;
  first.name = text.substr(name, end - name);
  first.plain = !(seen & (NotPlain | NotPlainInName));
  return first;
}

CommandText found_command(CommandText command, std::string_view text, size_t length) {
  if (!has_option(text)) return command;
  // "ld: cannot find -lx", "ld : ne peut pas trouver -lx" are messages.
  if (text[length - 1] == ':' || skip_blanks(text.substr(length)).starts_with(':')) return command;
  command.text = text;
  command.kind = stops_before_linking(text) ? CommandKind::Compile : CommandKind::Link;
  return command;
}

CommandText find_python_command(std::string_view text) {
  CommandText command;
  size_t end = text.find('\'', 2);
  if (end == text.npos) return command;
  std::string_view name = program_name(text.substr(2, end - 2));
  if (!is_driver(name) && !is_linker(name)) return command;
  command.kind = stops_before_linking(text) ? CommandKind::Compile : CommandKind::Link;
  command.text = text;
  return command;
}

// Most lines' first word is no command's, and nothing more of them need be looked at.
CommandText find_command(std::string_view line) {
  static const FirstWords first_words;
  CommandText command;
  std::string_view text = skip_blanks(line);
  if (text.starts_with("['")) return find_python_command(text);
  if (text.starts_with('[')) {  // "[12/345] "
    if (text.size() < 3 || !std::isdigit(static_cast<unsigned char>(text[1]))) return command;
    size_t close = text.substr(0, 24).find("] ");
    if (close == text.npos) return command;
    text = skip_blanks(text.substr(close + 2));
  }
  FirstWord first = look_at_first_word(text);
  if (first.name.empty() || first.length == text.size()) return command;
  if (first.plain) {
    if (!first_words.may_hold(first.name)) return command;
    if (is_driver(first.name) || is_linker(first.name)) return found_command(std::move(command), text, first.length);
  }
  for (int peeled = 0; peeled < 64 && peel_wrapper(command, text); ++peeled) {
  }
  size_t length = first_word(text);
  if (!length || length == text.size()) return command;
  std::string_view name = program_name(unquote(text.substr(0, length)));
  if (!is_driver(name) && !is_linker(name)) return command;
  return found_command(std::move(command), text, length);
}

bool is_shortened(const std::vector<std::string> &argv) {
  return std::any_of(argv.begin(), argv.end(), [](const std::string &word) {
    return contains(word, " omitted>") || word.starts_with("<sysroot>") ||
           (contains(word, "{") && contains(word, "}") && contains(word, ","));
  });
}

std::vector<std::string> split_command(std::string_view text) {
  if (text.starts_with("['")) return python_words(text);
  if (is_windows_text(text)) return windows_words(text.substr(0, text.find(" && ")));
  std::vector<std::string> words = split_words(text);
  // What follows is another command of the shell's.
  const auto end = std::find_if(words.begin(), words.end(), [](const std::string &word) {
    return word == "&&" || word == ";" || word == "||" || word == "|" || word == "2>&1";
  });
  words.erase(end, words.end());
  return words;
}

bool keep_command(LogState &state, const CommandText &found, uint32_t line) {
  if (!looks_like_command(found.text)) return false;
  LoggedCommand command;
  command.line = line;
  command.directory = found.directory;
  if (command.directory.empty()) command.directory = state.next_directory;
  if (command.directory.empty() && !state.directories.empty()) command.directory = state.directories.back();
  state.next_directory.clear();
  // Complaints come after their command: these are of an earlier one.
  if (!state.link->complaints.empty()) state.next_link();
  std::vector<LoggedCommand> &commands = state.link->commands;
  if (commands.size() >= commands_kept) {
    commands.erase(commands.begin());
    state.link->first_line = commands.front().line;
    state.command_texts.erase(state.command_texts.begin());
  }
  commands.push_back(std::move(command));
  state.command_texts.emplace_back(found.text);
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

void LogState::split_commands() {
  for (size_t i = 0; i < command_texts.size() && i < link->commands.size(); ++i) {
    LoggedCommand &command = link->commands[i];
    command.argv = split_command(command_texts[i]);
    command.shortened = is_shortened(command.argv);
  }
  command_texts.clear();
}

const LogDialect commands_dialect = {"commands", "link commands", read, {}};

}  // namespace ldwhy
