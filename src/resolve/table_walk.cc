// A walk over the inputs with one symbol table, in which each name is in one state.
//
// The ELF walk asks "who offers this name?" when it is needed. These linkers keep less: an
// archive enters its names as Lazy where the table has nothing better, a library enters
// its names as Shared where they are not there yet, and each object's symbols change states one
// after the other. A name that is wanted while it is Lazy brings its member in at once, in the
// middle of the object that wants it. So what comes first on the line decides between
// an archive and a library, and the order of an object's symbols may matter.
//
// Mach-O (LLD 14 to 22): an object's definitions go before its needs; weak references bring
// members in like others do, and are errors like others where nothing defines them; a tentative
// definition gives way to a real one, and never brings a member in. Apple's linkers read all
// objects first (ld(1), "-all_load" and "Search paths"); they look in archives for the real
// definition of a tentative one.
//
// WebAssembly (wasm-ld 14 to 22): symbols in table order; a weak reference brings no member in.
// Roots are asked for after all files, and each stage's errors end the link before the next.
#include "resolve/table_walk.h"

#include <algorithm>
#include <map>
#include <set>
#include <string>
#include <utility>

#include "resolve/autolinks.h"
#include "resolve/format_rules.h"
#include "resolve/ir_reader.h"
#include "resolve/liveness.h"
#include "resolve/symbol_index.h"
#include "resolve/table_inputs.h"
#include "resolve/table_steps.h"
#include "resolve/wasm_features.h"
#include "resolve/wasm_objections.h"

namespace ldwhy {
namespace {

constexpr std::string_view stub_binder = "dyld_stub_binder";

class TableWalk {
  using Name = SymbolIndex::Name;

  using State = TableEntry::State;
  using Entry = TableEntry;
  using Step = TableStep;
  struct Frame {
    ObjectId object;
    std::vector<Step> steps;
    size_t next = 0;
  };

 public:
  TableWalk(const Link &link, const ResolutionRules &rules)
      : link_(link), rules_(rules), format_(format_rules_for(link.command)),
        wasm_(format_.format == Format::Wasm), index_(std::make_unique<SymbolIndex>(link)) {
    result_.fates.assign(link.objects.size(), Fate::NotNeeded);
    result_.extracted_by.assign(link.objects.size(), no_object);
    result_.extracted_for.resize(link.objects.size());
    table_.resize(index_->bound());
  }

  Resolved run() {
    for (ObjectId id = 0; id < link_.objects.size(); ++id)
      if (!link_.object(id) || !link_.member_of(id).refused.empty()) result_.fates[id] = Fate::Refused;
    for (const RefusedInput &refused : refused_inputs(link_).inputs)
      (refused.left_out ? left_out_ : incomplete_).insert(refused.input);
    inputs_.resize(link_.inputs.size());
    for (ObjectId id = 0; id < link_.objects.size(); ++id) inputs_[link_.objects[id].input].push_back(id);
    if (!wasm_) want_roots();
    add_inputs();
    report_duplicates();
    if (ended_) return finish();
    if (wasm_ && result_.duplicates.empty() && result_.objections.empty()) want_roots();
    define_aliases();
    report_duplicates();
    want_selector_stubs();
    want_wrapped();
    tell_providers();
    report_unresolved();
    if (wasm_ && ends_at_types()) return finish();
    find_uses(link_, *index_, result_);
    if (link_.command.gc_sections && !result_.unresolved.empty()) drop_dead_uses(link_, *index_, format_, result_);
    if (wasm_) look_at_output();
    else want_stub_binder();
    std::ranges::sort(result_.unresolved, {}, &Unresolved::name);
    return finish();
  }

 private:
  Resolved finish() {
    Resolved resolved;
    resolved.resolution = std::move(result_);
    resolved.symbols_read = index_->symbols_read();
    resolved.problems = index_->take_problems();
    resolved.index = std::move(index_);
    return resolved;
  }

  Entry &entry(Name name) {
    if (name >= table_.size()) table_.resize(index_->bound());
    return table_[name];
  }

  bool is_library(ObjectId id) const {
    ObjectKind kind = link_.object(id)->kind();
    // An executable is an input as a -bundle_loader only.
    return kind == ObjectKind::Shared || kind == ObjectKind::Stub || kind == ObjectKind::Executable;
  }
  bool is_in(ObjectId id) const {
    return result_.fates[id] == Fate::Taken || result_.fates[id] == Fate::Extracted;
  }
  bool is_found(const Entry &entry) const { return entry.state >= State::Shared; }

