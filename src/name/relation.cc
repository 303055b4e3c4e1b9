#include "name/relation.h"

#include "name/abi.h"

namespace ldwhy {
namespace {

bool is_cplusplus(Scheme scheme) { return scheme == Scheme::Itanium || scheme == Scheme::Microsoft; }

// C, assembly and C++ variables at namespace scope share plain names.
bool is_plain(const ParsedName &name) { return name.scheme == Scheme::Plain; }

bool equal_but_case(std::string_view a, std::string_view b) {
  auto lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; };
  if (a.size() != b.size()) return false;
  for (size_t i = 0; i < a.size(); ++i)
    if (lower(a[i]) != lower(b[i])) return false;
  return true;
}

// base_identifier() takes off what decoration adds, but for the marks of Fortran libraries:
// capitals, and 64 where integers have 64 bits.
bool same_but_decoration(std::string_view a, std::string_view b) {
  if (base_identifier(a) == base_identifier(b)) return true;
  bool fortran = a.ends_with('_') || b.ends_with('_');
  std::string_view first = without_64(base_identifier(a)), second = without_64(base_identifier(b));
  return first == second || (fortran && equal_but_case(first, second));
}

// Of a class's table: its other tables, and its constructors and destructors.
std::optional<Relation> relate_table(const ParsedName &wanted, const ParsedName &other) {
  if (wanted.table != ClassTable::None && same_but_abi(wanted, other)) return Relation::Abi;
  if (wanted.table == ClassTable::None || (other.special && other.table == ClassTable::None)) return std::nullopt;
  return class_of(wanted) == class_of(other) ? std::optional(Relation::Companion) : std::nullopt;
}

std::optional<Relation> relate_cplusplus(const ParsedName &wanted, const ParsedName &other) {
  if (same_but_abi(wanted, other)) return Relation::Abi;
  bool same_base = wanted.base == other.base;
  if (wanted.scope == other.scope && same_base) {
    bool instances = !wanted.arguments.empty() && !other.arguments.empty() && wanted.arguments != other.arguments;
    return instances ? Relation::Instance : Relation::Signature;
  }
  bool templates = wanted.scope.find('<') != std::string::npos && other.scope.find('<') != std::string::npos;
  bool constructor = wanted.base.find('<') != std::string::npos;
  if (templates && without_arguments(wanted.scope) == without_arguments(other.scope) &&
      (same_base || (constructor && without_arguments(wanted.base) == without_arguments(other.base))))
    return Relation::Instance;
  if (same_base && wanted.parameters == other.parameters && wanted.function == other.function) return Relation::Scope;
  return std::nullopt;
}

}  // namespace

std::string_view without_64(std::string_view name) {
  if (name.size() <= 3 || !name.ends_with("64")) return name;
  name.remove_suffix(2);
  if (name.ends_with('_')) name.remove_suffix(1);
  return name;
}

std::optional<Relation> relate(const ParsedName &wanted, std::string_view found, Format format) {
  ParsedName other = parse_name(found, format);
  if (wanted.imported != other.imported)
    return wanted.raw == other.raw ? std::optional(Relation::Import) : std::nullopt;
  // A C name with the format's prefix and one without it are two names.
  if (wanted.raw == other.raw) return wanted.prefixed == other.prefixed ? Relation::Exact : Relation::Decoration;
  if (wanted.special || other.special) return relate_table(wanted, other);
  if (is_plain(wanted) != is_plain(other)) {
    const ParsedName &plain = is_plain(wanted) ? wanted : other;
    const ParsedName &mangled = is_plain(wanted) ? other : wanted;
    if (plain.raw != mangled.base) return std::nullopt;
    if (mangled.scheme == Scheme::Rust || mangled.scope.empty()) return Relation::Linkage;
    return Relation::Scope;
  }
  if (is_plain(wanted))
    return same_but_decoration(wanted.raw, other.raw) ? std::optional(Relation::Decoration) : std::nullopt;
  if (wanted.scheme != other.scheme) return std::nullopt;
  if (wanted.scheme == Scheme::Rust)
    return wanted.demangled == other.demangled ? std::optional(Relation::Decoration) : std::nullopt;
  return is_cplusplus(wanted.scheme) ? relate_cplusplus(wanted, other) : std::nullopt;
}

}  // namespace ldwhy
