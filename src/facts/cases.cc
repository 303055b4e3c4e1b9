#include "facts/cases.h"

#include <algorithm>

#include "facts/attribution.h"
#include "facts/complaints.h"
#include "facts/link_line.h"
#include "name/abi.h"
#include "name/name.h"

namespace ldwhy {

Facts facts_of(const Link &link, const Resolution &resolution, const Survey &survey, const LoggedLink *log) {
  return {.link = &link,
          .resolution = &resolution,
          .survey = &survey,
          .log = log,
          .passed_over = log ? inputs_passed_over(*log) : std::vector<const Complaint *>(),
          .asides = log ? said_of_inputs(*log) : std::vector<const Complaint *>(),
          .flavor = link.command.flavor,
          .linker = link.command.linker,
          .format = link.command.target.format,
          .lto = resolution.lto};
}

Facts facts_of(const LoggedLink &log) {
  Facts facts{.log = &log,
              .passed_over = inputs_passed_over(log),
              .asides = said_of_inputs(log),
              .flavor = log.flavor,
              .linker = log.linker};
  for (const std::string &word : shown_words(facts)) {
    if (word == "-flto=thin") facts.lto = LtoMode::Thin;
    else if (word == "-flto" || word == "-flto=full") facts.lto = LtoMode::Full;
  }
  return facts;
}

std::vector<Case> make_cases(const std::vector<Complaint> &messages, const std::vector<std::string> &names,
                             Facts &facts) {
  facts.windows = for_windows(facts);
  facts.command = command_to_show(facts);
  std::vector<Case> cases;
  for (size_t i = 0; i < messages.size(); ++i) {
    // Warnings are evidence, not failures.
    if (messages[i].severity != Severity::Error) continue;
    Case c{.complaint = &messages[i], .name = names[i]};
    c.shown = c.name.empty() ? "" : demangle(c.name, facts.format);
    if (facts.survey) c.wanted = facts.survey->find(c.name);
    if (facts.resolution) {
      const std::vector<Unresolved> &all = facts.resolution->unresolved;
      auto missing = std::ranges::lower_bound(all, c.name, {}, &Unresolved::name);
      if (missing != all.end() && missing->name == c.name) c.unresolved = &*missing;
    }
    cases.push_back(std::move(c));
  }
  // Only now: the parts view the names, which no longer move.
  for (Case &c : cases) {
    c.parts = parse_printed(c.name, facts.flavor == Flavor::Darwin ? Format::MachO : facts.format);
    // Printed with Rust's hash, which is of a build and not of a function.
    if (c.parts.scheme == Scheme::Rust && c.shown == c.name) c.shown = c.parts.demangled;
    c.known = known_name(c.parts);
    if (c.known && c.known->family->windows && !*facts.windows) c.known.reset();
    c.library_own = is_library_own(c.parts);
  }
  // What missing names have in common shows in the first hundred; each case asks all of them.
  facts.cases = std::span<const Case>(cases).first(std::min<size_t>(cases.size(), 100));
  facts.company = count_company(facts.cases);
  return cases;
}

}  // namespace ldwhy
