// The image is asked to have a property that every input must promise (SAFESEH, x86 control-flow
// protection, arm64 branch protection, a stack that is not executable), and one does not.
#include <algorithm>

#include <fmt/format.h>

#include "cause/cause.h"
#include "facts/complaints.h"
#include "facts/definitions.h"
#include "facts/inspection.h"
#include "facts/references.h"

namespace ldwhy {
namespace {

// What the linker looked for, in its words and as Object::marks() has it.
struct Mark {
  std::string_view said;
  std::string_view mark;
  std::string_view shown;
  std::string_view compile;
};
constexpr Mark marks[] = {
    {"FEATURE_1_IBT", "ibt", "indirect branch tracking (IBT)", "-fcf-protection"},
    {"IBT", "ibt", "indirect branch tracking (IBT)", "-fcf-protection"},
    {"SHSTK", "shstk", "shadow stacks (SHSTK)", "-fcf-protection"},
    {"FEATURE_1_BTI", "bti", "branch target identification (BTI)", "-mbranch-protection=bti"},
    {"FEATURE_1_PAC", "pac", "return address signing (PAC)", "-mbranch-protection=pac-ret"},
    {"GNU-stack", "stack-note", "a stack that is not executable", "-Wa,--noexecstack"},
    {"xecutable stack", "stack-note", "a stack that is not executable", "-Wa,--noexecstack"},
    {"SAFESEH", "safeseh", "safe exception handlers (SAFESEH)", "ml /safeseh"},
    {"SEH", "safeseh", "safe exception handlers (SAFESEH)", "ml /safeseh"},
    {"LNK2026", "safeseh", "safe exception handlers (SAFESEH)", "ml /safeseh"},
    {"LNK1281", "safeseh", "safe exception handlers (SAFESEH)", "ml /safeseh"},
    {"bitcode", "", "embedded bitcode (ENABLE_BITCODE)", "-fembed-bitcode"},
};

const Mark *mark_meant(const Case &c) {
  for (const Mark &mark : marks)
    if (says(c, mark.said)) return &mark;
  return nullptr;
}

bool concerns(const Case &c, const Facts &facts) {
  return has_code(c, {"image-marks"}) && facts.flavor != Flavor::Wasm;
}

std::optional<Verdict> examine(const Case &c, const Facts &facts) {
  if (!concerns(c, facts)) return std::nullopt;
  const Mark *mark = mark_meant(c);
  std::string shown(mark ? mark->shown : "a mark that the image is to have");
  std::string place = place_meant(c);
  ObjectId id = object_meant(c, facts);
  bool checked = false;
  if (mark && id != no_object && facts.link->object(id)->target().format == Format::Elf) {
    std::vector<std::string_view> has = facts.link->object(id)->marks();
    checked = std::ranges::find(has, mark->mark) == has.end();
  }
  std::vector<std::string> others;
  for (ObjectId other = 0; checked && other < facts.link->objects.size(); ++other) {
    const Object *object = facts.link->object(other);
    if (!object || !in_link(facts, other) || object->kind() != ObjectKind::Relocatable) continue;
    std::vector<std::string_view> has = object->marks();
    if (other != id && std::ranges::find(has, mark->mark) == has.end()) others.push_back(facts.link->name_of(other));
  }
  Verdict verdict;
  verdict.certainty = checked ? Certainty::Proven : Certainty::Likely;
  verdict.group = mark ? std::string(mark->compile) : "marks";
  verdict.summary = fmt::format("the image is to have {}, and {} is not marked for it", shown, place);
  verdict.explanation = fmt::format(
      "The property holds for an image only if every object in it was made for it; each says so by a mark. {} has "
      "none. "
      "Assembly files are the usual case: a compiler option does not reach them, they must carry the mark themselves.",
      place);
  verdict.evidence.push_back(words_of(c));
  if (id != no_object)
    verdict.evidence.push_back({"input",
                                facts.link->input_name(facts.link->objects[id].input),
                                std::string(facts.link->member_of(id).name),
                                checked ? fmt::format("its notes have no mark for {}", shown) : "named by the linker",
                                {}});
  if (!others.empty())
    verdict.evidence.push_back({"input", "", "", fmt::format("the mark is missing in {} too", list_names(others)), {}});
  verdict.remedies.push_back({.remedy = "same-flags", .symbol = std::string(mark ? mark->compile : ""), .path = place});
  return verdict;
}

std::optional<Suspicion> suspect(const Case &c, const Facts &facts) {
  if (!concerns(c, facts)) return std::nullopt;
  const Mark *mark = mark_meant(c);
  return Suspicion{90,
                   fmt::format("{} is not marked for {}, which the image is to have",
                               place_meant(c).empty() ? "an input" : place_meant(c), mark ? mark->shown : "a property"),
                   ""};
}

std::string decide(const Case &c, const Facts &facts) {
  std::string file = file_meant(c);
  if (file.empty()) file = "OBJECT";
  switch (format_at_hand(facts)) {
    case Format::Coff: return fmt::format("dumpbin /headers /loadconfig {}", quoted(file));
    case Format::MachO: return fmt::format("otool -l {} | grep -A3 -e LLVM -e bitcode", quoted(file));
    case Format::Wasm: return fmt::format("llvm-readobj --sections {}", quoted(file));
    default:
      return fmt::format("readelf -nSW {} | grep -E 'Properties|x86 feature|AArch64 feature|GNU-stack'", quoted(file));
  }
}

}  // namespace

extern const Cause image_marks{"image-marks", "a property is demanded of all inputs, and one lacks its mark", examine,
                               suspect, decide};

}  // namespace ldwhy
