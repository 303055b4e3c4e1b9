#include "facts/inputs.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

namespace ldwhy {
namespace {

// glibc's libpthread.a and its like have been empty by design since 2.34.
bool empty_by_design(const InputArg &argument) {
  constexpr std::string_view emptied[] = {"pthread", "dl", "rt", "util", "anl", "m", "resolv"};
  return argument.automatic || argument.script >= 0 || argument.kind != InputArg::Kind::File ||
         std::ranges::any_of(
             emptied, [&](std::string_view name) { return argument.text.ends_with(fmt::format("lib{}.a", name)); });
}

}  // namespace

std::vector<std::string> unread_inputs(const Facts &facts) {
  std::vector<std::string> names;
  if (!facts.link) return names;
  for (uint32_t i = 0; i < facts.link->inputs.size(); ++i) {
    const Input &input = facts.link->inputs[i];
    std::string name = facts.link->input_name(i);
    if (input.kind == InputKind::Unreadable || !input.problems.empty()) {
      names.push_back(name);
      continue;
    }
    for (const Member &member : input.members)
      if (member.problem) names.push_back(fmt::format("{}({})", name, member.name));
  }
  return names;
}

std::optional<uint32_t> damaged_input(const Facts &facts) {
  if (!facts.link) return std::nullopt;
  for (uint32_t i = 0; i < facts.link->inputs.size(); ++i) {
    const Input &input = facts.link->inputs[i];
    if (input.kind == InputKind::Unreadable && input.likeness != Likeness::Empty) return i;
    if (input.kind != InputKind::Missing && !input.problems.empty()) return i;
    if (std::ranges::any_of(input.members, [](const Member &m) { return m.problem && !m.object; })) return i;
  }
  return std::nullopt;
}

std::optional<uint32_t> empty_provider(const Facts &facts) {
  if (!facts.link) return std::nullopt;
  for (uint32_t i = 0; i < facts.link->inputs.size(); ++i) {
    const Input &input = facts.link->inputs[i];
    bool file = input.kind == InputKind::Unreadable && input.likeness == Likeness::Empty;
    bool archive = input.kind == InputKind::Archive && input.members.empty() && input.problems.empty();
    if ((file || archive) && !empty_by_design(facts.link->command.inputs[i])) return i;
  }
  return std::nullopt;
}

}  // namespace ldwhy
