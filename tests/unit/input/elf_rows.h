// Symbols of ELF files as rows of text, ours and readelf's, for the tests of the ELF reader.
#pragma once

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <string>
#include <vector>

#include "input/input.h"
#include "real_objects.h"

namespace ldwhy::testing {

// An opened file with what it views.
struct Opened {
  std::string contents;
  std::unique_ptr<Object> object;
};

inline std::unique_ptr<Object> open_bytes(const std::string &contents) {
  Bytes bytes(contents);
  return elf_format.claims(bytes) ? elf_format.open(bytes) : nullptr;
}

inline Opened open_in(const Workshop &shop, const std::string &name) {
  Opened opened{shop.read(name), nullptr};
  opened.object = open_bytes(opened.contents);
  EXPECT_TRUE(opened.object) << name;
  return opened;
}

inline std::vector<Symbol> symbols_of(const Object &object) {
  std::vector<Symbol> symbols;
  std::optional<Problem> problem = object.for_each_symbol([&](const Symbol &symbol) { symbols.push_back(symbol); });
  EXPECT_FALSE(problem) << to_string(*problem);
  return symbols;
}

inline Symbol symbol_named(const Object &object, std::string_view name) {
  for (const Symbol &symbol : symbols_of(object))
    if (symbol.name == name && !symbol.dynamic) return symbol;
  ADD_FAILURE() << "no symbol " << name;
  return {};
}

inline std::vector<std::string> lines_of(const std::string &text) {
  std::istringstream in(text);
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) lines.push_back(line);
  return lines;
}

inline std::vector<std::string> words_of(const std::string &line) {
  std::istringstream in(line);
  std::vector<std::string> words;
  for (std::string word; in >> word;) words.push_back(word);
  return words;
}

// Where two lists part, for messages that stay short. Empty: nowhere.
inline std::string difference_of(const std::vector<std::string> &ours, const std::vector<std::string> &theirs) {
  for (size_t i = 0; i < std::max(ours.size(), theirs.size()); ++i) {
    std::string mine = i < ours.size() ? ours[i] : "(nothing)";
    std::string other = i < theirs.size() ? theirs[i] : "(nothing)";
    if (mine != other) return fmt::format("line {}: ours {}, theirs {}", i, mine, other);
  }
  return "";
}

// A symbol in the columns of readelf.
inline std::string row_of(const Symbol &symbol) {
  const char *types[] = {"NOTYPE", "FUNC", "OBJECT", "TLS", "IFUNC", "SECTION", "FILE"};
  const char *bindings[] = {"LOCAL", "GLOBAL", "WEAK"};
  const char *visibilities[] = {"DEFAULT", "PROTECTED", "HIDDEN", "INTERNAL"};
  std::string section = symbol.state == SymbolState::Undefined ? "UND"
                        : symbol.state == SymbolState::Common  ? "COM"
                        : symbol.section == 0                  ? "ABS"
                                                               : std::to_string(symbol.section);
  std::string name(symbol.name);
  if (!symbol.version.empty()) name += fmt::format("{}{}", symbol.default_version ? "@@" : "@", symbol.version);
  // RISC-V's temporary labels end in a blank, which readelf's columns do not show.
  while (name.ends_with(' ')) name.pop_back();
  return fmt::format("{} {:x} {} {} {} {} {} {}", symbol.index, symbol.value, symbol.size,
                     types[static_cast<int>(symbol.type)], bindings[static_cast<int>(symbol.binding)],
                     visibilities[static_cast<int>(symbol.visibility)], section, name);
}

inline std::vector<std::string> rows_of(const Object &object, bool dynamic) {
  std::vector<std::string> rows;
  for (const Symbol &symbol : symbols_of(object))
    if (symbol.dynamic == dynamic) rows.push_back(row_of(symbol));
  return rows;
}

// Lines of readelf's symbol tables, "Num: Value Size Type Bind Vis [other] Ndx Name (needed)",
// without the empty first symbol.
inline std::vector<std::string> rows_of_readelf(const std::string &output) {
  std::vector<std::string> rows;
  for (std::string line : lines_of(output)) {
    // A unique symbol in a file that is not marked as of the GNU system.
    constexpr std::string_view unnamed = "<OS specific>: 10";
    if (size_t at = line.find(unnamed); at != line.npos) line.replace(at, unnamed.size(), "UNIQUE");
    std::vector<std::string> words = words_of(line);
    if (words.size() < 7 || words[0].back() != ':' || !std::isdigit(words[0][0])) continue;
    for (size_t i = 6; i < words.size(); ++i) {
      if (words[i][0] != '[') continue;
      size_t last = i;
      while (last + 1 < words.size() && words[last].back() != ']') ++last;
      words.erase(words.begin() + static_cast<std::ptrdiff_t>(i),
                  words.begin() + static_cast<std::ptrdiff_t>(last) + 1);
      break;
    }
    uint64_t index = std::stoull(words[0]);
    if (index == 0) continue;
    std::string type = words[3] == "COMMON" ? "OBJECT" : words[3];
    std::string binding = words[4] == "UNIQUE" ? "GLOBAL" : words[4];
    rows.push_back(fmt::format("{} {:x} {} {} {} {} {} {}", index, std::stoull(words[1], nullptr, 16),
                               std::stoull(words[2], nullptr, 0), type, binding, words[5], words[6],
                               words.size() > 7 ? words[7] : ""));
  }
  return rows;
}

// The same library with its section headers cut off, as some packers do.
inline std::string without_sections(std::string contents) {
  bool is_64 = contents[4] == 2;
  size_t offset_at = is_64 ? 40 : 32;
  size_t count_at = is_64 ? 60 : 48;
  contents.replace(offset_at, is_64 ? 8 : 4, is_64 ? 8 : 4, '\0');
  contents.replace(count_at, 4, 4, '\0');
  return contents;
}

}  // namespace ldwhy::testing
