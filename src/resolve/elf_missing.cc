// Names that nothing in the link defines, where the linker minds: by kind of output, options and
// visibility; and only where code or data that stays refers to them.
#include <algorithm>
#include <unordered_set>

#include <fmt/format.h>

#include "input/enclosing_symbols.h"
#include "resolve/elf_ends.h"
#include "resolve/format_rules.h"

namespace ldwhy {
namespace {

constexpr size_t most_uses = 50;           // places kept of each name
constexpr size_t most_objects_read = 200;  // objects whose relocations are walked for one name
constexpr uint64_t most_bytes_read = 64 << 20;  // of more objects than that, where names are missing anyway
constexpr uint64_t SHF_ALLOC = 0x2;

class Missing {
  using Name = SymbolIndex::Name;

 public:
  explicit Missing(ElfLink &elf) : elf_(elf), link_(elf.link), command_(elf.command), index_(elf.index) {}

  void report() {
    if (command_.output_kind == Output::Relocatable) return;
    if (elf_.rules.libraries.load_others && (says_shared() || command_.copy_dt_needed)) {
      if (says_shared()) strengthen();
      elf_.met_in_loaded = meet_loaded_elf(elf_);
    }
    if (elf_.met_in_loaded) {
      unresolved_.emplace(*elf_.met_in_loaded, Unresolved{});
    } else {
      for (Name name = 0; name < elf_.names.size(); ++name)
        if (is_missed(name)) unresolved_.emplace(name, Unresolved{});
    }
    choose_readings();
    if (!unresolved_.empty() || minds_lost_ || minds_relocations_ || positions_) find_uses();
    if (command_.warns_of_undefined && command_.fatal_warnings) take_warnings();
    bool ended = elf_.met_in_loaded || elf_.ending_relocation || ends_at_positions();
    hidden_only_ = !says_shared() && elf_.rules.libraries.miss_hidden_always;
    if ((says_shared() || hidden_only_) && !ended) check_shared();
    if (elf_.rules.missing.ends_in_hash_order) end_in_hash_order(elf_, unresolved_);
    end_early();
    for (auto &[name, unresolved] : unresolved_) {
      unresolved.name = index_[name].text();
      if (auto version = asked_version_.find(name); version != asked_version_.end())
        unresolved.name += "@" + version->second;
      elf_.result.unresolved.push_back(std::move(unresolved));
    }
    std::ranges::sort(elf_.result.unresolved, {}, &Unresolved::name);
  }

 private:
  // References to lost groups, and relocations that the output cannot hold, show only when the
  // relocations of most objects are read: of all where nothing else is known to be wrong, else of some.
  void choose_readings() {
    size_t losing = 0, native = 0;
    uint64_t bytes = 0;
    bool library = false;
    for (ObjectId id : elf_.entered) {
      losing += elf_.loses_groups(id);
      library |= elf_.is_shared(id);
      if (elf_.is_shared(id)) continue;
      ++native;
      bytes += link_.object(id)->bytes().size();
    }
    bool soon_read = native <= most_objects_read || bytes <= most_bytes_read;
    minds_lost_ = elf_.rules.groups.mind_locals && losing != 0 && (unresolved_.empty() || losing <= most_objects_read);
    bool movable = PositionCheck::applies(command_);
    if (movable && (unresolved_.empty() || soon_read)) positions_.emplace(elf_, missed_names());
    bool may_end = library || movable || command_.output_kind == Output::Shared;
    minds_relocations_ = elf_.rules.missing.ends_at_relocation && may_end && soon_read;
  }

  std::set<Name> missed_names() const {
    std::set<Name> names;
    for (const auto &[name, unresolved] : unresolved_) names.insert(name);
    return names;
  }

  // GNU's linkers warn, and end without an output for that.
  void take_warnings() {
    auto is_warning = [&](const auto &entry) {
      return !elf_.must_exist.contains(entry.first) && (!elf_[entry.first].closed || is_warned_of(elf_[entry.first]));
    };
    if (std::erase_if(unresolved_, is_warning) > 0)
      elf_.result.objections.push_back(
          {"other-error", "warnings are errors (--fatal-warnings), and names are missing"});
  }

  // What --as-needed dropped and another library loads asks for its names all the same.
  void strengthen() {
    for (ObjectId id : libraries())
      if (elf_.result.fates[id] != Fate::Taken)
        for (Name name : index_.needs(id)) elf_[name].needed_shared = true;
  }

  bool says_shared() {
    if (!elf_.rules.libraries.miss_names || command_.allow_shlib_undefined) return false;
    return true;
  }

  void end_early() {
    auto ends = [&](const auto &entry) {
      return (elf_.rules.missing.ends_at_required && entry.second.asked_by == "--require-defined" &&
              !elf_[entry.first].referred) ||
             (elf_.rules.missing.ends_at_expression && entry.second.asked_by == "--defsym");
    };
    if (std::ranges::any_of(unresolved_, ends))
      std::erase_if(unresolved_, [&](const auto &entry) { return !ends(entry); });
  }

