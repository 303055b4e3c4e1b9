// Names that nothing in the link defines, where the linker minds: by kind of output, options and
// visibility; and only where code or data that stays refers to them.
#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>

#include "input/enclosing_symbols.h"
#include "resolve/elf_liveness.h"
#include "resolve/format_rules.h"

namespace ldwhy {
namespace {

constexpr size_t most_uses = 50;           // places kept of each name
constexpr size_t most_objects_read = 200;  // objects whose relocations are walked for one name
constexpr uint64_t SHF_ALLOC = 0x2;

class Missing {
  using Name = SymbolIndex::Name;

 public:
  explicit Missing(ElfLink &elf) : elf_(elf), link_(elf.link), command_(elf.command), index_(elf.index) {}

  void report() {
    if (command_.output_kind == Output::Relocatable) return;
    if (elf_.rules.loads_needed && says_shared()) {
      strengthen();
      elf_.met_in_loaded = meet_loaded_elf(elf_);
    }
    if (elf_.met_in_loaded) {
      unresolved_.emplace(*elf_.met_in_loaded, Unresolved{});
    } else {
      for (Name name = 0; name < elf_.names.size(); ++name)
        if (is_missed(name)) unresolved_.emplace(name, Unresolved{});
    }
    // To find references to lost groups takes a look at the relocations of most objects: only
    // where nothing else is known to end the link.
    minds_lost_ = unresolved_.empty() && elf_.rules.minds_lost_locals &&
                  std::ranges::any_of(elf_.entered, [&](ObjectId id) { return elf_.loses_groups(id); });
    if (!unresolved_.empty() || minds_lost_) find_uses();
    if (says_shared() && !elf_.met_in_loaded) check_shared();
    if (elf_.rules.ends_in_hash_order) end_in_hash_order();
    end_early();
    for (auto &[name, unresolved] : unresolved_) {
      unresolved.name = index_[name].text();
      if (auto version = asked_version_.find(name); version != asked_version_.end()) unresolved.name += "@" + version->second;
      elf_.result.unresolved.push_back(std::move(unresolved));
    }
    std::ranges::sort(elf_.result.unresolved, {}, &Unresolved::name);
  }

 private:
  // What --as-needed dropped and another library loads asks for its names all the same.
  void strengthen() {
    for (ObjectId id : libraries())
      if (elf_.result.fates[id] != Fate::Taken)
        for (Name name : index_.needs(id)) elf_[name].needed_shared = true;
  }

  bool says_shared() {
    if (!elf_.rules.checks_shared || command_.allow_shlib_undefined) return false;
    return true;
  }

  // GNU ld's table of names: it looks at them bucket by bucket at the end of the link.
  uint32_t bucket(std::string_view name) const {
    uint32_t hash = 0;
    for (unsigned char c : name) {
      hash += c + (static_cast<uint32_t>(c) << 17);
      hash ^= hash >> 2;
    }
    uint32_t length = static_cast<uint32_t>(name.size());
    hash += length + (length << 17);
    hash ^= hash >> 2;
    // The table begins with 4051 buckets and grows to the next of these when it is three quarters full.
    static constexpr uint32_t sizes[] = {4051, 4091, 8191, 16381, 32749, 65537, 131071, 262139, 524287, 1048573, 2097143};
    size_t step = 0;
    while (step + 1 < std::size(sizes) && elf_.names.size() > sizes[step] / 4 * 3) ++step;
    return hash % sizes[step];
  }

