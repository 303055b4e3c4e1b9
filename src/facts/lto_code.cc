// LTO's output has names of its own: LLD writes "OUTPUT.lto.o", "OUTPUT.lto.main.o" and, before
// LLVM 15, "lto.tmp"; LLVM's plugin "/tmp/lto-llvm-123456.o"; GCC's "cc123456.ltrans0.ltrans.o".
#include "facts/lto_code.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/files.h"
#include "facts/definitions.h"
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
    if (mention.name == c.name && mention.defined == defined &&
        (reach == Reach::OnLine || in_link(facts, mention.object)))
      found.push_back(&mention);
  return found;
}

}  // namespace

bool made_by_lto(const ReferencePlace &place) { return is_marked(place, gcc_marks) || is_marked(place, llvm_marks); }

bool referred_by_lto_code(const Case &c) { return std::ranges::any_of(c.complaint->references, made_by_lto); }

bool referred_by_gcc_lto_code(const Case &c) {
  return std::ranges::any_of(c.complaint->references,
                             [](const ReferencePlace &place) { return is_marked(place, gcc_marks); });
}

std::vector<const AsmMention *> asm_definitions(const Case &c, const Facts &facts, Reach reach) {
  return mentions(c, facts, true, reach);
}

std::vector<const AsmMention *> asm_references(const Case &c, const Facts &facts) {
  return mentions(c, facts, false, Reach::InLink);
}

Evidence asm_evidence(const AsmMention &mention, const Facts &facts) {
  std::string function = demangle(mention.function, facts.format);
  return {mention.defined ? "definition" : "reference",
          facts.link->input_name(facts.link->objects[mention.object].input),
          std::string(facts.link->member_of(mention.object).name),
          fmt::format("the asm statement in function {} {} it", function, mention.defined ? "defines" : "refers to"),
          {{"function", function}, {"symbol", mention.name}}};
}

unsigned llvm_release(std::string_view text) {
  size_t at = text.find_first_of("0123456789");
  bool apple = text.find("APPLE") != text.npos;  // its numbers are not LLVM's
  if (at == text.npos || apple) return 0;
  unsigned release = 0;
  for (size_t i = at; i < text.size() && i < at + 3 && text[i] >= '0' && text[i] <= '9'; ++i)
    release = release * 10 + static_cast<unsigned>(text[i] - '0');
  return release;
}

}  // namespace ldwhy
