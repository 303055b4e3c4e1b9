// Compiler drivers: the linker command that they would run.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "command/command.h"
#include "command/question.h"

namespace ldwhy {

// The link in what a driver that was asked printed.
struct DriverAnswer {
  std::vector<std::string> linker_argv;  // empty: there is none
  std::vector<std::string> driver_argv;  // a driver's that it links with; empty: none
  std::vector<std::string> temporaries;  // outputs of the steps before it
  std::vector<std::string> missing;      // inputs that the driver left out: they do not exist
  size_t links = 0;                      // how many commands link (one an architecture)
  bool clang = false;
  std::string error;    // the driver's first complaint
  std::string stand_in; // of the output while the driver was asked; empty: there was none
  std::string output;   // what it stood in for
};
// `plain`: see Question.
DriverAnswer read_driver_answer(std::string_view text, bool plain = false);

// `words` is the driver with its arguments, response files expanded. All ways fill
// linker_argv, linker_path and lto.
//
// Asks the driver; gives the names of the temporary objects that it would make on the way.
// Nothing where it named no link command; a Problem says why.
std::optional<std::vector<std::string>> ask_driver(Command &command, const DriverCall &call, const Question &question);
// Goes by the driver's documented options alone: default libraries stay unknown.
void model_driver(Command &command, const std::vector<std::string> &words);
// The same for drivers that take Microsoft's options: cl, clang-cl.
void model_cl_driver(Command &command, const std::vector<std::string> &words);

// What -flto asks for; the last word wins.
LtoMode lto_of_driver(const std::vector<std::string> &words, bool clang);

// How the models name an object that the driver would make of a source.
inline constexpr std::string_view compiled_mark = "(object of ";

// Marks the inputs that none of the words named.
void mark_automatic(Command &command, const std::vector<std::string> &words);

}  // namespace ldwhy
