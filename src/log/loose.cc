// A sentence counts only with its name in quotes, behind -l, or in a spelling that prose does not
// have: people write of undefined references as well.
#include "log/loose.h"

#include <algorithm>

#include "log/parse.h"

namespace ldwhy {
namespace {

constexpr std::string_view words[] = {"undefined reference to ",
                                      "undefined symbol: ",
                                      "cannot find ",
                                      "unable to find library ",
                                      "library not found for ",
                                      "framework not found ",
                                      "unresolved external symbol ",
                                      "cannot open file ",
                                      "cannot open input file ",
                                      "overflowed by "};

// What stands behind the words; empty: they are not there.
std::string_view behind(std::string_view line, std::string_view before) {
  size_t at = line.find(before);
  return at == line.npos ? std::string_view() : line.substr(at + before.size());
}

// The text in the quotes that it begins with, of any kind.
std::string_view in_quotes(std::string_view text) {
  constexpr std::pair<std::string_view, std::string_view> kinds[] = {{"`", "'"}, {"'", "'"}, {"`", "`"}, {"\"", "\""},
                                                                     {"‘", "’"}, {"“", "”"}, {"«", "»"}};
  for (auto [open, close] : kinds) {
    if (!text.starts_with(open)) continue;
    size_t end = text.find(close, open.size());
    if (end != text.npos && end > open.size()) return text.substr(open.size(), end - open.size());
  }
  return {};
}

// A word of a command line or a file's name: up to a blank, a quote or a bracket.
std::string_view one_word(std::string_view text) {
  text = text.substr(0, text.find_first_of(" \t\"'`,;()[]{}<>*"));
  while (text.ends_with('.') || text.ends_with(':')) text.remove_suffix(1);
  return text;
}

// Whether it can only be a name: mangled, or with what words of a language do not have.
bool is_a_name(std::string_view text) {
  if (text.size() < 2 || text.find(' ') != text.npos) return false;
  bool inner = std::ranges::any_of(text.substr(1), [](char c) { return c >= 'A' && c <= 'Z'; }) &&
               std::ranges::any_of(text, [](char c) { return c >= 'a' && c <= 'z'; });
  return inner || text.find_first_of("_@?$0123456789") != text.npos;
}

std::string of_names(std::string_view line) {
  if (std::string_view name = in_quotes(behind(line, "undefined reference to "));
      is_a_name(name) || name.find("::") != name.npos)
    return "undefined reference to `" + std::string(name) + "'";
  if (std::string_view rest = behind(line, "undefined symbol: "); !rest.empty()) {
    std::string_view name = rest.find("::") != rest.npos ? trim(rest) : one_word(rest);
    if (is_a_name(name) || name.find("::") != name.npos) return "ld: error: undefined symbol: " + std::string(name);
  }
  if (std::string_view rest = behind(line, "unresolved external symbol "); !rest.empty()) {
    bool decorated = rest.find("(?") != rest.npos || rest.find("(__imp_") != rest.npos || is_a_name(one_word(rest));
    if (decorated) return "error LNK2019: unresolved external symbol " + std::string(rest);
  }
  return "";
}

std::string of_libraries(std::string_view line) {
  for (std::string_view before : {"cannot find -l", "unable to find library -l", "library not found for -l"}) {
    std::string_view name = one_word(behind(line, before));
    if (name.empty()) continue;
    std::string sentence = before.starts_with("unable") ? "ld.lld: error: " : "ld: ";
    return sentence + std::string(before) + std::string(name);
  }
  if (std::string_view name = one_word(behind(line, "cannot find ")); name.size() > 2 && name.ends_with(".o"))
    return "ld: cannot find " + std::string(name);
  if (std::string_view rest = behind(line, "framework not found "); !rest.empty()) {
    std::string_view name = one_word(rest);
    bool last = name.size() == rest.size() || rest[name.size()] != ' ';
    if (!name.empty() && last) return "ld: framework not found " + std::string(name);
  }
  for (std::string_view before : {"cannot open file ", "cannot open input file "}) {
    std::string_view name = in_quotes(behind(line, before));
    if (name.ends_with(".lib") || name.ends_with(".obj"))
      return "LINK : fatal error LNK1104: cannot open file '" + std::string(name) + "'";
  }
  return "";
}

}  // namespace

std::span<const std::string_view> loose_words() { return words; }

std::string in_usual_form(std::string_view line) {
  if (std::string sentence = of_names(line); !sentence.empty()) return sentence;
  if (std::string sentence = of_libraries(line); !sentence.empty()) return sentence;
  size_t region = line.find("region ");
  if (region != line.npos && contains(line.substr(region), "overflowed by ") &&
      !in_quotes(line.substr(region + 7)).empty())
    return "ld: " + std::string(line.substr(region));
  return "";
}

}  // namespace ldwhy
