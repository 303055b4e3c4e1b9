// Causes of failed links. One file an id of the catalogue, each exporting one Cause;
// list.cc holds the table, in the order in which causes win over each other when
// equally certain. A cause may not open files, print, or know a format: it reads
// Facts. Its manual page is docs/causes/ID.md.
#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "facts/facts.h"

namespace ldwhy {

// A change that may help, to be worked out by remedy/.
struct RemedySeed {
  const char *remedy;      // id in remedy/list.cc
  std::string symbol;      // object-file spelling
  std::string other;       // a second symbol: the definition meant, the function to keep apart
  std::string path;        // a library or folder
  ObjectId object = no_object;
};

struct Verdict {
  Certainty certainty = Certainty::Possible;
  std::string summary;       // one sentence, no full stop
  std::string explanation;
  std::vector<Evidence> evidence;
  std::vector<RemedySeed> remedies;  // cheapest first
  std::string group;         // verdicts of one cause with the same group are one diagnosis
  std::string check;         // the command that decides, where not proven
  // Shown by what was read; inputs that could not be read do not matter to it.
  bool stands_alone = false;
};

// "the linker says so", with its words in evidence and nothing proven.
Verdict verdict_from_words(const Case &c, std::string summary, std::string explanation);

// From the words of a log alone.
struct Suspicion {
  int weight = 0;            // 1 (far-fetched) to 100 (the log all but says it)
  std::string summary;
  std::string check;
};

struct Cause {
  const char *id;
  const char *title;         // one line, for `ldwhy cause`
  std::optional<Verdict> (*examine)(const Case &, const Facts &);    // with objects at hand
  std::optional<Suspicion> (*suspect)(const Case &, const Facts &);  // without
  // The command that decides whether it is this cause, ready for a shell, where a verdict has no
  // better of its own; empty: none is known.
  std::string (*decide)(const Case &, const Facts &) = nullptr;
};
std::span<const Cause *const> causes();
const Cause *find_cause(std::string_view id);

// Everything the causes have to say of these cases, grouped and ranked.
struct Judgement {
  struct Entry {
    const Cause *cause;
    Verdict verdict;
    std::vector<const Case *> cases;   // one or more
  };
  std::vector<Entry> diagnoses;        // best first
  std::vector<Alternative> alternatives;
};
Judgement judge(const std::vector<Case> &cases, const Facts &facts);

}  // namespace ldwhy
