// GitHub's documentation, "Evaluate expressions in workflows and actions": literals,
// operators, functions, status functions.
#include "project/github_expression.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "base/text.h"
#include "project/build_words.h"

namespace ldwhy {
namespace {

using Value = ExpressionValue;
using Kind = ExpressionValue::Kind;

constexpr int most_depth = 40;
constexpr size_t most_expression = 10'000;

Value boolean(bool truth) {
  Value value;
  value.kind = Kind::Bool;
  value.truth = truth;
  return value;
}

Value from_truth(Truth truth) { return truth == Truth::Unknown ? Value() : boolean(truth == Truth::Yes); }

Value null_value() {
  Value value;
  value.kind = Kind::Null;
  return value;
}

Value number(std::string_view text) {
  Value value;
  value.kind = Kind::Number;
  value.text = plain_number(text);
  value.number = std::strtod(value.text.c_str(), nullptr);
  return value;
}

bool is_number(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  return !text.empty() && text.size() < 30 && text[0] >= '0' && text[0] <= '9' &&
         std::ranges::all_of(
             text, [](char c) { return (c >= '0' && c <= '9') || c == '.'; }) &&
         std::ranges::count(text, '.') <= 1;
}

Truth truth_of(const Value &value) {
  switch (value.kind) {
    case Kind::Unknown: return Truth::Unknown;
    case Kind::Null: return Truth::No;
    case Kind::Bool: return value.truth ? Truth::Yes : Truth::No;
    case Kind::Number: return value.number != 0 ? Truth::Yes : Truth::No;
    case Kind::String: return value.text.empty() ? Truth::No : Truth::Yes;
    case Kind::Node: return Truth::Yes;
  }
  return Truth::Unknown;
}

// For comparing values of different kinds, as the documentation's table says.
double as_number(const Value &value) {
  switch (value.kind) {
    case Kind::Null: return 0;
    case Kind::Bool: return value.truth ? 1 : 0;
    case Kind::Number: return value.number;
    case Kind::String:
      if (value.text.empty()) return 0;
      return is_number(value.text) ? std::strtod(value.text.c_str(), nullptr) : std::nan("");
    default: return std::nan("");
  }
}

Truth equal(const Value &a, const Value &b) {
  if (!a.known() || !b.known()) return Truth::Unknown;
  bool same = false;
  if (a.kind == b.kind && a.kind == Kind::String) same = lower_case(a.text) == lower_case(b.text);
  else if (a.kind == Kind::Node || b.kind == Kind::Node) same = a.node == b.node;
  else same = as_number(a) == as_number(b);
  return same ? Truth::Yes : Truth::No;
}

class Parser {
 public:
  Parser(std::string_view text, ExpressionContext context) : rest_(text), context_(context) {}

  Value whole() {
    Value value = either();
    blanks();
    return rest_.empty() && !failed_ ? value : Value();
  }

 private:
  void blanks() { rest_.remove_prefix(std::min(rest_.find_first_not_of(" \t\r\n"), rest_.size())); }
  bool take(std::string_view token) {
    blanks();
    if (!rest_.starts_with(token)) return false;
    rest_.remove_prefix(token.size());
    return true;
  }

  Value either() {
    if (++depth_ > most_depth) {
      failed_ = true;
      rest_ = {};
    }
    Value left = both();
    while (take("||")) {
      Value right = both();
      Truth truth = truth_of(left);
      if (truth == Truth::No) left = right;
      else if (truth == Truth::Unknown) left = Value();
    }
    --depth_;
    return left;
  }

  Value both() {
    Value left = comparison();
    while (take("&&")) {
      Value right = comparison();
      Truth truth = truth_of(left);
      if (truth == Truth::Yes) left = right;
      // Whatever the left side is, the whole is false where the right side is.
      else if (truth == Truth::Unknown) left = truth_of(right) == Truth::No ? right : Value();
    }
    return left;
  }

