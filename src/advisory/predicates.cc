// Predicates on what a build is made of: packages, tools, target. Those on its settings
// are in setting_predicates.cc.
#include <fmt/format.h>

#include <algorithm>

#include "advisory/expression.h"

namespace ldwhy {
namespace {

struct ToolTitle {
  std::string_view name, title;
};
constexpr ToolTitle tool_titles[] = {
    {"gcc", "GCC"},      {"llvm", "LLVM"},
    {"xcode", "Xcode"},  {"macos-sdk", "the macOS SDK"},
    {"ndk", "the NDK"},  {"go", "Go"},
    {"ld", "GNU ld"},    {"ld.lld", "LLD"},
    {"ld64.lld", "LLD"}, {"apple-ld", "Apple's ld"},
    {"cmake", "CMake"},  {"link.exe", "Microsoft's linker"},
};

std::string_view tool_of(const Leaf &leaf) {
  std::string_view name = leaf.predicate->name;
  return name == "tool" ? std::string_view(leaf.words[0]) : name;
}

std::string prepare_tool(Leaf &leaf) {
  std::string_view title = tool_of(leaf);
  for (const ToolTitle &tool : tool_titles)
    if (tool.name == title) {
      title = tool.title;
      break;
    }
  leaf.text = fmt::format("{} {}", title, leaf.versions->words());
  return {};
}

void judge_tool(const Leaf &leaf, const Situation &situation, Condition &condition) {
  std::string_view tool = tool_of(leaf);
  const std::map<std::string, Fact> &versions = situation.build.versions;
  if (auto found = versions.find(std::string(tool)); found != versions.end()) {
    condition.seen = found->second.value;
    condition.place = found->second.place;
  } else if (const Setting *setting = situation.build.find(tool)) {
    condition.seen = setting->source.value;
    condition.place = setting->source.place;
  }
  std::optional<VersionRange> range = tool_versions(tool, condition.seen);
  bool sayable = range && (!leaf.unknown || leaf.unknown->holds(*range) == State::NotMet);
  condition.state = sayable ? leaf.versions->holds(*range) : State::Unknown;
}

std::string prepare_package(Leaf &leaf) {
  leaf.text = leaf.words[0];
  if (leaf.versions) leaf.text += " " + leaf.versions->words();
  return {};
}

void judge_package(const Leaf &leaf, const Situation &situation, Condition &condition) {
  condition.state = State::NotMet;
  for (uint32_t index : situation.packages.find(leaf.ecosystem, leaf.words[0])) {
    const Package &package = situation.packages.packages[index];
    State state = State::Met;
    if (leaf.versions) {
      std::optional<Version> version = parse_version(package.version);
      bool sayable = version && (!leaf.unknown || leaf.unknown->holds(exactly(*version)) == State::NotMet);
      state = sayable ? leaf.versions->holds(exactly(*version)) : State::Unknown;
    }
    if (condition.seen.empty() || state == State::Met) {
      condition.seen = package.version;
      condition.place = package.place;
    }
    if (state == State::Met || condition.state == State::NotMet) condition.state = state;
    if (condition.state == State::Met) return;
  }
}

std::string prepare_feature(Leaf &leaf) {
  leaf.text = fmt::format("{}'s feature {} is on", leaf.words[0], leaf.words[1]);
  return {};
}

void judge_feature(const Leaf &leaf, const Situation &situation, Condition &condition) {
  const std::vector<Package> &all = situation.packages.packages;
  std::vector<uint32_t> candidates = situation.packages.find(leaf.ecosystem, leaf.words[0]);
  // Of the package that the advisory is about only the version judged counts.
  uint32_t judged = static_cast<uint32_t>(situation.package);
  if (std::ranges::find(candidates, judged) != candidates.end()) candidates = {judged};
  condition.state = State::NotMet;
  for (uint32_t index : candidates) {
    const Package &package = all[index];
    if (!package.features_known) {
      condition.state = State::Unknown;
      continue;
    }
    condition.place = package.place;
    if (std::ranges::find(package.features, leaf.words[1]) != package.features.end()) {
      condition.state = State::Met;
      condition.seen = leaf.words[1];
      return;
    }
  }
}

std::string joined(const std::vector<std::string> &words) { return fmt::format("{}", fmt::join(words, " or ")); }

std::string prepare_target(Leaf &leaf) {
  leaf.text = "built for " + joined(leaf.words);
  return {};
}
std::string prepare_host(Leaf &leaf) {
  leaf.text = "built on " + joined(leaf.words);
  return {};
}
std::string prepare_system(Leaf &leaf) {
  leaf.text = "built by " + joined(leaf.words);
  return {};
}
std::string prepare_profile(Leaf &leaf) {
  leaf.text = "profile " + joined(leaf.words);
  return {};
}

void judge_word(const Leaf &leaf, const std::string &word, Condition &condition) {
  condition.seen = word;
  if (word.empty()) return;
  bool met = std::ranges::any_of(leaf.words, [&](const std::string &glob) { return matches_glob(word, glob); });
  condition.state = met ? State::Met : State::NotMet;
}
void judge_target(const Leaf &leaf, const Situation &situation, Condition &condition) {
  judge_word(leaf, situation.build.target, condition);
}
void judge_host(const Leaf &leaf, const Situation &situation, Condition &condition) {
  judge_word(leaf, situation.build.host, condition);
}
void judge_system(const Leaf &leaf, const Situation &situation, Condition &condition) {
  judge_word(leaf, situation.build.system, condition);
}
void judge_profile(const Leaf &leaf, const Situation &situation, Condition &condition) {
  judge_word(leaf, situation.build.profile, condition);
}

std::string prepare_unseen(Leaf &leaf) {
  leaf.text = leaf.words[0];
  return {};
}
void judge_unseen(const Leaf &, const Situation &, Condition &) {}

constexpr Predicate tool(const char *name) { return {name, 1, 1, " unknown ", 0, false, prepare_tool, judge_tool}; }
constexpr Predicate table[] = {
    {"target", 1, UINT8_MAX, "", -1, true, prepare_target, judge_target},
    {"host", 1, UINT8_MAX, "", -1, true, prepare_host, judge_host},
    {"system", 1, UINT8_MAX, "", -1, true, prepare_system, judge_system},
    {"profile", 1, UINT8_MAX, "", -1, true, prepare_profile, judge_profile},
    {"package", 1, 2, " unknown ecosystem ", 1, false, prepare_package, judge_package},
    {"feature", 2, 2, " ecosystem ", -1, false, prepare_feature, judge_feature},
    {"unseen", 1, 1, "", -1, false, prepare_unseen, judge_unseen},
    {"tool", 2, 2, " unknown ", 1, false, prepare_tool, judge_tool},
    tool("rustc"),
    tool("clang"),
    tool("gcc"),
    tool("llvm"),
    tool("xcode"),
    tool("macos-sdk"),
    tool("glibc"),
    tool("musl"),
    tool("ndk"),
    tool("go"),
    tool("mold"),
    tool("ld"),
    tool("gold"),
    tool("ld.lld"),
    tool("ld64.lld"),
    tool("apple-ld"),
    tool("wild"),
    tool("cmake"),
};

}  // namespace

std::span<const Predicate> predicates() { return table; }

const Predicate *find_predicate(std::string_view name) {
  for (std::span<const Predicate> part : {predicates(), setting_predicates()})
    for (const Predicate &predicate : part)
      if (name == predicate.name) return &predicate;
  return nullptr;
}

}  // namespace ldwhy
