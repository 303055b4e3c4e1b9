// cmake-commands(7), if(): the condition syntax and its precedence (brackets, unary tests,
// binary tests, NOT, AND, OR), with a third answer where the files do not tell.
#include <algorithm>

#include "base/text.h"
#include "project/cmake_values.h"

namespace ldwhy {
namespace {

constexpr int most_depth = 40;

class Condition {
 public:
  Condition(const std::vector<CMakeArgument> &words, const CMakeVariables &variables)
      : words_(words), variables_(variables) {}

  Truth whole() {
    Truth truth = either();
    return at_ == words_.size() && !failed_ ? truth : Truth::Unknown;
  }

 private:
  bool is(std::string_view word) const {
    return at_ < words_.size() && words_[at_].kind == CMakeArgument::Kind::Unquoted && words_[at_].text == word;
  }

  Truth either() {
    if (++depth_ > most_depth) failed_ = true;
    if (failed_) return Truth::Unknown;
    Truth left = both();
    while (is("OR")) {
      ++at_;
      Truth right = both();
      if (left == Truth::Yes || right == Truth::Yes) left = Truth::Yes;
      else if (left == Truth::Unknown || right == Truth::Unknown) left = Truth::Unknown;
    }
    --depth_;
    return left;
  }

  Truth both() {
    Truth left = negation();
    while (is("AND")) {
      ++at_;
      Truth right = negation();
      if (left == Truth::No || right == Truth::No) left = Truth::No;
      else if (left == Truth::Unknown || right == Truth::Unknown) left = Truth::Unknown;
    }
    return left;
  }

  Truth negation() {
    bool negate = false;
    while (is("NOT")) {
      ++at_;
      negate = !negate;
    }
    Truth truth = test();
    return negate ? negated(truth) : truth;
  }

  Truth test() {
    if (at_ >= words_.size()) {
      failed_ = true;
      return Truth::Unknown;
    }
    if (is("(")) {
      ++at_;
      Truth truth = either();
      if (!is(")")) failed_ = true;
      else ++at_;
      return truth;
    }
    if (at_ + 1 < words_.size() && words_[at_].kind == CMakeArgument::Kind::Unquoted) {
      if (is("DEFINED")) return defined();
      for (std::string_view unary :
           {"EXISTS", "IS_DIRECTORY", "IS_ABSOLUTE", "IS_SYMLINK", "COMMAND", "TARGET", "TEST", "POLICY"})
        if (is(unary) && !is_binary(at_ + 1)) {
          at_ += 2;
          return Truth::Unknown;
        }
    }
    if (at_ + 2 < words_.size() && is_binary(at_ + 1)) return comparison();
    return value(words_[at_++]);
  }

  bool is_binary(size_t at) const {
    constexpr std::string_view operators[] = {"STREQUAL",
                                              "MATCHES",
                                              "EQUAL",
                                              "LESS",
                                              "GREATER",
                                              "LESS_EQUAL",
                                              "GREATER_EQUAL",
                                              "STRLESS",
                                              "STRGREATER",
                                              "VERSION_LESS",
                                              "VERSION_GREATER",
                                              "VERSION_EQUAL",
                                              "VERSION_LESS_EQUAL",
                                              "VERSION_GREATER_EQUAL",
                                              "IN_LIST",
                                              "IS_NEWER_THAN",
                                              "PATH_EQUAL"};
    return at < words_.size() && words_[at].kind == CMakeArgument::Kind::Unquoted &&
           std::ranges::find(operators, words_[at].text) != std::end(operators);
  }

  Truth defined() {
    std::string name = joined(variables_.expand(words_[at_ + 1].text, {}));
    at_ += 2;
    if (const CMakeValue *value = variables_.find(name)) return value->known ? Truth::Yes : Truth::Unknown;
    return variables_.surely_unset(name) ? Truth::No : Truth::Unknown;
  }

