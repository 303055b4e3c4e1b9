// Who offers which global name: every definition that a linker could bind to, of
// every object on the link line, extracted or not. Built in parallel; one entry of
// 32 bytes a definition, names stay in the mapped files.
#pragma once

#include <array>
#include <mutex>
#include <string_view>
#include <vector>

#include "model/link.h"

namespace ldwhy {

class Offers {
 public:
  struct Entry {
    const char *name;
    uint32_t length;
    uint32_t tag;            // upper half of the name's hash
    ObjectId object;
    uint32_t next;           // in the same shard: the next offer of this name; none: end
    // Of the first entry of a name only:
    ObjectId provider = no_object;  // set by resolution: who defines it in the output
    // Of this entry:
    bool weak : 1 = false;
    bool common : 1 = false;
    bool comdat : 1 = false;
    bool shared : 1 = false;       // a shared library's dynamic symbol
    bool wanted : 1 = false;       // first entry: someone needs it and nothing provides it
    bool reported : 1 = false;
    std::string_view text() const { return {name, length}; }
  };
  static constexpr uint32_t none = UINT32_MAX;

  explicit Offers(const Link &link);

  // The first entry of a name (in no particular order: see for_each), or null.
  Entry *find(std::string_view name);
  template <class F> void for_each(Entry &first, F visit) {
    Shard &shard = shards_[shard_of(first.text())];
    for (Entry *entry = &first;; entry = &shard.entries[entry->next]) {
      visit(*entry);
      if (entry->next == none) break;
    }
  }
  // Every name with its first entry.
  template <class F> void for_each_name(F visit) {
    for (Shard &shard : shards_)
      for (uint32_t slot : shard.slots)
        if (slot != none) visit(shard.entries[slot]);
  }
  uint64_t symbols_read() const { return symbols_; }

 private:
  static constexpr unsigned shard_bits = 6;
  struct Shard {
    std::mutex mutex;
    std::vector<Entry> entries;
    std::vector<uint32_t> slots;   // open addressing: index of a name's first entry
    uint32_t names = 0;
    void add(Entry entry);
    void grow();
  };
  static size_t shard_of(std::string_view name);

  std::array<Shard, 1u << shard_bits> shards_;
  uint64_t symbols_ = 0;
};

// Names are hashed once; XXH3 reads them at memory speed.
uint64_t hash_name(std::string_view name);

}  // namespace ldwhy
