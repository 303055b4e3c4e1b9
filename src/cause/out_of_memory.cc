// The linker was stopped for want of memory: by the kernel (signal 9), which says nothing of
// the reason, or by its own request that was refused, which does.
#include <fmt/format.h>

#include "base/text.h"
#include "cause/cause.h"
#include "facts/complaints.h"
#include "facts/link_line.h"

namespace ldwhy {
namespace {

bool concerns(const Case &c) { return has_code(c, {"out-of-memory"}); }

// Words that only a refused request has; a signal may have come from anyone.
bool refused(const Case &c) {
  for (std::string_view words : {"bad_alloc", "memory exhausted", "emory allocation", "out of memory",
                                 "unable to allocate", "ot enough memory", "failed to map", "LNK1102"})
    if (says(c, words)) return true;
  return false;
}

uint64_t bytes_of_inputs(const Facts &facts) {
  uint64_t bytes = 0;
  for (const Input &input : facts.link->inputs) bytes += input.bytes;
  return bytes;
}

std::optional<Verdict> examine(const Case &c, const Facts &facts) {
  if (!concerns(c)) return std::nullopt;
  uint64_t memory = facts.survey->surroundings.memory_bytes, inputs = bytes_of_inputs(facts);
  bool certain = refused(c);
  Verdict verdict = verdict_from_words(
      c,
      certain
          ? fmt::format("{} was refused memory", linker_words(facts))
          : fmt::format("{} was killed (signal 9), most likely by the kernel for want of memory", linker_words(facts)),
      fmt::format(
          "{} The inputs are {} in all{}; with debug information or LTO a link takes several times their size, and "
          "builds "
          "run several links at once.{}",
          certain ? "The request failed, so the limit was reached: the machine's memory, a container's, or ulimit -v."
                  : "Signal 9 itself does not say who sent it: the kernel's log does (dmesg, journalctl -k: \"Out of "
                    "memory: "
                    "Killed process\"); a time limit of the build service is the other usual sender.",
          bytes_text(inputs), memory ? fmt::format(", this machine's memory is {}", bytes_text(memory)) : "",
          facts.lto != LtoMode::None ? " This link runs LTO: full LTO takes most, ThinLTO less." : ""));
  if (certain) verdict.certainty = Certainty::Proven;
  verdict.group = "memory";
  verdict.evidence.push_back(
      {"machine",
       "",
       "",
       fmt::format("{} of memory; {} of inputs", memory ? bytes_text(memory) : "unknown size", bytes_text(inputs)),
       {{"memory", std::to_string(memory)}, {"inputs", std::to_string(inputs)}}});
  verdict.check = "dmesg | grep -i -A1 'out of memory'";
  verdict.remedies.push_back({.remedy = "fewer-jobs"});
  if (const LinkerProgram *other = facts.linker == Linker::Bfd ? other_linker(facts) : nullptr)
    verdict.remedies.push_back({.remedy = "other-linker", .path = other->path});
  return verdict;
}

std::optional<Suspicion> suspect(const Case &c, const Facts &) {
  if (!concerns(c)) return std::nullopt;
  if (refused(c)) return Suspicion{95, "the linker was refused memory", ""};
  return Suspicion{85,
                   "the linker was killed, most likely for want of memory: fewer jobs at once (-j), less debug "
                   "information, or more memory",
                   "dmesg | grep -i -A1 'out of memory'"};
}

std::string decide(const Case &, const Facts &) { return "free -h; dmesg | grep -i -A1 'out of memory'"; }

}  // namespace

extern const Cause out_of_memory{"out-of-memory", "the link ran out of memory", examine, suspect, decide};

}  // namespace ldwhy
