// Conditions of an advisory, written as Cargo writes cfg() (Cargo book, "Platform specific
// dependencies"): all(…), any(…) and not(…) around predicates, each a name with words in
// quotes. A predicate is met, not met, or cannot be said, and so is the whole (Kleene's
// strong three-valued logic). docs/advisories.md lists the predicates; predicates.cc has
// their table.
#pragma once

#include <cstdint>
#include <expected>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "advisory/version.h"
#include "model/advisory.h"
#include "model/project.h"

namespace ldwhy {

// What is judged: a build, and the package of the graph that the advisory is about.
struct Situation {
  const Build &build;
  const PackageGraph &packages;
  int32_t package = -1;  // index into the graph; -1: about no package
};

struct Predicate;

// A predicate with its words.
struct Leaf {
  const Predicate *predicate = nullptr;
  std::vector<std::string> words;
  std::string in;                               // flag: which flags
  std::string ecosystem = "crates";             // package, feature
  std::optional<VersionSet> versions, unknown;  // unknown: versions of which it cannot be said
  std::string text;                             // for people
};

struct Predicate {
  const char *name;
  uint8_t least, most;   // words
  const char *keywords;  // allowed besides `text`, between blanks: " unknown in "
  int8_t versions;       // which word is a set of versions; -1: none
  bool surroundings;     // says where one builds (target, system), not what is in use
  // Makes `text`, and checks the words beyond their number; an error says what is wrong.
  std::string (*prepare)(Leaf &leaf);
  void (*judge)(const Leaf &leaf, const Situation &situation, Condition &condition);
};
std::span<const Predicate> predicates();          // predicates.cc
std::span<const Predicate> setting_predicates();  // setting_predicates.cc
const Predicate *find_predicate(std::string_view name);

class Expression {
 public:
  enum class Kind : uint8_t { All, Any, Not, Predicate };
  Kind kind = Kind::All;
  std::vector<Expression> parts;
  Leaf leaf;
};

struct ExpressionError {
  size_t offset = 0;  // into the text
  std::string text;
};
std::expected<std::shared_ptr<const Expression>, ExpressionError> parse_expression(std::string_view text);

// One condition for each part of an all() at the top, so that all must be met.
struct JudgedExpression {
  std::vector<Condition> conditions;
  bool telling = false;  // one that is more than surroundings is met
};
JudgedExpression judge_expression(const Expression &expression, const Situation &situation);

State all_of(State left, State right);

// Every character but '*' (any text) and '?' (one character) stands for itself.
bool matches_glob(std::string_view text, std::string_view glob);

}  // namespace ldwhy
