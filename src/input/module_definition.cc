// Module-definition files ("Module-Definition (.Def) Files", "EXPORTS", "LIBRARY" in Microsoft's
// linker reference; ld manual, "WIN32 (cygwin/mingw)"; dlltool's manual page), as link.exe, lld
// and GNU ld agree on them:
//
//   LIBRARY name [BASE=address]      NAME for a program
//   EXPORTS
//     name[=internal|=dll.symbol][==dll_name] [@number [NONAME]] [DATA|CONSTANT] [PRIVATE]
//   IMPORTS                          GNU only
//     [symbol=]dll.name
//
// and statements about sizes, versions and sections, which are passed over. Words end at blanks,
// ",", "=" and ";", which begins a comment; quotes keep blanks in a word. A statement's keyword
// is in capitals. Line ends mean nothing, but GNU's modifiers in small letters are taken only on
// their entry's line, since "data" is as good a name as any.
#include "input/module_definition.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace ldwhy {
namespace {

constexpr std::string_view statements[] = {"LIBRARY", "NAME",        "EXPORTS",  "IMPORTS",  "STACKSIZE", "HEAPSIZE",
                                           "VERSION", "DESCRIPTION", "SECTIONS", "SEGMENTS", "STUB",      "CODE"};

struct Token {
  enum class Kind : uint8_t { End, Word, Quoted, Equal, DoubleEqual, Comma } kind = Kind::End;
  std::string_view text;
  size_t offset = 0;
  uint32_t line = 1;

  bool is_word(std::string_view word) const { return kind == Kind::Word && text == word; }
  bool is_name() const { return kind == Kind::Word || kind == Kind::Quoted; }
  bool is_statement() const {
    return kind == Kind::Word && std::ranges::find(statements, text) != std::end(statements);
  }
};

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {
    constexpr std::string_view utf8_mark = "\xef\xbb\xbf";
    if (text_.starts_with(utf8_mark)) at_ = utf8_mark.size();
  }

  Token next() {
    skip_blanks();
    Token token{Token::Kind::End, {}, at_, line_};
    if (at_ == text_.size()) return token;
    if (text_[at_] == '=') {
      bool twice = text_.substr(at_).starts_with("==");
      return take(token, twice ? Token::Kind::DoubleEqual : Token::Kind::Equal, twice ? 2 : 1);
    }
    if (text_[at_] == ',') return take(token, Token::Kind::Comma, 1);
    if (text_[at_] == '"' || text_[at_] == '\'') return quoted(token);
    size_t end = std::min(text_.find_first_of(word_ends, at_), text_.size());
    return take(token, Token::Kind::Word, end - at_);
  }

 private:
  static constexpr std::string_view blanks{" \t\r\n\v\f\0", 7};
  static constexpr std::string_view word_ends{"=,; \t\r\n\v\f\0", 10};

  void skip_blanks() {
    for (; at_ < text_.size(); ++at_) {
      if (text_[at_] == ';') at_ = std::min(text_.find('\n', at_), text_.size());
      if (at_ == text_.size() || blanks.find(text_[at_]) == blanks.npos) return;
      line_ += text_[at_] == '\n';
    }
  }
  Token take(Token token, Token::Kind kind, size_t size) {
    token.kind = kind;
    token.text = text_.substr(at_, size);
    at_ += size;
    return token;
  }
  // A quote that its line does not close ends with the line.
  Token quoted(Token token) {
    char quote = text_[at_++];
    std::string_view rest = text_.substr(at_);
    rest = rest.substr(0, rest.find_first_of("\r\n"));
    size_t end = rest.find(quote);
    token = take(token, Token::Kind::Quoted, std::min(end, rest.size()));
    at_ += end != rest.npos;
    return token;
  }

  std::string_view text_;
  size_t at_ = 0;
  uint32_t line_ = 1;
};

class Reader {
 public:
  explicit Reader(std::string_view text) : lexer_(text) { advance(); }

  Result<ModuleDefinition> read() {
    while (now_.kind != Token::Kind::End)
      if (!read_statement()) return std::unexpected(problem_);
    return std::move(module_);
  }

 private:
  void advance() { now_ = lexer_.next(); }
  bool skip(Token::Kind kind) {
    if (now_.kind != kind) return false;
    advance();
    return true;
  }