  bool is_missed(Name name) {
    const ElfName &held = elf_[name];
    bool nothing =
        held.hold == Hold::Nothing || (elf_.rules.missing.binds_closed && held.closed && held.hold == Hold::Shared);
    bool unresolvable = held.hold == Hold::Shared && elf_.rules.missing.ends_at_expression &&
                        elf_.must_exist.contains(name) && elf_.asked_by[name] == "--defsym";
    if ((!nothing && !unresolvable) || (held.assigned && !is_own_definition(name))) return false;
    if (elf_.must_exist.contains(name)) {
      // Where an object refers to it, mold sees only that.
      bool seen = elf_.rules.missing.ends_at_required && (held.referred || held.needed_weakly) &&
                  elf_.asked_by[name] == "--require-defined";
      if (!seen) return true;
      if (!held.referred) return false;
    }
    bool referred = held.needed || held.needed_weakly;
    if (elf_.rules.versions.missed && referred && elf_.means_version(name)) return true;
    // A hidden reference is not for a library's definition, however weak.
    if (elf_.rules.missing.binds_closed && held.hold == Hold::Shared && referred)
      return !elf_makes(elf_, index_[name].text()) && (!elf_.rules.missing.allows_closed || !command_.allow_undefined);
    // GNU ld takes a library's reference for one that makes all others strong.
    bool strengthened = elf_.rules.libraries.load_others && held.needed_weakly && held.needed_shared;
    bool needed = elf_.rules.missing.roots_are_weak ? held.referred : held.needed;
    if (!needed && !strengthened) return false;
    bool must_be_here = held.closed && (held.seen_hidden || !elf_.rules.missing.protected_stays_open);
    if (elf_.rules.missing.first_reference_counts && command_.output_kind == Output::Shared && held.needed_weakly &&
        !must_be_here && weak_comes_first(name))
      return false;
    std::string_view text = index_[name].text();
    if (elf_makes(elf_, text)) return false;
    if (elf_.rules.groups.missed && held.lost) return true;
    bool closed = must_be_here && !elf_.rules.missing.allows_closed && !is_warned_of(held);
    if (!closed && (is_ignored(held) || (command_.undefined_in_programs && elf_.is_executable()))) return false;
    for (const std::string &allowed : command_.undefined_allowed)
      if (allowed == "*" || allowed == text) return false;
    return must_be_here || !elf_rules.tolerates(command_, text);
  }

  // gold takes ignore-in-object-files for what no library refers to.
  bool is_ignored(const ElfName &held) const {
    bool seen = held.seen_shared && elf_.rules.missing.roots_are_weak && !command_.warns_of_undefined;
    return command_.allow_undefined &&
           !(seen && std::ranges::count(command_.linker_argv, "--unresolved-symbols=ignore-in-object-files"));
  }

  // --defsym=X=X defines nothing.
  bool is_own_definition(Name name) const {
    if (!elf_.rules.missing.ends_at_expression || !elf_.must_exist.contains(name)) return false;
    std::string_view text = index_[name].text();
    return std::ranges::all_of(command_.definitions,
                               [&](const Definition &d) { return d.name != text || d.value == text; });
  }

