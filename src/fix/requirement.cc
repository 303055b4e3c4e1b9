#include "fix/requirement.h"

#include <algorithm>

#include "advisory/version.h"

namespace ldwhy {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

struct Comparison {
  std::string_view sign;     // "", "^", "~", "=", ">", ">=", "<", "<="
  std::string_view version;  // as written, without a wildcard
  bool wildcard = false;
};

Comparison parse_comparison(std::string_view text) {
  text = trimmed(text);
  Comparison comparison;
  for (std::string_view sign : {">=", "<=", "^", "~", "=", ">", "<"})
    if (comparison.sign.empty() && text.starts_with(sign)) comparison.sign = sign;
  text = trimmed(text.substr(comparison.sign.size()));
  size_t star = text.find_first_of("*xX");
  if (star != text.npos && text.find('-') == text.npos) {
    comparison.wildcard = true;
    text = text.substr(0, star > 0 ? star - 1 : 0);
  }
  comparison.version = text;
  return comparison;
}

// The first version that is no longer meant.
Version upper_limit(const Comparison &comparison, const Version &from) {
  size_t kept = from.count;  // numbers that must stay
  if (!comparison.wildcard && (comparison.sign.empty() || comparison.sign == "^")) {
    size_t first = 0;
    while (first + 1 < from.count && from.numbers[first] == 0) ++first;
    kept = first + 1;
  } else if (comparison.sign == "~") {
    kept = std::min<size_t>(from.count, 2);
  }
  Version limit;
  limit.count = 3;
  for (size_t i = 0; i < kept; ++i) limit.numbers[i] = from.numbers[i];
  ++limit.numbers[kept - 1];
  return limit;
}

std::optional<bool> comparison_allows(std::string_view text, const Version &version) {
  Comparison comparison = parse_comparison(text);
  if (comparison.version.empty())
    return comparison.wildcard && comparison.sign.empty() ? std::optional(true) : std::nullopt;
  std::optional<Version> from = parse_version(comparison.version);
  if (!from || from->count == 0 || from->count > 3) return std::nullopt;
  int order = compare(version, *from);
  Version limit = upper_limit(comparison, *from);
  // ">1.2" is beyond every 1.2.x.
  bool beyond = from->count < 3 ? compare(version, limit) >= 0 : order > 0;
  if (comparison.sign == ">") return beyond;
  if (comparison.sign == ">=") return order >= 0;
  if (comparison.sign == "<") return order < 0;
  if (comparison.sign == "<=") return !beyond;
  if (comparison.sign == "=" && from->count == 3) return order == 0;
  return order >= 0 && compare(version, limit) < 0;
}

}  // namespace

std::optional<bool> requirement_allows(std::string_view requirement, std::string_view version) {
  std::optional<Version> wanted = parse_version(version);
  if (!wanted) return std::nullopt;
  bool all = true;
  for (;;) {
    size_t comma = requirement.find(',');
    std::optional<bool> allows = comparison_allows(requirement.substr(0, comma), *wanted);
    if (!allows) return std::nullopt;
    all = all && *allows;
    if (comma == requirement.npos) return all;
    requirement.remove_prefix(comma + 1);
  }
}

std::optional<std::string> requirement_for(std::string_view requirement, std::string_view version) {
  if (requirement.find(',') != requirement.npos) return std::nullopt;
  Comparison comparison = parse_comparison(requirement);
  if (comparison.version.empty() || comparison.version.find('-') != comparison.version.npos) return std::nullopt;
  size_t numbers = 1 + static_cast<size_t>(std::ranges::count(comparison.version, '.'));
  std::string_view with = version;
  size_t dot = 0;
  for (size_t i = 0; i < numbers && dot != with.npos; ++i) dot = with.find('.', i ? dot + 1 : 0);
  with = with.substr(0, dot);
  std::string result(requirement);
  result.replace(static_cast<size_t>(comparison.version.data() - requirement.data()), comparison.version.size(), with);
  if (requirement_allows(result, version) != true) return std::nullopt;
  return result;
}

}  // namespace ldwhy
