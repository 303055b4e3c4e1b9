// Predicates on a build's settings: LTO, flags, the linker, and any other by its name.
#include <fmt/format.h>

#include <algorithm>

#include "advisory/expression.h"
#include "advisory/flags.h"

namespace ldwhy {
namespace {

// LTO as cargo's profiles write it (Cargo book, "Profiles": lto), as rustc's -Clto does, and as the
// readers of other build systems put it. `false` in a profile is ThinLTO within each crate.
struct LtoSpelling {
  std::string_view written, meant;
};
constexpr LtoSpelling lto_spellings[] = {
    {"thin", "thin"},
    {"fat", "fat"},
    {"full", "fat"},
    {"true", "fat"},
    {"y", "fat"},
    {"yes", "fat"},
    {"on", "fat"},
    {"false", "thin-local"},
    {"thin-local", "thin-local"},
    {"off", "off"},
    {"n", "off"},
    {"no", "off"},
    {"none", "off"},
    {"gcc", "gcc"},
};

std::string_view meant_lto(std::string_view written) {
  for (const LtoSpelling &spelling : lto_spellings)
    if (spelling.written == written) return spelling.meant;
  return {};
}

std::string joined(const std::vector<std::string> &words) { return fmt::format("{}", fmt::join(words, " or ")); }

// Shows the setting's value and place; null where nothing sets it.
const Setting *look(const Situation &situation, std::string_view name, Condition &condition) {
  const Setting *setting = situation.build.find(name);
  if (!setting) return nullptr;
  condition.seen = setting->source.value;
  condition.place = setting->source.place;
  return setting;
}

bool any_glob(const std::vector<std::string> &globs, std::string_view text) {
  return std::ranges::any_of(globs, [&](const std::string &glob) { return matches_glob(text, glob); });
}

std::string prepare_lto(Leaf &leaf) {
  for (const std::string &word : leaf.words)
    if (meant_lto(word) != word) return fmt::format("lto() knows thin, fat, gcc, thin-local and off, not '{}'", word);
  leaf.text = "LTO is " + joined(leaf.words);
  return {};
}

void judge_lto(const Leaf &leaf, const Situation &situation, Condition &condition) {
  const Setting *setting = look(situation, "lto", condition);
  if (!setting) return;
  std::string_view meant = meant_lto(setting->source.value);
  if (meant.empty()) return;
  if (meant != condition.seen) condition.seen += fmt::format(" ({})", meant);
  bool met = std::ranges::find(leaf.words, meant) != leaf.words.end();
  condition.state = met ? State::Met : State::NotMet;
}

std::string prepare_codegen_units(Leaf &leaf) {
  leaf.text = fmt::format("codegen units: {}", leaf.words[0]);
  return {};
}

void judge_codegen_units(const Leaf &leaf, const Situation &situation, Condition &condition) {
  if (!look(situation, "codegen-units", condition)) return;
  if (std::optional<Version> number = parse_version(condition.seen))
    condition.state = leaf.versions->holds(exactly(*number));
}

std::string prepare_setting(Leaf &leaf) {
  std::vector<std::string> values(leaf.words.begin() + 1, leaf.words.end());
  leaf.text = fmt::format("{} is {}", leaf.words[0], joined(values));
  return {};
}

void judge_setting(const Leaf &leaf, const Situation &situation, Condition &condition) {
  if (!look(situation, leaf.words[0], condition)) return;
  std::vector<std::string> globs(leaf.words.begin() + 1, leaf.words.end());
  condition.state = any_glob(globs, condition.seen) ? State::Met : State::NotMet;
}

std::string prepare_flag(Leaf &leaf) {
  for (std::string_view known : {"", "rustflags", "cflags", "ldflags"}) {
    if (leaf.in != known) continue;
    leaf.text = fmt::format("flag {}{}{}", joined(leaf.words), leaf.in.empty() ? "" : " in ", leaf.in);
    return {};
  }
  return fmt::format("flag() knows in = rustflags, cflags and ldflags, not '{}'", leaf.in);
}

void judge_flag(const Leaf &leaf, const Situation &situation, Condition &condition) {
  condition.state = State::NotMet;
  for (FlagWord &flag : flag_words(situation.build, leaf.in)) {
    if (!any_glob(leaf.words, flag.word)) continue;
    condition.state = State::Met;
    condition.seen = std::move(flag.word);
    condition.place = std::move(flag.place);
    return;
  }
}

std::string prepare_linker(Leaf &leaf) {
  leaf.text = "linked by " + joined(leaf.words);
  return {};
}

void judge_linker(const Leaf &leaf, const Situation &situation, Condition &condition) {
  std::optional<LinkerInUse> linker = linker_in_use(situation.build);
  if (!linker) return;
  condition.state = any_glob(leaf.words, linker->name) ? State::Met : State::NotMet;
  condition.seen = std::move(linker->seen);
  condition.place = std::move(linker->place);
}

std::string prepare_crate_type(Leaf &leaf) {
  leaf.text = "crate type " + joined(leaf.words);
  return {};
}

// "[\"rlib\", \"cdylib\"]", "rlib, cdylib" and the like.
bool lists_any(std::string_view list, const std::vector<std::string> &globs) {
  constexpr std::string_view between = " \t,\"'[]";
  while (true) {
    size_t start = list.find_first_not_of(between);
    if (start == list.npos) return false;
    list.remove_prefix(start);
    std::string_view one = list.substr(0, list.find_first_of(between));
    if (any_glob(globs, one)) return true;
    list.remove_prefix(one.size());
  }
}

// Of any member of the workspace. A cargo project says so in its manifests, or has libraries
// and programs only.
void judge_crate_type(const Leaf &leaf, const Situation &situation, Condition &condition) {
  if (situation.build.system == "cargo") condition.state = State::NotMet;
  for (const Setting &setting : situation.build.settings) {
    if (setting.name != "crate-type") continue;
    condition.seen = setting.source.value;
    condition.place = setting.source.place;
    bool met = lists_any(condition.seen, leaf.words);
    condition.state = met ? State::Met : State::NotMet;
    if (met) return;
  }
}

constexpr Predicate table[] = {
    {"lto", 1, UINT8_MAX, "", -1, false, prepare_lto, judge_lto},
    {"codegen-units", 1, 1, "", 0, false, prepare_codegen_units, judge_codegen_units},
    {"setting", 2, UINT8_MAX, "", -1, false, prepare_setting, judge_setting},
    {"flag", 1, UINT8_MAX, " in ", -1, false, prepare_flag, judge_flag},
    {"linker", 1, UINT8_MAX, "", -1, true, prepare_linker, judge_linker},
    {"crate-type", 1, UINT8_MAX, "", -1, false, prepare_crate_type, judge_crate_type},
};

}  // namespace

std::span<const Predicate> setting_predicates() { return table; }

}  // namespace ldwhy