  // --- The inputs.

  void add_inputs() {
    std::vector<uint32_t> order, later;
    for (uint32_t i = 0; i < link_.inputs.size() && !link_.command.inputs[i].autolinked; ++i) {
      bool loader = !inputs_[i].empty() && link_.object(inputs_[i][0]) &&
                    link_.object(inputs_[i][0])->kind() == ObjectKind::Executable;
      if (loader) order.insert(order.begin(), i);
      else if (rules_.objects_first && (link_.inputs[i].kind != InputKind::Object || is_lazy(i))) later.push_back(i);
      else order.push_back(i);
    }
    order.insert(order.end(), later.begin(), later.end());
    for (uint32_t input : order) open_wasm_bitcode(input);
    for (uint32_t input : order) add_input(input);
    add_autolinked_inputs(link_, [&](ObjectId id) { return is_in(id); }, [&](uint32_t input) {
      if (autolinked_.insert(input).second) add_input(input);
    });
  }

  // wasm-ld opens what the line names before it looks at any symbol.
  void open_wasm_bitcode(uint32_t input) {
    if (!wasm_ || ended_ || is_lazy(input)) return;
    for (ObjectId id : inputs_[input])
      if (link_.object(id) && ends_at_bitcode(link_.command, *link_.object(id))) return end_at_bitcode(id);
  }

  bool is_lazy(uint32_t input) const {
    const InputArg &argument = link_.command.inputs[input];
    if (link_.inputs[input].kind == InputKind::Archive) return !argument.whole_archive;
    return link_.inputs[input].kind == InputKind::Object && argument.lazy;
  }

  void add_input(uint32_t input) {
    if (ended_) return;
    // The Mach-O linkers load an archive once, as it was first asked for.
    bool archive = link_.inputs[input].kind == InputKind::Archive;
    if (archive && !wasm_ && !archives_.insert(link_.inputs[input].path).second) return;
    if (left_out_.contains(input)) {
      for (ObjectId id : inputs_[input]) result_.fates[id] = Fate::Refused;
      return;
    }
    if (link_.inputs[input].kind == InputKind::Missing && link_.command.inputs[input].autolinked) return miss_autolinked(input);
    if (is_lazy(input)) return add_lazily(input);
    for (ObjectId id : inputs_[input]) {
      if (result_.fates[id] == Fate::Refused) continue;
      if (is_library(id)) add_library(id);
      else take(id, Fate::Taken);
      drain();
    }
  }

  // LLD before 15 or so asks that what objects ask for be there; later only with an option.
  void miss_autolinked(uint32_t input) {
    const Command &command = link_.command;
    bool strict = std::ranges::find(command.linker_argv, "--strict-auto-link") != command.linker_argv.end();
    if (wasm_ || command.linker != Linker::Lld || (command.linker_major(99) >= 15 && !strict)) return;
    result_.objections.push_back({"cannot-find-library", "library not found for -l" + command.inputs[input].text});
  }

  void add_lazily(uint32_t input) {
    if (link_.command.objc_load && !link_.command.inputs[input].autolinked) take_objective_c(input);
    for (ObjectId id : inputs_[input]) {
      if (result_.fates[id] == Fate::Refused) continue;
      if (offers_locals()) {
        offer_locals(id);
        continue;
      }
      for (Name name : index_->defines(id)) {
        offer(name, id);
        drain();
      }
    }
  }

  // wasm-ld 19 takes members for their local symbols too, which does not help; 14 and 22 do not.
  bool offers_locals() const {
    int major = link_.command.linker_major(99);
    return wasm_ && major >= 16 && major < 20;
  }
  void offer_locals(ObjectId id) {
    for (Name name : read_offers_with_locals(*link_.object(id), *index_)) {
      if (is_in(id)) return;
      offer(name, id);
      drain();
    }
  }

  // ld(1), "-ObjC": every member that defines a class or a category.
  void take_objective_c(uint32_t input) {
    for (bool categories : {false, true})
      for (ObjectId id : inputs_[input]) {
        if (result_.fates[id] != Fate::NotNeeded) continue;
        if (defines_start(*link_.object(id), categories ? "__OBJC_$_CATEGORY_" : "_OBJC_CLASS_$_")) take(id, Fate::Extracted);
        drain();
      }
  }

