// The linker refuses an input that is built for something else than the rest: another
// processor, system, floating-point convention, or without a feature that the image needs.
// Inputs that were passed over quietly are wrong-target's.
#include <algorithm>

#include <fmt/format.h>

#include "base/files.h"
#include "cause/cause.h"
#include "facts/complaints.h"
#include "facts/inspection.h"

namespace ldwhy {
namespace {

// WebAssembly's features are part of the target; other marks are image-marks' matter.
bool about_features(const Case &c, const Facts &facts) {
  return has_code(c, {"image-marks"}) && facts.flavor == Flavor::Wasm;
}

// Floating point and byte order; what C++ run-times disagree about is abi-mismatch's.
bool about_abi(const Case &c, const Facts &facts) { return has_code(c, {"mismatch"}) && facts.flavor != Flavor::Coff; }

bool concerns(const Case &c, const Facts &facts) {
  return has_code(c, {"incompatible"}) || about_features(c, facts) || about_abi(c, facts);
}

// How an object that opened differs from the link; empty: it does not.
std::string refusal(const Input &input, const Facts &facts) {
  for (const Member &member : input.members) {
    if (!member.refused.empty()) return member.refused;
    if (member.object && !member.object->serves(facts.link->command.target))
      if (std::string differs = difference(facts.link->command.target, member.object->target()); !differs.empty())
        return differs;
  }
  return "";
}

std::optional<Verdict> other_target(const Case &c, const Facts &facts, uint32_t index) {
  const Link &link = *facts.link;
  const Input &input = link.inputs[index];
  std::string differs = refusal(input, facts);
  auto first = std::ranges::find_if(input.members, [](const Member &m) { return m.object != nullptr; });
  if (differs.empty() || first == input.members.end()) return std::nullopt;
  std::string name = link.input_name(index), want = describe(link.command.target);
  std::string have = describe(first->object->target());
  Verdict verdict;
  verdict.certainty = Certainty::Proven;
  verdict.group = name;
  verdict.summary = fmt::format("{} is built for {}; this link is for {}", name, have, want);
  bool simulator = have.find("imulator") != have.npos || want.find("imulator") != want.npos;
  verdict.explanation =
      fmt::format("{} cannot go into this image: it differs in {}. {}", name, differs,
                  simulator ? "A simulator and a device are two platforms even where the processor is the same; an "
                              ".xcframework holds a build for each, a plain .framework cannot."
                            : "All inputs of a link must be built for the same target.");
  if (!c.complaint->predicted) verdict.evidence.push_back(words_of(c));
  verdict.evidence.push_back({"input", name, "", fmt::format("built for {}", have), {}});
  size_t like = 0;
  for (uint32_t i = 0; i < link.inputs.size() && like < 1; ++i) {
    const InputArg &argument = link.command.inputs[i];
    if (i == index || argument.automatic || link.inputs[i].kind != InputKind::Object ||
        !refusal(link.inputs[i], facts).empty())
      continue;
    verdict.evidence.push_back({"input", link.input_name(i), "", fmt::format("built for {}", want), {}});
    ++like;
  }
  verdict.remedies.push_back({.remedy = "rebuild-for-target", .path = name});
  return verdict;
}

// The linker compared flags that ldwhy does not read: its words, with the input there.
std::optional<Verdict> by_the_linker(const Case &c, const Facts &facts) {
  std::string file = place_meant(c);
  if (about_features(c, facts)) {
    Verdict verdict =
        verdict_from_words(c,
                           fmt::format("{} is compiled without a WebAssembly feature that this image needs",
                                       file.empty() ? "an object" : file),
                           "Shared memory needs atomics and bulk-memory in every object: -pthread (or -matomics "
                           "-mbulk-memory) must be given "
                           "when each of them is compiled, not only when they are linked.");
    verdict.group = "features";
    verdict.remedies.push_back({.remedy = "same-flags", .symbol = "-pthread", .path = file});
    return verdict;
  }
  Verdict verdict = verdict_from_words(
      c, fmt::format("{} and the other objects are compiled for different conventions of the same processor", file),
      "The file format and the processor agree, but the marks in the files say that they pass floating-point values "
      "(or lay "
      "out data) differently. Calls between them would go wrong, so the linker refuses.");
  verdict.group = file;
  verdict.remedies.push_back({.remedy = "same-flags", .symbol = "-mfloat-abi, -mabi and -march", .path = file});
  return verdict;
}

std::optional<Verdict> examine(const Case &c, const Facts &facts) {
  bool unread = has_code(c, {"wrong-format", "script"});
  if (!concerns(c, facts) && !unread) return std::nullopt;
  if (std::optional<uint32_t> meant = input_meant(c, facts))
    if (std::optional<Verdict> verdict = other_target(c, facts, *meant)) return verdict;
  if (unread) return std::nullopt;
  if (has_code(c, {"incompatible"})) {
    Verdict verdict =
        verdict_from_words(c, fmt::format("{} is built for another target than this link", place_meant(c)),
                           "The linker refuses the file for its target. ldwhy sees no difference in what it reads of "
                           "it, so it lies in marks that ldwhy does not read.");
    verdict.group = place_meant(c);
    verdict.remedies.push_back({.remedy = "rebuild-for-target", .path = place_meant(c)});
    return verdict;
  }
  return by_the_linker(c, facts);
}

std::optional<Suspicion> suspect(const Case &c, const Facts &facts) {
  std::string file = place_meant(c);
  if (about_features(c, facts) && !says(c, "SAFESEH"))
    return Suspicion{
        85,
        fmt::format("{} is compiled without -pthread (atomics, bulk-memory), and the image is linked with it",
                    file.empty() ? "an object" : file),
        ""};
  if (about_abi(c, facts))
    return Suspicion{85, fmt::format("{} is compiled for another floating-point or calling convention", file), ""};
  if (has_code(c, {"incompatible"}))
    return Suspicion{
        85,
        fmt::format("{} is built for another processor or platform than this link", file.empty() ? "an input" : file),
        ""};
  if (has_code(c, {"wrong-format"}) && !says(c, "syntax"))
    return Suspicion{35, fmt::format("{} is an object of another system's format", file), ""};
  return std::nullopt;
}

std::string decide(const Case &c, const Facts &facts) { return show_target(place_meant(c), facts); }

}  // namespace

extern const Cause target_mismatch{"target-mismatch", "an input is refused: it is built for another target", examine,
                                   suspect, decide};

}  // namespace ldwhy
