// What is written: an optional return type (function templates, and Microsoft's), the
// path of scopes, the name, its template arguments, parameters and qualifiers. Brackets
// nest; what stands inside of them separates nothing. Two things look like brackets and
// are none: the names of operators, and "(anonymous namespace)". A function may be a scope
// too, its parameters then stand in the middle: "f(int)::local".
#include "name/declaration.h"

#include <utility>

namespace ldwhy {
namespace {

constexpr std::pair<std::string_view, ClassTable> table_words[] = {
    {"vtable for ", ClassTable::Vtable},
    {"typeinfo for ", ClassTable::Typeinfo},
    {"typeinfo name for ", ClassTable::TypeinfoName},
    {"VTT for ", ClassTable::Vtt},
};
constexpr std::pair<std::string_view, ClassTable> microsoft_tables[] = {
    {"`vftable'", ClassTable::Vtable},
    {"`vbtable'", ClassTable::Vtt},
    {"`RTTI Type Descriptor'", ClassTable::Typeinfo},
    {"`RTTI Complete Object Locator'", ClassTable::Typeinfo},
};
constexpr std::string_view special_words[] = {
    "guard variable for ",   "non-virtual thunk to ",    "virtual thunk to ",      "covariant return thunk to ",
    "reference temporary #", "construction vtable for ", "TLS init function for ", "TLS wrapper function for ",
};

bool is_word(char c) {
  return c == '_' || c == '$' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

bool opens(char c) { return c == '(' || c == '<' || c == '[' || c == '{'; }
bool closes(char c) { return c == ')' || c == '>' || c == ']' || c == '}'; }

// Behind the bracket that the one at `at` opens; the text's end where none does.
size_t behind_bracket(std::string_view text, size_t at) {
  int depth = 0;
  for (; at < text.size(); ++at) {
    if (opens(text[at])) ++depth;
    bool arrow = text[at] == '>' && at > 0 && text[at - 1] == '-';
    if (closes(text[at]) && !arrow && --depth == 0) return at + 1;
  }
  return text.size();
}

// Behind "operator" and the signs or the type that are part of its name.
size_t behind_operator(std::string_view text, size_t at) {
  at += 8;
  if (text.substr(at).starts_with("()")) return at + 2;
  if (at < text.size() && text[at] == ' ') {
    size_t end = text.find('(', at);
    return end == text.npos ? text.size() : end;
  }
  while (at < text.size() && std::string_view("<>=+-*/%^&|~!,[]").find(text[at]) != std::string_view::npos) ++at;
  return at;
}

bool at_operator(std::string_view text, size_t at) {
  if (!text.substr(at).starts_with("operator") || (at > 0 && is_word(text[at - 1]))) return false;
  return at + 8 >= text.size() || !is_word(text[at + 8]);
}

}  // namespace

Declaration read_declaration(std::string_view text) {
  Declaration result;
  for (const auto &[word, table] : table_words)
    if (text.starts_with(word)) {
      text.remove_prefix(word.size());
      result.table = table;
    }
  for (std::string_view word : special_words) result.special |= text.starts_with(word);
  for (const auto &[word, table] : microsoft_tables)
    if (size_t at = text.find(word); at != text.npos && at >= 2) {
      text = text.substr(0, at - 2);  // "::" before it
      result.table = table;
    }
  result.special |= result.table != ClassTable::None;

  constexpr std::string_view anonymous = "(anonymous namespace)";
  size_t start = 0, scope_end = 0, base = 0, arguments = 0;  // of the part that was met last
  size_t i = 0;
  while (i < text.size()) {
    char c = text[i];
    if (text.substr(i).starts_with(anonymous)) {
      i += anonymous.size();
    } else if (at_operator(text, i)) {
      i = behind_operator(text, i);
    } else if (c == '(') {
      size_t end = behind_bracket(text, i);
      std::string_view rest = text.substr(end);
      if (size_t scope = rest.find("::"); scope != rest.npos && (scope == 0 || rest.substr(0, scope) == " const")) {
        i = end + scope;
        continue;
      }
      result.parameters = text.substr(i, end - i);
      while (rest.starts_with(' ')) rest.remove_prefix(1);
      result.qualifiers = rest;
      break;
    } else if (opens(c)) {
      if (c == '<') arguments = i;
      i = behind_bracket(text, i);
    } else if (c == ' ') {
      start = scope_end = base = ++i;
      arguments = 0;
    } else if (text.substr(i).starts_with("::")) {
      scope_end = i;
      base = i += 2;
      arguments = 0;
    } else {
      ++i;
    }
  }
  size_t end = std::min(i, text.size());
  if (arguments <= base) arguments = end;
  result.scope = scope_end > start ? text.substr(start, scope_end - start) : std::string_view();
  while (result.scope.starts_with('*') || result.scope.starts_with('&')) result.scope.remove_prefix(1);
  result.base = text.substr(base, arguments - base);
  result.arguments = text.substr(arguments, end - arguments);
  return result;
}

void take_over(const Declaration &declaration, ParsedName &name) {
  name.scope = declaration.scope;
  name.base = declaration.base;
  name.arguments = declaration.arguments;
  name.parameters = declaration.parameters;
  name.qualifiers = declaration.qualifiers;
  name.special |= declaration.special;
  name.table = declaration.table;
  name.function = !declaration.parameters.empty();
}

std::string without_arguments(std::string_view text) {
  std::string result;
  for (size_t i = 0; i < text.size();) {
    if (at_operator(text, i)) {
      size_t end = behind_operator(text, i);
      result += text.substr(i, end - i);
      i = end;
    } else if (text[i] == '<') {
      i = behind_bracket(text, i);
    } else {
      result += text[i++];
    }
  }
  return result;
}

}  // namespace ldwhy
