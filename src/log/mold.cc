// mold, checked against 1.10. It prints references as LLD does. Old logs have an undefined
// symbol in one line, the object before the name; that form, and the rows that 1.10's own
// strings do not hold, were not seen from a running mold.
#include "base/match.h"
#include "log/log.h"
#include "log/parse.h"

namespace ldwhy {
namespace {

using enum ComplaintKind;
constexpr Shape shapes[] = {
    {"undefined symbol: {}", UndefinedSymbol, "undefined", "s"},
    {"--require-defined: undefined symbol: {}", UndefinedSymbol, "export-missing", "s"},
    {"{}: --no-allow-shlib-undefined: undefined symbol: {}", UndefinedSymbol, "shlib-undefined", "rs"},
    {"--defsym: undefined symbol: {}", UndefinedSymbol, "export-missing", "s"},
    {"duplicate symbol: {}: {}: {}", DuplicateSymbol, "duplicate", "dds"},
    {"library not found: {}", Input, "cannot-find-library", "f"},
    {"{}: skipping incompatible file {}", Input, "skipping-incompatible", "fn"},
    {"{}: incompatible file type: {} is expected but got {}", Input, "incompatible", "fnn"},
    {"{}: don't know how to handle this LTO object file because no -plugin option was given{}", Input, "lto-plugin",
     "f."},
    {"{}: not claimed by the LTO plugin{}", Input, "newer-bitcode", "f."},
    {"{}: unknown file type", Input, "wrong-format", "f"},
    {"{}: unknown file type: {}", Input, "wrong-format", "fn"},
    {"{}: e_shoff or e_shnum corrupted: {}", Input, "wrong-format", "fn"},
    {"{}: corrupted {}", Input, "wrong-format", "fn"},
    {"{}: section header is out of range: {}", Input, "wrong-format", "fn"},
    {"{}: cannot assign version {} to symbol {}: symbol not found", Input, "version-script", "fnq"},
    {"{}:{}: {} relocation at offset {} against symbol {} can not be used; recompile with {}", Layout, "relocation-pic",
     "r.n.qn"},
    {"{}:{}: relocation {} against {} out of range: {}", Layout, "relocation-range", "r.nqn"},
    {"{}:{}: relocation {} against {} can not be used when making {}", Layout, "relocation-pic", "r.nqn"},
    {"{}: -cet-report=error: missing {}", Input, "image-marks", "fn"},
    {"{}: TLS symbol {}", Layout, "tls", ".n"},
    {"section {} exceeds region {}", Layout, "region", "nf"},
    {"cannot open {}: {}", Input, "cannot-open", "fn"},
    {"--version-script: file not found: {}", Input, "cannot-open", "f"},
    {"--dynamic-list: file not found: {}", Input, "cannot-open", "f"},
    {"unknown command line option: {}", Tool, "bad-option", "f"},
    {"unknown -m argument: {}", Tool, "bad-option", "f"},
    {"-m option is missing", Tool, "bad-option", ""},
    {"invalid --{} argument: {}", Tool, "bad-option", "n."},
    {"{}: unknown linker script token{}", Input, "script", "f."},
    {"unknown linker script token{}", Input, "script", "."},
    {"failed to write to an output file. Disk full?", Tool, "write-failed", ""},
    {"no input files", Tool, "bad-option", ""},
};

LineFate read(LogState &state, std::string_view line) {
  line = trim(line);
  // The caret of a linker script's error.
  if (state.open && state.link->linker == Linker::Mold && line.starts_with("^ ")) {
    state.note(line);
    if (contains(line, "linker script") || contains(line, "expected '")) {
      state.open->code = "script";
      state.open->kind = Input;
      // "mold: fatal: x.map:2: the line itself"
      std::string_view program, place, rest;
      if (state.open->subject.empty() && match(state.open->text, "{}: fatal: {}: {}", {&program, &place, &rest})) {
        state.open->subject = place;
        drop_position(*state.open);
      }
    }
    return LineFate::Understood;
  }
  Said said = take_apart(line);
  if (said.speaker != Speaker::Mold) return LineFate::NotMine;
  std::string_view first, second;
  state.speaks(Linker::Mold, Flavor::Gnu);
  if (say_bitcode(state, said, line)) return LineFate::Understood;
  if (match(said.message, "undefined symbol: {}: {}", {&first, &second}) &&
      (first.ends_with(".o") || first.ends_with(')') || is_shared_library(first))) {
    state.begin_or_reopen(UndefinedSymbol, said.severity, is_shared_library(first) ? "shlib-undefined" : "undefined",
                          second, line);
    state.refer(file_place(first));
    return LineFate::Understood;
  }
  Complaint *complaint = say(state, said, line, shapes);
  if (!complaint) {
    say_other(state, said, line);
    return LineFate::Understood;
  }
  // mold writes its output beside the final path first: ".mold-XXXXXX".
  if (complaint->code == "cannot-open" &&
      (contains(complaint->subject, "/.mold-") || complaint->subject.starts_with(".mold-"))) {
    complaint->kind = Tool;
    complaint->code = "write-failed";
    size_t slash = complaint->subject.rfind('/');
    complaint->subject = slash == std::string::npos ? "." : complaint->subject.substr(0, slash);
  } else if (complaint->code == "cannot-open" && contains(complaint->text, ": Is a directory")) {
    complaint->kind = Tool;  // only what is written may not be a folder
    complaint->code = "write-failed";
  }
  return LineFate::Understood;
}

constexpr std::string_view words[] = {"mold: "};

}  // namespace

const LogDialect mold_dialect = {"mold", "mold", read, words};

}  // namespace ldwhy
