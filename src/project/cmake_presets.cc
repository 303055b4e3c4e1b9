// cmake-presets(7): configure presets, inheritance (a preset over what it inherits, an earlier
// parent over a later one, null takes a value away), macros, include.
#include "project/cmake_presets.h"

#include <algorithm>
#include <set>

#include "project/yaml.h"

namespace ldwhy {
namespace {

constexpr size_t most_presets = 500;
constexpr size_t most_files = 50;
constexpr int most_nesting = 20;  // inherits

class PresetReader {
 public:
  PresetReader(const std::string &root, const std::vector<Variable> &environment, const std::string &host,
               const Files &files, std::vector<std::pair<Place, std::string>> &problems)
      : root_(root), environment_(environment), host_(host), files_(files), problems_(problems) {}

  std::vector<CMakePreset> read() {
    for (const char *name : {"CMakePresets.json", "CMakeUserPresets.json"}) load(join_path(root_, name));
    std::vector<CMakePreset> presets;
    for (const Source &source : sources_) {
      CMakePreset preset;
      preset.name = source.node->text_of("name");
      preset.hidden = source.node->text_of("hidden") == "true";
      preset.place = {source.file, source.node->line};
      std::set<std::string> settled;
      std::map<std::string, Variable> environment;
      gather(source, preset, settled, environment, 0);
      for (auto &[name, variable] : environment) preset.environment.push_back(std::move(variable));
      finish(preset);
      presets.push_back(std::move(preset));
    }
    return presets;
  }

 private:
  struct Source {
    const YamlNode *node;
    std::string file;
  };

  void load(const std::string &path) {
    if (loaded_.size() >= most_files || !loaded_.insert(path).second) return;
    Result<FileRef> file = files_.open(path);
    if (!file) return;
    std::string shown = path.starts_with(root_ + "/") ? path.substr(root_.size() + 1) : path;
    // JSON is YAML, and the YAML reader knows lines; but it takes no tabs.
    std::string text((*file)->bytes().text());
    std::ranges::replace(text, '\t', ' ');
    Result<std::vector<Yaml>> parsed = parse_yaml(text);
    if (!parsed || parsed->empty()) {
      problems_.push_back({{shown, 0}, parsed ? "empty" : parsed.error().text});
      return;
    }
    documents_.push_back(parsed->front());
    const YamlNode &document = *documents_.back();
    for (const YamlNode *include : scalars_of(document.find("include")))
      if (!has_unknown(include->text)) load(normal_path(join_path(parent_path(path), include->text)));
    const YamlNode *presets = document.find("configurePresets");
    if (!presets) return;
    for (const Yaml &preset : presets->items)
      if (preset->is_map() && sources_.size() < most_presets) sources_.push_back({preset.get(), shown});
  }

  // A preset's own values, then its parents', where nothing nearer spoke.
  void gather(const Source &source, CMakePreset &preset, std::set<std::string> &settled,
              std::map<std::string, Variable> &environment, int nesting) const {
    if (nesting > most_nesting || steps_ == 0) return;
    --steps_;
    const YamlNode &node = *source.node;
    if (const YamlNode *variables = node.find("cacheVariables"))
      for (const YamlEntry &entry : variables->entries) add_cache(entry, source.file, preset, settled);
    if (const YamlNode *variables = node.find("environment"))
      for (const YamlEntry &entry : variables->entries)
        if (settled.insert("$" + entry.key).second && entry.value->is_scalar())
          environment[entry.key] = {entry.key, entry.value->text, {source.file, entry.line}};
    for (const char *key : {"toolchainFile", "generator", "binaryDir"}) {
      const YamlEntry *entry = node.entry(key);
      if (!entry || !settled.insert(std::string("@") + key).second) continue;
      if (std::string_view(key) == "toolchainFile")
        preset.cache.push_back(
            {"CMAKE_TOOLCHAIN_FILE", {entry->value->text, {source.file, entry->line}, "toolchainFile", ""}});
      else (std::string_view(key) == "generator" ? preset.generator : preset.build_folder) = entry->value->text;
    }
    for (const YamlNode *parent : scalars_of(node.find("inherits")))
      for (const Source &other : sources_)
        if (other.node->text_of("name") == parent->text) {
          gather(other, preset, settled, environment, nesting + 1);
          break;
        }
  }

