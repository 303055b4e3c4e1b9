// Compiler drivers, asked what they would run (question.cc says how).
//
// GCC's and clang print every command on standard error, one a line, each after a blank. Clang
// quotes every word, GCC those that need it; both escape with backslashes. The last line whose
// program is a linker is the link. GCC runs it through collect2, which takes a few words for
// itself and looks for the real linker where the driver does ("-print-prog-name"). Compilers of
// other languages link with such a driver, which is then asked in turn.
//
// Clang leaves out inputs that do not exist, and they may be what the failure is about: then
// it is asked again with empty files in their places.
#include "command/driver.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>

#include "base/process.h"
#include "base/words.h"

namespace ldwhy {
namespace {

constexpr double timeout_seconds = 20;

// What collect2 does not hand on.
constexpr std::string_view collect2_words[] = {"-fuse-ld=", "-flto", "-fno-lto", "-fwhole-program", "-debug"};

bool is_collect2_word(std::string_view word) {
  return std::any_of(std::begin(collect2_words), std::end(collect2_words),
                     [&](std::string_view start) { return word.starts_with(start); });
}

std::string quoted_part(std::string_view line) {
  size_t first = line.find('\''), last = line.rfind('\'');
  return first >= last || last == line.npos ? "" : std::string(line.substr(first + 1, last - first - 1));
}

void read_diagnostic(std::string_view line, DriverAnswer &answer) {
  constexpr std::string_view mark = "error: ";
  size_t at = line.find(mark);
  if (at == line.npos) return;
  if (answer.error.empty()) answer.error = line.substr(at + mark.size());
  if (line.find("no such file or directory", at) == line.npos) return;
  std::string name = quoted_part(line);
  if (!name.empty()) answer.missing.push_back(std::move(name));
}

bool names_output(const std::vector<std::string> &words) {
  return std::ranges::any_of(words, [](const std::string &word) {
    return word == "-o" || word.starts_with("-OUT:") || word.starts_with("/out:");
  });
}

void read_step(std::string_view line, DriverAnswer &answer) {
  std::vector<std::string> words = split_words(line);
  if (words.size() < 2) return;
  // zig's own linker for Mach-O.
  if (words[0] == "zig" && words[1] == "ld") words.erase(words.begin());
  ProgramName program = classify_program(words[0]);
  if (file_name(words[0]) == "collect2" || program.linker) {
    ++answer.links;
    answer.linker_argv = std::move(words);
    return;
  }
  bool stops = std::ranges::any_of(words, [](const std::string &word) {
    return word == "-c" || word == "-S" || word == "-E" || word == "-cc1" || word == "-cc1as";
  });
  if (program.driver && !stops && names_output(words)) answer.driver_argv = words;
  for (size_t i = 1; i + 1 < words.size(); ++i)
    if (words[i] == "-o") answer.temporaries.push_back(words[i + 1]);
}

Result<ProcessResult> run_driver(const Command &command, const std::vector<std::string> &argv) {
  ProcessOptions options;
  options.directory = command.directory;
  options.environment = {"LC_ALL=C"};
  options.timeout_seconds = timeout_seconds;
  return run_process(argv, options);
}

DriverAnswer put_question(const Command &command, const DriverCall &call, const Question &question) {
  ScratchFolder scratch("ldwhy-asked");
  DriverAnswer answer;
  if (scratch.path().empty() && !question.output.empty()) return answer;
  Result<ProcessResult> result = run_driver(command, question_words(call, question, scratch.path()));
  if (!result) {
    answer.error = result.error().text;
    return answer;
  }
  answer = read_driver_answer(question.plain ? result->errors + "\n" + result->output : result->errors, question.plain);
  if (!question.output.empty()) {
    answer.stand_in = output_in(scratch.path());
    answer.output = output_of(call, question);
    answer.output.resize(answer.output.size() - ending_of(answer.output).size());
  }
  if (result->timed_out) answer.error = "it did not answer in time";
  return answer;
}

// Asks again with empty files for the inputs that are not there, and puts the names back.
DriverAnswer ask_with_stand_ins(const Command &command, DriverCall call, const Question &question, DriverAnswer first) {
  ScratchFolder scratch("ldwhy-driver");
  if (scratch.path().empty()) return first;
  std::map<std::string, std::string> original;
  for (const std::string &name : first.missing) {
    std::string folder = join_path(scratch.path(), std::to_string(original.size()));
    std::string stand_in = join_path(folder, file_name(name));
    if (make_folders(folder) || write_file_atomically(stand_in, "")) return first;
    std::ranges::replace(call.words, name, stand_in);
    original[stand_in] = name;
  }
  DriverAnswer second = put_question(command, call, question);
  if (second.linker_argv.empty()) return first;
  for (std::string &word : second.linker_argv)
    if (original.contains(word)) word = original[word];
  return second;
}

// The linker that collect2 runs.
std::string collect2_linker(const Command &command, const std::vector<std::string> &words) {
  std::string name = "ld";
  std::vector<std::string> question{words[0]};
  for (size_t i = 1; i < words.size(); ++i) {
    constexpr std::string_view choice = "-fuse-ld=";
    if (words[i].starts_with(choice)) name = "ld." + words[i].substr(choice.size());
    if (words[i].starts_with("-B")) question.push_back(words[i]);
    if (words[i] == "-B" && i + 1 < words.size()) question.push_back(words[++i]);
  }
  question.push_back("-print-prog-name=" + name);
  Result<ProcessResult> result = run_driver(command, question);
  if (!result || result->status != 0) return name;
  std::string found = result->output.substr(0, result->output.find('\n'));
  return found.empty() ? name : found;
}

void tell_sources(Command &command, const std::vector<std::string> &temporaries) {
  bool compiles = std::any_of(command.linker_argv.begin(), command.linker_argv.end(), [&](const std::string &word) {
    return std::find(temporaries.begin(), temporaries.end(), word) != temporaries.end();
  });
  if (!compiles) return;
  command.problems.push_back({"", "", std::nullopt,
                              "the command also compiles sources; the objects that it makes of "
                              "them are temporary and cannot be looked at"});
}

// While the driver was asked its output was to go elsewhere.
void put_output_back(Command &command, const DriverAnswer &answer) {
  if (answer.stand_in.empty()) return;
  for (std::string &word : command.linker_argv)
    if (size_t at = word.find(answer.stand_in); at != word.npos)
      word.replace(at, answer.stand_in.size(), answer.output);
}

// Swift's and D's compilers link with clang or GCC: what that one would run.
std::optional<std::vector<std::string>> ask_inner_driver(Command &command, DriverAnswer answer) {
  DriverCall inner = driver_call(answer.driver_argv);
  std::optional<Question> question = question_for(inner);
  if (!question || question->plain) return std::nullopt;
  std::optional<std::vector<std::string>> temporaries = ask_driver(command, inner, *question);
  if (!temporaries) return std::nullopt;
  put_output_back(command, answer);
  temporaries->insert(temporaries->end(), answer.temporaries.begin(), answer.temporaries.end());
  return temporaries;
}

}  // namespace

DriverAnswer read_driver_answer(std::string_view text, bool plain) {
  DriverAnswer answer;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    if (line.ends_with('\r')) line.remove_suffix(1);
    if (line.starts_with(' ')) {
      read_step(line, answer);
      continue;
    }
    if (line.find("clang version ") != line.npos) answer.clang = true;
    ProgramName program = classify_program(line.substr(0, line.find(' ')));
    if (plain && (program.driver || program.linker) && names_output(split_words(line))) {
      read_step(line, answer);
      continue;
    }
    read_diagnostic(line, answer);
  }
  return answer;
}

