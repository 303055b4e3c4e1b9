// Every name of a link and who offers it, from one pass over all symbol tables,
// extracted or not. The pass is the only one that reads all names: what later stages
// need of them is kept in small numbers.
//
// Memory: 32 bytes a name, 12 an offer, 4 a definition, a need and a symbol. The names
// themselves stay in the mapped files.
#pragma once

#include <array>
#include <map>
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
    uint32_t tag = 0;                 // of the name's hash
    uint32_t first_offer = none;
    ObjectId provider = no_object;    // set by resolution: who defines it in the output
    bool wanted = false;              // set by resolution: needed, and nothing provides it so far
    std::string_view text() const { return {data, length}; }
  };
  // A definition that a linker could bind to.
  struct Offer {
    ObjectId object;
    uint32_t next;                    // the next offer of the same name; none: end
    bool weak : 1 = false;
    bool common : 1 = false;
    bool comdat : 1 = false;
    bool shared : 1 = false;          // a shared library's
  };
  static constexpr uint32_t none = UINT32_MAX;

  explicit SymbolIndex(const Link &link);

  Record &operator[](Name name) { return shard_of(name).names[name >> shard_bits]; }
  std::optional<Name> find(std::string_view text) const;
  // Adds a name that no object has; `text` must outlive the index.
  Name intern(std::string_view text);

  // What an object offers, and what it needs from elsewhere (weak references left out).
  std::span<const Name> defines(ObjectId id) const { return objects_[id].defines; }
  std::span<const Name> needs(ObjectId id) const { return objects_[id].needs; }

  template <class F> void for_each_offer(Name name, F visit) {
    const Shard &shard = shard_of(name);
    for (uint32_t i = (*this)[name].first_offer; i != none; i = shard.offers[i].next) visit(shard.offers[i]);
  }
  template <class F> void for_each_name(F visit) {
    for (uint32_t s = 0; s < shards_.size(); ++s)
      for (uint32_t i = 0; i < shards_[s].names.size(); ++i) visit(i << shard_bits | s);
  }

  uint64_t symbols_read() const { return symbols_; }
  // The identifiers of all of an object's symbols, local and undefined ones too, hashed
  // (name/name.h, identifier_hash): says which objects are worth a second look.
  std::vector<std::vector<uint32_t>> take_identifiers();
  std::vector<Problem> take_problems() { return std::move(problems_); }

 private:
  static constexpr unsigned shard_bits = 6;
  static constexpr uint32_t shard_count = 1u << shard_bits;

  struct Pending;                     // a symbol on its way into a shard
  struct Shard {
    std::mutex mutex;
    std::vector<Record> names;
    std::vector<Offer> offers;
    std::vector<uint32_t> slots;      // open addressing into `names`
    uint32_t place(std::string_view text, uint64_t hash);
    void warm(const std::vector<Pending> &batch) const;
    void grow();
  };
  struct PerObject {
    std::vector<Name> defines, needs;
    std::vector<uint32_t> identifiers;
  };
  class Collector;

  Shard &shard_of(Name name) { return shards_[name & (shard_count - 1)]; }

  std::string_view wrapped(std::string_view name) const;

  std::map<std::string, std::string, std::less<>> wrapped_;  // --wrap: name referred to, name meant
  std::array<Shard, shard_count> shards_;
  std::vector<PerObject> objects_;
  std::vector<Problem> problems_;
  std::mutex problems_mutex_;
  uint64_t symbols_ = 0;
};

}  // namespace ldwhy
