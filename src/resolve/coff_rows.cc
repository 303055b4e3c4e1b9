// See coff_rows.h. The raw meaning of a weak external is wanted here ("PE Format", "Auxiliary
// Format 3: Weak Externals"): the reader tells those with a definition in their object as defined.
#include "resolve/coff_rows.h"

#include <algorithm>
#include <unordered_map>

#include "base/text.h"
#include "command/lld_link.h"
#include "input/input.h"

namespace ldwhy {
namespace {

CoffRow::Kind kind_of(const Symbol &symbol, bool bitcode) {
  if (symbol.type == SymbolType::Section || symbol.type == SymbolType::File) return CoffRow::Kind::Other;
  if (symbol.fallback != no_symbol) return CoffRow::Kind::WeakExternal;
  if (symbol.state == SymbolState::Undefined) return CoffRow::Kind::Undefined;
  if (symbol.state == SymbolState::Common) return CoffRow::Kind::Common;
  return symbol.section == 0 && !bitcode ? CoffRow::Kind::Absolute : CoffRow::Kind::Defined;
}

// Both are called "/" ("PE Format", "First Linker Member", "Second Linker Member").
bool has_two_indexes(Bytes bytes) try {
  constexpr uint64_t first_at = 8, header_size = 60, size_at = 48, size_width = 10;
  constexpr std::string_view name = "/ ";
  if (!bytes.from(first_at).starts_with(name)) return false;
  uint64_t size = 0;
  for (char c : bytes.text(first_at + size_at, size_width))
    if (c >= '0' && c <= '9') size = size * 10 + static_cast<uint64_t>(c - '0');
  return bytes.from(first_at + header_size + size + (size & 1)).starts_with(name);
} catch (const Malformed &) {
  return false;
}

}  // namespace

const ComdatSection *CoffRows::comdat(uint32_t section) const {
  std::vector<ComdatSection>::const_iterator found =
      std::ranges::lower_bound(comdats, section, {}, &ComdatSection::number);
  return found != comdats.end() && found->number == section ? &*found : nullptr;
}

CoffRows read_coff_rows(const Object &object, SymbolIndex &index) {
  CoffRows result;
  std::unordered_map<uint32_t, uint32_t> places;  // of table entries, for fallbacks
  bool sectionless = object.kind() != ObjectKind::Relocatable && object.kind() != ObjectKind::GccSlimLto;
  (void)object.for_each_symbol([&](const Symbol &symbol) {
    if (object.kind() == ObjectKind::Shared && !symbol.dynamic) return;
    CoffRow row;
    row.text = symbol.name;
    row.kind = kind_of(symbol, sectionless);
    row.is_section = symbol.type == SymbolType::Section;
    row.is_code = symbol.type == SymbolType::Function;
    row.weak = symbol.binding == Binding::Weak &&
               (row.kind == CoffRow::Kind::Defined || (sectionless && row.kind == CoffRow::Kind::Undefined));
    row.comdat = sectionless && symbol.comdat;
    row.section = symbol.section;
    row.fallback = symbol.fallback;
    row.value = row.kind == CoffRow::Kind::Common ? symbol.size : symbol.value;
    bool external = symbol.binding != Binding::Local && row.kind != CoffRow::Kind::Other && !symbol.name.empty();
    if (external) row.name = index.intern(symbol.name);
    if (!sectionless) places[symbol.index] = static_cast<uint32_t>(result.rows.size());
    result.rows.push_back(row);
  });
  // The order in which LLVM tells a module's symbols.
  if (object.kind() == ObjectKind::Bitcode) std::ranges::stable_partition(result.rows, &CoffRow::is_code);
  for (CoffRow &row : result.rows) {
    if (row.fallback == no_symbol) continue;
    std::unordered_map<uint32_t, uint32_t>::const_iterator found = places.find(row.fallback);
    row.fallback = found == places.end() ? no_symbol : found->second;
  }
  result.comdats = object.comdat_sections();
  return result;
}

std::vector<std::pair<std::string_view, ObjectId>> index_of_archive(const Input &input, ObjectId first_member,
                                                                    bool second) {
  std::vector<std::pair<std::string_view, ObjectId>> names;
  if (!input.file) return names;
  Archive archive = read_archive(input.file->bytes());
  std::unordered_map<uint64_t, ObjectId> members;
  size_t count = std::min(archive.members.size(), input.members.size());
  for (size_t i = 0; i < count; ++i)
    members[archive.members[i].header_offset] = first_member + static_cast<ObjectId>(i);
  (void)for_each_index_entry(archive, [&](const ArchiveIndexEntry &entry) {
    if (auto member = members.find(entry.header_offset); member != members.end())
      names.emplace_back(entry.symbol, member->second);
  });
  if (second && has_two_indexes(input.file->bytes()))
    std::ranges::stable_sort(names, {}, &std::pair<std::string_view, ObjectId>::first);
  return names;
}

CoffDirective read_directive(std::string_view word) {
  CoffDirective directive;
  if (word.empty() || (word[0] != '-' && word[0] != '/')) return directive;
  word.remove_prefix(1);
  size_t colon = std::min(word.find(':'), word.size());
  directive.name = lower_case(word.substr(0, colon));
  directive.value = word.substr(std::min(colon + 1, word.size()));
  return directive;
}

bool is_refused_directive(std::string_view word, int lld) {
  constexpr int between_14_and_19 = 15;
  struct Taken {
    std::string_view name;
    bool has_value = true;
    int since = 0;
  };
  static constexpr Taken taken[] = {{"aligncomm"},
                                    {"alternatename"},
                                    {"defaultlib"},
                                    {"disallowlib"},
                                    {"entry"},
                                    {"export"},
                                    {"failifmismatch"},
                                    {"guardsym"},
                                    {"include"},
                                    {"manifestdependency"},
                                    {"merge"},
                                    {"nodefaultlib"},
                                    {"section"},
                                    {"stack"},
                                    {"subsystem"},
                                    {"exclude-symbols", true, between_14_and_19},
                                    {"editandcontinue", false},
                                    {"throwingnew", false},
                                    {"inferasanlibs", false, between_14_and_19},
                                    {"release", false, between_14_and_19}};
  LinkExeWord read = read_link_exe_word(word);
  if (!read.is_option || !read.known) return false;
  bool has_value = word.find(':') != word.npos;
  return std::ranges::none_of(
      taken, [&](const Taken &row) { return row.name == read.name && row.has_value == has_value && row.since <= lld; });
}

std::string coff_c_name(const Link &link, std::string_view name) {
  return (link.command.target.arch == Arch::I386 ? "_" : "") + std::string(name);
}

bool is_decorated(std::string_view name, bool mingw) {
  return name.starts_with('@') || name.starts_with('?') || name.find("@@") != name.npos ||
         (!mingw && name.find('@') != name.npos);
}

CoffExport read_export(std::string_view text) {
  CoffExport result;
  std::string_view first = text.substr(0, text.find(','));
  size_t equals = first.find('=');
  result.name = first.substr(0, equals);
  result.symbol =
      equals == first.npos || equals + 1 == first.size() ? result.name : std::string(first.substr(equals + 1));
  result.forwarded =
      equals != first.npos && result.symbol.find('.') != std::string::npos && !result.symbol.starts_with('?');
  return result;
}

}  // namespace ldwhy
