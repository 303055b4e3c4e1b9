// Threads collect symbols by shard and enter them a batch at a time: a shard is then
// locked once for many names, and its part of the table stays in the cache meanwhile.
#include "resolve/symbol_index.h"

#include <algorithm>
#include <atomic>
#include <random>

#define XXH_INLINE_ALL
#include <xxhash.h>

#include "base/parallel.h"
#include "input/elf_sections.h"
#include "name/name.h"
#include "resolve/ir_reader.h"

namespace ldwhy {
namespace {

uint64_t random_key() {
  std::random_device device;
  return uint64_t{device()} << 32 | device();
}

bool is_shared(const Object &object) {
  return object.kind() == ObjectKind::Shared || object.kind() == ObjectKind::Stub;
}

}  // namespace

SymbolIndex::Hash SymbolIndex::hash(std::string_view name) const {
  XXH128_hash_t hash = XXH3_128bits_withSeed(name.data(), name.size(), key_);
  return {hash.low64, hash.high64};
}

struct SymbolIndex::Pending {
  Hash hash;
  std::string_view name;
  Name *number;      // where its number goes
  ObjectId object;
  Traits traits;
  bool defines;
};

// One thread's symbols, until a shard's batch is full.
class SymbolIndex::Collector {
 public:
  Collector(SymbolIndex &index, std::pmr::memory_resource &memory) : index_(index), memory_(memory) {}
  ~Collector() {
    for (uint32_t shard = 0; shard < parts; ++shard) flush(shard);
    std::lock_guard lock(index_.problems_mutex_);
    index_.symbols_ += symbols_;
  }

  void read(const Link &link, ObjectId id) {
    const Object &object = *link.object(id);
    const Object *seen = read_by_linker(link.command, object);
    if (!seen) return;
    begin(link.command, object, *seen);
    bool shared = is_shared(object), usable = link.member_of(id).refused.empty();
    bool has_sections = object.target().format == Format::Elf && object.kind() == ObjectKind::Relocatable;
    std::optional<Problem> problem = seen->for_each_name([&](const Symbol &symbol) {
      ++symbols_;
      if (symbol.name.empty() || symbol.type == SymbolType::Section || symbol.type == SymbolType::File) return;
      // An older version of a shared library's symbol binds only those who ask for it.
      bool older = shared && is_defined(symbol) && !symbol.version.empty() && !symbol.default_version;
      if (symbol.binding == Binding::Local || !usable || (shared && !symbol.dynamic) || older) {
        others_.push_back(identifier_hash(symbol.name));
        return;
      }
      if (symbol.type == SymbolType::Tls && (symbol.version.empty() || symbol.dynamic))
        thread_local_names_.push_back(symbol.name);
      if (is_defined(symbol)) {
        Traits traits;
        traits.weak = symbol.binding == Binding::Weak;
        traits.common = symbol.state == SymbolState::Common;
        traits.comdat = symbol.comdat;
        traits.shared = shared;
        traits.function = symbol.type == SymbolType::Function;
        traits.hidden = symbol.visibility == Visibility::Hidden || symbol.visibility == Visibility::Internal;
        traits.own = symbol.visibility != Visibility::Default;
        traits.absolute = has_sections && symbol.section == 0 && !traits.common;
        define(symbol, traits, seen->kind());
      } else {
        refer(link, object, symbol, shared, has_sections);
      }
    });
    enter(id, *seen);
    if (!problem) return;
    problem->file = link.input_name(link.objects[id].input);
    problem->member = link.member_of(id).name;
    std::lock_guard lock(index_.problems_mutex_);
    index_.problems_.push_back(std::move(*problem));
  }

 private:
  static constexpr size_t batch = 64;

  struct Definition {
    std::string_view name;
    uint32_t group;
    Traits traits;
  };

  void begin(const Command &command, const Object &object, const Object &seen) {
    defines_.clear();
    for (std::vector<std::string_view> *list :
         {&needs_, &weak_needs_, &bound_here_, &hidden_needs_, &thread_local_names_})
      list->clear();
    others_.clear();
    find_self_defined(object);
    Linker linker = command.linker;
    read_comdat_groups(seen, linker == Linker::Bfd || linker == Linker::Gold || linker == Linker::Unknown, groups_);
    heads_.assign(groups_.symbols.size() + groups_.linkonce.size(), none);
  }