  // Hidden names come first, and the first that a library refers to ends the link. Then comes the
  // rest, up to a name that must be defined here and is not: what libraries miss behind it is not said.
  void end_in_hash_order() {
    // A version that no library has ends it too, where the name is shown to other images.
    bool shown = command_.output_kind == Output::Shared || command_.export_dynamic;
    bool versions = !shown || elf_.has_versions();
    auto ends = [&](const auto &entry, bool hidden) {
      if (hidden || entry.second.from_shared) return hidden && entry.second.not_exported;
      return elf_[entry.first].closed || (!versions && index_[entry.first].text().find('@') != std::string_view::npos);
    };
    for (bool hidden : {true, false}) {
      uint32_t first = UINT32_MAX;
      for (const auto &entry : unresolved_)
        if (ends(entry, hidden)) first = std::min(first, bucket(index_[entry.first].text()));
      if (first == UINT32_MAX) continue;
      std::erase_if(unresolved_, [&](const auto &entry) {
        bool kept = hidden ? entry.second.not_exported && bucket(index_[entry.first].text()) == first
                           : bucket(index_[entry.first].text()) < first;
        return entry.second.from_shared && !kept;
      });
      return;
    }
  }

  void end_early() {
    auto ends = [&](const auto &entry) {
      return (elf_.rules.ends_at_required && entry.second.asked_by == "--require-defined" && !elf_[entry.first].referred) ||
             (elf_.rules.ends_at_expression && entry.second.asked_by == "--defsym");
    };
    if (std::ranges::any_of(unresolved_, ends)) std::erase_if(unresolved_, [&](const auto &entry) { return !ends(entry); });
  }

  bool is_missed(Name name) {
    const ElfName &held = elf_[name];
    bool nothing = held.hold == Hold::Nothing || (elf_.rules.binds_closed && held.closed && held.hold == Hold::Shared);
    bool unresolvable = held.hold == Hold::Shared && elf_.rules.ends_at_expression && elf_.must_exist.contains(name);
    if ((!nothing && !unresolvable) || held.assigned) return false;
    if (elf_.must_exist.contains(name)) {
      // Where an object refers to it, mold sees only that.
      bool seen = elf_.rules.ends_at_required && (held.referred || held.needed_weakly) && elf_.asked_by[name] == "--require-defined";
      if (!seen || held.referred) return true;
      return false;
    }
    // GNU ld takes a library's reference for one that makes all others strong.
    bool strengthened = elf_.rules.loads_needed && held.needed_weakly && held.needed_shared;
    if (!held.needed && !strengthened) return false;
    if (elf_.rules.first_reference_counts && command_.output_kind == Output::Shared && held.needed_weakly && !held.closed && weak_comes_first(name)) return false;
    std::string_view text = index_[name].text();
    if (elf_rules.makes(link_, text)) return false;
    if (elf_.rules.misses_versions && text.find('@') != text.npos) return true;
    if (elf_.rules.lost_groups_missed && held.lost) return true;
    bool closed = held.closed && !elf_.rules.allows_closed;
    if (!closed && (command_.allow_undefined || (command_.undefined_in_programs && elf_.is_executable()))) return false;
    for (const std::string &allowed : command_.undefined_allowed)
      if (allowed == "*" || allowed == text) return false;
    return held.closed || !elf_rules.tolerates(command_, text);
  }

  bool weak_comes_first(Name name) const {
    ObjectId first = no_object;
    bool weak = false;
    for (ObjectId id : elf_.entered) {
      if (elf_.is_shared(id) || id > first) continue;
      bool refers_weakly = std::ranges::count(index_.weak_needs(id), name) > 0;
      if (!refers_weakly && std::ranges::count(index_.needs(id), name) == 0) continue;
      first = id;
      weak = refers_weakly;
    }
    return weak;
  }

