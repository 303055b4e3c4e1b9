// Go's own linker, which links packages without C code: "main.main: relocation target main.f not
// defined". Its words are those of cmd/link (loadelf and reloc errors), as public logs have them.
#include "base/match.h"
#include "log/log.h"
#include "log/parse.h"

namespace ldwhy {
namespace {

void missing(LogState &state, std::string_view where, std::string_view symbol, std::string_view line) {
  state.begin_or_reopen(ComplaintKind::UndefinedSymbol, Severity::Error, "undefined", symbol, line);
  ReferencePlace place;
  place.function = where;
  state.refer(std::move(place));
  if (state.log->build_tool.empty()) state.log->build_tool = "go build";
}

LineFate read(LogState &state, std::string_view line) {
  line = trim(line);
  std::string_view where, symbol, rest;
  if (match(line, "{}: relocation target {} not defined for {}", {&where, &symbol, &rest})) {
    missing(state, where, symbol, line);
    state.note(rest);  // "ABI0 (but is defined for ABIInternal)"
    return LineFate::Understood;
  }
  if (match(line, "{}: relocation target {} not defined", {&where, &symbol})) {
    missing(state, where, symbol, line);
    return LineFate::Understood;
  }
  // Before Go 1.10; of a package's own sections only.
  if (match(line, "{}(.text): {}: not defined", {&where, &symbol}) && where.find(' ') == where.npos &&
      symbol.find(' ') == symbol.npos) {
    missing(state, where, symbol, line);
    return LineFate::Understood;
  }
  return LineFate::NotMine;
}

constexpr std::string_view words[] = {": relocation target ", ": not defined"};

}  // namespace

const LogDialect go_link_dialect = {"go_link", "Go's linker", read, words};

}  // namespace ldwhy
