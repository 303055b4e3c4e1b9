// The export trie of a Mach-O image: the names that dyld finds in it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"

namespace ldwhy {

// The names exist nowhere in the file as such, so this owns them.
class ExportTrie {
 public:
  struct Entry {
    uint64_t address = 0;  // from the start of the image; absolute where `is_absolute`
    bool is_absolute = false;
    bool is_thread_local = false;
    bool is_weak = false;
    bool is_resolver = false;  // the address is a stub's; a function picks the target at run time
    bool is_reexport = false;  // defined in a library that the image loads; no address
  };

  // Reads as far as the trie is sound. `name_limit` bounds the bytes of all names together.
  ExportTrie(Bytes trie, uint64_t name_limit);

  size_t size() const noexcept { return entries_.size(); }
  const Entry &entry(size_t i) const { return entries_[i]; }
  std::string_view name(size_t i) const {
    size_t start = i ? name_ends_[i - 1] : 0;
    return std::string_view(names_).substr(start, name_ends_[i] - start);
  }
  const std::optional<Malformed> &damage() const noexcept { return damage_; }

 private:
  void read(Bytes trie, uint64_t name_limit);
  void add(Bytes terminal, const std::string &name);

  std::string names_;
  std::vector<size_t> name_ends_;
  std::vector<Entry> entries_;
  std::optional<Malformed> damage_;
};

}  // namespace ldwhy
