// What the dialects share: taking "PROGRAM: error: MESSAGE" apart, places in files, and
// tables of message shapes.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "log/log.h"

namespace ldwhy {

// What a program's name in front of a message says.
enum class Speaker : uint8_t {
  None,  // no program that links
  Ld,    // "ld", "aarch64-linux-gnu-ld": GNU, gold, LLD or Apple
  Bfd,
  Gold,
  LldElf,
  LldDarwin,
  LldCoff,
  LldWasm,
  LldAny,  // "lld", "rust-lld": the message must tell
  Mold,
  Wild,
};
Speaker speaker_of(std::string_view program);

struct Said {
  std::string_view program;  // as printed; empty where speaker is None
  Speaker speaker = Speaker::None;
  bool marked = false;  // "error:" or "warning:" stood there
  Severity severity = Severity::Error;
  std::string_view message;  // the rest; the whole line where speaker is None
};
Said take_apart(std::string_view line);

// "error: X", "warning: X", "fatal error: X", "error : X" without the word; false: there is none.
bool take_severity(std::string_view &text, Severity &severity);

std::string_view trim(std::string_view text);
// Without one pair of quotes around it, of any of the kinds that tools print.
std::string_view unquote(std::string_view text);
bool contains(std::string_view text, std::string_view part);
bool all_digits(std::string_view text);
// The number at the front, decimal or after "0x"; 0 where there is none.
uint64_t leading_number(std::string_view text);
// "/usr/bin/cc" and "C:\bin\cc.exe" to "cc"; a version suffix ("-12", "-22.1") goes too.
std::string_view program_name(std::string_view path);
// "-lssl" to "ssl"; others unchanged.
std::string_view library_name(std::string_view text);
bool is_source_name(std::string_view path);
bool is_shared_library(std::string_view path);

// "libx.a(y.o)" to file and member; also "libx.a[3](y.o)".
ReferencePlace file_place(std::string_view text);
// A GNU place: "libx.a(y.o):y.c:(.text+0x12)", "/src/y.c:12", "y.o:y.c:function f".
ReferencePlace gnu_place(std::string_view text);

// A place without a file, completed from the last "in function" line.
ReferencePlace placed(const LogState &state, ReferencePlace place);

// A message with holes, and what each hole means.
struct Shape {
  const char *pattern;  // for match(), base/match.h
  ComplaintKind kind;
  const char *code;
  // One letter a hole: s symbol, q symbol in quotes, t symbol with an address, f subject,
  // l subject that is a library, r the file that refers, d a file that defines, p GNU place,
  // n note, '.' nothing.
  const char *holes;
};
// Starts a complaint by the first shape that fits; null: none does.
Complaint *say(LogState &state, const Said &said, std::string_view line, std::span<const Shape> shapes);
// The complaint for words that no shape knows.
Complaint &say_other(LogState &state, const Said &said, std::string_view line);
// "v.map:2" to "v.map", as the subject of a complaint about a script; the place becomes a note.
void drop_position(Complaint &complaint);
// IR of another LLVM: "… (Producer: 'LLVM22.1.8' Reader: 'LLVM 14.0.6')".
bool say_bitcode(LogState &state, const Said &said, std::string_view line);

// lld.cc: the ">>> …" lines of every LLD port, and of mold; and the messages that all ports share.
LineFate read_lld_continuation(LogState &state, std::string_view line);
std::span<const Shape> lld_shapes();

// ld64.cc: the indented lines below `"_x", referenced from:` and "duplicate symbol '_x' in:".
LineFate read_apple_continuation(LogState &state, std::string_view line);

}  // namespace ldwhy
