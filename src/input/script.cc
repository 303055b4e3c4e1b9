// GNU ld's command language (ld manual, "Linker Scripts"), as far as it says what to link:
// a text file in the place of a library, such as Debian's libc.so, is such a script. The
// statements that lay out the output are only recognised, so that other text (sources, JSON,
// a pointer left by Git LFS) is not taken for a script.

#include <algorithm>

#include "input/input.h"
#include "input/script_lexer.h"

namespace ldwhy {
namespace {

enum class Form : uint8_t {
  Inputs,
  Group,
  Startup,
  SearchDir,
  OutputFormat,  // what is kept
  Setting,       // NAME ( … ) without effect on inputs
  Extern,        // NAME ( symbols )
  Provide,       // NAME ( symbol = expression )
  Call,          // NAME ( … ) of other kinds
  Sections,      // NAME { … } with assignments inside
  Block,         // NAME { … }
  Words,         // NAME and a fixed number of words
};
struct Statement {
  std::string_view name;
  Form form;
  int words = 0;
};
constexpr Statement statements[] = {
    {"INPUT", Form::Inputs},
    {"GROUP", Form::Group},
    {"STARTUP", Form::Startup},
    {"SEARCH_DIR", Form::SearchDir},
    {"OUTPUT_FORMAT", Form::OutputFormat},
    {"OUTPUT_ARCH", Form::Setting},
    {"TARGET", Form::Setting},
    {"ENTRY", Form::Extern},
    {"OUTPUT", Form::Call},
    {"EXTERN", Form::Extern},
    {"ASSERT", Form::Call},
    {"HIDDEN", Form::Provide},
    {"PROVIDE", Form::Provide},
    {"PROVIDE_HIDDEN", Form::Provide},
    {"NOCROSSREFS", Form::Call},
    {"NOCROSSREFS_TO", Form::Call},
    {"REGION_ALIAS", Form::Call},
    {"LD_FEATURE", Form::Call},
    {"SECTIONS", Form::Sections},
    {"MEMORY", Form::Block},
    {"PHDRS", Form::Block},
    {"VERSION", Form::Block},
    {"INCLUDE", Form::Words, 1},
    {"INSERT", Form::Words, 2},
    {"FORCE_COMMON_ALLOCATION", Form::Words},
    {"FORCE_GROUP_ALLOCATION", Form::Words},
    {"INHIBIT_COMMON_ALLOCATION", Form::Words},
};

bool looks_binary(std::string_view text) {
  constexpr size_t enough = 4096;
  std::string_view head = text.substr(0, enough);
  return std::any_of(head.begin(), head.end(), [](char c) {
    unsigned char byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && !(byte >= '\t' && byte <= '\r')) || byte == 0x7f;
  });
}

bool is_symbol_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' || c == '$';
}

// Whether the text after a symbol's name starts an assignment: "=", "+=", "<<=" …, not "==".
bool starts_assignment(std::string_view text) {
  size_t equals = text.find_first_not_of("+-*/&|<>");
  return equals <= 2 && equals < text.size() && text[equals] == '=' && text.substr(equals, 2) != "==";
}

class ScriptReader {
 public:
  explicit ScriptReader(std::string_view text) : lexer_(text, "(){},;") {}

  std::optional<Script> read() {
    bool any = false;
    while (lexer_.peek().kind != ScriptToken::Kind::End) {
      if (lexer_.skip(";")) continue;
      if (!read_statement(lexer_.next())) return std::nullopt;
      any = true;
    }
    if (!any) return std::nullopt;
    // STARTUP's file comes first, wherever the statement stands.
    if (!startup_.empty()) script_.inputs.insert(script_.inputs.begin(), {startup_, false, -1});
    return std::move(script_);
  }

 private:
  // False: not a statement of the language.
  bool read_statement(const ScriptToken &first) {
    if (first.kind != ScriptToken::Kind::Word) return false;
    for (const Statement &statement : statements)
      if (first.is_word(statement.name)) return read_known(statement, first);
    return read_assignment(first.text);
  }

  bool read_known(const Statement &statement, const ScriptToken &first) {
    switch (statement.form) {
      case Form::Inputs: return lexer_.skip("(") && read_inputs(-1);
      case Form::Group: return lexer_.skip("(") && read_inputs(groups_++);
      case Form::Startup: return read_argument(startup_);
      case Form::SearchDir: return read_argument(script_.search_dirs.emplace_back());
      case Form::OutputFormat: return read_argument(script_.output_format);
      case Form::Setting: return lexer_.skip("(") && skip_balanced("(", ")");
      case Form::Extern: script_.complete = false; return lexer_.skip("(") && read_externs();
      case Form::Provide: script_.complete = false; return read_provide(!first.is_word("HIDDEN"));
      case Form::Sections: script_.complete = false; return lexer_.skip("{") && read_sections();
      case Form::Call: script_.complete = false; return lexer_.skip("(") && skip_balanced("(", ")");
      case Form::Block: script_.complete = false; return lexer_.skip("{") && skip_balanced("{", "}");
      case Form::Words: script_.complete = false; return skip_names(statement.words);
    }
    return false;
  }