  void take(ObjectId id, Fate fate) {
    if (is_in(id) || ended_) return;
    result_.fates[id] = fate;
    if (ends_at_bitcode(link_.command, *link_.object(id))) return end_at_bitcode(id);
    if (autolinks_at_once()) add_autolinks_of(id);
    frames_.push_back({id, read_table_steps(*link_.object(id), link_.command, *index_), 0});
  }

  // LLD 14 for Mach-O reads what an object asks for before the object's own symbols; later versions
  // when all else is read.
  bool autolinks_at_once() const {
    return !wasm_ && link_.command.linker == Linker::Lld && link_.command.linker_major(99) < 15;
  }
  void add_autolinks_of(ObjectId id) {
    size_t outer = std::exchange(floor_, frames_.size());
    for (const Autolink &autolink : link_.autolinks)
      if (autolink.by == id && autolinked_.insert(autolink.input).second) add_input(autolink.input);
    floor_ = outer;
  }

  void end_at_bitcode(ObjectId id) {
    result_.objections.push_back({"newer-bitcode", link_.name_of(id) + ": Opaque pointers are only supported in -opaque-pointers mode"});
    frames_.clear();
    ended_ = true;
  }

  void drain() {
    while (frames_.size() > floor_) {
      Frame &frame = frames_.back();
      if (frame.next == frame.steps.size()) {
        frames_.pop_back();
        continue;
      }
      Step step = frame.steps[frame.next++];
      go(step, frame.object);  // may push another frame
    }
  }

  void add_library(ObjectId id) {
    result_.fates[id] = Fate::Taken;
    // wasm-ld 14 takes nothing of it.
    if (wasm_ && link_.command.linker_major(99) < 16) return;
    // LLD 14 reads past a stub's word that a definition is weak.
    bool knows_weak = link_.object(id)->kind() != ObjectKind::Stub || link_.command.linker != Linker::Lld ||
                      link_.command.linker_major(99) >= 15;
    (void)link_.object(id)->for_each_symbol([&](const Symbol &symbol) {
      if (!symbol.dynamic || !ldwhy::is_defined(symbol) || symbol.name.empty()) return;
      Entry &known = entry(index_->intern(symbol.name));
      bool weak = symbol.binding == Binding::Weak && knows_weak;
      bool better = known.state == State::SharedWeak || known.state == State::SharedWeakUsed;
      bool wanted = known.state == State::Wanted || known.state == State::WantedWeakly;
      bool lazy = wasm_ && (known.state == State::Lazy || known.state == State::LazyWanted);
      // wasm-ld 19 takes what an archive offers for something else than a function.
      if (lazy && link_.command.linker_major(99) < 20) object_to_type(symbol.name);
      if (known.state != State::Unseen && !wanted && !lazy && !(better && !weak)) return;
      known.state = !weak || wasm_ ? State::Shared : wanted ? State::SharedWeakUsed : State::SharedWeak;
      known.holder = id;
    });
  }

  // --- One symbol.

  void offer(Name name, ObjectId id) {
    Entry &known = entry(name);
    switch (known.state) {
      case State::WantedWeakly:
        if (wasm_) {
          known.state = State::LazyWanted;
          known.holder = id;
          return;
        }
        [[fallthrough]];
      case State::Wanted:
      case State::SharedWeakUsed:
        known.holder = id;
        return extract(name);
      case State::SharedWeak:
      case State::Unseen:
        known.state = State::Lazy;
        known.holder = id;
        return;
      case State::Common:
        if (!rules_.objects_first || !defines_really(name, id)) return;
        known.holder = id;
        return extract(name);
      default:
        return;
    }
  }

  bool defines_really(Name name, ObjectId id) const {
    bool really = false;
    index_->for_each_offer(name, [&](const SymbolIndex::Offer &offer) { really |= offer.object == id && !offer.common; });
    return really;
  }

  void extract(Name name) {
    ObjectId id = entry(name).holder;
    if (is_in(id)) return;
    result_.extracted_by[id] = frames_.empty() ? no_object : frames_.back().object;
    result_.extracted_for[id] = (*index_)[name].text();
    take(id, Fate::Extracted);
  }

  // WebAssembly: a function cannot be what others take for data. wasm-ld looks whenever a function
  // comes, and else where both are defined.
  void check_type(const Step &step, const Entry &known) {
    bool seen = known.state != State::Unseen && known.state != State::Lazy && known.state != State::LazyWanted;
    if (!wasm_ || !seen || step.type == known.type || known.type == SymbolType::None) return;
    bool needs = step.kind == Step::Kind::Need || step.kind == Step::Kind::WeakNeed;
    if (!needs || step.type == SymbolType::Function || is_found(known)) object_to_type((*index_)[step.name].text());
  }
  void object_to_type(std::string_view name) {
    result_.objections.push_back({"mismatch", "symbol type mismatch: " + std::string(name)});
  }

