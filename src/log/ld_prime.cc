// Apple's linker since Xcode 15. Its sentences quote names ('x') where ld64 did not, and its
// symbol lists may start with "ld: Undefined symbols:". As with ld64.cc, the forms are those of
// public logs and from memory; no such linker was run.
#include "base/match.h"
#include "log/log.h"
#include "log/parse.h"

namespace ldwhy {
namespace {

using enum ComplaintKind;
constexpr Shape shapes[] = {
    {"library '{}' not found", Input, "cannot-find-library", "f"},
    {"library '{}' not found {}", Input, "cannot-find-library", "fn"},
    {"framework '{}' not found", Input, "cannot-find-framework", "f"},
    {"framework '{}' not found {}", Input, "cannot-find-framework", "fn"},
    {"weak library '{}' not found", Input, "cannot-find-library", "f"},
    {"library '{}' not found, linked from {}", Input, "cannot-find-library", "fn"},
    {"file cannot be open()ed, errno={} path={}", Input, "cannot-open", ".f"},
    {"file cannot be open()ed, errno={} path={} in {}", Input, "cannot-open", ".f."},
    {"open() failed, errno={} {}", Tool, "write-failed", "n."},
    {"search path '{}' not found", Input, "cannot-open", "f"},
    {"ignoring duplicate libraries: {}", Tool, "other-warning", "n"},
    {"ignoring file '{}': found architecture '{}', required architecture '{}'", Input, "ignoring-file", "fnn"},
    {"ignoring file '{}': fat file missing arch '{}', file has '{}'", Input, "ignoring-file", "fnn"},
    {"ignoring file '{}': {}", Input, "ignoring-file", "fn"},
    {"object file ({}) was built for newer '{}' version ({}) than being linked ({})", Input, "newer-os", "f.nn"},
    {"dylib ({}) was built for newer '{}' version ({}) than being linked ({})", Input, "newer-os", "f.nn"},
    {"building for '{}', but linking in {} ({}) built for '{}'", Input, "incompatible", "n.fn"},
    {"building for '{}', but linking in {} file ({}) built for '{}'", Input, "incompatible", "n.fn"},
    {"unknown options: {}", Tool, "bad-option", "f"},
    {"unknown file type in '{}'", Input, "wrong-format", "f"},
    {"archive member '{}' not a mach-o file in '{}'", Input, "wrong-format", "nf"},
    {"archive member '{}' is not mach-o or llvm bitcode file in '{}'", Input, "wrong-format", "nf"},
    {"file is empty in '{}'", Input, "wrong-format", "f"},
    {"not a mach-o file in '{}'", Input, "wrong-format", "f"},
    {"truncated fat file in '{}'", Input, "wrong-format", "f"},
    {"invalid archive {}", Input, "wrong-format", "n"},
    {"could not parse bitcode object file {}: {}", Input, "newer-bitcode", "fn"},
    {"invalid {} in '{}'", Input, "wrong-format", "nf"},
    {"malformed {} in '{}'", Input, "wrong-format", "nf"},
    {"B/BL out of range {} (max {}) to {}", Layout, "relocation-range", "nnq"},
    {"branch out of range {}", Layout, "relocation-range", "n"},
    {"text-relocation in '{}'{}", Layout, "relocation-pic", "n."},
    {"symbol '{}' not found in export list{}", Input, "version-script", "s."},
    {"-undefined suppress is deprecated", Tool, "other-warning", ""},
    {"reducing alignment of section {}", Tool, "other-warning", "n"},
    {"-{} is obsolete{}", Tool, "bad-option", "f."},
};

// Xcode's list of issues, copied: without the linker's name, and with a capital.
constexpr Shape listed[] = {
    {"Building for '{}', but linking in {} ({}) built for '{}'", Input, "incompatible", "n.fn"},
    {"Framework '{}' not found", Input, "cannot-find-framework", "f"},
    {"Library '{}' not found", Input, "cannot-find-library", "f"},
    {"Library not found for -l{}", Input, "cannot-find-library", "f"},
    {"Framework not found {}", Input, "cannot-find-framework", "f"},
};

LineFate read_listed(LogState &state, std::string_view line) {
  Said said;
  said.message = line;
  bool bitcode = line.starts_with("could not parse bitcode object file ") && say_bitcode(state, said, line);
  if (!bitcode && !say(state, said, line, listed)) return LineFate::NotMine;
  state.speaks(Linker::AppleLdPrime, Flavor::Darwin);
  return LineFate::Understood;
}

// "multiple errors: A in 'x.o'; B in 'y.o'": each is an error of its own.
LineFate read_several(LogState &state, std::string_view errors, std::string_view line) {
  Said said;
  said.speaker = Speaker::Ld;
  for (bool more = true; more;) {
    size_t end = errors.find("; ");
    more = end != errors.npos;
    said.message = trim(errors.substr(0, end));
    if (more) errors.remove_prefix(end + 2);
    if (!say_bitcode(state, said, line) && !say(state, said, line, shapes)) say_other(state, said, line);
  }
  state.speaks(Linker::AppleLdPrime, Flavor::Darwin);
  return LineFate::Understood;
}

LineFate read(LogState &state, std::string_view line) {
  bool indented = line.starts_with(' ');
  line = trim(line);
  std::string_view arch, symbol;
  if (line == "ld: Undefined symbols:" || match(line, "ld: Undefined symbols for architecture {}:", {&arch})) {
    state.speaks(Linker::AppleLdPrime, Flavor::Darwin);
    if (!arch.empty()) state.link->arch = arch;
    state.open = nullptr;
    return LineFate::Understood;
  }
  if (indented && !line.starts_with('"') && match(line, "{}, referenced from:", {&symbol})) {
    state.speaks(Linker::AppleLdPrime, Flavor::Darwin);
    state.begin_or_reopen(UndefinedSymbol, Severity::Error, "undefined", symbol, line);
    return LineFate::Understood;
  }
  Said said = take_apart(line);
  if (said.speaker == Speaker::None) return read_listed(state, line);
  if (said.speaker != Speaker::Ld) return LineFate::NotMine;
  if (match(said.message, "multiple errors: {}", {&symbol})) return read_several(state, symbol, line);
  if (match(said.message, "duplicate symbol '{}' in:", {&symbol})) {
    state.speaks(Linker::AppleLdPrime, Flavor::Darwin);
    state.begin_or_reopen(DuplicateSymbol, Severity::Error, "duplicate", symbol, line);
    return LineFate::Understood;
  }
  // "ld: 2 duplicate symbols", where ld64 names the architecture.
  if (said.message.ends_with(" duplicate symbols") || said.message.ends_with(" duplicate symbol")) {
    state.speaks(Linker::AppleLdPrime, Flavor::Darwin);
    return LineFate::LinkEnds;
  }
  if (!say(state, said, line, shapes)) return LineFate::NotMine;
  state.speaks(Linker::AppleLdPrime, Flavor::Darwin);
  return LineFate::Understood;
}

constexpr std::string_view words[] = {"Undefined symbols:", ", referenced from:",  "duplicate symbol",
                                      "Building for '",     "Framework '",         "Library '",
                                      "Library not found",  "Framework not found", "could not parse bitcode"};

}  // namespace

const LogDialect ld_prime_dialect = {"ld_prime", "Apple ld", read, words};

}  // namespace ldwhy