  void find_uses() {
    std::map<Name, size_t> read;
    std::vector<ObjectId> objects;
    // Nearly all needs are met, and most of them are told from the missing few by these bits.
    auto bit_of = [](Name name) { return uint64_t{1} << (name * 0x9e3779b1u >> 26); };
    uint64_t bits = 0;
    for (const auto &[name, unresolved] : unresolved_) bits |= bit_of(name);
    for (ObjectId id : elf_.entered) {
      if (elf_.is_shared(id)) continue;
      bool wanted = false;
      auto look = [&](Name name) {
        if (!(bits & bit_of(name))) return;
        auto found = unresolved_.find(name);
        if (found == unresolved_.end()) return;
        found->second.referrers.push_back(id);
        wanted |= read[name]++ < most_objects_read;
      };
      for (Name name : index_.needs(id)) {
        auto other = elf_.renamed.find(name);
        look(other == elf_.renamed.end() ? name : other->second);
      }
      elf_.for_each_lost(id, look);
      if (!elf_.renamed.empty())
        for (Name name : index_.defines(id))
          if (auto other = elf_.renamed.find(name); other != elf_.renamed.end()) look(other->second);
      if (elf_.rules.loads_needed)
        for (Name name : index_.weak_needs(id)) look(name);
      if (wanted || (minds_lost_ && elf_.loses_groups(id))) objects.push_back(id);
    }
    bool bounds = std::ranges::any_of(unresolved_, [&](const auto &entry) { return !bounded_section(entry.first).empty(); });
    if (bounds) objects = native_objects();
    ElfLiveness liveness(elf_, std::move(objects));
    if (bounds) drop_bounds(liveness);
    for (const ElfLiveness::Part &part : liveness.parts()) find_uses(liveness, part);
    for (auto &[name, unresolved] : unresolved_) {
      if (elf_.must_exist.contains(name)) unresolved.asked_by = elf_.asked_by[name];
      std::ranges::sort(unresolved.referrers);
      unresolved.referrers.erase(std::ranges::unique(unresolved.referrers).begin(), unresolved.referrers.end());
      std::ranges::sort(unresolved.uses, [](const Use &a, const Use &b) {
        return std::tie(a.object, a.section, a.offset) < std::tie(b.object, b.section, b.offset);
      });
    }
    if (elf_.rules.unloaded == ElfRules::Unloaded::CheckedLast && !loaded_.empty())
      std::erase_if(unresolved_, [&](const auto &entry) { return !entry.second.uses.empty() && !loaded_.contains(entry.first); });
    std::erase_if(unresolved_, [&](const auto &entry) {
      const Unresolved &unresolved = entry.second;
      if (!unresolved.asked_by.empty()) return false;
      bool used = unresolved.referrers.size() > most_objects_read || !unresolved.uses.empty();
      for (ObjectId id : unresolved.referrers) used |= link_.object(id)->kind() != ObjectKind::Relocatable;
      if (!used) unused_.insert(entry.first);
      return !used;
    });
  }

  // Linkers make __start_NAME and __stop_NAME of a section NAME that stays.
  std::string_view bounded_section(Name name) const {
    std::string_view text = index_[name].text();
    for (std::string_view bound : {"__start_", "__stop_"})
      if (text.starts_with(bound)) return text.substr(bound.size());
    return {};
  }

  std::vector<ObjectId> native_objects() const {
    std::vector<ObjectId> objects;
    for (ObjectId id : elf_.entered)
      if (!elf_.is_shared(id)) objects.push_back(id);
    return objects;
  }

  const std::set<std::string_view> &kept_sections() {
    if (!kept_sections_) find_kept_sections(ElfLiveness(elf_, native_objects()));
    return *kept_sections_;
  }

  void find_kept_sections(const ElfLiveness &liveness) {
    kept_sections_.emplace();
    for (const ElfLiveness::Part &part : liveness.parts())
      for (uint32_t section = 1; section < part.file.sections.size(); ++section)
        if (liveness.stays(part, section)) kept_sections_->insert(part.file.sections[section].name);
  }

  void drop_bounds(const ElfLiveness &liveness) {
    find_kept_sections(liveness);
    std::erase_if(unresolved_, [&](const auto &entry) {
      std::string_view section = bounded_section(entry.first);
      return !section.empty() && kept_sections_->contains(section);
    });
  }

