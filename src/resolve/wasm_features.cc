// The section "target_features" (tool-conventions, "Linking", "Target Features Section") says which
// extensions of WebAssembly an object uses ("+"), and beside which it cannot stand ("-"). wasm-ld
// allows what any object uses, or what --features lists; memory that threads share needs two of
// them (LLD 14 to 22, found out by trials).
#include "resolve/wasm_features.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <string>

namespace ldwhy {
namespace {

constexpr std::string_view of_shared_memory[] = {"atomics", "bulk-memory"};

struct Told {
  std::string feature;
  ObjectId by;
};

bool has_word(const Command &command, std::string_view word) {
  return std::ranges::any_of(command.linker_argv, [&](const std::string &each) {
    return each.ends_with(word) && each.size() - word.size() <= 2 && each.starts_with('-');
  });
}

// --features=a,b; null where it is left to the objects.
std::optional<std::set<std::string>> listed_features(const Command &command) {
  std::optional<std::set<std::string>> listed;
  constexpr std::string_view option = "features=";
  for (const std::string &word : command.linker_argv) {
    size_t dashes = std::min(word.find_first_not_of('-'), word.size());
    if (dashes == 0 || !std::string_view(word).substr(dashes).starts_with(option)) continue;
    listed.emplace();
    std::string_view rest = std::string_view(word).substr(dashes + option.size());
    while (!rest.empty()) {
      std::string_view one = rest.substr(0, rest.find(','));
      listed->emplace(one);
      rest.remove_prefix(std::min(one.size() + 1, rest.size()));
    }
  }
  return listed;
}

}  // namespace

std::vector<Objection> object_to_features(const Link &link, FunctionRef<bool(ObjectId)> is_in) {
  std::vector<Objection> objections;
  const Command &command = link.command;
  if (has_word(command, "no-check-features")) return objections;
  auto object_to = [&](std::string text) { objections.push_back({"image-marks", std::move(text)}); };
  std::vector<Told> used, barred;
  for (ObjectId id = 0; id < link.objects.size(); ++id) {
    if (!is_in(id)) continue;
    for (const std::string &mark : link.object(id)->features())
      if (!mark.empty()) (mark[0] == '-' ? barred : used).push_back({mark.substr(1), id});
  }
  std::optional<std::set<std::string>> listed = listed_features(command);
  std::set<std::string> allowed = listed.value_or(std::set<std::string>());
  for (const Told &told : used) {
    if (!listed) allowed.insert(told.feature);
    else if (!allowed.contains(told.feature))
      object_to(fmt::format("Target feature '{}' used by {} is not allowed.", told.feature, link.name_of(told.by)));
    for (const Told &other : barred)
      if (other.feature == told.feature)
        object_to(fmt::format("Target feature '{}' used in {} is disallowed by {}.", told.feature,
                              link.name_of(told.by), link.name_of(other.by)));
  }
  if (!command.shared_memory) return objections;
  for (const Told &told : barred)
    if (told.feature == "shared-mem")
      object_to(
          fmt::format("--shared-memory is disallowed by {} because it was not compiled with 'atomics' or "
                      "'bulk-memory' features.",
                      link.name_of(told.by)));
  for (std::string_view feature : of_shared_memory)
    if (!allowed.contains(std::string(feature)))
      object_to(fmt::format("'{}' feature must be used in order to use shared memory", feature));
  return objections;
}

}  // namespace ldwhy
