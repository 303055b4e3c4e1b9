// The provider was there and was passed over, since it is built for another machine
// or system: an object of another architecture, an archive that -l found and skipped,
// a universal file without the slice.
#include <algorithm>

#include <fmt/format.h>

#include "cause/cause.h"
#include "facts/definitions.h"
#include "facts/inspection.h"
#include "facts/link_line.h"
#include "facts/references.h"
#include "name/arrivals.h"
#include "name/providers.h"

namespace ldwhy {
namespace {

// The targets of an archive's members, or of a universal file's slices, in words.
std::string built_for(const Link &link, uint32_t input) {
  const Input &from = link.inputs[input];
  std::vector<std::string> targets;
  auto add = [&](const Target &target) {
    std::string text = describe(target);
    if (std::ranges::find(targets, text) == targets.end()) targets.push_back(text);
  };
  if (!from.slices.empty())
    for (const Target &slice : from.slices) add(slice);
  else
    for (const Member &member : from.members)
      if (member.object) add(member.object->target());
  return list_names(targets, 4);
}

std::optional<Verdict> library_skipped(const Case &c, const Facts &facts) {
  if (c.complaint->code != "cannot-find-library") return std::nullopt;
  for (const InputArg &argument : facts.link->command.inputs) {
    if (!argument.path.empty() || argument.wrong_target.empty() || argument.text != c.complaint->subject) continue;
    Verdict verdict;
    verdict.certainty = Certainty::Proven;
    verdict.group = argument.text;
    verdict.summary = fmt::format("{} is there, but built for another target than this link ({})",
                                  list_names(argument.wrong_target), describe(facts.link->command.target));
    verdict.explanation = fmt::format(
        "\"Cannot find -l{}\" is only half of the truth: the linker found {} and skipped it, because it is not "
        "built for {}. No other library of that name is on the search path.",
        argument.text, list_names(argument.wrong_target), describe(facts.link->command.target));
    for (const std::string &path : argument.wrong_target)
      verdict.evidence.push_back({"input", path, "", "skipped: built for another target", {}});
    verdict.remedies.push_back({.remedy = "rebuild-for-target", .path = argument.wrong_target.front()});
    return verdict;
  }
  return std::nullopt;
}

std::optional<Verdict> examine(const Case &c, const Facts &facts) {
  if (c.complaint->kind == ComplaintKind::Input) return library_skipped(c, facts);
  if (!is_undefined_case(c)) return std::nullopt;
  const Sighting *ignored = nullptr;
  for (const Sighting *sighting : exact_definitions(c)) {
    if (sighting->difference.empty() && on_line(*sighting)) return std::nullopt;
    if (!sighting->difference.empty() && on_line(*sighting) && !ignored) ignored = sighting;
  }
  if (!ignored) return std::nullopt;
  const Link &link = *facts.link;
  uint32_t input = link.objects[ignored->object].input;
  std::string have = built_for(link, input), want = describe(link.command.target);
  Verdict verdict;
  verdict.certainty = Certainty::Proven;
  verdict.group = ignored->file;
  verdict.summary =
      fmt::format("{} defines it, but is built for {}; this link is for {}", place_of(*ignored), have, want);
  verdict.explanation = fmt::format(
      "The linker takes only objects of its own target and passes over the rest, at most with a warning. {} "
      "defines {}, but differs in: {}.",
      place_of(*ignored), c.shown, ignored->difference);
  verdict.evidence.push_back(definition_evidence(*ignored, fmt::format("built for {}: ignored", have)));
  // The odd ones out among all inputs, since one is rarely alone.
  size_t others = 0;
  for (uint32_t i = 0; i < link.inputs.size(); ++i) {
    if (i == input) continue;
    bool refused = std::ranges::any_of(link.inputs[i].members, [](const Member &m) { return !m.refused.empty(); });
    if (refused && ++others <= 3)
      verdict.evidence.push_back(
          {"input", link.input_name(i), "", fmt::format("built for {} too", built_for(link, i)), {}});
  }
  add_reference_evidence(c, facts, verdict.evidence);
  verdict.remedies.push_back({.remedy = "rebuild-for-target", .symbol = c.name, .path = ignored->file});
  return verdict;
}

// A library that the name surely belongs to, and that is not the one passed over.
bool belongs_elsewhere(const Case &c, const Complaint &passed) {
  auto is_it = [&](std::string_view libraries) {
    while (!libraries.empty()) {
      std::string_view name = libraries.substr(0, libraries.find(' '));
      if (passed.subject.find(name) != std::string::npos) return true;
      libraries.remove_prefix(std::min(name.size() + 1, libraries.size()));
    }
    return false;
  };
  if (c.known) return !is_it(c.known->family->libraries);
  if (c.library_own) return !is_it("c++ stdc++");
  Providers providers = providers_of(c.parts);
  return providers.own && std::ranges::none_of(providers, [&](const Provider &p) { return is_it(p.library); });
}

// What headers of another system's C library put into compiled code.
std::optional<Suspicion> of_other_system(const Case &c, const Facts &facts) {
  std::string_view told = is_undefined_case(c) ? system_told(c.parts) : "";
  if (told.empty()) return std::nullopt;
  std::string_view here = facts.flavor == Flavor::Darwin ? "an Apple or BSD system"
                          : for_windows(facts)           ? "Windows"
                          : facts.flavor == Flavor::Gnu  ? "Linux"
                                                         : "";
  // Firmware is linked with newlib by the same linkers, and a BSD with its own.
  if (here.empty() || told == here || (here == "Linux" && told == "Cygwin or newlib")) return std::nullopt;
  return Suspicion{
      84,
      fmt::format("its object was compiled for {} (or from code generated there), and the link is for another system",
                  told),
      symbol_command(c, facts)};
}

std::optional<Suspicion> suspect(const Case &c, const Facts &facts) {
  if (std::optional<Suspicion> other = of_other_system(c, facts)) return other;
  for (const Complaint *passed : facts.passed_over) {
    const Complaint &other = *passed;
    // "skipping incompatible libx" belongs to "cannot find -lx"; "ignoring file" to anything missing.
    bool same = c.complaint->code == "cannot-find-library" && !c.complaint->subject.empty() &&
                other.text.find(c.complaint->subject) != std::string::npos;
    if (same)
      return Suspicion{95, fmt::format("{} was found, but is built for another target", other.subject),
                       show_target(other.subject, facts)};
    // A linker leaves an input out for all names: what is missing, and is nobody else's, is its.
    if (is_undefined_case(c))
      return Suspicion{
          belongs_elsewhere(c, other) ? 60 : 90,
          fmt::format("{} was ignored, being built for another target; if it defines the symbol, that is why",
                      other.subject),
          show_target(other.subject, facts)};
  }
  return std::nullopt;
}

std::string decide(const Case &c, const Facts &facts) {
  for (const Complaint *passed : facts.passed_over)
    if (!passed->subject.empty() && passed->subject.front() != '-') return show_target(passed->subject, facts);
  return c.complaint->subject.empty() ? "" : show_target(c.complaint->subject, facts);
}

}  // namespace

extern const Cause wrong_target{"wrong-target", "the provider is built for another machine or system, and was ignored",
                                examine, suspect, decide};

}  // namespace ldwhy