  void find_uses(const ElfLiveness &liveness, const ElfLiveness::Part &part) {
    std::optional<EnclosingSymbols> enclosing;
    for (const ElfSections::Use &use : part.file.uses) {
      if (part.names[use.symbol] == SymbolIndex::none) check_local(liveness, part, use);
      auto found = unresolved_.find(part.names[use.symbol]);
      if (found == unresolved_.end() || found->second.uses.size() >= most_uses) continue;
      if (elf_.rules.collects_first && part.file.symbols[use.symbol].binding == Binding::Weak) continue;
      const ElfSections::Section &section = part.file.sections[use.section];
      bool loaded = section.flags & SHF_ALLOC;
      if ((!loaded && elf_.rules.unloaded == ElfRules::Unloaded::Free) || !liveness.stays(part, use.section)) continue;
      if (loaded) loaded_.insert(found->first);
      if (!enclosing) enclosing.emplace(part.file.symbols, command_.target.arch);
      found->second.uses.push_back({part.object, enclosing->find(use.section, use.offset), section.name, use.offset});
    }
  }

  // Unwind tables and debug information are cut to what stayed.
  bool may_refer_to_discarded(std::string_view section) const {
    bool lld = elf_.rules.archives == ElfRules::Archives::Remembered;
    return section == ".eh_frame" || section.starts_with(".debug") || section.starts_with(".stab") ||
           (section == ".gcc_except_table" && !lld);
  }

  void check_local(const ElfLiveness &liveness, const ElfLiveness::Part &part, const ElfSections::Use &use) {
    const ElfSections::Section &from = part.file.sections[use.section];
    const Symbol &symbol = part.file.symbols[use.symbol];
    bool lost = symbol.section < part.dropped.size() && part.dropped[symbol.section];
    if (!lost || !elf_.rules.minds_lost_locals || !liveness.stays(part, use.section) || may_refer_to_discarded(from.name)) return;
    if (!(from.flags & SHF_ALLOC) && elf_.rules.unloaded == ElfRules::Unloaded::Free) return;
    std::string_view what = symbol.name.empty() ? part.file.sections[symbol.section].name : symbol.name;
    if (elf_.discarded.size() < most_uses)
      elf_.discarded.push_back(fmt::format("{} refers to {} in section {}, which is a discarded section", link_.name_of(part.object), what,
                                           part.file.sections[symbol.section].name));
  }

  std::string_view name_of_library(ObjectId id) const {
    std::string_view name = link_.object(id)->shared_name();
    return name.empty() ? file_name(link_.input_of(id).path) : name;
  }

  // Libraries that --as-needed dropped are read after all where others load them.
  std::vector<ObjectId> libraries() const {
    std::vector<ObjectId> all;
    std::set<std::string_view> needed;
    auto add = [&](ObjectId id) {
      all.push_back(id);
      for (std::string_view name : link_.object(id)->needed()) needed.insert(name);
    };
    for (ObjectId id : elf_.entered)
      if (elf_.is_shared(id)) add(id);
    if (!elf_.rules.loads_needed) return all;
    for (bool more = true; more;) {
      more = false;
      for (ObjectId id = 0; id < link_.objects.size(); ++id) {
        if (!elf_.is_usable(id) || !elf_.is_shared(id) || std::ranges::count(all, id)) continue;
        if (!needed.contains(name_of_library(id))) continue;
        add(id);
        more = true;
      }
    }
    return all;
  }

  // A program's shared libraries must find what they need too. Most linkers look only where all
  // that a library loads is on the line; GNU ld finds the rest by itself.
  void check_shared() {
    std::vector<ObjectId> all = libraries();
    std::set<std::string_view> names;
    for (ObjectId id : all) names.insert(name_of_library(id));
    for (ObjectId id : all) {
      bool all_known = elf_.rules.loads_needed || std::ranges::all_of(link_.object(id)->needed(), [&](std::string_view needed) {
        return names.contains(needed);
      });
      if (!all_known) continue;
      (void)link_.object(id)->for_each_symbol([&](const Symbol &symbol) {
        if (symbol.dynamic && !is_defined(symbol) && symbol.binding != Binding::Weak) check_need(id, symbol, all);
      });
    }
  }

