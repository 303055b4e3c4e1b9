// How compiler drivers are made to tell what they would run.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ldwhy {

// A driver's command line: what is run, and what it is told.
struct DriverCall {
  std::vector<std::string> program;  // "gcc"; "python3 -m ziglang cc"
  std::vector<std::string> words;    // the driver's name, then its arguments
};
// Takes `words` apart.
DriverCall driver_call(const std::vector<std::string> &words);

struct Question {
  std::string_view option;      // that asks
  // It does its work all the same, and the output has to go elsewhere: the option that names
  // it. Empty: it only tells.
  std::string_view output;
  bool compiles_aside = false;  // so, and what it makes of sources is written to a cache of its own
  // Its steps stand without a blank before them, among other words, or on standard output.
  bool plain = false;
  bool more_by_host = false;  // what JavaScript supplies is in no library
};
// Nothing where it cannot be asked.
std::optional<Question> question_for(const DriverCall &call);

// The words to run, with outputs in `folder` where the question needs that.
std::vector<std::string> question_words(const DriverCall &call, const Question &question, const std::string &folder);

// The output's place there, but for its ending.
std::string output_in(const std::string &folder);
std::string_view ending_of(std::string_view output);
// What the call says of its output.
std::string output_of(const DriverCall &call, const Question &question);

// Whether a driver makes an object of it first.
bool is_source_file(std::string_view word);

}  // namespace ldwhy