  void define(const Symbol &symbol, Traits traits, ObjectKind kind) {
    uint32_t group = symbol.section < groups_.group_of.size() ? groups_.group_of[symbol.section] : none;
    // Compilers name a group by its symbol, and bitcode tells no more.
    if (kind == ObjectKind::Bitcode && symbol.comdat) {
      group = static_cast<uint32_t>(heads_.size());
      groups_.symbols.push_back(symbol.index);
      heads_.push_back(none);
    }
    traits.comdat |= group != none;
    if (group < groups_.symbols.size() && groups_.symbols[group] == symbol.index)
      heads_[group] = static_cast<uint32_t>(defines_.size());
    if (symbol.version.empty() || symbol.dynamic || symbol.default_version)
      defines_.push_back({symbol.name, group, traits});
    if (symbol.version.empty() || symbol.dynamic) return;
    traits.default_version = symbol.default_version;
    defines_.push_back({index_.with_version(symbol), group, traits});
  }

  void refer(const Link &link, const Object &object, const Symbol &symbol, bool shared, bool has_sections) {
    bool mold = link.command.linker == Linker::Mold;
    // LLD binds references to other names only after archives were searched; mold those of libraries never.
    bool as_written = index_.wrapped_.empty() ||
                      (link.command.linker == Linker::Lld && object.target().format == Format::Elf) || (mold && shared);
    std::string_view name = as_written ? symbol.name : index_.wrapped(symbol.name);
    if (!symbol.version.empty() && !symbol.dynamic) name = index_.with_version(symbol);
    // What a library needs of one version no plain definition serves, and no member is taken for it.
    bool bound = symbol.dynamic && !symbol.version.empty() && !mold;
    bool strong = symbol.binding != Binding::Weak && !bound && !defines_itself(symbol.name);
    if (strong) needs_.push_back(name);
    else others_.push_back(identifier_hash(symbol.name));
    if (!strong && (has_sections || shared)) weak_needs_.push_back(name);
    if (symbol.visibility == Visibility::Default || shared) return;
    bool hidden = symbol.visibility == Visibility::Hidden || symbol.visibility == Visibility::Internal;
    if (hidden) hidden_needs_.push_back(name);
    bound_here_.push_back(name);
  }

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

  template <class T>
  std::span<T> room_for(size_t count) {
    if (count == 0) return {};
    return {new (memory_.allocate(count * sizeof(T), alignof(T))) T[count], count};
  }
  template <class T>
  std::span<T> keep(const std::vector<T> &values) {
    std::span<T> kept = room_for<T>(values.size());
    std::ranges::copy(values, kept.begin());
    return kept;
  }

  // The object's lists, with their numbers left open until each name's batch is entered.
  void enter(ObjectId id, const Object &seen) {
    PerObject &lists = index_.objects_[id];
    lists.defines = room_for<Name>(defines_.size());
    lists.traits = room_for<Traits>(defines_.size());
    lists.group_of = room_for<uint32_t>(defines_.size());
    for (size_t i = 0; i < defines_.size(); ++i) {
      lists.traits[i] = defines_[i].traits;
      lists.group_of[i] = defines_[i].group;
      enqueue({index_.hash(defines_[i].name), defines_[i].name, &lists.defines[i], id, defines_[i].traits, true});
    }
    lists.needs = enter(needs_, id);
    lists.weak_needs = enter(weak_needs_, id);
    lists.bound_here = enter(bound_here_, id);
    lists.hidden_needs = enter(hidden_needs_, id);
    lists.thread_local_names = enter(thread_local_names_, id);
    lists.others = keep(others_);
    lists.heads = keep(heads_);
    lists.groups = room_for<Name>(heads_.size());
    // Most groups are called like a symbol that they hold. Of the rest many may claim one long name.
    uint64_t allowance = uint64_t{64} * seen.bytes().size();
    for (uint32_t group = 0; group < heads_.size(); ++group) {
      if (heads_[group] != none) continue;
      std::string_view name = allowance > 0 ? comdat_signature(seen, groups_, group) : std::string_view();
      allowance -= std::min<uint64_t>(allowance, name.size());
      enqueue({index_.hash(name), name, &lists.groups[group], id, {}, false});
    }
  }