  void go(const Step &step, ObjectId by) {
    using Kind = Step::Kind;
    if (by != no_object) check_type(step, entry(step.name));
    if (wasm_ && by != no_object) note_function(step, by);
    if (step.kind == Kind::Need || step.kind == Kind::WeakNeed) return need(step, by);
    Entry &known = entry(step.name);
    State state = step.kind == Kind::Define ? State::Strong : step.kind == Kind::DefineWeakly ? State::Weak : State::Common;
    if (known.state == State::Strong && state == State::Strong && !step.comdat) {
      std::vector<ObjectId> &definers = duplicates_[step.name];
      if (definers.empty()) definers.push_back(known.holder);
      definers.push_back(by);
    }
    // Among equals the first stays, but for what is an error anyway; a tentative definition never
    // replaces a real one.
    bool stays = state == State::Strong   ? known.state == State::Strong && wasm_
                 : state == State::Weak   ? known.state == State::Weak || known.state == State::Strong
                                          : known.state >= State::Common;
    if (stays) return;
    known.state = state;
    known.type = step.type;
    known.holder = by;
  }

  void note_function(const Step &step, ObjectId by) {
    State known = entry(step.name).state;
    bool offered = known == State::Lazy || known == State::LazyWanted;
    bool defines = (step.kind == Step::Kind::Define || step.kind == Step::Kind::DefineWeakly) && !(step.comdat && known >= State::Shared);
    // A member that comes in for the name is not compared with who asked for it.
    if (step.type != SymbolType::Function || (offered && !defines)) return;
    functions_.push_back({step.name, by, step.symbol, defines, step.kind == Step::Kind::DefineWeakly, offered || known == State::Unseen});
  }

  void need(const Step &step, ObjectId by) {
    Entry &known = entry(step.name);
    bool weak = step.kind == Step::Kind::WeakNeed;
    if (by == no_object && step.type == SymbolType::Function) known.type = step.type;
    bool nothing = known.state == State::Unseen || known.state == State::Wanted || known.state == State::WantedWeakly;
    if (weak && wasm_) weak_references_.push_back({step.name, by});
    if (nothing && by != no_object) {
      if (known.type == SymbolType::None) known.type = step.type;
      known.imported |= step.imported;
      if (weak && !wasm_) weak_references_.push_back({step.name, by});
    }
    switch (known.state) {
      case State::Unseen:
        wanted_.push_back(step.name);
        known.state = weak ? State::WantedWeakly : State::Wanted;
        return;
      case State::WantedWeakly:
        // wasm-ld 14 lets what was first referred to weakly be so, but for functions.
        if (!weak && (!wasm_ || step.type == SymbolType::Function || link_.command.linker_major(99) >= 16)) known.state = State::Wanted;
        return;
      case State::SharedWeak:
        known.state = State::SharedWeakUsed;
        return;
      case State::Lazy:
      case State::LazyWanted:
        // Functions and data only; whatever else is referred to weakly is needed all the same.
        if (weak && wasm_) known.state = State::LazyWanted;
        else extract(step.name);
        return;
      default:
        return;
    }
  }

  // --- What options ask for.

  void want_roots() {
    for (const Root &root : format_.roots(link_)) {
      if (root.name.empty()) continue;
      Name name = index_->intern(root.name);
      if (root.missed) asked_by_.try_emplace(name, root.asked_by);
      if (!wasm_ || is_known(name)) need({name, Step::Kind::Need}, no_object);
      drain();
    }
  }

  // wasm-ld only looks the roots' names up.
  bool is_known(Name name) { return entry(name).state == State::Lazy || entry(name).state == State::LazyWanted; }

  void define_aliases() {
    if (wasm_) return;
    for (const Definition &definition : link_.command.definitions) {
      std::optional<Name> base = index_->find(definition.value);
      if (!base || entry(*base).state == State::Unseen) continue;
      const Entry &meant = entry(*base);
      if (meant.state != State::Weak && meant.state != State::Strong) {
        result_.objections.push_back({"other-error", "support aliasing to symbols that are not defined here: " + definition.value});
        continue;
      }
      ObjectId holder = meant.holder;
      Step::Kind kind = meant.state == State::Weak ? Step::Kind::DefineWeakly : Step::Kind::Define;
      go({index_->intern(definition.name), kind}, holder);
    }
  }

