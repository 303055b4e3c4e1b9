#include "survey/survey.h"

#include <algorithm>
#include <set>
#include <unordered_map>

#include "base/parallel.h"
#include "base/text.h"
#include "name/name.h"
#include "name/relation.h"

namespace ldwhy {

struct Quarry::Parts {
  Format format;
  std::vector<ParsedName> names;
  std::vector<std::string> raw;
  std::unordered_multimap<uint32_t, size_t> by_base;
  // One bit for each value of 12 bits of a wanted identifier's hash: most names miss here.
  std::array<uint64_t, 64> filter{};
  // What a name must hold to match; empty: too many to look for one by one.
  std::vector<std::string> texts;
};

namespace {

constexpr size_t most_texts = 12;

// What Fortran libraries make of an identifier beside underscores: capitals, and a mark for
// 64-bit integers.
std::vector<std::string> other_decorations(std::string_view identifier) {
  std::string plain(without_64(identifier));
  std::vector<std::string> names{plain, plain + "64", plain + "_64", plain, plain};
  for (char &c : names[3])
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - 'a' + 'A');
  for (char &c : names[4])
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return names;
}

}  // namespace

Quarry::Quarry(const std::vector<std::string> &names, Format format) : parts_(new Parts) {
  parts_->format = format;
  parts_->raw = names;
  // "foo@V2" on ELF: the version is no part of the name; in COFF it is.
  if (format == Format::Elf)
    for (std::string &name : parts_->raw) name = name.substr(0, name.find('@', 1));
  for (size_t i = 0; i < names.size(); ++i) {
    parts_->names.push_back(parse_name(parts_->raw[i], format));
    std::vector<uint32_t> hashes{identifier_hash(parts_->raw[i])};
    parts_->texts.emplace_back(base_identifier(parts_->raw[i]));
    if (parts_->names[i].scheme == Scheme::Plain) {
      for (const std::string &other : other_decorations(base_identifier(parts_->raw[i]))) {
        hashes.push_back(identifier_hash(other));
        parts_->texts.push_back(other);
      }
    }
    std::ranges::sort(hashes);
    hashes.erase(std::ranges::unique(hashes).begin(), hashes.end());
    for (uint32_t hash : hashes) {
      parts_->by_base.emplace(hash, i);
      parts_->filter[hash & 63] |= uint64_t{1} << (hash >> 6 & 63);
    }
  }
  std::ranges::sort(parts_->texts);
  parts_->texts.erase(std::ranges::unique(parts_->texts).begin(), parts_->texts.end());
  // What holds a longer text holds the shorter ones in it, too.
  // Each is compared with all: of thousands, that costs more than it saves.
  constexpr size_t few = 500;
  if (parts_->texts.size() <= few)
    std::erase_if(parts_->texts, [all = parts_->texts](const std::string &text) {
      return std::ranges::any_of(
          all, [&](const std::string &other) { return other != text && find_text(text, other) != text.npos; });
    });
  if (parts_->texts.size() > most_texts || std::ranges::any_of(parts_->texts, &std::string::empty))
    parts_->texts.clear();
}

bool Quarry::may_be_in(std::string_view names) const {
  return parts_->texts.empty() || std::ranges::any_of(parts_->texts, [&](const std::string &text) {
           return find_text(names, text) != names.npos;
         });
}

std::optional<std::vector<std::string_view>> Quarry::pick(std::string_view names) const {
  constexpr size_t most_picked = 1000;
  if (parts_->texts.empty()) return std::nullopt;
  std::vector<std::string_view> picked;
  for (const std::string &text : parts_->texts) {
    for (size_t at = 0; (at = find_text(names, text, at)) != names.npos;) {
      if (picked.size() == most_picked) return std::nullopt;
      size_t begin = names.rfind('\0', at) + 1;  // npos + 1: the first name
      size_t end = std::min(names.find('\0', at), names.size());
      picked.push_back(names.substr(begin, end - begin));
      at = end;
    }
  }
  std::ranges::sort(picked, {}, [](std::string_view name) { return name.data(); });
  return picked;
}

Quarry::~Quarry() { delete parts_; }

bool Quarry::may_match(uint32_t hash) const {
  return (parts_->filter[hash & 63] >> (hash >> 6 & 63) & 1) && parts_->by_base.contains(hash);
}

