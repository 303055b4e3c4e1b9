// What the walk over one symbol table (table_walk.cc) comes to: names that are there twice or not at
// all, and what the linkers ask of the output besides. wasm-ld stops at each stage that went wrong; ld64.lld
// says all of it.
#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "resolve/liveness.h"
#include "resolve/table_walk.h"
#include "resolve/wasm_features.h"

namespace ldwhy {
namespace {

constexpr std::string_view stub_binder = "dyld_stub_binder";

}  // namespace

void TableWalk::tell_providers() {
  index_->for_each_name([&](Name name) {
    const Entry &known = entry(name);
    index_->set_provider(name, is_found(known) ? known.holder : no_object);
  });
}

void TableWalk::report_duplicates() {
  if (link_.command.allow_multiple) return;
  result_.duplicates.clear();
  for (auto &[name, definers] : duplicates_) {
    std::ranges::sort(definers);
    definers.erase(std::ranges::unique(definers).begin(), definers.end());
    result_.duplicates.push_back({std::string((*index_)[name].text()), definers});
  }
  std::ranges::sort(result_.duplicates, {}, &Duplicate::name);
}

bool TableWalk::is_tolerated(Name name, std::string_view text) {
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
bool TableWalk::has_stub(const Entry &known) {
  return known.state == State::WantedWeakly && known.type == SymbolType::Function;
}

void TableWalk::report_unresolved() {
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
  bool no_entry =
      std::ranges::any_of(result_.unresolved, [](const Unresolved &u) { return u.asked_by == "entry point"; });
  if (wasm_ && (no_entry || !result_.duplicates.empty()))
    std::erase_if(result_.unresolved, [](const Unresolved &u) { return u.asked_by != "entry point"; });
  std::ranges::sort(result_.unresolved, {}, &Unresolved::name);
}

// wasm-ld looks at functions' types when all names are settled, and ends there if they do not fit.
bool TableWalk::ends_at_types() {
  bool failed = !result_.duplicates.empty() || !result_.objections.empty();
  if (failed ||
      std::ranges::any_of(result_.unresolved, [](const Unresolved &u) { return u.asked_by == "entry point"; }))
    return false;
  result_.objections = object_to_types(link_, *index_, functions_);
  if (!result_.objections.empty()) result_.unresolved.clear();
  return !result_.objections.empty();
}

void TableWalk::look_at_output() {
  for (Objection &objection : object_to_features(link_, [&](ObjectId id) { return is_in(id) && !is_library(id); }))
    result_.objections.push_back(std::move(objection));
  for (Objection &objection : object_to_relocations(link_, *index_, result_))
    result_.objections.push_back(std::move(objection));
}

// ld64.lld takes one of three: names that are exported, names that are not, or no exports at all.
// It goes on and says what else is wrong. Of a list without names LLD 14 thinks nothing.
void TableWalk::look_at_export_options() {
  const Command &command = link_.command;
  if (command.linker != Linker::Lld) return;
  auto count = [&](auto is_meant) { return std::ranges::count_if(command.linker_argv, is_meant); };
  int64_t none = count([](const std::string &word) { return word == "-no_exported_symbols"; });
  int64_t lists = count([](const std::string &word) { return word == "-exported_symbols_list"; });
  bool exported = !command.exported_symbols.empty() || (lists > 0 && command.linker_major(99) >= 15);
  bool unexported = command.unexported_symbols.size() > static_cast<size_t>(none);
  if (exported && none > 0)
    result_.objections.push_back({"bad-option", "cannot use both -exported_symbol* and -no_exported_symbols options"});
  else if ((exported || none > 0) && unexported)
    result_.objections.push_back({"bad-option", "cannot use both -exported_symbol* and -unexported_symbol* options"});
}

// A call into a library goes by way of dyld_stub_binder where it is bound on first use, though no
// object names it. It is looked for last.
void TableWalk::want_stub_binder() {
  const Command &command = link_.command;
  if (command.linker != Linker::Lld || command.chained_fixups) return;
  bool absent = std::ranges::any_of(link_.inputs, [](const Input &input) { return input.kind == InputKind::Missing; });
  if (absent || !left_out_.empty() || !incomplete_.empty() || !result_.unresolved.empty() ||
      !result_.duplicates.empty() || !result_.objections.empty())
    return;
  std::optional<Name> name = index_->find(stub_binder);
  if (name && is_found(entry(*name))) return;
  if (is_tolerated(index_->intern(stub_binder), stub_binder)) return;
  bool entry_elsewhere = std::ranges::any_of(format_.roots(link_), [&](const Root &root) {
    return std::string_view(root.asked_by) == "entry point" &&
           entry(index_->intern(root.name)).state <= State::SharedWeakUsed;
  });
  auto is_code = [&](ObjectId id) { return is_in(id) && !is_library(id); };
  // What is looked up at run time is bound like what a library offers.
  auto is_late = [&](Name callee, std::string_view text) {
    return is_found(entry(callee))
               ? entry(callee).state == State::Shared
               : std::ranges::find(command.undefined_allowed, text) != command.undefined_allowed.end();
  };
  if (!entry_elsewhere && !calls_any(link_, *index_, is_code, is_late)) return;
  Unresolved &unresolved = result_.unresolved.emplace_back();
  unresolved.name = stub_binder;
  unresolved.asked_by = "lazy binding";
}

}  // namespace ldwhy
