// Definitions whose identifier differs from a missing one in case or in one or two
// letters: mistyped names. Only for names that nothing else was found of, since it takes
// one more look at all names. Most names are ruled out by their length, most of the
// rest by the set of their letters: an edit changes at most two of it.
#include <algorithm>
#include <array>
#include <bit>
#include <mutex>

#include "base/parallel.h"
#include "name/name.h"
#include "resolve/symbol_index.h"
#include "survey/survey.h"

namespace ldwhy {
namespace {

constexpr size_t most_names = 20;
constexpr size_t shortest = 4, longest = 120;
constexpr size_t most_sightings = 10;  // of one name

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }

// Edits that turn one into the other: a letter more, less or other, or two neighbours
// exchanged. `limit` + 1 where there are more. Names that differ in a digit are meant to.
int distance(std::string_view a, std::string_view b, int limit) {
  size_t front = 0;
  while (front < a.size() && front < b.size() && lower(a[front]) == lower(b[front])) ++front;
  a.remove_prefix(front);
  b.remove_prefix(front);
  while (!a.empty() && !b.empty() && lower(a.back()) == lower(b.back())) {
    a.remove_suffix(1);
    b.remove_suffix(1);
  }
  for (std::string_view rest : {a, b})
    if (std::ranges::any_of(rest, is_digit)) return limit + 1;
  if (a.empty() || b.empty()) return std::min<int>(static_cast<int>(a.size() + b.size()), limit + 1);
  std::array<std::array<int, longest + 1>, 3> rows;  // of the matrix: two back, one back, this one
  for (size_t j = 0; j <= b.size(); ++j) rows[1][j] = static_cast<int>(j);
  for (size_t i = 1; i <= a.size(); ++i) {
    std::array<int, longest + 1> &above = rows[i % 3], &two_above = rows[(i + 2) % 3], &row = rows[(i + 1) % 3];
    row[0] = static_cast<int>(i);
    int least = row[0];
    for (size_t j = 1; j <= b.size(); ++j) {
      bool same = lower(a[i - 1]) == lower(b[j - 1]);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (same ? 0 : 1)});
      bool exchanged = i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) && lower(a[i - 2]) == lower(b[j - 1]);
      if (exchanged) row[j] = std::min(row[j], two_above[j - 2] + 1);
      least = std::min(least, row[j]);
    }
    if (least > limit) return limit + 1;
  }
  return rows[(a.size() + 1) % 3][b.size()];
}

struct Target {
  size_t index;               // into Survey::wanted
  std::string identifier;
  uint32_t letters;
  int limit;                  // edits
  ParsedName parsed;
};

std::vector<Target> targets_of(const Survey &survey, Format format) {
  std::vector<Target> targets;
  for (size_t i = 0; i < survey.wanted.size(); ++i) {
    const Wanted &wanted = survey.wanted[i];
    bool found =
        std::ranges::any_of(wanted.sightings, [](const Sighting &sighting) { return sighting.object != no_object; });
    std::string_view identifier = base_identifier(wanted.name);
    if (found || identifier.size() < shortest || identifier.size() > longest) continue;
    ParsedName parsed = parse_name(wanted.name, format);
    if (parsed.special || parsed.scheme == Scheme::Rust) continue;
    targets.push_back(
        {i, std::string(identifier), letter_set(identifier), identifier.size() < 9 ? 1 : 2, std::move(parsed)});
  }
  if (targets.size() > most_names) targets.clear();
  return targets;
}

// All but the identifier is the same: the scope, or the parameters.
bool agrees(const Target &target, std::string_view name, Format format) {
  ParsedName other = parse_name(name, format);
  if (other.scheme != target.parsed.scheme || other.special) return false;
  if (other.scheme == Scheme::Plain) return true;
  return other.scope == target.parsed.scope && other.arguments == target.parsed.arguments;
}

// Wanted lengths of identifiers, one bit each; those longer than 63 share the last.
uint64_t lengths_of(const std::vector<Target> &targets) {
  uint64_t lengths = 0;
  for (const Target &target : targets)
    for (size_t length = target.identifier.size() - static_cast<size_t>(target.limit);
         length <= target.identifier.size() + 2; ++length)
      lengths |= uint64_t{1} << std::min<size_t>(length, 63);
  return lengths;
}

