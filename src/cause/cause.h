// Causes of failed links. One file an id of the catalogue, each exporting one Cause;
// list.cc holds the table, in the order in which causes win over each other when
// equally certain. A cause may not open files, print, or know a format: it reads
// Facts. Its manual page is docs/causes/ID.md.
#pragma once

#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/complaint.h"
#include "model/diagnosis.h"
#include "model/link.h"
#include "model/sighting.h"
#include "name/known_names.h"
#include "name/name.h"

namespace ldwhy {

// One thing the linker complains of, with what was found about it.
struct Case {
  const Complaint *complaint = nullptr;    // never null
  const Unresolved *unresolved = nullptr;  // null: not missing by the model, or no objects
  const Wanted *wanted = nullptr;          // null: no objects, or not about a symbol
  std::string name;                        // the symbol in object-file spelling
  std::string shown;                       // for people: demangled
  ParsedName parts;                        // the name taken apart, as printed where it stands in a log
  // What the name tells by itself; asked once, since every cause wants to know.
  std::optional<KnownName> known = std::nullopt;  // a support or system library's; Windows' only in links for Windows
  bool library_own = false;                       // of the C++ standard library
};

// All that is known of a failed link. Every pointer may be null: from a pasted log
// alone there are no objects.
struct Facts {
  const Link *link = nullptr;
  const Resolution *resolution = nullptr;
  const Survey *survey = nullptr;
  const LoggedLink *log = nullptr;
  std::vector<const Complaint *> passed_over;  // of the log: inputs of another target, ignored
  std::vector<const Complaint *> asides;       // of the log: what was said of inputs, the first of it
  Flavor flavor = Flavor::Unknown;
  Linker linker = Linker::Unknown;
  Format format = Format::Unknown;
  LtoMode lto = LtoMode::None;
  std::span<const Case> cases = {};            // the first of this link: what missing names have in common
  std::map<std::string_view, size_t> company = {};  // how many of them each library of the index has
  std::string command = {};                    // the link's, quoted for a shell; empty: not known, or not to be typed
  std::optional<bool> windows = std::nullopt;  // what for_windows() found, where it was asked already
};

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
