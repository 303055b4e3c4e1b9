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
  ObjectId object;
  uint32_t slot;     // where its number goes in the object's list
  std::vector<Name> PerObject::*list;
  Offer offer;
};

// One thread's symbols, until a shard's batch is full.
class SymbolIndex::Collector {
 public:
  explicit Collector(SymbolIndex &index) : index_(index) {}
  ~Collector() {
    for (uint32_t shard = 0; shard < parts; ++shard) flush(shard);
    std::lock_guard lock(index_.problems_mutex_);
    index_.symbols_ += symbols_;
  }

  void read(const Link &link, ObjectId id) {
    const Object &object = *link.object(id);
    PerObject &lists = index_.objects_[id];
    bool shared = is_shared(object), usable = link.member_of(id).refused.empty();
    bool has_sections = object.target().format == Format::Elf && object.kind() == ObjectKind::Relocatable;
    const Object *seen = read_by_linker(link.command, object);
    if (!seen) return;
    find_self_defined(object);
    // LLD binds references to other names only after archives were searched; mold those of libraries never.
    Linker linker = link.command.linker;
    bool as_written = index_.wrapped_.empty() || (linker == Linker::Lld && object.target().format == Format::Elf) ||
                      (linker == Linker::Mold && shared);
    ComdatGroups groups = read_comdat_groups(*seen, linker == Linker::Bfd || linker == Linker::Gold || linker == Linker::Unknown);
    lists.groups.resize(groups.signatures.size(), none);
    lists.heads.resize(groups.signatures.size(), none);
    std::optional<Problem> problem = seen->for_each_symbol([&](const Symbol &symbol) {
      ++symbols_;
      if (symbol.name.empty() || symbol.type == SymbolType::Section || symbol.type == SymbolType::File) return;
      // An older version of a shared library's symbol binds only those who ask for it.
      bool older = shared && is_defined(symbol) && !symbol.version.empty() && !symbol.default_version;
      if (symbol.binding == Binding::Local || !usable || (shared && !symbol.dynamic) || older) {
        lists.others.push_back(identifier_hash(symbol.name));
      } else if (is_defined(symbol)) {
        Offer offer;
        offer.object = id;
        offer.weak = symbol.binding == Binding::Weak;
        offer.common = symbol.state == SymbolState::Common;
        offer.comdat = symbol.comdat;
        offer.shared = shared;
        offer.function = symbol.type == SymbolType::Function;
        offer.hidden = symbol.visibility == Visibility::Hidden || symbol.visibility == Visibility::Internal;
        offer.absolute = has_sections && symbol.section == 0 && !offer.common;
        uint32_t group = symbol.section < groups.group_of.size() ? groups.group_of[symbol.section] : none;
        // Compilers name a group by its symbol, and bitcode tells no more.
        if (seen->kind() == ObjectKind::Bitcode && symbol.comdat) {
          group = static_cast<uint32_t>(lists.heads.size());
          groups.signatures.push_back(symbol.name);
          lists.groups.push_back(none);
          lists.heads.push_back(none);
        }
        offer.comdat |= group != none;
        if (group != none && groups.signatures[group].data() == symbol.name.data())
          lists.heads[group] = static_cast<uint32_t>(lists.defines.size());
        auto define = [&](std::string_view name) {
          lists.group_of.push_back(group);
          add(name, id, &PerObject::defines, offer);
        };
        if (symbol.version.empty() || symbol.dynamic) return define(symbol.name);
        if (symbol.default_version) define(symbol.name);
        offer.default_version = symbol.default_version;
        define(index_.with_version(symbol));
      } else {
        std::string_view name = as_written ? symbol.name : index_.wrapped(symbol.name);
        if (!symbol.version.empty() && !symbol.dynamic) name = index_.with_version(symbol);
        // What a library needs of one version no plain definition serves, and no member is taken for it.
        bool bound = symbol.dynamic && !symbol.version.empty() && link.command.linker != Linker::Mold;
        bool strong = symbol.binding != Binding::Weak && !bound && !defines_itself(symbol.name);
        if (strong) add(name, id, &PerObject::needs, {});
        else lists.others.push_back(identifier_hash(symbol.name));
        if (!strong && (has_sections || shared)) add(name, id, &PerObject::weak_needs, {});
        bool closed = symbol.visibility != Visibility::Default;
        bool hidden = symbol.visibility == Visibility::Hidden || symbol.visibility == Visibility::Internal;
        if (hidden && !shared) add(name, id, &PerObject::hidden_needs, {});
        if (closed && !shared) add(name, id, &PerObject::bound_here, {});
      }
    });
    for (uint32_t group = 0; group < lists.heads.size(); ++group)
      if (lists.heads[group] == none) enqueue(groups.signatures[group], id, &PerObject::groups, group, {});
    if (!problem) return;
    problem->file = link.input_name(link.objects[id].input);
    problem->member = link.member_of(id).name;
    std::lock_guard lock(index_.problems_mutex_);
    index_.problems_.push_back(std::move(*problem));
  }