  static void add_cache(const YamlEntry &entry, const std::string &file, CMakePreset &preset,
                        std::set<std::string> &settled) {
    bool first = settled.insert("=" + entry.key).second;
    const YamlNode *value = entry.value->is_map() ? entry.value->find("value") : entry.value.get();
    if (!value || !value->is_scalar()) return;
    std::string text = value->text;
    if (value->plain && (text == "true" || text == "false")) text = text == "true" ? "TRUE" : "FALSE";
    CMakeCacheEntry mine{entry.key, {text, {file, entry.line}, entry.key + " of preset " + preset.name, ""}};
    // What a nearer preset took away with null is gone for good.
    bool known =
        std::ranges::any_of(preset.cache, [&](const CMakeCacheEntry &other) { return other.name == entry.key; });
    if (first || known) preset.cache.push_back(std::move(mine));
  }

  void finish(CMakePreset &preset) const {
    for (Variable &variable : preset.environment) variable.value = expanded(variable.value, preset);
    for (CMakeCacheEntry &entry : preset.cache) entry.source.value = expanded(entry.source.value, preset);
    preset.build_folder =
        preset.build_folder.empty() ? "" : normal_path(join_path(root_, expanded(preset.build_folder, preset)));
    while (preset.build_folder.ends_with('/') && preset.build_folder.size() > 1) preset.build_folder.pop_back();
    if (has_unknown(preset.build_folder)) preset.build_folder.clear();
  }

  // ${name}, $env{NAME}, $penv{NAME}; others stay as written.
  std::string expanded(std::string_view text, const CMakePreset &preset) const {
    std::string out;
    while (!text.empty()) {
      size_t at = text.find('$');
      out += text.substr(0, at);
      if (at == text.npos) break;
      text.remove_prefix(at);
      size_t open = text.find('{'), close = text.find('}');
      std::string value;
      if (open == text.npos || close == text.npos || close < open ||
          !macro(text.substr(1, open - 1), std::string(text.substr(open + 1, close - open - 1)), preset, value)) {
        out += '$';
        text.remove_prefix(1);
        continue;
      }
      out += value;
      text.remove_prefix(close + 1);
    }
    return out;
  }

  bool macro(std::string_view kind, const std::string &name, const CMakePreset &preset, std::string &value) const {
    if (kind == "env" || kind == "penv") {
      if (kind == "env")
        for (const Variable &variable : preset.environment)
          if (variable.name == name && variable.value.find("$env{" + name) == std::string::npos) {
            value = variable.value;
            return true;
          }
      for (const Variable &variable : environment_)
        if (variable.name == name) value = variable.value;
      return true;
    }
    if (!kind.empty()) return false;
    if (name == "sourceDir") value = root_;
    else if (name == "sourceParentDir") value = parent_path(root_);
    else if (name == "sourceDirName") value = file_name(root_);
    else if (name == "presetName") value = preset.name;
    else if (name == "generator") value = preset.generator;
    else if (name == "dollar") value = "$";
    else if (name == "hostSystemName" && !host_.empty())
      value = host_.find("apple") != host_.npos ? "Darwin" : host_.find("windows") != host_.npos ? "Windows" : "Linux";
    else return false;
    return true;
  }

  const std::string &root_;
  const std::vector<Variable> &environment_;
  const std::string &host_;
  const Files &files_;
  std::vector<std::pair<Place, std::string>> &problems_;
  std::vector<Yaml> documents_;
  std::vector<Source> sources_;
  std::set<std::string> loaded_;
  mutable size_t steps_ = 20'000;  // parents looked at, over all presets
};

}  // namespace

std::vector<CMakePreset> read_cmake_presets(const std::string &root, const std::vector<Variable> &environment,
                                            const std::string &host, const Files &files,
                                            std::vector<std::pair<Place, std::string>> &problems) {
  return PresetReader(root, environment, host, files, problems).read();
}

}  // namespace ldwhy
