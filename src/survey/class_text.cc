// The key function is the first virtual function that is neither inline nor pure at the
// point where the class is defined (Itanium C++ ABI, 5.2.3). Qt's macro Q_OBJECT declares
// virtual functions that its compiler moc defines, and stands first in most classes.
#include "survey/class_text.h"

#include <algorithm>

namespace ldwhy {
namespace {

bool is_word(char c) { return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

size_t find_word(std::string_view text, std::string_view word, size_t from = 0) {
  for (size_t at = text.find(word, from); at != text.npos; at = text.find(word, at + 1)) {
    bool starts = at == 0 || !is_word(text[at - 1]);
    bool ends = at + word.size() >= text.size() || !is_word(text[at + word.size()]);
    if (starts && ends) return at;
  }
  return text.npos;
}

// Behind a comment or a literal that begins at `at`; `at` where none does.
size_t behind_passage(std::string_view text, size_t at) {
  if (text.substr(at).starts_with("//")) return std::min(text.find('\n', at), text.size());
  if (text.substr(at).starts_with("/*")) {
    size_t end = text.find("*/", at + 2);
    return end == text.npos ? text.size() : end + 2;
  }
  if (text[at] == '"') {
    for (size_t i = at + 1; i < text.size() && text[i] != '\n'; ++i) {
      if (text[i] == '\\') ++i;
      else if (text[i] == '"') return i + 1;
    }
  }
  return at;
}

// Behind the body whose brace is at `open`.
size_t behind_body(std::string_view text, size_t open) {
  int depth = 0;
  for (size_t i = open; i < text.size();) {
    if (size_t next = behind_passage(text, i); next != i) {
      i = next;
      continue;
    }
    if (text[i] == '{') ++depth;
    if (text[i] == '}' && --depth == 0) return i + 1;
    ++i;
  }
  return text.size();
}

// Where the body of the class begins; npos: declared only.
size_t find_body(std::string_view text, std::string_view name) {
  for (size_t at = find_word(text, name); at != text.npos; at = find_word(text, name, at + 1)) {
    // Macros may stand between, on lines of their own.
    size_t last = at == 0 ? text.npos : text.find_last_of(";{}#", at - 1);
    std::string_view before = text.substr(last == text.npos ? 0 : last + 1, at - (last == text.npos ? 0 : last + 1));
    bool named = find_word(before, "class") != before.npos || find_word(before, "struct") != before.npos;
    size_t stop = text.find_first_of(";{()", at);
    if (named && stop != text.npos && text[stop] == '{') return stop;
  }
  return text.npos;
}

bool is_key(std::string_view declaration) {
  bool is_virtual =
      find_word(declaration, "virtual") != declaration.npos || find_word(declaration, "override") != declaration.npos;
  bool function = declaration.find('(') != declaration.npos;
  // "= 0", "= default", "= delete".
  bool defined = declaration.find('=', declaration.rfind(')') == declaration.npos ? 0 : declaration.rfind(')')) !=
                 declaration.npos;
  return is_virtual && function && !defined && find_word(declaration, "inline") == declaration.npos;
}

}  // namespace

std::optional<ClassText> find_class(std::string_view text, std::string_view name) {
  size_t open = find_body(text, name);
  if (open == text.npos) return std::nullopt;
  ClassText found;
  size_t start = open + 1;  // of the declaration being read
  for (size_t i = open + 1; i < text.size() && text[i] != '}';) {
    if (size_t next = behind_passage(text, i); next != i) {
      i = start = next;
      continue;
    }
    char c = text[i];
    if (c == '{') {
      i = start = behind_body(text, i);
    } else if (c == ';') {
      if (!found.key_function && is_key(text.substr(start, i - start)))
        found.key_function = text.find_first_not_of(" \t\r\n", start);
      start = ++i;
    } else if (c == ':' && i + 1 < text.size() && text[i + 1] != ':' && text[i - 1] != ':' &&
               text.substr(start, i - start).find('(') == text.npos) {
      start = ++i;  // "public:"
    } else if (!found.meta_object && (i == 0 || !is_word(text[i - 1])) && text.substr(i).starts_with("Q_OBJECT")) {
      found.meta_object = i;
      i = start = i + 8;
    } else {
      ++i;
    }
  }
  return found;
}

}  // namespace ldwhy
