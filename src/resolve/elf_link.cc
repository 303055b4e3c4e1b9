#include "resolve/elf_link.h"

#include <algorithm>
#include <iterator>
#include <thread>

#include "input/elf_sections.h"
#include "resolve/elf_ends.h"
#include "resolve/format_rules.h"

namespace ldwhy {

ElfLink::ElfLink(const Link &from, const ElfRules &with)
    : link(from),
      command(from.command),
      rules(with),
      commons(with.archives.commons ? with.archives.commons(from.command) : ElfRules::Archives::Commons::Stay),
      owned(std::make_unique<SymbolIndex>(from)),
      index(*owned) {
  result.fates.assign(link.objects.size(), Fate::NotNeeded);
  result.extracted_by.assign(link.objects.size(), no_object);
  result.extracted_for.resize(link.objects.size());
  result.one_pass = rules.archives.search == ElfRules::Archives::Search::OnePass;
  turns.assign(link.objects.size(), 0);
  first_object.resize(link.inputs.size() + 1);
  ObjectId id = 0;
  for (uint32_t input = 0; input < link.inputs.size(); ++input) {
    first_object[input] = id;
    id += static_cast<ObjectId>(link.inputs[input].members.size());
  }
  first_object.back() = id;
  shared_.resize(link.objects.size());
  for (ObjectId object = 0; object < link.objects.size(); ++object) {
    if (!is_usable(object)) result.fates[object] = Fate::Refused;
    const Object *file = link.object(object);
    shared_[object] = file && (file->kind() == ObjectKind::Shared || file->kind() == ObjectKind::Stub);
  }
  lost_groups_hold_ = rules.groups.hold && rules.groups.hold(command);
  read_version_scripts();
  take_options();
  group_owners_.assign(names.size(), no_object);
  lost_.resize(link.objects.size());
  loses_groups_.resize(link.objects.size());
  if (rules.versions.from_archives && index.has_versions()) find_default_versions();
}

void ElfLink::find_default_versions() {
  std::map<Name, ObjectId> last;
  index.for_each_name([&](Name name) {
    std::string_view text = index[name].text();
    size_t at = text.find('@', 1);
    std::optional<Name> plain = at == text.npos ? std::nullopt : index.find(text.substr(0, at));
    if (!plain) return;
    index.for_each_offer(name, [&](const SymbolIndex::Offer &offer) {
      if (offer.shared || !offer.default_version) return;
      auto [known, is_new] = last.try_emplace(*plain, offer.object);
      if (!is_new && known->second > offer.object) return;
      known->second = offer.object;
      default_versions[*plain] = text.substr(at + 1);
    });
  });
}

// Names that options and scripts mention may be in no object: they get their numbers first.
void ElfLink::take_options() {
  for (const Root &root : elf_rules.roots(link))
    if (!root.name.empty()) {
      Name name = index.intern(root.name);
      if (!must_exist.contains(name)) asked_by[name] = root.asked_by;
      if (root.missed) must_exist.insert(name);
    }
  for (const Definition &definition : command.definitions) index.intern(definition.name);
  for (const std::string &name : command.wrapped) index.intern(made_names_.emplace_back("__wrap_" + name));
  names.resize(index.bound());
  for (const Definition &definition : command.definitions) {
    ElfName &held = names[*index.find(definition.name)];
    held.provided = definition.if_needed && !held.assigned;
    held.assigned = true;
  }
}

std::optional<ElfLink::Name> ElfLink::name_of(const Symbol &symbol) const {
  // LLD renames an object's references to its own definitions too.
  if (rules.archives.search == ElfRules::Archives::Search::Remembered && symbol.version.empty()) {
    std::optional<Name> name = index.find(symbol.name);
    auto other = name ? renamed.find(*name) : renamed.end();
    return other == renamed.end() ? name : other->second;
  }
  if (is_defined(symbol) && (symbol.version.empty() || symbol.default_version)) return index.find(symbol.name);
  if (!symbol.version.empty()) return index.find(std::string(symbol.name) + "@" + std::string(symbol.version));
  return index.find(index.wrapped(symbol.name));
}

bool ElfLink::is_usable(ObjectId id) const { return link.object(id) && link.member_of(id).refused.empty(); }

bool ElfLink::is_searched(uint32_t input) const {
  const InputArg &argument = command.inputs[input];
  if (link.inputs[input].kind == InputKind::Archive) return !argument.whole_archive;
  return link.inputs[input].kind == InputKind::Object && argument.lazy;
}

bool ElfLink::is_executable() const {
  return command.output_kind == Output::Executable || command.output_kind == Output::Pie ||
         command.output_kind == Output::StaticPie;
}

bool ElfLink::is_excluded(ObjectId id) const {
  if (link.input_of(id).kind != InputKind::Archive) return false;
  std::string_view file = file_name(link.input_of(id).path);
  return std::ranges::any_of(command.hidden_libraries, [&](std::string_view name) {
    return name == "ALL" || name == file || "lib" + std::string(name) + ".a" == file;
  });
}

void ElfLink::read_version_scripts() {
  for (const FileRef &file : link.version_scripts) {
    Result<VersionScript> one = file ? read_version_script(file->bytes().text()) : std::unexpected(Problem{});
    if (one) script.nodes.insert(script.nodes.end(), one->nodes.begin(), one->nodes.end());
  }
}

bool ElfLink::is_made_local(std::string_view name) const {
  std::optional<VersionMatch> version = find_version(script, name, name);
  return version && version->is_local;
}

bool ElfLink::is_static(ObjectId id) const {
  const ElfRules::Libraries &libraries = rules.libraries;
  return (libraries.refused_when_static && command.static_link) ||
         (libraries.refused_after_static && link.argument_of(id).static_only);
}

void ElfLink::enter(ObjectId id, Fate fate) {
  result.fates[id] = fate;
  entered.push_back(id);
  if (is_shared(id)) {
    for (Name name : index.weak_needs(id)) {
      ElfName &held = names[name];
      held.weak_library |= held.hold == Hold::Nothing && !held.needed && !held.needed_weakly && !held.seen_shared;
    }
    for (std::span<const Name> list : {index.needs(id), index.weak_needs(id)})
      for (Name name : list) names[name].seen_shared = true;
    return;
  }
  std::vector<Name> bound(index.bound_here(id).begin(), index.bound_here(id).end());
  std::ranges::sort(bound);
  for (Name name : index.weak_needs(id)) {
    names[name].needed_weakly = true;
    if (names[name].hold == Hold::Shared && !std::ranges::binary_search(bound, name)) names[name].bound_weakly = true;
    if (rules.archives.weak_takes_back && !names[name].needed) names[name].wanted = false;
  }
  for (Name name : index.hidden_needs(id)) names[name].seen_hidden = true;
  turns[id] = static_cast<uint32_t>(entered.size());
  claim_groups(id);
}

void ElfLink::claim_groups(ObjectId id) {
  std::span<const Name> groups = index.groups(id);
  std::vector<bool> loses(groups.size());
  for (size_t i = 0; i < groups.size(); ++i) {
    ObjectId &owner = group_owners_[groups[i]];
    if (owner == no_object) owner = id;
    loses[i] = owner != id;
    loses_groups_[id] = loses_groups_[id] || loses[i];
  }
  if (!loses_groups_[id]) return;
  std::span<const uint32_t> group_of = index.group_of(id);
  for (uint32_t place = 0; place < group_of.size(); ++place)
    if (group_of[place] != SymbolIndex::none && loses[group_of[place]]) lost_[id].push_back(place);
}

bool ElfLink::loses_group(ObjectId id, std::string_view signature) const {
  std::optional<Name> name = index.find(signature);
  if (!name || *name >= group_owners_.size()) return false;
  return group_owners_[*name] != no_object && group_owners_[*name] != id;
}

void ElfLink::define_all(ObjectId id) {
  std::span<const Name> defines = index.defines(id);
  std::span<const SymbolIndex::Traits> traits = index.traits(id);
  auto next_lost = lost_[id].begin();
  for (size_t i = 0; i < defines.size(); ++i) {
    prefetch(defines, i);
    bool lost = next_lost != lost_[id].end() && *next_lost == i;
    next_lost += lost;
    define(defines[i], id, traits[i], lost);
  }
}

void ElfLink::define(Name name, ObjectId id, const SymbolIndex::Traits &traits, bool lost) {
  ElfName &held = names[name];
  if (traits.shared && held.closed && !rules.missing.binds_closed) return;
  if (traits.shared && traits.hidden && rules.libraries.pass_hidden) return;
  if (lost) {
    held.lost = true;
    if (!lost_groups_hold_) {
      if (traits.hidden) close(name);
      held.seen_hidden |= traits.hidden;
      return;
    }
  }
  Hold hold = traits.shared ? Hold::Shared : traits.common ? Hold::Common : traits.weak ? Hold::Weak : Hold::Strong;
  if (!traits.shared) {
    held.closed |= traits.hidden;
    held.seen_hidden |= traits.hidden;
  }
  bool better = held.hold == Hold::Nothing || (held.hold == Hold::Shared && hold != Hold::Shared) ||
                (held.hold != Hold::Strong && hold == Hold::Strong) ||
                (held.hold == Hold::Weak && hold == Hold::Common && rules.common_over_weak);
  if (!better) return;
  held.hold = hold;
  held.hidden = traits.hidden || (!command.hidden_libraries.empty() && is_excluded(id));
  index.set_provider(name, id);
  held.wanted = false;
  if (lost) held_by_lost_.push_back({name, id, traits.weak});
}

void ElfLink::drop_lost() {
  for (const auto &[name, id, weak] : held_by_lost_) {
    if (index.provider(name) != id) continue;
    dropped.push_back(name);
    names[name].hold = Hold::Nothing;
    // The reference that takes its place is as weak as the definition was.
    names[name].needed = !weak;
    index.set_provider(name, no_object);
  }
}

void ElfLink::close(Name name) {
  ElfName &held = names[name];
  held.closed = true;
  if (held.hold != Hold::Shared || rules.missing.binds_closed) return;
  held.only_later = true;
  held.hold = Hold::Nothing;
  // GNU ld takes away the definition, and forgets that the references were weak.
  if (rules.libraries.load_others && held.bound_weakly) held.needed = held.referred = true;
  index.set_provider(name, no_object);
}

// --noinhibit-exec makes warnings of most errors; GNU ld has some that end the link nevertheless,
// and then all that it said was said.
static void forgive(ElfLink &link) {
  Resolution &result = link.result;
  if (link.rules.forgives_all) {
    result.objections.clear();
    result.unresolved.clear();
    result.duplicates.clear();
    return;
  }
  if (link.met_in_loaded || (!result.objections.empty() && result.one_pass)) return;
  bool ends =
      link.rules.libraries.load_others && std::ranges::any_of(result.unresolved, [&](const Unresolved &missing) {
        std::optional<SymbolIndex::Name> name = link.index.find(missing.name);
        return missing.asked_by == "--defsym" || missing.not_exported ||
               (name && ends_as_hidden(link, *name, missing.referrers));
      });
  if (ends) return;
  std::erase_if(result.unresolved, [&](const Unresolved &missing) {
    std::optional<SymbolIndex::Name> name = link.index.find(missing.name);
    if (missing.asked_by == "--defsym") return false;
    return !link.rules.versions.missed || !(name && link.means_version(*name));
  });
  if (!link.rules.duplicates.stay_errors || !link.rules.duplicates.stay_errors(link.command)) result.duplicates.clear();
}

// Gives back what the pass over all names has read of objects and archives, while the walk goes
// over numbers: at the program's end that would take longer than the walk.
static std::jthread give_back_objects(const Link &link) {
  return std::jthread([&link] {
    for (const Input &input : link.inputs)
      if (input.kind != InputKind::Shared && input.file) input.file->give_back();
  });
}

Resolved resolve_elf(const Link &from) {
  const ElfRules &rules = elf_rules_for(from.command);
  ElfLink link(from, rules);
  // With --gc-sections most of it is read once more.
  std::optional<std::jthread> giving_back;
  if (!from.command.gc_sections) giving_back = give_back_objects(from);
  if (rules.archives.search == ElfRules::Archives::Search::Reachable) reach_elf(link);
  else walk_elf(link);
  link.drop_lost();
  report_missing_elf(link);
  report_duplicates_elf(link);
  object_elf(link);
  if (link.ended) link.result.unresolved.clear();
  else if (link.ending_relocation) link.result.objections.push_back(*link.ending_relocation);
  if (!link.ended) std::ranges::move(link.refused_positions, std::back_inserter(link.result.objections));
  bool said = link.result.objections.empty() && !link.ended && !from.command.errors_are_warnings &&
              !(rules_for(from.command).stops_at_duplicates && !link.result.duplicates.empty());
  if (said)
    for (std::string &text : link.discarded) link.result.objections.push_back({"section-discarded", std::move(text)});
  if (from.command.errors_are_warnings) forgive(link);
  Resolved resolved;
  resolved.resolution = std::move(link.result);
  resolved.symbols_read = link.index.symbols_read();
  resolved.problems = link.index.take_problems();
  resolved.index = std::move(link.owned);
  return resolved;
}

}  // namespace ldwhy
