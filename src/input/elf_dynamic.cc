// The dynamic array and the hash tables follow the gABI, chapter 5, "Dynamic Section" and
// "Hash Table"; DT_GNU_HASH the description in GNU binutils (bfd/elflink.c lays it out);
// versions the LSB core specification, "Symbol Versioning". The dynamic symbol table
// does not say how long it is: without section headers, the hash tables tell.

#include "input/elf_dynamic.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace ldwhy {
namespace {

constexpr uint16_t version_hidden = 0x8000;
constexpr uint16_t version_mask = 0x7fff;
constexpr uint16_t first_named_version = 2;  // 0 and 1: local and global without a version

std::vector<ElfDynamicEntry> read_entries(const ElfFile &file, Bytes array) {
  std::vector<ElfDynamicEntry> entries;
  uint64_t width = file.word_size();
  for (uint64_t at = 0; at + 2 * width <= array.size(); at += 2 * width) {
    ElfDynamicEntry entry{file.word(array, at, "a dynamic tag"), file.word(array, at + width, "a dynamic value")};
    if (entry.tag == elf::DT_NULL) break;
    entries.push_back(entry);
  }
  return entries;
}

std::optional<ElfSegment> segment_of_type(const ElfFile &file, uint32_t type) {
  for (uint32_t index = 0; index < file.segment_count(); ++index)
    if (ElfSegment segment = file.segment(index); segment.type == type) return segment;
  return std::nullopt;
}

std::vector<ElfDynamicEntry> entries_by_segments(const ElfFile &file) {
  std::optional<ElfSegment> segment = segment_of_type(file, elf::PT_DYNAMIC);
  if (!segment) return {};
  return read_entries(file, file.bytes().slice(segment->offset, segment->file_size, "the dynamic array"));
}

std::optional<uint64_t> value_of(const std::vector<ElfDynamicEntry> &entries, uint64_t tag) {
  for (const ElfDynamicEntry &entry : entries)
    if (entry.tag == tag) return entry.value;
  return std::nullopt;
}

Bytes strings_by_segments(const ElfFile &file, const std::vector<ElfDynamicEntry> &entries) {
  std::optional<uint64_t> address = value_of(entries, elf::DT_STRTAB);
  if (!address) return {};
  Bytes from = file.at_address(*address, "the dynamic string table");
  return from.slice(0, std::min<uint64_t>(value_of(entries, elf::DT_STRSZ).value_or(from.size()), from.size()));
}

// The number of symbols is that of the chains, the second entry after the number of
// buckets. Entries have 32 bits, but on 64-bit s390, by its ABI, 64; lld writes 32 there too.
// The high half of the first entry tells: no table has so many buckets, nor none.
uint64_t count_by_hash(const ElfFile &file, Bytes hash) {
  constexpr const char *what = "the DT_HASH table";
  bool wide = file.machine() == elf::EM_S390 && file.is_64() && hash.u32(0, file.endian(), what) == 0;
  return wide ? hash.u64(8, file.endian(), what) : hash.u32(4, file.endian(), what);
}

// Buckets name the first symbol of a chain; the last hash value of a chain has its low bit
// set. The chain that starts last ends last.
uint64_t count_by_gnu_hash(const ElfFile &file, Bytes hash) {
  constexpr const char *what = "the DT_GNU_HASH table";
  uint64_t bucket_count = hash.u32(0, file.endian(), what);
  uint64_t first_hashed = hash.u32(4, file.endian(), what);
  uint64_t filter_words = hash.u32(8, file.endian(), what);
  uint64_t buckets_at = 16 + filter_words * file.word_size();
  Bytes buckets = hash.from(buckets_at, what).table(0, bucket_count, 4, what);
  uint64_t last = 0;
  for (uint64_t at = 0; at < buckets.size(); at += 4) last = std::max<uint64_t>(last, buckets.u32(at, file.endian()));
  if (last < first_hashed) return first_hashed;
  uint64_t chains_at = buckets_at + bucket_count * 4;
  while (!(hash.u32(chains_at + (last - first_hashed) * 4, file.endian(), what) & 1)) ++last;
  return last + 1;
}

void put(std::vector<std::string_view> &names, uint16_t number, std::string_view name) {
  number &= version_mask;
  if (names.size() <= number) names.resize(number + 1);
  names[number] = name;
}

std::string_view name_of(const std::vector<std::string_view> &names, uint16_t number) {
  return number < names.size() ? names[number] : std::string_view();
}

// Records of a version section are chained by distances, which may lead many times over the
// same bytes; a chain with more links than the section has room for is damage.
class ChainLimit {
 public:
  ChainLimit(Bytes section, uint64_t record_size) : section_(section), left_(section.size() / record_size) {}
  void step(uint64_t at) {
    if (left_-- == 0) section_.fail(at, "expected the end of a chain of symbol versions");
  }

 private:
  Bytes section_;
  uint64_t left_;
};

}  // namespace

ElfDynamic::ElfDynamic(const ElfFile &file) {
  if (file.section_count() > 0) {
    uint32_t index = file.last_section_of_type(elf::SHT_DYNAMIC);
    if (index == 0) return;
    ElfSection section = file.section(index);
    entries_ = read_entries(file, file.contents(section));
    strings_ = file.contents(file.section(section.link));
  } else {
    entries_ = entries_by_segments(file);
    strings_ = strings_by_segments(file, entries_);
  }
}