  // The stub that the linker makes for _objc_msgSend$SELECTOR calls _objc_msgSend.
  void want_selector_stubs() {
    constexpr std::string_view start = "_objc_msgSend$", meant = "_objc_msgSend";
    bool used = !wasm_ && std::ranges::any_of(wanted_, [&](Name name) {
      std::string_view text = (*index_)[name].text();
      return text.starts_with(start) && !is_found(entry(name)) && format_.makes(link_, text);
    });
    if (!used) return;
    Name name = index_->intern(meant);
    need({name, Step::Kind::Need, SymbolType::Function}, no_object);
    drain();
    // LLD before 20 looks whether it is there for chained fixups only.
    const Command &command = link_.command;
    if (command.linker != Linker::Lld || command.linker_major(99) >= 20 || command.chained_fixups) asked_by_.try_emplace(name, selector_stub);
  }

  // --wrap: what refers to NAME gets __wrap_NAME, once all files are there.
  void want_wrapped() {
    if (!wasm_) return;
    for (const std::string &name : link_.command.wrapped) {
      std::optional<Name> known = index_->find(name);
      if (!known || entry(*known).state == State::Unseen) continue;
      Name wrap = index_->intern(index_->wrapped(name));  // the index keeps its text
      wrapped_.emplace(wrap, *known);
      need({wrap, Step::Kind::Need, SymbolType::Function}, no_object);
      drain();
      if (std::optional<Name> real = index_->find("__real_" + name)) need({*real, Step::Kind::Need, SymbolType::Function}, no_object);
      drain();
    }
  }

  // --- The outcome.

  void tell_providers() {
    index_->for_each_name([&](Name name) {
      const Entry &known = entry(name);
      index_->set_provider(name, is_found(known) ? known.holder : no_object);
    });
  }

  void report_duplicates() {
    if (link_.command.allow_multiple) return;
    result_.duplicates.clear();
    for (auto &[name, definers] : duplicates_) {
      std::ranges::sort(definers);
      definers.erase(std::ranges::unique(definers).begin(), definers.end());
      result_.duplicates.push_back({std::string((*index_)[name].text()), definers});
    }
    std::ranges::sort(result_.duplicates, {}, &Duplicate::name);
  }

  bool is_tolerated(Name name, std::string_view text) {
    const Command &command = link_.command;
    const Entry &known = entry(name);
    if (format_.makes(link_, text) || command.allow_undefined || command.output_kind == Output::Relocatable) return true;
    if (wasm_ && (known.imported || (known.type == SymbolType::Function && command.import_undefined))) return true;
    if (wasm_ && known.state != State::Wanted) return true;
    for (const std::string &allowed : command.undefined_allowed)
      if (allowed == "*" || allowed == text) return true;
    return false;
  }

  // wasm-ld gives a function that is only referred to weakly a body that traps.
  static bool has_stub(const Entry &known) {
    return known.state == State::WantedWeakly && known.type == SymbolType::Function;
  }

  void report_unresolved() {
    // wasm-ld stops at each stage that went wrong: duplicates, the roots, all others.
    if (wasm_ && (!result_.duplicates.empty() || !result_.objections.empty()) && asked_by_.empty()) return;
    std::set<Name> missing;
    for (Name name : wanted_)
      if (!is_found(entry(name)) && entry(name).state != State::Lazy) missing.insert(name);
    for (const auto &[name, unused] : asked_by_)
      if (!is_found(entry(name))) missing.insert(name);
    for (Name name : missing) {
      std::string_view text = (*index_)[name].text();
      auto asked = asked_by_.find(name);
      bool stub = asked != asked_by_.end() && asked->second == "--export" && has_stub(entry(name));
      bool missed = asked != asked_by_.end() && !(wasm_ && (format_.makes(link_, text) || stub));
      if (!(missed && wasm_) && is_tolerated(name, text)) continue;
      Unresolved &unresolved = result_.unresolved.emplace_back();
      unresolved.name = text;
      if (missed) unresolved.asked_by = asked->second;
      auto meant = wrapped_.find(name);
      for (const auto &[weak, by] : weak_references_)
        if (weak == name || (meant != wrapped_.end() && weak == meant->second)) unresolved.referrers.push_back(by);
      if (meant != wrapped_.end())  // an object's own definition does not keep its references
        index_->for_each_offer(meant->second, [&](const SymbolIndex::Offer &offer) {
          if (is_in(offer.object)) unresolved.referrers.push_back(offer.object);
        });
    }
    bool no_entry = std::ranges::any_of(result_.unresolved, [](const Unresolved &u) { return u.asked_by == "entry point"; });
    if (wasm_ && (no_entry || !result_.duplicates.empty())) std::erase_if(result_.unresolved, [](const Unresolved &u) { return u.asked_by != "entry point"; });
    std::ranges::sort(result_.unresolved, {}, &Unresolved::name);
  }

