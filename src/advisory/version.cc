#include "advisory/version.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace ldwhy {
namespace {

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t' || text.front() == '\n')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t' || text.back() == '\n')) text.remove_suffix(1);
  return text;
}

// Takes a decimal number off the front; none, or one too long for any version: nothing.
std::optional<uint64_t> take_number(std::string_view &text) {
  size_t length = 0;
  uint64_t value = 0;
  while (length < text.size() && is_digit(text[length])) {
    if (length == 18) return std::nullopt;
    value = value * 10 + static_cast<uint64_t>(text[length++] - '0');
  }
  if (length == 0) return std::nullopt;
  text.remove_prefix(length);
  return value;
}

// "1.2.3", as far as it goes; the rest stays in `text`.
std::optional<Version> take_numbers(std::string_view &text) {
  Version version;
  while (true) {
    std::optional<uint64_t> number = take_number(text);
    if (!number || version.count == version.numbers.size()) return std::nullopt;
    version.numbers[version.count++] = *number;
    if (text.size() < 2 || text[0] != '.' || !is_digit(text[1])) return version;
    text.remove_prefix(1);
  }
}

// One identifier of a pre-release: numbers stand before words, shorter lists before longer.
int compare_pre(std::string_view left, std::string_view right) {
  while (true) {
    if (left.empty() || right.empty()) return int(!left.empty()) - int(!right.empty());
    std::string_view a = left.substr(0, left.find('.')), b = right.substr(0, right.find('.'));
    bool a_number = std::ranges::all_of(a, is_digit), b_number = std::ranges::all_of(b, is_digit);
    if (a_number != b_number) return a_number ? -1 : 1;
    if (a_number && a.size() != b.size()) return a.size() < b.size() ? -1 : 1;
    if (int order = a.compare(b)) return order < 0 ? -1 : 1;
    left.remove_prefix(std::min(left.size(), a.size() + 1));
    right.remove_prefix(std::min(right.size(), b.size() + 1));
  }
}

// The least version that begins with these numbers, its pre-releases included.
Version least_of(Version version) {
  version.pre = "0";
  return version;
}

// All releases that begin with the numbers written.
VersionRange releases_of(const Version &version) {
  Version next = version;
  ++next.numbers[next.count - 1];
  return {version, least_of(next), true, false};
}
// So, with the pre-releases of the first.
VersionRange family(const Version &version) {
  VersionRange range = releases_of(version);
  range.from->pre = "0";
  return range;
}

VersionRange around_release(uint64_t major, uint64_t first, uint64_t last) {
  Version from{{major, first, 0}, 3, "0"}, to{{major, last, 0}, 3, ""};
  return {from, to, true, true};
}

// "2025-09-01" at the front.
std::optional<std::chrono::sys_days> take_date(std::string_view text) {
  int parts[3];
  for (int i = 0; i < 3; ++i) {
    std::optional<uint64_t> number = take_number(text);
    if (!number || *number > 9999) return std::nullopt;
    parts[i] = static_cast<int>(*number);
    if (i < 2) {
      if (!text.starts_with('-')) return std::nullopt;
      text.remove_prefix(1);
    }
  }
  std::chrono::year_month_day date{std::chrono::year{parts[0]}, std::chrono::month{static_cast<unsigned>(parts[1])},
                                   std::chrono::day{static_cast<unsigned>(parts[2])}};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days{date};
}

// Rust releases come every six weeks since 1.1 on 2015-06-25: on the day of 1.N, beta turns
// from 1.N to 1.(N+1). Nightly turns some days earlier, so the last week is either.
std::optional<VersionRange> dated_rust(std::string_view channel, std::string_view date_text) {
  using namespace std::chrono;
  std::optional<sys_days> date = take_date(date_text);
  constexpr sys_days first = sys_days{year{2015} / 6 / 25};
  if (!date || *date < first) return std::nullopt;
  uint64_t days_since = static_cast<uint64_t>((*date - first).count());
  uint64_t stable = 1 + days_since / 42;
  uint64_t turning = days_since % 42 >= 35 ? 1 : 0;
  if (channel == "stable") return releases_of(Version{{1, stable}, 2, ""});
  uint64_t ahead = channel == "nightly" ? 2 : 1;
  return around_release(1, stable + ahead, stable + ahead + turning);
}

