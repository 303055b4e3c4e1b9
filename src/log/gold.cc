// gold, checked against 2.40: its own messages start with its name, those about a reference with
// the place: "a.o:a.cc:function f(): error: undefined reference to 'g()'". It prints "error:"
// where GNU ld prints nothing, which tells the two apart under one name.
#include "base/match.h"
#include "log/log.h"
#include "log/parse.h"

namespace ldwhy {
namespace {

using enum ComplaintKind;
constexpr Shape shapes[] = {
    {"{}: multiple definition of {}", DuplicateSymbol, "duplicate", "dq"},
    {"cannot find -l{}", Input, "cannot-find-library", "f"},
    {"cannot find {}", Input, "cannot-open", "f"},
    {"cannot open {}: {}", Input, "cannot-open", "fn"},
    {"cannot open {}", Input, "cannot-open", "f"},
    {"{}: unsupported ELF machine number {}", Input, "incompatible", "fn"},
    {"{}: incompatible target", Input, "incompatible", "f"},
    {"skipping incompatible {} while searching for {}", Input, "skipping-incompatible", "fn"},
    {"{}: not an object or archive", Input, "wrong-format", "f"},
    {"{}: file is empty", Input, "wrong-format", "f"},
    {"{}: no archive symbol table (run ranlib)", Input, "no-index", "f"},
    {"{}: short archive header at {}", Input, "wrong-format", "f."},
    {"{}: malformed archive {}", Input, "wrong-format", "fn"},
    {"{}: plugin needed to handle lto object", Input, "lto-plugin", "f"},
    {"{}: could not load plugin library: {}", Tool, "plugin-failed", "fn"},
    {"{}: open: {}", Tool, "write-failed", "fn"},
    {"{}: requires dynamic {} reloc against {} which may overflow at runtime; recompile with {}", Layout,
     "relocation-pic", "rnqn"},
    {"{}: requires unsupported dynamic reloc {}; recompile with {}", Layout, "relocation-pic", "rnn"},
    // R_X86_64_GOTPCRELX and _REX_GOTPCRELX: it is older than the assembler.
    {"{}: unsupported reloc 41 against {}", Input, "wrong-format", "fn"},
    {"{}: unsupported reloc 42 against {}", Input, "wrong-format", "fn"},
    {"{}: unsupported reloc {} against global symbol {}", Layout, "relocation-pic", "rns"},
    {"{}: unsupported reloc {} against local symbol", Layout, "relocation-pic", "rn"},
    {"{}: symbol {} used as both __thread and non-__thread", Layout, "tls", "dq"},
    {"section {} overflows end of region {}", Layout, "region", "nf"},
    {"load segment overlap {}", Layout, "region", "n"},
    {"version script assignment of {} to symbol {} failed: symbol not defined", Input, "version-script", "ns"},
    {"linker defined: multiple definition of {}", Input, "version-script", "n"},
    {"undefined symbol {} referenced in expression", UndefinedSymbol, "export-missing", "q"},
    {"hidden symbol {} in {} is referenced by DSO {}", UndefinedSymbol, "hidden-referenced", "qdr"},
    {"hidden symbol {} is not defined locally", UndefinedSymbol, "undefined-hidden", "q"},
    {"cannot find entry symbol {}", UndefinedSymbol, "entry-missing", "q"},
    {"unable to parse script file {}", Input, "script", "f"},
    {"unable to parse version script file {}", Input, "version-script", "f"},
    {"{}: syntax error, {}", Input, "script", "fn"},
    {"{}: invalid character", Input, "script", "f"},
    {"{}: must take one of the following arguments: {}", Tool, "bad-option", "f."},
    {"out of memory", Tool, "out-of-memory", ""},
    {"internal error in {}", Tool, "crash", "n"},
    {"{}: No space left on device", Tool, "write-failed", "f"},
};
// Printed without "error:".
constexpr Shape unmarked[] = {
    {"{}: unknown option", Tool, "bad-option", "f"},
    {"{}: unknown -z option", Tool, "bad-option", "f"},
    {"skipping incompatible {} while searching for {}", Input, "skipping-incompatible", "fl"},
};

LineFate place_error(LogState &state, std::string_view line) {
  std::string_view where, symbol;
  if (match(line, "{}: error: undefined reference to {}", {&where, &symbol})) {
    std::string with_version;
    if (std::string_view name, version; match(symbol, "'{}', version '{}'", {&name, &version})) {
      with_version = std::string(name) + "@" + std::string(version);
      symbol = with_version;
    }
    ReferencePlace place = gnu_place(where);
    bool by_library = is_shared_library(place.file) && place.function.empty() && place.member.empty();
    state.begin_or_reopen(UndefinedSymbol, Severity::Error, by_library ? "shlib-undefined" : "undefined",
                          unquote(symbol), line);
    state.refer(std::move(place));
  } else if (match(line,
                   "{}: error: relocation refers to global symbol {}, which is defined in a "
                   "discarded section",
                   {&where, &symbol}) ||
             match(line,
                   "{}: error: relocation refers to local symbol {}, which is defined in a "
                   "discarded section",
                   {&where, &symbol})) {
    state.begin_or_reopen(Layout, Severity::Error, "section-discarded", unquote(symbol), line);
    state.refer(gnu_place(where));
  } else if (match(line, "{}: error: relocation overflow{}", {&where, &symbol})) {
    state.begin(Layout, Severity::Error, "relocation-range", line);
    state.refer(gnu_place(where));
    std::string_view referred, defined;
    if (match(symbol, ": reference to {} defined in {}", {&referred, &defined})) {
      state.open->symbol = unquote(referred);
      state.note("defined in " + std::string(defined));
    } else if (match(symbol, ": reference to {}", {&referred})) {
      state.open->symbol = unquote(referred);
    }
  } else {
    return LineFate::NotMine;
  }
  state.speaks(Linker::Gold, Flavor::Gnu);
  return LineFate::Understood;
}

LineFate read(LogState &state, std::string_view line) {
  line = trim(line);
  Said said = take_apart(line);
  if (said.speaker == Speaker::None) return place_error(state, line);
  if (said.speaker != Speaker::Gold && said.speaker != Speaker::Ld) return LineFate::NotMine;
  bool certain = said.speaker == Speaker::Gold || state.link->linker == Linker::Gold;
  std::string_view where;
  if (state.open && match(said.message, "{}: previous definition here", {&where})) {
    state.refer(file_place(where));
    state.speaks(Linker::Gold, Flavor::Gnu);
    return LineFate::Understood;
  }
  if (state.open && (said.message.starts_with("the vtable symbol may be undefined") ||
                     said.message.starts_with("use the --help option"))) {
    state.note(said.message);
    return LineFate::Understood;
  }
  Complaint *complaint = nullptr;
  if (said.marked) complaint = say(state, said, line, shapes);
  if (!complaint && certain) complaint = say(state, said, line, unmarked);
  if (!complaint && certain) complaint = &say_other(state, said, line);
  if (!complaint) return LineFate::NotMine;
  drop_position(*complaint);
  bool ambiguous = complaint->code == "cannot-open" || complaint->code == "write-failed";
  if (certain || !ambiguous) state.speaks(Linker::Gold, Flavor::Gnu);
  if (complaint->code == "write-failed" && contains(said.message, ".o: open:")) complaint->code = "cannot-open";
  return LineFate::Understood;
}

constexpr std::string_view words[] = {"gold: ",
                                      "error: undefined reference",
                                      "error: relocation refers",
                                      "error: relocation overflow",
                                      "ld: error",
                                      "ld: fatal error",
                                      "ld: warning"};

}  // namespace

const LogDialect gold_dialect = {"gold", "gold", read, words};

}  // namespace ldwhy