  // wasm-ld looks at functions' types when all names are settled, and ends there if they do not fit.
  bool ends_at_types() {
    bool failed = !result_.duplicates.empty() || !result_.objections.empty();
    if (failed || std::ranges::any_of(result_.unresolved, [](const Unresolved &u) { return u.asked_by == "entry point"; })) return false;
    result_.objections = object_to_types(link_, *index_, functions_);
    if (!result_.objections.empty()) result_.unresolved.clear();
    return !result_.objections.empty();
  }

  void look_at_output() {
    for (Objection &objection : object_to_features(link_, [&](ObjectId id) { return is_in(id) && !is_library(id); }))
      result_.objections.push_back(std::move(objection));
    for (Objection &objection : object_to_relocations(link_, *index_, result_)) result_.objections.push_back(std::move(objection));
  }

  // A call into a library goes by way of dyld_stub_binder where it is bound on first use, though no
  // object names it. It is looked for last.
  void want_stub_binder() {
    const Command &command = link_.command;
    if (command.linker != Linker::Lld || command.chained_fixups) return;
    bool absent = std::ranges::any_of(link_.inputs, [](const Input &input) { return input.kind == InputKind::Missing; });
    if (absent || !left_out_.empty() || !incomplete_.empty() || !result_.unresolved.empty() || !result_.duplicates.empty() ||
        !result_.objections.empty())
      return;
    std::optional<Name> name = index_->find(stub_binder);
    if (name && is_found(entry(*name))) return;
    if (is_tolerated(index_->intern(stub_binder), stub_binder)) return;
    bool entry_elsewhere = std::ranges::any_of(format_.roots(link_), [&](const Root &root) {
      return std::string_view(root.asked_by) == "entry point" && entry(index_->intern(root.name)).state <= State::SharedWeakUsed;
    });
    auto is_code = [&](ObjectId id) { return is_in(id) && !is_library(id); };
    // What is looked up at run time is bound like what a library offers.
    auto is_late = [&](Name callee, std::string_view text) {
      return is_found(entry(callee)) ? entry(callee).state == State::Shared
                                     : std::ranges::find(command.undefined_allowed, text) != command.undefined_allowed.end();
    };
    if (!entry_elsewhere && !calls_any(link_, *index_, is_code, is_late)) return;
    Unresolved &unresolved = result_.unresolved.emplace_back();
    unresolved.name = stub_binder;
    unresolved.asked_by = "lazy binding";
  }

  const Link &link_;
  const ResolutionRules &rules_;
  const FormatRules &format_;
  const bool wasm_;
  std::unique_ptr<SymbolIndex> index_;
  Resolution result_;
  std::vector<Entry> table_;                     // by Name
  std::vector<std::vector<ObjectId>> inputs_;    // each input's objects
  std::vector<Frame> frames_;                    // objects whose symbols are being entered
  size_t floor_ = 0;                             // frames below wait for those above
  std::set<uint32_t> autolinked_;                // inputs that objects asked for
  std::vector<Name> wanted_;                     // all that ever were
  std::vector<std::pair<Name, ObjectId>> weak_references_;
  std::map<Name, std::vector<ObjectId>> duplicates_;
  std::map<Name, std::string> asked_by_;
  std::set<std::string> archives_;               // loaded, by path
  std::set<uint32_t> left_out_, incomplete_;     // inputs
  std::vector<FunctionStep> functions_;          // WebAssembly
  std::map<Name, Name> wrapped_;                 // __wrap_NAME, and NAME
  bool ended_ = false;                           // by an error that stops the linker at once
};

}  // namespace

bool is_table_link(const Command &command) {
  Format format = format_rules_for(command).format;
  return format == Format::MachO || format == Format::Wasm;
}

Resolved walk_table(const Link &link, const ResolutionRules &rules) { return TableWalk(link, rules).run(); }

}  // namespace ldwhy
