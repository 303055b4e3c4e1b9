// cmake-language(7), "Syntax": source files, command invocations, the three kinds of
// arguments (with the legacy form of the unquoted one), comments.
#include "project/cmake_language.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace ldwhy {
namespace {

constexpr size_t most_commands = 100'000;

bool is_name(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_'; }

class Parser {
 public:
  explicit Parser(std::string_view text) : text_(text) {
    if (text_.starts_with("\xEF\xBB\xBF")) at_ = 3;
  }

  Result<std::vector<CMakeCommand>> read() {
    for (;;) {
      blanks(true);
      if (at_ >= text_.size() || commands_.size() >= most_commands) break;
      if (!command())
        return std::unexpected(Problem{"", "", std::nullopt, fmt::format("line {}: {}", line_, expected_)});
    }
    return std::move(commands_);
  }

 private:
  char peek(size_t ahead = 0) const { return at_ + ahead < text_.size() ? text_[at_ + ahead] : '\0'; }
  void step(size_t count) {
    std::string_view passed = text_.substr(at_, count);
    line_ += static_cast<uint32_t>(std::ranges::count(passed, '\n'));
    at_ += passed.size();
  }

  // `[==[`: the length of what closes it; 0 where it opens nothing.
  size_t bracket() const {
    if (peek() != '[') return 0;
    size_t level = 1;
    while (peek(level) == '=') ++level;
    return peek(level) == '[' ? level + 1 : 0;
  }
  std::string_view bracket_text(size_t length) {
    std::string close = "]" + std::string(length - 2, '=') + "]";
    size_t start = at_ + length, end = std::min(text_.find(close, start), text_.size());
    std::string_view text = text_.substr(start, end - start);
    step(std::min(end + length, text_.size()) - at_);
    return text;
  }

  void blanks(bool lines) {
    for (;;) {
      char c = peek();
      if (at_ >= text_.size()) return;
      if (c == '#') {
        ++at_;
        if (size_t length = bracket()) bracket_text(length);
        else step(std::min(text_.find('\n', at_), text_.size()) - at_);
      } else if (c == ' ' || c == '\t' || c == '\r' || (lines && c == '\n')) {
        step(1);
      } else {
        return;
      }
    }
  }

  bool command() {
    CMakeCommand command;
    command.line = line_;
    size_t start = command.begin = at_;
    while (is_name(peek())) ++at_;
    command.name = lower_case(text_.substr(start, at_ - start));
    blanks(false);
    if (command.name.empty() || peek() != '(') {
      expected_ = "expected a command and its arguments in brackets";
      return false;
    }
    ++at_;
    size_t depth = 1;
    while (depth > 0) {
      blanks(true);
      if (at_ >= text_.size()) {
        expected_ = fmt::format("{} on line {} is never closed", command.name, command.line);
        return false;
      }
      if (peek() == ')' && --depth == 0) break;
      argument(command);
      if (command.arguments.back().text == "(" && command.arguments.back().kind == CMakeArgument::Kind::Unquoted)
        ++depth;
    }
    command.end = ++at_;
    commands_.push_back(std::move(command));
    return true;
  }

  void argument(CMakeCommand &command) {
    CMakeArgument argument;
    argument.line = line_;
    argument.begin = at_;
    if (size_t length = bracket()) {
      argument.kind = CMakeArgument::Kind::Bracket;
      argument.text = bracket_text(length);
      if (argument.text.starts_with('\n')) argument.text.remove_prefix(1);
    } else if (peek() == '"') {
      argument.kind = CMakeArgument::Kind::Quoted;
      size_t end = closing_quote(at_);
      argument.text = text_.substr(at_ + 1, end - at_ - 1);
      step(std::min(end + 1, text_.size()) - at_);
    } else if (peek() == '(' || peek() == ')') {
      argument.text = text_.substr(at_, 1);
      step(1);
    } else {
      argument.text = unquoted();
    }
    argument.end = at_;
    command.arguments.push_back(argument);
  }

  size_t closing_quote(size_t open) const {
    size_t at = open + 1;
    while (at < text_.size() && text_[at] != '"') at += text_[at] == '\\' ? 2 : 1;
    return std::min(at, text_.size());
  }

  std::string_view unquoted() {
    size_t start = at_;
    while (at_ < text_.size()) {
      char c = text_[at_];
      if (c == '\\') {
        step(2);
      } else if (c == '"' && at_ > start) {
        step(std::min(closing_quote(at_) + 1, text_.size()) - at_);  // -DX="y z"
      } else if (c == '$' && peek(1) == '(') {
        step(std::min(text_.find(')', at_), text_.size() - 1) + 1 - at_);  // make's $(X)
      } else if (c == ' ' || c == '\t' || c == '\r' || c == '\n' || c == '(' || c == ')' || c == '#') {
        break;
      } else {
        step(1);
      }
    }
    if (at_ == start) step(1);
    return text_.substr(start, at_ - start);
  }

  std::string_view text_;
  size_t at_ = 0;
  uint32_t line_ = 1;
  std::string expected_;
  std::vector<CMakeCommand> commands_;
};

}  // namespace

Result<std::vector<CMakeCommand>> parse_cmake(std::string_view text) { return Parser(text).read(); }

}  // namespace ldwhy
