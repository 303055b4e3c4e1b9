// set-lto, set-profile, package-profile: a setting gets another value where it is given; where
// nothing gives it, a [profile] of the workspace root's manifest does from now on.
#include <fmt/format.h>

#include "edit/edit.h"
#include "fix/place_edit.h"

namespace ldwhy {
namespace {

// Cargo's words for LTO: "true" is "fat".
bool same_value(std::string_view key, std::string_view left, std::string_view right) {
  if (key == "lto" && left == "true") left = "fat";
  if (key == "lto" && right == "true") right = "fat";
  return left == right;
}

const Setting *find_setting(const Build &build, std::string_view name, std::string_view package) {
  for (const Setting &setting : build.settings)
    if (setting.name == name && setting.package == package) return &setting;
  return nullptr;
}

bool refuse_other_system(PlanEdits &edits, std::string_view what) {
  const std::string &system = edits.context().build.system;
  if (system == "cargo") return false;
  edits.refuse_plan(fmt::format("{} is cargo's, and {} builds this", what, system.empty() ? "something else" : system));
  return true;
}

// "-C lto=thin" with another value.
std::string with_value(const std::string &flag, std::string_view key, std::string_view value) {
  size_t at = flag.find(key);
  if (at == flag.npos) return "";
  return fmt::format("{}{}={}", flag.substr(0, at), key, value);
}

void set_cargo(PlanEdits &edits, const std::string &key, const std::string &value, const std::string &package) {
  const Build &build = edits.context().build;
  const Setting *setting = find_setting(build, key, package);
  if (setting && same_value(key, setting->source.value, value))
    return edits.refuse_plan(fmt::format("{} is {} already", key, setting->source.value));
  if (setting && !setting->source.place.file.empty()) {
    std::string flag = source_words(setting->source).flag;
    if (flag.empty()) {
      change_value(edits, setting->source, value);
      return;
    }
    std::string changed = with_value(flag, key, value);
    if (changed.empty()) return edits.refuse_plan(fmt::format("{} sets {} in a way that can't be edited", flag, key));
    change_flag(edits, setting->source, flag, changed);
    return;
  }
  std::vector<std::string> path = {"profile", build.profile.empty() ? "release" : build.profile};
  if (!package.empty()) path.insert(path.end(), {"package", package});
  path.push_back(key);
  edits.change("Cargo.toml", [&](std::string_view text) { return set_toml(text, path, toml_value(value)); });
}

// "fat" of an advisory's is what clang calls "full".
std::string lto_flag(const Build &build, std::string_view value) {
  if (value == "off") return "";
  bool gcc = build.versions.contains("gcc") && !build.versions.contains("clang");
  if (gcc) return "-flto";
  return value == "thin" ? "-flto=thin" : "-flto=full";
}

// The name of CMake's switch for LTO, where the source is one and no flag.
std::string ipo_name(const PlanEdits &edits, const SettingSource &source) {
  static constexpr std::string_view property = "INTERPROCEDURAL_OPTIMIZATION";
  if (source.text.starts_with("CMAKE_INTERPROCEDURAL_OPTIMIZATION")) return source_words(source).key;
  // Of a target's property the command is named: it sets this one or flags.
  bool command = source.text.starts_with("set_property") || source.text.starts_with("set_target_properties");
  Result<std::string> text = edits.text(source.place.file);
  if (!command || !text) return "";
  return set_cmake(*text, property, "OFF", source.place.line) ? std::string(property) : "";
}

// b_lto of default_options, of a call, or of a folder that is set up, where Meson alone changes it.
void switch_meson_lto_off(PlanEdits &edits, const Place &place) {
  if (place.file.find("meson-info/") != std::string::npos || place.file.find("meson-private/") != std::string::npos) {
    edits.tell(fmt::format("meson configure {} -Db_lto=false", parent_path(parent_path(place.file))));
    return edits.refuse_plan("b_lto was given when the build folder was set up: run the command instead");
  }
  edits.change(place.file, [&](std::string_view text) {
    TextResult one_word = replace_word(text, place.line, "b_lto=true", "b_lto=false");
    return one_word ? one_word : replace_word(text, place.line, "true", "false");
  });
}

void set_flags_lto(PlanEdits &edits, const std::string &value) {
  const Build &build = edits.context().build;
  const Setting *lto = build.find("lto");
  if (!lto || !is_in_file(lto->source.place)) {
    if (lto && !lto->source.place.file.empty()) {
      change_value(edits, lto->source, value);
      return;
    }
    return edits.refuse_plan("no file says which LTO is wanted");
  }
  // CMake's switch stands for flags that are in no file; which kind of LTO the compiler decides.
  if (std::string property = ipo_name(edits, lto->source); !property.empty()) {
    if (value != "off") return edits.refuse_plan(fmt::format("{} is a switch: it cannot say {}", property, value));
    switch_off(edits, lto->source, property);
    return;
  }
  if (std::string flag = source_words(lto->source).flag; !flag.empty()) {
    change_flag(edits, lto->source, flag, lto_flag(build, value));
    return;
  }
  if (value != "off")
    return edits.refuse_plan(fmt::format("{} is a switch: it cannot say {}", lto->source.text, value));
  switch_meson_lto_off(edits, lto->source.place);
}

void plan_set_lto(const AdvisoryRemedy &wanted, const PlanContext &context, PlannedChange &planned) {
  PlanEdits edits(context, planned);
  const std::string &value = wanted.arguments.at("value");
  if (context.build.system == "cargo") set_cargo(edits, "lto", value, "");
  else set_flags_lto(edits, value);
}

void plan_set_profile(const AdvisoryRemedy &wanted, const PlanContext &context, PlannedChange &planned) {
  PlanEdits edits(context, planned);
  if (!refuse_other_system(edits, "a profile"))
    set_cargo(edits, wanted.arguments.at("key"), wanted.arguments.at("value"), "");
}

void plan_package_profile(const AdvisoryRemedy &wanted, const PlanContext &context, PlannedChange &planned) {
  PlanEdits edits(context, planned);
  if (!refuse_other_system(edits, "a package's profile"))
    set_cargo(edits, wanted.arguments.at("key"), wanted.arguments.at("value"), wanted.arguments.at("package"));
}

}  // namespace

extern const PlanAction set_lto{"set-lto", plan_set_lto};
extern const PlanAction set_profile{"set-profile", plan_set_profile};
extern const PlanAction package_profile{"package-profile", plan_package_profile};

}  // namespace ldwhy
