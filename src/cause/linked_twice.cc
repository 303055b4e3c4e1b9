// The same object, or two copies of one library, in one link.
#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "base/files.h"
#include "cause/cause.h"
#include "facts/definitions.h"
#include "facts/duplicates.h"
#include "name/rust_units.h"
#include "facts/inspection.h"

namespace ldwhy {
namespace {

constexpr size_t most_shown = 6;  // definitions, in the evidence

bool same_bytes(const Definer &a, const Definer &b) { return a.object->bytes().text() == b.object->bytes().text(); }

std::optional<Verdict> examine(const Case &c, const Facts &facts) {
  if (!is_duplicate_case(c)) return std::nullopt;
  std::vector<Definer> definers = definers_of(c, facts);
  if (definers.size() < 2) return std::nullopt;
  const Definer &first = definers.front(), &second = definers[1];
  const Sighting &a = *first.sighting, &b = *second.sighting;
  bool same = same_bytes(first, second), same_file = same && a.file == b.file;
  // Two releases of one library have a member of that name each.
  bool namesakes = !a.member.empty() && a.member == b.member;
  if (!same_file && !same && !namesakes) return std::nullopt;
  Verdict verdict;
  verdict.certainty = same ? Certainty::Proven : Certainty::Likely;
  verdict.group = a.file + b.file;
  verdict.summary =
      same_file ? fmt::format("{} is linked twice", place_of(a))
      : same    ? fmt::format("{} and {} are the same object, and both are linked", place_of(a), place_of(b))
                : fmt::format("{} and {} are two builds of one object, and both are linked", place_of(a), place_of(b));
  verdict.explanation =
      "A definition may be in a program once. The link line, with what build tools add to it, brings the same code in "
      "twice, so "
      "that each of its symbols has two definitions.";
  for (size_t i = 0; i < std::min(definers.size(), most_shown); ++i)
    verdict.evidence.push_back(definer_evidence(definers[i], "defines it globally"));
  if (definers.size() > most_shown)
    verdict.evidence.push_back(
        {"definition", "", "", fmt::format("{} more inputs define it", definers.size() - most_shown), {}});
  if (same)
    verdict.evidence.push_back(
        {"comparison", "", "", fmt::format("both are equal, all {} bytes", first.object->bytes().size()), {}});
  verdict.remedies.push_back({.remedy = same_file ? "name-once" : "one-version",
                              .symbol = c.name,
                              .path = same_file          ? a.file
                                      : a.member.empty() ? std::string(file_name(a.file))
                                                         : a.member});
  return verdict;
}

// "libx-0123.rlib(a.o)" and "libx-4567.rlib(a.o)": one member name in two files, or one file twice.
// "Foo-77DD6A1EC62D7E80.o" to "Foo.o": Xcode tells objects of one name in one target apart so.
std::string without_hash(std::string_view name) {
  size_t dot = name.rfind(".o"), dash = name.rfind('-', dot);
  bool hashed = dot != name.npos && dash != name.npos && dot - dash >= 9 &&
                name.substr(dash + 1, dot - dash - 1).find_first_not_of("0123456789ABCDEFabcdef") == name.npos;
  return hashed ? fmt::format("{}.o", name.substr(0, dash)) : std::string(name);
}

// Of paths of Windows as well.
std::string_view last_part(std::string_view path) { return path.substr(path.find_last_of("/\\") + 1); }

bool of_objc_class(const Case &c) {
  std::string_view name = c.complaint->symbol;
  // Underscores that a page took for its own marks are lost in copies.
  for (std::string_view head : {"OBJC_CLASS", "OBJC_METACLASS", "OBJC_IVAR"})
    if (size_t at = name.find(head); at != name.npos && name.substr(at + head.size(), 2).find('$') != name.npos)
      return true;
  return false;
}

std::optional<Suspicion> suspect(const Case &c, const Facts &) {
  if (!is_duplicate_case(c)) return std::nullopt;
  std::set<std::string> files;
  const std::vector<ReferencePlace> &places = c.complaint->references;
  bool namesakes = places.size() > 1, archives = namesakes;
  for (const ReferencePlace &place : places) {
    files.insert(place.file);
    auto object = [](const ReferencePlace &p) {
      // Units of one crate: two static libraries of Rust each bring the standard library.
      if (std::optional<CodegenUnit> unit = codegen_unit(p.member)) return unit->crate;
      return without_hash(p.member.empty() ? last_part(p.file) : std::string_view(p.member));
    };
    namesakes = namesakes && object(place) == object(places.front());
    archives = archives && !place.member.empty();
  }
  std::string check = files.size() > 1 ? fmt::format("cmp {} {}", *files.begin(), *std::next(files.begin())) : "";
  if (places.size() > 1 && files.size() == 1)
    return Suspicion{85, fmt::format("{} is linked twice", *files.begin()), check};
  if (namesakes && without_hash(file_name(places.front().file)) != file_name(places.front().file))
    return Suspicion{
        86, fmt::format("{} is compiled twice in one target", without_hash(file_name(places.front().file))), ""};
  if (of_objc_class(c))
    return Suspicion{84, "the class is implemented twice: one source compiled twice, or two copies of a library",
                     check};
  if (namesakes && archives) return Suspicion{88, "two copies or two versions of one library are linked", check};
  if (namesakes)
    return Suspicion{files.size() > 1 ? 76 : 60,
                     fmt::format("two objects of the name {} hold it: one source compiled twice, or two copies of it",
                                 last_part(places.front().file)),
                     check};
  if (archives) return Suspicion{files.size() > 1 ? 66 : 50, "two libraries that are both linked define it", check};
  return Suspicion{15, "the same code is linked twice", check};
}

std::string decide(const Case &c, const Facts &facts) { return show_definers(c, facts); }

}  // namespace

extern const Cause linked_twice{"linked-twice", "the same object, or two copies of one library, in one link", examine,
                                suspect, decide};

}  // namespace ldwhy
