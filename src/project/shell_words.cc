// POSIX.1-2017, Shell Command Language 2.5 (parameters), 2.6 (expansions); the utility `test`.
#include "project/shell_words.h"

#include <algorithm>
#include <optional>

#include "base/words.h"
#include "project/shell_lexer.h"

namespace ldwhy {
namespace {

constexpr size_t most_value = 1 << 16;  // bytes; X="$X$X" in a loop grows without bound
constexpr int most_nesting = 8;         // ${A:-${B:-…}}

bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

class Expander {
 public:
  // `nesting`: 0 for a word of a script, more for the words inside ${X:-…}, which blanks split.
  explicit Expander(const Shell &shell, int nesting = 0) : shell_(shell), nesting_(nesting) {}

  // With `split`, into fields; else all is one field.
  std::vector<std::string> expand(std::string_view word, bool split) {
    bool quoted = false;
    size_t i = 0;
    while (i < word.size()) {
      char c = word[i];
      if (c == '\\' && i + 1 < word.size()) {
        char next = word[i + 1];
        if (quoted && next != '"' && next != '\\' && next != '$' && next != '`' && next != '\n') append("\\");
        if (next != '\n') append(word.substr(i + 1, 1));
        i += 2;
      } else if (c == '\'' && !quoted) {
        size_t end = std::min(word.find('\'', i + 1), word.size());
        append(word.substr(i + 1, end - i - 1));
        i = end + 1;
      } else if (c == '"') {
        quoted = !quoted;
        started_ = true;
        ++i;
      } else if (c == '$' || c == '`') {
        size_t length = expansion_length(word.substr(i));
        insert(word.substr(i, length), quoted, split);
        i += length;
      } else if (split && nesting_ > 0 && !quoted && (c == ' ' || c == '\t' || c == '\n')) {
        next_field();
        ++i;
      } else {
        append(word.substr(i, 1));
        ++i;
      }
    }
    if (started_) fields_.push_back(std::move(current_));
    return std::move(fields_);
  }

 private:
  void append(std::string_view text) {
    started_ = true;
    if (current_.size() + text.size() <= most_value) current_ += text;
  }
  void next_field() {
    if (started_) fields_.push_back(std::move(current_));
    current_.clear();
    started_ = false;
  }

  // Puts what an expansion stands for at the end of the current field.
  void insert(std::string_view text, bool quoted, bool split) {
    // A default that is used is split by its own quotes.
    bool list = text == "$@" || text.ends_with("[@]}");
    std::optional<std::vector<std::string>> words = value_of(text, !quoted && split, list);
    if (!words) return append(text);
    if (quoted && !(list && split)) {
      for (size_t i = 0; i < words->size(); ++i) {
        if (i) append(" ");
        append((*words)[i]);
      }
      return;
    }
    bool first = true;
    for (const std::string &word : *words) {
      if (!first && split) next_field();
      else if (!first) append(" ");
      first = false;
      if (list || !split) append(word);
      else insert_fields(word);
    }
  }

  // 2.6.5: an unquoted value is split at blanks.
  void insert_fields(std::string_view value) {
    size_t at = 0;
    while (at < value.size()) {
      size_t start = value.find_first_not_of(" \t\n", at);
      if (start != at) next_field();
      if (start == value.npos) return;
      size_t end = std::min(value.find_first_of(" \t\n", start), value.size());
      append(value.substr(start, end - start));
      at = end;
    }
  }

  std::optional<std::vector<std::string>> variable(std::string_view name) const {
    auto found = shell_.variables.find(std::string(name));
    if (found == shell_.variables.end() || !found->second.known) return std::nullopt;
    return found->second.words;
  }

  std::optional<std::vector<std::string>> positional(std::string_view name) const {
    if (!shell_.arguments_known) return std::nullopt;
    if (name == "@" || name == "*") return shell_.arguments;
    if (name == "#") return std::vector<std::string>{std::to_string(shell_.arguments.size())};
    if (name.size() == 1 && name[0] >= '1' && name[0] <= '9') {
      size_t index = static_cast<size_t>(name[0] - '1');
      if (index < shell_.arguments.size()) return std::vector<std::string>{shell_.arguments[index]};
      return std::vector<std::string>{};
    }
    return std::nullopt;
  }

  std::optional<std::vector<std::string>> named(std::string_view name) const {
    if (name.empty()) return std::nullopt;
    return is_name_char(name[0]) && !(name[0] >= '0' && name[0] <= '9') ? variable(name) : positional(name);
  }

  // What an expansion stands for; nothing where that is not known. `list`: its words stay as they
  // are.
  std::optional<std::vector<std::string>> value_of(std::string_view text, bool split, bool &list) {
    if (text[0] == '`' || text.size() < 2 || text[1] == '(' || text.starts_with("${{")) return std::nullopt;
    if (text[1] != '{') return named(text.substr(1));
    if (!text.ends_with('}')) return std::nullopt;
    std::string_view inner = text.substr(2, text.size() - 3);
    if (inner.starts_with('!')) return std::nullopt;
    size_t end = 0;
    while (end < inner.size() && is_name_char(inner[end])) ++end;
    if (end == 0 && !inner.empty()) end = 1;
    std::string_view name = inner.substr(0, end), rest = inner.substr(end);
    if (rest.starts_with("[@]") || rest.starts_with("[*]")) rest.remove_prefix(3);
    if (rest.empty()) return named(name);
    return with_default(named(name), rest, split, list);
  }

