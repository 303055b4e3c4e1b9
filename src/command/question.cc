// Three kinds of driver:
// - `-###` makes those of the GCC and clang families print every command without running it
//   (GCC manual and clang manual, "-###"); wrappers like mpicc hand it on.
//   It stands first, since clang-cl reads nothing after /link.
// - zig has its linkers built in, D's compilers know no such option, and old releases of emcc link
//   all the same; but all print the link's command with -v before they run it.
// - All others cannot be asked.
#include "command/question.h"

#include <algorithm>
#include <array>

#include "base/files.h"
#include "command/command.h"

namespace ldwhy {
namespace {

struct Row {
  std::string_view driver;
  Question question;
};
constexpr Question tells = {.option = "-###", .output = ""};
constexpr Question tells_plainly = {.option = "-###", .output = "", .plain = true};
constexpr Question emcc_links = {.option = "-v", .output = "-o", .more_by_host = true};
constexpr Question d_links = {.option = "-v", .output = "-of=", .plain = true};
constexpr Row rows[] = {
    {"cc", tells},       {"c++", tells},       {"c89", tells},       {"c99", tells},       {"gcc", tells},
    {"g++", tells},      {"gfortran", tells},  {"gdc", tells},       {"clang", tells},     {"clang++", tells},
    {"flang", tells},    {"flang-new", tells}, {"icx", tells},       {"icpx", tells},      {"ifx", tells},
    {"clang-cl", tells}, {"hipcc", tells},     {"mpicc", tells},     {"mpicxx", tells},    {"mpic++", tells},
    {"mpifort", tells},  {"mpif90", tells},    {"emcc", emcc_links}, {"em++", emcc_links}, {"swiftc", tells_plainly},
    {"ldc2", d_links},   {"dmd", d_links},
};
constexpr Question zig_driver = {.option = "-v", .output = "-o", .compiles_aside = true, .plain = true};
constexpr Question zig_builder = {
    .option = "--verbose-link", .output = "-femit-bin=", .compiles_aside = true, .plain = true};

constexpr std::string_view source_endings[] = {
    ".c",  ".cc",  ".cpp", ".cxx", ".c++", ".C",   ".cp",  ".m",   ".mm",   ".i",     ".ii",  ".s",
    ".S",  ".sx",  ".asm", ".f",   ".for", ".f90", ".f95", ".f03", ".f08",  ".F",     ".F90", ".d",
    ".cu", ".hip", ".ll",  ".rs",  ".go",  ".adb", ".zig", ".ixx", ".cppm", ".swift", ".hs",
};

// "x86_64-w64-mingw32-gcc-12" is gcc.
bool is_tool(std::string_view program, std::string_view name) {
  size_t at = program.rfind(name);
  if (at == program.npos || (at > 0 && program[at - 1] != '-')) return false;
  std::string_view rest = program.substr(at + name.size());
  return rest.empty() || rest == ".exe" || rest == ".py" ||
         (rest[0] == '-' && rest.size() > 1 && rest.find_first_not_of("0123456789.", 1) == rest.npos);
}

bool is_zig(std::string_view program) {
  std::string_view name = file_name(program);
  return name == "zig" || name == "zig.exe" || (name.starts_with("zig-") && name.find_first_of("0123456789") == 4);
}

}  // namespace

// `zig cc`, `python3 -m ziglang cc`: the word after zig's name says what it is to be.
DriverCall driver_call(const std::vector<std::string> &words) {
  size_t zig =
      words.size() > 2 && file_name(words[0]).starts_with("python") && words[1] == "-m" && words[2] == "ziglang" ? 2
                                                                                                                 : 0;
  if ((zig == 0 && !is_zig(words[0])) || zig + 1 >= words.size()) return {{words.begin(), words.begin() + 1}, words};
  const std::string &role = words[zig + 1];
  size_t program_words = zig + 2;
  DriverCall call{{words.begin(), words.begin() + static_cast<ptrdiff_t>(program_words)}, {}};
  call.words.push_back(classify_program(role).linker ? role : "zig");
  call.words.insert(call.words.end(), words.begin() + static_cast<ptrdiff_t>(program_words), words.end());
  return call;
}

std::optional<Question> question_for(const DriverCall &call) {
  if (call.words[0] == "zig" && call.program.size() > 1) {
    const std::string &role = call.program.back();
    if (role == "cc" || role == "c++") return zig_driver;
    if (role == "build-exe" || role == "build-lib") return zig_builder;
    return std::nullopt;
  }
  std::string_view name = file_name(call.words[0]);
  const Row *row = std::ranges::find_if(rows, [&](const Row &each) { return is_tool(name, each.driver); });
  if (row == std::end(rows)) return std::nullopt;
  bool in_the_way =
      !row->question.output.empty() && !row->question.compiles_aside && std::ranges::any_of(call.words, is_source_file);
  return in_the_way ? std::nullopt : std::optional(row->question);
}

std::string output_in(const std::string &folder) { return join_path(folder, "output"); }

std::string_view ending_of(std::string_view output) {
  size_t name = output.size() - file_name(output).size(), dot = output.rfind('.');
  return dot == output.npos || dot <= name ? std::string_view() : output.substr(dot);
}

std::string output_of(const DriverCall &call, const Question &question) {
  std::string output;
  for (size_t i = 1; i < call.words.size(); ++i) {
    std::string_view word = call.words[i];
    if (word == question.output && i + 1 < call.words.size()) output = call.words[++i];
    else if (word.starts_with(question.output)) output = word.substr(question.output.size());
  }
  return output.empty() ? "a.out" : output;
}

std::vector<std::string> question_words(const DriverCall &call, const Question &question, const std::string &folder) {
  std::vector<std::string> words = call.program;
  words.emplace_back(question.option);
  for (size_t i = 1; i < call.words.size(); ++i) {
    const std::string &word = call.words[i];
    bool names_output = !question.output.empty() && word.starts_with(question.output);
    if (!names_output) words.push_back(word);
    else if (word == question.output) ++i;
  }
  if (question.output.empty()) return words;
  // Its ending may say what is wanted.
  std::string output = output_in(folder);
  output += ending_of(output_of(call, question));
  if (question.output.ends_with('=')) {
    words.push_back(std::string(question.output) + output);
  } else {
    words.emplace_back(question.output);
    words.push_back(output);
  }
  return words;
}

bool is_source_file(std::string_view word) {
  std::string_view name = file_name(word);
  size_t dot = name.rfind('.');
  return dot != name.npos && !word.starts_with('-') &&
         std::ranges::find(source_endings, name.substr(dot)) != std::end(source_endings);
}

}  // namespace ldwhy