  bool read_statement() {
    Token keyword = now_;
    if (!keyword.is_statement()) return fail("a statement such as LIBRARY or EXPORTS");
    advance();
    if (keyword.text == "LIBRARY" || keyword.text == "NAME") return read_name(keyword);
    if (keyword.text == "EXPORTS") return read_list([this] { return read_export(); });
    if (keyword.text == "IMPORTS") return read_list([this] { return read_import(); });
    while (now_.kind != Token::Kind::End && !now_.is_statement()) advance();
    return true;
  }

  // The name may be left out, and so may be the address.
  bool read_name(const Token &keyword) {
    module_.is_library = keyword.text == "LIBRARY";
    if (now_.is_name() && !now_.is_statement() && !now_.is_word("BASE")) {
      module_.name = now_.text;
      advance();
    }
    skip(Token::Kind::Comma);
    if (!now_.is_word("BASE")) return true;
    advance();
    if (!skip(Token::Kind::Equal)) return fail("\"=\" after BASE");
    if (!now_.is_name()) return fail("an address after BASE=");
    advance();
    return true;
  }

  template <class F>
  bool read_list(F entry) {
    while (now_.kind != Token::Kind::End && !now_.is_statement()) {
      if (!entry()) return false;
      skip(Token::Kind::Comma);
    }
    return true;
  }

  bool read_export() {
    if (!now_.is_name()) return fail("the name of an export");
    ModuleExport entry;
    entry.name = now_.text;
    entry.line = now_.line;
    advance();
    if (skip(Token::Kind::Equal)) {
      if (!now_.is_name()) return fail("a symbol after \"=\"");
      bool elsewhere = now_.text.find('.') != std::string_view::npos;
      (elsewhere ? entry.forwarded : entry.internal) = now_.text;
      advance();
    }
    if (skip(Token::Kind::DoubleEqual)) {
      if (!now_.is_name()) return fail("a name after \"==\"");
      entry.dll_name = now_.text;
      advance();
    }
    while (read_modifier(entry)) {
    }
    if (failed_) return false;
    module_.exports.push_back(std::move(entry));
    return true;
  }

  bool read_modifier(ModuleExport &entry) {
    if (now_.kind != Token::Kind::Word) return false;
    if (now_.text.starts_with('@')) return read_ordinal(entry);
    auto is = [&](std::string_view capitals, std::string_view small) {
      return now_.text == capitals || (now_.line == entry.line && now_.text == small);
    };
    if (is("NONAME", "noname")) entry.no_name = true;
    else if (is("DATA", "data")) entry.data = true;
    else if (is("CONSTANT", "constant")) entry.data = entry.constant = true;
    else if (is("PRIVATE", "private")) entry.is_private = true;
    else return false;
    advance();
    return true;
  }

  // "@5" or "@ 5"; what begins like this and goes on otherwise is the next entry, a fastcall
  // function's name.
  bool read_ordinal(ModuleExport &entry) {
    std::string_view digits = now_.text.substr(1);
    bool apart = digits.empty();
    if (apart) {
      advance();
      digits = now_.text;
    } else if (!std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; })) {
      return false;
    }
    uint16_t ordinal = 0;
    std::from_chars_result read = std::from_chars(digits.data(), digits.data() + digits.size(), ordinal);
    if (read.ec != std::errc() || read.ptr != digits.data() + digits.size())
      return fail("an export's number from 1 to 65535 after \"@\"");
    entry.ordinal = ordinal;
    advance();
    return true;
  }

  bool read_import() {
    if (!now_.is_name()) return fail("an import");
    ModuleImport entry;
    entry.line = now_.line;
    std::string_view first = now_.text;
    advance();
    if (skip(Token::Kind::Equal)) {
      if (!now_.is_name()) return fail("a DLL's name and an export of it after \"=\"");
      entry.symbol = first;
      first = now_.text;
      advance();
    }
    // "dll.name", or with the library's ending "foo.dll.name".
    size_t dot = first.rfind('.');
    if (dot == first.npos) return fail("an import as dll.name");
    entry.dll = first.substr(0, dot);
    entry.name = first.substr(dot + 1);
    module_.imports.push_back(std::move(entry));
    return true;
  }

  bool fail(std::string_view expected) {
    failed_ = true;
    problem_.offset = now_.offset;
    std::string found = now_.kind == Token::Kind::End ? "the end of the file" : fmt::format("\"{}\"", now_.text);
    problem_.text = fmt::format("line {}: expected {}, found {}", now_.line, expected, found);
    return false;
  }

  Lexer lexer_;
  Token now_;
  ModuleDefinition module_;
  Problem problem_;
  bool failed_ = false;
};

}  // namespace

Result<ModuleDefinition> read_module_definition(std::string_view text) { return Reader(text).read(); }

}  // namespace ldwhy
