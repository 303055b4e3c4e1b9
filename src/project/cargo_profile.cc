#include "project/cargo_profile.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace ldwhy {
namespace {

constexpr std::string_view override_keys[] = {
    "opt-level",   "codegen-units",    "debug",          "strip", "split-debuginfo",
    "incremental", "debug-assertions", "overflow-checks"};

const TomlNode *find_below(const TomlNode *node, const std::vector<std::string_view> &key) {
  for (std::string_view part : key)
    if (node) node = node->find(part);
  return node;
}

bool is_off(std::string_view debug) { return debug == "false" || debug == "0" || debug == "none"; }

}  // namespace

std::string describe_source(const SettingSource &source) {
  if (source.place.file.empty()) return source.text;
  if (source.place.line == 0) return fmt::format("{} ({})", source.text, source.place.file);
  return fmt::format("{} ({}:{})", source.text, source.place.file, source.place.line);
}

Setting setting_from(std::string name, std::vector<SettingSource> sources) {
  Setting setting;
  setting.name = std::move(name);
  for (SettingSource &source : sources) {
    if (&source == &sources.front()) {
      setting.source = std::move(source);
      continue;
    }
    if (source.why.empty()) source.why = fmt::format("{} counts before it", describe_source(setting.source));
    setting.overridden.push_back(std::move(source));
  }
  return setting;
}

std::vector<std::string> CargoProfiles::names() const {
  std::set<std::string> names = {"dev", "release"};
  auto add = [&](const TomlNode *profiles) {
    if (profiles && profiles->is_table())
      for (const TomlNode &profile : *profiles)
        if (profile.is_table()) names.emplace(profile.key);
  };
  if (root_.file) add(root_.file->root().find("profile"));
  std::string_view path[] = {"profile"};
  for (const CargoHit &hit : config_.find(path)) add(hit.node);
  return {names.begin(), names.end()};
}

std::optional<std::vector<std::string>> CargoProfiles::chain(std::string_view profile, ProjectProblem &problem) const {
  std::vector<std::string> chain = {std::string(profile)};
  while (chain.back() != "dev" && chain.back() != "release") {
    std::vector<SettingSource> parents = sources({chain.back()}, {"inherits"});
    const std::string &name = chain.back();
    std::string parent = !parents.empty()                  ? parents.front().value
                         : name == "test" || name == "doc" ? "dev"
                         : name == "bench"                 ? "release"
                                                           : "";
    Place place = parents.empty() ? Place{root_.shown, 0} : parents.front().place;
    if (parent.empty()) {
      std::vector<std::string> known = names();
      bool defined = std::ranges::find(known, name) != known.end();
      problem = {place, defined ? fmt::format("the profile '{}' does not say what it inherits", name)
                                : fmt::format("the profile '{}' is not defined", name)};
      return std::nullopt;
    }
    if (std::ranges::find(chain, parent) != chain.end()) {
      problem = {place, fmt::format("the profile '{}' inherits itself by way of '{}'", parent, name)};
      return std::nullopt;
    }
    chain.push_back(std::move(parent));
  }
  return chain;
}

std::vector<SettingSource> CargoProfiles::sources(const std::vector<std::string> &chain,
                                                  const std::vector<std::string_view> &key) const {
  std::vector<SettingSource> found;
  const TomlNode *profiles = root_.file ? root_.file->root().find("profile") : nullptr;
  for (const std::string &profile : chain) {
    std::vector<std::string_view> path = {"profile", profile};
    path.insert(path.end(), key.begin(), key.end());
    for (SettingSource &source : config_.sources(path, environment_)) found.push_back(std::move(source));
    const TomlNode *node = profiles ? find_below(profiles->find(profile), key) : nullptr;
    if (node && node->is_scalar())
      found.push_back({std::string(node->text), {root_.shown, node->line}, config_key_text(path), ""});
  }
  return found;
}

Setting CargoProfiles::setting(const std::vector<std::string> &chain, const char *key, std::string_view fallback,
                               const char *of) const {
  std::vector<SettingSource> all = sources(chain, {key});
  if (all.empty()) all.push_back({std::string(fallback), {}, of, ""});
  return setting_from(key, std::move(all));
}