ElfDynamicSymbols::ElfDynamicSymbols(const ElfFile &file) : endian_(file.endian()) {
  if (file.section_count() > 0) find_by_sections(file);
  else find_by_segments(file);
}

void ElfDynamicSymbols::find_by_sections(const ElfFile &file) {
  uint32_t table_index = file.last_section_of_type(elf::SHT_DYNSYM);
  if (table_index == 0) return;
  table_ = file.symbol_table(table_index);
  for (uint32_t index = 1; index < file.section_count(); ++index) {
    uint32_t type = file.section_type(index);
    if (type != elf::SHT_GNU_VERSYM && type != elf::SHT_GNU_VERDEF && type != elf::SHT_GNU_VERNEED) continue;
    Bytes contents = file.contents(file.section(index));
    if (type == elf::SHT_GNU_VERSYM) indices_ = contents;
    if (type == elf::SHT_GNU_VERDEF) read_definitions(contents);
    if (type == elf::SHT_GNU_VERNEED) read_needs(contents);
  }
}

void ElfDynamicSymbols::find_by_segments(const ElfFile &file) {
  std::vector<ElfDynamicEntry> entries = entries_by_segments(file);
  std::optional<uint64_t> symbols = value_of(entries, elf::DT_SYMTAB);
  if (!symbols) return;
  uint64_t count = 0;
  if (std::optional<uint64_t> hash = value_of(entries, elf::DT_HASH))
    count = count_by_hash(file, file.at_address(*hash, "the DT_HASH table"));
  else if (std::optional<uint64_t> gnu_hash = value_of(entries, elf::DT_GNU_HASH))
    count = count_by_gnu_hash(file, file.at_address(*gnu_hash, "the DT_GNU_HASH table"));
  constexpr const char *what = "the dynamic symbol table";
  table_.entries = file.at_address(*symbols, what).table(0, count, file.symbol_size(), what);
  table_.claimed = table_.entries.size();
  table_.strings = strings_by_segments(file, entries);
  if (std::optional<uint64_t> indices = value_of(entries, elf::DT_VERSYM))
    indices_ = file.at_address(*indices, "the symbol versions").table(0, count, 2, "symbol versions");
  if (std::optional<uint64_t> definitions = value_of(entries, elf::DT_VERDEF))
    read_definitions(file.at_address(*definitions, "the version definitions"));
  if (std::optional<uint64_t> needs = value_of(entries, elf::DT_VERNEED))
    read_needs(file.at_address(*needs, "the version needs"));
}

// Elfxx_Verdef: version, flags, number, count (16 bits each), hash, distance to the first
// Elfxx_Verdaux, distance to the next. The first Verdaux has the name, others its parents.
void ElfDynamicSymbols::read_definitions(Bytes bytes) {
  if (bytes.empty()) return;
  constexpr const char *what = "a version definition";
  ChainLimit limit(bytes, 20);
  for (uint64_t at = 0;;) {
    limit.step(at);
    uint64_t first = at + bytes.u32(at + 12, endian_, what);
    put(defined_, bytes.u16(at + 4, endian_, what),
        table_.strings.c_string(bytes.u32(first, endian_, what), "a version's name"));
    uint32_t next = bytes.u32(at + 16, endian_, what);
    if (next == 0) return;
    at += next;
  }
}

// Elfxx_Verneed, one a library: version, count (16 bits each), library, distance to the first
// Elfxx_Vernaux, distance to the next. Elfxx_Vernaux: hash, flags, number (16 bits each),
// name, distance to the next.
void ElfDynamicSymbols::read_needs(Bytes bytes) {
  if (bytes.empty()) return;
  constexpr const char *what = "a version need";
  ChainLimit limit(bytes, 16);
  for (uint64_t at = 0;;) {
    limit.step(at);
    uint64_t version = at + bytes.u32(at + 8, endian_, what);
    for (uint16_t left = bytes.u16(at + 2, endian_, what); left > 0; --left) {
      limit.step(version);
      put(needed_, bytes.u16(version + 6, endian_, what),
          table_.strings.c_string(bytes.u32(version + 8, endian_, what), "a version's name"));
      uint32_t next = bytes.u32(version + 12, endian_, what);
      if (next == 0) break;
      version += next;
    }
    uint32_t next = bytes.u32(at + 12, endian_, what);
    if (next == 0) return;
    at += next;
  }
}

void ElfDynamicSymbols::set_version(Symbol &symbol) const {
  if (indices_.empty()) return;
  uint16_t entry = indices_.u16(uint64_t{symbol.index} * 2, endian_, "a symbol's version");
  uint16_t number = entry & version_mask;
  if (number < first_named_version) return;
  // A program's copy of a library's variable is defined and has the library's version.
  if (is_defined(symbol)) symbol.version = name_of(defined_, number);
  symbol.default_version = !symbol.version.empty() && !(entry & version_hidden);
  if (symbol.version.empty()) symbol.version = name_of(needed_, number);
}

}  // namespace ldwhy
