// Linkers of things that are no programs: Linux' modpost, which looks whether what a kernel
// module needs is exported (scripts/mod/modpost.c), and NVIDIA's nvlink and ptxas for device code. The
// forms are those of public logs.
#include "base/match.h"
#include "log/log.h"
#include "log/parse.h"

namespace ldwhy {
namespace {

LineFate modpost(LogState &state, std::string_view line) {
  bool error = line.starts_with("ERROR: ");
  if (!error && !line.starts_with("WARNING: ")) return LineFate::NotMine;
  std::string_view text = line.substr(error ? 7 : 9), symbol, module;
  if (text.starts_with("modpost: ")) text.remove_prefix(9);
  Severity severity = error ? Severity::Error : Severity::Warning;
  if (match(text, "\"{}\" [{}] undefined!", {&symbol, &module})) {
    state.begin_or_reopen(ComplaintKind::UndefinedSymbol, severity, "undefined", symbol, line);
    state.refer(file_place(module));
  } else if (match(text, "GPL-incompatible module {} uses GPL-only symbol '{}'", {&module, &symbol})) {
    state.begin_or_reopen(ComplaintKind::UndefinedSymbol, severity, "hidden-referenced", symbol, line);
    state.refer(file_place(module));
    state.note("only for modules under the GPL");
  } else if (match(text, "module {} uses symbol {} from namespace {}, but does not import it.",
                   {&module, &symbol, &text})) {
    state.begin_or_reopen(ComplaintKind::UndefinedSymbol, severity, "hidden-referenced", symbol, line);
    state.refer(file_place(module));
    state.note("namespace " + std::string(text));
  } else if (match(text, "{}: '{}' exported twice. Previous export was in {}", {&module, &symbol, &text})) {
    state.begin_or_reopen(ComplaintKind::DuplicateSymbol, severity, "duplicate", symbol, line);
    state.refer(file_place(module));
    state.refer(file_place(text));
  } else {
    return LineFate::NotMine;
  }
  state.speaks(Linker::Unknown, Flavor::Gnu);
  return LineFate::Understood;
}

// "libcontext.a:utils.cu.o": an archive and its member.
ReferencePlace device_place(std::string_view file) {
  ReferencePlace place = file_place(file);
  for (std::string_view mark : {".a:", ".lib:"}) {
    size_t at = file.find(mark);
    if (at == file.npos) continue;
    place.file = file.substr(0, at + mark.size() - 1);
    place.member = file.substr(at + mark.size());
  }
  return place;
}

// Without -rdc=true each source has to define all device code that it calls.
LineFate ptxas(LogState &state, std::string_view line) {
  std::string_view word, symbol, file;
  if (!match(line, "ptxas {}: Unresolved extern function '{}'", {&word, &symbol}) &&
      !match(line, "ptxas {}: Unresolved extern variable '{}'", {&word, &symbol}))
    return LineFate::NotMine;
  state.begin_or_reopen(ComplaintKind::UndefinedSymbol, Severity::Error, "undefined", symbol, line);
  state.note("device code of another source is linked only where all are compiled with -rdc=true");
  state.speaks(Linker::Unknown, Flavor::Gnu);
  return LineFate::Understood;
}

LineFate nvlink(LogState &state, std::string_view line) {
  std::string_view word, text, symbol, file, other;
  if (!match(line, "nvlink {} : {}", {&word, &text})) return LineFate::NotMine;
  word = trim(word);
  text = trim(text);
  Severity severity = word == "warning" ? Severity::Warning : Severity::Error;
  if (size_t target = text.rfind(" (target: "); target != text.npos) text = text.substr(0, target);
  if (match(text, "Undefined reference to '{}' in '{}'", {&symbol, &file})) {
    state.begin_or_reopen(ComplaintKind::UndefinedSymbol, severity, "undefined", symbol, line);
    state.refer(device_place(file));
  } else if (match(text, "Multiple definition of '{}' in '{}', first defined in '{}'", {&symbol, &file, &other})) {
    state.begin_or_reopen(ComplaintKind::DuplicateSymbol, severity, "duplicate", symbol, line);
    state.refer(device_place(file));
    state.refer(device_place(other));
  } else if (match(text, "Could not open input file '{}'", {&file})) {
    state.begin(ComplaintKind::Input, severity, "cannot-open", line).subject = file;
  } else if (match(text, "Input file '{}' newer than toolkit {}", {&file, &other})) {
    state.begin(ComplaintKind::Input, severity, "newer-bitcode", line).subject = file;
    state.note(other);
  } else if (match(text, "SM Arch ('{}') not found in '{}'", {&other, &file})) {
    state
        .begin(ComplaintKind::Input, severity, severity == Severity::Error ? "incompatible" : "skipping-incompatible",
               line)
        .subject = file;
    state.note(other);
  } else {
    state.begin(ComplaintKind::Tool, severity, severity == Severity::Error ? "other-error" : "other-warning", line);
  }
  state.speaks(Linker::Unknown, Flavor::Gnu);
  return LineFate::Understood;
}

LineFate read(LogState &state, std::string_view line) {
  line = trim(line);
  if (line.starts_with("ptxas ")) return ptxas(state, line);
  return line.starts_with("nvlink ") ? nvlink(state, line) : modpost(state, line);
}

constexpr std::string_view words[] = {"modpost: ",     "] undefined!",   "nvlink ",          "exported twice",
                                      "uses GPL-only", "from namespace", "Unresolved extern"};

}  // namespace

const LogDialect modpost_dialect = {"modpost", "modpost and nvlink", read, words};

}  // namespace ldwhy
