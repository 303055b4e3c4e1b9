// GNU ld, checked against 2.40. Its messages start with a place, in one of several forms: the
// first message about a function is led by a line "FILE: in function `f':", later ones leave the
// file out. Most lines start with the program's name; in older logs few do. The words are
// translated (bfd_languages.cc).
#include "log/bfd.h"

#include <array>

#include "base/match.h"
#include "log/log.h"
#include "log/parse.h"

namespace ldwhy {

using namespace std::string_view_literals;
namespace {

using enum ComplaintKind;

constexpr GnuRow english[] = {
    {"{}: in function {}:", GnuWords::Function, "pq"},
    {"{}: In function {}:", GnuWords::Function, "pq"},
    {"{}: undefined reference to symbol {}", GnuWords::DsoMissing, "pq"},
    {"undefined reference to symbol {}", GnuWords::DsoMissing, "q"},
    {"{}: undefined reference to {}", GnuWords::Undefined, "pq"},
    {": undefined reference to {}", GnuWords::Undefined, "q"},  // below a line that tells the place
    // Copied without its place.
    {"undefined reference to `{}'", GnuWords::Undefined, "q"},
    {"undefined reference to '{}'", GnuWords::Undefined, "q"},
    {"{}: undefined reference to`{}'", GnuWords::Undefined, "pq"},  // a page took the quote for its own mark
    // As Android Studio lists it: "Error:(148) undefined reference to 'f'".
    {"Error:({}) undefined reference to {}", GnuWords::Undefined, ".q"},
    {"Error:error: undefined reference to {}", GnuWords::Undefined, "q"},
    {"error: undefined reference to {}", GnuWords::Undefined, "q"},
    {"{}: more undefined references to {} follow", GnuWords::More, "pq"},
    {"{}: multiple definition of {}; {}: first defined here", GnuWords::Duplicate, "pqp"},
    {"{}: multiple definition of {}", GnuWords::Duplicate, "pq"},
    {"{}: first defined here", GnuWords::FirstDefined, "p"},
    {"skipping incompatible {} when searching for {}", GnuWords::Skipping, "fl"},
    {"cannot find {}: {}", GnuWords::CannotFind, "l."},
    {"cannot find {}", GnuWords::CannotFind, "l"},
    {"{}: error adding symbols: DSO missing from command line", GnuWords::DsoNamed, "f"},
    {"note: {} is defined in DSO {} so try adding it to the linker command line", GnuWords::DsoNamed, ".f"},
    {"{}: could not read symbols: Invalid operation", GnuWords::DsoNamed, "f"},
};

// Messages that need no more than their table entry. Those that GNU ld prints without its
// name are in the second table.
constexpr Shape shapes[] = {
    {"{}, needed by {}, not found (try using -rpath or -rpath-link)", Input, "needed-not-found", "fr"},
    {"{}: hidden symbol {} in {} is referenced by DSO", UndefinedSymbol, "hidden-referenced", ".qd"},
    {"{}: internal symbol {} in {} is referenced by DSO", UndefinedSymbol, "hidden-referenced", ".qd"},
    {"{}: local symbol {} in {} is referenced by DSO", UndefinedSymbol, "hidden-referenced", ".qd"},
    {"{}: protected symbol {} in {} is referenced by DSO", UndefinedSymbol, "hidden-referenced", ".qd"},
    {"{}: hidden symbol {} isn't defined", UndefinedSymbol, "undefined-hidden", ".q"},
    {"{}: protected symbol {} isn't defined", UndefinedSymbol, "undefined-hidden", ".q"},
    {"{}: internal symbol {} isn't defined", UndefinedSymbol, "undefined-hidden", ".q"},
    {"required symbol {} not defined", UndefinedSymbol, "export-missing", "q"},
    {"cannot find entry symbol {}; {}", UndefinedSymbol, "entry-missing", "s."},
    {"{}: file not recognized: file in wrong format", Input, "incompatible", "f"},
    {"{}: file not recognized: {}", Input, "wrong-format", "fn"},
    {"{}: file too short", Input, "wrong-format", "f"},
    // It is older than the assembler that made the object.
    {"{}: unrecognized relocation {} in section {}", Input, "wrong-format", "fnn"},
    {"{}: unsupported relocation type {}", Input, "wrong-format", "fn"},
    {"{}: file truncated", Input, "wrong-format", "f"},
    {"{}: file format not recognized; treating as linker script", Input, "wrong-format", "f"},
    {"{}: plugin needed to handle lto object", Input, "lto-plugin", "f"},
    {"{}: error loading plugin: {}", Tool, "plugin-failed", "fn"},
    {"{}: error adding symbols: archive has no index; run ranlib to add one", Input, "no-index", "f"},
    {"{}: error adding symbols: Archive has no index; run ranlib to add one", Input, "no-index", "f"},
    {"{}: could not read symbols: Archive has no index; run ranlib to add one", Input, "no-index", "f"},
    {"{}: error adding symbols: file in wrong format", Input, "incompatible", "f"},
    {"{}: error adding symbols: File in wrong format", Input, "incompatible", "f"},
    {"{}: could not read symbols: File in wrong format", Input, "incompatible", "f"},
    {"{}: error adding symbols: {}", Input, "wrong-format", "fn"},
    {"{}: could not read symbols: {}", Input, "wrong-format", "fn"},
    {"{}: {} (EM: {}) {}", Input, "incompatible", "f..."},
    {"{}: {} (EM: {})", Input, "incompatible", "f.."},  // "Relocations in generic ELF", translated
    {"i386 architecture of input file {} is incompatible with {} output", Input, "incompatible", "fn"},
    {"{} architecture of input file {} is incompatible with {} output", Input, "incompatible", ".fn"},
    {"{}: file class {} incompatible with {}", Input, "incompatible", "fnn"},
    {"failed to merge target specific data of file {}", Input, "incompatible", "f"},
    {"error: {} uses VFP register arguments, {} does not", Input, "mismatch", "ff"},
    {"{}: linking with {} than {}", Input, "mismatch", "fnn"},
    {"{}: can't link {} modules with {}", Input, "mismatch", "fnn"},
    {"{}: relocation {} against {} can not be used when making {}", Layout, "relocation-pic", "rn.n"},
    {"{}: relocation {} can not be used when making {}", Layout, "relocation-pic", "rnn"},
    {"{}: unresolvable R_{}_TPOFF{} relocation against symbol {}", Layout, "tls", "p..q"},
    {"{}: unresolvable R_{}_TLS{} relocation against symbol {}", Layout, "tls", "p..q"},
    {"{}: unresolvable {} relocation against symbol {}", Layout, "relocation-pic", "pnq"},
    {"{}: warning: relocation against {} in read-only section {}", Layout, "text-relocation", "rqn"},
    {"{}: warning: relocation in read-only section {}", Layout, "text-relocation", "rn"},
    {"creating DT_TEXTREL in {}", Layout, "text-relocation", "n"},
    {"read-only segment has dynamic relocations", Layout, "relocation-pic", ""},
    {"{}: TLS definition in {} section {} mismatches non-TLS reference in {}", Layout, "tls", "sd.r"},
    {"{}: TLS definition in {} section {} mismatches non-TLS definition in {} section {}", Layout, "tls", "sd.d."},
    {"{}: TLS reference in {} mismatches non-TLS definition in {} section {}", Layout, "tls", "srd."},
    {"{}: TLS reference in {} mismatches non-TLS reference in {}", Layout, "tls", "srr"},
    {"{}: TLS transition from {} to {} against {} at {}", Layout, "tls", "rnnq."},
    {"region {} overflowed by {}", Layout, "region", "fn"},
    {"{} section {} will not fit in region {}", Layout, "region", ".nf"},
    {"section {} LMA {} overlaps section {} LMA {}", Layout, "region", "n.n."},
    {"section {} VMA {} overlaps section {} VMA {}", Layout, "region", "n.n."},
    {"section {} loaded at {} overlaps section {} loaded at {}", Layout, "region", "n.n."},
    {"address {} of {} section {} is not within region {}", Layout, "region", ".nnf"},
    {"invalid origin for memory region {}", Input, "script", "n"},
    {"invalid length for memory region {}", Input, "script", "n"},
    {"duplicate version tag {}", Input, "version-script", "n"},
    {"cannot export {}: symbol not defined", UndefinedSymbol, "export-missing", "s"},
    {"unable to find version dependency {}", Input, "version-script", "n"},
    {"{}: undefined version: {}", Input, "version-script", "sn"},
    {"{}: version node not found for symbol {}", Input, "version-script", "fs"},
    {"{}: syntax error in VERSION script", Input, "version-script", "f"},
    {"{}: syntax error in dynamic list", Input, "version-script", "f"},
    {"{}: syntax error", Input, "script", "f"},
    {"{}: invalid version {} (max {})", Input, "version-script", "f.."},
    {"anonymous version tag cannot be combined with other version tags", Input, "version-script", ""},
    {"cannot open output file {}: {}", Tool, "write-failed", "fn"},
    {"final link failed: No space left on device", Tool, "write-failed", ""},
    {"final link failed: {}emory exhausted", Tool, "out-of-memory", "."},
    {"final close failed: {}", Tool, "write-failed", "n"},
    {"out of memory allocating {}", Tool, "out-of-memory", "."},
    {"unable to disambiguate: {} (did you mean {} ?)", Tool, "bad-option", "fn"},
    {"error: unable to disambiguate: {}", Tool, "bad-option", "f"},
    {"unable to disambiguate: {}", Tool, "bad-option", "f"},
    {"unrecognized option {}", Tool, "bad-option", "f"},
    {"unrecognised emulation mode: {}", Tool, "bad-option", "f"},
    {"unrecognized -a option {}", Tool, "bad-option", "f"},
    {"unrecognised option: {}", Tool, "bad-option", "f"},
    {"invalid hash style {}", Tool, "bad-option", "f"},
    {"-z {} ignored", Tool, "bad-option", "f"},
    {"-pie not supported", Tool, "bad-option", ""},
    {"-shared not supported", Tool, "bad-option", ""},
    {"no input files", Tool, "bad-option", ""},
    {"cannot open linker script file {}: {}", Input, "cannot-open", "fn"},
    {"cannot open {}: {}", Input, "cannot-open", "fn"},
    {"{}: No such file: No such file or directory", Input, "cannot-open", "f"},
    {"internal error {}", Tool, "crash", "n"},
    {"BFD {} assertion fail {}", Tool, "crash", ".n"},
    {"BFD {} internal error{}", Tool, "crash", ".n"},
    {"error: lto-wrapper failed", Tool, "plugin-failed", ""},
    {"lto-wrapper failed", Tool, "plugin-failed", ""},
    {"{}: error: missing {} properties", Input, "image-marks", "fn"},
    {"{}: error: missing {} property", Input, "image-marks", "fn"},
    {"{}: dangerous relocation: {}: literal placed after use{}", Layout, "relocation-range", "pn."},
    {"{}: requires executable stack (because the .note.GNU-stack section is executable)", Input, "image-marks", "f"},
    {"{}: missing .note.GNU-stack section implies executable stack", Input, "image-marks", "f"},
    {"{}: error: {}: bitcode{}", Input, "newer-bitcode", ".f."},
};

constexpr Shape nameless[] = {
    // Qualcomm's linker, which has GNU ld's words for the rest.
    {"Error: Memory region {} exceeded limit while adding section {}", Layout, "region", "fn"},
    {"{} referenced in section {} of {}: defined in discarded section {} of {}", Layout, "section-discarded", "qnrnd"},
    {"{}: relocation truncated to fit: {} against symbol {} defined in {} section in {}", Layout, "relocation-range",
     "pnq.d"},
    {"{}: relocation truncated to fit: {} against undefined symbol {}", Layout, "relocation-range", "pnq"},
    {"{}: relocation truncated to fit: {} against {}", Layout, "relocation-range", "pnq"},
    {"{}: relocation truncated to fit: {}", Layout, "relocation-range", "pn"},
    {"{}: dangerous relocation: {}: literal placed after use{}", Layout, "relocation-range", "pn."},
    {"{}: relocation {} against {} can not be used when making {}", Layout, "relocation-pic", "rn.n"},
    {"{}: undefined reference in {}", UndefinedSymbol, "undefined", ".."},
    {"{}: file not recognized: file in wrong format", Input, "incompatible", "f"},
    {"{}: file not recognized: {}", Input, "wrong-format", "fn"},
    {"{}: plugin needed to handle lto object", Input, "lto-plugin", "f"},
    // GNU as, which GCC's LTO runs in the middle of a link.
    {"{}: Error: symbol {} is already defined", DuplicateSymbol, "asm-redefined", "rq"},
    {"BFD {} assertion fail {}", Tool, "crash", ".n"},
};

// "symbol `x'", "undefined symbol `x'", "hidden symbol `x'", "`.rodata'": the name in it.
std::string_view symbol_of_relocation(std::string_view text) {
  size_t quote = text.find_first_of("`'\"");
  if (quote == text.npos) return {};
  text = text.substr(quote + 1);
  return text.substr(0, text.rfind('\''));
}

void undefined(LogState &state, ReferencePlace place, std::string_view code, std::string_view symbol, Severity severity,
               std::string_view line) {
  place = placed(state, std::move(place));
  // colcon breaks lines at the console's edge and fills them with blanks.
  std::string joined;
  if (size_t blanks = symbol.find("            "); blanks != symbol.npos) {
    joined = symbol.substr(0, blanks);
    joined += symbol.substr(symbol.find_last_of(' ') + 1);
    symbol = joined;
  }
  bool by_library = code == "undefined" && place.source.empty() && place.function.empty() && place.member.empty() &&
                    is_shared_library(place.file);
  state.begin_or_reopen(UndefinedSymbol, severity, by_library ? "shlib-undefined" : code, symbol, line);
  state.refer(std::move(place));
}

struct Holes {
  std::string_view place, second_place, symbol, file, library, note;
};

// "`name[ 45%] Built target x": another process wrote before the closing quote.
std::string_view without_progress(std::string_view quoted) {
  size_t percent = quoted.find("%]");
  if (percent == quoted.npos || !quoted.starts_with('`') || contains(quoted, "'")) return quoted;
  return quoted.substr(1, quoted.rfind('[', percent) - 1);
}

Holes sort_holes(const GnuRow &row, std::array<std::string_view, 4> found) {
  Holes holes;
  for (size_t i = 0; row.holes[i]; ++i) {
    switch (row.holes[i]) {
      case 'p': (holes.place.empty() ? holes.place : holes.second_place) = found[i]; break;
      case 'q':
        if (found[i].ends_with("';")) found[i].remove_suffix(1);  // the rest stands on the next line
        found[i] = without_progress(found[i]);
        holes.symbol = unquote(found[i]);
        break;
      case 'f': holes.file = unquote(found[i]); break;
      case 'l': holes.library = library_name(unquote(found[i])); break;
      case 'n': holes.note = found[i]; break;
      default: break;
    }
  }
  return holes;
}

LineFate take_row(LogState &state, const GnuRow &row, const Holes &holes, const Said &said, std::string_view line) {
  std::string_view where = holes.place;
  Severity severity = said.severity;
  for (std::string_view mark : {": warning"sv, ": avertissement"sv, ": aviso"sv, ": предупреждение"sv}) {
    if (!where.ends_with(mark)) continue;
    where.remove_suffix(mark.size());
    severity = Severity::Warning;
  }
  switch (row.what) {
    case GnuWords::Function:
      if (is_source_name(where)) return LineFate::NotMine;  // gcc's "x.c: In function 'f':"
      state.place = contains(where, "(.") ? gnu_place(where) : file_place(where);
      state.place.function = holes.symbol;
      state.open = nullptr;
      return LineFate::Understood;
    case GnuWords::Undefined:
      if (where.ends_with(": error") || where.ends_with("error")) return LineFate::NotMine;  // gold
      undefined(state, gnu_place(where), "undefined", holes.symbol, severity, line);
      return LineFate::Understood;
    case GnuWords::More:
      undefined(state, gnu_place(where), "undefined", holes.symbol, severity, line);
      ++state.open->more_references;
      return LineFate::Understood;
    case GnuWords::DsoMissing:
      undefined(state, gnu_place(where), "dso-missing", holes.symbol, severity, line);
      return LineFate::Understood;
    case GnuWords::DsoNamed:
      if (!state.open || (state.open->code != "dso-missing" && state.open->code != "undefined")) {
        // The line with the name was not copied.
        if (said.speaker == Speaker::None && !is_shared_library(holes.file)) return LineFate::NotMine;
        state.begin(UndefinedSymbol, severity, "dso-missing", line);
      }
      state.open->code = "dso-missing";
      state.open->subject = holes.file;
      return LineFate::Understood;
    case GnuWords::Duplicate: {
      ReferencePlace here = placed(state, gnu_place(where));
      state.begin_or_reopen(DuplicateSymbol, severity, "duplicate", holes.symbol, line);
      state.refer(std::move(here));
      if (!holes.second_place.empty()) state.refer(gnu_place(holes.second_place));
      return LineFate::Understood;
    }
    case GnuWords::FirstDefined:
      if (!state.open || state.open->kind != DuplicateSymbol) return LineFate::NotMine;
      state.refer(gnu_place(where));
      return LineFate::Understood;
    case GnuWords::Skipping: {
      Complaint &complaint = state.begin(Input, Severity::Warning, "skipping-incompatible", line);
      complaint.subject = holes.file;
      state.note(holes.library);
      return LineFate::Understood;
    }
    case GnuWords::CannotFind: {
      if (said.message.starts_with("cannot find entry symbol")) return LineFate::NotMine;
      bool library = contains(line, "-l") || is_shared_library(holes.library) || holes.library.ends_with(".a");
      state.begin(Input, severity, library ? "cannot-find-library" : "cannot-open", line).subject = holes.library;
      return LineFate::Understood;
    }
    case GnuWords::WrongFormat:
    case GnuWords::NoIndex:
    case GnuWords::NotRecognized:
    case GnuWords::Adding:
      state
          .begin(Input, severity,
                 row.what == GnuWords::WrongFormat ? "incompatible"
                 : row.what == GnuWords::NoIndex   ? "no-index"
                                                   : "wrong-format",
                 line)
          .subject = holes.file;
      if (!holes.note.empty()) state.note(holes.note);
      return LineFate::Understood;
  }
  return LineFate::NotMine;
}

LineFate take_rows(LogState &state, std::span<const GnuRow> rows, const Said &said, std::string_view line) {
  for (const GnuRow &row : rows) {
    std::array<std::string_view, 4> found;
    if (!match(said.message, row.pattern, {&found[0], &found[1], &found[2], &found[3]})) continue;
    bool needs_program = row.what == GnuWords::Skipping || row.what == GnuWords::CannotFind;
    if (needs_program && said.speaker == Speaker::None) continue;
    LineFate fate = take_row(state, row, sort_holes(row, found), said, line);
    if (fate != LineFate::NotMine) return fate;
  }
  return LineFate::NotMine;
}

bool is_afterword(std::string_view message) {
  for (std::string_view head :
       {"final link failed"sv, "use the --help option"sv, "failed to set dynamic section sizes"sv,
        "Supported emulations:"sv, "link errors found, deleting executable"sv, "NOTE: This behaviour is deprecated"sv,
        "note: the message above"sv, "please report this bug"sv, "failed to convert"sv}) {
    if (message.starts_with(head)) return true;
  }
  return contains(message, "additional relocation overflows omitted");
}

// LLVM's plugin, which ar, ranlib and nm load as well.
LineFate read_plugin(LogState &state, std::string_view line) {
  std::string_view message;
  if (!match(line, "{}plugin: LLVM gold plugin has failed to create LTO module: {}", {&message, &message}))
    return LineFate::NotMine;
  Said said;
  said.message = message;
  if (!say_bitcode(state, said, line)) return LineFate::NotMine;
  state.open->subject.clear();
  state.open->references.clear();
  return LineFate::Understood;
}

LineFate read_plain(LogState &state, std::string_view line) {
  if (LineFate fate = read_plugin(state, line); fate != LineFate::NotMine) return fate;
  Said said = take_apart(line);
  if (said.speaker != Speaker::None && said.speaker != Speaker::Ld && said.speaker != Speaker::Bfd) {
    return LineFate::NotMine;
  }
  bool named = said.speaker != Speaker::None;
  // "FILE: warning: …": the mark stands behind the place.
  if (!said.marked && contains(said.message, ": warning: ")) said.severity = Severity::Warning;
  LineFate fate = take_rows(state, english, said, line);
  if (fate == LineFate::NotMine) fate = take_rows(state, gnu_rows_of_languages(), said, line);
  if (fate == LineFate::NotMine) {
    Complaint *complaint =
        say(state, said, line, named ? std::span<const Shape>(shapes) : std::span<const Shape>(nameless));
    if (complaint && complaint->symbol.empty() && complaint->code == "relocation-pic") {
      size_t against = said.message.find(" against ");
      if (against != said.message.npos) complaint->symbol = symbol_of_relocation(said.message.substr(against));
    }
    if (complaint) {
      drop_position(*complaint);
      fate = LineFate::Understood;
    }
  }
  if (fate == LineFate::NotMine && is_afterword(said.message) && (named || state.link->linker == Linker::Bfd)) {
    if (said.message.starts_with("Supported emulations:")) state.note(said.message);
    else state.open = nullptr;
    fate = LineFate::Understood;
  }
  if (fate == LineFate::NotMine && named) {
    // Whoever a bare "ld" is: its words must not be lost.
    say_other(state, said, line);
    if (said.speaker == Speaker::Bfd) state.speaks(Linker::Bfd, Flavor::Gnu);
    return LineFate::Understood;
  }
  if (fate != LineFate::NotMine) state.speaks(Linker::Bfd, Flavor::Gnu);
  return fate;
}

LineFate read(LogState &state, std::string_view line) {
  line = trim(line);
  // French puts no-break spaces before colons and inside quotes.
  if (contains(line, "\xc2\xa0") || contains(line, "\xe2\x80\xaf")) {
    std::string plain;
    for (size_t i = 0; i < line.size(); ++i) {
      std::string_view rest = line.substr(i);
      if (rest.starts_with("\xc2\xa0")) {
        plain += ' ';
        ++i;
      } else if (rest.starts_with("\xe2\x80\xaf")) {
        plain += ' ';
        i += 2;
      } else {
        plain += line[i];
      }
    }
    return read_plain(state, plain);
  }
  return read_plain(state, line);
}

constexpr std::string_view words[] = {
    "undefined reference",
    "in function",
    "In function",
    "multiple definition",
    "first defined here",
    "more undefined",
    "referenced in section",
    "truncated to fit",
    "dangerous relocation",
    ": syntax error",
    "Memory region ",
    "can not be used when",
    "file not recognized",
    "overflowed by",
    "relocation overflows",
    "plugin needed",
    "is already defined",
    "assertion fail",
    "LLVM gold plugin",
    "needed by",
    "could not read symbols",
    "is defined in DSO",
    "error adding symbols",
    "Supported emulations",
    "skipping incompatible",
    "cannot find",
    "/ld: ",
    "\\ld: ",
    "-ld: ",
    "ld.exe: ",
    "ld.bfd: ",
    "ld.bfd:",
    "bin/ld:",
    "/ld : ",
    "section `",
    "hidden symbol",
    "TLS definition",
    "TLS reference",
    // bfd_languages.cc
    "Verweis auf",
    "In Funktion",
    "Mehrfachdefinition",
    "nicht gefunden",
    "nicht finden",
    "hier zuerst",
    "ne peut trouver",
    "não foi possível encontrar",
    "impossível localizar",
    "неопределенная ссылка",
    "未定义的引用",
    "在函数",
    "多重定义",
    "多次定义",
    "首次定义",
    "第一次在此定义",
    "找不到",
    "不兼容的",
    "未定義",
    "多重定義",
    "不相容的",
#include "log/bfd_words.inc"
};

}  // namespace

const LogDialect bfd_dialect = {"bfd", "GNU ld", read, words};

}  // namespace ldwhy
