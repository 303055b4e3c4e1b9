// --gc-sections: from the entry, what options and other images ask for, and the sections that run
// by themselves or ask to stay, along the relocations (ld manual, "--gc-sections" and "KEEP"; gABI
// chapter 4, "Special Sections"). All linkers agree on most of it; of sections with names like C
// identifiers, whose bounds code can ask for by __start_NAME, LLD keeps only what is reached.
#include "resolve/elf_liveness.h"

#include <algorithm>
#include <cctype>

#include "base/parallel.h"

namespace ldwhy {
namespace {

constexpr uint32_t SHT_NOTE = 7, SHT_INIT_ARRAY = 14, SHT_FINI_ARRAY = 15, SHT_PREINIT_ARRAY = 16;
constexpr uint64_t SHF_ALLOC = 0x2, SHF_EXECINSTR = 0x4, SHF_LINK_ORDER = 0x80, SHF_GNU_RETAIN = 0x200000;

bool runs_by_itself(const ElfSections::Section &section) {
  if (section.flags & SHF_GNU_RETAIN) return true;
  // A note in a group goes with its group.
  if (section.type == SHT_NOTE) return section.group == ElfSections::no_group;
  if (section.type == SHT_INIT_ARRAY || section.type == SHT_FINI_ARRAY || section.type == SHT_PREINIT_ARRAY)
    return true;
  for (std::string_view name : {".init", ".fini", ".jcr"})
    if (section.name == name) return true;
  for (std::string_view start : {".ctors", ".dtors", ".init_array", ".fini_array", ".preinit_array"})
    if (section.name.starts_with(start)) return true;
  return false;
}

bool is_identifier(std::string_view name) {
  return !name.empty() && !std::isdigit(static_cast<unsigned char>(name[0])) &&
         std::ranges::all_of(name, [](char c) { return c == '_' || std::isalnum(static_cast<unsigned char>(c)); });
}

}  // namespace

ElfLiveness::ElfLiveness(ElfLink &link, std::vector<ObjectId> objects)
    : link_(link), collects_(link.command.gc_sections && link.command.output_kind != Output::Relocatable) {
  if (collects_) objects = link.entered;
  parts_.resize(objects.size());
  parallel_for(objects.size(), [&](size_t i) {
    parts_[i].object = objects[i];
    read(parts_[i]);
  });
  if (collects_) collect();
}

void ElfLiveness::read(Part &part) const {
  part.file = read_elf_sections(*link_.link.object(part.object), link_.rules.groups.linkonce);
  part.dropped.resize(part.file.sections.size());
  part.live.resize(part.file.sections.size());
  part.names.assign(part.file.symbols.size(), SymbolIndex::none);
  for (size_t i = 1; i < part.file.symbols.size(); ++i) {
    const Symbol &symbol = part.file.symbols[i];
    if (symbol.binding == Binding::Local || symbol.name.empty()) continue;
    if (std::optional<SymbolIndex::Name> name = link_.name_of(symbol)) part.names[i] = *name;
  }
  drop_groups(part);
}

void ElfLiveness::drop_groups(Part &part) const {
  for (const ElfSections::Group &group : part.file.groups)
    if (group.comdat && link_.loses_group(part.object, group.signature))
      for (uint32_t section : group.sections) part.dropped[section] = true;
}

void ElfLiveness::collect() {
  find_definitions();
  mark_roots();
  while (!queue_.empty()) {
    Place place = queue_.back();
    queue_.pop_back();
    follow(place);
  }
}

void ElfLiveness::find_definitions() {
  definitions_.resize(link_.names.size());
  follows_.resize(parts_.size());
  for (uint32_t i = 0; i < parts_.size(); ++i) {
    const Part &part = parts_[i];
    for (size_t s = 1; s < part.file.symbols.size(); ++s) {
      const Symbol &symbol = part.file.symbols[s];
      if (part.names[s] == SymbolIndex::none || symbol.section == 0 || symbol.section >= part.file.sections.size())
        continue;
      if (link_.index.provider(part.names[s]) == part.object) definitions_[part.names[s]] = {i, symbol.section};
    }
    for (uint32_t section = 1; section < part.file.sections.size(); ++section) {
      const ElfSections::Section &row = part.file.sections[section];
      if ((row.flags & SHF_LINK_ORDER) && row.link < part.file.sections.size())
        follows_[i].push_back({row.link, section});
    }
    std::ranges::sort(follows_[i]);
    follow_frames(i);
  }
}

// Unwind tables describe functions and do not keep them; what a function's entry names beside it
// (the table of its catch clauses) goes with the function.
void ElfLiveness::follow_frames(uint32_t number) {
  const Part &part = parts_[number];
  uint32_t function = 0;
  for (const ElfSections::Use &use : part.file.uses) {
    if (part.file.sections[use.section].name != ".eh_frame") continue;
    const Symbol &symbol = part.file.symbols[use.symbol];
    bool here = symbol.section != 0 && symbol.section < part.file.sections.size();
    if (!here || part.names[use.symbol] != SymbolIndex::none) {
      if (!here || !(part.file.sections[symbol.section].flags & SHF_EXECINSTR)) mark_symbol(number, use.symbol);
      continue;
    }
    if (part.file.sections[symbol.section].flags & SHF_EXECINSTR) function = symbol.section;
    else follows_[number].push_back({function, symbol.section});
  }
  std::ranges::sort(follows_[number]);
}

bool ElfLiveness::is_exported(SymbolIndex::Name name) const {
  const ElfName &held = link_.names[name];
  if (held.hidden || held.seen_hidden ||
      (held.hold != Hold::Strong && held.hold != Hold::Weak && held.hold != Hold::Common))
    return false;
  std::string_view text = link_.index[name].text();
  auto is_in_library = [&] {
    bool offered = held.seen_shared;
    link_.index.for_each_offer(name, [&](const SymbolIndex::Offer &offer) {
      offered |= offer.shared && link_.result.fates[offer.object] == Fate::Taken;
    });
    return offered;
  };
  if (link_.rules.libraries.keep_hidden_by_script && is_in_library()) return true;
  std::optional<VersionMatch> version = find_version(link_.script, text, text);
  if (version && version->is_local) return false;
  if (version && link_.rules.versions.script_exports) return true;
  if (link_.command.static_link && link_.rules.static_is_closed && link_.rules.static_is_closed(link_.command))
    return false;
  if (held.seen_shared || link_.command.output_kind == Output::Shared || (link_.command.export_dynamic && !closed_))
    return true;
  for (const std::string &exported : link_.command.exported_symbols)
    if (glob_matches(exported, text)) return true;
  return is_in_library();
}

// Whether nothing at all is exported, whatever --export-dynamic says.
bool ElfLiveness::is_closed() const {
  if (!link_.rules.fixed_is_closed || link_.command.output_kind != Output::Executable) return false;
  for (ObjectId id = 0; id < link_.link.objects.size(); ++id)
    if (link_.is_shared(id) && link_.result.fates[id] == Fate::Taken) return false;
  return true;
}

void ElfLiveness::mark_roots() {
  closed_ = is_closed();
  for (const auto &[name, unused] : link_.asked_by) mark_name(name);
  for (std::string_view text : {"_init", "_fini"})
    if (std::optional<SymbolIndex::Name> name = link_.index.find(text)) mark_name(*name);
  link_.index.for_each_name([&](SymbolIndex::Name name) {
    if (name < link_.names.size() && is_exported(name)) mark_name(name);
  });
  for (uint32_t part = 0; part < parts_.size(); ++part) {
    // What is no native code may refer to anything.
    if (parts_[part].file.sections.empty())
      for (SymbolIndex::Name name : link_.index.needs(parts_[part].object)) mark_name(name);
    mark_section_roots(part);
  }
}

void ElfLiveness::mark_section_roots(uint32_t number) {
  const Part &part = parts_[number];
  bool keeps_identifiers = link_.rules.archives.search == ElfRules::Archives::Search::Reachable;
  for (uint32_t section = 1; section < part.file.sections.size(); ++section) {
    const ElfSections::Section &row = part.file.sections[section];
    if (!(row.flags & SHF_ALLOC)) continue;
    if (runs_by_itself(row) || (keeps_identifiers && is_identifier(row.name))) mark({number, section});
  }
}

void ElfLiveness::mark(Place place) {
  Part &part = parts_[place.part];
  if (place.section == 0 || part.live[place.section] || part.dropped[place.section]) return;
  part.live[place.section] = part.any_live = true;
  queue_.push_back(place);
}

void ElfLiveness::mark_name(SymbolIndex::Name name) {
  if (name >= definitions_.size()) return;
  if (definitions_[name].part != UINT32_MAX) return mark(definitions_[name]);
  std::string_view text = link_.index[name].text();
  for (std::string_view bound : {"__start_", "__stop_"})
    if (text.starts_with(bound) &&
        (link_.rules.archives.search != ElfRules::Archives::Search::Remembered || link_.command.keep_start_stop))
      keep_named_sections(text.substr(bound.size()));
}

void ElfLiveness::keep_named_sections(std::string_view name) {
  for (uint32_t part = 0; part < parts_.size(); ++part)
    for (uint32_t section = 1; section < parts_[part].file.sections.size(); ++section)
      if (parts_[part].file.sections[section].name == name) mark({part, section});
}

void ElfLiveness::mark_symbol(uint32_t part, uint32_t number) {
  const Part &from = parts_[part];
  if (from.names[number] != SymbolIndex::none) return mark_name(from.names[number]);
  uint32_t section = from.file.symbols[number].section;
  if (section < from.file.sections.size()) mark({part, section});
}

void ElfLiveness::follow(Place place) {
  const Part &part = parts_[place.part];
  auto [first, last] = std::ranges::equal_range(part.file.uses, place.section, {}, &ElfSections::Use::section);
  for (; first != last; ++first) mark_symbol(place.part, first->symbol);
  const std::vector<std::pair<uint32_t, uint32_t>> &with = follows_[place.part];
  for (size_t i = static_cast<size_t>(std::ranges::lower_bound(with, std::pair(place.section, 0u)) - with.begin());
       i < with.size() && with[i].first == place.section; ++i)
    mark({place.part, with[i].second});
  uint32_t group = part.file.sections[place.section].group;
  if (group == ElfSections::no_group) return;
  for (uint32_t section : part.file.groups[group].sections) mark({place.part, section});
}

}  // namespace ldwhy
