// LTO's output has names of its own: LLD writes "OUTPUT.lto.o", "OUTPUT.lto.main.o" and, before
// LLVM 15, "lto.tmp"; LLVM's plugin "/tmp/lto-llvm-123456.o"; GCC's "cc123456.ltrans0.ltrans.o".
#include "cause/lto_code.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/files.h"
#include "name/name.h"

namespace ldwhy {
namespace {

// "<artificial>" is what GCC's LTO gives as the source file of its objects.
constexpr std::string_view gcc_marks[] = {".ltrans", "<artificial>"};
constexpr std::string_view llvm_marks[] = {"lto.tmp", ".lto.", "lto-llvm", "ld-temp.o", ".thinlto"};

bool is_marked(const ReferencePlace &place, std::span<const std::string_view> marks) {
  return std::ranges::any_of(marks, [&](std::string_view mark) {
    return file_name(place.file).find(mark) != std::string::npos || place.member.find(mark) != std::string::npos;
  });
}

std::vector<const AsmMention *> mentions(const Case &c, const Facts &facts, bool defined, Reach reach) {
  std::vector<const AsmMention *> found;
  if (!facts.survey) return found;
  for (const AsmMention &mention : facts.survey->inline_assembly)
    if (mention.name == c.name && mention.defined == defined && (reach == Reach::OnLine || in_link(facts, mention.object)))
      found.push_back(&mention);
  return found;
}

}  // namespace

bool made_by_lto(const ReferencePlace &place) { return is_marked(place, gcc_marks) || is_marked(place, llvm_marks); }

bool referred_by_lto_code(const Case &c) { return std::ranges::any_of(c.complaint->references, made_by_lto); }

bool referred_by_gcc_lto_code(const Case &c) {
  return std::ranges::any_of(c.complaint->references, [](const ReferencePlace &place) { return is_marked(place, gcc_marks); });
}

std::vector<const AsmMention *> asm_definitions(const Case &c, const Facts &facts, Reach reach) {
  return mentions(c, facts, true, reach);
}

std::vector<const AsmMention *> asm_references(const Case &c, const Facts &facts) {
  return mentions(c, facts, false, Reach::InLink);
}

Evidence asm_evidence(const AsmMention &mention, const Facts &facts) {
  std::string function = demangle(mention.function, facts.format);
  return {mention.defined ? "definition" : "reference", facts.link->input_name(facts.link->objects[mention.object].input),
          std::string(facts.link->member_of(mention.object).name),
          fmt::format("the asm statement in function {} {} it", function, mention.defined ? "defines" : "refers to"),
          {{"function", function}, {"symbol", mention.name}}};
}

bool says_lto(const Facts &facts) {
  return std::ranges::any_of(shown_words(facts), [](std::string_view word) { return word == "-flto" || word.starts_with("-flto="); });
}

}  // namespace ldwhy
