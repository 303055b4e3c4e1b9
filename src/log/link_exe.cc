// Microsoft's linker: "FILE : error LNK2019: …". The number says what happened in every
// language edition; names stand in quotes, or, C names, where each edition's sentence puts
// them. It was not run here: numbers and sentences are from public logs and from memory, so a
// sentence that is spelt otherwise loses the C name's exact bounds, never the complaint.
#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "base/match.h"
#include "log/log.h"
#include "log/parse.h"

namespace ldwhy {

using namespace std::string_view_literals;
namespace {

struct Number {
  unsigned number;
  ComplaintKind kind;
  const char *code;
  // s: about a symbol; f: about a quoted file; o: about the file in front; e: only the end.
  char about;
};
using enum ComplaintKind;
constexpr Number numbers[] = {
    {1000, Tool, "crash", 'o'},
    {1101, Tool, "write-failed", 'o'},
    {1102, Tool, "out-of-memory", 'o'},
    {1103, Input, "wrong-format", 'o'},
    {1104, Input, "cannot-open", 'f'},
    {1106, Input, "wrong-format", 'o'},
    {1107, Input, "wrong-format", 'o'},
    {1112, Input, "incompatible", 'o'},
    {1113, Input, "incompatible", 'o'},
    {1117, Tool, "bad-option", 'f'},
    {1120, UndefinedSymbol, "undefined", 'e'},
    {1127, Input, "wrong-format", 'o'},
    {1136, Input, "wrong-format", 'o'},
    {1140, Tool, "other-error", 'o'},
    {1141, Input, "version-script", 'o'},
    {1146, Tool, "bad-option", 'f'},
    {1158, Tool, "linker-not-found", 'f'},
    {1168, Tool, "write-failed", 'f'},
    {1169, DuplicateSymbol, "duplicate", 'e'},
    {1171, Tool, "plugin-failed", 'f'},
    {1179, DuplicateSymbol, "duplicate", 's'},
    {1181, Input, "cannot-open", 'f'},
    {1189, Layout, "region", 'o'},
    {1201, Tool, "write-failed", 'f'},
    {1220, Input, "wrong-format", 'o'},
    {1237, Input, "newer-bitcode", 'o'},
    {1238, Input, "wrong-format", 'o'},
    {1248, Layout, "region", 'o'},
    {1256, Tool, "other-error", 'o'},
    {1257, Tool, "plugin-failed", 'o'},
    {1281, Input, "image-marks", 'o'},
    {1282, Input, "image-marks", 'o'},
    {1285, Input, "wrong-format", 'o'},
    {1318, Tool, "write-failed", 'o'},
    {1561, UndefinedSymbol, "entry-missing", 'n'},
    {2001, UndefinedSymbol, "undefined", 's'},
    {2002, Input, "wrong-format", 'o'},
    {2004, Layout, "relocation-range", 's'},
    {2005, DuplicateSymbol, "duplicate", 's'},
    {2011, Input, "cannot-open", 'o'},
    {2013, Layout, "relocation-range", 's'},
    {2017, Layout, "relocation-range", 's'},
    {2019, UndefinedSymbol, "undefined", 's'},
    {2020, UndefinedSymbol, "undefined", 's'},
    {2022, Input, "mismatch", 'o'},
    {2023, Input, "wrong-format", 'o'},
    {2026, Input, "image-marks", 'o'},
    {2028, UndefinedSymbol, "undefined", 's'},
    {2031, UndefinedSymbol, "undefined", 's'},
    {2038, Input, "mismatch", 'o'},
    {2046, Input, "image-marks", 'o'},
    {2048, Input, "image-marks", 'o'},
    {4001, Tool, "other-warning", 'o'},
    {4006, DuplicateSymbol, "duplicate", 's'},
    {4044, Tool, "bad-option", 'f'},
    {4049, Input, "local-import", 's'},
    {4098, Input, "mismatch", 'f'},
    {4217, Input, "local-import", 's'},
    {4221, Input, "wrong-format", 'o'},
    {4272, Input, "skipping-incompatible", 'o'},
    {4286, Input, "local-import", 's'},
};

const Number *find_number(unsigned wanted) {
  for (const Number &number : numbers) {
    if (number.number == wanted) return &number;
  }
  return nullptr;
}

// `"demangled" (mangled)`: the mangled name is the one that object files hold.
std::string_view name_in(std::string_view text) {
  size_t open = text.find("\" (");
  if (open != text.npos) {
    std::string_view mangled = text.substr(open + 3);
    size_t close = mangled.find(')');
    // A mangled C++ name holds no parenthesis.
    if (close != mangled.npos) return mangled.substr(0, close);
  }
  return {};
}

// The C name in each edition's sentence: what stands before it, and what follows it.
struct Sentence {
  std::string_view before;
  std::string_view after;
};
constexpr Sentence symbol_sentences[] = {
    {"unresolved external symbol ", " referenced in function "},
    {"unresolved token (", ") "},
    {"stes externes Symbol ", " in Funktion "},  // the umlaut before it does not survive all code pages
    {"symbole externe non résolu ", " référencé dans la fonction "},
    {"无法解析的外部符号 ", "，函数 "},
    {"无法解析的外部符号 ", "，该符号在函数 "},
    {"無法解析的外部符號 ", " 在函式 "},
    {"無法解析的外部符號 ", "，函式 "},
    {"未解決の外部シンボル ", " が関数 "},
    {"símbolo externo ", " sin resolver"},
    {"símbolo externo sin resolver ", " al que se hace referencia en la función "},
    {"ссылка на неразрешенный внешний символ ", " в функции "},
    {"неразрешенный внешний символ ", " в функции "},
    {"simbolo esterno ", " non risolto"},
    {"simbolo externo ", " nao resolvido"},
    {"símbolo externo indefinido ", " referenciado na função "},
    {"símbolo externo não resolvido ", " referenciado na função "},
    {"nierozpoznany symbol zewnętrzny ", " przywołany w funkcji "},
    {"확인할 수 없는 외부 기호 ", "(참조 위치: "},
    {"확인할 수 없는 외부 기호 ", " 참조 위치: "},
    {"externí symbol ", " odkazovaný ve funkci "},
};
constexpr std::string_view defined_words[] = {" already defined in ",
                                              " ist bereits in ",
                                              " déjà défini(e) dans ",
                                              " déjà défini dans ",
                                              " 已经在 ",
                                              " 已在 ",
                                              " 已經定義於 ",
                                              " は既に ",
                                              " ya se definió en ",
                                              " ya está definido en ",
                                              " уже определен в ",
                                              " già definito in ",
                                              " já foi definido em ",
                                              " 已经在"};

bool is_mostly_ascii(std::string_view text) {
  size_t others =
      static_cast<size_t>(std::ranges::count_if(text, [](char c) { return static_cast<unsigned char>(c) >= 0x80; }));
  return others * 3 < text.size();
}

// In the editions of East Asia, whose code pages a log may have lost, what stands between blanks
// in plain ASCII is a name, and the first is the one that the sentence is about.
std::string_view first_ascii_word(std::string_view text) {
  for (size_t at = 0; at < text.size();) {
    size_t end = at;
    while (end < text.size() && text[end] > ' ' && text[end] < '\x7f') ++end;
    bool begins = at == 0 || text[at - 1] == ' ';
    if (begins && end > at) {
      std::string_view word = text.substr(at, end - at);
      while (!word.empty() && word.back() == '(') word.remove_suffix(1);
      if (!word.empty()) return word;
    }
    at = end + 1;
  }
  return text;
}

// What a message about a missing symbol names.
struct Names {
  std::string_view symbol, function;
};

// The name in it, or all of it.
std::string_view bare_name(std::string_view text) {
  std::string_view mangled = name_in(text);
  return mangled.empty() ? text : mangled;
}

std::string_view function_in(std::string_view text) {
  std::string_view decorated = name_in(text);
  return decorated.empty() ? text.substr(0, text.find_first_of(" 。")) : decorated;
}

// Korean puts the sentence last, and no blank between the two names: SYMBOL"FUNCTION" (MANGLED) …
std::optional<Names> korean_names(std::string_view text) {
  constexpr std::string_view referred = " 함수에서 참조되는 확인할 수 없는 외부 기호";
  constexpr std::string_view older[] = {" 외부 기호(참조 위치: ", " 외부 기호를 확인할 수 없습니다"};
  for (std::string_view words : older) {
    size_t at = text.find(words);
    if (at == text.npos) continue;
    std::string_view rest = text.substr(at + words.size());
    std::string_view function = rest.substr(0, rest.find(" 함수"));
    return Names{bare_name(text.substr(0, at)), rest.size() == function.size() ? "" : bare_name(function)};
  }
  size_t at = text.find(referred);
  if (at == text.npos) return std::nullopt;
  text = text.substr(0, at);
  size_t quote = text.starts_with('"') ? text.find(')', std::min(text.find("\" ("), text.size())) : text.find('"');
  if (quote == text.npos) return Names{bare_name(text), ""};
  if (text[quote] == ')') ++quote;
  return Names{bare_name(text.substr(0, quote)), bare_name(text.substr(quote))};
}

// A C name stands bare, and a C++ name with its mangled form; the function that refers may
// be the other way, so each is looked for in its own part.
std::optional<Names> names_by_sentence(std::string_view text) {
  if (std::optional<Names> korean = korean_names(text)) return korean;
  // Two editions may begin alike: the one that fits to the end is meant.
  for (bool whole : {true, false}) {
    for (const Sentence &sentence : symbol_sentences) {
      size_t at = text.find(sentence.before);
      if (at == text.npos) continue;
      std::string_view rest = text.substr(at + sentence.before.size());
      size_t after = rest.find(sentence.after);
      if (whole != (after != rest.npos)) continue;
      std::string_view part = rest.substr(0, after);
      if (!whole && name_in(part).empty() && &sentence != &symbol_sentences[0] && contains(part, " ")) continue;
      return Names{bare_name(part), whole ? function_in(rest.substr(after + sentence.after.size())) : ""};
    }
  }
  return std::nullopt;
}

// In words of a language that is not known here, the missing name still comes first: bare before
// the function's quotes, or in quotes of its own.
std::string_view first_name(std::string_view text) {
  std::string_view before = text.substr(0, text.find('"'));
  if (before.size() == text.size()) return {};
  for (std::string_view rest = trim(before); !rest.empty();) {
    size_t blank = rest.find_last_of(' ');
    std::string_view word = blank == rest.npos ? rest : rest.substr(blank + 1);
    if (word.find_first_of("_@?$") != word.npos) return word;
    rest = trim(rest.substr(0, blank == rest.npos ? 0 : blank));
  }
  return name_in(text);
}

void read_symbol(LogState &state, const Number &number, Severity severity, std::string_view where,
                 std::string_view text, std::string_view line) {
  std::string_view symbol, function, other;
  if (number.kind == ComplaintKind::DuplicateSymbol) {
    symbol = name_in(text);
    for (std::string_view words : defined_words) {
      size_t at = text.find(words);
      if (at == text.npos) continue;
      if (symbol.empty()) symbol = text.substr(0, at);
      other = text.substr(at + words.size());
      other = other.substr(0, other.find_first_of(" \t"));
      break;
    }
  } else {
    if (std::optional<Names> names = names_by_sentence(text)) {
      symbol = names->symbol;
      function = names->function;
    }
    if (symbol.empty()) symbol = first_name(text);
  }
  bool parted = text == "unresolved external symbol";  // read_parted_name()
  if (symbol.empty() && !parted) {
    symbol = text.substr(text.find_last_of(' ') + 1);
    if (!is_mostly_ascii(text) || !is_mostly_ascii(symbol)) symbol = first_ascii_word(text);
  }
  while (!symbol.empty() && std::string_view(".;, ").find(symbol.back()) != symbol.npos) symbol.remove_suffix(1);
  symbol = unquote(symbol);
  // A name that only a module-definition file exports, or the table of exports made from it.
  bool exported = std::string_view(number.code) == "undefined" && (where.ends_with(".def") || where.ends_with(".exp"));
  state.begin_or_reopen(number.kind, severity, exported ? "export-missing" : number.code, symbol, line);
  ReferencePlace place = file_place(where);
  if (function.ends_with('.')) function.remove_suffix(1);
  place.function = unquote(function);
  state.refer(std::move(place));
  if (!other.empty()) state.refer(file_place(other));
}

// Whether a field of Visual Studio's error list names a file.
bool is_listed_file(std::string_view field) {
  if (size_t member = field.find(".lib("); member != field.npos && field.ends_with(')')) return true;
  for (std::string_view ending : {".obj", ".lib", ".exe", ".dll", ".o", "LINK"})
    if (field.ends_with(ending)) return true;
  return false;
}

// The first field of a row, in the editions' languages.
std::optional<Severity> listed_as(std::string_view head) {
  for (std::string_view word : {"Error", "Errore", "Fehler", "Erreur", "Erro", "Błąd", "Chyba", "Hata", "Ошибка",
                                "错误", "錯誤", "エラー", "오류"})
    if (head == word) return Severity::Error;
  for (std::string_view word : {"Warning", "Avviso", "Warnung", "Avertissement", "Advertencia", "Aviso", "Ostrzeżenie",
                                "Upozornění", "Uyarı", "Предупреждение", "警告", "경고"})
    if (head == word) return Severity::Warning;
  return std::nullopt;
}

// A row of Visual Studio's error list, copied: fields between tabs, or blanks where the tabs were
// lost. "Error <tab> LNK2019 <tab> words <tab> project <tab> file <tab> line"; before Visual Studio
// 2015 "Error <tab> 51 <tab> error LNK2019: words <tab> file <tab> project". The first field may
// have been left out.
std::optional<std::string> listed(std::string_view line) {
  size_t mark = line.find("LNK");
  if (mark == line.npos || mark + 8 > line.size() || !all_digits(line.substr(mark + 3, 4))) return std::nullopt;
  std::string_view head = line.substr(0, mark == 0 ? 0 : line.find_first_of(" \t"));
  std::optional<Severity> severity = mark == 0 ? Severity::Error : listed_as(head);
  if (!severity || (mark == 0 && line[mark + 7] != '\t' && line[mark + 7] != ' ')) return std::nullopt;
  std::string_view between = trim(line.substr(head.size(), mark - head.size()));
  if (size_t last = between.find_last_of(" \t"); last != between.npos) {
    std::string_view count = between.substr(0, last);
    if (count.ends_with(" :")) count.remove_suffix(2);
    if (all_digits(count)) between = trim(between.substr(last));
  }
  if (!between.empty() && !all_digits(between) && between != "error" && between != "warning") return std::nullopt;
  std::string_view rest = line.substr(mark + 7);
  rest.remove_prefix(std::min(rest.find_first_not_of(": \t"), rest.size()));
  std::string_view gap = rest.find('\t') == rest.npos ? "    " : "\t";
  std::string_view words = rest.substr(0, rest.find(gap)), file;
  for (size_t tab = rest.find(gap); tab != rest.npos && file.empty(); tab = rest.find(gap)) {
    rest.remove_prefix(tab + gap.size());
    std::string_view field = trim(rest.substr(0, rest.find(gap)));
    if (is_listed_file(field)) file = field;
  }
  std::string text(file);
  text += *severity == Severity::Error ? " : error " : " : warning ";
  text += line.substr(mark, 7);
  text += ": ";
  text += trim(words);
  return text;
}

LineFate read_line(LogState &state, std::string_view line, std::string_view shown);

// Below a missing symbol, names that are there and look alike: one a line.
bool read_hint(LogState &state, std::string_view line) {
  if (!state.open || state.open->kind != UndefinedSymbol) return false;
  if (line.starts_with("Hint on symbols that are defined and could potentially match")) {
    state.table = LogState::Table::Hints;
    return true;
  }
  if (state.table != LogState::Table::Hints || contains(line, "LNK")) return false;
  std::string_view name = bare_name(line);
  if (name.find_first_of(" :") != name.npos) return false;
  state.note("did you mean: " + std::string(name));
  return true;
}

// Copied so that the name came into lines of its own: `"DEMANGLED"`, then "(MANGLED)".
bool read_parted_name(LogState &state, std::string_view line) {
  if (!state.open || state.open->kind != UndefinedSymbol || state.link->linker != Linker::LinkExe || line.empty())
    return false;
  std::string &symbol = state.open->symbol;
  if (symbol.empty() && line.front() == '"' && line.back() == '"' && line.size() > 2) {
    symbol = unquote(line);
    return true;
  }
  bool mangled = line.starts_with("(?") || line.starts_with("(__imp_") || line.starts_with("(_");
  if (!mangled || line.back() != ')' || line.find_first_of(" \t") != line.npos || !contains(symbol, " ")) return false;
  symbol = line.substr(1, line.size() - 2);
  return true;
}

// The sentence alone, as a list of errors shows it that leaves the numbers out: to its end, or with
// a C++ name in its two forms.
bool is_unnumbered(std::string_view line) {
  for (const Sentence &sentence : symbol_sentences) {
    if (!line.starts_with(sentence.before)) continue;
    std::string_view rest = line.substr(sentence.before.size());
    std::string_view mangled = name_in(rest);
    if (contains(rest, sentence.after) ||
        (rest.starts_with('"') && (mangled.starts_with('?') || mangled.starts_with("__imp_?"))))
      return true;
  }
  return false;
}

LineFate read_unnumbered(LogState &state, std::string_view line) {
  if (!is_unnumbered(line)) return LineFate::NotMine;
  state.speaks(Linker::LinkExe, Flavor::Coff);
  read_symbol(state, *find_number(2019), Severity::Error, "", line, line);
  return LineFate::Understood;
}

LineFate read(LogState &state, std::string_view line) {
  line = trim(line);
  if (read_hint(state, line) || read_parted_name(state, line)) return LineFate::Understood;
  if (LineFate fate = read_unnumbered(state, line); fate != LineFate::NotMine) return fate;
  state.table = LogState::Table::None;
  if (std::optional<std::string> row = listed(line)) {
    // The list is sorted by whatever the user clicked on: nothing ends a link in it.
    LineFate fate = read_line(state, *row, line);
    return fate == LineFate::LinkEnds ? LineFate::Understood : fate;
  }
  return read_line(state, line, line);
}

// The file that a message quotes.
std::string_view quoted_file(std::string_view text) {
  // The last pair: French has an apostrophe before it.
  size_t close = text.find_last_of("'\"");
  size_t open = close == text.npos || close == 0 ? text.npos : text.rfind(text[close], close - 1);
  if (open != text.npos) return text.substr(open + 1, close - open - 1);
  constexpr std::pair<std::string_view, std::string_view> kinds[] = {
      {"«", "»"}, {"“", "”"}, {"„", "“"}, {"»", "«"}, {"「", "」"}};
  for (auto [before, after] : kinds) {
    size_t at = text.find(before);
    if (at == text.npos) continue;
    text = text.substr(at + before.size());
    text = text.substr(0, text.find(after));
    for (std::string_view blank : {"\xc2\xa0"sv, "\xe2\x80\xaf"sv}) {
      if (text.starts_with(blank)) text.remove_prefix(blank.size());
      if (text.ends_with(blank)) text.remove_suffix(blank.size());
    }
    return trim(text);
  }
  return {};
}

// MSBuild's "[C:\w\x.vcxproj]" at the end, where a console's edge cut it.
std::string_view without_cut_project(std::string_view text) {
  size_t open = text.rfind(" [");
  if (open == text.npos || contains(text.substr(open), "]")) return text;
  std::string_view rest = text.substr(open + 2);
  bool path = rest.empty() || rest.find_first_of(" \"()") == rest.npos;
  bool drive = rest.size() < 2 || rest[1] == ':' || rest.front() == '/' || rest.front() == '\\';
  return path && drive ? text.substr(0, open) : text;
}

LineFate read_line(LogState &state, std::string_view line, std::string_view shown) {
  size_t mark = line.find("LNK");
  if (mark == line.npos || mark + 7 > line.size() || !all_digits(line.substr(mark + 3, 4))) return LineFate::NotMine;
  std::string_view head = trim(line.substr(0, mark));
  size_t colon = head.rfind(" :");
  if (colon == head.npos) colon = head.rfind(':');
  unsigned wanted = static_cast<unsigned>(leading_number(line.substr(mark + 3, 4)));
  std::string_view text = without_cut_project(line.substr(mark + 7));
  size_t start = text.find_first_not_of(" :\t\xc2\xa0");
  text = start == text.npos ? std::string_view() : text.substr(start);
  const Number *number = find_number(wanted);
  if (number && number->about == 's' && text.empty()) return LineFate::NotMine;  // the number alone
  if (colon == head.npos) {
    // A message quoted without its place: the sentence must be link.exe's own.
    bool marked = head == "error" || head == "fatal error";
    if (!number || number->about != 's' || (!marked && !names_by_sentence(text))) return LineFate::NotMine;
    head = ":";
    colon = 0;
  }
  std::string_view where = trim(head.substr(0, colon));
  // Qt Creator's form: "main.obj:-1: error: LNK2019: …".
  for (std::string_view tail : {": error"sv, ": warning"sv, ":-1"sv})
    if (where.ends_with(tail)) where.remove_suffix(tail.size());
  Severity severity = contains(head.substr(colon), "warning") || contains(head.substr(colon), "Warnung") ||
                              contains(head.substr(colon), "avertissement")
                          ? Severity::Warning
                          : Severity::Error;
  state.speaks(Linker::LinkExe, Flavor::Coff);
  if (state.log->build_tool.empty()) state.log->build_tool = "msbuild";

  if (!number) {
    state.begin(ComplaintKind::Tool, severity, severity == Severity::Error ? "other-error" : "other-warning", shown)
        .subject = where;
    return LineFate::Understood;
  }
  // Fatal errors are the last words of a link; 1120 and 1169 only count what was said before.
  LineFate fate = wanted < 2000 && severity == Severity::Error ? LineFate::LinkEnds : LineFate::Understood;
  switch (number->about) {
    case 'e': break;
    case 's': read_symbol(state, *number, severity, where, text, shown); break;
    case 'f': {
      std::string_view subject = quoted_file(text);
      bool library = number->kind == ComplaintKind::Input && subject.find_first_of("/\\") == subject.npos &&
                     (subject.ends_with(".lib") || subject.ends_with(".LIB"));
      bool missing = std::string_view(number->code) == "cannot-open";
      state.begin(number->kind, severity, missing && library ? "cannot-find-library" : number->code, shown).subject =
          subject;
      break;
    }
    default: {
      Complaint &complaint = state.begin(number->kind, severity, number->code, shown);
      complaint.subject = where;
      if (number->kind == ComplaintKind::Input) state.refer(file_place(where));
      state.note(text);
      break;
    }
  }
  return fate;
}

// "LNK" alone is too short a word.
constexpr std::string_view words[] = {"error LNK",
                                      "warning LNK",
                                      "Fehler LNK",
                                      "Warnung LNK",
                                      "erreur LNK",
                                      "avertissement LNK",
                                      "Error LNK",
                                      "LNK10",
                                      "LNK11",
                                      "LNK12",
                                      "LNK13",
                                      "LNK15",
                                      "LNK20",
                                      "LNK40",
                                      "LNK42",
                                      "error\tLNK",
                                      "Hint on symbols",
                                      "unresolved external symbol ",
                                      "stes externes Symbol ",
                                      "symbole externe non",
                                      "无法解析的外部符号",
                                      "無法解析的外部符號",
                                      "未解決の外部シンボル",
                                      "símbolo externo ",
                                      "неразрешенный внешний символ",
                                      "simbolo esterno ",
                                      "확인할 수 없는 외부 기호"};

}  // namespace

const LogDialect link_exe_dialect = {"link_exe", "Microsoft link", read, words};

}  // namespace ldwhy