  // A list of names up to its ")"; AS_NEEDED may stand inside, also in itself. A comma is no
  // part of a name, as in lld; GNU ld wants a blank before it.
  bool read_inputs(int group) {
    for (int depth = 1; depth > 0;) {
      ScriptToken token = lexer_.next();
      if (token.is(")")) {
        --depth;
      } else if (token.is_word("AS_NEEDED") && lexer_.skip("(")) {
        ++depth;
      } else if (token.is_name()) {
        script_.inputs.push_back({std::string(token.text), depth > 1, group});
      } else if (token.kind == ScriptToken::Kind::End) {
        // Cut short: what was read still is what the script says.
        script_.complete = false;
        return true;
      } else if (!token.is(",")) {
        return false;
      }
    }
    return true;
  }

  // "( name )", of which further names after a comma do not matter here: OUTPUT_FORMAT has
  // up to three, for -EB and -EL.
  bool read_argument(std::string &argument) {
    if (!lexer_.skip("(")) return false;
    ScriptToken token = lexer_.next();
    if (!token.is_name()) return false;
    argument = token.text;
    return skip_balanced("(", ")");
  }

  // Up to the bracket that closes one already read, or the end of the text.
  bool skip_balanced(std::string_view open, std::string_view close) {
    for (size_t depth = 1; depth > 0;) {
      ScriptToken token = lexer_.next();
      if (token.is(open)) ++depth;
      if (token.is(close)) --depth;
      if (token.kind == ScriptToken::Kind::End) {
        script_.complete = false;
        return true;
      }
    }
    return true;
  }

  bool skip_names(int count) {
    while (count-- > 0)
      if (!lexer_.next().is_name()) return false;
    return true;
  }

  bool read_externs() {
    while (!lexer_.skip(")")) {
      ScriptToken token = lexer_.next();
      if (token.kind == ScriptToken::Kind::End) return false;
      if (token.is_name()) script_.externs.emplace_back(token.text);
    }
    return true;
  }

  // What stands before "=" in a word, or before a word that begins with it; its expression is
  // begun in `value`. Nothing: no assignment.
  std::optional<std::string_view> assigned_name(std::string_view word, std::string &value) {
    size_t name = static_cast<size_t>(std::find_if_not(word.begin(), word.end(), is_symbol_character) - word.begin());
    if (name == 0 || (word[0] >= '0' && word[0] <= '9')) return std::nullopt;
    std::string_view rest = word.substr(name);
    if (rest.empty() && lexer_.peek().kind == ScriptToken::Kind::Word && starts_assignment(lexer_.peek().text))
      rest = lexer_.next().text;
    if (!starts_assignment(rest)) return std::nullopt;
    value = rest.substr(rest.find('=') + 1);
    return word.substr(0, name);
  }

  // "symbol = expression ;" with blanks or without.
  bool read_assignment(std::string_view word) {
    script_.complete = false;
    std::string value;
    std::optional<std::string_view> name = assigned_name(word, value);
    if (!name) return false;
    for (;;) {
      ScriptToken token = lexer_.next();
      if (token.is("{") || token.is("}") || token.kind == ScriptToken::Kind::End) return false;
      if (token.is(";")) break;
      value += " " + std::string(token.text);
    }
    if (*name != ".") script_.definitions.push_back({std::string(*name), value, false, true});
    return true;
  }

  // "( symbol = expression )"
  bool read_provide(bool if_needed) {
    if (!lexer_.skip("(")) return false;
    ScriptToken first = lexer_.next();
    std::string value;
    std::optional<std::string_view> name = first.is_name() ? assigned_name(first.text, value) : std::nullopt;
    if (name) script_.definitions.push_back({std::string(*name), "", if_needed, true});
    return skip_balanced("(", ")");
  }

  // Output sections hold assignments too; their expressions are about places.
  bool read_sections() {
    for (size_t depth = 1; depth > 0;) {
      ScriptToken token = lexer_.next();
      if (token.is("{")) ++depth;
      if (token.is("}")) --depth;
      if (token.kind == ScriptToken::Kind::End) return true;
      if (token.kind != ScriptToken::Kind::Word) continue;
      if (token.is_word("PROVIDE") || token.is_word("PROVIDE_HIDDEN") || token.is_word("HIDDEN")) {
        if (!read_provide(!token.is_word("HIDDEN"))) return true;
        continue;
      }
      std::string value;
      if (std::optional<std::string_view> name = assigned_name(token.text, value); name && *name != ".")
        script_.definitions.push_back({std::string(*name), "", false, true});
    }
    return true;
  }

  ScriptLexer lexer_;
  Script script_;
  std::string startup_;
  int groups_ = 0;
};

}  // namespace

std::optional<Script> read_script(std::string_view text) {
  if (looks_binary(text)) return std::nullopt;
  return ScriptReader(text).read();
}

}  // namespace ldwhy