  std::span<Name> enter(const std::vector<std::string_view> &names, ObjectId id) {
    std::span<Name> numbers = room_for<Name>(names.size());
    for (size_t i = 0; i < names.size(); ++i) enqueue({index_.hash(names[i]), names[i], &numbers[i], id, {}, false});
    return numbers;
  }

  void enqueue(const Pending &pending) {
    uint32_t shard = pending.hash.shard();
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
      *pending.number = place << shard_bits | number;
      if (!pending.defines) continue;
      Offer offer;
      static_cast<Traits &>(offer) = pending.traits;
      offer.object = pending.object;
      shard.offer(place, offer);
    }
    queue.clear();
  }

  SymbolIndex &index_;
  std::pmr::memory_resource &memory_;
  std::array<std::vector<Pending>, parts> queues_;
  uint64_t symbols_ = 0;
  // Of the object at hand.
  std::vector<Definition> defines_;
  std::vector<std::string_view> needs_, weak_needs_, bound_here_, hidden_needs_, thread_local_names_, self_defined_;
  std::vector<uint32_t> others_, heads_;
  ComdatGroups groups_;
};

// Asks for the memory that place() will look at, for a whole batch at once: each step needs
// the one before, and alone each would wait for memory.
void SymbolIndex::Shard::warm(std::span<const Pending> batch) const {
  if (slots.empty()) return;
  auto slot_of = [&](const Pending &pending) -> const Slot & { return slots[pending.hash.tag() & (slots.size() - 1)]; };
  for (const Pending &pending : batch) __builtin_prefetch(&slot_of(pending));
  for (const Pending &pending : batch)
    if (uint32_t name = slot_of(pending).name; pending.defines && name != none) __builtin_prefetch(&names[name]);
}

void SymbolIndex::Shard::grow() {
  std::vector<Slot> old(slots.empty() ? 256 : slots.size() * 2);
  old.swap(slots);
  for (const Slot &known : old) {
    if (known.name == none) continue;
    size_t slot = known.tag & (slots.size() - 1);
    while (slots[slot].name != none) slot = (slot + 1) & (slots.size() - 1);
    slots[slot] = known;
  }
}

uint32_t SymbolIndex::Shard::find(const Hash &hash) const {
  size_t slot = hash.tag() & (slots.size() - 1);
  while (slots[slot].name != none && (slots[slot].check != hash.check || slots[slot].tag != hash.tag()))
    slot = (slot + 1) & (slots.size() - 1);
  return static_cast<uint32_t>(slot);
}

// The number of a name in this shard, entered where it is new.
uint32_t SymbolIndex::Shard::place(std::string_view text, const Hash &hash) {
  if (names.size() * 4 >= slots.size() * 3) grow();
  uint32_t slot = find(hash);
  if (slots[slot].name != none) return slots[slot].name;
  slots[slot] = {hash.check, hash.tag(), static_cast<uint32_t>(names.size())};
  Record &record = names.emplace_back();
  record.data = text.data();
  record.length = static_cast<uint32_t>(text.size());
  std::string_view identifier = base_identifier(text);
  record.identifier = hash_identifier(identifier);
  record.identifier_length = static_cast<uint8_t>(std::min<size_t>(identifier.size(), 255));
  record.letters = letter_set(identifier);
  return slots[slot].name;
}

void SymbolIndex::Shard::offer(uint32_t place, Offer offer) {
  Record &record = names[place];
  offer.next = record.first_offer;
  record.first_offer = static_cast<uint32_t>(offers.size());
  offers.push_back(offer);
  if (offer.weak || offer.common || offer.shared) return;
  if (record.claimed && !record.contested) contested.push_back(place);
  record.contested = record.claimed;
  record.claimed = true;
}

std::string_view SymbolIndex::wrapped(std::string_view name) const {
  auto found = wrapped_.find(name);
  return found == wrapped_.end() ? name : std::string_view(found->second);
}