  // A word as a value: a variable's where one has that name.
  std::string operand(const CMakeArgument &word, bool &known) const {
    std::string text = joined(variables_.expand(word.text, {}));
    if (has_unknown(text)) known = false;
    if (word.kind != CMakeArgument::Kind::Unquoted) {
      // "${X}" of a value that is only perhaps so.
      note_unknown(word.text, known);
      return text;
    }
    const CMakeValue *value = variables_.find(text);
    if (!value) {
      note_unknown(word.text, known);
      return text;
    }
    known = known && value->known;
    std::string named = value->text();
    if (has_unknown(named)) known = false;
    return named;
  }

  void note_unknown(std::string_view text, bool &known) const {
    size_t open = text.find("${"), close = text.find('}', open == text.npos ? 0 : open);
    if (open == text.npos || close == text.npos) return;
    const CMakeValue *value = variables_.find(std::string(text.substr(open + 2, close - open - 2)));
    if (value && !value->known) known = false;
  }

  Truth comparison() {
    bool known = true;
    std::string left = operand(words_[at_], known);
    std::string_view operation = words_[at_ + 1].text;
    std::string right = operand(words_[at_ + 2], known);
    at_ += 3;
    if (!known) return Truth::Unknown;
    if (operation == "STREQUAL") return left == right ? Truth::Yes : Truth::No;
    if (operation == "MATCHES") return fits(right, left);
    if (operation == "IN_LIST")
      return (";" + right + ";").find(";" + left + ";") != std::string::npos ? Truth::Yes : Truth::No;
    if (operation == "EQUAL") return left == right ? Truth::Yes : Truth::Unknown;
    return Truth::Unknown;
  }

  // A regular expression that is only words, with ^, $ and |.
  static Truth fits(std::string_view pattern, std::string_view text) {
    if (pattern.starts_with('(') && pattern.ends_with(')')) pattern = pattern.substr(1, pattern.size() - 2);
    if (pattern.find_first_of("*+?.[]\\()") != pattern.npos) return Truth::Unknown;
    for (;;) {
      size_t bar = std::min(pattern.find('|'), pattern.size());
      std::string_view one = pattern.substr(0, bar);
      bool start = one.starts_with('^'), end = one.ends_with('$');
      if (start) one.remove_prefix(1);
      if (end) one.remove_suffix(1);
      bool fits = start && end ? text == one
                  : start      ? text.starts_with(one)
                  : end        ? text.ends_with(one)
                               : text.find(one) != text.npos;
      if (fits) return Truth::Yes;
      if (bar == pattern.size()) return Truth::No;
      pattern.remove_prefix(bar + 1);
    }
  }

  // if(X): a constant, else a variable that is not a false constant; a quoted text is true only as
  // a constant.
  Truth value(const CMakeArgument &word) {
    std::string text = joined(variables_.expand(word.text, {}));
    if (has_unknown(text)) return Truth::Unknown;
    Truth constant = cmake_constant(text);
    bool known = true;
    note_unknown(word.text, known);
    if (!known) return Truth::Unknown;
    if (constant != Truth::Unknown) return constant;
    if (word.kind != CMakeArgument::Kind::Unquoted) return Truth::No;
    const CMakeValue *found = variables_.find(text);
    if (!found) return variables_.surely_unset(text) ? Truth::No : Truth::Unknown;
    std::string value = found->text();
    if (!found->known || has_unknown(value)) return Truth::Unknown;
    return cmake_constant(value) == Truth::No ? Truth::No : Truth::Yes;
  }

  const std::vector<CMakeArgument> &words_;
  const CMakeVariables &variables_;
  size_t at_ = 0;
  int depth_ = 0;
  bool failed_ = false;
};

}  // namespace

Truth CMakeVariables::truth(const std::vector<CMakeArgument> &condition) const {
  return Condition(condition, *this).whole();
}

}  // namespace ldwhy
