// GNU ld, gold and LLD: one walk over the inputs, in command order.
//
// A name is held once something in the link defines it. A reference to a name that nothing holds
// makes it wanted. An archive is asked for wanted names, in the order of its members; what a
// member needs in turn is asked for at once (LLD, which also remembers the archives that it
// passed) or when the archive is gone over again (GNU ld, gold: until nothing new comes).
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "resolve/autolinks.h"
#include "resolve/elf_link.h"
#include "resolve/ir_reader.h"

namespace ldwhy {
namespace {

class Walk {
  using Name = SymbolIndex::Name;

 public:
  explicit Walk(ElfLink &elf)
      : elf_(elf),
        link_(elf.link),
        rules_(elf.rules),
        index_(elf.index),
        remembers_(elf.rules.archives.search == ElfRules::Archives::Search::Remembered) {}

  void run() {
    read_all_bitcode();
    add_roots(true);
    if (!remembers_) add_roots(false);
    size_t count = link_.inputs.size();
    for (uint32_t input = 0; input < count; ++input) {
      if (link_.command.inputs[input].autolinked || elf_.ended) break;  // the former stand at the end
      int group = link_.command.inputs[input].group;
      if (group >= 0 && (input == 0 || link_.command.inputs[input - 1].group != group))
        references_before_group_ = new_references_;
      add_input(input);
      bool ends = group >= 0 && (input + 1 == count || link_.command.inputs[input + 1].group != group);
      if (ends && !remembers_) search_group(group);
    }
    add_autolinked_inputs(
        link_, [&](ObjectId id) { return elf_.turns[id] != 0; }, [&](uint32_t input) { add_input(input); });
    if (!remembers_) return;
    add_roots(false);
    const Command &command = link_.command;
    bool ends = !command.wrapped.empty() && rules_.duplicates.before_wrapping &&
                rules_.duplicates.before_wrapping(command) && has_duplicates_elf(elf_);
    if (!ends) rename();
  }

 private:
  // One object whose needs are being gone through.
  struct Frame {
    ObjectId object;
    size_t next;
  };

  // LLD opens all but members of archives before it looks at any name; later versions those too.
  void read_all_bitcode() {
    bool all = opens_all_bitcode(link_.command);
    auto is_opened = [&](ObjectId id) {
      uint32_t input = link_.objects[id].input;
      return all || !elf_.is_searched(input) || link_.inputs[input].kind == InputKind::Object;
    };
    for (ObjectId id = 0; id < link_.objects.size() && !elf_.ended; ++id)
      if (elf_.is_usable(id) && is_opened(id)) read_bitcode(id);
  }
  void read_bitcode(ObjectId id) {
    std::string_view refusal = refusal_of_bitcode(link_.command, *link_.object(id));
    if (refusal.empty()) return;
    elf_.result.objections.push_back(
        {.code = "newer-bitcode", .text = fmt::format("{}: {}", link_.name_of(id), refusal), .object = id});
    elf_.ended = true;
    frames_.clear();
  }

  // What -u asks for is needed before the first input is read; LLD looks for the rest at the end.
  void add_roots(bool undefined) {
    for (const auto &[name, asked_by] : elf_.asked_by)
      if ((asked_by == "-u") == undefined) need(name, no_object);
    settle();
  }

  // LLD binds references to other names (--wrap) only after all archives were searched: what was
  // needed by its own name brought in members, and the new names do now.
  void rename() {
    for (const std::string &text : link_.command.wrapped) {
      std::optional<Name> plain = index_.find(text), real = index_.find("__real_" + text),
                          wrap = index_.find("__wrap_" + text);
      if (!plain || !is_known(*plain)) continue;
      bool plain_needed = elf_[*plain].needed, real_needed = real && elf_[*real].needed;
      if (plain && wrap) elf_.renamed.emplace(*plain, *wrap);
      if (real && plain) elf_.renamed.emplace(*real, *plain);
      if (plain && wrap && is_bound_strongly(*plain) && !elf_[*wrap].needed && elf_[*wrap].hold == Hold::Nothing)
        want(*wrap, no_object);
      bool asks_plain = real && is_known(*real) && rules_.archives.real_extracts(link_.command);
      if (asks_plain && elf_[*plain].hold == Hold::Nothing) want(*plain, no_object);
      if (real && plain && is_known_strongly(*plain) && elf_[*real].hold == Hold::Nothing) want(*real, no_object);
      settle();
      bool renames = plain && (plain_needed || elf_[*plain].hold > Hold::Shared);
      if (wrap) elf_[*wrap].needed |= renames;
      // Where __real_NAME brings nothing in, what an archive offers is not missed either.
      bool left =
          !rules_.archives.real_extracts(link_.command) && elf_[*plain].hold == Hold::Nothing && is_offered(*plain);
      elf_[*plain].needed = real_needed && !left;
      if (real) elf_[*real].needed = false;
    }
  }

