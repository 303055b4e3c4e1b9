#include "project/cargo_config.h"

#include <fmt/format.h>

#include <algorithm>

#include "project/cargo_manifest.h"

namespace ldwhy {
namespace {

constexpr size_t most_includes = 64;  // of one file, all levels together

bool is_bare_key(std::string_view key) {
  return !key.empty() && std::ranges::all_of(key, [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '_';
  });
}

}  // namespace

std::string config_key_text(TomlPath key) {
  std::string text;
  for (std::string_view part : key) {
    if (!text.empty()) text += '.';
    text += is_bare_key(part) ? std::string(part) : fmt::format("'{}'", part);
  }
  return text;
}

std::string config_variable(TomlPath key) {
  std::string name = "CARGO";
  for (std::string_view part : key) {
    name += '_';
    for (char c : part) name += c == '-' ? '_' : c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
  }
  return name;
}

std::string config_value_text(const TomlNode &node) {
  if (!node.is_array()) return std::string(node.text);
  std::string words;
  for (const TomlNode &item : node) {
    if (!item.is_scalar()) continue;
    if (!words.empty()) words += ' ';
    words += item.text;
  }
  return words;
}

std::vector<CargoHit> CargoConfig::find(TomlPath key) const {
  std::vector<CargoHit> hits;
  for (const CargoLayer &layer : layers_) {
    const TomlNode *node = &layer.file->root();
    for (std::string_view part : key)
      if (node) node = node->find(part);
    if (node) hits.push_back({node, &layer});
  }
  return hits;
}

std::vector<SettingSource> CargoConfig::sources(TomlPath key, const CargoEnvironment &environment) const {
  std::vector<SettingSource> sources;
  std::string variable_name = config_variable(key);
  const Variable *variable = environment.find(variable_name);
  auto add_variable = [&] {
    if (variable) sources.push_back({variable->value, variable->place, variable_name, ""});
    variable = nullptr;
  };
  for (const CargoHit &hit : find(key)) {
    if (!hit.node->is_scalar()) continue;
    if (!hit.layer->typed) add_variable();
    sources.push_back({std::string(hit.node->text), hit.layer->place_of(*hit.node),
                       (hit.layer->typed ? "--config " : "") + config_key_text(key), ""});
  }
  add_variable();
  return sources;
}

CargoConfig CargoConfigReader::read(const std::string &folder, const std::string &top,
                                    const CargoEnvironment &environment, std::span<const Fact> typed) {
  CargoConfig config;
  for (size_t i = typed.size(); i-- > 0;) add_typed(typed[i], folder, config);
  std::string home;
  if (const Variable *given = environment.find("CARGO_HOME"); given && !given->value.empty())
    home = normal_path(join_path(folder, given->value));
  else if (!context_.options.home.empty()) home = join_path(context_.options.home, ".cargo");
  bool home_seen = !top.empty() || home.empty();
  for (std::string here = folder;; here = parent_path(here)) {
    std::string place = join_path(here, ".cargo");
    home_seen = home_seen || place == home;
    add_folder(place, config);
    if (here == top || here.size() <= 1) break;
  }
  if (!home_seen) add_folder(home, config);
  return config;
}

// `config` counts before `config.toml`: the older name, and the one that old releases know.
void CargoConfigReader::add_folder(const std::string &folder, CargoConfig &config) {
  auto [entry, fresh] = chosen_.try_emplace(folder);
  std::string &path = entry->second;
  if (fresh) {
    std::string old_name = join_path(folder, "config"), name = join_path(folder, "config.toml");
    bool has_old = context_.files.is_file(old_name), has_new = context_.files.is_file(name);
    path = has_old ? old_name : has_new ? name : "";
    if (has_old && has_new && real_path(old_name) != real_path(name))
      project_.remarks.push_back({"two-configs",
                                  fmt::format("cargo reads {} and never looks into the {} beside it",
                                              context_.shown(old_name, project_), file_name(name)),
                                  {context_.shown(name, project_), 0}});
  }
  if (path.empty()) return;
  for (const TomlFileRef &file : load(path).files) config.layers_.push_back({file, false, {}});
}

void CargoConfigReader::add_typed(const Fact &argument, const std::string &folder, CargoConfig &config) {
  std::string path = normal_path(join_path(folder, argument.value));
  if (!argument.value.empty() && context_.files.is_file(path)) {
    for (const TomlFileRef &file : load(path).files) config.layers_.push_back({file, true, argument.place});
    return;
  }
  ProjectProblem problem;
  if (TomlFileRef file = read_toml_text(argument.value, argument.place.file, problem)) {
    config.layers_.push_back({file, true, argument.place});
    return;
  }
  problem.place = argument.place;
  problem.text = fmt::format("--config '{}' is neither a file nor KEY=VALUE", argument.value);
  project_.problems.push_back(std::move(problem));
}

const CargoConfigReader::Loaded &CargoConfigReader::load(const std::string &path) {
  auto [entry, fresh] = loaded_.try_emplace(path);
  if (!fresh) return entry->second;
  ProjectProblem problem;
  TomlFileRef file = read_toml_file(path, context_.shown(path, project_), context_.files, problem);
  if (!file) {
    project_.problems.push_back(std::move(problem));
    return entry->second;
  }
  std::vector<std::string> open = {path};
  include(file, entry->second, open);
  return entry->second;
}

// `include` (stable since cargo 1.94): files beside this one; the last counts most, this one above
// all.
void CargoConfigReader::include(const TomlFileRef &file, Loaded &into, std::vector<std::string> &open) {
  into.files.push_back(file);
  const TomlNode *list = file->root().find("include");
  if (!list || !list->is_array()) return;
  std::vector<const TomlNode *> entries;
  for (const TomlNode &entry : *list) entries.push_back(&entry);
  for (size_t i = entries.size(); i-- > 0;) {
    const TomlNode &entry = *entries[i];
    std::string_view name = entry.is_table() ? entry.text_of("path") : entry.text;
    const TomlNode *optional = entry.find("optional");
    std::string path = normal_path(join_path(parent_path(file->path), name));
    if (optional && optional->is_true() && !context_.files.exists(path)) continue;
    Place place{file->shown, entry.line};
    if (std::ranges::find(open, path) != open.end()) {
      project_.problems.push_back({place, fmt::format("includes '{}', which includes this file", name)});
      continue;
    }
    if (into.files.size() >= most_includes) {
      project_.problems.push_back(
          {place, fmt::format("more than {} included files: the rest is not read", most_includes)});
      return;
    }
    ProjectProblem problem;
    TomlFileRef included = read_toml_file(path, context_.shown(path, project_), context_.files, problem);
    if (!included) {
      project_.problems.push_back(std::move(problem));
      continue;
    }
    open.push_back(path);
    include(included, into, open);
    open.pop_back();
  }
}

}  // namespace ldwhy
