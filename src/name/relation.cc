#include "name/relation.h"

namespace ldwhy {
namespace {

bool is_cplusplus(Scheme scheme) { return scheme == Scheme::Itanium || scheme == Scheme::Microsoft; }

// C, assembly and C++ variables at namespace scope share plain names.
bool is_plain(const ParsedName &name) { return name.scheme == Scheme::Plain; }

}  // namespace

std::optional<Relation> relate(const ParsedName &wanted, std::string_view found, Format format) {
  ParsedName other = parse_name(found, format);
  if (wanted.raw == other.raw) return Relation::Exact;
  if (wanted.special || other.special) return std::nullopt;
  if (is_plain(wanted) != is_plain(other)) {
    const ParsedName &plain = is_plain(wanted) ? wanted : other;
    const ParsedName &mangled = is_plain(wanted) ? other : wanted;
    if (plain.raw != mangled.base) return std::nullopt;
    if (mangled.scheme == Scheme::Rust || mangled.scope.empty()) return Relation::Linkage;
    return Relation::Scope;
  }
  if (is_plain(wanted)) {
    // base_identifier() takes off what decoration adds; the caller saw that it agrees.
    return base_identifier(wanted.raw) == base_identifier(other.raw) ? std::optional(Relation::Decoration)
                                                                     : std::nullopt;
  }
  if (wanted.scheme != other.scheme || wanted.base != other.base) return std::nullopt;
  if (wanted.scheme == Scheme::Rust)
    return wanted.demangled == other.demangled ? std::optional(Relation::Decoration) : std::nullopt;
  if (!is_cplusplus(wanted.scheme)) return std::nullopt;
  if (wanted.scope == other.scope) return Relation::Signature;
  if (wanted.parameters == other.parameters && wanted.function == other.function) return Relation::Scope;
  return std::nullopt;
}

}  // namespace ldwhy
