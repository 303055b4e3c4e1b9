// What LTO makes of the bitcode in a link by LLD's port for Windows (see lld_coff_walk.cc). Functions that
// nothing reaches go, with what they need; a module's summary tells who refers to whom (LangRef,
// "ThinLTO Summary"). The object that comes of bitcode has a stand-in for what it needs weakly.
#include <algorithm>

#include "resolve/lld_coff_walk.h"

namespace ldwhy {

bool LldCoffWalk::is_dropped_by_lto(Name name) {
  const Entry &known = entry(name);
  bool bitcode = known.state == State::Defined && known.holder != no_object &&
                 link_.object(known.holder)->kind() == ObjectKind::Bitcode;
  return bitcode && !is_seen_from_outside(name);
}

// What has come to serve a name with a stdcall ending is not known to be used by that.
bool LldCoffWalk::loses_alias(Name name, Name other) {
  if (!is_dropped_by_lto(other) || (!is_older_than(15) && !undecorated_.contains(name))) return false;
  std::optional<Name> slot = index_->find("__imp_" + std::string(text(other)));
  return is_older_than(15) || !slot || entry(*slot).state != State::Undefined;
}

bool LldCoffWalk::is_full_lto(ObjectId id) const {
  if (id == no_object || link_.object(id)->kind() != ObjectKind::Bitcode) return false;
  const ir::Module *module = link_.object(id)->module();
  return module && module->lto != ir::Lto::Thin;
}

// Full LTO makes one module of all: there a slot of what another of them defines is not needed.
std::optional<LldCoffWalk::Name> LldCoffWalk::merged_import(ObjectId id, std::string_view symbol) {
  constexpr std::string_view mark = "__imp_";
  if (!symbol.starts_with(mark) || !is_full_lto(id)) return std::nullopt;
  std::optional<Name> name = index_->find(symbol.substr(mark.size()));
  bool inside = name && entry(*name).state == State::Defined && is_full_lto(entry(*name).holder);
  return inside ? name : std::nullopt;
}

void LldCoffWalk::find_kept_uses() {
  using Global = std::pair<ObjectId, std::string_view>;
  std::map<Global, std::vector<std::string_view>> uses;
  std::set<Global> kept;
  std::vector<Global> queue;
  std::deque<std::string> marked;
  auto reach = [&](Global global) {
    if (kept.insert(global).second) queue.push_back(global);
  };
  for (ObjectId id = 0; id < link_.objects.size(); ++id) {
    if (!is_in(id) || link_.object(id)->kind() != ObjectKind::Bitcode) continue;
    (void)link_.object(id)->for_each_reference(
        [&](const Reference &use) { uses[{id, use.function}].push_back(use.symbol); });
    for (const CoffRow &row : rows(id).rows) {
      bool defines = row.name != no_name && entry(row.name).holder == id && entry(row.name).state == State::Defined;
      if (defines && is_seen_from_outside(row.name)) reach({id, row.text});
    }
    reach({id, ""});  // assembly
    const ir::Module &module = *link_.object(id)->module();
    for (const ir::Global &global : module.globals)
      if (global.used && !global.declaration) reach({id, marked.emplace_back(ir::object_name(module, global.name))});
  }
  while (!queue.empty()) {
    Global global = queue.back();
    queue.pop_back();
    for (std::string_view symbol : uses[global]) {
      std::optional<Name> name = index_->find(symbol);
      if (std::optional<Name> merged = merged_import(global.first, symbol)) {
        name = merged;
        symbol = text(*merged);
      }
      if (name) kept_uses_.insert({global.first, *name});
      bool elsewhere = name && entry(*name).state == State::Defined;
      reach({elsewhere ? entry(*name).holder : global.first, symbol});
    }
  }
}

void LldCoffWalk::compile_bitcode() {
  if (!has_bitcode()) return;
  ObjectId whole = no_object;  // stands for the one object that all full LTO's modules become
  knows_uses_ = true;
  for (ObjectId id = 0; id < link_.objects.size(); ++id) {
    if (!is_in(id) || link_.object(id)->kind() != ObjectKind::Bitcode) continue;
    const ir::Module *module = link_.object(id)->module();
    knows_uses_ &= module && (!module->summaries.empty() || module->globals.empty());
    if (whole == no_object && is_full_lto(id)) whole = id;
  }
  if (knows_uses_) find_kept_uses();
  for (ObjectId id = 0; id < link_.objects.size(); ++id) {
    if (!is_in(id) || link_.object(id)->kind() != ObjectKind::Bitcode) continue;
    for (const CoffRow &row : rows(id).rows) {
      if (row.name == no_name || row.kind != CoffRow::Kind::Undefined || !row.weak || !is_kept_use(id, row.name))
        continue;
      Entry &known = entry(row.name);
      if (known.state != State::Undefined) continue;
      ObjectId by = is_full_lto(id) ? whole : id;
      if (known.has_alias && known.alias_of != by && knows_uses_ && !mingw_)
        add_duplicate(row.name, known.alias_of, id);
      if (known.has_alias) continue;
      known.has_alias = true;
      known.alias = no_name;
      known.alias_of = by;
    }
  }
}

}  // namespace ldwhy