  // By a member that is not taken.
  bool is_offered(Name name) const {
    return first_offer(name, 0, static_cast<ObjectId>(link_.objects.size())) != no_object;
  }
  // In LLD's table of names.
  bool is_known(Name name) const {
    const ElfName &held = elf_[name];
    return held.needed || held.needed_weakly || held.seen_shared || held.hold != Hold::Nothing || is_offered(name);
  }
  // … and not by weak references alone: what __real_ adds is as strong.
  bool is_known_strongly(Name name) const {
    if (elf_[name].needed || elf_[name].hold != Hold::Nothing) return true;
    return !elf_[name].needed_weakly && is_offered(name);
  }

  // … and what it is bound to is not weak: what __wrap_ adds is as strong.
  bool is_bound_strongly(Name name) const {
    const ElfName &held = elf_[name];
    if (held.hold > Hold::Shared) return held.hold != Hold::Weak;
    return held.needed || (!held.needed_weakly && (held.hold == Hold::Shared || is_offered(name)));
  }

  void add_input(uint32_t input) {
    limit_ = elf_.first_object[input];
    if (elf_.is_searched(input)) {
      search(input);
    } else {
      for (ObjectId id = elf_.first_object[input]; id < elf_.first_object[input + 1]; ++id) {
        if (!elf_.is_usable(id) || elf_.turns[id]) continue;
        if (elf_.is_shared(id)) add_shared(id);
        else add_object(id, Fate::Taken);
        settle();
      }
    }
    limit_ = elf_.first_object[input + 1];
  }

  // Definitions first: an object's own needs never bring in what it defines itself.
  void add_object(ObjectId id, Fate fate) {
    read_bitcode(id);
    if (elf_.ended) return;
    if (rules_.archives.groups_for_objects) count_weak_references(id);
    elf_.enter(id, fate);
    elf_.define_all(id);
    if (elf_.commons != ElfRules::Archives::Commons::Stay)
      for (size_t i = 0; i < index_.traits(id).size(); ++i)
        if (index_.traits(id)[i].common) new_commons_.push_back(index_.defines(id)[i]);
    for (Name name : index_.bound_here(id)) {
      bool lost = elf_[name].hold == Hold::Shared;
      elf_.close(name);
      if (lost && elf_[name].needed) want(name, id);
    }
    frames_.push_back({id, 0});
    elf_.for_each_lost(id, [&](Name name) {
      if (elf_[name].hold == Hold::Nothing) need(name, id);
    });
    for (Name name : std::exchange(new_commons_, {})) add_common(name);
  }

  void count_weak_references(ObjectId id) {
    for (Name name : index_.weak_needs(id)) {
      const ElfName &held = elf_[name];
      new_references_ += !held.needed && !held.needed_weakly && held.hold == Hold::Nothing;
    }
  }

  void add_common(Name name) {
    commons_.push_back(name);
    if (searching_ && elf_[name].hold == Hold::Common) ask_for_common(name);
  }

  // Goes through the needs of all objects that came in, the last one's first.
  void settle() {
    while (!frames_.empty()) {
      Frame &frame = frames_.back();
      std::span<const Name> needs = index_.needs(frame.object);
      if (frame.next == needs.size()) {
        frames_.pop_back();
        continue;
      }
      ObjectId by = frame.object;
      elf_.prefetch(needs, frame.next);
      need(needs[frame.next++], by);  // may add a frame
    }
  }

  void need(Name name, ObjectId by) {
    bool from_shared = by != no_object && elf_.is_shared(by);
    ElfName &held = elf_[name];
    bool is_new = !from_shared && !held.needed && !held.needed_weakly && held.hold == Hold::Nothing;
    new_references_ += is_new;
    if (from_shared) {
      held.shared_first |= !held.needed_shared && !held.needed_weakly;
      held.needed_shared = true;
    } else {
      held.needed = true;
      held.referred |= by != no_object;
    }
    // A weak reference of an object comes before a library's strong one, but for archives that
    // LLD has passed.
    if (from_shared && !rules_.libraries.load_others && held.needed_weakly && !held.needed) {
      bool passed = remembers_ && held.hold == Hold::Nothing && first_offer(name, 0, limit_) != no_object;
      if (!passed) return;
    }
    bool assigned = held.assigned && rules_.assigns_early && !(held.provided && rules_.libraries.load_others);
    if (held.hold == Hold::Nothing && !assigned) want(name, by);
  }

  void want(Name name, ObjectId by) {
    if (elf_[name].lost && rules_.groups.bar) return;
    if (remembers_ && !elf_[name].only_later)
      if (ObjectId known = first_offer(name, 0, limit_); known != no_object) return extract(known, by, name);
    if (!elf_[name].wanted) wanted_.push_back({name, by});
    elf_[name].wanted = true;
    if (searching_) ask(name, by);
  }

  // The first searched object from `from` up to `end` that defines a name.
  ObjectId first_offer(Name name, ObjectId from, ObjectId end) const {
    ObjectId best = no_object;
    index_.for_each_offer(name, [&](const SymbolIndex::Offer &offer) {
      if (offer.object >= from && offer.object < end && offer.object < best && !elf_.turns[offer.object] &&
          elf_.is_searched(link_.objects[offer.object].input))
        best = offer.object;
    });
    return best;
  }

