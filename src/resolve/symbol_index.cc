// Threads collect symbols by shard and enter them a batch at a time: a shard is then
// locked once for many names, and its part of the table stays in the cache meanwhile.
#include "resolve/symbol_index.h"

#include <algorithm>
#include <atomic>
#include <cstring>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/parallel.h"
#include "name/name.h"

namespace ldwhy {
namespace {

uint64_t hash_name(std::string_view name) { return XXH3_64bits(name.data(), name.size()); }

bool is_shared(const Object &object) {
  return object.kind() == ObjectKind::Shared || object.kind() == ObjectKind::Stub;
}

}  // namespace

struct SymbolIndex::Pending {
  uint64_t hash;
  std::string_view name;
  ObjectId object;
  uint32_t slot;     // where its number goes in the object's list
  bool defined;
  Offer offer;
};

// One thread's symbols, until a shard's batch is full.
class SymbolIndex::Collector {
 public:
  explicit Collector(SymbolIndex &index) : index_(index) {}
  ~Collector() {
    for (uint32_t shard = 0; shard < shard_count; ++shard) flush(shard);
    std::lock_guard lock(index_.problems_mutex_);
    index_.symbols_ += symbols_;
  }

  void read(const Link &link, ObjectId id) {
    const Object &object = *link.object(id);
    PerObject &lists = index_.objects_[id];
    bool shared = is_shared(object), usable = link.member_of(id).refused.empty();
    find_self_defined(object);
    std::optional<Problem> problem = object.for_each_symbol([&](const Symbol &symbol) {
      ++symbols_;
      if (symbol.name.empty() || symbol.type == SymbolType::Section || symbol.type == SymbolType::File) return;
      lists.identifiers.push_back(identifier_hash(symbol.name));
      if (symbol.binding == Binding::Local || !usable || (shared && !symbol.dynamic)) return;
      if (is_defined(symbol)) {
        // An older version of a shared library's symbol binds only those who ask for it.
        if (shared && !symbol.version.empty() && !symbol.default_version) return;
        Offer offer{id, none};
        offer.weak = symbol.binding == Binding::Weak;
        offer.common = symbol.state == SymbolState::Common;
        offer.comdat = symbol.comdat;
        offer.shared = shared;
        lists.defines.push_back(none);  // filled in when its batch is entered
        add({hash_name(symbol.name), symbol.name, id, static_cast<uint32_t>(lists.defines.size() - 1), true, offer});
      } else if (symbol.binding != Binding::Weak && !defines_itself(symbol.name)) {
        std::string_view name = index_.wrapped_.empty() ? symbol.name : index_.wrapped(symbol.name);
        lists.needs.push_back(none);
        add({hash_name(name), name, id, static_cast<uint32_t>(lists.needs.size() - 1), false, {id, none}});
      }
    });
    if (!problem) return;
    problem->file = link.input_name(link.objects[id].input);
    problem->member = link.member_of(id).name;
    std::lock_guard lock(index_.problems_mutex_);
    index_.problems_.push_back(std::move(*problem));
  }

 private:
  static constexpr size_t batch = 256;

  // Bitcode refers in its IR to what its own module assembly defines; the assembler will bind
  // that. (On COFF linkers look before it can.)
  void find_self_defined(const Object &object) {
    self_defined_.clear();
    const ir::Module *module = object.kind() == ObjectKind::Bitcode ? object.module() : nullptr;
    if (!module || object.target().format == Format::Coff) return;
    for (const ir::AsmSymbol &symbol : module->asm_symbols)
      if (symbol.defined) self_defined_.push_back(symbol.name);
    std::ranges::sort(self_defined_);
  }
  bool defines_itself(std::string_view name) const {
    return !self_defined_.empty() && std::ranges::binary_search(self_defined_, name);
  }

  void add(const Pending &pending) {
    uint32_t shard = pending.hash & (shard_count - 1);
    std::vector<Pending> &queue = queues_[shard];
    if (queue.capacity() == 0) queue.reserve(batch);
    queue.push_back(pending);
    if (queue.size() == batch) flush(shard);
  }

  void flush(uint32_t number) {
    std::vector<Pending> &queue = queues_[number];
    if (queue.empty()) return;
    Shard &shard = index_.shards_[number];
    std::lock_guard lock(shard.mutex);
    shard.warm(queue);
    for (const Pending &pending : queue) {
      uint32_t place = shard.place(pending.name, pending.hash);
      PerObject &lists = index_.objects_[pending.object];
      (pending.defined ? lists.defines : lists.needs)[pending.slot] = place << shard_bits | number;
      if (!pending.defined) continue;
      Offer offer = pending.offer;
      offer.next = shard.names[place].first_offer;
      shard.names[place].first_offer = static_cast<uint32_t>(shard.offers.size());
      shard.offers.push_back(offer);
    }
    queue.clear();
  }