void Quarry::match(std::string_view name, FunctionRef<void(size_t, Relation)> hit) const {
  if (name.empty()) return;
  uint32_t hash = identifier_hash(name);
  if (!may_match(hash)) return;
  auto [begin, end] = parts_->by_base.equal_range(hash);
  for (auto entry = begin; entry != end; ++entry) {
    size_t index = entry->second;
    if (name == parts_->raw[index]) hit(index, Relation::Exact);
    else if (std::optional<Relation> relation = relate(parts_->names[index], name, parts_->format))
      hit(index, *relation);
  }
}

Survey survey(const Link &link, const std::vector<std::string> &names, const Files &files,
              const SurveyOptions &options) {
  Survey result;
  std::vector<std::string> sorted = names;
  std::ranges::sort(sorted);
  sorted.erase(std::ranges::unique(sorted).begin(), sorted.end());
  for (const std::string &name : sorted) result.wanted.push_back({name, {}});
  Quarry quarry(sorted, link.command.target.format);
  for (const SurveySource *source : survey_sources())
    if (!source->off_line || options.beyond_link_line) source->look({link, files, options}, quarry, result);
  for (Wanted &wanted : result.wanted) {
    std::set<std::string> counted;
    for (const Sighting &sighting : wanted.sightings)
      if (sighting.object == no_object && sighting.relation == Relation::Exact && sighting.difference.empty() &&
          counted.insert(sighting.library).second)
        ++result.coverage[sighting.library];
    std::ranges::stable_sort(wanted.sightings, [](const Sighting &a, const Sighting &b) {
      return std::tuple(a.object == no_object, a.relation, a.object, a.file) <
             std::tuple(b.object == no_object, b.relation, b.object, b.file);
    });
  }
  return result;
}

std::vector<std::string> names_of_printed(const Link &link, const std::vector<std::string> &printed) {
  Format format = link.command.target.format;
  std::vector<std::string> names(printed.size());
  std::unordered_multimap<uint32_t, size_t> by_base;
  for (size_t i = 0; i < printed.size(); ++i) {
    std::string_view text = printed[i];
    // The identifier of "ns::foo<int>(char) const" as base_identifier() would find it mangled.
    size_t end = text.find_first_of("(<[");
    std::string_view path = text.substr(0, end == 0 ? text.npos : end);
    size_t scope = path.rfind("::");
    std::string_view base = scope == path.npos ? path : path.substr(scope + 2);
    if (size_t space = base.rfind(' '); space != base.npos) base = base.substr(space + 1);
    by_base.emplace(identifier_hash(base), i);
    by_base.emplace(identifier_hash(text), i);
  }
  std::mutex mutex;
  parallel_for(link.objects.size(), [&](size_t id) {
    const Object *object = link.object(static_cast<ObjectId>(id));
    if (!object) return;
    (void)object->for_each_symbol([&](const Symbol &symbol) {
      if (symbol.name.empty()) return;
      auto [begin, end] = by_base.equal_range(identifier_hash(symbol.name));
      for (auto entry = begin; entry != end; ++entry) {
        const std::string &text = printed[entry->second];
        if (symbol.name != text && canonical(demangle(symbol.name, format)) != canonical(text) &&
            parse_name(symbol.name, format).raw != text)
          continue;
        std::lock_guard lock(mutex);
        std::string &name = names[entry->second];
        // The same text may stand for several names (constructors C1 and C2): take the least,
        // so that the answer does not depend on threads.
        if (name.empty() || symbol.name < name) name = symbol.name;
      }
    });
  });
  for (size_t i = 0; i < printed.size(); ++i)
    if (names[i].empty()) names[i] = printed[i].substr(0, printed[i].find("@@"));
  return names;
}

std::vector<std::pair<size_t, ObjectId>> references_to(const Link &link, const std::vector<std::string> &names) {
  std::vector<std::pair<size_t, ObjectId>> found;
  std::mutex mutex;
  parallel_for(link.objects.size(), [&](size_t i) {
    ObjectId id = static_cast<ObjectId>(i);
    const Object *object = link.object(id);
    if (!object) return;
    (void)object->for_each_symbol([&](const Symbol &symbol) {
      if (is_defined(symbol)) return;
      for (size_t name = 0; name < names.size(); ++name) {
        if (symbol.name != names[name]) continue;
        std::lock_guard lock(mutex);
        found.push_back({name, id});
      }
    });
  });
  std::ranges::sort(found);
  return found;
}

}  // namespace ldwhy
