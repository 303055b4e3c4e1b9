// One Cargo.toml (The Cargo Book, "The Manifest Format"), as far as it says how a package
// is built: what it makes, what it depends on, which toolchain it wants.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "model/project.h"
#include "project/toml_file.h"

namespace ldwhy {

struct CargoDependency {
  std::string name;  // the package's own, where it was renamed
  std::string path;  // folder, absolute; empty: not by path
  uint32_t line = 0;
  bool default_features = true;
  std::vector<Fact> features;  // asked for, each with its place
};

struct CargoManifest {
  std::string path, folder;  // absolute
  std::string shown;
  TomlFileRef file;           // null: could not be used
  std::string name, version;  // empty: a virtual manifest
  Fact rust_version;          // package.rust-version
  std::string crate_types;    // "cdylib,rlib,bin"; "lib" where it makes nothing that is linked
  Place crate_types_place;
  std::string build_script;  // absolute; empty: none
  bool for_host = false;     // has a build script or is a procedural macro
  std::vector<CargoDependency> dependencies;
};

// What a manifest inherits from: [workspace] of the root's.
struct CargoInheritance {
  const TomlNode *workspace = nullptr;
  std::string folder;
  std::string shown;
};

// Fills all but `path`, `folder`, `shown` and `file`, which must be there.
void understand_manifest(CargoManifest &manifest, const CargoInheritance &from, const Files &files);

// The words of an array of strings.
std::vector<const TomlNode *> toml_strings(const TomlNode *array);

}  // namespace ldwhy
