// Strong definitions of one name in several objects of the link.
#include <algorithm>
#include <unordered_map>
#include <utility>

#include "resolve/elf_liveness.h"
#include "resolve/ir_reader.h"

namespace ldwhy {
namespace {

// What objects define only in groups that they lose, to be looked up by name.
class LostNames {
 public:
  explicit LostNames(const ElfLink &link) : link_(link) {}
  bool contain(ObjectId id, SymbolIndex::Name name) {
    auto [entry, is_new] = names_.try_emplace(id);
    std::vector<SymbolIndex::Name> &names = entry->second;
    if (is_new) {
      link_.for_each_lost(id, [&](SymbolIndex::Name lost) { names.push_back(lost); });
      std::ranges::sort(names);
    }
    return std::ranges::binary_search(names, name);
  }

 private:
  const ElfLink &link_;
  std::unordered_map<ObjectId, std::vector<SymbolIndex::Name>> names_;
};

uint64_t value_of(const ElfLink &link, ObjectId id, std::string_view name) {
  uint64_t value = 0;
  (void)link.link.object(id)->for_each_symbol([&](const Symbol &symbol) {
    if (symbol.name == name && symbol.binding != Binding::Local) value = symbol.value;
  });
  return value;
}

// mold asks the plugin to drop all copies but the one that it binds to, and looks for duplicates in
// what the plugin has made then.
void drop_ir(const ElfLink &link, SymbolIndex::Name name, std::vector<SymbolIndex::Offer> &offers) {
  std::erase_if(offers, [&](const SymbolIndex::Offer &offer) {
    return offer.object != link.index.provider(name) &&
           is_read_by_plugin(link.command, *link.link.object(offer.object));
  });
}

bool all_equal(const ElfLink &link, std::string_view name, const std::vector<SymbolIndex::Offer> &offers) {
  for (const SymbolIndex::Offer &offer : offers)
    if (!offer.absolute || value_of(link, offer.object, name) != value_of(link, offers.front().object, name))
      return false;
  return true;
}

// Definitions in sections that were collected are no longer there.
void drop_collected(const ElfLink &link, const ElfLiveness &liveness, SymbolIndex::Name name,
                    std::vector<SymbolIndex::Offer> &offers) {
  for (const ElfLiveness::Part &part : liveness.parts())
    for (size_t i = 1; i < part.file.symbols.size(); ++i) {
      const Symbol &symbol = part.file.symbols[i];
      // The definition that all bind to counts wherever it is.
      if (link.index.provider(name) == part.object) continue;
      if (part.names[i] != name || symbol.section == 0 || symbol.section >= part.file.sections.size()) continue;
      if (!liveness.stays(part, symbol.section))
        std::erase_if(offers, [&](const SymbolIndex::Offer &offer) { return offer.object == part.object; });
    }
}

}  // namespace

void report_duplicates_elf(ElfLink &link) {
  bool relocatable = link.command.output_kind == Output::Relocatable;
  if (link.command.allow_multiple || (relocatable && link.rules.duplicates.in_relocatable)) return;
  std::optional<ElfLiveness> liveness;
  bool collects = link.rules.duplicates.after_collecting && link.command.gc_sections;
  std::vector<SymbolIndex::Offer> offers;
  LostNames lost_names(link);
  link.index.for_each_contested([&](SymbolIndex::Name name) {
    if (link[name].hold != Hold::Strong || (link[name].assigned && link.rules.duplicates.after_collecting)) return;
    offers.clear();
    link.index.for_each_offer(name, [&](const SymbolIndex::Offer &offer) {
      bool lost = offer.comdat && lost_names.contain(offer.object, name);
      lost |= link.rules.versions.apart && offer.default_version;
      if (link.turns[offer.object] && !offer.common && !offer.shared && !offer.weak && !lost) offers.push_back(offer);
    });
    if (offers.size() > 1 && link.rules.duplicates.ir_gives_way) drop_ir(link, name, offers);
    if (offers.size() < 2) return;
    std::ranges::sort(offers, {}, &SymbolIndex::Offer::object);
    if (link.rules.duplicates.unless_equal && !offers.empty() && all_equal(link, link.index[name].text(), offers))
      return;
    if (collects && offers.size() > 1) {
      if (!liveness) liveness.emplace(link, link.entered);
      drop_collected(link, *liveness, name, offers);
    }
    Duplicate duplicate{std::string(link.index[name].text()), {}};
    for (const SymbolIndex::Offer &offer : offers)
      if (duplicate.definers.empty() || duplicate.definers.back() != offer.object)
        duplicate.definers.push_back(offer.object);
    if (duplicate.definers.size() > 1) link.result.duplicates.push_back(std::move(duplicate));
  });
  std::ranges::sort(link.result.duplicates, {}, &Duplicate::name);
}

bool has_duplicates_elf(ElfLink &link) {
  report_duplicates_elf(link);
  return !std::exchange(link.result.duplicates, {}).empty();
}

}  // namespace ldwhy
