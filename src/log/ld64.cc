// Apple's ld64, the linker before Xcode 15. Lists of symbols come without the program's name;
// the places below a name are indented further than it. Both Apple linkers print them so. No
// Apple linker was run for this: the forms are those of public logs and from memory.
#include "base/match.h"
#include "log/log.h"
#include "log/parse.h"

namespace ldwhy {

using namespace std::string_view_literals;
namespace {

using enum ComplaintKind;
constexpr Shape shapes[] = {
    {"library not found for -l{}", Input, "cannot-find-library", "f"},
    {"weak library not found for -l{}", Input, "cannot-find-library", "f"},
    {"framework not found {}", Input, "cannot-find-framework", "f"},
    {"file not found: {}", Input, "cannot-open", "f"},
    {"no such file or directory: {}", Input, "cannot-open", "f"},
    {"can't open output file for writing: {}, errno={}", Tool, "write-failed", "fn"},
    {"can't write output file: {}", Tool, "write-failed", "f"},
    {"can't write to output file: {}", Tool, "write-failed", "f"},
    {"unknown option: {}", Tool, "bad-option", "f"},
    {"ignoring file {}, building for {} but attempting to link with file built for {}", Input, "ignoring-file", "fnn"},
    {"ignoring file {}, file was built for {} which is not the architecture being linked ({}): {}", Input,
     "ignoring-file", "fnn."},
    {"ignoring file {}, missing required architecture {} in file {}", Input, "ignoring-file", "fn."},
    {"ignoring file {}, {}", Input, "ignoring-file", "fn"},
    {"object file ({}) was built for newer macOS version ({}) than being linked ({})", Input, "newer-os", "fnn"},
    {"object file ({}) was built for newer {} version ({}) than being linked ({})", Input, "newer-os", "f.nn"},
    {"dylib ({}) was built for newer {} version ({}) than being linked ({})", Input, "newer-os", "f.nn"},
    {"in {}, building for {} but attempting to link with file built for {}", Input, "incompatible", "fnn"},
    {"in {}, building for {}, but linking in {} built for {}, file {}", Input, "incompatible", "fn.n."},
    {"building for {}, but linking in {} built for {}, file {} for architecture {}", Input, "incompatible", "n.nf."},
    {"building for {}, but linking in {} built for {}, file {}", Input, "incompatible", "n.nf"},
    // As a warning it is left out, as the wording with "ignoring" says.
    {"building for {}, but linking in {} built for {}, '{}'", Input, "ignoring-file", "n.nf"},
    {"Could not find or use auto-linked framework {}", Input, "cannot-find-framework", "f"},
    {"Could not find or use auto-linked library {}", Input, "cannot-find-library", "f"},
    {"{} does not contain bitcode. You must rebuild it with bitcode enabled {}", Input, "image-marks", "f."},
    {"illegal thread local variable reference to regular symbol {} for architecture {}", Layout, "tls", "s."},
    {"illegal thread local variable reference to regular symbol {}", Layout, "tls", "s"},
    {"b(l) ARM64 branch out of range ({}): from {} to {} in {} from {}", Layout, "relocation-range", "n.t.r"},
    {"{} out of range ({}): from {} to {} in {} from {}", Layout, "relocation-range", "nn.t.r"},
    {"{} out of range ({}): {}", Layout, "relocation-range", "nnn"},
    {"{} out of range ({}", Layout, "relocation-range", "nn"},
    {"illegal text-relocation to {} in {} from {} in {} for architecture {}", Layout, "relocation-pic", "q.nr."},
    {"illegal text-relocation {}", Layout, "relocation-pic", "n"},
    {"absolute addressing {} not allowed in {}", Layout, "relocation-pic", "nn"},
    {"duplicate symbol {} in {} and {} for architecture {}", DuplicateSymbol, "duplicate", "sdd."},
    {"directory not found for option {}", Input, "cannot-open", "f"},
    {"archive has no table of contents file {} for architecture {}", Input, "no-index", "f."},
    {"archive has no table of contents{}", Input, "no-index", "."},
    {"unsupported tapi file type {} in YAML file {}", Input, "wrong-format", "nf"},
    {"malformed {}", Input, "wrong-format", "n"},
    {"in {}, malformed {}", Input, "wrong-format", "fn"},
    {"symbol not found in export list: {}", Input, "version-script", "s"},
    {"cannot export hidden symbol {}", UndefinedSymbol, "hidden-referenced", "s"},
    {"can't map file, errno={} file {} for architecture {}", Input, "cannot-open", ".f."},
    {"can't map file, errno={}", Input, "cannot-open", "n"},
    {"Assertion failed: {}", Tool, "crash", "n"},
    {"entry point ({}) undefined. for architecture {}", UndefinedSymbol, "entry-missing", "s."},
    {"entry point ({}) undefined. {}", UndefinedSymbol, "entry-missing", "s."},
    {"could not parse bitcode object file {}: {}, using libLTO version {}", Input, "newer-bitcode", "fnn"},
};

LineFate ends(LogState &state, std::string_view rest) {
  size_t at = rest.find("architecture ");
  if (at != rest.npos) state.link->arch = trim(rest.substr(at + 13));
  return LineFate::LinkEnds;
}

// macOS's C library prints it for any program; the linkers' are told by their source files.
bool is_own_assertion(const LogState &state, std::string_view line) {
  if (!line.starts_with("Assertion failed: (") || !contains(line, ", file ")) return false;
  if (state.link->flavor == Flavor::Darwin) return true;
  for (std::string_view file :
       {"ld.hpp"sv, "Resolver.cpp"sv, "Relocations.cpp"sv, "InputFiles.cpp"sv, "Layout.cpp"sv, "LayoutBuilder"sv,
        "macho_relocatable"sv, "OutputFile.cpp"sv, "Atom.h"sv, "LinkEdit"sv, "SymbolTable.cpp"sv}) {
    if (contains(line, file)) return true;
  }
  return false;
}

LineFate read(LogState &state, std::string_view line) {
  LineFate continued = read_apple_continuation(state, line);
  if (continued != LineFate::NotMine) return continued;
  line = trim(line);
  if (line.starts_with("error: Undefined symbols")) line.remove_prefix(7);  // xmake's mark
  std::string_view arch, symbol;
  if (match(line, "Undefined symbols for architecture {}:", {&arch}) ||
      match(line, "Undefined symbols for architecture {}", {&arch}) || line == "Undefined symbols:") {
    state.speaks(Linker::AppleLd64, Flavor::Darwin);
    if (!arch.empty()) state.link->arch = arch;
    state.open = nullptr;
    return LineFate::Understood;
  }
  // xcpretty's and xcbeautify's way of printing the same.
  if (state.link->flavor == Flavor::Darwin && match(line, "Symbol: {}", {&symbol})) {
    state.begin_or_reopen(UndefinedSymbol, Severity::Error, "undefined", symbol, line);
    return LineFate::Understood;
  }
  if (state.open && match(line, "Referenced from: {}", {&symbol}))
    return read_apple_continuation(state, std::string("  ") + std::string(symbol));
  if (match(line, "\"{}\", referenced from:", {&symbol})) {
    state.speaks(Linker::AppleLd64, Flavor::Darwin);
    state.begin_or_reopen(UndefinedSymbol, Severity::Error, "undefined", symbol, line);
    return LineFate::Understood;
  }
  // Xcode's list of issues, copied: a line each, without the linker's name.
  if (match(line, "Undefined symbol: {}", {&symbol})) {
    state.speaks(Linker::AppleLd64, Flavor::Darwin);
    state.begin_or_reopen(UndefinedSymbol, Severity::Error, "undefined", symbol, line);
    return LineFate::Understood;
  }
  if (match(line, "Ignoring file {}, building for {}", {&symbol, &arch}) ||
      match(line, "Ignoring file {}, missing required architecture {}", {&symbol, &arch})) {
    state.speaks(Linker::AppleLd64, Flavor::Darwin);
    state.begin(Input, Severity::Warning, "ignoring-file", line).subject = symbol;
    state.note(arch);
    return LineFate::Understood;
  }
  std::string_view built_for;
  if (match(line, "In {}, building for {}, but linking in {} built for {}, file {}",
            {&symbol, &arch, &arch, &built_for, &arch}) ||
      match(line, "In {}, building for {}, but linking in {} built for {}, for architecture {}",
            {&symbol, &arch, &arch, &built_for, &arch})) {
    state.speaks(Linker::AppleLd64, Flavor::Darwin);
    state.begin(Input, Severity::Error, "incompatible", line).subject = symbol;
    state.note(built_for);
    return LineFate::Understood;
  }
  if (match(line, "duplicate symbol {} in:", {&symbol})) {
    state.speaks(Linker::AppleLd64, Flavor::Darwin);
    state.begin_or_reopen(DuplicateSymbol, Severity::Error, "duplicate", unquote(symbol), line);
    return LineFate::Understood;
  }
  Said said = take_apart(line);
  if (said.speaker != Speaker::Ld) {
    if (!is_own_assertion(state, line)) return LineFate::NotMine;
    said.message = line;
  }
  if (said.message.starts_with("symbol(s) not found") || contains(said.message, "duplicate symbols for architecture") ||
      contains(said.message, "duplicate symbol for architecture")) {
    state.speaks(Linker::AppleLd64, Flavor::Darwin);
    return ends(state, said.message);
  }
  if (say_bitcode(state, said, line)) {
    if (contains(said.message, "could not parse")) state.speaks(Linker::AppleLd64, Flavor::Darwin);
    return LineFate::Understood;
  }
  Complaint *complaint = say(state, said, line, shapes);
  if (!complaint && state.link->flavor == Flavor::Darwin) complaint = &say_other(state, said, line);
  if (!complaint) return LineFate::NotMine;
  state.speaks(Linker::AppleLd64, Flavor::Darwin);
  return LineFate::Understood;
}

constexpr std::string_view words[] = {
    "Undefined symbols", ", referenced from:", "duplicate symbol",   "Assertion failed: ", "symbol(s) not found",
    "Symbol: ",          "Referenced from: ",  "Undefined symbol: ", "Ignoring file ",     "but linking in "};

}  // namespace

LineFate read_apple_continuation(LogState &state, std::string_view line) {
  if (!state.open || state.link->flavor != Flavor::Darwin || !line.starts_with(' ')) return LineFate::NotMine;
  line = trim(line);
  if (line.ends_with(", referenced from:") || line.starts_with("ld: ") || contains(line, "error: "))
    return LineFate::NotMine;
  if (state.open->kind == DuplicateSymbol) {
    if (line.ends_with(" in:")) return LineFate::NotMine;
    state.refer(file_place(line));
    return LineFate::Understood;
  }
  if (state.open->kind != UndefinedSymbol) return LineFate::NotMine;
  if (line == "...") {
    ++state.open->more_references;
    return LineFate::Understood;
  }
  if (line.starts_with("(maybe you meant")) {
    state.note(line.substr(1, line.size() - (line.ends_with(')') ? 2 : 1)));
    return LineFate::Understood;
  }
  size_t in = line.rfind(" in ");
  if (in != line.npos) {
    ReferencePlace place = file_place(line.substr(in + 4));
    place.function = line.substr(0, in);
    state.refer(std::move(place));
    return LineFate::Understood;
  }
  if (line.ends_with("command line option")) state.open->code = "export-missing";
  state.note(line);
  return LineFate::Understood;
}

const LogDialect ld64_dialect = {"ld64", "Apple ld64", read, words};

}  // namespace ldwhy
