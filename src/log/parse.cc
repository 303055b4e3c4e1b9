#include "log/parse.h"

#include <algorithm>
#include <array>
#include <cctype>
#include <cstring>

#include "base/match.h"

namespace ldwhy {

using namespace std::string_view_literals;

std::string_view trim(std::string_view text) {
  const auto is_blank = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

bool contains(std::string_view text, std::string_view part) {
  // memmem is several times faster here than string_view::find, which stops at each first byte.
  return !text.empty() && ::memmem(text.data(), text.size(), part.data(), part.size()) != nullptr;
}

bool all_digits(std::string_view text) { return !text.empty() && text.find_first_not_of("0123456789") == text.npos; }

uint64_t leading_number(std::string_view text) {
  unsigned base = 10;
  if (text.starts_with("0x")) {
    base = 16;
    text.remove_prefix(2);
  }
  uint64_t value = 0;
  for (char c : text) {
    unsigned digit = 99;
    if (c >= '0' && c <= '9') digit = static_cast<unsigned>(c - '0');
    else if (c >= 'a' && c <= 'f') digit = static_cast<unsigned>(c - 'a' + 10);
    else if (c >= 'A' && c <= 'F') digit = static_cast<unsigned>(c - 'A' + 10);
    if (digit >= base) break;
    value = value * base + digit;
  }
  return value;
}

std::string_view unquote(std::string_view text) {
  // Opening quote, closing quotes that go with it.
  static constexpr std::array<std::pair<std::string_view, std::string_view>, 14> kinds = {{
      {"`", "'"},
      {"'", "'"},
      {"`", "`"},
      {"\"", "\""},
      {"‘", "’"},
      {"“", "”"},
      {"«", "»"},
      {"»", "«"},
      {"„", "“"},
      {"’", "’"},
      {"”", "”"},
      {"「", "」"},
      {"‚", "‘"},
      {"›", "‹"},
  }};
  text = trim(text);
  // What starts with none of the quotes' first bytes has none.
  if (text.empty() || std::string_view("`'\"\xe2\xc2\xe3").find(text.front()) == text.npos) return text;
  for (const std::pair<std::string_view, std::string_view> &kind : kinds) {
    if (text.size() > kind.first.size() + kind.second.size() && text.starts_with(kind.first) &&
        text.ends_with(kind.second)) {
      text.remove_prefix(kind.first.size());
      text.remove_suffix(kind.second.size());
      return trim(text);
    }
  }
  return text;
}

std::string_view program_name(std::string_view path) {
  size_t start = path.size();
  while (start > 0 && path[start - 1] != '/' && path[start - 1] != '\\') --start;
  path.remove_prefix(start);
  if (path.ends_with(".exe") || path.ends_with(".EXE")) path.remove_suffix(4);
  size_t end = path.size();
  while (end > 0 && ((path[end - 1] >= '0' && path[end - 1] <= '9') || path[end - 1] == '.')) --end;
  if (end > 1 && end < path.size() && path[end - 1] == '-') path = path.substr(0, end - 1);
  return path;
}

std::string_view library_name(std::string_view text) {
  return text.starts_with("-l") && text.size() > 2 ? text.substr(2) : text;
}

bool is_source_name(std::string_view path) {
  size_t dot = path.substr(path.size() > 8 ? path.size() - 8 : 0).rfind('.');
  if (dot == path.npos) return false;
  std::string_view ending = path.substr((path.size() > 8 ? path.size() - 8 : 0) + dot + 1);
  for (std::string_view known :
       {"c"sv,     "cc"sv,  "cpp"sv, "cxx"sv, "C"sv,   "c++"sv, "h"sv,   "hpp"sv, "hh"sv, "hxx"sv,
        "m"sv,     "mm"sv,  "f"sv,   "F"sv,   "f90"sv, "F90"sv, "f95"sv, "for"sv, "s"sv,  "S"sv,
        "asm"sv,   "rs"sv,  "go"sv,  "d"sv,   "inl"sv, "inc"sv, "ipp"sv, "tcc"sv, "cu"sv, "pyx"sv,
        "swift"sv, "adb"sv, "ads"sv, "hs"sv,  "pas"sv, "pp"sv,  "zig"sv, "nim"sv, "cr"sv}) {
    if (ending == known) return true;
  }
  return false;
}

bool is_shared_library(std::string_view path) {
  std::string_view name = path.substr(path.find_last_of("/\\") + 1);
  return name.ends_with(".so") || contains(name, ".so.") || name.ends_with(".dylib") || name.ends_with(".tbd") ||
         name.ends_with(".dll");
}

Speaker speaker_of(std::string_view program) {
  if (program.size() > 4096 || !contains(program, "ld")) return Speaker::None;  // all have it
  if (program.find_first_of("(){}<>\"'`") != program.npos) return Speaker::None;
  std::string_view name = program_name(program);
  if (name.find(' ') != name.npos) return Speaker::None;
  if (name == "rust-lld" || name == "lld") return Speaker::LldAny;
  if (name == "ld.lld" || name.ends_with("-ld.lld")) return Speaker::LldElf;
  if (name == "ld64.lld" || name.starts_with("ld64.lld.")) return Speaker::LldDarwin;
  if (name == "lld-link") return Speaker::LldCoff;
  if (name == "wasm-ld" || name == "wasm-component-ld") return Speaker::LldWasm;
  if (name == "mold" || name.ends_with("ld.mold")) return Speaker::Mold;
  if (name == "wild" || name == "ld.wild") return Speaker::Wild;
  if (name == "gold" || name.ends_with("ld.gold")) return Speaker::Gold;
  if (name.ends_with("ld.bfd")) return Speaker::Bfd;
  if (name == "ld" || name.ends_with("-ld") || name == "ld64" || name == "ld-classic") {
    return Speaker::Ld;
  }
  return Speaker::None;
}

bool take_severity(std::string_view &text, Severity &severity) {
  struct Mark {
    std::string_view word;
    Severity severity;
  };
  static constexpr Mark marks[] = {
      {"error:", Severity::Error},         {"error :", Severity::Error},      {"warning:", Severity::Warning},
      {"warning :", Severity::Warning},    {"fatal error:", Severity::Error}, {"fatal error :", Severity::Error},
      {"fatal:", Severity::Error},         {"Error:", Severity::Error},       {"Warning:", Severity::Warning},
      {"internal error", Severity::Error},
  };
  std::string_view rest = trim(text);
  for (const Mark &mark : marks) {
    if (!rest.starts_with(mark.word)) continue;
    severity = mark.severity;
    // An internal error's words are its message.
    text = mark.word == "internal error" ? rest : trim(rest.substr(mark.word.size()));
    return true;
  }
  return false;
}

Said take_apart(std::string_view line) {
  Said said;
  line = trim(line);
  said.message = line;
  std::string_view rest = line;
  // Zig, and build tools, put their own word first: "error: ld.lld: undefined symbol: x".
  Severity outer = Severity::Error;
  bool outer_marked = take_severity(rest, outer);
  // Free Pascal's: whatever the linker said is a warning to it.
  if (rest.starts_with("linker: ")) {
    rest.remove_prefix(8);
    outer_marked = false;
  }
  size_t colon = rest.find(':', rest.size() > 2 && rest[1] == ':' ? 2 : 0);
  // Old GNU ld writes no blank ("ld:script.t:3: syntax error"), so the first colons are tried
  // and not only the one before a blank; few, since a line may hold thousands.
  for (int tries = 0; tries < 3 && colon != rest.npos && colon + 1 < rest.size() && rest[colon + 1] != ' ' &&
                      speaker_of(trim(rest.substr(0, colon))) == Speaker::None;
       ++tries) {
    colon = rest.find(':', colon + 1);
  }
  if (colon == rest.npos) return said;
  std::string_view program = trim(rest.substr(0, colon));
  // Behind a build tool's own words: "LLD Link... ld.lld: error: undefined symbol: x".
  if (size_t dots = program.rfind("... "); dots != program.npos) program = trim(program.substr(dots + 4));
  Speaker speaker = speaker_of(program);
  if (speaker == Speaker::None) return said;
  said.program = program;
  said.speaker = speaker;
  said.message = trim(rest.substr(colon + 1));
  said.marked = take_severity(said.message, said.severity);
  if (!said.marked && outer_marked) {
    said.marked = true;
    said.severity = outer;
  }
  return said;
}

ReferencePlace file_place(std::string_view text) {
  ReferencePlace place;
  text = unquote(text);
  // What GNU ld knows of an object of LTO.
  if (text.ends_with(" (symbol from plugin)")) text.remove_suffix(21);
  size_t open = text.rfind('(');
  // A member may hold parentheses; the archive's name is what stands before the first that
  // follows an archive's ending.
  for (std::string_view ending : {".a("sv, ".lib("sv, ".rlib("sv, ".rlib["sv, ".a["sv}) {
    size_t at = text.find(ending);
    if (at != text.npos) {
      open = at + ending.size() - 1;
      break;
    }
  }
  if (open == text.npos || open == 0 || !text.ends_with(')')) {
    place.file = text;
    return place;
  }
  place.file = text.substr(0, open);
  std::string_view member = text.substr(open, text.size() - open - 1);
  // Apple's newer linker numbers the members: "libx.rlib[4](y.o)".
  if (member.starts_with('[')) {
    size_t end = member.find("](");
    member = end == member.npos ? std::string_view() : member.substr(end + 2);
  } else {
    member.remove_prefix(1);
  }
  place.member = member;
  return place;
}

ReferencePlace gnu_place(std::string_view text) {
  ReferencePlace place;
  text = trim(text);
  if (text.ends_with(':')) text.remove_suffix(1);
  std::string_view rest = text;
  // "(.text+0x12)" at the end: a section and an offset.
  size_t section = rest.rfind(":(");
  if (section == rest.npos && rest.starts_with('(') && contains(rest, "+0x")) section = 0;
  // Old forms have no colon before it: "main.o(.text+0x12)", "libx.a(y.o)(.data+0x8)".
  if (section == rest.npos && rest.ends_with(')') && contains(rest, "+0x")) {
    size_t open = rest.rfind("(.");
    if (open != rest.npos) section = open;
  }
  bool has_section = section != rest.npos && rest.ends_with(')');
  if (has_section) {
    std::string_view inside = rest.substr(rest.find('(', section) + 1);
    inside.remove_suffix(1);
    size_t plus = inside.rfind("+0x");
    if (plus != inside.npos) place.offset = leading_number(inside.substr(plus + 1));
    rest = rest.substr(0, section);
  }
  size_t function = rest.find(":function ");
  if (function != rest.npos) {
    place.function = rest.substr(function + 10);
    rest = rest.substr(0, function);
  }
  // A colon that parts object and source; a Windows drive has one too.
  size_t start = rest.size() > 2 && rest[1] == ':' && (rest[2] == '\\' || rest[2] == '/') ? 2 : 0;
  size_t colon = rest.find(':', start);
  size_t last = rest.rfind(':');
  bool numbered = last != rest.npos && last >= start && all_digits(rest.substr(last + 1));
  if (numbered && last == colon) {
    // "main.cc:3": a source line, or "main.o:3" in old logs of stripped paths.
    place.source = rest;
  } else if (colon != rest.npos && colon >= start) {
    std::string_view object = rest.substr(0, colon);
    if (is_source_name(object) && numbered) {
      place.source = rest;
    } else {
      ReferencePlace with_file = file_place(object);
      place.file = std::move(with_file.file);
      place.member = std::move(with_file.member);
      std::string_view source = rest.substr(colon + 1);
      // gold names the data that refers in the line's place: "x.o:x.cc:table".
      size_t data = source.find(':', source.size() > 2 && source[1] == ':' ? 2 : 0);
      if (data != source.npos && place.function.empty() && is_source_name(source.substr(0, data)) &&
          !all_digits(source.substr(data + 1))) {
        place.function = source.substr(data + 1);
        source = source.substr(0, data);
      }
      place.source = source;
    }
  } else if (is_source_name(rest)) {
    place.source = rest;
  } else if (!rest.empty() && rest.front() != '(') {
    ReferencePlace with_file = file_place(rest);
    place.file = std::move(with_file.file);
    place.member = std::move(with_file.member);
  }
  return place;
}

ReferencePlace placed(const LogState &state, ReferencePlace place) {
  if (!place.file.empty()) return place;
  place.file = state.place.file;
  place.member = state.place.member;
  if (place.function.empty()) place.function = state.place.function;
  return place;
}

Complaint *say(LogState &state, const Said &said, std::string_view line, std::span<const Shape> shapes) {
  for (const Shape &shape : shapes) {
    std::array<std::string_view, 6> holes;
    if (!match(said.message, shape.pattern, {&holes[0], &holes[1], &holes[2], &holes[3], &holes[4], &holes[5]})) {
      continue;
    }
    std::string_view symbol;
    for (size_t i = 0; shape.holes[i]; ++i) {
      if (shape.holes[i] == 's') symbol = trim(holes[i]);
      if (shape.holes[i] == 'q') symbol = unquote(holes[i]);
      // "_memcpy.stub@0x00000000 (0x1081AF228)"
      if (shape.holes[i] == 't') symbol = holes[i].substr(0, std::min(holes[i].find(" ("), holes[i].find(".stub@")));
    }
    Complaint &complaint = symbol.empty() ? state.begin(shape.kind, said.severity, shape.code, line)
                                          : state.begin_or_reopen(shape.kind, said.severity, shape.code, symbol, line);
    for (size_t i = 0; shape.holes[i]; ++i) {
      switch (shape.holes[i]) {
        case 'f': complaint.subject = unquote(holes[i]); break;
        case 'l': complaint.subject = library_name(unquote(holes[i])); break;
        case 'r': state.refer(file_place(holes[i])); break;
        case 'd':
          if (shape.kind == ComplaintKind::DuplicateSymbol) state.refer(file_place(holes[i]));
          else state.note("defined in " + std::string(unquote(holes[i])));
          break;
        case 'p': state.refer(placed(state, gnu_place(holes[i]))); break;
        case 'n': state.note(unquote(holes[i])); break;
        default: break;
      }
    }
    return &complaint;
  }
  return nullptr;
}

Complaint &say_other(LogState &state, const Said &said, std::string_view line) {
  return state.begin(ComplaintKind::Tool, said.severity,
                     said.severity == Severity::Error ? "other-error" : "other-warning", line);
}

void drop_position(Complaint &complaint) {
  if (complaint.code != "script" && complaint.code != "version-script") return;
  std::string &subject = complaint.subject;
  size_t end = subject.size();
  for (;;) {
    size_t colon = subject.rfind(':', end - 1);
    if (end == 0 || colon == subject.npos || colon < 2 ||
        !all_digits(std::string_view(subject).substr(colon + 1, end - colon - 1)))
      break;
    end = colon;
  }
  if (end == subject.size()) return;
  complaint.notes.insert(complaint.notes.begin(),
                         "line " + subject.substr(end + 1, subject.find(':', end + 1) - end - 1));
  subject.resize(end);
}

bool say_bitcode(LogState &state, const Said &said, std::string_view line) {
  std::string_view file, producer, reader;
  bool versions = match(said.message, "{}(Producer: '{}' Reader: '{}')", {&file, &producer, &reader});
  if (!versions) {
    bool known = false;
    for (std::string_view words :
         {"Unknown attribute kind"sv, "Invalid record"sv, "Invalid bitcode version"sv,
          "Opaque pointers are only supported"sv, "Unsupported bitcode version"sv, "Incompatible epoch"sv,
          "Invalid type for value"sv, "Invalid summary version"sv, "Unknown encoding"sv, "Invalid value (Producer"sv}) {
      known = known || contains(said.message, words);
    }
    if (!known) return false;
    file = said.message;
    // "Invalid summary version 12. Version should be in the range [1-10].": no file is named.
    if (!contains(file, ": ")) file = {};
  }
  Complaint &complaint = state.begin(ComplaintKind::Input, said.severity, "newer-bitcode", line);
  // "FILE: words" or Apple's "could not parse object file FILE: 'words'".
  std::string_view named = file.substr(0, file.find(": "));
  for (std::string_view before : {"could not parse bitcode object file "sv, "could not parse object file "sv}) {
    if (named.starts_with(before)) named.remove_prefix(before.size());
  }
  complaint.subject = unquote(named);
  if (!named.empty()) state.refer(file_place(named));
  if (versions) {
    state.note("Producer: " + std::string(producer));
    state.note("Reader: " + std::string(reader));
  }
  return true;
}

}  // namespace ldwhy
