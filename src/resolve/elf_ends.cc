#include "resolve/elf_ends.h"

#include <algorithm>

#include <fmt/format.h>

namespace ldwhy {
namespace {

using Name = SymbolIndex::Name;

constexpr uint64_t SHF_WRITE = 0x1, SHF_ALLOC = 0x2;

// Sections that GNU ld takes for debug information by their names.
bool is_debugging(std::string_view name) {
  return std::ranges::any_of(
      std::initializer_list<std::string_view>{".debug", ".gnu.debuglto_.debug_", ".gnu.linkonce.wi.", ".zdebug",
                                              ".line", ".stab", ".gdb_index"},
      [&](std::string_view start) { return name.starts_with(start); });
}

// Which bucket of GNU ld's table of names a name is in.
class Buckets {
 public:
  // The table begins with 4051 buckets and grows to the next of these when it is three quarters full.
  explicit Buckets(size_t names) {
    static constexpr uint32_t sizes[] = {4051,   4091,   8191,   16381,   32749,  65537,
                                         131071, 262139, 524287, 1048573, 2097143};
    size_t step = 0;
    while (step + 1 < std::size(sizes) && names > sizes[step] / 4 * 3) ++step;
    count_ = sizes[step];
  }
  uint32_t of(std::string_view name) const {
    uint32_t hash = 0;
    for (unsigned char c : name) {
      hash += c + (static_cast<uint32_t>(c) << 17);
      hash ^= hash >> 2;
    }
    uint32_t length = static_cast<uint32_t>(name.size());
    hash += length + (length << 17);
    hash ^= hash >> 2;
    return hash % count_;
  }

