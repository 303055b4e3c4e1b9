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
#include <string>
#include <utility>

#include <fmt/format.h>

#include "resolve/autolinks.h"
#include "resolve/ir_reader.h"
#include "resolve/liveness.h"
#include "resolve/table_inputs.h"

namespace ldwhy {

Resolved TableWalk::run() {
  for (ObjectId id = 0; id < link_.objects.size(); ++id)
    if (!link_.object(id) || !link_.member_of(id).refused.empty()) result_.fates[id] = Fate::Refused;
  for (const RefusedInput &refused : refused_inputs(link_).inputs)
    (refused.left_out ? left_out_ : incomplete_).insert(refused.input);
  inputs_.resize(link_.inputs.size());
  for (ObjectId id = 0; id < link_.objects.size(); ++id) inputs_[link_.objects[id].input].push_back(id);
  if (!wasm_) want_roots();
  add_inputs();
  // LLD 15 and later for Mach-O keeps double names for the end.
  if (!ended_ || wasm_ || link_.command.linker_major(99) < 15) report_duplicates();
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
  if (wasm_) {
    look_at_output();
  } else {
    look_at_export_options();
    want_stub_binder();
  }
  std::ranges::sort(result_.unresolved, {}, &Unresolved::name);
  return finish();
}

Resolved TableWalk::finish() {
  Resolved resolved;
  resolved.resolution = std::move(result_);
  resolved.symbols_read = index_->symbols_read();
  resolved.problems = index_->take_problems();
  resolved.index = std::move(index_);
  return resolved;
}

bool TableWalk::is_library(ObjectId id) const {
  ObjectKind kind = link_.object(id)->kind();
  // An executable is an input as a -bundle_loader only.
  return kind == ObjectKind::Shared || kind == ObjectKind::Stub || kind == ObjectKind::Executable;
}

void TableWalk::add_inputs() {
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
  add_autolinked_inputs(
      link_, [&](ObjectId id) { return is_in(id); },
      [&](uint32_t input) {
        if (autolinked_.insert(input).second) add_input(input);
      });
}

// wasm-ld opens what the line names before it looks at any symbol.
void TableWalk::open_wasm_bitcode(uint32_t input) {
  if (!wasm_ || ended_ || (is_lazy(input) && !opens_all_bitcode(link_.command))) return;
  for (ObjectId id : inputs_[input])
    if (link_.object(id) && ends_at_bitcode(id)) return;
}

bool TableWalk::is_lazy(uint32_t input) const {
  const InputArg &argument = link_.command.inputs[input];
  if (link_.inputs[input].kind == InputKind::Archive) return !argument.whole_archive;
  return link_.inputs[input].kind == InputKind::Object && argument.lazy;
}

void TableWalk::add_input(uint32_t input) {
  if (ended_) return;
  // The Mach-O linkers load an archive once, as it was first asked for.
  bool archive = link_.inputs[input].kind == InputKind::Archive;
  if (archive && !wasm_ && !archives_.insert(link_.inputs[input].path).second) return;
  if (left_out_.contains(input)) {
    for (ObjectId id : inputs_[input]) result_.fates[id] = Fate::Refused;
    return;
  }
  if (link_.inputs[input].kind == InputKind::Missing && link_.command.inputs[input].autolinked)
    return miss_autolinked(input);
  if (is_lazy(input)) return add_lazily(input);
  for (ObjectId id : inputs_[input]) {
    if (result_.fates[id] == Fate::Refused) continue;
    if (is_library(id)) add_library(id);
    else take(id, Fate::Taken);
    drain();
  }
}

// LLD before 15 or so asks that what objects ask for be there; later only with an option.
void TableWalk::miss_autolinked(uint32_t input) {
  const Command &command = link_.command;
  bool strict = std::ranges::find(command.linker_argv, "--strict-auto-link") != command.linker_argv.end();
  if (wasm_ || command.linker != Linker::Lld || (command.linker_major(99) >= 15 && !strict)) return;
  const std::string &library = command.inputs[input].text;
  result_.objections.push_back(
      {.code = "cannot-find-library", .text = "library not found for -l" + library, .file = library});
}

void TableWalk::add_lazily(uint32_t input) {
  if (link_.command.objc_load && !link_.command.inputs[input].autolinked) take_objective_c(input);
  bool opened = link_.inputs[input].kind == InputKind::Object;
  for (ObjectId id : inputs_[input]) {
    if (result_.fates[id] == Fate::Refused) continue;
    if (opened && ends_at_bitcode(id)) return;
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
bool TableWalk::offers_locals() const {
  int major = link_.command.linker_major(99);
  return wasm_ && major >= 16 && major < 20;
}

void TableWalk::offer_locals(ObjectId id) {
  for (Name name : read_offers_with_locals(*link_.object(id), *index_)) {
    if (is_in(id)) return;
    offer(name, id);
    drain();
  }
}

// ld(1), "-ObjC": every member that defines a class or a category.
void TableWalk::take_objective_c(uint32_t input) {
  for (bool categories : {false, true})
    for (ObjectId id : inputs_[input]) {
      if (result_.fates[id] != Fate::NotNeeded) continue;
      if (defines_start(*link_.object(id), categories ? "__OBJC_$_CATEGORY_" : "_OBJC_CLASS_$_"))
        take(id, Fate::Extracted);
      drain();
    }
}

void TableWalk::take(ObjectId id, Fate fate) {
  if (is_in(id) || ended_) return;
  result_.fates[id] = fate;
  if (ends_at_bitcode(id)) return;
  if (autolinks_at_once()) add_autolinks_of(id);
  frames_.push_back({id, read_table_steps(*link_.object(id), link_.command, *index_), 0});
}

// LLD 14 for Mach-O reads what an object asks for before the object's own symbols; later versions
// when all else is read.
bool TableWalk::autolinks_at_once() const {
  return !wasm_ && link_.command.linker == Linker::Lld && link_.command.linker_major(99) < 15;
}

void TableWalk::add_autolinks_of(ObjectId id) {
  size_t outer = std::exchange(floor_, frames_.size());
  for (const Autolink &autolink : link_.autolinks)
    if (autolink.by == id && autolinked_.insert(autolink.input).second) add_input(autolink.input);
  floor_ = outer;
}

bool TableWalk::ends_at_bitcode(ObjectId id) {
  std::string_view refusal = refusal_of_bitcode(link_.command, *link_.object(id));
  if (refusal.empty()) return false;
  result_.objections.push_back(
      {.code = "newer-bitcode", .text = fmt::format("{}: {}", link_.name_of(id), refusal), .object = id});
  frames_.clear();
  ended_ = true;
  return true;
}

void TableWalk::drain() {
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

void TableWalk::add_library(ObjectId id) {
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

void TableWalk::offer(Name name, ObjectId id) {
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
    case State::SharedWeakUsed: known.holder = id; return extract(name);
    case State::SharedWeak:
    case State::Unseen:
      known.state = State::Lazy;
      known.holder = id;
      return;
    case State::Common:
      if (!rules_.objects_first || !defines_really(name, id)) return;
      known.holder = id;
      return extract(name);
    default: return;
  }
}

bool TableWalk::defines_really(Name name, ObjectId id) const {
  bool really = false;
  index_->for_each_offer(name, [&](const SymbolIndex::Offer &offer) { really |= offer.object == id && !offer.common; });
  return really;
}

void TableWalk::extract(Name name) {
  ObjectId id = entry(name).holder;
  if (is_in(id)) return;
  result_.extracted_by[id] = frames_.empty() ? no_object : frames_.back().object;
  result_.extracted_for[id] = (*index_)[name].text();
  take(id, Fate::Extracted);
}

// WebAssembly: a function cannot be what others take for data. wasm-ld looks whenever a function
// comes, and else where both are defined.
void TableWalk::check_type(const Step &step, const Entry &known) {
  bool seen = known.state != State::Unseen && known.state != State::Lazy && known.state != State::LazyWanted;
  if (!wasm_ || !seen || step.type == known.type || known.type == SymbolType::None) return;
  bool needs = step.kind == Step::Kind::Need || step.kind == Step::Kind::WeakNeed;
  if (!needs || step.type == SymbolType::Function || is_found(known)) object_to_type((*index_)[step.name].text());
}

void TableWalk::object_to_type(std::string_view name) {
  result_.objections.push_back({"mismatch", "symbol type mismatch: " + std::string(name)});
}

void TableWalk::go(const Step &step, ObjectId by) {
  using Kind = Step::Kind;
  if (by != no_object) check_type(step, entry(step.name));
  if (wasm_ && by != no_object) note_function(step, by);
  if (step.kind == Kind::Need || step.kind == Kind::WeakNeed) return need(step, by);
  Entry &known = entry(step.name);
  State state = step.kind == Kind::Define         ? State::Strong
                : step.kind == Kind::DefineWeakly ? State::Weak
                                                  : State::Common;
  if (known.state == State::Strong && state == State::Strong && !step.comdat) {
    std::vector<ObjectId> &definers = duplicates_[step.name];
    if (definers.empty()) definers.push_back(known.holder);
    definers.push_back(by);
  }
  // Among equals the first stays, but for what is an error anyway; a tentative definition never
  // replaces a real one.
  bool stays = state == State::Strong ? known.state == State::Strong && wasm_
               : state == State::Weak ? known.state == State::Weak || known.state == State::Strong
                                      : known.state >= State::Common;
  if (stays) return;
  known.state = state;
  known.type = step.type;
  known.holder = by;
}

void TableWalk::note_function(const Step &step, ObjectId by) {
  State known = entry(step.name).state;
  bool offered = known == State::Lazy || known == State::LazyWanted;
  bool defines = (step.kind == Step::Kind::Define || step.kind == Step::Kind::DefineWeakly) &&
                 !(step.comdat && known >= State::Shared);
  // A member that comes in for the name is not compared with who asked for it.
  if (step.type != SymbolType::Function || (offered && !defines)) return;
  functions_.push_back(
      {step.name, by, step.symbol, defines, step.kind == Step::Kind::DefineWeakly, offered || known == State::Unseen});
}

void TableWalk::need(const Step &step, ObjectId by) {
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
      if (!weak && (!wasm_ || step.type == SymbolType::Function || link_.command.linker_major(99) >= 16))
        known.state = State::Wanted;
      return;
    case State::SharedWeak: known.state = State::SharedWeakUsed; return;
    case State::Lazy:
    case State::LazyWanted:
      // Functions and data only; whatever else is referred to weakly is needed all the same.
      if (weak && wasm_) known.state = State::LazyWanted;
      else extract(step.name);
      return;
    default: return;
  }
}

void TableWalk::want_roots() {
  for (const Root &root : format_.roots(link_)) {
    if (root.name.empty()) continue;
    Name name = index_->intern(root.name);
    if (root.missed) asked_by_.try_emplace(name, root.asked_by);
    if (!wasm_ || is_known(name)) need({name, Step::Kind::Need}, no_object);
    drain();
  }
}

void TableWalk::define_aliases() {
  if (wasm_) return;
  for (const Definition &definition : link_.command.definitions) {
    std::optional<Name> base = index_->find(definition.value);
    if (!base || entry(*base).state == State::Unseen) continue;
    const Entry &meant = entry(*base);
    if (meant.state != State::Weak && meant.state != State::Strong) {
      result_.objections.push_back(
          {"other-error", "support aliasing to symbols that are not defined here: " + definition.value});
      continue;
    }
    ObjectId holder = meant.holder;
    Step::Kind kind = meant.state == State::Weak ? Step::Kind::DefineWeakly : Step::Kind::Define;
    go({index_->intern(definition.name), kind}, holder);
  }
}

// The stub that the linker makes for _objc_msgSend$SELECTOR calls _objc_msgSend.
void TableWalk::want_selector_stubs() {
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
  if (command.linker != Linker::Lld || command.linker_major(99) >= 20 || command.chained_fixups)
    asked_by_.try_emplace(name, selector_stub);
}

// --wrap: what refers to NAME gets __wrap_NAME, once all files are there.
void TableWalk::want_wrapped() {
  if (!wasm_) return;
  for (const std::string &name : link_.command.wrapped) {
    std::optional<Name> known = index_->find(name);
    if (!known || entry(*known).state == State::Unseen) continue;
    Name wrap = index_->intern(index_->wrapped(name));  // the index keeps its text
    wrapped_.emplace(wrap, *known);
    need({wrap, Step::Kind::Need, SymbolType::Function}, no_object);
    drain();
    if (std::optional<Name> real = index_->find("__real_" + name))
      need({*real, Step::Kind::Need, SymbolType::Function}, no_object);
    drain();
  }
}

bool is_table_link(const Command &command) {
  Format format = format_rules_for(command).format;
  return format == Format::MachO || format == Format::Wasm;
}

Resolved walk_table(const Link &link, const ResolutionRules &rules) { return TableWalk(link, rules).run(); }

}  // namespace ldwhy