 private:
  static constexpr size_t batch = 64;

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

  void add(std::string_view name, ObjectId id, std::vector<Name> PerObject::*list, const Offer &offer) {
    std::vector<Name> &names = index_.objects_[id].*list;
    names.push_back(none);  // filled in when its batch is entered
    if (list == &PerObject::defines) index_.objects_[id].traits.push_back(offer);
    enqueue(name, id, list, static_cast<uint32_t>(names.size() - 1), offer);
  }

  void enqueue(std::string_view name, ObjectId id, std::vector<Name> PerObject::*list, uint32_t slot, const Offer &offer) {
    Pending pending{index_.hash(name), name, id, slot, list, offer};
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
      PerObject &lists = index_.objects_[pending.object];
      (lists.*pending.list)[pending.slot] = place << shard_bits | number;
      if (pending.list == &PerObject::defines) shard.offer(place, pending.offer);
    }
    queue.clear();
  }

  SymbolIndex &index_;
  std::array<std::vector<Pending>, parts> queues_;
  std::vector<std::string_view> self_defined_;
  uint64_t symbols_ = 0;
};

// Asks for the memory that place() will look at, for a whole batch at once: each step needs
// the one before, and alone each would wait for memory.
void SymbolIndex::Shard::warm(const std::vector<Pending> &batch) const {
  if (slots.empty()) return;
  auto slot_of = [&](const Pending &pending) -> const Slot & { return slots[pending.hash.tag() & (slots.size() - 1)]; };
  for (const Pending &pending : batch) __builtin_prefetch(&slot_of(pending));
  for (const Pending &pending : batch)
    if (uint32_t name = slot_of(pending).name; name != none) __builtin_prefetch(&names[name]);
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

uint32_t SymbolIndex::Shard::find(const Hash &hash, size_t length) const {
  size_t slot = hash.tag() & (slots.size() - 1);
  for (; slots[slot].name != none; slot = (slot + 1) & (slots.size() - 1)) {
    if (slots[slot].tag != hash.tag()) continue;
    const Record &known = names[slots[slot].name];
    if (known.check == hash.check && known.length == length) break;
  }
  return static_cast<uint32_t>(slot);
}

// The number of a name in this shard, entered where it is new.
uint32_t SymbolIndex::Shard::place(std::string_view text, const Hash &hash) {
  if (names.size() * 2 >= slots.size()) grow();
  uint32_t slot = find(hash, text.size());
  if (slots[slot].name != none) return slots[slot].name;
  slots[slot] = {hash.tag(), static_cast<uint32_t>(names.size())};
  Record &record = names.emplace_back();
  record.data = text.data();
  record.length = static_cast<uint32_t>(text.size());
  record.check = hash.check;
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
  for (ObjectId id = 0; id < link.objects.size(); ++id) {
    const Object *object = link.object(id);
    if (!object || !is_shared(*object) || !link.member_of(id).refused.empty()) continue;
    (void)object->for_each_symbol([&](const Symbol &symbol) {
      if (!symbol.dynamic || !is_defined(symbol) || symbol.version.empty()) return;
      std::optional<Name> name = find(std::string(symbol.name) + "@" + std::string(symbol.version));
      if (!name) return;
      Offer offer;
      offer.object = id;
      offer.weak = symbol.binding == Binding::Weak;
      offer.shared = true;
      shard_of(*name).offer(*name >> shard_bits, offer);
      objects_[id].defines.push_back(*name);
      objects_[id].traits.push_back(offer);
      objects_[id].group_of.push_back(none);
    });
  }
}

SymbolIndex::SymbolIndex(const Link &link) : key_(random_key()), objects_(link.objects.size()) {
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
  // Most groups are called like a symbol that they hold.
  for (PerObject &lists : objects_)
    for (uint32_t group = 0; group < lists.heads.size(); ++group)
      if (lists.heads[group] != none) lists.groups[group] = lists.defines[lists.heads[group]];
  offer_versions(link);
}

std::optional<SymbolIndex::Name> SymbolIndex::find(std::string_view text) const {
  Hash hash = this->hash(text);
  const Shard &shard = shards_[hash.shard()];
  if (shard.slots.empty()) return std::nullopt;
  uint32_t name = shard.slots[shard.find(hash, text.size())].name;
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