  Value comparison() {
    Value left = unary();
    for (;;) {
      if (take("==")) left = from_truth(equal(left, unary()));
      else if (take("!=")) left = from_truth(negated(equal(left, unary())));
      else if (take("<=")) left = ordered(left, unary(), [](double a, double b) { return a <= b; });
      else if (take(">=")) left = ordered(left, unary(), [](double a, double b) { return a >= b; });
      else if (take("<")) left = ordered(left, unary(), [](double a, double b) { return a < b; });
      else if (take(">")) left = ordered(left, unary(), [](double a, double b) { return a > b; });
      else return left;
    }
  }

  template <class Order>
  Value ordered(const Value &a, const Value &b, Order order) {
    if (!a.known() || !b.known()) return Value();
    return boolean(order(as_number(a), as_number(b)));
  }

  Value unary() {
    blanks();
    bool negate = false, any = false;
    while (rest_.starts_with('!') && !rest_.starts_with("!=")) {
      rest_.remove_prefix(1);
      blanks();
      negate = !negate;
      any = true;
    }
    Value value = primary();
    if (!any) return value;
    Truth truth = truth_of(value);
    return from_truth(negate ? negated(truth) : truth);
  }

  Value primary() {
    if (take("(")) {
      Value value = either();
      if (!take(")")) failed_ = true;
      return value;
    }
    if (rest_.starts_with('\'')) return expression_string(quoted());
    std::string word = name();
    if (word.empty()) {
      failed_ = true;
      rest_ = {};
      return Value();
    }
    if (is_number(word)) return number(word);
    if (word == "true" || word == "false") return boolean(word == "true");
    if (word == "null") return null_value();
    if (take("(")) return function(lower_case(word));
    return path(std::move(word));
  }

  std::string quoted() {
    std::string text;
    rest_.remove_prefix(1);
    for (;;) {
      size_t end = rest_.find('\'');
      text += rest_.substr(0, end);
      if (end == rest_.npos) {
        failed_ = true;
        rest_ = {};
        return text;
      }
      rest_.remove_prefix(end + 1);
      if (!rest_.starts_with('\'')) return text;
      text += '\'';
      rest_.remove_prefix(1);
    }
  }

  std::string name() {
    size_t end = 0;
    bool numeric = !rest_.empty() && rest_[0] >= '0' && rest_[0] <= '9';
    while (end < rest_.size()) {
      char c = rest_[end];
      bool fits = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-' ||
                  (numeric && c == '.');
      if (!fits) break;
      ++end;
    }
    std::string word(rest_.substr(0, end));
    rest_.remove_prefix(end);
    return word;
  }

  Value path(std::string first) {
    std::vector<std::string> names{std::move(first)};
    bool whole = true;
    for (;;) {
      if (rest_.starts_with('.')) {
        rest_.remove_prefix(1);
        if (rest_.starts_with('*')) {
          rest_.remove_prefix(1);
          whole = false;
          continue;
        }
        names.push_back(name());
      } else if (rest_.starts_with('[')) {
        rest_.remove_prefix(1);
        Value index = either();
        if (!take("]")) failed_ = true;
        if (!index.known() || index.kind == Kind::Node) whole = false;
        names.push_back(index.to_text());
      } else {
        break;
      }
      if (names.size() > 20) whole = false, names.pop_back();
    }
    return whole ? context_(names) : Value();
  }

  Value function(const std::string &name) {
    std::vector<Value> arguments;
    while (!failed_ && !take(")")) {
      arguments.push_back(either());
      if (!take(",") && !rest_.starts_with(')')) failed_ = true;
      if (arguments.size() > 30) failed_ = true;
    }
    if (name == "success" || name == "always") return boolean(true);
    if (name == "failure" || name == "cancelled") return boolean(false);
    for (const Value &argument : arguments)
      if (!argument.known()) return Value();
    if (name == "contains" && arguments.size() == 2) return contains(arguments[0], arguments[1]);
    if ((name == "startswith" || name == "endswith") && arguments.size() == 2) {
      std::string text = lower_case(arguments[0].to_text()), part = lower_case(arguments[1].to_text());
      return boolean(name == "startswith" ? text.starts_with(part) : text.ends_with(part));
    }
    if (name == "format" && !arguments.empty()) return formatted(arguments);
    if (name == "fromjson" && arguments.size() == 1) return from_json(arguments[0]);
    return Value();
  }

