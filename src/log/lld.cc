// LLD, the ELF port, and what its ports share, checked against 14, 19 and 22: "PROGRAM: error:
// MESSAGE", then lines that start with ">>>". mold prints in the same manner. "rust-lld" and
// "lld" do not tell the port; its own words do, else the references.
#include "base/match.h"
#include "log/log.h"
#include "log/parse.h"

namespace ldwhy {

using namespace std::string_view_literals;
namespace {

using enum ComplaintKind;

constexpr Shape shared[] = {
    {"undefined symbol: {}", UndefinedSymbol, "undefined", "s"},
    {"duplicate symbol: {}", DuplicateSymbol, "duplicate", "s"},
    {"{}<inline asm>:{}: symbol {} is already defined", DuplicateSymbol, "asm-redefined", "r.q"},
    {"unable to find library -l{}", Input, "cannot-find-library", "f"},
    {"unable to find library {}", Input, "cannot-find-library", "f"},
    {"cannot open output file {}: {}", Tool, "write-failed", "fn"},
    {"failed to write output {}: {}", Tool, "write-failed", "fn"},
    {"failed to write to the output file: {}", Tool, "write-failed", "n"},
    {"failed to write output file: {}", Tool, "write-failed", "n"},
    {"failed to write the output file: {}", Tool, "write-failed", "n"},
    {"failed to open {}: {}", Tool, "write-failed", "fn"},
    {"cannot open {}: {}", Input, "cannot-open", "fn"},
    {"could not open {}: {}", Input, "cannot-open", "fn"},
    {"unknown argument {}, did you mean {}", Tool, "bad-option", "fn"},
    {"unknown argument: {}, did you mean {}", Tool, "bad-option", "fn"},
    {"unknown argument: {}", Tool, "bad-option", "f"},
    {"unknown argument {}", Tool, "bad-option", "f"},
    {"{}: missing argument", Tool, "bad-option", "f"},
    {"no input files{}", Tool, "bad-option", "."},
    {"no input files", Tool, "bad-option", ""},
    {"{}: unknown file type", Input, "wrong-format", "f"},
    {"unknown file type: {}", Input, "wrong-format", "f"},
    {"{}: Archive::children failed: {}", Input, "wrong-format", "fn"},
    {"{}: could not get the member for symbol {}", Input, "wrong-format", "f."},
    {"{}: truncated or malformed archive ({}", Input, "wrong-format", "fn"},
    {"{}: The file was not recognized as a valid object file", Input, "wrong-format", "f"},
};

constexpr Shape shapes[] = {
    // Up to LLVM 4.
    {"{}:({}): undefined symbol '{}'", UndefinedSymbol, "undefined", "r.s"},
    {"{}: undefined symbol '{}'", UndefinedSymbol, "undefined", "rs"},
    {"undefined hidden symbol: {}", UndefinedSymbol, "undefined-hidden", "s"},
    {"undefined protected symbol: {}", UndefinedSymbol, "undefined-hidden", "s"},
    {"undefined internal symbol: {}", UndefinedSymbol, "undefined-hidden", "s"},
    {"undefined reference: {}", UndefinedSymbol, "shlib-undefined", "s"},
    {"undefined reference due to --no-allow-shlib-undefined: {}", UndefinedSymbol, "shlib-undefined", "s"},
    {"{}: undefined reference to {} [--no-allow-shlib-undefined]", UndefinedSymbol, "shlib-undefined", "rs"},
    {"non-exported symbol {} in {} is referenced by DSO {}", UndefinedSymbol, "hidden-referenced", "qdr"},
    {"{}: symbol not found: {}", UndefinedSymbol, "export-missing", ".s"},
    {"cannot find entry symbol {}; {}", UndefinedSymbol, "entry-missing", "s."},
    {"cannot find linker script {}", Input, "cannot-open", "f"},
    {"cannot find version script {}", Input, "cannot-open", "f"},
    {"{}: unable to find library from dependent library specifier: {}", Input, "cannot-find-library", ".f"},
    {"{} is incompatible with {}", Input, "incompatible", "fn"},
    {"{} is incompatible", Input, "incompatible", "f"},
    {"{}: cannot link object files with {}", Input, "mismatch", "fn"},
    {"{}: section header table goes past the end of the file: {}", Input, "wrong-format", "fn"},
    {"{}: unknown directive: {}", Input, "script", "fn"},
    {"{}: malformed number: {}", Input, "script", "fn"},
    {"{}: {} expected, but got {}", Input, "script", "f.n"},
    {"{}: unexpected EOF", Input, "script", "f"},
    {"version script assignment of {} to symbol {} failed: symbol not defined", Input, "version-script", "nq"},
    {"attempt to reassign symbol {} of version {} to version {}", Input, "version-script", "qnn"},
    {"duplicate symbol {} in version script", Input, "version-script", "q"},
    {"attempt to reassign symbol {} of {} to {}", Input, "version-script", "qnn"},
    {"symbol {} has undefined version {}", UndefinedSymbol, "undefined", "sn"},
    {"TLS attribute mismatch: {}", Layout, "tls", "s"},
    {"relocation {} against {} cannot be used with -shared", Layout, "tls", "ns"},
    {"relocation {} cannot be used against {}; recompile with {}", Layout, "relocation-pic", "n.n"},
    {"relocation {} cannot be used against {}", Layout, "relocation-pic", "n."},
    {"{}: relocation {} cannot be used against {}", Layout, "relocation-pic", "pn."},
    {"can't create dynamic relocation {} against {} in readonly segment; {}", Layout, "relocation-pic", "n.n"},
    {"relocation {} cannot refer to absolute symbol: {}", Layout, "relocation-pic", "ns"},
    {"symbol {} cannot be preempted; {}", Layout, "relocation-pic", "qn"},
    {"cannot preempt symbol: {}", Layout, "relocation-pic", "s"},
    {"{}: relocation {} out of range: {}; references {}", Layout, "relocation-range", "pnnq"},
    {"{}: relocation {} out of range: {}", Layout, "relocation-range", "pnn"},
    {"{}: {} is out of range: {}", Layout, "relocation-range", "pnn"},
    {"output file too large: {}", Layout, "region", "n"},
    {"section {} will not fit in region {}: overflowed by {}", Layout, "region", "nfn"},
    {"section {} {} range overlaps with {}", Layout, "region", "n.n"},
    {"unable to move location counter {}", Layout, "region", "n"},
    {"unable to place section {} at file offset {}; {}", Layout, "region", "n.n"},
    {"relocation refers to a symbol in a discarded section: {}", Layout, "section-discarded", "s"},
    {"relocation refers to a discarded section: {}", Layout, "section-discarded", "."},
    {"discarding {} section is not allowed", Layout, "section-discarded", "n"},
    {"undefined symbol: {} [defined in discarded section {}]", UndefinedSymbol, "section-discarded", "sn"},
    {"{}: requires an executable stack{}", Input, "image-marks", "f."},
    {"{}: -z {}: file does not have {}", Input, "image-marks", "f.n"},
    {"unknown emulation: {}", Tool, "bad-option", "f"},
    {"unknown -z value: {}", Tool, "bad-option", "f"},
    {"unknown --hash-style: {}", Tool, "bad-option", "f"},
    {"-{} not supported{}", Tool, "bad-option", "f."},
    {"target emulation unknown: {}", Tool, "bad-option", "n"},
    {"unable to execute {}", Tool, "crash", "n"},
};

// "relocation R_X86_64_32S cannot be used against symbol 'x'; …"
void name_relocated(Complaint &complaint) {
  size_t at = complaint.text.find(" against ");
  if (at == std::string::npos || !complaint.symbol.empty()) return;
  std::string_view rest = std::string_view(complaint.text).substr(at + 9);
  if (contains(rest, "local symbol") && !contains(rest, "'")) return;
  size_t quote = rest.find_first_of("'`");
  if (quote == rest.npos) return;
  rest = rest.substr(quote + 1);
  size_t end = rest.find("';");
  complaint.symbol = rest.substr(0, end == rest.npos ? rest.rfind('\'') : end);
}

bool is_object_text(std::string_view text) {
  if (contains(text, ":(") || text.ends_with(')')) {
    // "main.cc:3 (/src/main.cc:3)" is a source with its path.
    return !contains(text, " (");
  }
  for (std::string_view ending :
       {".o"sv, ".obj"sv, ".a"sv, ".lib"sv, ".so"sv, ".dylib"sv, ".bc"sv, ".rlib"sv, ".lto.o"sv, ".dll"sv}) {
    if (text.ends_with(ending)) return true;
  }
  return contains(text, ".so.");
}

// "main.o:(f)", "x.o:(.text+0x12) in archive libx.a", "x.o:(symbol _f+0xc)", "libx.a(x.o):(f)".
ReferencePlace object_place(LogState &state, std::string_view text) {
  std::string_view archive, inside;
  size_t in_archive = text.rfind(" in archive ");
  if (in_archive != text.npos) {
    archive = text.substr(in_archive + 12);
    text = text.substr(0, in_archive);
  }
  size_t open = text.find(":(");
  if (open != text.npos) {
    inside = text.substr(open + 2);
    if (inside.ends_with(')')) inside.remove_suffix(1);
    text = text.substr(0, open);
  }
  ReferencePlace place = file_place(text);
  if (!archive.empty()) {
    place.member = text;
    place.file = archive;
  }
  size_t plus = inside.rfind("+0x");
  if (plus != inside.npos) {
    place.offset = leading_number(inside.substr(plus + 1));
    inside = inside.substr(0, plus);
  }
  if (inside.starts_with("symbol ")) {
    inside.remove_prefix(7);
    state.speaks(Linker::Lld, Flavor::Darwin);
  }
  if (!inside.starts_with('.') || contains(inside, "::")) place.function = inside;
  if (text.ends_with(".obj") || archive.ends_with(".lib")) state.speaks(Linker::Unknown, Flavor::Coff);
  return place;
}

// The object below a source line completes that reference.
void add_object(LogState &state, ReferencePlace place, bool may_complete) {
  std::vector<ReferencePlace> &references = state.open->references;
  if (may_complete && !references.empty() && references.back().file.empty() && !references.back().source.empty()) {
    place.source = std::move(references.back().source);
    references.back() = std::move(place);
    return;
  }
  if (may_complete && state.open->more_references) return;  // its source line was counted
  state.refer(std::move(place));
}

void add_named(LogState &state, std::string_view text) {
  if (size_t why = text.find(" (disallowed by "); why != text.npos) text = text.substr(0, why);
  if (text.starts_with('-')) {  // an option asks for it
    state.open->code = "export-missing";
    state.note(text);
  } else if (is_object_text(text)) {
    add_object(state, object_place(state, text), false);
  } else if (text.starts_with("the entry point") || text.starts_with("<internal>")) {
    state.note(text);
  } else {
    ReferencePlace place;
    // "main.cc:3 (/src/main.cc:3)": the longer path says more.
    size_t longer = text.find(" (");
    place.source =
        longer != text.npos && text.ends_with(')') ? text.substr(longer + 2, text.size() - longer - 3) : text;
    state.refer(std::move(place));
  }
}

void read_mark(LogState &state, std::string_view text) {
  std::string_view count, file;
  bool indented = text.starts_with("    ");
  text = trim(text);
  if (match(text, "referenced {} more times", {&count})) {
    state.open->more_references += static_cast<uint32_t>(leading_number(count));
  } else if (text.starts_with("referenced by ")) {
    add_named(state, text.substr(14));
  } else if (text.starts_with("defined at ")) {
    add_named(state, text.substr(11));
  } else if (text.starts_with("defined in ") && state.open->kind == DuplicateSymbol) {
    add_object(state, object_place(state, text.substr(11)), false);
  } else if (match(text, "defined as {} in {}", {&count, &file})) {
    state.refer(file_place(file));
    state.note(text);
  } else if (indented && is_object_text(text.substr(0, text.find(" in archive ")))) {
    add_object(state, object_place(state, text), true);
  } else {
    state.note(text);
  }
}

LineFate read(LogState &state, std::string_view line) {
  LineFate continued = read_lld_continuation(state, line);
  if (continued != LineFate::NotMine) return continued;
  Said said = take_apart(line);
  bool certain = said.speaker == Speaker::LldElf || said.speaker == Speaker::LldAny;
  if (!certain && !(said.speaker == Speaker::Ld && said.marked) && said.speaker != Speaker::Wild)
    return LineFate::NotMine;
  // A bare "ld: warning:" may be anyone's, but for words that only LLD has.
  Complaint *complaint = nullptr;
  if (say_bitcode(state, said, line)) {
    complaint = state.open;
  } else {
    complaint = say(state, said, line, shapes);
    if (!complaint) complaint = say(state, said, line, lld_shapes());
  }
  if (!complaint && !certain) return LineFate::NotMine;
  if (!complaint) complaint = &say_other(state, said, line);
  if (complaint->code == "relocation-pic") name_relocated(*complaint);
  drop_position(*complaint);
  bool ambiguous = complaint->code == "cannot-open" || complaint->code == "entry-missing";
  if (certain || !ambiguous) {
    Flavor flavor = said.speaker == Speaker::LldAny ? Flavor::Unknown : Flavor::Gnu;
    state.speaks(said.speaker == Speaker::Wild ? Linker::Wild : Linker::Lld, flavor);
  }
  return LineFate::Understood;
}

constexpr std::string_view words[] = {"lld: error", "lld: warning", "lld: fatal", "ld: error", "ld: warning",
                                      "lld.exe: ",  "lld-1",        "lld-2",      "wild: ",    "lld: "};

}  // namespace

std::span<const Shape> lld_shapes() { return shared; }

LineFate read_lld_continuation(LogState &state, std::string_view line) {
  line = trim(line);
  if (!state.open || !line.starts_with(">>>")) return LineFate::NotMine;
  // mold leaves out line ends between references.
  line.remove_prefix(3);
  for (;;) {
    size_t next = line.find(">>> ");
    read_mark(state, line.substr(0, next));
    if (next == line.npos) return LineFate::Understood;
    line.remove_prefix(next + 3);
  }
}

const LogDialect lld_dialect = {"lld", "LLD for ELF", read, words};

}  // namespace ldwhy
