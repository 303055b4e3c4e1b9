// One walk over the inputs in command order, as the linkers make it. What differs
// between them is in ResolutionRules: whether an archive that was passed by is
// remembered, and what goes first.
//
// A name is provided once something in the link defines it. A reference to a name
// that is not provided makes it wanted: an archive that comes later is asked for
// all wanted names (one pass), one that came before is asked at once where the
// linker remembers it. An extracted member brings its own definitions and needs,
// so extraction is a work list.
#include "resolve/resolve.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <unordered_map>

#include "resolve/elf_link.h"
#include "resolve/coff_walk.h"
#include "resolve/format_rules.h"
#include "resolve/symbol_index.h"
#include "resolve/table_walk.h"

namespace ldwhy {
namespace {

class Walk {
  using Name = SymbolIndex::Name;

 public:
  Walk(const Link &link, const ResolutionRules &rules)
      : link_(link), rules_(rules), format_(format_rules_for(link.command)), holder_(std::make_unique<SymbolIndex>(link)), index_(*holder_) {
    result_.fates.assign(link.objects.size(), Fate::NotNeeded);
    result_.extracted_by.assign(link.objects.size(), no_object);
    result_.extracted_for.resize(link.objects.size());
    result_.one_pass = rules.one_pass;
  }

  Resolved run() {
    index_inputs();
    add_roots();
    bool objects_first = rules_.objects_first;
    if (objects_first)
      for (uint32_t input = 0; input < link_.inputs.size(); ++input)
        if (is_plain_object(input)) add_input(input);
    for (uint32_t input = 0; input < link_.inputs.size(); ++input) {
      int group = link_.command.inputs[input].group;
      if (is_searched(input))
        search_archive(input);
      else if (!objects_first || !is_plain_object(input))
        add_input(input);
      bool group_ends = group >= 0 && (input + 1 == link_.inputs.size() ||
                                       link_.command.inputs[input + 1].group != group);
      if (group_ends && rules_.one_pass) search_group(group);
    }
    if (rules_.checks_shared && !link_.command.allow_shlib_undefined) check_shared();
    report_unresolved();
    report_duplicates();
    find_uses(link_, index_, result_);
    Resolved resolved;
    resolved.resolution = std::move(result_);
    resolved.symbols_read = index_.symbols_read();
    resolved.problems = index_.take_problems();
    resolved.index = std::move(holder_);
    return resolved;
  }

 private:
  // Inputs whose members are taken only when needed.
  bool is_searched(uint32_t input) const {
    const InputArg &argument = link_.command.inputs[input];
    if (link_.inputs[input].kind == InputKind::Archive) return !argument.whole_archive;
    return link_.inputs[input].kind == InputKind::Object && argument.lazy;
  }

  bool is_plain_object(uint32_t input) const {
    return !is_searched(input) && link_.inputs[input].kind == InputKind::Object;
  }

  void index_inputs() {
    first_object_.resize(link_.inputs.size() + 1);
    ObjectId id = 0;
    for (uint32_t input = 0; input < link_.inputs.size(); ++input) {
      first_object_[input] = id;
      id += static_cast<ObjectId>(link_.inputs[input].members.size());
    }
    first_object_.back() = id;
    searched_.assign(link_.inputs.size(), false);
  }

  void add_roots() {
    for (const Root &root : format_.roots(link_)) {
      if (root.name.empty()) continue;
      if (!root.missed) {
        soft_need(root.name);
        continue;
      }
      Name name = index_.intern(root.name);
      asked_by_[name] = root.asked_by;
      need(name, no_object);
    }
  }

  // Extracts a member for a name, without a complaint where there is none.
  void soft_need(std::string_view text) {
    std::optional<Name> name = index_.find(text);
    if (!name) return;
    bool offered = false;
    index_.for_each_offer(*name, [&](const SymbolIndex::Offer &) { offered = true; });
    if (offered) need(*name, no_object);
  }

  void add_input(uint32_t input) {
    for (ObjectId id = first_object_[input]; id < first_object_[input + 1]; ++id) {
      const Member &member = link_.member_of(id);
      if (!member.object || !member.refused.empty()) {
        result_.fates[id] = Fate::Refused;
        continue;
      }
      take(id, Fate::Taken);
    }
    drain();
  }

  bool is_shared(ObjectId id) const {
    ObjectKind kind = link_.object(id)->kind();
    return kind == ObjectKind::Shared || kind == ObjectKind::Stub;
  }

