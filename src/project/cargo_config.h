// Cargo's configuration (The Cargo Book, "Configuration"): the files that a folder sees, what
// `--config` adds, and the environment variables that stand between them.
//
// A key's value is looked up in layers, the strongest first: `--config` (the last one typed),
// CARGO_… variables, then files, from the folder up to the file system's root, and the one in
// CARGO_HOME. A file is stronger than what it includes. Scalars come from the strongest layer
// that has them; arrays are joined, the weakest layer's first.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "model/project.h"
#include "project/project.h"
#include "project/toml_file.h"

namespace ldwhy {

// The variables that a call of cargo sees.
class CargoEnvironment {
 public:
  void set(const Variable &variable) { variables_[variable.name] = variable; }
  const Variable *find(std::string_view name) const {
    auto found = variables_.find(name);
    return found == variables_.end() ? nullptr : &found->second;
  }

 private:
  std::map<std::string, Variable, std::less<>> variables_;
};

struct CargoLayer {
  TomlFileRef file;
  bool typed = false;  // `--config KEY=VALUE`, or a file that it names
  Place place;         // of the call, where the text stands in no file
  Place place_of(const TomlNode &node) const { return file->file ? Place{file->shown, node.line} : place; }
};

// A value and the layer that gives it.
struct CargoHit {
  const TomlNode *node = nullptr;
  const CargoLayer *layer = nullptr;
};

using TomlPath = std::span<const std::string_view>;

class CargoConfig {
 public:
  // All layers with a value, the strongest first.
  std::vector<CargoHit> find(TomlPath key) const;
  // Every source of a scalar that can also be given as CARGO_KEY, the strongest first.
  std::vector<SettingSource> sources(TomlPath key, const CargoEnvironment &environment) const;
  const std::vector<CargoLayer> &layers() const { return layers_; }

 private:
  friend class CargoConfigReader;
  std::vector<CargoLayer> layers_;
};

// Reads configurations; a file that several calls see is read once.
class CargoConfigReader {
 public:
  CargoConfigReader(const ProjectContext &context, Project &project) : context_(context), project_(project) {}
  // What a call in `folder` sees. `top`: the last folder upward that is looked into, and "" for all
  // and CARGO_HOME too: on another machine there is nothing but the project's own files.
  // `typed`: the values of --config, in order.
  CargoConfig read(const std::string &folder, const std::string &top, const CargoEnvironment &environment,
                   std::span<const Fact> typed);

 private:
  struct Loaded {
    std::vector<TomlFileRef> files;  // itself, then what it includes, the strongest first
  };
  void add_folder(const std::string &folder, CargoConfig &config);
  void add_typed(const Fact &argument, const std::string &folder, CargoConfig &config);
  const Loaded &load(const std::string &path);
  void include(const TomlFileRef &file, Loaded &into, std::vector<std::string> &open);

  const ProjectContext &context_;
  Project &project_;
  std::map<std::string, Loaded> loaded_;
  std::map<std::string, std::string> chosen_;  // a .cargo folder's file; empty: none
};

std::string config_key_text(TomlPath key);  // "target.'cfg(unix)'.linker"
std::string config_variable(TomlPath key);  // "CARGO_PROFILE_DEV_LTO"
// A scalar's text or an array's words.
std::string config_value_text(const TomlNode &node);

}  // namespace ldwhy
