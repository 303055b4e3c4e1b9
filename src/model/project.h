// What a project's own files say of how it is built: settings with the place that gives
// each, packages with the paths by which they come in, and the sites (this machine, the
// jobs of CI files) where it is built. Filled by project/, judged by advisory/ and check/.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace ldwhy {

// A place in a file of the project's.
struct Place {
  std::string file;   // as seen from the project's root, absolute where outside it; "environment"
                      // for a variable of this process, "command line" for a what-if option
  uint32_t line = 0;  // from 1; 0: the whole file, or no file
};

// A value and where it was read.
struct Fact {
  std::string value;
  Place place;
};

// One place that gives a setting a value.
struct SettingSource {
  std::string value;  // as written there: "thin", "true", "16"
  Place place;
  std::string text;   // the key or words there: "profile.release.lto", "CARGO_PROFILE_RELEASE_LTO",
                      // "RUSTFLAGS: -Clto=thin"
  std::string why;    // in Setting::overridden: why it does not count, one clause
};

// A setting in force, and everything that lost to it, the strongest first.
struct Setting {
  std::string name;     // "lto", "codegen-units", "linker", "rustflags", "panic", … (docs/check.md)
  std::string profile;  // cargo: profile; CMake, Meson: build type or preset; empty: all
  std::string target;   // triple; empty: all
  std::string package;  // of one package only (cargo's profile overrides); empty: all
  SettingSource source; // a place without file: the build system's own default
  std::vector<SettingSource> overridden;
};

struct Variable {
  std::string name, value;
  Place place;
};

// One call of a build tool that a CI job or a script makes.
struct ToolCall {
  std::vector<std::string> argv;  // "cargo", "+1.90", "build", "--release", …; variables expanded where known
  std::string directory;          // from the project's root; empty: the root
  Place place;
};

// Where the project is built.
struct BuildSite {
  std::string where = "local";            // or "FILE: JOB", a matrix' values in brackets after the job
  Place place;
  std::string host;                       // triple; empty: not known
  std::vector<Variable> environment;      // in the order of setting; of one name the last counts
  std::vector<ToolCall> calls;            // empty for this machine: what will be typed is not known
  std::map<std::string, Fact> tools;      // "rustc" → "1.90.0" or "stable", "xcode", "ndk", …
  std::vector<Fact> targets;              // triples that it names (matrix values, --target)
};

// A feature that a member's manifest asks of a direct dependency.
struct FeatureRequest {
  std::string member, feature;          // "default" unless default-features = false
  Place place;                          // the manifest's line
};

// A package in a lock file.
struct Package {
  std::string ecosystem;                // "crates"
  std::string name, version;
  std::string source;                   // "registry", "git", "path"; empty: of the workspace
  Place place;                          // in the lock file
  std::vector<uint32_t> dependencies;   // indexes of PackageGraph::packages
  bool member = false;                  // of the workspace
  std::vector<std::string> features;    // enabled, where known (cargo metadata); else those in `requested`
  bool features_known = false;
  std::vector<FeatureRequest> requested;
};

struct PackageGraph {
  std::vector<Package> packages;  // sorted by ecosystem, name, version
  // Every shortest path from a workspace member to the package, as names. At most `most`.
  std::vector<std::vector<std::string>> paths_to(uint32_t package, size_t most = 16) const;
  std::vector<uint32_t> find(std::string_view ecosystem, std::string_view name) const;
};

// One way in which the project gets built; what advisories are judged on.
struct Build {
  std::string where;                        // BuildSite::where
  std::string system;                       // "cargo", "cmake", "meson", "make"
  std::string profile, target;              // target: triple; empty: not known
  std::vector<Setting> settings;            // names once each (package overrides apart)
  std::map<std::string, Fact> versions;     // tool → version: "rustc", "llvm" (rustc's), "clang", "gcc",
                                            // "ld", "ld.lld", "ld64.lld", "mold", "gold", "apple-ld",
                                            // "xcode", "macos-sdk", "glibc", "musl", "ndk", "go", "cmake"
  std::string host;                         // triple of the machine that builds; empty: not known
  const Setting *find(std::string_view setting) const;
};

// Something amiss in the project's files that is no known bug: a profile table that cargo
// ignores, flags that hide the config's, a setting that breaks the build.
struct Remark {
  std::string kind;     // "ignored-profile", "hidden-flags", "site-differs", …
  std::string text;     // one sentence
  Place place;
};

// A file that could not be used; the rest goes on.
struct ProjectProblem {
  Place place;
  std::string text;     // one line: what was expected, what was found
};

struct Project {
  std::string root;               // absolute; the folder whose files decide (cargo: the workspace's)
  std::vector<std::string> systems;
  std::vector<BuildSite> sites;   // the first is this machine
  std::vector<Build> builds;
  PackageGraph packages;
  std::vector<Remark> remarks;
  std::vector<ProjectProblem> problems;
};

// The build of the same site, profile and target, in a project read anew; null: there is none.
const Build *find_build(const Project &project, const Build &like);

}  // namespace ldwhy