// References and definitions with a version are names of their own; a default version's
// definition has the plain name too.
std::string_view SymbolIndex::with_version(const Symbol &symbol) {
  std::lock_guard lock(versioned_mutex_);
  return versioned_.emplace_back(std::string(symbol.name) + "@" + std::string(symbol.version));
}

// Shared libraries serve such names by any of their versions. There are few, so that libraries
// are asked for these only.
void SymbolIndex::offer_versions(const Link &link) {
  if (versioned_.empty()) return;
  std::pmr::memory_resource &memory = memory_.front();
  auto add = [&]<class T>(std::span<T> &list, const std::vector<T> &more) {
    T *values = new (memory.allocate((list.size() + more.size()) * sizeof(T), alignof(T))) T[list.size() + more.size()];
    std::ranges::copy(more, std::ranges::copy(list, values).out);
    list = {values, list.size() + more.size()};
  };
  for (ObjectId id = 0; id < link.objects.size(); ++id) {
    const Object *object = link.object(id);
    if (!object || !is_shared(*object) || !link.member_of(id).refused.empty()) continue;
    std::vector<Name> names;
    std::vector<Traits> traits;
    (void)object->for_each_symbol([&](const Symbol &symbol) {
      if (!symbol.dynamic || !is_defined(symbol) || symbol.version.empty()) return;
      std::optional<Name> name = find(std::string(symbol.name) + "@" + std::string(symbol.version));
      if (!name) return;
      Offer offer;
      offer.object = id;
      offer.weak = symbol.binding == Binding::Weak;
      offer.shared = true;
      shard_of(*name).offer(*name >> shard_bits, offer);
      names.push_back(*name);
      traits.push_back(offer);
    });
    if (names.empty()) continue;
    add(objects_[id].defines, names);
    add(objects_[id].traits, traits);
    add(objects_[id].group_of, std::vector<uint32_t>(names.size(), none));
  }
}

SymbolIndex::SymbolIndex(const Link &link) : key_(random_key()), objects_(link.objects.size()) {
  // ld manual, --wrap: references to NAME go to __wrap_NAME, those to __real_NAME to NAME.
  for (const std::string &name : link.command.wrapped) {
    wrapped_.emplace(name, "__wrap_" + name);
    wrapped_.emplace("__real_" + name, name);
  }
  // Threads take objects in small batches, since most members are small; few objects singly.
  const size_t step = std::clamp<size_t>(link.objects.size() / (size_t{64} * thread_count()), 1, 8);
  constexpr size_t first_memory = 1 << 16;  // bytes
  std::atomic<size_t> next = 0;
  for (unsigned i = 0; i < thread_count(); ++i) memory_.emplace_back(first_memory);
  parallel_for(thread_count(), [&](size_t thread) {
    Collector collector(*this, memory_[thread]);
    for (size_t from; (from = next.fetch_add(step)) < link.objects.size();)
      for (size_t i = from; i < std::min(from + step, link.objects.size()); ++i)
        if (link.object(static_cast<ObjectId>(i))) collector.read(link, static_cast<ObjectId>(i));
  });
  for (PerObject &lists : objects_)
    for (uint32_t group = 0; group < lists.heads.size(); ++group)
      if (lists.heads[group] != none) lists.groups[group] = lists.defines[lists.heads[group]];
  offer_versions(link);
}

std::optional<SymbolIndex::Name> SymbolIndex::find(std::string_view text) const {
  Hash hash = this->hash(text);
  const Shard &shard = shards_[hash.shard()];
  if (shard.slots.empty()) return std::nullopt;
  uint32_t name = shard.slots[shard.find(hash)].name;
  if (name == none) return std::nullopt;
  return name << shard_bits | hash.shard();
}

SymbolIndex::Name SymbolIndex::intern(std::string_view text) {
  Hash hash = this->hash(text);
  return shards_[hash.shard()].place(text, hash) << shard_bits | hash.shard();
}

SymbolIndex::Name SymbolIndex::bound() const {
  size_t most = 0;
  for (const Shard &shard : shards_) most = std::max(most, shard.names.size());
  return static_cast<Name>(most << shard_bits);
}

}  // namespace ldwhy
