// What LLD's port for Windows misses when all files are read (see lld_coff_walk.cc). Where the link has
// bitcode it looks twice: before it compiles that, for what cannot be there in the end, and after.
// Some things come out only when the image is written.
#include <algorithm>
#include <unordered_set>

#include "resolve/lld_coff_walk.h"
#include "resolve/llvm_string_map.h"

namespace ldwhy {

LldCoffWalk::Name LldCoffWalk::alias_of(Name name) {
  for (int steps = 0; steps < 64; ++steps) {
    const Entry &known = entry(name);
    if (!known.has_alias) return no_name;
    if (known.alias == no_name) return name;  // its object's own
    name = known.alias;
    if (is_defined(entry(name)) || makes(name)) return name;
  }
  return no_name;
}

// Before LLD 20 a slot is looked at, and made of a name, where it stands in the table of names; an
// alias counts there from its own turn on. Where the order is not known it is said to count.
bool LldCoffWalk::alias_comes_first(Name plain, std::string_view slot) {
  if (!is_older_than(20)) return true;
  if (places_.empty()) {
    std::vector<std::string_view> names;
    for (ObjectId id = 0; id < link_.objects.size(); ++id)
      for (const CoffRow &row : rows(id).rows)
        if (row.name != no_name && entry(row.name).state != State::Absent) names.push_back(row.text);
    std::vector<std::string_view> others;
    index_->for_each_name([&](Name name) {
      if (name < table_.size() && table_[name].state != State::Absent) others.push_back(text(name));
    });
    std::vector<std::string> made = lld_coff_made_names(link_);
    others.insert(others.end(), made.begin(), made.end());
    std::ranges::sort(others);
    names.insert(names.end(), others.begin(), others.end());
    std::unordered_set<std::string_view> seen;
    std::erase_if(names, [&](std::string_view name) { return !seen.insert(name).second; });
    size_t place = 0;
    for (std::string_view name : order_of_name_map(names)) places_.emplace(name, ++place);
  }
  auto first = places_.find(text(plain)), second = places_.find(slot);
  return first == places_.end() || second == places_.end() || first->second < second->second;
}

bool LldCoffWalk::is_weak_in_bitcode(ObjectId id, Name name) {
  if (id == no_object || link_.object(id)->kind() != ObjectKind::Bitcode) return false;
  return std::ranges::any_of(rows(id).rows, [&](const CoffRow &row) {
    return row.name == name && row.weak && row.kind == CoffRow::Kind::Defined;
  });
}

// Whether __imp_NAME can be made of NAME itself. Before LTO only what is defined counts.
bool LldCoffWalk::has_slot(std::string_view wanted, Stage stage) {
  bool is_alias = gnu_words_ && wanted == "__image_base__";
  if (lld_coff_makes(link_, wanted, mingw_) && !(is_alias && stage == Stage::BeforeLto)) return true;
  std::optional<Name> plain = index_->find(wanted);
  if (!plain) return false;
  const Entry &known = entry(*plain);
  if (stage == Stage::End && is_older_than(15) && is_dropped_by_lto(*plain)) return false;
  // What bitcode defines weakly becomes an alias.
  bool alias = stage == Stage::End && known.state == State::Defined && is_weak_in_bitcode(known.holder, *plain);
  if (is_defined(known)) return !alias || alias_comes_first(*plain, "__imp_" + std::string(wanted));
  return stage == Stage::End && alias_of(*plain) != no_name &&
         alias_comes_first(*plain, "__imp_" + std::string(wanted));
}

bool LldCoffWalk::is_resolved(Name name, Stage stage) {
  constexpr std::string_view mark = "__imp_";
  const Entry &known = entry(name);
  if (known.state != State::Undefined || makes(name)) return true;
  if (Name other = alias_of(name); other != no_name && !(stage == Stage::End && loses_alias(name, other))) return true;
  if (stage == Stage::BeforeLto && known.deferred) return true;
  std::string wanted(text(name));
  if (wanted.find("_PchSym_") != std::string::npos || is_allowed(wanted)) return true;
  if (wanted.starts_with(mark) && has_slot(std::string_view(wanted).substr(mark.size()), stage)) return true;
  if (!mingw_ || !link_.command.coff.auto_import) return false;
  std::optional<Name> slot = index_->find(std::string(mark) + wanted);
  return slot && (entry(*slot).state == State::Defined || entry(*slot).state == State::ImportSlot);
}

// Before bitcode is compiled LLD looks for what cannot be there in the end, whatever else went wrong
// since the inputs were read.
bool LldCoffWalk::check_before_lto() {
  if (has_bitcode() && !link_.command.allow_undefined) report_unresolved(Stage::BeforeLto);
  return !failed() && result_.unresolved.empty();
}

void LldCoffWalk::report_unresolved(Stage stage) {
  std::map<Name, Unresolved> missing;
  auto add = [&](Name name) -> Unresolved & {
    Unresolved &unresolved = missing[name];
    unresolved.name = text(name);
    return unresolved;
  };
  for (Name name = 0; name < table_.size(); ++name)
    if (table_[name].root && !is_resolved(name, stage))
      add(name).asked_by = name == entry_ ? "entry point" : "/include";
  for (ObjectId id = 0; id < link_.objects.size(); ++id) {
    if (!is_in(id) || link_.object(id)->kind() == ObjectKind::Shared) continue;
    bool bitcode = link_.object(id)->kind() == ObjectKind::Bitcode;
    for (const CoffRow &row : rows(id).rows) {
      if (row.name == no_name) continue;
      Name name = stage == Stage::End ? meant(row.name) : row.name;
      if (entry(name).state != State::Undefined || is_resolved(name, stage)) continue;
      if (stage == Stage::End && bitcode && name == row.name && (row.weak || !is_kept_use(id, name))) continue;
      if (row.kind == CoffRow::Kind::Defined && mingw_ && row.text.starts_with(".weak.")) continue;
      std::vector<ObjectId> &referrers = add(name).referrers;
      if (referrers.empty() || referrers.back() != id) referrers.push_back(id);
    }
  }
  find_places(missing, [](ObjectId, const Reference &) { return true; });
  for (auto &[name, unresolved] : missing) result_.unresolved.push_back(std::move(unresolved));
}

// With /opt:ref LLD writes out only the imports that code uses.
bool LldCoffWalk::slot_is_used(Name stub) {
  std::string wanted = "__imp_" + std::string(text(stub));
  bool used = false;
  for (ObjectId id = 0; id < link_.objects.size() && !used; ++id)
    if (is_in(id) && link_.object(id)->kind() == ObjectKind::Relocatable)
      (void)link_.object(id)->for_each_reference(
          [&](const Reference &reference) { used |= reference.symbol == wanted; });
  return used;
}

void LldCoffWalk::report_never_loaded() {
  std::set<std::string_view> reported;
  for (ObjectId id = 0; id < link_.objects.size() && is_older_than(20); ++id) {
    if (!is_in(id)) continue;
    (void)link_.object(id)->for_each_reference([&](const Reference &reference) {
      std::optional<Name> name = index_->find(reference.symbol);
      if (!name || entry(*name).state != State::Lazy || !comes_too_late(entry(*name).holder)) return;
      if (reported.insert(reference.symbol).second)
        object_to("other-error", "relocation against symbol in discarded section: " + std::string(reference.symbol));
    });
  }
}

void LldCoffWalk::report_broken_imports() {
  auto is_written = [&](Name stub) { return !link_.command.gc_sections || slot_is_used(stub); };
  auto replaced = std::ranges::find_if(replaced_imports_, is_written);
  if (replaced != replaced_imports_.end() && !is_link_exe())
    object_to("other-error", std::string(text(*replaced)) + " was replaced");
  if (!mingw_ || is_older_than(16)) return;
  std::optional<Name> relocator = index_->find(coff_c_name(link_, "_pei386_runtime_relocator"));
  if (relocator && entry(*relocator).state != State::Absent) return;
  std::map<Name, Unresolved> imported;
  for (ObjectId id = 0; id < link_.objects.size(); ++id) {
    if (!is_in(id) || link_.object(id)->kind() == ObjectKind::Shared) continue;
    for (const CoffRow &row : rows(id).rows) {
      if (row.name == no_name || entry(row.name).state != State::Undefined || makes(row.name)) continue;
      if (alias_of(row.name) != no_name || row.text.starts_with("__imp_")) continue;
      if (link_.object(id)->kind() == ObjectKind::Bitcode && !is_kept_use(id, row.name)) continue;
      imported[row.name].name = row.text;
      imported[row.name].referrers.push_back(id);
    }
  }
  find_places(imported, [](ObjectId, const Reference &) { return true; });
  for (const auto &[name, unresolved] : imported) {
    if (unresolved.uses.empty()) continue;
    object_to("other-error",
              "output image has runtime pseudo relocations, but the function "
              "_pei386_runtime_relocator is missing");
    return;
  }
}

}  // namespace ldwhy
