// POSIX.1-2017, Shell Command Language: 2.2 quoting, 2.3 token recognition, 2.7.4
// here-documents. Nesting is scanned with counters, not recursion, so depth costs nothing.
#include "project/shell_lexer.h"

#include <algorithm>

namespace ldwhy {
namespace {

constexpr size_t most_tokens = 400'000;

bool is_name_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

// The length of text up to the bracket that closes the one at `open`, quotes respected; the
// whole text where it is never closed.
size_t bracket_length(std::string_view text, size_t open) {
  char opening = text[open], closing = opening == '(' ? ')' : '}';
  size_t depth = 0;
  for (size_t i = open; i < text.size(); ++i) {
    char c = text[i];
    if (c == '\\') {
      ++i;
    } else if (c == '\'') {
      size_t end = text.find('\'', i + 1);
      // An apostrophe in ${X:-it's} and the like: no quote.
      if (end == text.npos) continue;
      i = end;
    } else if (c == opening) {
      ++depth;
    } else if (c == closing && --depth == 0) {
      return i + 1;
    }
  }
  return text.size();
}

class Lexer {
 public:
  explicit Lexer(std::string_view script) : script_(script) {}

  std::vector<ShellToken> read() {
    while (at_ < script_.size() && tokens_.size() < most_tokens) step();
    add(ShellToken::Kind::Newline, "");
    add(ShellToken::Kind::End, "");
    return std::move(tokens_);
  }

 private:
  void add(ShellToken::Kind kind, std::string_view text) {
    ShellToken token;
    token.kind = kind;
    token.text = text;
    token.line = line_;
    tokens_.push_back(std::move(token));
  }

  void step() {
    std::string_view rest = script_.substr(at_);
    char c = rest[0];
    if (c == '\n') {
      add(ShellToken::Kind::Newline, rest.substr(0, 1));
      ++at_;
      ++line_;
      read_documents();
    } else if (is_blank(c)) {
      ++at_;
    } else if (rest.starts_with("\\\n") || rest.starts_with("\\\r\n")) {
      at_ += c == '\\' && rest[1] == '\n' ? 2 : 3;
      ++line_;
    } else if (c == '#') {
      at_ += std::min(rest.find('\n'), rest.size());
    } else if (!operator_token(rest)) {
      word();
    }
  }

  bool operator_token(std::string_view rest) {
    // A number right before a redirection is the descriptor that it is about.
    size_t digits = 0;
    while (digits < rest.size() && rest[digits] >= '0' && rest[digits] <= '9') ++digits;
    std::string_view after = rest.substr(digits);
    for (std::string_view candidate : {"<<<", "<<-", "&>>", "<<", ">>", "&>", ">&", "<&", ">|", "<>", ">", "<"})
      if (after.starts_with(candidate) && (digits == 0 || candidate[0] != '&')) {
        // Process substitution, <(…) and >(…), is a word whose value is not known.
        if (digits == 0 && after.size() > 1 && after[1] == '(') break;
        add(ShellToken::Kind::Redirect, rest.substr(0, digits + candidate.size()));
        at_ += digits + candidate.size();
        if (candidate == "<<" || candidate == "<<-") documents_.push_back(tokens_.size() - 1);
        return true;
      }
    for (std::string_view candidate : {"&&", "||", ";;&", ";;", ";&", "|&", ";", "&", "|", "(", ")"})
      if (rest.starts_with(candidate)) {
        add(ShellToken::Kind::Operator, rest.substr(0, candidate.size()));
        at_ += candidate.size();
        return true;
      }
    return false;
  }

  void word() {
    size_t start = at_;
    uint32_t line = line_;
    bool quoted = false;
    while (at_ < script_.size()) {
      std::string_view rest = script_.substr(at_);
      char c = rest[0];
      size_t length = 1;
      if (c == '\\') {
        length = std::min<size_t>(2, rest.size());
      } else if (c == '\'' && !quoted) {
        size_t end = rest.find('\'', 1);
        length = end == rest.npos ? rest.size() : end + 1;
      } else if (c == '"') {
        quoted = !quoted;
      } else if (c == '$' || c == '`') {
        length = expansion_length(rest);
      } else if (!quoted && (c == '<' || c == '>') && at_ == start && rest.size() > 1 && rest[1] == '(') {
        length = bracket_length(rest, 1);
      } else if (!quoted && c == '(' && at_ > start && script_[at_ - 1] == '=') {
        length = bracket_length(rest, 0);  // an array's words
      } else if (!quoted &&
                 (is_blank(c) || c == '\n' || std::string_view(";&|()<>").find(c) != std::string_view::npos)) {
        break;
      }
      line_ += static_cast<uint32_t>(std::ranges::count(rest.substr(0, length), '\n'));
      at_ += length;
    }
    add(ShellToken::Kind::Word, script_.substr(start, at_ - start));
    tokens_.back().line = line;
  }

  // The bodies of the here-documents that the line just ended has opened.
  void read_documents() {
    for (size_t index : documents_) {
      if (index + 1 >= tokens_.size() || tokens_[index + 1].kind != ShellToken::Kind::Word) continue;
      ShellToken &token = tokens_[index];
      std::string delimiter;
      for (char c : tokens_[index + 1].text)
        if (c == '\'' || c == '"' || c == '\\') token.quoted_body = true;
        else delimiter += c;
      bool strip = token.text.ends_with('-');
      while (at_ < script_.size()) {
        std::string_view body = script_.substr(at_);
        size_t end = body.find('\n');
        std::string_view text = body.substr(0, end);
        at_ += end == body.npos ? body.size() : end + 1;
        ++line_;
        if (text.ends_with('\r')) text.remove_suffix(1);
        while (strip && text.starts_with('\t')) text.remove_prefix(1);
        if (text == delimiter) break;
        token.body.append(text).push_back('\n');
      }
    }
    documents_.clear();
  }

  std::string_view script_;
  size_t at_ = 0;
  uint32_t line_ = 0;
  std::vector<ShellToken> tokens_;
  std::vector<size_t> documents_;  // `<<` tokens whose bodies are still to come
};

}  // namespace

size_t expansion_length(std::string_view text) {
  if (text[0] == '`') {
    size_t end = text.find('`', 1);
    return end == text.npos ? text.size() : end + 1;
  }
  if (text.size() < 2) return text.size();
  if (text.starts_with("${{")) {
    size_t end = text.find("}}");
    return end == text.npos ? text.size() : end + 2;
  }
  if (text[1] == '{' || text[1] == '(') return bracket_length(text, 1);
  if (!is_name_char(text[1])) return std::string_view("@*#?$!-").find(text[1]) == std::string_view::npos ? 1 : 2;
  if (text[1] >= '0' && text[1] <= '9') return 2;
  size_t end = 2;
  while (end < text.size() && is_name_char(text[end])) ++end;
  return end;
}

std::vector<ShellToken> shell_tokens(std::string_view script) { return Lexer(script).read(); }

}  // namespace ldwhy
