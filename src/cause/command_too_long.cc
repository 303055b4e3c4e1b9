// The link command is longer than the system lets a program be started with.
#include <fmt/format.h>

#include "base/text.h"
#include "cause/cause.h"
#include "facts/complaints.h"

namespace ldwhy {
namespace {

bool concerns(const Case &c) { return has_code(c, {"command-too-long"}); }

// Linux: a quarter of the stack limit for all words, 128 KiB for one (execve(2)).
constexpr uint64_t longest_word = 128 << 10;
constexpr uint64_t usual_limit = 2 << 20;

std::optional<Verdict> examine(const Case &c, const Facts &facts) {
  if (!concerns(c)) return std::nullopt;
  uint64_t bytes = 0, longest = 0;
  const std::vector<std::string> &words = facts.link->command.linker_argv;
  for (const std::string &word : words) {
    bytes += word.size() + 1;
    longest = std::max<uint64_t>(longest, word.size());
  }
  bool windows = facts.flavor == Flavor::Coff;
  bool over = bytes > (windows ? 32767 : usual_limit) || longest > longest_word;
  Verdict verdict = verdict_from_words(
      c,
      fmt::format("the link command is {} long in {} words, more than the system takes", bytes_text(bytes),
                  words.size()),
      fmt::format("{} A response file holds the words in its place: every linker and driver reads @FILE.",
                  windows ? "Windows takes 32767 characters."
                          : "Linux takes 128 KiB for one word and usually 2 MB for all words and the environment "
                            "together; collect2 "
                            "and shells pass the words on one by one even where the driver had them from a file."));
  if (over) verdict.certainty = Certainty::Proven;
  verdict.group = "length";
  verdict.evidence.push_back(
      {"option",
       "",
       "",
       fmt::format("{} words, {}; the longest has {}", words.size(), bytes_text(bytes), bytes_text(longest)),
       {{"bytes", std::to_string(bytes)}, {"longest", std::to_string(longest)}}});
  verdict.remedies.push_back({.remedy = "response-file"});
  return verdict;
}

std::optional<Suspicion> suspect(const Case &c, const Facts &) {
  if (!concerns(c)) return std::nullopt;
  return Suspicion{
      95, "the link command is longer than the system takes: pass it in a response file (@FILE), or shorten paths", ""};
}

std::string decide(const Case &, const Facts &) { return "getconf ARG_MAX"; }

}  // namespace

extern const Cause command_too_long{"command-too-long", "the link command is longer than the system takes", examine,
                                    suspect, decide};

}  // namespace ldwhy
