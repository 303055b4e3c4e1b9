// A known bad combination of packages, tools and settings, as its file in advisories/
// says it (docs/advisories.md describes the format).
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "model/complaint.h"
#include "model/project.h"

namespace ldwhy {

enum class State : uint8_t { Met, NotMet, Unknown };
enum class Affected : uint8_t { Affected, NotAffected, Unknown };
std::string_view state_name(State state);          // "met", "not-met", "unknown"
std::string_view affected_name(Affected affected); // "affected", …

// One condition of an advisory, judged.
struct Condition {
  std::string text;    // "rustc older than 1.95.0", for people
  State state = State::Unknown;
  std::string seen;    // "1.90.0"; empty: nothing was found
  Place place;         // where it was read
};

// What to do against it. The kinds are those of fix/.
struct AdvisoryRemedy {
  std::string id;      // of a RemedyAction: "upgrade-package", "set-lto", "upgrade-tool", "advice", …
  std::string title;   // imperative, one line
  std::string cost;
  std::map<std::string, std::string> arguments;  // "package" → "wasmtime", "version" → "38.0.4"
  std::string verified; // "git", "doc", "lab", "reported", "unknown"
};

// What a linker says when it strikes. All that is given must fit.
struct Signature {
  ComplaintKind kind = ComplaintKind::UndefinedSymbol;
  std::vector<std::string> symbols;     // globs against the plain and the demangled name; empty: any
  std::vector<std::string> references;  // globs against the files that need or define it; empty: any
  std::string text;   // found in the complaint or its notes, "{}" standing for some text; empty: any
};

struct VerifiedFact {
  std::string fact, how;   // how: "git", "doc", "lab", "reported", "unknown"
};

class VersionSet;   // advisory/version.h
class Expression;   // advisory/expression.h

struct AdvisoryPackage {
  std::string ecosystem, name;
  std::shared_ptr<const VersionSet> affected;  // ">=38.0.0, <38.0.4 | 40.0.0"
  std::shared_ptr<const VersionSet> unknown;   // of these it cannot be said; null: none
};

struct Advisory {
  std::string id;           // "LINK-2025-0001"
  std::string title;
  std::string date;         // first reported, ISO 8601; only the year or month where that is known
  std::string cause;        // an id of the catalogue of causes
  std::vector<AdvisoryPackage> packages;   // any of them; empty: any project
  std::shared_ptr<const Expression> when;  // null: nothing else needs to hold
  std::vector<Signature> signatures;
  std::vector<AdvisoryRemedy> remedies;    // in order of preference
  std::vector<std::string> fixed_in;       // "wasmtime 38.0.4", "rustc 1.95.0"
  std::vector<std::string> sources;        // addresses
  std::vector<VerifiedFact> verified;
  std::string body;         // the manual page, Markdown
  std::string file;         // where it was read; "" for the built-in base
};

}  // namespace ldwhy
