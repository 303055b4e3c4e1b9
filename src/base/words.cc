#include "base/words.h"

namespace ldwhy {
namespace {

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\n' || c == '\r'; }

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
         std::string_view("_@%+=:,./-").find(c) != std::string_view::npos;
}

// Takes one word from the front of `text`, which does not start with a blank.
std::string take_word(std::string_view &text) {
  std::string word;
  char quote = 0;
  size_t i = 0;
  for (; i < text.size(); ++i) {
    char c = text[i];
    if (quote == '\'') {
      if (c == '\'') quote = 0;
      else word += c;
    } else if (c == '\\' && i + 1 < text.size()) {
      char next = text[++i];
      // Inside double quotes a backslash escapes only what would otherwise act there.
      if (next == '\n') continue;
      if (quote && next != '"' && next != '\\' && next != '$' && next != '`') word += c;
      word += next;
    } else if (quote == '"') {
      if (c == '"') quote = 0;
      else word += c;
    } else if (c == '\'' || c == '"') {
      quote = c;
    } else if (is_blank(c)) {
      break;
    } else {
      word += c;
    }
  }
  text.remove_prefix(i);
  return word;
}

}  // namespace

std::vector<std::string> split_words(std::string_view text) {
  std::vector<std::string> words;
  for (;;) {
    while (!text.empty()) {
      if (is_blank(text.front())) text.remove_prefix(1);
      else if (text.starts_with("\\\n")) text.remove_prefix(2);
      else if (text.starts_with("\\\r\n")) text.remove_prefix(3);
      else break;
    }
    if (text.empty()) return words;
    words.push_back(take_word(text));
  }
}

std::string quote_words(const std::vector<std::string> &words) {
  std::string line;
  for (const std::string &word : words) {
    if (!line.empty()) line += ' ';
    bool plain = !word.empty();
    for (char c : word) plain = plain && is_plain(c);
    if (plain) {
      line += word;
      continue;
    }
    line += '\'';
    for (char c : word) {
      if (c == '\'') line += "'\\''";
      else line += c;
    }
    line += '\'';
  }
  return line;
}

}  // namespace ldwhy
