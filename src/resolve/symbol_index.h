// Every name of a link and who offers it, from one pass over all symbol tables,
// extracted or not. The pass is the only one that reads all names: what later stages
// need of them is kept in small numbers.
//
// Two names are one where 102 bits of their hash agree: comparing the texts would wait for
// memory once a symbol. The hash has a key of its own in each process, so that no input can be
// made to have two names taken for one.
//
// Memory: 32 bytes a name, 32 to 64 to find it by and 4 for who provides it; 12 an offer; 4 a
// definition, a need and a symbol without a place in the index. The names themselves stay in the
// mapped files.
#pragma once

#include <array>
#include <deque>
#include <map>
#include <memory_resource>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/link.h"

namespace ldwhy {

class SymbolIndex {
 public:
  // A global name that some object defines or needs. Numbers are in no particular order and
  // differ from run to run; never sort by them what a user sees.
  using Name = uint32_t;

  struct Record {
    const char *data = nullptr;
    uint32_t length = 0;
    uint32_t first_offer = none;
    uint32_t identifier = 0;          // identifier_hash() of the name (name/name.h)
    uint32_t letters = 0;             // letter_set() of its base_identifier()
    uint8_t identifier_length = 0;    // of base_identifier(); 255: that or more
    bool claimed : 1 = false;         // an offer is neither weak nor common nor a shared library's
    bool contested : 1 = false;       // two offers are
    std::string_view text() const { return {data, length}; }
  };
  // What a definition is like.
  struct Traits {
    bool weak : 1 = false;
    bool common : 1 = false;
    bool comdat : 1 = false;
    bool shared : 1 = false;          // a shared library's
    bool function : 1 = false;
    bool absolute : 1 = false;        // ELF: a number, in no section
    bool hidden : 1 = false;          // ELF: other images cannot have it
    bool own : 1 = false;             // ELF: its own image uses no other (hidden, protected)
    bool default_version : 1 = false; // ELF: NAME@VERSION of a definition that has the plain name too
  };
  // A definition that a linker could bind to.
  struct Offer : Traits {
    ObjectId object = no_object;
    uint32_t next = UINT32_MAX;       // the next offer of the same name; none: end
  };
  static constexpr uint32_t none = UINT32_MAX;

  explicit SymbolIndex(const Link &link);

  Record &operator[](Name name) { return shard_of(name).names[name >> shard_bits]; }
  const Record &operator[](Name name) const { return shard_of(name).names[name >> shard_bits]; }
  std::optional<Name> find(std::string_view text) const;
  // Set by resolution: who defines it in the output. Apart from the records, which are ten times
  // the size and far from each other.
  ObjectId provider(Name name) const { return name < providers_.size() ? providers_[name] : no_object; }
  void set_provider(Name name, ObjectId id) {
    if (name >= providers_.size()) providers_.resize(bound(), no_object);
    providers_[name] = id;
  }
  // Adds a name that no object has; `text` must outlive the index.
  Name intern(std::string_view text);
  // The same for a text that the index then keeps.
  Name intern_copy(std::string text) { return intern(versioned_.emplace_back(std::move(text))); }

  // The name that a reference means: another one under --wrap.
  std::string_view wrapped(std::string_view name) const;

  // What an object offers, and what it needs from elsewhere (weak references left out).
  std::span<const Name> defines(ObjectId id) const { return objects_[id].defines; }
  std::span<const Name> needs(ObjectId id) const { return objects_[id].needs; }
  // Parallel to defines().
  std::span<const Traits> traits(ObjectId id) const { return objects_[id].traits; }
  // ELF and bitcode: the signatures of the object's COMDAT groups; and parallel to defines(), in
  // which of them a definition stands (none: in no group).
  std::span<const Name> groups(ObjectId id) const { return objects_[id].groups; }
  std::span<const uint32_t> group_of(ObjectId id) const { return objects_[id].group_of; }
  // ELF: references that nothing has to define.
  std::span<const Name> weak_needs(ObjectId id) const { return objects_[id].weak_needs; }
  // ELF: the references, weak ones too, whose name no other image may see.
  std::span<const Name> hidden_needs(ObjectId id) const { return objects_[id].hidden_needs; }
  // ELF: the references, weak ones too, that must not be bound to a shared library's definition
  // since their visibility says so.
  std::span<const Name> bound_here(ObjectId id) const { return objects_[id].bound_here; }

