// How LLD's ports for Mach-O and WebAssembly, and Apple's linkers, resolve names.
#pragma once

#include <map>
#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "resolve/format_rules.h"
#include "resolve/resolve.h"
#include "resolve/symbol_index.h"
#include "resolve/table_steps.h"
#include "resolve/wasm_objections.h"

namespace ldwhy {

// True for links that walk_table() is for.
bool is_table_link(const Command &command);

// resolve() but for what LTO adds.
Resolved walk_table(const Link &link, const ResolutionRules &rules);

// The walk: table_walk.cc enters the inputs' symbols, table_outcome.cc says what is missing then.
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
      : link_(link),
        rules_(rules),
        format_(format_rules_for(link.command)),
        wasm_(format_.format == Format::Wasm),
        index_(std::make_unique<SymbolIndex>(link)) {
    result_.fates.assign(link.objects.size(), Fate::NotNeeded);
    result_.extracted_by.assign(link.objects.size(), no_object);
    result_.extracted_for.resize(link.objects.size());
    table_.resize(index_->bound());
  }

  Resolved run();

 private:
  Resolved finish();
  Entry &entry(Name name) {
    if (name >= table_.size()) table_.resize(index_->bound());
    return table_[name];
  }
  bool is_library(ObjectId id) const;
  bool is_in(ObjectId id) const { return result_.fates[id] == Fate::Taken || result_.fates[id] == Fate::Extracted; }
  bool is_found(const Entry &entry) const { return entry.state >= State::Shared; }

  // --- The inputs.

  void add_inputs();
  void open_wasm_bitcode(uint32_t input);
  bool is_lazy(uint32_t input) const;
  void add_input(uint32_t input);
  void miss_autolinked(uint32_t input);
  void add_lazily(uint32_t input);
  bool offers_locals() const;
  void offer_locals(ObjectId id);
  void take_objective_c(uint32_t input);
  void take(ObjectId id, Fate fate);
  bool autolinks_at_once() const;
  void add_autolinks_of(ObjectId id);
  bool ends_at_bitcode(ObjectId id);
  void drain();
  void add_library(ObjectId id);

  // --- One symbol.

  void offer(Name name, ObjectId id);
  bool defines_really(Name name, ObjectId id) const;
  void extract(Name name);
  void check_type(const Step &step, const Entry &known);
  void object_to_type(std::string_view name);
  void go(const Step &step, ObjectId by);
  void note_function(const Step &step, ObjectId by);
  void need(const Step &step, ObjectId by);

  // --- What options ask for.

  void want_roots();

  // wasm-ld only looks the roots' names up.
  bool is_known(Name name) { return entry(name).state == State::Lazy || entry(name).state == State::LazyWanted; }

  void define_aliases();
  void want_selector_stubs();
  void want_wrapped();

  // --- The outcome (table_outcome.cc).

  void tell_providers();
  void report_duplicates();
  bool is_tolerated(Name name, std::string_view text);
  static bool has_stub(const Entry &known);
  void report_unresolved();
  bool ends_at_types();
  void look_at_output();
  void look_at_export_options();
  void want_stub_binder();

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

}  // namespace ldwhy