  // Queues an object; drain() reads it.
  void take(ObjectId id, Fate fate) {
    if (result_.fates[id] == Fate::Taken || result_.fates[id] == Fate::Extracted) return;
    result_.fates[id] = fate;
    queue_.push_back(id);
  }

  void drain() {
    while (!queue_.empty()) {
      ObjectId id = queue_.back();
      queue_.pop_back();
      if (is_shared(id)) add_shared(id);
      else add_object(id);
    }
  }

  void provide(Name name, ObjectId id) {
    SymbolIndex::Record &record = index_[name];
    if (record.provider == no_object || is_shared(record.provider)) record.provider = id;
    record.wanted = false;
  }

  // Definitions first: an object's own needs never extract what it defines itself.
  void add_object(ObjectId id) {
    for (Name name : index_.defines(id)) provide(name, id);
    for (Name name : index_.needs(id)) need(name, id);
  }

  void add_shared(ObjectId id) {
    bool used = !link_.argument_of(id).as_needed;
    for (Name name : index_.defines(id)) used |= index_[name].wanted;
    // Dropped at once: --as-needed found no use for it.
    if (!used && rules_.drops_early) {
      result_.fates[id] = Fate::NotNeeded;
      return;
    }
    for (Name name : index_.defines(id))
      if (index_[name].provider == no_object) provide(name, id);
    // Its own needs extract members, but are no one's complaint here: check_shared() looks at them.
    if (!rules_.shared_extracts) return;
    for (Name name : index_.needs(id))
      if (index_[name].provider == no_object) look_behind(name, id);
  }

  void need(Name name, ObjectId by) {
    SymbolIndex::Record &record = index_[name];
    if (record.provider != no_object || look_behind(name, by) || record.wanted) return;
    record.wanted = true;
    wanted_.push_back({name, by});
  }

  // Archives that came before, where the linker remembers them: the first that offers it.
  bool look_behind(Name name, ObjectId by) {
    if (rules_.one_pass) return false;
    ObjectId best = no_object;
    index_.for_each_offer(name, [&](const SymbolIndex::Offer &offer) {
      if (searched_[link_.objects[offer.object].input] && offer.object < best) best = offer.object;
    });
    return best != no_object && extract(best, by, name);
  }

  bool extract(ObjectId id, ObjectId by, Name name) {
    if (result_.fates[id] == Fate::Extracted) return true;
    if (!link_.object(id) || !link_.member_of(id).refused.empty()) return false;
    result_.extracted_by[id] = by;
    result_.extracted_for[id] = index_[name].text();
    take(id, Fate::Extracted);
    return true;
  }

  // Takes from one archive all members that wanted names need, and what they need in turn.
  void search_archive(uint32_t input) {
    bool first_search = !searched_[input];
    searched_[input] = true;
    if (first_search)
      for (ObjectId id = first_object_[input]; id < first_object_[input + 1]; ++id)
        if (!link_.object(id) || !link_.member_of(id).refused.empty()) result_.fates[id] = Fate::Refused;
    // GNU linkers look names up in the archive's index only.
    if (rules_.one_pass && !link_.inputs[input].has_index) return;
    for (size_t i = 0; i < wanted_.size(); ++i) {  // grows while members are added
      auto [name, by] = wanted_[i];
      if (!index_[name].wanted) continue;
      ObjectId best = no_object;
      index_.for_each_offer(name, [&](const SymbolIndex::Offer &offer) {
        if (link_.objects[offer.object].input == input && offer.object < best) best = offer.object;
      });
      if (best == no_object) continue;
      extract(best, by, name);
      drain();
    }
    std::erase_if(wanted_, [&](const auto &want) { return !index_[want.first].wanted; });
  }

  void search_group(int group) {
    for (size_t before = queue_count_() + 1; before != queue_count_();) {
      before = queue_count_();
      for (uint32_t input = 0; input < link_.inputs.size(); ++input)
        if (link_.command.inputs[input].group == group && is_searched(input)) search_archive(input);
    }
  }
  size_t queue_count_() const {
    return static_cast<size_t>(std::ranges::count(result_.fates, Fate::Extracted));
  }

