// Finding the advisories that a linker's words point to.
#include <algorithm>

#include "advisory/advisory.h"
#include "advisory/expression.h"

namespace ldwhy {
namespace {

// The literals of `pattern` in this order, some text in the place of each "{}".
bool has_text(std::string_view text, std::string_view pattern) {
  for (bool first = true;; first = false) {
    size_t hole = pattern.find("{}");
    std::string_view literal = pattern.substr(0, hole);
    size_t at = first ? text.find(literal) : text.empty() ? text.npos : text.find(literal, 1);
    if (at == text.npos) return false;
    if (hole == pattern.npos) return true;
    text.remove_prefix(at + literal.size());
    pattern.remove_prefix(hole + 2);
  }
}

bool fits_text(const Complaint &complaint, std::string_view pattern) {
  if (pattern.empty() || has_text(complaint.text, pattern)) return true;
  return std::ranges::any_of(complaint.notes, [&](const std::string &note) { return has_text(note, pattern); });
}

bool any_glob(const std::vector<std::string> &globs, std::string_view text) {
  return std::ranges::any_of(globs, [&](const std::string &glob) { return matches_glob(text, glob); });
}

bool fits_reference(const std::vector<std::string> &globs, const Complaint &complaint) {
  if (globs.empty()) return true;
  return std::ranges::any_of(complaint.references, [&](const ReferencePlace &place) {
    return any_glob(globs, place.file) || any_glob(globs, place.member);
  });
}

bool fits(const Signature &signature, const Complaint &complaint, std::string_view demangled) {
  if (signature.kind != complaint.kind) return false;
  if (!signature.symbols.empty() && !any_glob(signature.symbols, complaint.symbol) &&
      !any_glob(signature.symbols, demangled))
    return false;
  return fits_text(complaint, signature.text) && fits_reference(signature.references, complaint);
}

}  // namespace

bool has_signature(const Advisory &advisory, const Complaint &complaint, std::string_view demangled) {
  return std::ranges::any_of(advisory.signatures,
                             [&](const Signature &signature) { return fits(signature, complaint, demangled); });
}

std::vector<const Advisory *> match_signatures(const AdvisoryBase &base, const Complaint &complaint,
                                               std::string_view demangled) {
  std::vector<const Advisory *> matched;
  for (const Advisory &advisory : base.all())
    if (has_signature(advisory, complaint, demangled)) matched.push_back(&advisory);
  return matched;
}

}  // namespace ldwhy
