#include "survey/source_form.h"

#include <algorithm>

namespace ldwhy {
namespace {

constexpr size_t farthest_body = 4000;  // of parameters and initializers, before a function's body

// What stands between the item before and the identifier.
std::string_view rust_attributes(std::string_view text, size_t at) {
  std::string_view lead = text.substr(0, at);
  return lead.substr(lead.find_last_of(";}") + 1);  // npos + 1: all of it
}

// In Rust an extern block declares; a function with a body has this name in object files only
// where an attribute before it says so.
Form rust_form(std::string_view text, size_t at, std::string_view before, std::string_view after) {
  while (before.ends_with(' ')) before.remove_suffix(1);
  bool item = before.ends_with("fn") || before.ends_with("static") || before.ends_with("static mut");
  size_t stop = after.find_first_of(";{");
  if (!item || before.find("//") != before.npos || stop == after.npos) return Form::Use;
  std::string_view lead = text.substr(0, at), attributes = rust_attributes(text, at);
  for (std::string_view mark : {"no_mangle", "export_name"})
    if (attributes.find(mark) != attributes.npos) return Form::Definition;
  size_t block = lead.rfind("extern");
  bool foreign = block != lead.npos && lead.find('}', block) == lead.npos;
  if (after[stop] == ';') return foreign ? Form::Declaration : Form::Use;
  bool for_c = before.ends_with("extern \"C\" fn") && before.find("pub") != before.npos;
  return for_c ? Form::Unmarked : Form::Use;
}

// A label: "name:" at the line's start.
Form assembly_form(std::string_view text, std::string_view identifier, std::string_view before, std::string_view after,
                   Format format) {
  // Where C names begin with an underscore, a label without it is another name.
  bool alone = (before.empty() && format != Format::MachO) || before == "_";
  if (!alone || !after.starts_with(':')) return Form::Use;
  // Without .globl only its own file can use it.
  std::string name = before.empty() ? "" : "_";
  name += identifier;
  bool global = text.find(".globl " + name) != text.npos || text.find(".global " + name) != text.npos ||
                text.find(".globl\t" + name) != text.npos || text.find(".global\t" + name) != text.npos;
  return global ? Form::Definition : Form::Use;
}

// "struct name;", "using name = …": what follows names a type, not data.
bool names_type(std::string_view before) {
  std::string_view word = before.substr(0, before.find_first_of(" \t"));
  bool alone = before.find_first_not_of(" \t", word.size()) == before.npos;
  if (word == "typedef" || word == "using" || word == "namespace" || word == "return" || word == "goto") return true;
  return alone && (word == "struct" || word == "class" || word == "union" || word == "enum");
}

std::string_view trimmed_end(std::string_view text) {
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::string_view last_word(std::string_view text) {
  size_t begin = text.size();
  while (begin > 0 && is_word_character(text[begin - 1])) --begin;
  return text.substr(begin);
}

// "ns::Class" of "ns::Class<int>".
std::string_view without_last_arguments(std::string_view text) {
  if (!text.ends_with('>')) return text;
  int open = 0;
  for (size_t i = text.size(); i-- > 0;) {
    if (text[i] == '>') ++open;
    if (text[i] == '<' && --open == 0) return text.substr(0, i);
  }
  return text;
}

std::string_view innermost(std::string_view scope) { return last_word(without_last_arguments(scope)); }

bool holds_word(std::string_view text, std::string_view word) {
  for (size_t at = text.find(word); at != text.npos; at = text.find(word, at + word.size())) {
    bool starts = at == 0 || !is_word_character(text[at - 1]);
    bool ends = at + word.size() >= text.size() || !is_word_character(text[at + word.size()]);
    if (starts && ends) return true;
  }
  return false;
}

// A part of the scope is named in the text: where a namespace is opened or a class defined.
bool mentions_scope(std::string_view text, std::string_view scope) {
  if (scope.empty()) return true;
  for (std::string_view rest = scope; !rest.empty();) {
    std::string_view part = innermost(rest);
    if (part.empty() || holds_word(text, part)) return true;
    rest = without_last_arguments(rest);
    rest.remove_suffix(part.size());
    if (!rest.ends_with("::")) break;
    rest.remove_suffix(2);
  }
  return false;
}

enum class Qualifier : uint8_t { None, Same, Other };

// What stands before the identifier on its line, as of "int ns::Class::~name(".
Qualifier qualifier_of(std::string_view before, const SourceName &name) {
  bool tilde = before.ends_with('~');
  if (tilde) before.remove_suffix(1);
  if (tilde != name.destructor) return Qualifier::Other;
  if (!before.ends_with("::")) return Qualifier::None;
  std::string_view owner = innermost(before.substr(0, before.size() - 2));
  if (owner.empty()) return name.scope.empty() ? Qualifier::Same : Qualifier::Other;  // "::name"
  return owner == innermost(name.scope) ? Qualifier::Same : Qualifier::Other;
}

std::string_view line_before(std::string_view text, size_t at) {
  size_t start = text.rfind('\n', at);
  start = start == text.npos ? 0 : start + 1;
  return text.substr(start, at - start);
}

// What stands before the qualifiers: "void " of "void ns::Class<int>::~".
std::string_view without_qualifiers(std::string_view before) {
  if (before.ends_with('~')) before.remove_suffix(1);
  while (before.ends_with("::")) {
    before = without_last_arguments(before.substr(0, before.size() - 2));
    before.remove_suffix(last_word(before).size());
  }
  return before;
}

// Whether what stands before can begin a declaration: a type, on this line or (GNU style) alone
// on the one above; constructors and destructors have none.
bool has_type(std::string_view text, size_t at, std::string_view before, const SourceName &name) {
  std::string_view type = without_qualifiers(before);
  if (std::string_view end = trimmed_end(type); end.find_first_not_of(" \t") != end.npos) {
    if (end.ends_with(':') || end.ends_with("->") || end.ends_with('.'))
      return false;  // "case 1: f();", ": Base(x) {", "x->f();"
    std::string_view last = last_word(end);
    for (std::string_view other :
         {"throw", "new", "delete", "else", "do", "case", "goto", "sizeof", "co_return", "co_yield", "co_await"})
      if (last == other) return false;
    return true;
  }
  bool qualified = type.size() < before.size();
  if (name.destructor || (qualified && name.identifier == innermost(name.scope))) return true;
  size_t line_start = at - before.size();
  if (line_start <= 1 || !type.empty()) return false;
  size_t above = text.rfind('\n', line_start - 2);
  above = above == text.npos ? 0 : above + 1;
  std::string_view line = text.substr(above, line_start - 1 - above);
  return !line.empty() && is_word_character(line.front()) && line.find_first_of(";(){}#") == line.npos;
}

// What may follow a parameter list: "const {", ": x(0) {", "-> int;", "= default;". Not an operator.
bool ends_declarator(std::string_view rest) {
  rest.remove_prefix(std::min(rest.find_first_not_of(" \t\r\n"), rest.size()));
  if (rest.empty() || rest.starts_with("==") || rest.starts_with("&&")) return false;
  return is_word_character(rest[0]) || rest.starts_with("->") ||
         std::string_view(";{:=[").find(rest[0]) != std::string_view::npos;
}

// Of a name that a parameter list follows, at `open`.
Form function_form(std::string_view after, size_t open, bool is_private, bool qualified) {
  int depth = 0;
  size_t limit = std::min(after.size(), open + farthest_body), end = open;
  for (; end < limit; ++end) {
    if (after[end] == '(') ++depth;
    if (after[end] == ')' && --depth == 0) break;
  }
  if (end >= limit || !ends_declarator(after.substr(end + 1))) return Form::Use;
  for (size_t i = end + 1; i < limit; ++i) {
    // "Class::Class() = default;" outside of its class.
    bool defaulted = after[i] == ';' && qualified && holds_word(after.substr(end + 1, i - end - 1), "default");
    if (after[i] == '{' || defaulted) return is_private ? Form::Private : Form::Definition;
    if (after[i] == ';') return is_private ? Form::Use : Form::Declaration;
    if (after[i] == '}') break;
  }
  return Form::Use;
}

}  // namespace

bool is_word_character(char c) {
  return c == '_' || (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

std::string_view rust_condition(std::string_view text, size_t at) {
  constexpr std::string_view mark = "#[cfg(";
  std::string_view attributes = rust_attributes(text, at);
  size_t begin = attributes.find(mark);
  size_t end = begin == attributes.npos ? begin : attributes.find(")]", begin);
  return end == attributes.npos ? std::string_view()
                                : attributes.substr(begin + mark.size(), end - begin - mark.size());
}

bool is_qualified(std::string_view text, size_t at, const SourceName &name) {
  return qualifier_of(line_before(text, at), name) == Qualifier::Same;
}

// A function: "type name(...) {" or ";", at the start of a statement.
Form form_at(std::string_view text, size_t at, const SourceName &name, std::string_view path, Format format) {
  std::string_view before = line_before(text, at), after = text.substr(at + name.identifier.size());
  if (path.ends_with(".rs")) return rust_form(text, at, before, after);
  if (path.ends_with(".s") || path.ends_with(".S") || path.ends_with(".asm"))
    return assembly_form(text, name.identifier, before, after, format);
  constexpr std::string_view linkage = "extern \"C\" ";
  std::string_view marked = before.starts_with(linkage) ? before.substr(linkage.size()) : before;
  for (std::string_view mark : {"//", "*", "#", "\"", "return ", "=", "(", ","}) {
    bool pointer = mark == "*" && marked.find_first_not_of("/* \t") != marked.npos;  // "char *name"
    if (!pointer && marked.find(mark) != marked.npos) return Form::Use;
  }
  Qualifier qualifier = qualifier_of(before, name);
  if (qualifier == Qualifier::Other || (qualifier == Qualifier::None && !mentions_scope(text, name.scope)))
    return Form::Use;
  if (!has_type(text, at, before, name)) return Form::Use;
  // A static function is its own file's affair.
  bool is_private = before.starts_with("static ") || before.find(" static ") != before.npos;
  size_t next = after.find_first_not_of(" \t\r\n");
  if (next == after.npos || (is_private && after[next] != '(')) return Form::Use;
  bool outside = !before.empty() && is_word_character(before.front());  // not indented: no local variable
  if (after[next] == ';') {
    if (before.find("extern") != before.npos) return Form::Declaration;
    return outside && !names_type(before) ? Form::Definition : Form::Use;
  }
  if (after[next] == '=' && after.substr(next, 2) != "==")
    return outside && !names_type(before) ? Form::Definition : Form::Use;
  return after[next] == '(' ? function_form(after, next, is_private, qualifier == Qualifier::Same) : Form::Use;
}

}  // namespace ldwhy
