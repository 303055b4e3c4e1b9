// The index is read where it lies: no work at the start, and a look-up touches one page of
// the directory and one of names. All numbers are little-endian.
//
//   "LDWHYPI1", 4-byte counts: libraries, sets, names, bytes of text, 0, 0
//   directory   65537 × 4   number of the first name whose hash begins with these 16 bits
//   starts      (libraries + 1) × 4   where each library's line of text begins
//   sets        sets × 8    four 15-bit numbers of libraries, 0x7fff: none; the first one's top
//                           bit: the name is their own
//   names       names × 6   34 more bits of the hash above 14 of a set's number; sorted
//   text        a line a library, sorted by name; fields between tabs
//
// Names are not kept, only 50 bits of their hash: with 400,000 names, a name of no library
// meets one of them by chance once in 2.8·10^9 look-ups. C names stand as they are, C++ names
// as "scope::name" without parameters (libraries with very many: left out), and every class or
// namespace that is three libraries' at most as "scope::".
#include "name/providers.h"

#include <algorithm>
#include <string>

namespace ldwhy {
namespace {

constexpr uint64_t buckets = 65536;
constexpr uint32_t nobody = 0x7fff;

// FNV-1a, its bits mixed at the end as MurmurHash3 does.
uint64_t hash_of(std::string_view key) {
  uint64_t value = 0xcbf29ce484222325;
  for (char c : key) value = (value ^ static_cast<uint8_t>(c)) * 0x100000001b3;
  value = (value ^ (value >> 33)) * 0xff51afd7ed558ccd;
  value = (value ^ (value >> 33)) * 0xc4ceb9fe1a85ec53;
  return value ^ (value >> 33);
}

std::string_view take_field(std::string_view &line) {
  size_t end = std::min(line.find('\t'), line.size());
  std::string_view field = line.substr(0, end);
  line.remove_prefix(std::min(end + 1, line.size()));
  return field;
}

}  // namespace

ProviderIndex::ProviderIndex(Bytes bytes) {
  Cursor cursor(bytes);
  if (cursor.take(8, "the provider index's mark").text() != "LDWHYPI1") bytes.fail(0, "a provider index");
  libraries_ = cursor.u32();
  sets_ = cursor.u32();
  names_ = cursor.u32();
  uint32_t text = cursor.u32();
  cursor.take(8);
  directory_ = cursor.take((buckets + 1) * 4, "the directory");
  starts_ = cursor.take((uint64_t{libraries_} + 1) * 4, "where lines begin");
  set_table_ = cursor.take(uint64_t{sets_} * 8, "sets of libraries");
  name_table_ = cursor.take(uint64_t{names_} * 6, "names");
  text_ = cursor.take(text, "text");
}

std::string_view ProviderIndex::line(uint32_t number) const {
  uint32_t start = starts_.u32(uint64_t{number} * 4, Endian::Little),
           end = starts_.u32(uint64_t{number} * 4 + 4, Endian::Little);
  if (end <= start) starts_.fail(uint64_t{number} * 4, "lines in order");
  return text_.text(start, end - start - 1, "a library's line");
}

Provider ProviderIndex::provider(uint32_t number) const {
  std::string_view rest = line(number);
  Provider found;
  found.library = take_field(rest);
  found.debian = take_field(rest);
  found.static_only = take_field(rest) == "a";
  found.pkg_config = take_field(rest);
  std::string_view cmake = take_field(rest);
  size_t blank = cmake.rfind(' ');
  if (blank != cmake.npos) {
    found.cmake_package = cmake.substr(0, blank);
    found.cmake_target = cmake.substr(blank + 1);
  }
  found.homebrew = take_field(rest);
  found.vcpkg = take_field(rest);
  found.conan = take_field(rest);
  found.crate = take_field(rest);
  return found;
}

Providers ProviderIndex::find(std::string_view key) const {
  Providers found;
  uint64_t hash = hash_of(key);
  uint64_t bucket = hash >> 48, rest = hash >> 14 & 0x3'ffff'ffff;
  uint64_t end = directory_.u32(bucket * 4 + 4, Endian::Little);
  for (uint64_t i = directory_.u32(bucket * 4, Endian::Little); i < end; ++i) {
    uint64_t entry = name_table_.u32(i * 6, Endian::Little) | uint64_t{name_table_.u16(i * 6 + 4, Endian::Little)}
                                                                  << 32;
    if (entry >> 14 < rest) continue;
    if (entry >> 14 > rest) break;
    uint64_t at = (entry & 0x3fff) * 8;
    found.own = set_table_.u16(at, Endian::Little) & 0x8000;
    for (uint64_t member = 0; member < Providers::most; ++member) {
      uint32_t number = set_table_.u16(at + member * 2, Endian::Little) & 0x7fff;
      if (number != nobody) found.all[found.count++] = provider(number);
    }
    break;
  }
  return found;
}

Providers ProviderIndex::named(std::string_view library) const {
  auto name_of = [&](uint32_t number) {
    std::string_view text = line(number);
    return take_field(text);
  };
  uint32_t low = 0, high = libraries_;
  while (low < high) {
    uint32_t middle = low + (high - low) / 2;
    if (name_of(middle) < library) low = middle + 1;
    else high = middle;
  }
  Providers found;
  for (uint32_t i = low; i < libraries_ && found.count < Providers::most && name_of(i) == library; ++i)
    found.all[found.count++] = provider(i);
  return found;
}

const ProviderIndex &provider_index() {
  static const ProviderIndex index(provider_bytes());
  return index;
}

Providers providers_of(const ParsedName &name) {
  const ProviderIndex &index = provider_index();
  if (name.scheme == Scheme::Plain) return index.find(name.raw.substr(0, name.raw.find('@')));
  if (name.scheme != Scheme::Itanium && name.scheme != Scheme::Microsoft) return {};
  // Instances are made where they are used; of their templates' classes the rest may be known.
  std::string scope = without_arguments(class_of(name));
  if (name.table == ClassTable::None && name.arguments.empty())
    if (Providers found = index.find(scope + "::" + name.base); !found.empty()) return found;
  if (scope.empty()) return {};
  Providers found = index.find(scope + "::");
  found.by_scope = true;
  return found;
}

Providers providers_named(std::string_view library) { return provider_index().named(library); }

}  // namespace ldwhy