  // Where an object refers to the name too, that may be all that is said.
  bool is_said_of_shared(Name name) const {
    const ElfName &held = elf_[name];
    if (elf_.rules.shared_after_objects) return !held.needed && (!held.needed_weakly || held.shared_first);
    if (elf_.rules.loads_needed)
      return command_.gc_sections || (unused_.contains(name) && !elf_.asked_by.contains(name)) || (!held.needed && !held.needed_weakly);
    return !held.needed_weakly && !(elf_.rules.first_library_counts && held.weak_library);
  }

  void check_need(ObjectId id, const Symbol &symbol, const std::vector<ObjectId> &libraries) {
    bool late = elf_.rules.archives == ElfRules::Archives::Remembered;
    std::optional<Name> name = index_.find(late ? symbol.name : index_.wrapped(symbol.name));
    // After LLD has renamed, __real_NAME is NAME in libraries too; NAME itself stays.
    auto real = name && symbol.name.starts_with("__real_") ? elf_.renamed.find(*name) : elf_.renamed.end();
    if (real != elf_.renamed.end()) name = real->second;
    if (!name || *name >= elf_.names.size()) return;
    const ElfRules &rules = elf_.rules;
    const ElfName &held = elf_[*name];
    bool hidden = rules.checks_hidden && rules.checks_hidden(command_) && held.hold > Hold::Shared &&
                  (held.hidden || held.seen_hidden || elf_.is_made_local(symbol.name));
    bool other_version = held.hold == Hold::Shared && !symbol.version.empty();
    if ((held.hold != Hold::Nothing && !hidden && !other_version) || held.assigned || elf_rules.makes(link_, symbol.name)) return;
    if (held.hold == Hold::Nothing && !is_said_of_shared(*name)) return;
    if (std::string_view section = bounded_section(*name); !section.empty() && kept_sections().contains(section)) return;
    if (is_offered_otherwise(libraries, symbol)) return;
    auto [entry, is_new] = unresolved_.try_emplace(*name);
    if (is_new) entry->second.from_shared = true;
    entry->second.not_exported |= hidden;
    if (other_version) asked_version_.try_emplace(*name, symbol.version);
    if (entry->second.from_shared) entry->second.referrers.push_back(id);
  }

  // Whether a library has the version asked for, or one that is not on the line has the name.
  bool is_offered_otherwise(const std::vector<ObjectId> &libraries, const Symbol &need) {
    if (!knows_others_) {
      knows_others_ = true;
      auto add = [&](const Object &object, bool all) {
        (void)object.for_each_symbol([&](const Symbol &symbol) {
          if (!symbol.dynamic || !is_defined(symbol)) return;
          others_.emplace(symbol.name, symbol.version);
          if (all && symbol.default_version) defaults_.insert(symbol.name);
        });
      };
      for (ObjectId id : libraries) add(*link_.object(id), elf_.result.fates[id] != Fate::Taken);
      for (const Input &input : link_.loaded) add(*input.members[0].object, true);
    }
    if (others_.contains({need.name, ""})) return true;
    return need.version.empty() ? defaults_.contains(need.name) : others_.contains({need.name, need.version});
  }

  ElfLink &elf_;
  const Link &link_;
  const Command &command_;
  SymbolIndex &index_;
  std::map<Name, Unresolved> unresolved_;
  std::set<Name> unused_;  // missing, but no code or data that stays refers to them
  std::set<Name> loaded_;  // missing in code or data that programs load
  std::map<Name, std::string> asked_version_;  // by a shared library, where libraries have others only
  using NameAndVersion = std::pair<std::string_view, std::string_view>;
  struct HashOfName {
    size_t operator()(const NameAndVersion &symbol) const { return std::hash<std::string_view>()(symbol.first); }
  };
  std::unordered_set<NameAndVersion, HashOfName> others_;
  std::unordered_set<std::string_view> defaults_;  // of libraries off the line: what any version serves
  bool knows_others_ = false;
  bool minds_lost_ = false;
  std::optional<std::set<std::string_view>> kept_sections_;
};

}  // namespace

void report_missing_elf(ElfLink &link) { Missing(link).report(); }

}  // namespace ldwhy
