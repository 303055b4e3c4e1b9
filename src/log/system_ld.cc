// The linkers of AIX and Solaris. Neither runs here: the forms are those of public logs. AIX
// numbers its messages ("ld: 0711-317 ERROR: Undefined symbol: .f"); the dot in front is that of
// a function's entry point and no part of the name in C. Solaris lists what is missing in a
// table under two lines of headings, its messages start with "ld: fatal:".
#include "base/match.h"
#include "log/log.h"
#include "log/parse.h"

namespace ldwhy {
namespace {

using enum ComplaintKind;
constexpr Shape aix_shapes[] = {
    {"0711-317 ERROR: Undefined symbol: {}", UndefinedSymbol, "undefined", "s"},
    {"0711-319 WARNING: Exported symbol not defined: {}", UndefinedSymbol, "export-missing", "s"},
    {"0711-327 WARNING: Entry point not found: {}", UndefinedSymbol, "entry-missing", "s"},
    {"0711-224 WARNING: Duplicate symbol: {}", DuplicateSymbol, "duplicate", "s"},
    {"0706-006 Cannot find or open library file: -l {}", Input, "cannot-find-library", "f"},
    {"0706-003 Cannot find or read object file: {}", Input, "cannot-open", "f"},
    {"0711-738 ERROR: Input file {}: {}", Input, "incompatible", "fn"},
    {"0711-781 ERROR: TOC overflow. {}", Layout, "relocation-range", "n"},
    {"0706-012 The {} flag is not recognized.", Tool, "bad-option", "f"},
};
constexpr Shape solaris_shapes[] = {
    {"fatal: library -l{}: not found", Input, "cannot-find-library", "f"},
    {"fatal: symbol '{}' is multiply-defined:", DuplicateSymbol, "duplicate", "s"},
    {"fatal: file {}: open failed: {}", Input, "cannot-open", "fn"},
    {"fatal: file {}: wrong ELF class: {}", Input, "incompatible", "fn"},
    {"warning: file {}: wrong ELF class: {}", Input, "ignoring-file", "fn"},
    {"fatal: file {}: wrong ELF machine type: {}", Input, "incompatible", "fn"},
    {"fatal: file {}: unknown file type", Input, "wrong-format", "f"},
    {"fatal: unrecognized option '{}'", Tool, "bad-option", "f"},
    {"fatal: relocation error: {}: file {}: symbol {}: {}", Layout, "relocation-pic", "nrsn"},
};

LineFate aix(LogState &state, const Said &said, std::string_view line) {
  if (said.message.starts_with("0711-344 ") || said.message.starts_with("0711-345 ")) return LineFate::Understood;
  Said marked = said;
  if (contains(said.message.substr(0, 20), "WARNING:")) marked.severity = Severity::Warning;
  Complaint *complaint = say(state, marked, line, aix_shapes);
  if (!complaint) {
    say_other(state, marked, line);
    return LineFate::Understood;
  }
  if (complaint->symbol.starts_with('.')) complaint->symbol.erase(0, 1);
  return LineFate::Understood;
}

// "socket    main.o", "socket    libx.so  (symbol belongs to implicit dependency
// /lib/libsocket.so.1)"
LineFate solaris_row(LogState &state, std::string_view line) {
  std::string_view remark, row = line, library;
  size_t open = line.rfind(" (");
  if (open != line.npos && line.ends_with(')')) {
    remark = line.substr(open + 2, line.size() - open - 3);
    row = trim(line.substr(0, open));
  }
  size_t blank = row.find_last_of(" \t");
  if (blank == row.npos) return LineFate::NotMine;
  std::string_view name = trim(row.substr(0, blank)), file = row.substr(blank + 1);
  if (name.empty()) return LineFate::NotMine;
  if (state.table == LogState::Table::TextRelocations) {
    size_t offset = name.find_last_of(" \t");
    if (offset != name.npos && name.substr(offset + 1).starts_with("0x")) name = trim(name.substr(0, offset));
    state.begin_or_reopen(Layout, Severity::Error, "relocation-pic", name, line);
  } else {
    state.begin_or_reopen(UndefinedSymbol, Severity::Error, is_shared_library(file) ? "shlib-undefined" : "undefined",
                          name, line);
    if (match(remark, "symbol belongs to implicit dependency {}", {&library})) {
      state.open->code = "dso-missing";
      state.open->subject = library;
    } else if (remark.starts_with("symbol scope specifies local binding")) {
      state.open->code = "hidden-referenced";
    } else if (remark == "symbol has no version assigned") {
      state.open->kind = Input;
      state.open->code = "version-script";
    } else if (!remark.empty()) {
      state.note(remark);
    }
  }
  state.refer(file_place(file));
  return LineFate::Understood;
}

LineFate solaris(LogState &state, const Said &said, std::string_view line) {
  state.table = LogState::Table::None;
  if (said.message.starts_with("fatal: symbol referencing errors") ||
      said.message.starts_with("fatal: Symbol referencing errors") ||
      said.message.starts_with("fatal: file processing errors") ||
      said.message.starts_with("fatal: relocations remain against")) {
    return LineFate::LinkEnds;
  }
  Said whole = said;
  return say(state, whole, line, solaris_shapes) ? LineFate::Understood : LineFate::NotMine;
}

LineFate read(LogState &state, std::string_view line) {
  line = trim(line);
  if (line.starts_with("Undefined") && trim(line.substr(9)) == "first referenced") {
    state.table = LogState::Table::Undefined;
  } else if (line.starts_with("Text relocation remains") && trim(line.substr(23)) == "referenced") {
    state.table = LogState::Table::TextRelocations;
  }
  if (state.table != LogState::Table::None &&
      (line.ends_with("first referenced") || line.ends_with("referenced") || line.ends_with("in file"))) {
    state.speaks(Linker::Unknown, Flavor::Gnu);
    return LineFate::Understood;
  }
  if (!line.starts_with("ld:") || line.size() < 8) {
    if (state.table == LogState::Table::Undefined || state.table == LogState::Table::TextRelocations)
      return solaris_row(state, line);
    std::string_view first, second;
    if (state.open && match(line, "(file {} type={}", {&first, &second})) {
      state.refer(file_place(first));
      if (size_t other = second.find("; file "); other != second.npos)
        state.refer(file_place(second.substr(other + 7, second.find(" type=", other) - other - 7)));
      return LineFate::Understood;
    }
    return LineFate::NotMine;
  }
  Said said;
  said.program = "ld";
  said.message = trim(line.substr(3));
  if (said.message.starts_with("0711-") || said.message.starts_with("0706-")) return aix(state, said, line);
  if (state.open && said.message.starts_with("open(): ")) {  // AIX says why below it
    state.note(said.message);
    return LineFate::Understood;
  }
  if (said.message.starts_with("warning: file ")) said.severity = Severity::Warning;
  return solaris(state, said, line);
}

constexpr std::string_view words[] = {"ld: 0711-",   "ld: 0706-", "first referenced", "Text relocation remains",
                                      "ld: fatal: ", "ld:open()", "wrong ELF class"};

}  // namespace

const LogDialect system_ld_dialect = {"system_ld", "AIX and Solaris ld", read, words};

}  // namespace ldwhy
