// The linker died of itself: an assertion, an internal error, a signal, an "LLVM ERROR". Its
// inputs may have caused it; the first of these to rule out are damaged files and newer bitcode.
#include <fmt/format.h>

#include "cause/cause.h"
#include "facts/complaints.h"
#include "facts/inputs.h"
#include "facts/inspection.h"
#include "facts/link_line.h"
#include "facts/references.h"

namespace ldwhy {
namespace {

bool concerns(const Case &c) { return has_code(c, {"crash"}); }

// A full disk shows itself as this signal where the output is mapped.
bool bus_error(const Case &c) { return says(c, "Bus error") || says(c, "signal 7") || says(c, "SIGBUS"); }

std::optional<Verdict> examine(const Case &c, const Facts &facts) {
  if (!concerns(c)) return std::nullopt;
  std::vector<std::string> unread = unread_inputs(facts);
  Verdict verdict = verdict_from_words(
      c, fmt::format("{} itself failed; no symbol and no file is to blame as far as can be seen", linker_words(facts)),
      fmt::format(
          "This is a fault of the linker (or of the compiler code that LTO runs in it), not of the program: it ought "
          "to have "
          "printed an error. ldwhy read the inputs{}. Another release or another linker most likely gets further; with "
          "a "
          "reproducer its makers can find the fault.",
          unread.empty() ? " and found none damaged" : fmt::format("; {} could not be read", list_names(unread))));
  // The linker's own word that it crashed is what is to be shown; a damaged input would be another matter.
  if (unread.empty() && !bus_error(c)) verdict.certainty = Certainty::Proven;
  verdict.group = "crash";
  verdict.evidence.push_back({"input",
                              "",
                              "",
                              unread.empty()
                                  ? fmt::format("all {} inputs can be read to the end", facts.link->inputs.size())
                                  : fmt::format("{} could not be read", list_names(unread)),
                              {}});
  if (const LinkerProgram *other = other_linker(facts))
    verdict.remedies.push_back({.remedy = "other-linker", .path = other->path});
  verdict.remedies.push_back({.remedy = "report-crash"});
  return verdict;
}

std::optional<Suspicion> suspect(const Case &c, const Facts &) {
  if (!concerns(c)) return std::nullopt;
  return Suspicion{bus_error(c) ? 55 : 80, "the linker itself crashed; a damaged input, or a fault of the linker", ""};
}

// Reading all inputs shows a damaged one, which linkers die of as well.
std::string decide(const Case &c, const Facts &facts) {
  if (!facts.command.empty()) return "ldwhy link -- " + facts.command;
  // The complaint's subject is the program that died.
  std::string file = c.complaint->references.empty() ? "" : file_of(c.complaint->references.front().file);
  return file.empty() ? linker_program(facts) + " --version" : fmt::format("ldwhy check {}", quoted(file));
}

}  // namespace

extern const Cause linker_crash{"linker-crash", "the linker itself failed", examine, suspect, decide};

}  // namespace ldwhy
