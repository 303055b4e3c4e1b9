// ThinLTO modules of which some keep their type information apart (-fsplit-lto-unit, which
// -fwhole-program-vtables and -fsanitize=cfi imply) and some do not (LLVM, "Type Metadata"; clang,
// -fsplit-lto-unit). LLD refuses the mixture where a module tests types; else LLVM does, with a conflict of
// the module flag EnableSplitLTOUnit, once a function is copied between the two kinds.
#include <algorithm>

#include <fmt/format.h>

#include "cause/cause.h"
#include "facts/complaints.h"
#include "facts/definitions.h"
#include "facts/references.h"

namespace ldwhy {
namespace {

bool concerns(const Case &c) { return says(c, "LTO Unit splitting") || says(c, "EnableSplitLTOUnit"); }

struct Sides {
  std::vector<ObjectId> split, whole;
};
Sides sides_of(const Facts &facts) {
  Sides sides;
  for (ObjectId id = 0; id < facts.link->objects.size(); ++id) {
    if (!in_link(facts, id)) continue;
    const ir::Module *module = facts.link->object(id)->module();
    if (!module || module->lto != ir::Lto::Thin) continue;
    (module->enable_split_lto_unit ? sides.split : sides.whole).push_back(id);
  }
  return sides;
}

std::string names_of(const std::vector<ObjectId> &objects, const Facts &facts) {
  std::vector<std::string> names;
  for (ObjectId id : objects) names.push_back(facts.link->name_of(id));
  return list_names(names);
}

std::optional<Verdict> examine(const Case &c, const Facts &facts) {
  if (!concerns(c)) return std::nullopt;
  Sides sides = sides_of(facts);
  if (sides.split.empty() || sides.whole.empty())
    return verdict_from_words(c, "some modules were compiled with -fsplit-lto-unit, and some without",
                              "The linker says so; ldwhy found modules of one kind only.");
  Verdict verdict;
  verdict.certainty = Certainty::Proven;
  verdict.stands_alone = true;
  verdict.group = "lto-unit";
  verdict.summary = fmt::format("{} {} compiled with -fsplit-lto-unit, and {} without", names_of(sides.split, facts),
                                sides.split.size() == 1 ? "was" : "were", names_of(sides.whole, facts));
  verdict.explanation =
      "With this option, which -fwhole-program-vtables and -fsanitize=cfi switch on, clang keeps what is known of "
      "types and virtual "
      "tables in a part of each module that is linked as one. With half of the program in the one form and half in the "
      "other, the answers would be wrong, so all ThinLTO modules of a link have to agree. The linker names no file.";
  auto add = [&](const std::vector<ObjectId> &objects, const char *flag) {
    for (size_t i = 0; i < objects.size() && i < 3; ++i)
      verdict.evidence.push_back({"lto-unit",
                                  facts.link->input_name(facts.link->objects[objects[i]].input),
                                  std::string(facts.link->member_of(objects[i]).name),
                                  flag,
                                  {{"modules", std::to_string(objects.size())}}});
  };
  add(sides.split, "EnableSplitLTOUnit: 1");
  add(sides.whole, "EnableSplitLTOUnit: 0");
  verdict.evidence.push_back(words_of(c));
  verdict.remedies.push_back({.remedy = "split-lto-unit", .object = sides.whole.front()});
  verdict.remedies.push_back({.remedy = "no-lto", .object = sides.whole.front()});
  return verdict;
}

std::optional<Suspicion> suspect(const Case &c, const Facts &) {
  if (!concerns(c)) return std::nullopt;
  return Suspicion{
      97,
      "some modules were compiled with -fsplit-lto-unit (-fwhole-program-vtables, -fsanitize=cfi), and some without",
      "ldwhy check ."};
}

}  // namespace

extern const Cause lto_unit_mismatch{"lto-unit-mismatch", "ThinLTO modules disagree about -fsplit-lto-unit", examine,
                                     suspect};

}  // namespace ldwhy
