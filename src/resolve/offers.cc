#include "resolve/offers.h"

#include <atomic>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/parallel.h"

namespace ldwhy {

uint64_t hash_name(std::string_view name) { return XXH3_64bits(name.data(), name.size()); }

size_t Offers::shard_of(std::string_view name) { return hash_name(name) & ((1u << shard_bits) - 1); }

void Offers::Shard::grow() {
  std::vector<uint32_t> old = std::move(slots);
  slots.assign(old.empty() ? 256 : old.size() * 2, none);
  for (uint32_t entry : old) {
    if (entry == none) continue;
    size_t slot = entries[entry].tag & (slots.size() - 1);
    while (slots[slot] != none) slot = (slot + 1) & (slots.size() - 1);
    slots[slot] = entry;
  }
}

void Offers::Shard::add(Entry entry) {
  if (names * 2 >= slots.size()) grow();
  size_t slot = entry.tag & (slots.size() - 1);
  uint32_t index = static_cast<uint32_t>(entries.size());
  while (slots[slot] != none) {
    Entry &first = entries[slots[slot]];
    if (first.tag == entry.tag && first.text() == entry.text()) {
      entry.next = first.next;
      first.next = index;
      entries.push_back(entry);
      return;
    }
    slot = (slot + 1) & (slots.size() - 1);
  }
  slots[slot] = index;
  ++names;
  entries.push_back(entry);
}

Offers::Offers(const Link &link) {
  constexpr size_t batch = 16;  // objects handed out at a time: most members are small
  std::atomic<uint64_t> symbols = 0;
  size_t count = link.objects.size();
  parallel_for((count + batch - 1) / batch, [&](size_t part) {
    uint64_t read = 0;
    for (size_t i = part * batch; i < std::min(count, (part + 1) * batch); ++i) {
      ObjectId id = static_cast<ObjectId>(i);
      const Object *object = link.object(id);
      if (!object) continue;
      bool shared = object->kind() == ObjectKind::Shared || object->kind() == ObjectKind::Stub;
      bool usable = link.member_of(id).refused.empty();
      // Damage is reported by the survey, which reads every symbol again.
      (void)object->for_each_symbol([&](const Symbol &symbol) {
        ++read;
        if (!usable || symbol.state == SymbolState::Undefined || symbol.binding == Binding::Local ||
            symbol.name.empty())
          return;
        if (shared && (!symbol.dynamic || (!symbol.version.empty() && !symbol.default_version))) return;
        uint64_t hash = hash_name(symbol.name);
        Entry entry{symbol.name.data(), static_cast<uint32_t>(symbol.name.size()),
                    static_cast<uint32_t>(hash >> 32), id, none};
        entry.weak = symbol.binding == Binding::Weak;
        entry.common = symbol.state == SymbolState::Common;
        entry.comdat = symbol.comdat;
        entry.shared = shared;
        Shard &shard = shards_[hash & ((1u << shard_bits) - 1)];
        std::lock_guard lock(shard.mutex);
        shard.add(entry);
      });
    }
    symbols.fetch_add(read, std::memory_order_relaxed);
  });
  symbols_ = symbols;
}

Offers::Entry *Offers::find(std::string_view name) {
  uint64_t hash = hash_name(name);
  Shard &shard = shards_[hash & ((1u << shard_bits) - 1)];
  if (shard.slots.empty()) return nullptr;
  uint32_t tag = static_cast<uint32_t>(hash >> 32);
  size_t slot = tag & (shard.slots.size() - 1);
  for (; shard.slots[slot] != none; slot = (slot + 1) & (shard.slots.size() - 1)) {
    Entry &first = shard.entries[shard.slots[slot]];
    if (first.tag == tag && first.text() == name) return &first;
  }
  return nullptr;
}

}  // namespace ldwhy