class Speller {
 public:
  Speller(const std::vector<Target> &targets, Format format)
      : targets_(targets), lengths_(lengths_of(targets)), format_(format) {}

  bool has_length(size_t length) const { return lengths_ >> std::min<size_t>(length, 63) & 1; }
  bool may_match(uint32_t letters) const {
    return std::ranges::any_of(targets_, [&](const Target &target) { return has_letters(target, letters); });
  }

  // Calls hit(target) for each that `name` is a slip of the pen away from.
  template <class F>
  void match(std::string_view name, F hit) const {
    std::string_view identifier = base_identifier(name);
    if (!has_length(identifier.size()) || identifier.size() > longest) return;
    uint32_t letters = letter_set(identifier);
    for (const Target &target : targets_) {
      if (!has_letters(target, letters)) continue;
      // A class's constructor and destructor.
      if (target.parsed.scheme != Scheme::Plain && identifier == target.identifier) continue;
      if (distance(target.identifier, identifier, target.limit) > target.limit) continue;
      if (agrees(target, name, format_)) hit(target);
    }
  }

 private:
  static bool has_letters(const Target &target, uint32_t letters) {
    return std::popcount(letters ^ target.letters) <= 2 * target.limit;
  }

  const std::vector<Target> &targets_;
  uint64_t lengths_;
  Format format_;
};

// The objects that define a name spelled almost like a missing one.
std::vector<ObjectId> definers(const Link &link, const SymbolIndex *index, const Speller &speller) {
  std::vector<ObjectId> objects;
  if (!index) {
    for (ObjectId id = 0; id < link.objects.size(); ++id) objects.push_back(id);
    return objects;
  }
  std::mutex mutex;
  parallel_for(SymbolIndex::parts, [&](size_t part) {
    index->for_each_name_of(part, [&](SymbolIndex::Name name) {
      const SymbolIndex::Record &record = (*index)[name];
      if (record.first_offer == SymbolIndex::none || !speller.has_length(record.identifier_length)) return;
      if (!speller.may_match(record.letters)) return;
      speller.match(record.text(), [&](const Target &) {
        std::lock_guard lock(mutex);
        index->for_each_offer(name, [&](const SymbolIndex::Offer &offer) { objects.push_back(offer.object); });
      });
    });
  });
  std::ranges::sort(objects);
  objects.erase(std::ranges::unique(objects).begin(), objects.end());
  return objects;
}

void look(const SurveyContext &context, const Quarry &, Survey &survey) {
  const Link &link = context.link;
  Format format = link.command.target.format;
  std::vector<Target> targets = targets_of(survey, format);
  if (targets.empty()) return;
  Speller speller(targets, format);
  std::vector<ObjectId> objects = definers(link, context.options.index, speller);
  std::mutex mutex;
  parallel_for(objects.size(), [&](size_t i) {
    ObjectId id = objects[i];
    const Member &member = link.member_of(id);
    if (!member.object || !member.refused.empty()) return;
    (void)member.object->for_each_name([&](const Symbol &symbol) {
      if (!is_defined(symbol) || symbol.binding == Binding::Local || symbol.name.empty()) return;
      speller.match(symbol.name, [&](const Target &target) {
        Sighting sighting;
        sighting.name = symbol.name;
        sighting.relation = Relation::Spelling;
        sighting.symbol = symbol;
        sighting.object = id;
        sighting.file = link.input_name(link.objects[id].input);
        sighting.member = member.name;
        sighting.kind = member.object->kind();
        std::lock_guard lock(mutex);
        std::vector<Sighting> &sightings = survey.wanted[target.index].sightings;
        if (sightings.size() < most_sightings) sightings.push_back(std::move(sighting));
      });
    });
  });
}

}  // namespace

extern const SurveySource spelling_source{"spelling", "names spelled almost alike", false, look};

}  // namespace ldwhy
