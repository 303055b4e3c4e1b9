// What ldwhy has to say: the only thing reports see.
#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/problem.h"
#include "model/command.h"
#include "model/complaint.h"

namespace ldwhy {

enum class Certainty : uint8_t { Possible, Likely, Proven };
enum class Verified : uint8_t { NotTried, Passed, Failed };
std::string_view certainty_name(Certainty certainty);
std::string_view verified_name(Verified verified);

struct Evidence {
  std::string kind;    // "definition", "reference", "absence", "archive-member", "option", …
  std::string file;
  std::string member;
  std::string text;    // what is to be seen there, one line
  std::vector<std::pair<std::string, std::string>> detail;  // named facts, for programs
};

struct Edit {
  std::string file;
  std::string diff;    // unified diff, or the lines to write where no file is known
};

struct Remedy {
  std::string id;
  std::string title;   // imperative, one line
  std::string cost;    // what the user gives up, one line
  Verified verified = Verified::NotTried;
  std::string outcome; // tried: what happened, one line where it failed
  std::vector<std::string> commands;
  std::vector<Edit> edits;
  std::vector<std::string> link_words;  // to add at the end of the link line, where that is the change
  bool moves = false;  // link_words stand on the link line already, too early
  std::string source;  // a source file that no list of sources names, where that is the change
};

struct SymbolName {
  std::string name;
  std::string demangled;
};

struct Diagnosis {
  std::string cause;   // an id of the catalogue
  Certainty certainty = Certainty::Possible;
  std::vector<SymbolName> symbols;
  std::optional<size_t> message;  // the first that it explains, of LinkReport::messages; none: an advisory alone
  std::string summary;      // one sentence
  std::string explanation;  // a short paragraph, in this build's own names
  std::vector<Evidence> evidence;
  std::vector<std::string> advisories;
  std::vector<Remedy> remedies;  // cheapest first; what works before what does not
  std::string next;         // the command to type next
};

struct Alternative {
  std::string cause;
  Certainty certainty = Certainty::Possible;
  std::string summary;
  std::string check;        // the command that decides
};

enum class Status : uint8_t { Diagnosed, NoFailure, Unexplained };
std::string_view status_name(Status status);

// Everything about one link.
struct LinkReport {
  Status status = Status::NoFailure;
  std::string unusable;              // why nothing can be said of this command; empty: it can
  std::string directory;
  std::vector<std::string> command;  // the linker's, or the driver's where that is all there is
  std::string linker, linker_version, flavor, target, lto;
  uint64_t inputs = 0;               // files on the link line
  std::vector<Complaint> messages;
  // Names in the messages that people do not know, and what they know them by: "/tmp/ccX3.o", "main.c".
  std::vector<std::pair<std::string, std::string>> known_as;
  std::vector<Diagnosis> diagnoses;
  std::vector<Alternative> alternatives;
  std::vector<Problem> problems;          // inputs that could not be read, one line each
  std::vector<std::string> looked_at;     // for an unexplained failure: what was looked at
};

struct Report {
  std::vector<LinkReport> links;     // the first is the most interesting
};

}  // namespace ldwhy
