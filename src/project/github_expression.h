// GitHub's expressions, `${{ … }}`, with a third answer beside true and false: not known.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/function_ref.h"
#include "project/shell_words.h"
#include "project/yaml.h"

namespace ldwhy {

struct ExpressionValue {
  enum class Kind : uint8_t { Unknown, Null, Bool, Number, String, Node };
  Kind kind = Kind::Unknown;
  bool truth = false;  // Bool
  double number = 0;
  std::string text;  // String, and Number as it is written
  Yaml node;         // Node: a list or a map

  bool known() const { return kind != Kind::Unknown; }
  std::string to_text() const;
};

// What a context's path stands for: {"matrix", "os"}.
using ExpressionContext = FunctionRef<ExpressionValue(const std::vector<std::string> &)>;

ExpressionValue expression_string(std::string_view text);
// A node's value; a number, a truth value or nothing where a plain scalar says so.
ExpressionValue expression_node(const Yaml &node);

ExpressionValue evaluate_expression(std::string_view expression, ExpressionContext context);

// A text with its `${{ … }}` put in; those that are not known stay as they stand.
std::string substitute_expressions(std::string_view text, ExpressionContext context);

// The value of `if:`.
Truth evaluate_condition(std::string_view condition, ExpressionContext context);

}  // namespace ldwhy