// A channel without a date is whatever is current where it is used: nobody gets a release of
// years ago that way. This one is of February 2025.
Version oldest_current_rust() { return {{1, 85, 0}, 3, ""}; }

std::optional<VersionRange> rust_channel(std::string_view text) {
  for (std::string_view channel : {"nightly", "beta", "stable"}) {
    if (text == channel) return VersionRange{oldest_current_rust(), std::nullopt, true, false};
    if (text.starts_with(channel) && text.substr(channel.size()).starts_with('-'))
      if (std::optional<VersionRange> dated = dated_rust(channel, text.substr(channel.size() + 1))) return dated;
  }
  return std::nullopt;
}

bool below(const VersionRange &left, const VersionRange &right) {
  if (!left.to || !right.from) return false;
  int order = compare(*left.to, *right.from);
  return order < 0 || (order == 0 && !(left.to_included && right.from_included));
}
// So, with a gap between them.
bool apart(const VersionRange &left, const VersionRange &right) {
  if (!left.to || !right.from) return false;
  int order = compare(*left.to, *right.from);
  return order < 0 || (order == 0 && !left.to_included && !right.from_included);
}
bool starts_no_later(const VersionRange &left, const VersionRange &right) {
  if (!left.from) return true;
  if (!right.from) return false;
  int order = compare(*left.from, *right.from);
  return order < 0 || (order == 0 && (left.from_included || !right.from_included));
}
bool ends_no_earlier(const VersionRange &left, const VersionRange &right) {
  if (!left.to) return true;
  if (!right.to) return false;
  int order = compare(*left.to, *right.to);
  return order > 0 || (order == 0 && (left.to_included || !right.to_included));
}

struct Comparison {
  std::string_view op;       // "<", "<=", ">", ">=", "=", "*" for a family or all
  std::string_view version;  // as written
  VersionRange range;
};

std::expected<Comparison, std::string> parse_comparison(std::string_view text) {
  Comparison one;
  std::string_view whole = text;
  for (std::string_view op : {"<=", ">=", "<", ">", "="})
    if (text.starts_with(op)) {
      one.op = op;
      break;
    }
  text = trimmed(text.substr(one.op.size()));
  one.version = text;
  if (one.op.empty()) one.op = "=";
  if (one.op == "=" && text == "*") {
    one.op = "*";
    return one;
  }
  bool wild = text.ends_with(".*");
  std::optional<Version> version = parse_version(wild ? text.substr(0, text.size() - 2) : text);
  if (!version || (wild && (one.op != "=" || !version->pre.empty())))
    return std::unexpected(fmt::format("'{}' is no version range", whole));
  if (wild) {
    one.op = "*";
    one.range = family(*version);
  } else if (one.op == "=") {
    if (version->count < 3)
      return std::unexpected(
          fmt::format("'{}' can be read in two ways: write '{}.*' for all that begin so, or all "
                      "three numbers",
                      whole, text));
    one.range = exactly(*version);
  } else if (one.op.starts_with('<')) {
    one.range = {std::nullopt, version, true, one.op == "<="};
  } else {
    one.range = {version, std::nullopt, one.op == ">=", false};
  }
  return one;
}

std::string in_words(const std::vector<Comparison> &all, std::string_view text) {
  const Comparison &first = all.front();
  if (all.size() == 1) {
    if (first.op == "*" && first.version == "*") return "of any version";
    if (first.op == "=" || first.op == "*") return std::string(first.version);
    if (first.op == "<") return fmt::format("older than {}", first.version);
    if (first.op == "<=") return fmt::format("{} or older", first.version);
    if (first.op == ">=") return fmt::format("{} or newer", first.version);
    return fmt::format("newer than {}", first.version);
  }
  if (all.size() == 2 && first.op == ">=" && all[1].op == "<")
    return fmt::format("{} to before {}", first.version, all[1].version);
  if (all.size() == 2 && first.op == ">=" && all[1].op == "<=")
    return fmt::format("{} to {}", first.version, all[1].version);
  return std::string(text);
}

// Splits at `separator`, parts trimmed.
std::vector<std::string_view> parts_of(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  while (true) {
    size_t end = text.find(separator);
    parts.push_back(trimmed(text.substr(0, end)));
    if (end == text.npos) return parts;
    text.remove_prefix(end + 1);
  }
}

}  // namespace