  static Value contains(const Value &where, const Value &what) {
    if (where.kind == Kind::Node) {
      for (const Yaml &item : where.node->items)
        if (equal(expression_node(item), what) == Truth::Yes) return boolean(true);
      return boolean(false);
    }
    return boolean(lower_case(where.to_text()).find(lower_case(what.to_text())) != std::string::npos);
  }

  static Value formatted(const std::vector<Value> &arguments) {
    std::string out;
    std::string pattern = arguments[0].to_text();
    for (size_t i = 0; i < pattern.size(); ++i) {
      bool hole = pattern[i] == '{' && i + 2 < pattern.size() && pattern[i + 2] == '}' && pattern[i + 1] >= '0' &&
                  pattern[i + 1] <= '9';
      if (!hole) {
        out += pattern[i];
        continue;
      }
      size_t index = static_cast<size_t>(pattern[i + 1] - '0') + 1;
      if (index >= arguments.size()) return Value();
      out += arguments[index].to_text();
      i += 2;
    }
    return expression_string(out);
  }

  // JSON is YAML.
  static Value from_json(const Value &text) {
    Result<std::vector<Yaml>> documents = parse_yaml(text.to_text());
    if (!documents || documents->size() != 1) return Value();
    return expression_node(documents->front());
  }

  std::string_view rest_;
  ExpressionContext context_;
  int depth_ = 0;
  bool failed_ = false;
};

}  // namespace

std::string ExpressionValue::to_text() const {
  if (kind == Kind::Bool) return truth ? "true" : "false";
  if (kind == Kind::String || kind == Kind::Number) return text;
  return "";
}

ExpressionValue expression_string(std::string_view text) {
  Value value;
  // A value that holds an unknown part is itself unknown.
  if (text.find("${{") != text.npos) return value;
  value.kind = Kind::String;
  value.text = text;
  return value;
}

ExpressionValue expression_node(const Yaml &node) {
  if (!node || node->kind == YamlNode::Kind::Null) return null_value();
  if (!node->is_scalar()) {
    Value value;
    value.kind = Kind::Node;
    value.node = node;
    return value;
  }
  if (!node->plain) return expression_string(node->text);
  if (node->text == "true" || node->text == "false") return boolean(node->text == "true");
  return is_number(node->text) ? number(node->text) : expression_string(node->text);
}

ExpressionValue evaluate_expression(std::string_view expression, ExpressionContext context) {
  if (expression.size() > most_expression) return Value();
  return Parser(expression, context).whole();
}

std::string substitute_expressions(std::string_view text, ExpressionContext context) {
  std::string out;
  for (;;) {
    size_t start = text.find("${{");
    size_t end = start == text.npos ? text.npos : text.find("}}", start);
    if (end == text.npos) return out.append(text);
    out += text.substr(0, start);
    Value value = evaluate_expression(text.substr(start + 3, end - start - 3), context);
    if (value.known() && value.kind != Kind::Node) out += value.to_text();
    else out += text.substr(start, end + 2 - start);
    text.remove_prefix(end + 2);
  }
}

Truth evaluate_condition(std::string_view condition, ExpressionContext context) {
  size_t start = condition.find_first_not_of(" \t\n");
  if (start == condition.npos) return Truth::Yes;
  condition = condition.substr(start, condition.find_last_not_of(" \t\n") - start + 1);
  if (condition.starts_with("${{") && condition.ends_with("}}")) condition = condition.substr(3, condition.size() - 5);
  if (condition.find("${{") != condition.npos) return Truth::Unknown;
  return truth_of(evaluate_expression(condition, context));
}

}  // namespace ldwhy
