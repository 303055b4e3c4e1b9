// An object on the line is older than its source: the source defines the symbol by now, the
// object does not yet. Build tools prevent that where they know of the dependency; copied
// folders, caches, clocks and objects built by hand get around them.
#include <algorithm>

#include <fmt/format.h>

#include "cause/cause.h"
#include "facts/definitions.h"
#include "facts/references.h"

namespace ldwhy {
namespace {

std::optional<Verdict> examine(const Case &c, const Facts &facts) {
  if (!is_undefined_case(c) || !facts.survey || !facts.link || !exact_definitions(c, false).empty())
    return std::nullopt;
  auto stale = std::ranges::find(facts.survey->stale, c.name, &StaleObject::wanted);
  if (stale == facts.survey->stale.end()) return std::nullopt;
  std::string object = facts.link->name_of(stale->object);
  Verdict verdict;
  verdict.certainty = stale->conditional ? Certainty::Likely : Certainty::Proven;
  verdict.group = object;
  verdict.summary =
      fmt::format("{} is older than its source {}, which defines {} by now", object, stale->source, c.shown);
  verdict.explanation = fmt::format(
      "{0} says that it was made from {1}, and {1} was changed after it was made. The definition in line {2} is not in "
      "the object: it was not "
      "compiled again{3}.",
      object, stale->source, stale->line, stale->conditional ? " (or an #if around the definition leaves it out)" : "");
  verdict.evidence.push_back({"source",
                              stale->source,
                              "",
                              fmt::format("line {} defines it; changed after {} was made", stale->line, object),
                              {}});
  verdict.evidence.push_back({"input",
                              facts.link->input_name(facts.link->objects[stale->object].input),
                              std::string(facts.link->member_of(stale->object).name),
                              "older than its source, and does not define it",
                              {}});
  add_reference_evidence(c, facts, verdict.evidence);
  verdict.remedies.push_back(
      {.remedy = "build-again", .path = facts.link->input_name(facts.link->objects[stale->object].input)});
  return verdict;
}

// A log shows no times; Rust's hashes in names tell of two builds, and that is the cause "decoration".
std::optional<Suspicion> suspect(const Case &c, const Facts &) {
  if (!is_undefined_case(c)) return std::nullopt;
  // Names of Rust change with the compiler and with every build's hash.
  if (c.parts.scheme == Scheme::Rust)
    return Suspicion{44, "an object or rlib is of an older build or another compiler: its hashes differ",
                     "cargo clean"};
  return Suspicion{12, "an object or library that was to define it is from an older build", "make clean && make"};
}

}  // namespace

extern const Cause stale_artifact{"stale-artifact", "an object is older than its source, which defines it by now",
                                  examine, suspect};

}  // namespace ldwhy
