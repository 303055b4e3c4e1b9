// Zig's own way of saying what its linkers found: "error: undefined symbol: f" with notes below
// it, whether LLD or Zig's linker looked; "error(link): …" in the Mach-O linker of 2021 and 2022.
// The forms are those of public logs.
#include "base/match.h"
#include "log/log.h"
#include "log/parse.h"

namespace ldwhy {
namespace {

// "/x/main.o:_main", "main.zig:12", "/x/main.o:(main)"
ReferencePlace place_of(std::string_view text) {
  ReferencePlace place;
  text = trim(text);
  size_t colon = text.rfind(':');
  if (colon == text.npos || colon < 2) {
    place.file = text;
    return place;
  }
  std::string_view behind = text.substr(colon + 1);
  if (all_digits(behind)) {
    place.source = text;
    return place;
  }
  if (behind.starts_with('(') && behind.ends_with(')')) behind = behind.substr(1, behind.size() - 2);
  place = file_place(text.substr(0, colon));
  place.function = behind;
  return place;
}

LineFate read(LogState &state, std::string_view line) {
  bool indented = line.starts_with(' ');
  line = trim(line);
  std::string_view hole;
  if (state.open && state.open->kind != ComplaintKind::Tool && line.starts_with("note: ") && indented) {
    if (match(line, "note: referenced by {}", {&hole}) || match(line, "note: defined by {}", {&hole}) ||
        match(line, "note:          {}", {&hole})) {
      state.refer(place_of(hole));
    } else if (match(line, "note: referenced {} more times", {&hole})) {
      state.open->more_references += static_cast<uint32_t>(leading_number(hole));
    } else {
      state.note(line.substr(6));
    }
    return LineFate::Understood;
  }
  if (match(line, "error: undefined symbol: {}", {&hole}) && hole.find(" (referenced by ") == hole.npos) {
    state.begin_or_reopen(ComplaintKind::UndefinedSymbol, Severity::Error, "undefined", hole, line);
    return LineFate::Understood;
  }
  if (match(line, "error: duplicate symbol definition: {}", {&hole})) {
    state.begin_or_reopen(ComplaintKind::DuplicateSymbol, Severity::Error, "duplicate", hole, line);
    return LineFate::Understood;
  }
  if (match(line, "error: unable to find dynamic system library '{}' using strategy {}", {&hole, &hole}) ||
      match(line, "error: unable to find {} system library '{}' using strategy {}", {&hole, &hole})) {
    size_t quote = line.find('\'');
    state.begin(ComplaintKind::Input, Severity::Error, "cannot-find-library", line).subject =
        line.substr(quote + 1, line.find('\'', quote + 1) - quote - 1);
    return LineFate::Understood;
  }
  if (match(line, "{}error(link): undefined reference to symbol '{}'", {&hole, &hole}) ||
      match(line, "error(link): undefined reference to symbol '{}'", {&hole})) {
    state.begin_or_reopen(ComplaintKind::UndefinedSymbol, Severity::Error, "undefined", hole, line);
    state.speaks(Linker::Unknown, Flavor::Darwin);
    return LineFate::Understood;
  }
  if (match(line, "{}(link): framework not found for '-framework {}'", {&hole, &hole}) ||
      match(line, "{}(link): library not found for '-l{}'", {&hole, &hole})) {
    bool framework = contains(line, "-framework ");
    size_t name = line.find(framework ? "-framework " : "-l") + (framework ? 11 : 2);
    state
        .begin(ComplaintKind::Input, line.starts_with("error") ? Severity::Error : Severity::Warning,
               framework ? "cannot-find-framework" : "cannot-find-library", line)
        .subject = line.substr(name, line.rfind('\'') - name);
    state.speaks(Linker::Unknown, Flavor::Darwin);
    return LineFate::Understood;
  }
  if (state.open && line.starts_with("error(link):") && match(line, "{}first referenced in '{}'", {&hole, &hole})) {
    state.refer(file_place(hole));
    return LineFate::Understood;
  }
  return LineFate::NotMine;
}

constexpr std::string_view words[] = {
    "error: undefined symbol: ", "error: duplicate symbol def", "error(link): ",
    "system library '",          "(link): framework not",       "(link): library not"};

}  // namespace

const LogDialect zig_dialect = {"zig", "Zig", read, words};

}  // namespace ldwhy