  // 2.6.2: ${X:-word} and its kin. Of a variable that is not known the default is the best guess.
  std::optional<std::vector<std::string>> with_default(std::optional<std::vector<std::string>> value,
                                                       std::string_view rest, bool split, bool &list) {
    bool colon = rest.starts_with(':');
    if (colon) rest.remove_prefix(1);
    if (rest.empty() || nesting_ >= most_nesting) return std::nullopt;
    char kind = rest[0];
    std::string_view word = rest.substr(1);
    bool empty = value && colon && std::ranges::all_of(*value, [](const std::string &s) { return s.empty(); });
    bool set = value && !empty;
    if (kind == '-' || kind == '=') {
      if (set) return value;
      list = true;
      return Expander(shell_, nesting_ + 1).expand(word, split);
    }
    if (kind == '+') {
      if (!set) return std::vector<std::string>{};
      list = true;
      return Expander(shell_, nesting_ + 1).expand(word, split);
    }
    if (kind == '?') return value;
    return std::nullopt;
  }

  const Shell &shell_;
  int nesting_;
  std::vector<std::string> fields_;
  std::string current_;
  bool started_ = false;
};

Truth truth_of(bool value) { return value ? Truth::Yes : Truth::No; }

Truth compare(const std::string &left, const std::string &operation, const std::string &right) {
  if (has_unknown(left) || has_unknown(right)) return Truth::Unknown;
  if (operation == "=" || operation == "==") return truth_of(glob_match(right, left));
  if (operation == "!=") return truth_of(!glob_match(right, left));
  return Truth::Unknown;  // numbers, dates of files, =~
}

}  // namespace

Truth negated(Truth truth) {
  if (truth == Truth::Unknown) return truth;
  return truth == Truth::Yes ? Truth::No : Truth::Yes;
}

bool has_unknown(std::string_view text) { return text.find_first_of("$`") != text.npos; }

bool glob_match(std::string_view pattern, std::string_view text) {
  size_t p = 0, t = 0, star = std::string_view::npos, mark = 0;
  while (t < text.size()) {
    if (p < pattern.size() && pattern[p] == '*') {
      star = p++;
      mark = t;
      continue;
    }
    size_t next = p + 1;
    bool fits = p < pattern.size() && (pattern[p] == '?' || pattern[p] == text[t]);
    size_t close = p < pattern.size() && pattern[p] == '[' ? pattern.find(']', p + 1) : pattern.npos;
    if (close != pattern.npos) {
      std::string_view set = pattern.substr(p + 1, close - p - 1);
      fits = false;
      for (size_t i = 0; i < set.size(); ++i) {
        if (i + 2 < set.size() && set[i + 1] == '-') {
          fits = fits || (set[i] <= text[t] && text[t] <= set[i + 2]);
          i += 2;
        } else {
          fits = fits || set[i] == text[t];
        }
      }
      next = close + 1;
    }
    if (fits) {
      p = next;
      ++t;
    } else if (star != std::string_view::npos) {
      p = star + 1;
      t = ++mark;
    } else {
      return false;
    }
  }
  while (p < pattern.size() && pattern[p] == '*') ++p;
  return p == pattern.size();
}

std::vector<std::string> expand_word(std::string_view word, const Shell &shell) {
  return Expander(shell).expand(word, true);
}

std::string expand_text(std::string_view word, const Shell &shell) {
  std::vector<std::string> fields = Expander(shell).expand(word, false);
  return fields.empty() ? std::string() : std::move(fields.front());
}

std::vector<std::string> expand_array(std::string_view text, const Shell &shell) {
  std::vector<std::string> words;
  if (text.starts_with('(')) text.remove_prefix(1);
  if (text.ends_with(')')) text.remove_suffix(1);
  for (const ShellToken &token : shell_tokens(text)) {
    if (token.kind != ShellToken::Kind::Word) continue;
    for (std::string &word : expand_word(token.text, shell)) words.push_back(std::move(word));
  }
  return words;
}

bool read_assignment(std::string_view word, ShellAssignment &assignment) {
  size_t end = 0;
  while (end < word.size() && is_name_char(word[end])) ++end;
  if (end == 0 || (word[0] >= '0' && word[0] <= '9')) return false;
  std::string_view rest = word.substr(end);
  assignment.append = rest.starts_with("+=");
  if (!assignment.append && !rest.starts_with('=')) return false;
  assignment.name = word.substr(0, end);
  assignment.value = rest.substr(assignment.append ? 2 : 1);
  return true;
}

Truth test_truth(const std::vector<std::string> &arguments) {
  if (!arguments.empty() && arguments[0] == "!") return negated(test_truth({arguments.begin() + 1, arguments.end()}));
  if (arguments.empty()) return Truth::No;
  if (arguments.size() == 1) return has_unknown(arguments[0]) ? Truth::Unknown : truth_of(!arguments[0].empty());
  if (arguments.size() == 2 && (arguments[0] == "-z" || arguments[0] == "-n")) {
    if (has_unknown(arguments[1])) return Truth::Unknown;
    return truth_of(arguments[1].empty() == (arguments[0] == "-z"));
  }
  if (arguments.size() == 3) return compare(arguments[0], arguments[1], arguments[2]);
  return Truth::Unknown;
}

}  // namespace ldwhy
