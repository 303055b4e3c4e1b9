// What LLD's port for Windows misses when all files are read (see lld_coff_walk.cc). Where the link has
// bitcode it looks twice: before it compiles that, for what cannot be there in the end, and after.
// Some things come out only when the image is written.
#include <algorithm>

#include "resolve/lld_coff_walk.h"

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

// Whether __imp_NAME can be made of NAME itself. Before LTO only what is defined counts. At the end
// LLD 14 and 19 look at aliases in the order of a hash table, so that X may come too late.
bool LldCoffWalk::has_slot(std::string_view wanted, Stage stage) {
  bool is_alias = gnu_words_ && wanted == "__image_base__";
  if (lld_coff_makes(link_, wanted, mingw_) && !(is_alias && stage == Stage::BeforeLto)) return true;
  std::optional<Name> plain = index_->find(wanted);
  if (!plain) return false;
  const Entry &known = entry(*plain);
  // LLD 14 lets LTO drop what nobody calls by its own name.
  bool drops = stage == Stage::End && is_older_than(15) && is_defined(known) && known.holder != no_object &&
               link_.object(known.holder)->kind() == ObjectKind::Bitcode;
  if (drops && !is_seen_from_outside(*plain)) return false;
  return is_defined(known) || (stage == Stage::End && alias_of(*plain) != no_name);
}

bool LldCoffWalk::is_resolved(Name name, Stage stage) {
  constexpr std::string_view mark = "__imp_";
  const Entry &known = entry(name);
  if (known.state != State::Undefined || makes(name) || alias_of(name) != no_name) return true;
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
    if (table_[name].root && !is_resolved(name, stage)) add(name).asked_by = name == entry_ ? "entry point" : "/include";
  for (ObjectId id = 0; id < link_.objects.size(); ++id) {
    if (!is_in(id) || link_.object(id)->kind() == ObjectKind::Shared) continue;
    // What bitcode needs weakly gets a stand-in by LTO.
    bool bitcode = link_.object(id)->kind() == ObjectKind::Bitcode;
    for (const CoffRow &row : rows(id).rows) {
      if (row.name == no_name) continue;
      Name name = stage == Stage::End ? meant(row.name) : row.name;
      if (entry(name).state != State::Undefined || is_resolved(name, stage)) continue;
      if (stage == Stage::End && bitcode && entry(name).deferred && name == row.name) continue;
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
      (void)link_.object(id)->for_each_reference([&](const Reference &reference) { used |= reference.symbol == wanted; });
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
  if (replaced_import_ != no_name && !is_link_exe() && (!link_.command.gc_sections || slot_is_used(replaced_import_)))
    object_to("other-error", std::string(text(replaced_import_)) + " was replaced");
  if (!mingw_ || is_older_than(16)) return;
  std::optional<Name> relocator = index_->find(coff_c_name(link_, "_pei386_runtime_relocator"));
  if (relocator && entry(*relocator).state != State::Absent) return;
  std::map<Name, Unresolved> imported;
  for (ObjectId id = 0; id < link_.objects.size(); ++id) {
    if (!is_in(id) || link_.object(id)->kind() == ObjectKind::Shared) continue;
    for (const CoffRow &row : rows(id).rows) {
      if (row.name == no_name || entry(row.name).state != State::Undefined || makes(row.name)) continue;
      if (alias_of(row.name) != no_name || row.text.starts_with("__imp_")) continue;
      imported[row.name].name = row.text;
      imported[row.name].referrers.push_back(id);
    }
  }
  find_places(imported, [](ObjectId, const Reference &) { return true; });
  for (const auto &[name, unresolved] : imported) {
    if (unresolved.uses.empty()) continue;
    object_to("other-error", "output image has runtime pseudo relocations, but the function "
                             "_pei386_runtime_relocator is missing");
    return;
  }
}

}  // namespace ldwhy