  SymbolIndex &index_;
  std::array<std::vector<Pending>, shard_count> queues_;
  std::vector<std::string_view> self_defined_;
  uint64_t symbols_ = 0;
};

// Asks for the memory that place() will look at, for a whole batch at once: each step needs
// the one before, and alone each would wait for memory.
void SymbolIndex::Shard::warm(const std::vector<Pending> &batch) const {
  if (slots.empty()) return;
  auto slot_of = [&](const Pending &pending) { return (pending.hash >> 32) & (slots.size() - 1); };
  for (const Pending &pending : batch) __builtin_prefetch(&slots[slot_of(pending)]);
  for (const Pending &pending : batch)
    if (uint32_t name = slots[slot_of(pending)]; name != none) __builtin_prefetch(&names[name]);
  for (const Pending &pending : batch)
    if (uint32_t name = slots[slot_of(pending)]; name != none) __builtin_prefetch(names[name].data);
}

void SymbolIndex::Shard::grow() {
  slots.assign(slots.empty() ? 256 : slots.size() * 2, none);
  for (uint32_t i = 0; i < names.size(); ++i) {
    size_t slot = names[i].tag & (slots.size() - 1);
    while (slots[slot] != none) slot = (slot + 1) & (slots.size() - 1);
    slots[slot] = i;
  }
}

// The number of a name in this shard, entered where it is new.
uint32_t SymbolIndex::Shard::place(std::string_view text, uint64_t hash) {
  if (names.size() * 2 >= slots.size()) grow();
  uint32_t tag = static_cast<uint32_t>(hash >> 32);
  size_t slot = tag & (slots.size() - 1);
  for (; slots[slot] != none; slot = (slot + 1) & (slots.size() - 1)) {
    const Record &known = names[slots[slot]];
    if (known.tag == tag && known.text() == text) return slots[slot];
  }
  slots[slot] = static_cast<uint32_t>(names.size());
  names.push_back({text.data(), static_cast<uint32_t>(text.size()), tag});
  return slots[slot];
}

std::string_view SymbolIndex::wrapped(std::string_view name) const {
  auto found = wrapped_.find(name);
  return found == wrapped_.end() ? name : std::string_view(found->second);
}

SymbolIndex::SymbolIndex(const Link &link) : objects_(link.objects.size()) {
  // ld manual, --wrap: references to NAME go to __wrap_NAME, those to __real_NAME to NAME.
  for (const std::string &name : link.command.wrapped) {
    wrapped_.emplace(name, "__wrap_" + name);
    wrapped_.emplace("__real_" + name, name);
  }
  // Threads take objects in small batches; most members are small.
  constexpr size_t step = 8;
  std::atomic<size_t> next = 0;
  parallel_for(thread_count(), [&](size_t) {
    Collector collector(*this);
    for (size_t from; (from = next.fetch_add(step)) < link.objects.size();)
      for (size_t i = from; i < std::min(from + step, link.objects.size()); ++i)
        if (link.object(static_cast<ObjectId>(i))) collector.read(link, static_cast<ObjectId>(i));
  });
}

std::optional<SymbolIndex::Name> SymbolIndex::find(std::string_view text) const {
  uint64_t hash = hash_name(text);
  uint32_t number = hash & (shard_count - 1);
  const Shard &shard = shards_[number];
  if (shard.slots.empty()) return std::nullopt;
  uint32_t tag = static_cast<uint32_t>(hash >> 32);
  size_t slot = tag & (shard.slots.size() - 1);
  for (; shard.slots[slot] != none; slot = (slot + 1) & (shard.slots.size() - 1)) {
    const Record &known = shard.names[shard.slots[slot]];
    if (known.tag == tag && known.text() == text) return shard.slots[slot] << shard_bits | number;
  }
  return std::nullopt;
}

SymbolIndex::Name SymbolIndex::intern(std::string_view text) {
  uint64_t hash = hash_name(text);
  uint32_t number = hash & (shard_count - 1);
  return shards_[number].place(text, hash) << shard_bits | number;
}

std::vector<std::vector<uint32_t>> SymbolIndex::take_identifiers() {
  std::vector<std::vector<uint32_t>> all;
  all.reserve(objects_.size());
  for (PerObject &object : objects_) all.push_back(std::move(object.identifiers));
  return all;
}

}  // namespace ldwhy