std::vector<Setting> CargoProfiles::settings(const std::vector<std::string> &chain, std::string_view target) const {
  bool release = chain.back() == "release";
  Setting incremental = setting(chain, "incremental", release ? "false" : "true");
  std::vector<SettingSource> global;
  if (const Variable *variable = environment_.find("CARGO_INCREMENTAL"))
    global.push_back({variable->value == "1" ? "true" : "false", variable->place, variable->name, ""});
  std::string_view build_key[] = {"build", "incremental"};
  for (SettingSource &source : config_.sources(build_key, environment_)) global.push_back(std::move(source));
  if (!global.empty()) {
    global.push_back(std::move(incremental.source));
    for (SettingSource &lost : incremental.overridden) global.push_back(std::move(lost));
    if (global.back().place.file.empty()) global.pop_back();  // a default loses without a word
    for (SettingSource &source : global) source.why.clear();
    incremental = setting_from("incremental", std::move(global));
  }
  Setting debug = setting(chain, "debug", release ? "false" : "true");
  Setting panic = setting(chain, "panic", "unwind");
  // The harness of tests and benchmarks needs to catch panics.
  if ((chain.front() == "test" || chain.front() == "bench") && panic.source.value != "unwind") {
    panic.source.why = "tests and benchmarks are always built to unwind";
    panic.overridden.insert(panic.overridden.begin(), std::move(panic.source));
    panic.source = {"unwind", {}, "cargo's rule for tests", ""};
  }
  // Since 1.77 what the standard library brings along is stripped where no debug information is
  // wanted.
  const char *strip = is_off(debug.source.value) ? "debuginfo" : "none";
  bool apple = target.contains("-apple-");
  const char *split = apple                      ? (is_off(debug.source.value) ? "packed" : "unpacked")
                      : target.contains("-msvc") ? "packed"
                                                 : "off";
  const char *units = incremental.source.value == "true" ? "256" : "16";
  return {setting(chain, "lto", "false"),
          setting(chain, "codegen-units", units, "rustc's default"),
          setting(chain, "opt-level", release ? "3" : "0"),
          std::move(debug),
          std::move(panic),
          setting(chain, "strip", strip),
          setting(chain, "split-debuginfo", split, apple ? "cargo's default" : "rustc's default"),
          std::move(incremental)};
}

std::vector<Setting> CargoProfiles::overrides(const std::vector<std::string> &chain,
                                              std::vector<ProjectProblem> &problems) const {
  std::set<std::string> packages;
  auto collect = [&](const TomlNode *profile, const Place &place_of_file) {
    const TomlNode *table = profile ? profile->find("package") : nullptr;
    if (!table || !table->is_table()) return;
    for (const TomlNode &package : *table) {
      packages.emplace(package.key);
      for (const char *key : {"lto", "panic", "rpath"})
        if (const TomlNode *refused = package.find(key))
          problems.push_back(
              {{place_of_file.file, refused->line}, fmt::format("cargo allows no '{}' for one package only", key)});
    }
  };
  for (const std::string &profile : chain) {
    if (root_.file) collect(find_below(&root_.file->root(), {"profile", profile}), {root_.shown, 0});
    std::string_view path[] = {"profile", profile};
    for (const CargoHit &hit : config_.find(path)) collect(hit.node, {hit.layer->file->shown, 0});
  }
  std::vector<Setting> settings;
  auto add = [&](const std::vector<std::string_view> &table, const std::string &package) {
    for (std::string_view key : override_keys) {
      std::vector<std::string_view> path = table;
      path.push_back(key);
      std::vector<SettingSource> found = sources(chain, path);
      if (found.empty()) continue;
      Setting &setting = settings.emplace_back(setting_from(std::string(key), std::move(found)));
      setting.package = package;
    }
  };
  for (const std::string &package : packages) add({"package", package}, package);
  add({"build-override"}, "build-override");
  return settings;
}

}  // namespace ldwhy
