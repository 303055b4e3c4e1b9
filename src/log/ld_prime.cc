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
    {"framework '{}' not found", Input, "cannot-find-framework", "f"},
    {"weak library '{}' not found", Input, "cannot-find-library", "f"},
    {"library '{}' not found, linked from {}", Input, "cannot-find-library", "fn"},
    {"file cannot be open()ed, errno={} path={}", Input, "cannot-open", ".f"},
    {"file cannot be open()ed, errno={} path={} in {}", Input, "cannot-open", ".f."},
    {"open() failed, errno={} {}", Tool, "write-failed", "n."},
    {"search path '{}' not found", Input, "cannot-open", "f"},
    {"ignoring duplicate libraries: {}", Tool, "other-warning", "n"},
    {"ignoring file '{}': found architecture '{}', required architecture '{}'", Input,
     "ignoring-file", "fnn"},
    {"ignoring file '{}': fat file missing arch '{}', file has '{}'", Input, "ignoring-file",
     "fnn"},
    {"ignoring file '{}': {}", Input, "ignoring-file", "fn"},
    {"object file ({}) was built for newer '{}' version ({}) than being linked ({})", Input,
     "newer-os", "f.nn"},
    {"dylib ({}) was built for newer '{}' version ({}) than being linked ({})", Input, "newer-os",
     "f.nn"},
    {"building for '{}', but linking in {} ({}) built for '{}'", Input, "incompatible", "n.fn"},
    {"building for '{}', but linking in {} file ({}) built for '{}'", Input, "incompatible",
     "n.fn"},
    {"unknown options: {}", Tool, "bad-option", "f"},
    {"unknown file type in '{}'", Input, "wrong-format", "f"},
    {"archive member '{}' not a mach-o file in '{}'", Input, "wrong-format", "nf"},
    {"archive member '{}' is not mach-o or llvm bitcode file in '{}'", Input, "wrong-format", "nf"},
    {"file is empty in '{}'", Input, "wrong-format", "f"},
    {"not a mach-o file in '{}'", Input, "wrong-format", "f"},
    {"truncated fat file in '{}'", Input, "wrong-format", "f"},
    {"invalid archive {}", Input, "wrong-format", "n"},
    {"could not parse bitcode object file {}: {}", Input, "newer-bitcode", "fn"},
    {"B/BL out of range {} (max {}) to {}", Layout, "relocation-range", "nnq"},
    {"branch out of range {}", Layout, "relocation-range", "n"},
    {"text-relocation in '{}'{}", Layout, "relocation-pic", "n."},
    {"symbol '{}' not found in export list{}", Input, "version-script", "s."},
    {"multiple errors: {}", Tool, "other-error", "n"},
    {"-undefined suppress is deprecated", Tool, "other-warning", ""},
    {"reducing alignment of section {}", Tool, "other-warning", "n"},
    {"-{} is obsolete{}", Tool, "bad-option", "f."},
};

LineFate read(LogState &state, std::string_view line) {
  bool indented = line.starts_with(' ');
  line = trim(line);
  std::string_view arch, symbol;
  if (line == "ld: Undefined symbols:" ||
      match(line, "ld: Undefined symbols for architecture {}:", {&arch})) {
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
  if (said.speaker != Speaker::Ld) return LineFate::NotMine;
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

constexpr std::string_view words[] = {
    "Undefined symbols:", ", referenced from:", "duplicate symbol"};

}  // namespace

const LogDialect ld_prime_dialect = {"ld_prime", "Apple ld", read, words};

}  // namespace ldwhy
