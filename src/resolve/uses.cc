// Who refers to what is missing. Kept apart from the walk: a link has millions of
// references, and only those to the few missing names are of interest.
#include <algorithm>
#include <mutex>
#include <set>
#include <string_view>
#include <unordered_map>

#include "base/parallel.h"
#include "resolve/resolve.h"
#include "resolve/symbol_index.h"

namespace ldwhy {
namespace {

constexpr size_t most_uses = 50;          // places kept of each name
constexpr size_t most_objects_read = 200; // objects whose relocations are walked for one name

bool is_in(Fate fate) { return fate == Fate::Taken || fate == Fate::Extracted; }

bool is_native(const Object &object) { return object.kind() == ObjectKind::Relocatable; }

bool is_library(const Object &object) {
  return object.kind() == ObjectKind::Shared || object.kind() == ObjectKind::Stub ||
         object.kind() == ObjectKind::Executable;
}

// Debug sections may refer to what is not there.
bool is_loaded(std::string_view section) { return !section.starts_with(".debug") && !section.starts_with("__DWARF"); }

using Missing = std::unordered_map<std::string_view, Unresolved *>;

void find_referrers(const Link &link, const SymbolIndex &index, Resolution &resolution) {
  std::unordered_map<SymbolIndex::Name, Unresolved *> missing;
  for (Unresolved &unresolved : resolution.unresolved)
    if (std::optional<SymbolIndex::Name> name = index.find(unresolved.name)) missing.emplace(*name, &unresolved);
  // What a library needs of others nobody asks for, but for ELF.
  bool libraries = link.command.flavor != Flavor::Darwin && link.command.flavor != Flavor::Wasm;
  for (ObjectId id = 0; id < link.objects.size(); ++id) {
    if (!is_in(resolution.fates[id]) || (!libraries && is_library(*link.object(id)))) continue;
    for (SymbolIndex::Name name : index.needs(id))
      if (auto found = missing.find(name); found != missing.end()) found->second->referrers.push_back(id);
  }
}

// Another symbol stands where this one does: on arm64 the assembler puts a local one at the head
// of each section. LLD 14 for Mach-O then keeps the code whosever the name is.
bool shares_its_place(const Object &object, std::string_view name) {
  std::optional<Symbol> wanted;
  (void)object.for_each_symbol([&](const Symbol &symbol) {
    if (symbol.name == name && is_defined(symbol)) wanted = symbol;
  });
  bool shared = false;
  (void)object.for_each_symbol([&](const Symbol &symbol) {
    shared |= wanted && is_defined(symbol) && symbol.name != name && symbol.section == wanted->section &&
              symbol.value == wanted->value;
  });
  return shared;
}

// A function that several objects define is taken from one of them; the others' copies, and what
// they refer to, are discarded.
// wasm-ld looks at the copies' needs too, unless it drops what nothing reaches.
bool is_discarded(const Link &link, SymbolIndex &index, const Reference &reference, ObjectId id) {
  if (link.command.flavor == Flavor::Wasm || reference.function.empty()) return false;
  std::optional<SymbolIndex::Name> function = index.find(reference.function);
  if (!function) return false;
  ObjectId provider = index.provider(*function);
  bool weak_here = false;
  index.for_each_offer(*function,
                       [&](const SymbolIndex::Offer &offer) { weak_here |= offer.object == id && offer.weak; });
  if (!weak_here || provider == no_object || provider == id) return false;
  bool old =
      link.command.flavor == Flavor::Darwin && link.command.linker == Linker::Lld && link.command.linker_major(99) < 15;
  return !(old && shares_its_place(*link.object(id), reference.function));
}

void find_places(const Link &link, SymbolIndex &index, const Missing &missing) {
  std::unordered_map<ObjectId, int> objects;
  for (const auto &[name, unresolved] : missing)
    for (size_t i = 0; i < std::min(unresolved->referrers.size(), most_objects_read); ++i)
      objects[unresolved->referrers[i]];
  std::vector<ObjectId> order;
  for (const auto &[id, unused] : objects) order.push_back(id);
  std::ranges::sort(order);
  std::mutex mutex;
  parallel_for(order.size(), [&](size_t i) {
    ObjectId id = order[i];
    // Names that mean this object's own definition.
    std::set<std::string_view> locals;
    (void)link.object(id)->for_each_symbol([&](const Symbol &symbol) {
      if (symbol.binding == Binding::Local && is_defined(symbol) && missing.contains(symbol.name))
        locals.insert(symbol.name);
    });
    (void)link.object(id)->for_each_reference([&](const Reference &reference) {
      auto found = missing.find(index.wrapped(reference.symbol));
      if (found == missing.end() || !is_loaded(reference.section) || is_discarded(link, index, reference, id)) return;
      if (locals.contains(reference.symbol)) return;
      std::lock_guard lock(mutex);
      if (found->second->uses.size() < most_uses)
        found->second->uses.push_back(
            {id, reference.function, reference.section, reference.offset, reference.section_number, {}});
    });
  });
}

}  // namespace

void find_uses(const Link &link, SymbolIndex &index, Resolution &resolution) {
  if (resolution.unresolved.empty()) return;
  Missing missing;
  for (Unresolved &unresolved : resolution.unresolved) missing.emplace(unresolved.name, &unresolved);
  find_referrers(link, index, resolution);
  for (Unresolved &unresolved : resolution.unresolved) {
    std::vector<ObjectId> &referrers = unresolved.referrers;
    std::ranges::sort(referrers);
    referrers.erase(std::ranges::unique(referrers).begin(), referrers.end());
  }
  find_places(link, index, missing);
  std::erase_if(resolution.unresolved, [&](Unresolved &unresolved) {
    std::ranges::sort(unresolved.uses, [](const Use &a, const Use &b) {
      return std::tie(a.object, a.section, a.offset) < std::tie(b.object, b.section, b.offset);
    });
    if (!unresolved.asked_by.empty()) return false;
    unresolved.from_shared = !unresolved.referrers.empty();
    bool used = unresolved.referrers.size() > most_objects_read || !unresolved.uses.empty();
    for (ObjectId id : unresolved.referrers) {
      const Object &object = *link.object(id);
      used |= !is_native(object);
      unresolved.from_shared &= object.kind() == ObjectKind::Shared || object.kind() == ObjectKind::Stub;
    }
    return !used;
  });
}

}  // namespace ldwhy
