// upgrade-package: the lock file gets the version, and where a manifest forbids that, the manifest
// too (The Cargo Book, "cargo update", "Specifying Dependencies"). Cargo alone writes lock files:
// it runs in a mirror of the project, so that its change can be shown, made and taken back as any
// other.
#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "advisory/version.h"
#include "base/words.h"
#include "edit/edit.h"
#include "fix/lock_change.h"
#include "fix/place_edit.h"
#include "fix/requirement.h"
#include "project/cargo_workspace.h"

namespace ldwhy {
namespace {

struct Dependency {
  std::vector<std::string> key;  // of the version
  std::string requirement;
};

// The version requirements on `package` in one table of dependencies.
void collect(const TomlNode *table, std::vector<std::string> key, std::string_view package,
             std::vector<Dependency> &found) {
  if (!table || !table->is_table()) return;
  for (const TomlNode &entry : *table) {
    std::string_view renamed = entry.text_of("package");
    if ((renamed.empty() ? entry.key : renamed) != package) continue;
    std::vector<std::string> here = key;
    here.emplace_back(entry.key);
    if (entry.is_string()) {
      found.push_back({std::move(here), std::string(entry.text)});
    } else if (!entry.text_of("version").empty()) {
      here.emplace_back("version");
      found.push_back({std::move(here), std::string(entry.text_of("version"))});
    }
  }
}

std::vector<Dependency> dependencies_on(std::string_view package, const TomlNode &manifest) {
  static constexpr const char *kinds[] = {"dependencies", "dev-dependencies", "build-dependencies", "dev_dependencies",
                                          "build_dependencies"};
  std::vector<Dependency> found;
  for (const char *kind : kinds) collect(manifest.find(kind), {kind}, package, found);
  if (const TomlNode *workspace = manifest.find("workspace"))
    collect(workspace->find("dependencies"), {"workspace", "dependencies"}, package, found);
  if (const TomlNode *targets = manifest.find("target"); targets && targets->is_table())
    for (const TomlNode &target : *targets)
      for (const char *kind : kinds)
        collect(target.find(kind), {"target", std::string(target.key), kind}, package, found);
  return found;
}

// Edits the requirements that do not allow the version.
void allow(PlanEdits &edits, const CargoManifest &manifest, std::string_view package, const std::string &version) {
  if (!manifest.file) return;
  for (const Dependency &dependency : dependencies_on(package, manifest.file->root())) {
    if (requirement_allows(dependency.requirement, version) == true) continue;
    std::optional<std::string> wider = requirement_for(dependency.requirement, version);
    if (!wider)
      return edits.refuse_plan(fmt::format("{}: the requirement \"{}\" does not allow {} {}; edit it by hand",
                                           manifest.shown, dependency.requirement, package, version));
    edits.change(manifest.shown,
                 [&](std::string_view text) { return set_toml(text, dependency.key, fmt::format("\"{}\"", *wider)); });
  }
}

void allow_everywhere(PlanEdits &edits, std::string_view package, const std::string &version) {
  const PlanContext &plan = edits.context();
  ProjectOptions options;
  options.folder = plan.project.root;
  options.ask_tools = false;
  ProjectContext context{options, plan.files};
  Project read;
  read.root = plan.project.root;
  CargoWorkspace workspace = read_cargo_workspace(plan.project.root, context, read);
  bool root_is_member = false;
  for (const CargoManifest &member : workspace.members) {
    root_is_member = root_is_member || member.path == workspace.root.path;
    allow(edits, member, package, version);
  }
  if (!root_is_member) allow(edits, workspace.root, package, version);
}

// Versions in the lock file that are to be replaced.
std::vector<std::string> old_versions(PlanEdits &edits, const std::string &name, const std::string &version) {
  const PlanContext &context = edits.context();
  std::optional<Version> wanted = parse_version(version);
  std::vector<std::string> old;
  bool there = false;
  for (uint32_t index : context.project.packages.find("crates", name)) {
    const Package &package = context.project.packages.packages[index];
    there = true;
    std::optional<Version> now = parse_version(package.version);
    // The advisory is about one of several versions.
    bool meant =
        name != context.package || package.version == context.package_version || context.package_version.empty();
    if (!wanted || !now || compare(*now, *wanted) >= 0 || !meant) continue;
    if (package.source == "path" || package.source == "git" || package.source.empty()) {
      edits.refuse_plan(
          fmt::format("{} {} does not come from a registry: change where it comes from", name, package.version));
      return {};
    }
    old.push_back(package.version);
  }
  if (!there) edits.refuse_plan(fmt::format("Cargo.lock has no {}", name));
  else if (old.empty()) edits.refuse_plan(fmt::format("Cargo.lock has {} {} or newer already", name, version));
  return old;
}

void plan_upgrade_package(const AdvisoryRemedy &wanted, const PlanContext &context, PlannedChange &planned) {
  PlanEdits edits(context, planned);
  const std::string &name = wanted.arguments.at("package"), &version = wanted.arguments.at("version");
  std::vector<std::string> old = old_versions(edits, name, version);
  if (!planned.refusal.empty()) return;
  std::vector<std::vector<std::string>> commands;
  for (const std::string &from : old) {
    commands.push_back({"cargo", "update", "-p", name + "@" + from, "--precise", version});
    edits.tell(quote_words(commands.back()));
  }
  allow_everywhere(edits, name, version);
  if (!planned.refusal.empty()) return;
  Result<FileChange> lock = lock_change(context.project, planned.changes, commands, true);
  if (lock) planned.changes.push_back(std::move(*lock));
  else planned.commands_to_run = std::move(commands);
}

}  // namespace

extern const PlanAction upgrade_package{"upgrade-package", plan_upgrade_package};

}  // namespace ldwhy
