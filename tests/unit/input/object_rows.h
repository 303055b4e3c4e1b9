// Symbols of objects of any format as rows of text, ours and llvm-nm's.
#pragma once

#include <algorithm>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "input/coff_section_uses.h"
#include "unit/input/elf_rows.h"

namespace ldwhy::testing {

inline Opened open_any(std::string contents) {
  Opened opened{std::move(contents), nullptr};
  Result<std::unique_ptr<Object>> object = open_object(Bytes(opened.contents));
  if (object) opened.object = std::move(*object);
  else ADD_FAILURE() << to_string(object.error());
  return opened;
}

inline Opened open_file(const Workshop &shop, const std::string &name) { return open_any(shop.read(name)); }

// The letter that llvm-nm prints, with all kinds of definitions as one: D, or d for a local.
inline char letter_of(const Symbol &symbol) {
  bool local = symbol.binding == Binding::Local;
  if (symbol.weak_search != WeakSearch::None) return symbol.weak_search == WeakSearch::Alias ? 'W' : 'w';
  if (symbol.binding == Binding::Weak) return is_defined(symbol) ? 'W' : 'w';
  if (symbol.state == SymbolState::Common) return local ? 'c' : 'C';
  if (!is_defined(symbol)) return 'U';
  return local ? 'd' : 'D';
}
inline char letter_of_nm(char letter) {
  switch (letter) {
    case 'U':
    case 'C':
    case 'w': return letter;
    case 'v': return 'w';
    case 'W':
    case 'V': return 'W';
    default: return letter == std::toupper(letter) ? 'D' : 'd';
  }
}

// "letter name" of each symbol that llvm-nm lists, in table order: no sections, no file names.
// It takes each static COFF symbol with an auxiliary record for a section, functions as well;
// of WebAssembly it lists the sections that have symbols.
inline std::vector<std::string> nm_rows_of(const Object &object) {
  std::vector<std::string> rows;
  std::vector<Symbol> symbols = symbols_of(object);
  bool is_coff = object.target().format == Format::Coff;
  for (size_t i = 0; i < symbols.size(); ++i) {
    const Symbol &symbol = symbols[i];
    bool is_listed = symbol.type != SymbolType::Section || object.target().format == Format::Wasm;
    if (symbol.type == SymbolType::File || !is_listed) continue;
    bool has_record = i + 1 < symbols.size() && symbols[i + 1].index > symbol.index + 1;
    if (is_coff && symbol.binding == Binding::Local && has_record) continue;
    rows.push_back(fmt::format("{} {}", letter_of(symbol), symbol.name));
  }
  return rows;
}

// Rows of "llvm-nm --format=posix --no-sort": "name letter value size".
inline std::vector<std::string> rows_of_nm(const std::string &output) {
  std::vector<std::string> rows;
  for (const std::string &line : lines_of(output)) {
    size_t end = line.size();
    for (int field = 0; field < 3; ++field) {
      end = line.find_last_not_of(' ', end - 1) + 1;
      size_t blank = line.find_last_of(' ', end - 1);
      if (blank == line.npos) break;
      end = blank;
    }
    if (end == line.size() || end + 1 >= line.size()) continue;
    rows.push_back(fmt::format("{} {}", letter_of_nm(line[end + 1]), line.substr(0, end)));
  }
  return rows;
}

inline std::vector<std::string> sorted(std::vector<std::string> rows) {
  std::ranges::sort(rows);
  return rows;
}

// Asks for everything; what comes of it does not matter as long as it ends.
inline void ask_everything(const std::string &contents) {
  Result<std::unique_ptr<Object>> opened = open_object(Bytes(contents));
  if (!opened) return;
  const Object &object = **opened;
  size_t total = 0;
  object.for_each_symbol([&](const Symbol &symbol) { total += symbol.name.size(); });
  object.for_each_reference([&](const Reference &reference) { total += reference.function.size(); });
  total += object.shared_name().size() + object.needed().size() + object.producer().size() +
           object.linker_options().size() + object.features().size() + read_coff_section_uses(object).size();
  if (const Object *ir = object.embedded_ir().object)
    ir->for_each_symbol([&](const Symbol &symbol) { total += symbol.name.size(); });
  EXPECT_LT(total, size_t{1} << 40);
}

// Every shorter part of a file, and `rounds` copies with some bytes changed.
inline void survive_damage(const std::string &whole, int rounds) {
  for (size_t length = 0; length < whole.size(); ++length) ask_everything(whole.substr(0, length));
  std::mt19937 random(1);
  for (int round = 0; round < rounds; ++round) {
    std::string flipped = whole;
    for (int flips = 1 + static_cast<int>(random() % 4); flips > 0; --flips)
      flipped[random() % flipped.size()] = static_cast<char>(random());
    ask_everything(flipped);
  }
}

// Members of an archive that are no objects must be known by name.
inline std::vector<std::string> archive_rows(const std::string &path, const std::string &contents) {
  std::vector<std::string> rows;
  Archive archive = read_archive(Bytes(contents));
  EXPECT_TRUE(archive.problems.empty()) << path;
  for (const ArchiveMember &member : archive.members) {
    Result<std::unique_ptr<Object>> object = open_object(member.bytes);
    if (!object) {
      ADD_FAILURE() << path << "(" << member.name << "): " << to_string(object.error());
      continue;
    }
    for (const std::string &row : nm_rows_of(**object)) rows.push_back(fmt::format("{} {} {}", path, member.name, row));
  }
  return rows;
}

// The same from "llvm-nm -A": "path[member]: name letter value size".
inline std::vector<std::string> rows_of_archives_nm(const std::string &output) {
  std::vector<std::string> rows;
  for (const std::string &line : lines_of(output)) {
    size_t bracket = line.find('['), end = line.find("]: ");
    if (bracket == line.npos || end == line.npos) continue;
    std::vector<std::string> row = rows_of_nm(line.substr(end + 3));
    if (row.size() == 1)
      rows.push_back(
          fmt::format("{} {} {}", line.substr(0, bracket), line.substr(bracket + 1, end - bracket - 1), row[0]));
  }
  return rows;
}

// All archives of a folder against llvm-nm.
inline void expect_archives_like_nm(const Workshop &shop, const std::string &folder, size_t expected_rows) {
  std::vector<std::string> ours;
  DiskFiles files;
  for (const std::string &name : files.list(folder)) {
    if (!name.ends_with(".a") && !name.ends_with(".lib")) continue;
    Result<FileRef> file = files.open(folder + "/" + name);
    ASSERT_TRUE(file);
    std::vector<std::string> rows = archive_rows(folder + "/" + name, std::string((*file)->bytes().text()));
    ours.insert(ours.end(), rows.begin(), rows.end());
  }
  std::vector<std::string> theirs =
      rows_of_archives_nm(shop.output("cd " + folder +
                                      " && LC_ALL=C ls -d $PWD/*.a $PWD/*.lib 2>/dev/null | xargs "
                                      "llvm-nm-22 -A --no-sort --format=posix 2>/dev/null"));
  ASSERT_GT(theirs.size(), expected_rows);
  EXPECT_EQ(difference_of(ours, theirs), "");
}

}  // namespace ldwhy::testing
