// Schemes: Itanium C++ ABI section 5.1 (external names), Rust's legacy mangling
// (Itanium names that end in a hash) and v0 (RFC 2603), Microsoft's, D's. The
// demanglers themselves are LLVM's.
#include "name/name.h"

#include <cstdlib>
#include <memory>

#include "name/declaration.h"

#include <llvm/Demangle/Demangle.h>
#define XXH_INLINE_ALL
#include <xxhash.h>

namespace ldwhy {
namespace {

using CString = std::unique_ptr<char, decltype(&std::free)>;

// "_ZN4core3fmt5Write9write_fmt17h0123456789abcdefE": the last part is a hash.
bool is_rust_legacy(std::string_view name) {
  if (!name.starts_with("_ZN") || !name.ends_with('E') || name.size() < 24) return false;
  std::string_view tail = name.substr(name.size() - 20, 19);
  if (!tail.starts_with("17h")) return false;
  return tail.substr(3).find_first_not_of("0123456789abcdef") == tail.npos;
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }

// The mangled name proper: Mach-O's underscore and an ELF version taken off. On Windows what stands
// behind "@" is the size of a function's arguments, and part of the name.
std::string_view without_prefix(std::string_view name, Format format) {
  if (format == Format::MachO && name.starts_with('_')) name.remove_prefix(1);
  size_t at = name.find('@');
  bool microsoft = name.starts_with('?') || name.starts_with("__imp_?");
  if (at != name.npos && at > 0 && !microsoft && format != Format::MachO && format != Format::Coff)
    name = name.substr(0, at);
  return name;
}

Scheme scheme_of(std::string_view name) {
  if (name.starts_with("_Z")) return is_rust_legacy(name) ? Scheme::Rust : Scheme::Itanium;
  // The mangling's second version: a path, or its version's number, comes first.
  if (name.starts_with("_R") && name.size() > 3 &&
      (is_digit(name[2]) || std::string_view("CMXYNIB").find(name[2]) != std::string_view::npos))
    return Scheme::Rust;
  if (name.starts_with('?')) return Scheme::Microsoft;
  if (name.starts_with("$s") || name.starts_with("$S") || name.starts_with("_$s")) return Scheme::Swift;
  if (name.starts_with("_D") && name.size() > 2 && is_digit(name[2])) return Scheme::D;
  if (name.starts_with("OBJC_") || name.starts_with("-[") || name.starts_with("+[")) return Scheme::ObjectiveC;
  return Scheme::Plain;
}

std::string take(char *text) {
  CString owner(text, &std::free);
  return text ? std::string(text) : std::string();
}

void parse_itanium(ParsedName &parsed) {
  llvm::ItaniumPartialDemangler demangler;
  std::string mangled(parsed.raw);
  if (demangler.partialDemangle(mangled.c_str())) return;
  parsed.demangled = take(demangler.finishDemangle(nullptr, nullptr));
  parsed.special = demangler.isSpecialName();
  parsed.function = demangler.isFunction();
  if (parsed.function) {
    parsed.base = take(demangler.getFunctionBaseName(nullptr, nullptr));
    parsed.scope = take(demangler.getFunctionDeclContextName(nullptr, nullptr));
    parsed.parameters = take(demangler.getFunctionParameters(nullptr, nullptr));
    Declaration text = read_declaration(parsed.demangled);
    parsed.arguments = text.arguments;
    parsed.qualifiers = text.qualifiers;
  } else {
    take_over(read_declaration(parsed.demangled), parsed);
  }
}

void parse_microsoft(ParsedName &parsed) {
  std::string text = take(llvm::microsoftDemangle(parsed.raw, nullptr, nullptr));
  parsed.base = base_identifier(parsed.raw);
  if (text.empty()) return;
  parsed.demangled = text;
  constexpr auto bare =
      static_cast<llvm::MSDemangleFlags>(llvm::MSDF_NoAccessSpecifier | llvm::MSDF_NoCallingConvention |
                                         llvm::MSDF_NoReturnType | llvm::MSDF_NoMemberType | llvm::MSDF_NoVariableType);
  take_over(read_declaration(take(llvm::microsoftDemangle(parsed.raw, nullptr, nullptr, bare))), parsed);
  if (parsed.imported) parsed.demangled.insert(0, "__declspec(dllimport) ");
}

void split_path(ParsedName &parsed) {
  size_t scope_end = parsed.demangled.rfind("::");
  if (scope_end == std::string::npos) return;
  parsed.scope = parsed.demangled.substr(0, scope_end);
  parsed.base = parsed.demangled.substr(scope_end + 2);
}

// Rust v0: "N" and a namespace once for each part after the crate's, then "C" and the parts;
// what follows are types and generic arguments. The path of an impl holds types: there the last
// name of all serves. Disambiguators ("s…_") and back references ("B…_") hold digits that are
// no lengths.
std::string_view rust_v0_identifier(std::string_view mangled) {
  size_t i = mangled.starts_with("_RI") ? 3 : 2;
  size_t parts = 1;
  for (; i + 1 < mangled.size() && mangled[i] == 'N'; i += 2) ++parts;
  bool plain = i < mangled.size() && mangled[i] == 'C';
  std::string_view base;
  while (i < mangled.size() && parts > 0) {
    char c = mangled[i];
    if (c == 's' || c == 'B') {
      size_t end = mangled.find('_', i);
      if (end == mangled.npos) break;
      i = end + 1;
    } else if (is_digit(c)) {
      size_t length = 0;
      while (i < mangled.size() && is_digit(mangled[i]) && length < mangled.size())
        length = length * 10 + static_cast<size_t>(mangled[i++] - '0');
      if (i < mangled.size() && mangled[i] == '_') ++i;
      if (length == 0 || length > mangled.size() - i) break;
      base = mangled.substr(i, length);
      i += length;
      if (plain) --parts;
    } else {
      ++i;
    }
  }
  return base;
}

}  // namespace

ParsedName parse_name(std::string_view name, Format format) {
  ParsedName parsed;
  parsed.raw = without_prefix(name, format);
  parsed.prefixed = format == Format::MachO && name.starts_with('_');
  parsed.imported = strip_import(parsed.raw);
  parsed.scheme = scheme_of(parsed.raw);
  parsed.demangled = parsed.raw;
  parsed.base = parsed.raw;
  switch (parsed.scheme) {
    case Scheme::Itanium: parse_itanium(parsed); break;
    case Scheme::Rust:
      if (parsed.raw.starts_with("_R")) {
        std::string text = take(llvm::rustDemangle(parsed.raw));
        if (!text.empty()) parsed.demangled = text;
      } else {
        parse_itanium(parsed);
        parsed.function = false;
        parsed.parameters.clear();
        // "path::name::h0123456789abcdef": the hash tells builds apart, not functions.
        if (size_t hash = parsed.demangled.rfind("::h"); hash != std::string::npos) parsed.demangled.resize(hash);
      }
      split_path(parsed);
      break;
    case Scheme::Microsoft: parse_microsoft(parsed); break;
    case Scheme::D: {
      std::string text = take(llvm::dlangDemangle(parsed.raw));
      if (!text.empty()) parsed.demangled = text;
      parsed.base = base_identifier(parsed.raw);
      break;
    }
    case Scheme::Plain:
    case Scheme::Swift:
    case Scheme::ObjectiveC: break;
  }
  return parsed;
}

// "path::name::h0123456789abcdef": demangled as if it were C++, the hash kept.
bool ends_in_hash(std::string_view text) {
  size_t at = text.rfind("::h");
  return at != text.npos && text.size() == at + 19 && text.find_first_not_of("0123456789abcdef", at + 3) == text.npos;
}

ParsedName parse_printed(std::string_view text, Format format) {
  // LLD for Windows prints __imp_NAME so.
  constexpr std::string_view imported = "__declspec(dllimport) ";
  if (text.starts_with(imported) && text.size() > imported.size()) {
    ParsedName parsed = parse_printed(text.substr(imported.size()), format);
    parsed.imported = true;
    parsed.demangled.insert(0, imported);
    return parsed;
  }
  ParsedName parsed = parse_name(text, format);
  // Apple's linkers print C names with the underscore and C++ names without.
  if (parsed.scheme != Scheme::Plain) return parsed;
  bool declaration = text.find_first_of("(<: ") != text.npos;
  if (!declaration) return parsed;
  parsed.raw = text;
  parsed.demangled = text;
  if (ends_in_hash(text)) {
    parsed.scheme = Scheme::Rust;
    parsed.demangled.resize(text.size() - 19);
    split_path(parsed);
    return parsed;
  }
  parsed.scheme = text.find('`') != text.npos ? Scheme::Microsoft : Scheme::Itanium;
  take_over(read_declaration(text), parsed);
  return parsed;
}

bool strip_import(std::string_view &name) {
  // Most names end here: this runs for each symbol of a link.
  if (name.size() < 7 || name[0] != '_' || (name[1] != '_' && name[1] != 'i')) return false;
  for (std::string_view prefix : {"__imp_", "_imp__"})
    if (name.starts_with(prefix) && name.size() > prefix.size()) {
      name.remove_prefix(prefix.size());
      return true;
    }
  return false;
}

std::string canonical(std::string_view demangled) {
  std::string text;
  for (size_t i = 0; i < demangled.size(); ++i) {
    bool blank =
        demangled[i] == ' ' && i > 0 && demangled[i - 1] == '>' && i + 1 < demangled.size() && demangled[i + 1] == '>';
    if (!blank) text += demangled[i];
  }
  return text;
}

std::string class_of(const ParsedName &name) {
  if (name.table == ClassTable::None) return name.scope;
  return name.scope.empty() ? name.base : name.scope + "::" + name.base;
}

std::string demangle(std::string_view name, Format format) {
  ParsedName parsed = parse_name(name, format);
  if (parsed.demangled == parsed.raw) return std::string(name);
  return parsed.demangled;
}

std::string_view base_identifier(std::string_view name) {
  std::string_view original = name;
  strip_import(name);
  if (name.starts_with('?')) {  // Microsoft: ?name@scope@@…
    std::string_view rest = name.substr(1);
    while (rest.starts_with('?')) rest.remove_prefix(1);
    std::string_view base = rest.substr(0, rest.find('@'));
    return base.empty() ? original : base;
  }
  std::string_view mangled = name;
  while (mangled.size() > 1 && mangled[0] == '_' && mangled[1] == '_') mangled.remove_prefix(1);
  char scheme = mangled.size() > 2 && mangled[0] == '_' ? mangled[1] : '\0';
  if (scheme == 'R') {
    std::string_view base = rust_v0_identifier(mangled);
    return base.empty() ? original : base;
  }
  if (scheme == 'Z' || (scheme == 'D' && is_digit(mangled[2]))) {
    // Walk <length><identifier> parts; the last one of the first nested name, or the first
    // part of a name without scope, is the entity. Parameters come after it: stop at the
    // 'E' that closes the nested name, or after one part where there is none.
    size_t i = 2;
    // The tables of a class: _ZTV, _ZTI, _ZTS, _ZTT.
    if (mangled.size() > 4 && scheme == 'Z' && mangled[2] == 'T' &&
        (mangled[3] == 'V' || mangled[3] == 'I' || mangled[3] == 'S' || mangled[3] == 'T'))
      i = 4;
    bool nested = scheme == 'D' || (i < mangled.size() && mangled[i] == 'N');
    std::string_view base;
    while (i < mangled.size()) {
      char c = mangled[i];
      if (is_digit(c)) {
        bool tag = mangled[i - 1] == 'B' && !base.empty();
        size_t length = 0;
        while (i < mangled.size() && is_digit(mangled[i]) && length < mangled.size())
          length = length * 10 + static_cast<size_t>(mangled[i++] - '0');
        if (length == 0 || length > mangled.size() - i) break;
        std::string_view part = mangled.substr(i, length);
        i += length;
        // A Rust legacy hash is not a name, nor is an ABI tag ("B5cxx11").
        if (tag) continue;
        if (!(part.size() == 17 && part[0] == 'h' && !base.empty() && i + 1 == mangled.size())) base = part;
        if (!nested) break;
      } else if (nested && (c == 'E' || c == 'I')) {
        break;
      } else if ((c == 'C' || c == 'D') && scheme == 'Z' && !base.empty() && i + 1 < mangled.size() &&
                 is_digit(mangled[i + 1])) {
        i += 2;  // a constructor or destructor (C1, D0): that digit is no length
      } else {
        ++i;
      }
    }
    return base.empty() ? original : base;
  }
  // C: leading underscores, "@plt", "@4" and "@@VERSION" are decoration, as is Fortran's
  // trailing underscore.
  // (Plain loops: this runs for every symbol, and find_first_of calls a function a character.)
  size_t start = 0;
  while (start < name.size() && (name[start] == '_' || name[start] == '.')) ++start;
  if (start == name.size()) return original;
  name.remove_prefix(start);
  size_t end = name.find('@', 1);
  if (end != name.npos) name = name.substr(0, end);
  while (name.size() > 1 && name.back() == '_') name.remove_suffix(1);
  return name;
}

uint32_t hash_identifier(std::string_view identifier) {
  return static_cast<uint32_t>(XXH3_64bits(identifier.data(), identifier.size()));
}

uint32_t letter_set(std::string_view text) {
  uint32_t bits = 0;
  for (char c : text) bits |= uint32_t{1} << (static_cast<unsigned char>(c) & 31);
  return bits;
}

uint32_t identifier_hash(std::string_view name) { return hash_identifier(base_identifier(name)); }

}  // namespace ldwhy