std::optional<std::vector<std::string>> ask_driver(Command &command, const DriverCall &call, const Question &question) {
  auto problem = [&](std::string text) {
    command.problems.push_back({call.words[0], "", std::nullopt, std::move(text)});
  };
  DriverAnswer answer = put_question(command, call, question);
  if (answer.clang && !answer.missing.empty()) answer = ask_with_stand_ins(command, call, question, std::move(answer));
  if (answer.linker_argv.empty() && !answer.driver_argv.empty()) return ask_inner_driver(command, std::move(answer));
  if (answer.linker_argv.empty()) {
    problem(answer.error.empty() ? "the driver names no link command"
                                 : "the driver names no link command: " + answer.error);
    return std::nullopt;
  }
  if (answer.links > 1 && !question.plain)
    problem(fmt::format("the driver links {} times, once an architecture; this is the last of them", answer.links));
  command.linker_argv = std::move(answer.linker_argv);
  if (file_name(command.linker_argv[0]) == "collect2") {
    command.linker_argv[0] = collect2_linker(command, call.words);
    std::erase_if(command.linker_argv, is_collect2_word);
  }
  command.linker_path = command.linker_argv[0];
  command.lto = lto_of_driver(call.words, answer.clang || question.compiles_aside);
  // zig's own linker for Mach-O has Apple's libraries built in, and its lld-link is one for MinGW.
  bool own_libraries = question.compiles_aside && command.linker_path != "ld.lld" && command.linker_path != "wasm-ld";
  if (own_libraries) std::erase(command.linker_argv, "-lSystem");
  command.defaults_unknown = own_libraries || question.more_by_host;
  put_output_back(command, answer);
  if (!question.compiles_aside) tell_sources(command, answer.temporaries);
  return answer.temporaries;
}

void mark_automatic(Command &command, const std::vector<std::string> &words) {
  // Counted, since the driver may name a library of the user's once more (-lm, -lgcc).
  std::unordered_map<std::string, int> named;
  for (size_t i = 1; i < words.size(); ++i) {
    std::string_view word = words[i];
    if (word == "-l" && i + 1 < words.size()) {
      ++named["-l" + words[++i]];
    } else if (!word.starts_with("-Wl,")) {
      ++named[words[i]];
    } else {
      for (std::string_view rest = word.substr(4); !rest.empty();) {
        size_t end = std::min(rest.find(','), rest.size());
        ++named[std::string(rest.substr(0, end))];
        rest.remove_prefix(std::min(end + 1, rest.size()));
      }
    }
  }
  for (InputArg &input : command.inputs) {
    const std::string &spelled = command.linker_argv[input.argument];
    input.automatic = true;
    for (const std::string &word : {spelled, input.kind == InputArg::Kind::Library ? "-l" + input.text : input.text}) {
      std::unordered_map<std::string, int>::iterator found = named.find(word);
      if (found == named.end() || found->second == 0) continue;
      --found->second;
      input.automatic = false;
      break;
    }
  }
}

}  // namespace ldwhy
