// Wild (github.com/wild-linker/wild), which was not run here: the forms are those of its public
// issues. The places that need a symbol follow the message, on its line ("ARCHIVE @ MEMBER") or
// below it, a source line first where debug information gives it. Its first versions name no
// program: "Error: Undefined symbol x, referenced by a.o".
#include "base/match.h"
#include "log/log.h"
#include "log/parse.h"

namespace ldwhy {
namespace {

ReferencePlace place_of(std::string_view text) {
  ReferencePlace place;
  text = trim(text);
  size_t member = text.find(" @ ");
  size_t colon = text.rfind(':');
  if (member != text.npos) {
    place.file = text.substr(0, member);
    place.member = text.substr(member + 3);
  } else if (colon != text.npos && all_digits(text.substr(colon + 1))) {
    place.source = text;
  } else {
    place.file = text;
  }
  return place;
}

// A source line and the object below it are one place.
void add_place(LogState &state, ReferencePlace place) {
  std::vector<ReferencePlace> &references = state.open->references;
  if (!references.empty() && references.back().file.empty() && !place.file.empty()) {
    place.source = std::move(references.back().source);
    references.back() = std::move(place);
  } else {
    state.refer(std::move(place));
  }
}

LineFate read(LogState &state, std::string_view line) {
  bool indented = line.starts_with("    ");
  line = trim(line);
  Said said = take_apart(line);
  std::string_view message = said.message, symbol, places;
  bool named = said.speaker == Speaker::Wild;
  if (!named && said.speaker != Speaker::None) return LineFate::NotMine;
  if (!named && message.starts_with("Error: ")) message.remove_prefix(7);
  if (match(message, "Undefined symbol {}, referenced by", {&symbol}) ||
      match(message, "Undefined symbol {}, referenced by {}", {&symbol, &places})) {
    state.begin_or_reopen(ComplaintKind::UndefinedSymbol, said.severity, "undefined", symbol, line);
    if (!places.empty()) add_place(state, place_of(places));
    state.speaks(Linker::Wild, Flavor::Gnu);
    return LineFate::Understood;
  }
  if (state.open && indented && !named && state.link->linker == Linker::Wild) {
    if (state.open->kind == ComplaintKind::UndefinedSymbol) add_place(state, place_of(line));
    else state.note(line);
    return LineFate::Understood;
  }
  if (line == "Error: Undefined symbols found!") return LineFate::Understood;
  if (line.starts_with("WARNING: wild: ")) {
    state.speaks(Linker::Wild, Flavor::Gnu);
    return LineFate::Understood;
  }
  if (!named) return LineFate::NotMine;
  state.speaks(Linker::Wild, Flavor::Gnu);
  std::string_view hole, rest;
  if (match(message, "library not found: {}", {&hole}) ||
      match(message, "Couldn't find library `{}`{}", {&hole, &rest}))
    state.begin(ComplaintKind::Input, said.severity, "cannot-find-library", line).subject = library_name(unquote(hole));
  else if (match(message, "Failed to open file {}", {&hole}) || match(message, "Failed to read `{}`{}", {&hole, &rest}))
    state.begin(ComplaintKind::Input, said.severity, "cannot-open", line).subject = unquote(hole);
  else say_other(state, said, line);
  return LineFate::Understood;
}

constexpr std::string_view words[] = {"Undefined symbol ", "wild: ", "Undefined symbols found"};

}  // namespace

const LogDialect wild_dialect = {"wild", "Wild", read, words};

}  // namespace ldwhy
