// rustc's frame around a failed link, and what it says itself when it cannot even start one
// (compiler/rustc_codegen_ssa's messages). The linker's own words stand in its notes and are
// read by the linker's dialect.
#include "base/match.h"
#include "log/log.h"
#include "log/parse.h"

namespace ldwhy {

using namespace std::string_view_literals;
namespace {

LineFate tool(LogState &state, std::string_view code, std::string_view subject, std::string_view line) {
  state.next_link();
  state.begin(ComplaintKind::Tool, Severity::Error, code, line).subject = unquote(subject);
  return LineFate::Understood;
}

LineFate note(LogState &state, std::string_view line) {
  // The reason comes as a note: "Argument list too long (os error 7)".
  if (state.open && contains(line, "(os error ")) {
    if (contains(line, "rgument list too long") || contains(line, "extension is too long")) {
      state.open->code = "command-too-long";
    }
    state.note(line);
    return LineFate::Understood;
  }
  // Older releases print the reason bare.
  if (state.link->failed && contains(line, "(os error ") &&
      (contains(line, "rgument list too long") || contains(line, "extension is too long"))) {
    state.begin(ComplaintKind::Tool, Severity::Error, "command-too-long", line);
    return LineFate::Understood;
  }
  for (std::string_view head :
       {"some arguments are omitted"sv, "some `extern` functions couldn't be found"sv, "use the `-l` flag"sv,
        "use the `cargo:rustc-link-lib`"sv, "use the `cargo::rustc-link-lib`"sv, "the `msvc` targets depend on"sv,
        "please ensure that "sv, "VS Code is a different"sv}) {
    if (line.starts_with(head)) return LineFate::Understood;
  }
  return LineFate::NotMine;
}

LineFate read(LogState &state, std::string_view line) {
  line = trim(line);
  if (line == "|" && state.open) return LineFate::Understood;
  std::string_view a, b;
  if (!line.starts_with("error: ")) return note(state, line);
  std::string_view message = line.substr(7);
  if (match(message, "linking with {} failed: {}", {&a, &b})) {
    state.next_failed_link();
    state.log->build_tool = "cargo build";
    if (contains(b, "signal: 9")) {
      state.begin(ComplaintKind::Tool, Severity::Error, "out-of-memory", line).subject = unquote(a);
    } else if (contains(b, "signal: ")) {
      state.begin(ComplaintKind::Tool, Severity::Error, "crash", line).subject = unquote(a);
    }
    return LineFate::Understood;
  }
  if (match(message, "linker {} not found", {&a})) return tool(state, "linker-not-found", a, line);
  if (match(message, "could not exec the linker {}", {&a})) {
    return tool(state, "linker-not-found", a.substr(0, a.find(": ")), line);
  }
  if (match(message, "could not find native static library {}", {&a}) ||
      match(message, "could not find native library {}", {&a})) {
    state.begin(ComplaintKind::Input, Severity::Error, "cannot-find-library", line).subject =
        unquote(a.substr(0, a.find(", perhaps")));
    return LineFate::Understood;
  }
  if (match(message, "options {} and {} are incompatible", {&a, &b})) return tool(state, "bad-option", a, line);
  if (message.starts_with("failed to load bitcode") || message.starts_with("failed to get bitcode from object file")) {
    state.begin(ComplaintKind::Input, Severity::Error, "newer-bitcode", line);
    return LineFate::Understood;
  }
  return LineFate::NotMine;
}

constexpr std::string_view words[] = {"error: linking with",
                                      "error: linker `",
                                      "error: could not exec",
                                      "error: could not find native",
                                      "are incompatible",
                                      "error: failed to",
                                      "some arguments are",
                                      "some `extern`",
                                      "use the `",
                                      "(os error",
                                      "the `msvc`",
                                      "please ensure",
                                      "VS Code is"};

}  // namespace

const LogDialect rustc_dialect = {"rustc", "rustc", read, words};

}  // namespace ldwhy