 private:
  uint32_t count_ = 0;
};

// Where a section goes in the output, as far as the order of code and constants; the rest comes behind.
size_t place_of(std::string_view section) {
  static constexpr std::string_view order[] = {".init",         ".text.unlikely", ".text.exit",
                                               ".text.startup", ".text.hot",      ".text.sorted",
                                               ".text",         ".fini",          ".rodata"};
  for (size_t i = 0; i < std::size(order); ++i)
    if (section == order[i] || (section.starts_with(order[i]) && section[order[i].size()] == '.')) return i;
  return std::size(order);
}

bool has_dynamic_table(const ElfLink &elf) {
  if (elf.command.output_kind != Output::Executable) return elf.command.output_kind != Output::Relocatable;
  for (ObjectId id = 0; id < elf.link.objects.size(); ++id)
    if (elf.is_usable(id) && elf.is_shared(id)) return true;
  return false;
}

}  // namespace

std::vector<const ElfLiveness::Part *> in_link_order(const ElfLiveness &liveness) {
  std::vector<const ElfLiveness::Part *> parts;
  for (const ElfLiveness::Part &part : liveness.parts()) parts.push_back(&part);
  return parts;
}

std::vector<const ElfLiveness::Part *> in_output_order(const ElfLiveness &liveness) {
  auto place = [&](const ElfLiveness::Part *part) {
    size_t first = SIZE_MAX;
    for (uint32_t section = 1; section < part->file.sections.size(); ++section)
      if ((part->file.sections[section].flags & SHF_ALLOC) && liveness.stays(*part, section))
        first = std::min(first, place_of(part->file.sections[section].name));
    return first;
  };
  std::vector<const ElfLiveness::Part *> parts = in_link_order(liveness);
  std::ranges::stable_sort(parts, {}, place);
  return parts;
}

// Code that cannot be changed when the program starts has a copy of a library's variable.
bool RelocationEnd::is_copied(Name name) const {
  for (const ElfLiveness::Part &part : liveness_.parts())
    for (const ElfSections::Use &use : part.file.uses) {
      uint64_t flags = part.file.sections[use.section].flags;
      if (part.names[use.symbol] == name && (flags & SHF_ALLOC) && !(flags & SHF_WRITE)) return true;
    }
  return false;
}

bool RelocationEnd::ends_at(const ElfLiveness::Part &part, const ElfSections::Use &use) {
  Name name = part.names[use.symbol];
  if (name == SymbolIndex::none) return false;
  const ElfSections::Section &section = part.file.sections[use.section];
  const ElfName &held = elf_[name];
  if (section.flags & SHF_ALLOC) {
    if (!positions_ || !positions_->refuses_distance(part, use)) return false;
    elf_.ending_relocation = positions_->objection_to(part, use);
    return true;
  }
  // Nothing changes what is not loaded when the program starts.
  if (held.hold != Hold::Shared || is_debugging(section.name) || is_copied(name)) return false;
  Objection &end = elf_.ending_relocation.emplace();
  end.code = "unresolvable-relocation";
  end.symbol = elf_.index[name].text();
  end.object = part.object;
  end.text = fmt::format("{}({}+{:#x}): unresolvable relocation against symbol `{}'", elf_.link.name_of(part.object),
                         section.name, static_cast<uint64_t>(use.offset), end.symbol);
  return true;
}

bool ends_as_hidden(const ElfLink &elf, Name name, const std::vector<ObjectId> &referrers) {
  if (!elf.names[name].closed) return false;
  auto has = [&](std::span<const Name> list) { return std::ranges::find(list, name) != list.end(); };
  bool by_object = false, by_library = false, dynamic = false, hidden = false;
  for (ObjectId id : elf.entered) {
    bool shared = elf.is_shared(id);
    bool refers = shared ? has(elf.index.needs(id)) || has(elf.index.weak_needs(id)) || has(elf.index.defines(id))
                         : std::ranges::binary_search(referrers, id);
    if (!refers) continue;
    hidden |= !shared && has(elf.index.hidden_needs(id));
    if (dynamic && hidden) return false;
    (shared ? by_library : by_object) = true;
    dynamic |= shared ? by_object : by_library || elf.command.output_kind == Output::Shared;
  }
  return true;
}

bool ends_in_table(const ElfLink &elf, Name name) {
  std::string_view text = elf.index[name].text();
  size_t at = text.rfind('@');
  if (at == text.npos || at + 1 == text.size() || name >= elf.names.size()) return false;
  const ElfName &held = elf.names[name];
  // GNU ld hides what only collected sections refer to, and what is hidden is not in the table.
  if (elf.kept_needs && !held.seen_shared && !elf.kept_needs->contains(name)) return false;
  bool shown = elf.command.output_kind == Output::Shared || elf.command.export_dynamic || held.seen_shared;
  return held.hold == Hold::Nothing && held.referred && shown && has_dynamic_table(elf);
}

void end_in_hash_order(ElfLink &elf, MissingNames &missing) {
  Buckets buckets(elf.names.size());
  auto bucket = [&](Name name) { return buckets.of(elf.index[name].text()); };
  // Of a name that a library needs and the program hides.
  uint32_t first_hidden = UINT32_MAX, first = UINT32_MAX;
  for (const auto &[name, unresolved] : missing) {
    if (unresolved.not_exported) first_hidden = std::min(first_hidden, bucket(name));
    else if (!unresolved.from_shared && ends_as_hidden(elf, name, unresolved.referrers))
      first = std::min(first, bucket(name));
  }
  if (elf.index.has_versions())
    elf.index.for_each_name([&](Name name) {
      if (ends_in_table(elf, name)) first = std::min(first, bucket(name));
    });
  // What sections were collected for is hidden with the rest of them.
  bool early = elf.command.gc_sections;
  std::erase_if(missing, [&](const auto &entry) {
    const auto &[name, unresolved] = entry;
    if (!unresolved.from_shared) return false;
    if (unresolved.not_exported) return bucket(name) != first_hidden;
    if (early) return bucket(name) >= first_hidden;
    return first_hidden != UINT32_MAX || bucket(name) >= first;
  });
}

}  // namespace ldwhy
