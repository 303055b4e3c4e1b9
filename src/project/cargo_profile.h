// Cargo's profiles (The Cargo Book, "Profiles"): what is said of one in the root's manifest, in
// configuration files and in variables, and which of it counts.
//
// For each key the profile's own value comes before that of the one it inherits; within a
// profile --config comes before variables, those before configuration files, those before
// the manifest.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/project.h"
#include "project/cargo_config.h"
#include "project/cargo_manifest.h"

namespace ldwhy {

class CargoProfiles {
 public:
  // All must outlive it.
  CargoProfiles(const CargoManifest &root, const CargoConfig &config, const CargoEnvironment &environment)
      : root_(root), config_(config), environment_(environment) {}

  // Names in the manifest's and the configuration's [profile] tables, sorted; "dev" and "release"
  // always.
  std::vector<std::string> names() const;
  // The profile, what it inherits, and so on to "dev" or "release". Nothing where it is not
  // defined, or inherits itself.
  std::optional<std::vector<std::string>> chain(std::string_view profile, ProjectProblem &problem) const;
  // Settings of a profile with that chain, cargo's defaults among them: lto, codegen-units,
  // opt-level, debug, panic, strip, split-debuginfo, incremental.
  std::vector<Setting> settings(const std::vector<std::string> &chain, std::string_view target) const;
  // Of [profile.NAME.package.SPEC] and build-override.
  std::vector<Setting> overrides(const std::vector<std::string> &chain, std::vector<ProjectProblem> &problems) const;

 private:
  std::vector<SettingSource> sources(const std::vector<std::string> &chain,
                                     const std::vector<std::string_view> &key) const;
  Setting setting(const std::vector<std::string> &chain, const char *key, std::string_view fallback,
                  const char *of = "cargo's default") const;

  const CargoManifest &root_;
  const CargoConfig &config_;
  const CargoEnvironment &environment_;
};

// The first source counts; each other gets a clause that says so.
Setting setting_from(std::string name, std::vector<SettingSource> sources);
// "profile.release.lto (Cargo.toml:12)".
std::string describe_source(const SettingSource &source);

}  // namespace ldwhy
