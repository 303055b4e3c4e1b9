// LLD's WebAssembly port (lld/wasm): "wasm-ld: error: a.o: undefined symbol: f". Emscripten's
// JavaScript linker comes after it and reports what no library of its own provides, without
// a program's name: "error: undefined symbol: f (referenced by …)".
#include "base/match.h"
#include "log/log.h"
#include "log/parse.h"

namespace ldwhy {
namespace {

using enum ComplaintKind;
constexpr Shape shapes[] = {
    {"entry symbol not defined (pass --no-entry to suppress): {}", UndefinedSymbol, "entry-missing", "s"},
    {"entry symbol not defined (pass --no-entry to suppress)", UndefinedSymbol, "entry-missing", ""},
    {"symbol exported via --export not found: {}", UndefinedSymbol, "export-missing", "s"},
    {"function signature mismatch: {}", Input, "signature-mismatch", "s"},
    {"Global type mismatch: {}", Input, "signature-mismatch", "s"},
    {"Tag signature mismatch: {}", Input, "signature-mismatch", "s"},
    {"--shared-memory is disallowed by {} because {}", Input, "image-marks", "fn"},
    {"Target feature {} used by {} is not allowed.", Input, "image-marks", "nf"},
    {"Target feature {} used in {} is disallowed by {}. Use --no-check-features to suppress.", Input, "image-marks",
     "nff"},
    {"Missing target feature {} in {}, required by {}. Use --no-check-features to suppress.", Input, "image-marks",
     "nff"},
    {"{} feature must be used in order to use shared memory", Input, "image-marks", "n"},
    {"{} feature must be used in order to use thread-local storage", Input, "image-marks", "n"},
    {"initial memory too small, {} needed", Layout, "region", "n"},
    {"maximum memory too small, {} needed", Layout, "region", "n"},
    {"initial memory must be aligned to {}", Layout, "region", "n"},
    {"initial memory must be {}", Layout, "region", "n"},
    {"relocation {} cannot be used against symbol {}; recompile with -fPIC", Layout, "relocation-pic", "nq"},
    {"{}: relocation {} cannot be used against symbol {}; recompile with -fPIC", Layout, "relocation-pic", "rnq"},
    {"no output file specified", Tool, "bad-option", ""},
    {"{}: undefined symbol: {}", UndefinedSymbol, "undefined", "rs"},
};

LineFate emscripten(LogState &state, std::string_view line) {
  line = trim(line);
  std::string_view rest = line;
  Severity severity = Severity::Error;
  std::string_view symbol, why;
  if (!take_severity(rest, severity)) return LineFate::NotMine;
  if (match(rest, "undefined symbol: {} (referenced by {})", {&symbol, &why})) {
    state.begin_or_reopen(UndefinedSymbol, severity, "undefined", symbol, line);
    if (!why.starts_with("top-level")) state.note(why);
    state.speaks(Linker::Lld, Flavor::Wasm);
    return LineFate::Understood;
  }
  if (severity == Severity::Warning && state.open && state.link->flavor == Flavor::Wasm &&
      (contains(rest, "LLD_REPORT_UNDEFINED") || contains(rest, "ERROR_ON_UNDEFINED_SYMBOLS") ||
       contains(rest, "may need to be added to EXPORTED_FUNCTIONS"))) {
    state.note(rest);
    return LineFate::Understood;
  }
  return rest == "Aborting compilation due to previous errors" ? LineFate::LinkEnds : LineFate::NotMine;
}

LineFate read(LogState &state, std::string_view line) {
  Said said = take_apart(line);
  bool certain = said.speaker == Speaker::LldWasm;
  if (said.speaker == Speaker::None) return emscripten(state, line);
  // "<root>" is the COFF port's.
  if (!certain && (said.speaker != Speaker::LldAny || said.message.starts_with("<root>: "))) return LineFate::NotMine;
  Complaint *complaint = nullptr;
  if (certain && say_bitcode(state, said, line)) complaint = state.open;
  if (!complaint) complaint = say(state, said, line, shapes);
  if (!complaint && certain) complaint = say(state, said, line, lld_shapes());
  if (!complaint && certain) complaint = &say_other(state, said, line);
  if (!complaint) return LineFate::NotMine;
  state.speaks(Linker::Lld, Flavor::Wasm);
  return LineFate::Understood;
}

constexpr std::string_view words[] = {"wasm-ld",
                                      "wasm-component-ld",
                                      "error: undefined symbol: ",
                                      "LLD_REPORT_UNDEFINED",
                                      "EXPORTED_FUNCTIONS",
                                      "ERROR_ON_UNDEFINED",
                                      "Aborting compilation",
                                      "warning: undefined symbol: "};

}  // namespace

const LogDialect wasm_ld_dialect = {"wasm_ld", "LLD for WebAssembly", read, words};

}  // namespace ldwhy
