#include "advisory/expression.h"

#include <fmt/format.h>

#include <algorithm>

namespace ldwhy {
namespace {

constexpr int deepest = 16;

bool is_name(char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.'; }

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {}

  std::expected<Expression, ExpressionError> parse() {
    Expression whole;
    if (expression(whole, 0)) {
      blanks();
      if (position_ < text_.size()) fail("nothing more was expected here");
    }
    if (error_) return std::unexpected(std::move(*error_));
    return whole;
  }

 private:
  bool fail(std::string text) { return fail_at(position_, std::move(text)); }
  bool fail_at(size_t offset, std::string text) {
    if (!error_) error_ = {offset, std::move(text)};
    return false;
  }
  void blanks() {
    while (position_ < text_.size() && std::string_view(" \t\r\n").find(text_[position_]) != text_.npos) ++position_;
  }
  bool take(char c) {
    blanks();
    if (position_ >= text_.size() || text_[position_] != c) return false;
    ++position_;
    return true;
  }
  std::string_view name() {
    blanks();
    size_t start = position_;
    while (position_ < text_.size() && is_name(text_[position_])) ++position_;
    return text_.substr(start, position_ - start);
  }

  bool expression(Expression &into, int depth) {
    if (depth == deepest) return fail(fmt::format("nested more than {} deep", deepest));
    blanks();
    size_t start = position_;
    std::string_view word = name();
    if (word.empty()) return fail("a condition was expected, such as target(\"…\")");
    if (!take('(')) return fail(fmt::format("'(' was expected after '{}'", word));
    if (word == "all") into.kind = Expression::Kind::All;
    else if (word == "any") into.kind = Expression::Kind::Any;
    else if (word == "not") into.kind = Expression::Kind::Not;
    else return predicate(into, word, start);
    while (!take(')')) {
      if (!expression(into.parts.emplace_back(), depth + 1)) return false;
      if (take(',')) continue;
      if (!take(')')) return fail("',' or ')' was expected");
      break;
    }
    if (into.parts.empty()) return fail_at(start, fmt::format("{}() is empty", word));
    if (into.kind == Expression::Kind::Not && into.parts.size() > 1) return fail_at(start, "not() takes one condition");
    return true;
  }

  bool string(std::string &into) {
    blanks();
    if (!take('"')) return fail("a word in quotes was expected");
    size_t end = text_.find('"', position_);
    if (end == text_.npos) return fail("the quote is never closed");
    into = text_.substr(position_, end - position_);
    position_ = end + 1;
    if (into.empty()) return fail("a word is empty");
    return true;
  }

  bool keyword(Leaf &leaf, std::string_view key, size_t start) {
    if (key != "text" &&
        std::string_view(leaf.predicate->keywords).find(fmt::format(" {} ", key)) == std::string_view::npos)
      return fail_at(start, fmt::format("{}() has no '{}'", leaf.predicate->name, key));
    if (!take('=')) return fail(fmt::format("'=' was expected after '{}'", key));
    std::string value;
    if (!string(value)) return false;
    if (key == "text") leaf.text = value;
    if (key == "in") leaf.in = value;
    if (key == "ecosystem") leaf.ecosystem = value;
    return key != "unknown" || version_set(value, leaf.unknown, start);
  }

  bool version_set(std::string_view value, std::optional<VersionSet> &into, size_t start) {
    std::expected<VersionSet, std::string> set = VersionSet::parse(value);
    if (!set) return fail_at(start, set.error());
    into = std::move(*set);
    return true;
  }

  bool predicate(Expression &into, std::string_view word, size_t start) {
    into.kind = Expression::Kind::Predicate;
    Leaf &leaf = into.leaf;
    leaf.predicate = find_predicate(word);
    if (!leaf.predicate) return fail_at(start, fmt::format("there is no condition '{}'", word));
    const Predicate &known = *leaf.predicate;
    while (!take(')')) {
      blanks();
      size_t here = position_;
      std::string_view key = name();
      if (!key.empty()) {
        if (!keyword(leaf, key, here)) return false;
      } else {
        std::string value;
        if (!string(value)) return false;
        if (known.versions == static_cast<int>(leaf.words.size()) && !version_set(value, leaf.versions, here))
          return false;
        leaf.words.push_back(std::move(value));
      }
      if (take(',')) continue;
      if (!take(')')) return fail("',' or ')' was expected");
      break;
    }
    if (leaf.words.size() < known.least || leaf.words.size() > known.most)
      return fail_at(start,
                     fmt::format("{}() takes {} words, not {}", word, number_of_words(known), leaf.words.size()));
    std::string given = std::move(leaf.text);
    leaf.text.clear();
    std::string wrong = known.prepare(leaf);
    if (!wrong.empty()) return fail_at(start, std::move(wrong));
    if (!given.empty()) leaf.text = std::move(given);
    return true;
  }

  static std::string number_of_words(const Predicate &known) {
    if (known.least == known.most) return std::to_string(known.least);
    if (known.most == UINT8_MAX) return fmt::format("{} or more", known.least);
    return fmt::format("{} to {}", known.least, known.most);
  }

  std::string_view text_;
  size_t position_ = 0;
  std::optional<ExpressionError> error_;
};

State opposite(State state) {
  if (state == State::Unknown) return state;
  return state == State::Met ? State::NotMet : State::Met;
}

// That something is absent tells as little as where one builds.
bool rests_on_surroundings(const Expression &expression) {
  if (expression.kind == Expression::Kind::Not) return true;
  if (expression.kind == Expression::Kind::Predicate) return expression.leaf.predicate->surroundings;
  return std::ranges::all_of(expression.parts, rests_on_surroundings);
}

Condition judge_one(const Expression &expression, const Situation &situation);

// Several conditions as one. What was seen is told of the part that decides.
Condition judge_parts(const Expression &expression, const Situation &situation) {
  bool any = expression.kind == Expression::Kind::Any;
  State decisive = any ? State::Met : State::NotMet;
  Condition whole;
  whole.state = opposite(decisive);
  bool decided = false;
  for (const Expression &part : expression.parts) {
    Condition one = judge_one(part, situation);
    bool wrap = part.kind == Expression::Kind::All || part.kind == Expression::Kind::Any;
    if (!whole.text.empty()) whole.text += any ? " or " : " and ";
    whole.text += wrap && part.parts.size() > 1 ? "(" + one.text + ")" : one.text;
    if (decided) continue;
    decided = one.state == decisive;
    if (decided || one.state == State::Unknown) whole.state = one.state;
    if (decided || (whole.seen.empty() && !one.seen.empty())) {
      whole.seen = std::move(one.seen);
      whole.place = std::move(one.place);
    }
  }
  return whole;
}

Condition judge_one(const Expression &expression, const Situation &situation) {
  if (expression.kind == Expression::Kind::Predicate) {
    Condition condition;
    condition.text = expression.leaf.text;
    expression.leaf.predicate->judge(expression.leaf, situation, condition);
    return condition;
  }
  if (expression.kind != Expression::Kind::Not) return judge_parts(expression, situation);
  Condition condition = judge_one(expression.parts.front(), situation);
  condition.state = opposite(condition.state);
  condition.text = "not: " + condition.text;
  return condition;
}

void judge_top(const Expression &expression, const Situation &situation, JudgedExpression &into) {
  if (expression.kind == Expression::Kind::All) {
    for (const Expression &part : expression.parts) judge_top(part, situation, into);
    return;
  }
  Condition condition = judge_one(expression, situation);
  // A linker that the project chose is no default of the system's.
  bool chosen = expression.kind == Expression::Kind::Predicate &&
                std::string_view(expression.leaf.predicate->name) == "linker" && !condition.place.file.empty();
  if (condition.state == State::Met && (chosen || !rests_on_surroundings(expression))) into.telling = true;
  into.conditions.push_back(std::move(condition));
}

}  // namespace

std::expected<std::shared_ptr<const Expression>, ExpressionError> parse_expression(std::string_view text) {
  std::expected<Expression, ExpressionError> parsed = Parser(text).parse();
  if (!parsed) return std::unexpected(std::move(parsed.error()));
  return std::make_shared<const Expression>(std::move(*parsed));
}

JudgedExpression judge_expression(const Expression &expression, const Situation &situation) {
  JudgedExpression judged;
  judge_top(expression, situation, judged);
  return judged;
}

State all_of(State left, State right) {
  if (left == State::NotMet || right == State::NotMet) return State::NotMet;
  return left == State::Unknown || right == State::Unknown ? State::Unknown : State::Met;
}

bool matches_glob(std::string_view text, std::string_view glob) {
  size_t at = 0, wanted = 0;
  size_t star = glob.npos, resume = 0;  // the last '*', and where its text may end next
  while (at < text.size()) {
    if (wanted < glob.size() && glob[wanted] == '*') {
      star = wanted++;
      resume = at;
      if (wanted == glob.size()) return true;
      if (glob[wanted] != '?' && glob[wanted] != '*') {
        at = text.find(glob[wanted], at);
        if (at == text.npos) return false;
        resume = at;
      }
    } else if (wanted < glob.size() && (glob[wanted] == '?' || glob[wanted] == text[at])) {
      ++at;
      ++wanted;
    } else if (star != glob.npos) {
      wanted = star + 1;
      at = ++resume;
      if (wanted < glob.size() && glob[wanted] != '?' && glob[wanted] != '*') {
        at = text.find(glob[wanted], at);
        if (at == text.npos) return false;
        resume = at;
      }
    } else {
      return false;
    }
  }
  while (wanted < glob.size() && glob[wanted] == '*') ++wanted;
  return wanted == glob.size();
}

}  // namespace ldwhy
