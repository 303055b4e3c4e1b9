// A class's tables: its virtual functions (vtable) and its type information (typeinfo).
// Where the class has a virtual function that is neither inline nor pure, the first such
// one is its key function, and only the object that defines it holds the tables (Itanium
// C++ ABI, 5.2.3). So a missing table means a missing definition of that function; a
// missing typeinfo beside a vtable means that the class was compiled with -fno-rtti. Qt's
// classes declare functions that its moc writes: where moc has not run they are missing,
// and one of them is mostly the key function.
#include <algorithm>

#include <fmt/format.h>

#include "base/words.h"
#include "cause/cause.h"
#include "facts/complaints.h"
#include "facts/definitions.h"
#include "facts/inspection.h"
#include "facts/references.h"
#include "name/abi.h"

namespace ldwhy {
namespace {

bool made_by_moc(const ParsedName &name) {
  return name.base == "staticMetaObject" || name.base == "qt_metacall" || name.base == "qt_metacast" ||
         (name.base == "metaObject" && !name.scope.empty());
}

bool is_table(const ParsedName &name) { return name.table != ClassTable::None; }

const char *table_name(ClassTable table) {
  switch (table) {
    case ClassTable::Vtable: return "table of virtual functions (vtable)";
    case ClassTable::Typeinfo:
    case ClassTable::TypeinfoName: return "type information (typeinfo)";
    case ClassTable::Vtt: return "table of tables (VTT)";
    case ClassTable::None: break;
  }
  return "";
}

// A line of the class's own, found in the sources.
const SourcePlace *source_line(const Case &c, const Facts &facts, SourcePlace::Kind kind) {
  for (const SourcePlace &place : facts.survey->sources)
    if (place.name == c.name && place.kind == kind) return &place;
  return nullptr;
}

std::optional<Verdict> no_rtti(const Case &c, const Facts &facts) {
  if (c.parts.table != ClassTable::Typeinfo && c.parts.table != ClassTable::TypeinfoName) return std::nullopt;
  for (const Sighting *other : near_definitions(c, Relation::Companion)) {
    if (!on_line(*other) || parse_name(other->name, facts.format).table != ClassTable::Vtable) continue;
    std::string owner = class_of(c.parts), place = place_of(*other);
    Verdict verdict;
    verdict.certainty = Certainty::Proven;
    verdict.group = other->file;
    verdict.summary =
        fmt::format("{} holds the vtable of {} without its typeinfo: it was compiled with -fno-rtti, and {} was not",
                    place, owner, list_names(referrer_names(c, facts)));
    verdict.explanation = fmt::format(
        "With run-time type information a class's typeinfo stands beside its vtable. {} has {}'s vtable only. "
        "Code that derives from {}, catches it, or casts to it, and is compiled with that information, asks "
        "for the typeinfo.",
        place, owner, owner);
    verdict.evidence.push_back(definition_evidence(*other, fmt::format("holds the vtable of {}", owner)));
    add_reference_evidence(c, facts, verdict.evidence);
    verdict.evidence.push_back({"absence", other->file, other->member, "no typeinfo beside it", {}});
    verdict.remedies.push_back({.remedy = "match-rtti", .symbol = c.name, .path = place, .object = other->object});
    return verdict;
  }
  return std::nullopt;
}

std::optional<Verdict> no_key_function(const Case &c, const Facts &facts) {
  std::string owner = class_of(c.parts), user = list_names(referrer_names(c, facts));
  const Sighting *member = nullptr;
  for (const Sighting *other : near_definitions(c, Relation::Companion)) {
    bool table = parse_name(other->name, facts.format).special;
    bool strong = other->symbol.binding == Binding::Global && !other->symbol.comdat;
    if (is_own(*other, facts) && strong && !table && !member) member = other;
  }
  const SourcePlace *key = source_line(c, facts, SourcePlace::Kind::KeyFunction),
                    *moc = source_line(c, facts, SourcePlace::Kind::MetaObject);
  Verdict verdict;
  // A constructor elsewhere in the link: the class is the project's own, and only the file with
  // its key function is missing.
  verdict.certainty = member || key || moc ? Certainty::Proven : Certainty::Likely;
  verdict.group = owner;
  if (moc)
    verdict.summary = fmt::format("moc was not run on {}, or what it wrote is not linked: {} is one of its classes",
                                  moc->file, owner);
  else if (key)
    verdict.summary = fmt::format("the key function of {} ({}:{}) is defined nowhere, so no object holds its {}", owner,
                                  key->file, key->line, table_name(c.parts.table));
  else
    verdict.summary =
        fmt::format("no object holds the {} of {}: its first virtual function that is not inline is defined nowhere",
                    table_name(c.parts.table), owner);
  verdict.explanation = fmt::format(
      "Compilers emit a class's tables only beside its key function, the first virtual function that is neither inline "
      "nor pure. {} "
      "needs the {}, and no input has it, so the file that defines that function is not built or linked, or the "
      "definition was never "
      "written.",
      user, table_name(c.parts.table));
  if (moc)
    verdict.evidence.push_back(
        {"source", moc->file, "", fmt::format("line {}: {} (moc must compile this header)", moc->line, moc->text), {}});
  if (key)
    verdict.evidence.push_back(
        {"source", key->file, "", fmt::format("line {}: {} (the key function)", key->line, key->text), {}});
  if (member)
    verdict.evidence.push_back(
        definition_evidence(*member, fmt::format("defines {}", demangle(member->name, facts.format))));
  add_reference_evidence(c, facts, verdict.evidence);
  verdict.evidence.push_back({"absence", "", "", "no input holds it", {}});
  verdict.remedies.push_back(
      {.remedy = "define-key-function", .symbol = c.name, .other = key ? key->text : "", .path = moc ? moc->file : ""});
  verdict.check = symbol_command(c, facts);
  return verdict;
}

std::optional<Verdict> examine(const Case &c, const Facts &facts) {
  if (!is_undefined_case(c) || !c.wanted || !is_table(c.parts) || c.library_own) return std::nullopt;
  if (!exact_definitions(c, false).empty()) return std::nullopt;
  if (std::optional<Verdict> verdict = no_rtti(c, facts)) return verdict;
  // The key function is written, and its file is not built: object-missing's.
  if (const SourcePlace *body = source_line(c, facts, SourcePlace::Kind::KeyBody);
      body && body->built == SourcePlace::Built::NotLinked)
    return std::nullopt;
  return no_key_function(c, facts);
}

std::optional<Suspicion> suspect(const Case &c, const Facts &facts) {
  if (!is_undefined_case(c)) return std::nullopt;
  if (made_by_moc(c.parts)) {
    // Qt's own classes are in its libraries.
    bool qt = class_of(c.parts).starts_with('Q');
    return Suspicion{qt ? 30 : 84, "Qt's moc was not run on the class's header, or what it wrote is not linked",
                     "grep -rn Q_OBJECT --include='*.h*' ."};
  }
  // moc writes the bodies of a class's signals as well.
  std::string with_moc = class_of(c.parts);
  if (!with_moc.empty() && !with_moc.starts_with('Q') && std::ranges::any_of(facts.cases, [&](const Case &other) {
        return is_undefined_case(other) && made_by_moc(other.parts) && class_of(other.parts) == with_moc;
      }))
    return Suspicion{83,
                     fmt::format("Qt's moc was not run on the header of {}, or what it wrote is not linked", with_moc),
                     "grep -rn Q_OBJECT --include='*.h*' ."};
  if (!is_table(c.parts) || c.library_own) return std::nullopt;
  std::string owner = class_of(c.parts);
  if (c.parts.scheme == Scheme::Microsoft)
    return Suspicion{45, fmt::format("no object holds the tables of class {}", owner), symbol_command(c, facts)};
  std::string check = fmt::format("grep -rn -A20 {} --include='*.h*' .", quote_words({"class " + c.parts.base}));
  // Where other members of the class are missing as well, the whole source file is.
  if (same_class_missing(c, facts, 2))
    return Suspicion{58, fmt::format("the source file with the key function of {} is not linked", owner), check};
  bool vtable_too = std::ranges::any_of(facts.cases, [&](const Case &other) {
    return other.parts.table == ClassTable::Vtable && class_of(other.parts) == owner;
  });
  if (!vtable_too && c.parts.table == ClassTable::Typeinfo)
    return Suspicion{
        86, fmt::format("the library with {} was compiled with -fno-rtti, or its key function is missing", owner),
        check};
  return Suspicion{
      86,
      fmt::format("the key function of {} (its first virtual function that is not inline) is not defined{}", owner,
                  owner.find("::") == std::string::npos ? "; with Qt: moc was not run" : ""),
      check};
}

}  // namespace

extern const Cause vtable_typeinfo{"vtable-typeinfo", "a class's vtable or typeinfo is in no object", examine, suspect};

}  // namespace ldwhy
