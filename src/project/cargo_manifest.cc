#include "project/cargo_manifest.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>

namespace ldwhy {
namespace {

bool is_inherited(const TomlNode *node) {
  const TomlNode *workspace = node ? node->find("workspace") : nullptr;
  return workspace && workspace->is_true();
}

// A key of [package], or of [workspace.package] where it says so.
Fact package_fact(const CargoManifest &manifest, const TomlNode &package, std::string_view key,
                  const CargoInheritance &from) {
  const TomlNode *node = package.find(key);
  std::string file = manifest.shown;
  if (is_inherited(node)) {
    const TomlNode *shared = from.workspace ? from.workspace->find("package") : nullptr;
    node = shared ? shared->find(key) : nullptr;
    file = from.shown;
  }
  if (!node || !node->is_string()) return {};
  return {std::string(node->text), {file, node->line}};
}

void add_features(CargoDependency &dependency, const TomlNode &table, const std::string &file) {
  for (const TomlNode *feature : toml_strings(table.find("features")))
    dependency.features.push_back({std::string(feature->text), {file, feature->line}});
}

const TomlNode *default_features(const TomlNode &table) {
  const TomlNode *given = table.find("default-features");
  return given ? given : table.find("default_features");
}

void add_dependency(CargoManifest &manifest, const TomlNode &node, const CargoInheritance &from) {
  CargoDependency &dependency = manifest.dependencies.emplace_back();
  dependency.name = node.key;
  dependency.line = node.key_line;
  if (!node.is_table()) return;
  const TomlNode *table = &node;
  std::string folder = manifest.folder;
  if (is_inherited(&node)) {
    const TomlNode *shared = from.workspace ? from.workspace->find("dependencies") : nullptr;
    table = shared ? shared->find(node.key) : nullptr;
    folder = from.folder;
    add_features(dependency, node, manifest.shown);
    if (!table || !table->is_table()) return;
    add_features(dependency, *table, from.shown);
  } else {
    add_features(dependency, node, manifest.shown);
  }
  if (std::string_view name = table->text_of("package"); !name.empty()) dependency.name = name;
  if (std::string_view path = table->text_of("path"); !path.empty())
    dependency.path = normal_path(join_path(folder, path));
  // A member cannot switch off what the workspace leaves on; it can switch on what that leaves off.
  const TomlNode *wanted = default_features(*table);
  if (table != &node && default_features(node) && default_features(node)->is_true()) wanted = default_features(node);
  dependency.default_features = !wanted || wanted->is_true();
}

void add_dependencies(CargoManifest &manifest, const TomlNode &table, const CargoInheritance &from) {
  for (std::string_view kind :
       {"dependencies", "dev-dependencies", "dev_dependencies", "build-dependencies", "build_dependencies"})
    if (const TomlNode *list = table.find(kind); list && list->is_table())
      for (const TomlNode &dependency : *list) add_dependency(manifest, dependency, from);
}

bool has_programs(const CargoManifest &manifest, const TomlNode &package, const Files &files, Place &place) {
  const TomlNode *given = manifest.file->root().find("bin");
  if (given && given->is_array() && !given->empty()) {
    place.line = (*given->begin()).line;
    return true;
  }
  const TomlNode *automatic = package.find("autobins");
  if (automatic && !automatic->is_true()) return false;
  if (files.is_file(join_path(manifest.folder, "src/main.rs"))) return true;
  std::string folder = join_path(manifest.folder, "src/bin");
  return std::ranges::any_of(files.list(folder), [&](const std::string &name) {
    return name.ends_with(".rs") || files.is_file(join_path(folder, name + "/main.rs"));
  });
}

void find_crate_types(CargoManifest &manifest, const TomlNode &package, const Files &files) {
  std::vector<std::string_view> types;
  manifest.crate_types_place = {manifest.shown, 0};
  Place program_place = manifest.crate_types_place;
  const TomlNode *library = manifest.file->root().find("lib");
  if (library && library->is_table()) {
    const TomlNode *given = library->find("crate-type");
    if (!given) given = library->find("crate_type");
    const TomlNode *macro = library->find("proc-macro");
    if (!macro) macro = library->find("proc_macro");
    manifest.crate_types_place.line = given ? given->line : library->line;
    for (const TomlNode *type : toml_strings(given)) types.push_back(type->text);
    if (macro && macro->is_true()) types = {"proc-macro"};
    if (types.empty()) types = {"lib"};
  } else if (files.is_file(join_path(manifest.folder, "src/lib.rs"))) {
    types = {"lib"};
  }
  manifest.for_host = std::ranges::find(types, "proc-macro") != types.end();
  if (has_programs(manifest, package, files, program_place)) {
    if (types.empty()) manifest.crate_types_place = program_place;
    types.push_back("bin");
  }
  manifest.crate_types = fmt::format("{}", fmt::join(types, ","));
}

void find_build_script(CargoManifest &manifest, const TomlNode &package, const Files &files) {
  const TomlNode *given = package.find("build");
  if (given && given->kind == TomlKind::Boolean && !given->is_true()) return;
  std::string name = given && given->is_string() ? std::string(given->text) : "build.rs";
  std::string path = normal_path(join_path(manifest.folder, name));
  if (!files.is_file(path)) return;
  manifest.build_script = path;
  manifest.for_host = true;
}

}  // namespace

std::vector<const TomlNode *> toml_strings(const TomlNode *array) {
  std::vector<const TomlNode *> strings;
  if (array && array->is_array())
    for (const TomlNode &item : *array)
      if (item.is_string()) strings.push_back(&item);
  return strings;
}

void understand_manifest(CargoManifest &manifest, const CargoInheritance &from, const Files &files) {
  const TomlNode &root = manifest.file->root();
  const TomlNode *package = root.find("package");
  if (!package) package = root.find("project");
  if (!package || !package->is_table()) return;
  manifest.name = package->text_of("name");
  manifest.version = package_fact(manifest, *package, "version", from).value;
  manifest.rust_version = package_fact(manifest, *package, "rust-version", from);
  add_dependencies(manifest, root, from);
  if (const TomlNode *targets = root.find("target"); targets && targets->is_table())
    for (const TomlNode &target : *targets)
      if (target.is_table()) add_dependencies(manifest, target, from);
  find_crate_types(manifest, *package, files);
  find_build_script(manifest, *package, files);
}

}  // namespace ldwhy