int compare(const Version &left, const Version &right) {
  for (size_t i = 0; i < left.numbers.size(); ++i)
    if (left.numbers[i] != right.numbers[i]) return left.numbers[i] < right.numbers[i] ? -1 : 1;
  if (left.pre.empty() || right.pre.empty()) return int(left.pre.empty()) - int(right.pre.empty());
  return compare_pre(left.pre, right.pre);
}

std::optional<Version> parse_version(std::string_view text) {
  text = text.substr(0, text.find('+'));
  std::optional<Version> version = take_numbers(text);
  if (!version || text.empty()) return version;
  if (text[0] != '-' || text.size() == 1) return std::nullopt;
  for (char c : text.substr(1))
    if (!is_digit(c) && !is_letter(c) && c != '-' && c != '.') return std::nullopt;
  version->pre = text.substr(1);
  return version;
}

VersionRange exactly(const Version &version) { return {version, version, true, true}; }

std::optional<VersionRange> tool_versions(std::string_view tool, std::string_view text) {
  text = trimmed(text);
  text = text.substr(0, text.find_first_of(" \t("));
  if (tool == "rustc")
    if (std::optional<VersionRange> dated = rust_channel(text)) return dated;
  if (tool == "go" && text.starts_with("go")) text.remove_prefix(2);
  if (tool == "ndk" && text.starts_with('r')) text.remove_prefix(1);
  if (text.starts_with('v')) text.remove_prefix(1);
  std::optional<Version> version = take_numbers(text);
  if (!version) return std::nullopt;
  // What follows is a pre-release where it is a word that says so. Packagers' numbers
  // ("2.40-2"), targets ("1.90.0-x86_64-…") and letters ("25c") are none.
  std::string_view word = text;
  while (!word.empty() && (word[0] == '-' || word[0] == '.' || word[0] == '~')) word.remove_prefix(1);
  for (std::string_view mark : {"nightly", "beta", "alpha", "rc", "dev", "git", "pre"})
    if (word.starts_with(mark)) {
      VersionRange range{least_of(*version), version, true, true};
      range.from->pre = std::string(word.substr(0, word.find('+')));
      return range;
    }
  if (version->count < 3) return releases_of(*version);
  return exactly(*version);
}

std::expected<VersionSet, std::string> VersionSet::parse(std::string_view text) {
  VersionSet set;
  for (std::string_view alternative : parts_of(text, '|')) {
    VersionRange range;
    std::vector<Comparison> comparisons;
    for (std::string_view part : parts_of(alternative, ',')) {
      std::expected<Comparison, std::string> one = parse_comparison(part);
      if (!one) return std::unexpected(std::move(one.error()));
      if (!starts_no_later(one->range, range)) {
        range.from = one->range.from;
        range.from_included = one->range.from_included;
      }
      if (!ends_no_earlier(one->range, range)) {
        range.to = one->range.to;
        range.to_included = one->range.to_included;
      }
      comparisons.push_back(std::move(*one));
    }
    if (below(range, range)) return std::unexpected(fmt::format("no version can be in '{}'", alternative));
    set.ranges_.push_back(std::move(range));
    if (!set.words_.empty()) set.words_ += " or ";
    set.words_ += in_words(comparisons, alternative);
  }
  std::ranges::sort(set.ranges_, [](const VersionRange &a, const VersionRange &b) {
    return starts_no_later(a, b) && !starts_no_later(b, a);
  });
  std::vector<VersionRange> merged;
  for (VersionRange &range : set.ranges_) {
    if (merged.empty() || apart(merged.back(), range)) {
      merged.push_back(std::move(range));
    } else if (!ends_no_earlier(merged.back(), range)) {
      merged.back().to = range.to;
      merged.back().to_included = range.to_included;
    }
  }
  set.ranges_ = std::move(merged);
  return set;
}

State VersionSet::holds(const VersionRange &versions) const {
  for (const VersionRange &range : ranges_) {
    if (below(range, versions) || below(versions, range)) continue;
    bool whole = starts_no_later(range, versions) && ends_no_earlier(range, versions);
    return whole ? State::Met : State::Unknown;
  }
  return State::NotMet;
}

}  // namespace ldwhy