  // gold has two errors for what must be defined here; options make a warning of the first.
  bool is_warned_of(const ElfName &held) const {
    bool first = held.hold == Hold::Nothing && (held.seen_hidden || !elf_rules.tolerates(command_, {}));
    return elf_.rules.missing.warns_of_closed && command_.warns_of_undefined && first;
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
    // An object that has its own definition is bound to the one that went, too.
    bool in_definers = std::ranges::any_of(elf_.dropped, [&](Name name) { return unresolved_.contains(name); });
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
      if (in_definers)
        for (Name name : index_.defines(id)) look(name);
      if (!elf_.renamed.empty())
        for (Name name : index_.defines(id))
          if (auto other = elf_.renamed.find(name); other != elf_.renamed.end()) look(other->second);
      if (elf_.rules.libraries.load_others || elf_.rules.missing.binds_closed || elf_.means_versions())
        for (Name name : index_.weak_needs(id)) look(name);
      if (wanted || minds_relocations_ || positions_ || (minds_lost_ && elf_.loses_groups(id))) objects.push_back(id);
    }
    bool bounds =
        std::ranges::any_of(unresolved_, [&](const auto &entry) { return !bounded_section(entry.first).empty(); });
    if (bounds) objects = native_objects();
    ElfLiveness liveness(elf_, std::move(objects));
    if (bounds) drop_bounds(liveness);
    if (command_.gc_sections && minds_relocations_ && index_.has_versions()) find_kept_needs(liveness);
    if (positions_) check_positions(liveness);
    if (ends_at_positions()) return unresolved_.clear();
    for (const ElfLiveness::Part *part : minds_relocations_ ? in_output_order(liveness) : in_link_order(liveness))
      if (!elf_.ending_relocation) find_uses(liveness, *part);
    for (auto &[name, unresolved] : unresolved_) {
      if (elf_.must_exist.contains(name)) unresolved.asked_by = elf_.asked_by[name];
      std::ranges::sort(unresolved.referrers);
      unresolved.referrers.erase(std::ranges::unique(unresolved.referrers).begin(), unresolved.referrers.end());
      std::ranges::sort(unresolved.uses, [](const Use &a, const Use &b) {
        return std::tie(a.object, a.section, a.offset) < std::tie(b.object, b.section, b.offset);
      });
    }
    if (elf_.rules.missing.unloaded == ElfRules::Missing::Unloaded::CheckedLast && !loaded_.empty())
      std::erase_if(unresolved_,
                    [&](const auto &entry) { return !entry.second.uses.empty() && !loaded_.contains(entry.first); });
    std::erase_if(unresolved_, [&](const auto &entry) {
      const Unresolved &unresolved = entry.second;
      // A library that is loaded is read before sections are collected.
      if (!unresolved.asked_by.empty() || elf_.met_in_loaded) return false;
      bool used = unresolved.referrers.size() > most_objects_read || !unresolved.uses.empty();
      for (ObjectId id : unresolved.referrers) used |= link_.object(id)->kind() != ObjectKind::Relocatable;
      if (!used) unused_.insert(entry.first);
      return !used;
    });
  }

  void find_kept_needs(const ElfLiveness &liveness) {
    elf_.kept_needs.emplace();
    for (const ElfLiveness::Part &part : liveness.parts())
      for (const ElfSections::Use &use : part.file.uses) {
        Name name = part.names[use.symbol];
        if (name != SymbolIndex::none && elf_[name].hold == Hold::Nothing && liveness.stays(part, use.section))
          elf_.kept_needs->insert(name);
      }
  }

  void check_positions(const ElfLiveness &liveness) {
    for (const ElfLiveness::Part &part : liveness.parts())
      for (const ElfSections::Use &use : part.file.uses) {
        if (elf_.refused_positions.size() >= most_uses) return;
        if (!liveness.stays(part, use.section)) continue;
        if (std::optional<Objection> objection = positions_->refuse(part, use))
          elf_.refused_positions.push_back(std::move(*objection));
      }
  }
  bool ends_at_positions() const { return elf_.rules.positions.said_alone && !elf_.refused_positions.empty(); }

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
    RelocationEnd end(elf_, liveness, positions_ ? &*positions_ : nullptr);
    for (const ElfSections::Use &use : part.file.uses) {
      if (part.names[use.symbol] == SymbolIndex::none) check_local(liveness, part, use);
      else if (is_missed_by(liveness, part, use)) add_use(part, use, enclosing);
      if (minds_relocations_ && liveness.stays(part, use.section) && end.ends_at(part, use)) return;
    }
  }

  bool is_missed_by(const ElfLiveness &liveness, const ElfLiveness::Part &part, const ElfSections::Use &use) const {
    auto found = unresolved_.find(part.names[use.symbol]);
    if (found == unresolved_.end() || found->second.uses.size() >= most_uses) return false;
    bool weak = part.file.symbols[use.symbol].binding == Binding::Weak && elf_[found->first].hold != Hold::Shared;
    if (elf_.rules.duplicates.after_collecting && weak) return false;
    bool loaded = part.file.sections[use.section].flags & SHF_ALLOC;
    return (loaded || elf_.rules.missing.unloaded != ElfRules::Missing::Unloaded::Free) &&
           liveness.stays(part, use.section);
  }

  void add_use(const ElfLiveness::Part &part, const ElfSections::Use &use, std::optional<EnclosingSymbols> &enclosing) {
    Name name = part.names[use.symbol];
    const ElfSections::Section &section = part.file.sections[use.section];
    if (section.flags & SHF_ALLOC) loaded_.insert(name);
    if (!enclosing) enclosing.emplace(part.file.symbols, command_.target.arch);
    unresolved_[name].uses.push_back(
        {part.object, enclosing->find(use.section, use.offset), section.name, use.offset, use.section, {}});
  }

  // Unwind tables and debug information are cut to what stayed.
  bool may_refer_to_discarded(std::string_view section) const {
    bool lld = elf_.rules.archives.search == ElfRules::Archives::Search::Remembered;
    return section == ".eh_frame" || section.starts_with(".debug") || section.starts_with(".stab") ||
           (section == ".gcc_except_table" && !lld);
  }