  // An executable's shared libraries must find what they need too, once all that they load is
  // on the line (LLD's rule; GNU ld goes and finds those libraries itself).
  void check_shared() {
    Output kind = link_.command.output_kind;
    if (kind != Output::Executable && kind != Output::Pie) return;
    std::vector<std::string_view> names;
    for (ObjectId id = 0; id < link_.objects.size(); ++id)
      if (result_.fates[id] == Fate::Taken && is_shared(id)) names.push_back(link_.object(id)->shared_name());
    for (ObjectId id = 0; id < link_.objects.size(); ++id) {
      if (result_.fates[id] != Fate::Taken || !is_shared(id)) continue;
      bool all_known = true;
      for (std::string_view needed : link_.object(id)->needed())
        all_known &= std::ranges::find(names, needed) != names.end();
      if (!all_known) continue;
      for (Name name : index_.needs(id))
        if (index_[name].provider == no_object && !offered_with_other_version(index_[name].text()))
          missing_in_shared_.insert(name);
    }
  }

  // A library on the line has the name under another version than the default one.
  bool offered_with_other_version(std::string_view name) {
    if (other_versions_.empty()) {
      other_versions_.insert({"", true});
      for (ObjectId id = 0; id < link_.objects.size(); ++id) {
        if (result_.fates[id] != Fate::Taken || !is_shared(id)) continue;
        (void)link_.object(id)->for_each_symbol([&](const Symbol &symbol) {
          if (symbol.dynamic && is_defined(symbol) && !symbol.version.empty() && !symbol.default_version)
            other_versions_.insert({symbol.name, true});
        });
      }
    }
    return other_versions_.contains(name);
  }

  bool undefined_allowed(std::string_view name) const {
    const Command &command = link_.command;
    if (command.allow_undefined || command.output_kind == Output::Relocatable) return true;
    for (const std::string &allowed : command.undefined_allowed)
      if (allowed == "*" || allowed == name) return true;
    for (const Definition &definition : command.definitions)
      if (definition.name == name) return true;
    return format_.tolerates(command, name);
  }

  void report_unresolved() {
    std::set<Name> missing = std::move(missing_in_shared_);
    for (auto [name, by] : wanted_)
      if (index_[name].wanted) missing.insert(name);
    for (Name name : missing) {
      std::string_view text = index_[name].text();
      if (format_.makes(link_, text) || undefined_allowed(text)) continue;
      Unresolved &unresolved = result_.unresolved.emplace_back();
      unresolved.name = text;
      if (auto asked = asked_by_.find(name); asked != asked_by_.end()) unresolved.asked_by = asked->second;
    }
    std::ranges::sort(result_.unresolved, {}, &Unresolved::name);
  }

  void report_duplicates() {
    if (link_.command.allow_multiple) return;
    index_.for_each_name([&](Name name) {
      std::vector<ObjectId> definers;
      index_.for_each_offer(name, [&](const SymbolIndex::Offer &offer) {
        if (offer.weak || offer.common || offer.comdat || offer.shared) return;
        Fate fate = result_.fates[offer.object];
        if (fate == Fate::Taken || fate == Fate::Extracted) definers.push_back(offer.object);
      });
      if (definers.size() < 2) return;
      std::ranges::sort(definers);
      definers.erase(std::ranges::unique(definers).begin(), definers.end());
      if (definers.size() > 1) result_.duplicates.push_back({std::string(index_[name].text()), std::move(definers)});
    });
    std::ranges::sort(result_.duplicates, {}, &Duplicate::name);
  }

  const Link &link_;
  const ResolutionRules &rules_;
  const FormatRules &format_;
  std::unique_ptr<SymbolIndex> holder_;
  SymbolIndex &index_;
  Resolution result_;
  std::vector<ObjectId> first_object_;  // by input; one more at the end
  std::vector<bool> searched_;          // by input: an archive that was reached
  std::vector<ObjectId> queue_;
  std::vector<std::pair<Name, ObjectId>> wanted_;
  std::set<Name> missing_in_shared_;
  std::map<Name, std::string> asked_by_;
  std::unordered_map<std::string_view, bool> other_versions_;
};

}  // namespace

Resolved::Resolved() = default;
Resolved::Resolved(Resolved &&) noexcept = default;
Resolved::~Resolved() = default;

Resolved resolve(const Link &link) {
  const ResolutionRules &rules = rules_for(link.command);
  Resolved resolved = is_coff_link(link.command)                             ? walk_coff(link)
                      : is_table_link(link.command)                            ? walk_table(link, rules)
                      : format_rules_for(link.command).format == Format::Elf ? resolve_elf(link)
                                                                             : Walk(link, rules).run();
  apply_lto(link, *resolved.index, resolved.resolution);
  return resolved;
}

}  // namespace ldwhy
