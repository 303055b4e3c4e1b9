// What an object's symbol table does to the table of lld_coff_walk.cc, entry by entry ("PE Format",
// "COMDAT Sections"). A COMDAT section waits for its leader, the first symbol behind the section's
// own; which copy is kept is settled by the leader's name, and the symbols of a copy that is not
// kept are needs like any other. Sections that go with others come last.
#include "resolve/lld_coff_walk.h"

#include <algorithm>

namespace ldwhy {

void LldCoffWalk::add_symbols(ObjectId id) {
  const CoffRows &object = rows(id);
  Reading reading{.object = object, .id = id};
  for (const ComdatSection &section : object.comdats)
    if (section.choice != ComdatChoice::None) reading.parts[section.number] = Part::Pending;
  bool bitcode = link_.object(id)->kind() == ObjectKind::Bitcode;
  for (const CoffRow &row : object.rows) {
    switch (row.kind) {
      case CoffRow::Kind::Undefined:
        need(row.name, id, false);
        if (row.weak && !is_older_than(15)) entry(row.name).deferred = true;
        break;
      case CoffRow::Kind::WeakExternal:
        need(row.name, id, true);
        reading.weak.push_back(&row);
        break;
      case CoffRow::Kind::Common: define_common(row, id); break;
      case CoffRow::Kind::Absolute: define_absolute(row, id); break;
      case CoffRow::Kind::Defined:
        if (bitcode && row.comdat) define_leader(row, nullptr, id);
        else add_placed(reading, row);
        break;
      case CoffRow::Kind::Other:
        if (row.is_section) add_placed(reading, row);
        break;
    }
  }
  add_postponed(reading);
  for (const CoffRow *row : reading.weak) set_alias(*row, object, id);
  for (const auto &[section, part] : reading.parts)
    if (part != Part::Kept) dropped_.insert({id, section});
}

// A symbol of a section.
void LldCoffWalk::add_placed(Reading &reading, const CoffRow &row) {
  std::map<uint32_t, Part>::iterator part = reading.parts.find(row.section);
  if (part == reading.parts.end()) {
    define(row, reading.id, Part::Kept);
    return;
  }
  const ComdatSection *comdat = reading.object.comdat(row.section);
  if (reading.leaderless.erase(row.section)) {
    part->second = define_leader(row, comdat, reading.id) ? Part::Kept : Part::Dropped;
  } else if (part->second == Part::Pending) {
    if (row.is_section && comdat->choice != ComdatChoice::Associative) reading.leaderless.insert(row.section);
    reading.later.push_back(&row);
  } else {
    define(row, reading.id, part->second);
  }
}

// What waited for the other sections.
void LldCoffWalk::add_postponed(Reading &reading) {
  for (const CoffRow *row : reading.later) {
    Part &part = reading.parts[row->section];
    const ComdatSection *comdat = reading.object.comdat(row->section);
    if (row->is_section && comdat->choice == ComdatChoice::Associative && part == Part::Pending) {
      std::map<uint32_t, Part>::iterator parent = reading.parts.find(comdat->associated);
      part = parent == reading.parts.end() || parent->second == Part::Kept ? Part::Kept : Part::Dropped;
    }
    if (part != Part::Pending) define(*row, reading.id, part);
  }
}

void LldCoffWalk::need(Name name, ObjectId by, bool weak) {
  Entry &known = entry(name);
  if (known.state == State::Absent || (known.state == State::Lazy && weak)) {
    Entry fresh;
    fresh.state = State::Undefined;
    fresh.asker = by;
    fresh.root = known.root;
    fresh.deferred = known.deferred;
    known = fresh;
  } else if (known.state == State::Lazy && !known.loading) {
    known.loading = true;
    if (!comes_too_late(known.holder)) load(known.holder, by, name);
  }
}

LldCoffWalk::Entry &LldCoffWalk::settle(Name name, State state, ObjectId id) {
  Entry &known = entry(name);
  bool root = known.root, deferred = known.deferred;
  if (known.state == State::ImportSlot || known.state == State::ImportStub) replaced_imports_.push_back(name);
  known = Entry();
  known.state = state;
  known.holder = id;
  known.root = root;
  known.deferred = deferred;
  return known;
}

void LldCoffWalk::define(const CoffRow &row, ObjectId id, Part part) {
  if (row.name == no_name) return;
  if (part == Part::Dropped) {
    if (!mingw_ || !row.text.starts_with(".weak.")) need(row.name, id, false);
    return;
  }
  Entry &known = entry(row.name);
  // LLD 14 does not know that a definition in bitcode is weak.
  bool weak = row.weak && !is_older_than(15);
  if (known.state == State::Defined && !known.weak) {
    if (!weak) add_duplicate(row.name, known.holder, id);
    return;
  }
  Entry &settled = settle(row.name, State::Defined, id);
  settled.section = row.section;
  settled.weak = weak;
}

void LldCoffWalk::define_common(const CoffRow &row, ObjectId id) {
  Entry &known = entry(row.name);
  if (known.state == State::Defined || (known.state == State::Common && known.value >= row.value)) return;
  settle(row.name, State::Common, id).value = row.value;
}

void LldCoffWalk::define_absolute(const CoffRow &row, ObjectId id) {
  if (row.name == no_name || row.text == "@feat.00" || row.text == "@comp.id") return;
  Entry &known = entry(row.name);
  if (known.state <= State::Lazy) {
    settle(row.name, State::Absolute, id).value = row.value;
  } else if (known.state == State::Absolute ? known.value != row.value : known.state >= State::ImportSlot) {
    add_duplicate(row.name, known.holder, id);
  }
}

bool LldCoffWalk::define_import(Name name, ObjectId id, State state) {
  if (name == no_name) return true;
  Entry &known = entry(name);
  if (known.state <= State::Lazy) {
    settle(name, state, id);
  } else if (known.holder != id) {
    add_duplicate(name, known.holder, id);
    return false;
  }
  return true;
}

bool LldCoffWalk::define_leader(const CoffRow &row, const ComdatSection *comdat, ObjectId id) {
  if (row.name == no_name) return true;
  Entry &known = entry(row.name);
  if (known.state != State::Defined) {
    Entry &settled = settle(row.name, State::Defined, id);
    settled.comdat = true;
    settled.section = row.section;
    return true;
  }
  if (!known.comdat) {
    add_duplicate(row.name, known.holder, id);
    return false;
  }
  const ComdatSection *first = rows(known.holder).comdat(known.section);
  if (comdat && first && !agree(*first, *comdat)) add_duplicate(row.name, known.holder, id);
  bool larger = comdat && first && comdat->size > first->size &&
                (comdat->choice == ComdatChoice::Largest || first->choice == ComdatChoice::Largest);
  if (!larger) return false;
  known.holder = id;
  known.section = row.section;
  return true;
}

bool LldCoffWalk::agree(const ComdatSection &first, const ComdatSection &second) const {
  ComdatChoice one = first.choice, other = second.choice;
  auto both = [&](ComdatChoice a, ComdatChoice b) { return (one == a && other == b) || (one == b && other == a); };
  if (both(ComdatChoice::Any, ComdatChoice::Largest)) return true;
  // GCC says "same size" of what clang says "any".
  if (mingw_ && both(ComdatChoice::Any, ComdatChoice::SameSize)) one = other = ComdatChoice::SameSize;
  if (one != other) return false;
  switch (one) {
    case ComdatChoice::NoDuplicates: return false;
    case ComdatChoice::SameSize: return first.size == second.size || (mingw_ && first.told_size == second.told_size);
    case ComdatChoice::SameContents: return first.size == second.size && first.contents == second.contents;
    default: return true;
  }
}

void LldCoffWalk::set_alias(const CoffRow &row, const CoffRows &object, ObjectId id) {
  Entry &known = entry(row.name);
  if (known.state != State::Undefined || row.fallback == no_symbol) return;
  const CoffRow &other = object.rows[row.fallback];
  bool same = other.name != no_name ? known.alias == other.name : known.alias == no_name && known.alias_of == id;
  if (known.has_alias && !same) {
    if (mingw_) return;
    add_duplicate(row.name, known.alias_of, id);
  }
  if (dropped_.contains({id, other.section}) && mingw_ && other.text.starts_with(".weak.")) return;
  known.has_alias = true;
  known.alias = other.name;
  known.alias_of = id;
}

}  // namespace ldwhy