  void check_local(const ElfLiveness &liveness, const ElfLiveness::Part &part, const ElfSections::Use &use) {
    const ElfSections::Section &from = part.file.sections[use.section];
    const Symbol &symbol = part.file.symbols[use.symbol];
    bool lost = symbol.section < part.dropped.size() && part.dropped[symbol.section];
    if (!lost || !elf_.rules.groups.mind_locals || !liveness.stays(part, use.section) ||
        may_refer_to_discarded(from.name))
      return;
    if (!(from.flags & SHF_ALLOC) && elf_.rules.missing.unloaded == ElfRules::Missing::Unloaded::Free) return;
    std::string_view what = symbol.name.empty() ? part.file.sections[symbol.section].name : symbol.name;
    if (elf_.discarded.size() < most_uses)
      elf_.discarded.push_back(fmt::format("{} refers to {} in section {}, which is a discarded section",
                                           link_.name_of(part.object), what, part.file.sections[symbol.section].name));
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
    if (!elf_.rules.libraries.load_others) return all;
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
      bool all_known = elf_.rules.libraries.load_others ||
                       std::ranges::all_of(link_.object(id)->needed(),
                                           [&](std::string_view needed) { return names.contains(needed); });
      if (!all_known) continue;
      (void)link_.object(id)->for_each_symbol([&](const Symbol &symbol) {
        if (symbol.dynamic && !is_defined(symbol) && symbol.binding != Binding::Weak) check_need(id, symbol, all);
      });
    }
  }

  // Where an object refers to the name too, that may be all that is said.
  bool is_said_of_shared(Name name) const {
    const ElfName &held = elf_[name];
    if (elf_.rules.libraries.after_objects) return !held.referred && (!held.needed_weakly || held.shared_first);
    if (elf_.rules.libraries.load_others)
      return command_.gc_sections || (unused_.contains(name) && !elf_.asked_by.contains(name)) ||
             (!held.needed && !held.needed_weakly);
    return !held.needed_weakly && !(elf_.rules.libraries.first_counts && held.weak_library);
  }

  void check_need(ObjectId id, const Symbol &symbol, const std::vector<ObjectId> &libraries) {
    bool late = elf_.rules.archives.search == ElfRules::Archives::Search::Remembered;
    std::optional<Name> name = index_.find(late ? symbol.name : index_.wrapped(symbol.name));
    // After LLD has renamed, __real_NAME is NAME in libraries too; NAME itself stays.
    auto real = name && symbol.name.starts_with("__real_") ? elf_.renamed.find(*name) : elf_.renamed.end();
    if (real != elf_.renamed.end()) name = real->second;
    if (!name || *name >= elf_.names.size()) return;
    const ElfRules &rules = elf_.rules;
    const ElfName &held = elf_[*name];
    bool hidden = rules.libraries.miss_hidden && rules.libraries.miss_hidden(command_) && held.hold > Hold::Shared &&
                  (held.hidden || held.seen_hidden || elf_.is_made_local(symbol.name));
    if (hidden_only_ && !hidden) return;
    bool other_version = held.hold == Hold::Shared && !symbol.version.empty();
    if ((held.hold != Hold::Nothing && !hidden && !other_version) || held.assigned || elf_makes(elf_, symbol.name))
      return;
    if (held.hold == Hold::Nothing && !is_said_of_shared(*name)) return;
    if (std::string_view section = bounded_section(*name); !section.empty() && kept_sections().contains(section))
      return;
    if (is_offered_otherwise(libraries, symbol)) return;
    auto [entry, is_new] = unresolved_.try_emplace(*name);
    if (is_new) entry->second.from_shared = true;
    entry->second.not_exported |= hidden;
    bool spelled = rules.libraries.spell_versions && is_new && !hidden && !symbol.version.empty();
    if (other_version || spelled) asked_version_.try_emplace(*name, symbol.version);
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
  MissingNames unresolved_;
  std::set<Name> unused_;  // missing, but no code or data that stays refers to them
  std::set<Name> loaded_;  // missing in code or data that programs load
  std::map<Name, std::string> asked_version_;  // by a shared library
  using NameAndVersion = std::pair<std::string_view, std::string_view>;
  struct HashOfName {
    size_t operator()(const NameAndVersion &symbol) const { return std::hash<std::string_view>()(symbol.first); }
  };
  std::unordered_set<NameAndVersion, HashOfName> others_;
  std::unordered_set<std::string_view> defaults_;  // of libraries off the line: what any version serves
  bool knows_others_ = false;
  bool minds_lost_ = false, minds_relocations_ = false;
  std::optional<PositionCheck> positions_;  // where relocations are read for it
  bool hidden_only_ = false;  // of what libraries miss
  std::optional<std::set<std::string_view>> kept_sections_;
};

}  // namespace

void report_missing_elf(ElfLink &link) { Missing(link).report(); }

}  // namespace ldwhy