  void extract(ObjectId id, ObjectId by, Name name) {
    elf_.result.extracted_by[id] = by;
    elf_.result.extracted_for[id] = index_[name].text();
    add_object(id, Fate::Extracted);
  }

  // What the archive at hand was asked for: the member that has it, and who asked.
  struct Request {
    ObjectId member;
    Name name;
    ObjectId by;
    friend bool operator<(const Request &a, const Request &b) {
      return std::tie(a.member, a.name) < std::tie(b.member, b.name);
    }
  };

  // Members before the one at hand have their turn when the archive is gone over again.
  void ask(Name name, ObjectId by) {
    if (elf_[name].lost && rules_.groups.bar) return;
    ObjectId member = first_offer(name, limit_, end_);
    if (member != no_object) now_.insert({member, name, by});
    else if (member = first_offer(name, begin_, limit_); member != no_object) later_.insert({member, name, by});
  }

  bool replaces_common(const SymbolIndex::Offer &offer) const {
    if (elf_.commons == ElfRules::Archives::Commons::ExtractData)
      return !offer.common && !offer.weak && !offer.function;
    return !offer.common && !offer.weak;
  }

  void ask_for_common(Name name) {
    index_.for_each_offer(name, [&](const SymbolIndex::Offer &offer) {
      if (offer.object < begin_ || offer.object >= end_ || !replaces_common(offer)) return;
      if (offer.object >= limit_) now_.insert({offer.object, name, no_object});
      else if (!remembers_) later_.insert({offer.object, name, no_object});
    });
  }

  void search(uint32_t input) {
    // GNU linkers look names up in the archive's index only.
    if (!remembers_ && link_.inputs[input].kind == InputKind::Archive && !link_.inputs[input].has_index) {
      elf_.ended |= rules_.archives.ends_without_index && !link_.inputs[input].members.empty();
      return;
    }
    begin_ = limit_ = elf_.first_object[input];
    end_ = elf_.first_object[input + 1];
    searching_ = true;
    std::erase_if(wanted_, [&](const auto &want) { return !elf_[want.first].wanted; });
    for (const auto &[name, by] : std::vector(wanted_)) ask(name, by);
    for (Name name : commons_)
      if (elf_[name].hold == Hold::Common) ask_for_common(name);
    while (!now_.empty() || !later_.empty()) {
      if (now_.empty()) {
        now_.swap(later_);
        limit_ = begin_;
      }
      Request request = *now_.begin();
      now_.erase(now_.begin());
      limit_ = request.member + 1;
      bool common = elf_.commons != ElfRules::Archives::Commons::Stay && elf_[request.name].hold == Hold::Common;
      if (elf_.turns[request.member] || (!elf_[request.name].wanted && !common)) continue;
      extract(request.member, request.by, request.name);
      settle();
    }
    searching_ = false;
  }

  void search_group(int group) {
    auto progress = [&] { return rules_.archives.groups_for_objects ? new_references_ : elf_.entered.size(); };
    size_t before = progress();
    if (rules_.archives.groups_for_objects && before == references_before_group_) return;
    for (bool again = true; again; again = before != progress()) {
      before = progress();
      for (uint32_t input = 0; input < link_.inputs.size(); ++input)
        if (link_.command.inputs[input].group == group && elf_.is_searched(input)) search(input);
    }
  }

  // Another library on the line loads this one anyway.
  bool is_loaded(ObjectId id) const {
    return std::ranges::any_of(elf_.entered, [&](ObjectId other) {
      return elf_.is_shared(other) &&
             std::ranges::count(link_.object(other)->needed(), link_.object(id)->shared_name());
    });
  }

  void add_shared(ObjectId id) {
    std::span<const Name> defines = index_.defines(id);
    bool refused =
        rules_.archives.ends_without_index && (elf_.is_static(id) || link_.command.output_kind == Output::Relocatable);
    elf_.ended |= refused;
    if (refused) return;
    if (link_.argument_of(id).as_needed && rules_.libraries.drop_early) {
      bool used = std::ranges::any_of(defines, [&](Name name) {
        const ElfName &held = elf_[name];
        return held.hold == Hold::Nothing && !held.closed && (held.referred || (held.needed_shared && !is_loaded(id)));
      });
      if (!used) return;
    }
    elf_.enter(id, Fate::Taken);
    frames_.push_back({id, 0});
    // In tables of dynamic symbols the undefined ones come first, and LLD goes on with what they
    // bring in before it has read the rest.
    if (remembers_) settle();
    elf_.define_all(id);
  }

  ElfLink &elf_;
  const Link &link_;
  const ElfRules &rules_;
  SymbolIndex &index_;
  bool remembers_;
  std::vector<Frame> frames_;
  std::vector<std::pair<Name, ObjectId>> wanted_;
  std::vector<Name> commons_, new_commons_;
  size_t new_references_ = 0, references_before_group_ = 0;
  ObjectId limit_ = 0;               // objects below were passed
  bool searching_ = false;           // an archive, which has the objects from begin_ to end_
  ObjectId begin_ = 0, end_ = 0;
  std::set<Request> now_, later_;
};

}  // namespace

void walk_elf(ElfLink &link) { Walk(link).run(); }

}  // namespace ldwhy