  // What the object defines or needs as thread-local.
  std::span<const Name> thread_local_names(ObjectId id) const { return objects_[id].thread_local_names; }

  template <class F>
  void for_each_offer(Name name, F visit) const {
    const Shard &shard = shard_of(name);
    for (uint32_t i = (*this)[name].first_offer; i != none; i = shard.offers[i].next) visit(shard.offers[i]);
  }
  template <class F>
  void for_each_name(F visit) const {
    for (size_t part = 0; part < parts; ++part) for_each_name_of(part, visit);
  }
  // The same in `parts` parts, for several threads.
  static constexpr size_t parts = 64;
  template <class F>
  void for_each_name_of(size_t part, F visit) const {
    for (uint32_t i = 0; i < shards_[part].names.size(); ++i) visit(i << shard_bits | static_cast<uint32_t>(part));
  }
  // All names are below this.
  Name bound() const;
  // Calls visit(name) for each that two or more objects define, neither weakly nor as common.
  template <class F>
  void for_each_contested(F visit) const {
    for (size_t part = 0; part < parts; ++part)
      for (uint32_t i : shards_[part].contested) visit(i << shard_bits | static_cast<uint32_t>(part));
  }

  // Whether any name may be NAME@VERSION.
  bool has_versions() const { return !versioned_.empty(); }
  uint64_t symbols_read() const { return symbols_; }
  // The hashed identifiers (name/name.h, identifier_hash) of an object's symbols that are not
  // among its definitions and needs: local ones, weak references.
  std::span<const uint32_t> other_identifiers(ObjectId id) const { return objects_[id].others; }
  std::vector<Problem> take_problems() { return std::move(problems_); }

 private:
  static constexpr unsigned shard_bits = 6;
  static_assert(parts == 1u << shard_bits);

  struct Hash {
    uint64_t low, check;
    uint32_t shard() const { return low & (parts - 1); }
    uint32_t tag() const { return static_cast<uint32_t>(low >> 32); }
  };
  Hash hash(std::string_view name) const;

  struct Pending;                     // a symbol on its way into a shard
  struct Slot {
    uint64_t check = 0;               // of the name's hash
    uint32_t tag = 0;
    uint32_t name = none;             // index into `names`
  };
  struct Shard {
    std::mutex mutex;
    std::vector<Record> names;
    std::vector<Offer> offers;
    std::vector<Slot> slots;          // open addressing
    std::vector<uint32_t> contested;  // indexes into `names`
    uint32_t find(const Hash &hash) const;  // its slot: of the name, or free
    uint32_t place(std::string_view text, const Hash &hash);
    void offer(uint32_t place, Offer offer);
    void warm(std::span<const Pending> batch) const;
    void grow();
  };
  struct PerObject {                  // all in `memory_`
    std::span<Name> defines, needs, weak_needs, bound_here, hidden_needs, thread_local_names, groups;
    std::span<Traits> traits;
    std::span<uint32_t> group_of;
    std::span<uint32_t> heads;        // by group: the definition that it is called like; or none
    std::span<uint32_t> others;
  };
  class Collector;

  Shard &shard_of(Name name) { return shards_[name & (parts - 1)]; }
  const Shard &shard_of(Name name) const { return shards_[name & (parts - 1)]; }

  std::string_view with_version(const Symbol &symbol);
  void offer_versions(const Link &link);

  std::map<std::string, std::string, std::less<>> wrapped_;  // --wrap: name referred to, name meant
  uint64_t key_;
  std::array<Shard, parts> shards_;
  std::vector<PerObject> objects_;
  std::vector<ObjectId> providers_;   // by Name, as far as any was set
  std::deque<std::pmr::monotonic_buffer_resource> memory_;  // one of each thread
  std::vector<Problem> problems_;
  std::mutex problems_mutex_;
  std::deque<std::string> versioned_;  // names that no file spells: ELF's "name@VERSION", made ones
  std::mutex versioned_mutex_;
  uint64_t symbols_ = 0;
};

}  // namespace ldwhy
