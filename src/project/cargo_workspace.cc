#include "project/cargo_workspace.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <set>

#include "base/parallel.h"
#include "project/shell.h"

namespace ldwhy {
namespace {

constexpr size_t most_members = 20'000;
constexpr size_t most_folders = 100'000;  // looked into for one pattern

std::string manifest_in(std::string_view folder) { return join_path(folder, "Cargo.toml"); }

// Whether `path` is `folder` or in it.
bool is_within(std::string_view path, std::string_view folder) {
  if (folder == "/") return true;
  return path.starts_with(folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

std::string folder_of(const std::string &path) { return std::string(parent_path(path)); }

// `exclude` counts, but for what stands in `members`, both as plain paths without patterns.
bool is_excluded(const TomlNode &workspace, const std::string &root, std::string_view path) {
  auto lists = [&](std::string_view key) {
    return std::ranges::any_of(toml_strings(workspace.find(key)), [&](const TomlNode *entry) {
      std::string named = normal_path(join_path(root, entry->text));
      while (named.size() > 1 && named.ends_with('/')) named.pop_back();
      return is_within(path, named);
    });
  };
  return lists("exclude") && !lists("members");
}

// The manifests met on the way to a root, each read once.
class Manifests {
 public:
  explicit Manifests(const Files &files) : files_(files) {}
  const TomlNode *load(const std::string &path) {
    auto [entry, fresh] = loaded_.try_emplace(path);
    ProjectProblem ignored;
    if (fresh) entry->second = read_toml_file(path, path, files_, ignored);
    return entry->second ? &entry->second->root() : nullptr;
  }
  // The root that the manifest `path` names for the one at `from`.
  std::optional<std::string> named_root(const std::string &path, const std::string &from) {
    const TomlNode *manifest = load(path);
    if (!manifest) return std::nullopt;
    if (const TomlNode *workspace = manifest->find("workspace"); workspace && workspace->is_table()) {
      if (is_excluded(*workspace, folder_of(path), from)) return std::nullopt;
      return path;
    }
    const TomlNode *package = manifest->find("package");
    std::string_view pointer = package ? package->text_of("workspace") : "";
    if (pointer.empty()) return std::nullopt;
    return manifest_in(normal_path(join_path(parent_path(path), pointer)));
  }
  std::optional<std::string> root_for(const std::string &path) {
    if (std::optional<std::string> own = named_root(path, path)) return own;
    for (std::string folder = folder_of(path); folder.size() > 1;) {
      folder = folder_of(folder);
      if (folder.ends_with("target/package")) break;  // what `cargo package` unpacks there stands alone
      std::string above = manifest_in(folder);
      if (!files_.is_file(above)) continue;
      if (std::optional<std::string> root = named_root(above, path)) return root;
    }
    return std::nullopt;
  }

 private:
  const Files &files_;
  std::map<std::string, TomlFileRef> loaded_;
};

// Folders that a pattern of `members` names; the glob's rules are those of a shell, a component at
// a time.
class Pattern {
 public:
  Pattern(const Files &files, std::vector<std::string> &found) : files_(files), found_(found) {}
  void expand(const std::string &folder, std::string_view rest) {
    while (rest.starts_with('/')) rest.remove_prefix(1);
    if (rest.empty()) {
      if (files_.is_directory(folder)) found_.push_back(folder);
      return;
    }
    size_t slash = rest.find('/');
    std::string_view part = rest.substr(0, slash);
    std::string_view after = slash == rest.npos ? "" : rest.substr(slash);
    if (part.find_first_of("*?[") == part.npos) return expand(normal_path(join_path(folder, part)), after);
    if (part == "**") expand(folder, after);
    for (const std::string &name : files_.list(folder)) {
      if (--left_ == 0 || found_.size() > most_members) return;
      std::string below = join_path(folder, name);
      if (part == "**") {
        if (depth_ < 32 && files_.is_directory(below)) {
          ++depth_;
          expand(below, rest);
          --depth_;
        }
      } else if (glob_match(part, name) && (!after.empty() || files_.is_directory(below))) {
        expand(below, after);
      }
    }
    left_ = std::max<size_t>(left_, 1);
  }

 private:
  const Files &files_;
  std::vector<std::string> &found_;
  size_t left_ = most_folders;
  int depth_ = 0;
};

struct Candidate {
  std::string path;      // of the manifest
  Place place;           // what names it
  std::string named;     // as named there
  bool by_path = false;  // a path dependency
};

class WorkspaceReader {
 public:
  WorkspaceReader(const std::string &root, const ProjectContext &context, Project &project)
      : folder_(root), context_(context), project_(project), manifests_(context.files) {}
  CargoWorkspace run();

 private:
  void list_members(const TomlNode &workspace);
  bool belongs(const Candidate &candidate);
  void read_wave();
  void take(CargoManifest manifest, const Candidate &candidate, ProjectProblem problem);
  void check_here();

  const std::string folder_;
  const ProjectContext &context_;
  Project &project_;
  Manifests manifests_;
  CargoWorkspace workspace_;
  CargoInheritance inheritance_;
  std::vector<Candidate> wave_;
  std::set<std::string> seen_;
};

CargoManifest manifest_at(const std::string &path, const ProjectContext &context, const Project &project) {
  CargoManifest manifest;
  manifest.path = path;
  manifest.folder = folder_of(path);
  manifest.shown = context.shown(path, project);
  return manifest;
}

CargoWorkspace WorkspaceReader::run() {
  ProjectProblem problem;
  workspace_.root = manifest_at(manifest_in(folder_), context_, project_);
  CargoManifest &root = workspace_.root;
  root.file = read_toml_file(root.path, root.shown, context_.files, problem);
  if (!root.file) {
    project_.problems.push_back(std::move(problem));
    return std::move(workspace_);
  }
  const TomlNode *workspace = root.file->root().find("workspace");
  inheritance_ = {workspace, folder_, root.shown};
  if (workspace && workspace->is_table()) list_members(*workspace);
  wave_.push_back({root.path, {root.shown, 0}, "", false});
  while (!wave_.empty()) read_wave();
  std::ranges::sort(workspace_.members, {}, &CargoManifest::path);
  for (const CargoManifest &member : workspace_.members)
    if (member.path == root.path) root = member;
  check_here();
  return std::move(workspace_);
}

void WorkspaceReader::list_members(const TomlNode &workspace) {
  for (const TomlNode *entry : toml_strings(workspace.find("members"))) {
    std::vector<std::string> folders;
    if (std::ranges::count(entry->text, '/') < 64) Pattern(context_.files, folders).expand(folder_, entry->text);
    // What no pattern finds is taken as a path, and found missing.
    if (folders.empty()) folders.push_back(normal_path(join_path(folder_, entry->text)));
    for (const std::string &folder : folders)
      wave_.push_back({manifest_in(folder), {workspace_.root.shown, entry->line}, std::string(entry->text), false});
  }
}

bool WorkspaceReader::belongs(const Candidate &candidate) {
  if (!seen_.insert(candidate.path).second) return false;
  std::string folder = folder_of(candidate.path);
  if (candidate.by_path && !is_within(folder, folder_) &&
      manifests_.root_for(candidate.path) != std::optional(workspace_.root.path))
    return false;
  if (!inheritance_.workspace) return !candidate.by_path;
  return !is_excluded(*inheritance_.workspace, folder_, candidate.path);
}

// Reads the manifests named so far, and names those that they depend on by path.
void WorkspaceReader::read_wave() {
  std::vector<Candidate> named = std::move(wave_);
  wave_.clear();
  std::erase_if(named, [&](const Candidate &candidate) { return !belongs(candidate); });
  if (workspace_.members.size() + named.size() > most_members) {
    project_.problems.push_back(
        {{workspace_.root.shown, 0}, fmt::format("more than {} members: the rest is not read", most_members)});
    named.resize(most_members - workspace_.members.size());
  }
  std::vector<CargoManifest> read(named.size());
  std::vector<ProjectProblem> problems(named.size());
  parallel_for(named.size(), [&](size_t i) {
    read[i] = manifest_at(named[i].path, context_, project_);
    read[i].file = named[i].path == workspace_.root.path
                       ? workspace_.root.file
                       : read_toml_file(named[i].path, read[i].shown, context_.files, problems[i]);
    if (read[i].file) understand_manifest(read[i], inheritance_, context_.files);
  });
  for (size_t i = 0; i < named.size(); ++i) take(std::move(read[i]), named[i], std::move(problems[i]));
}

void WorkspaceReader::take(CargoManifest manifest, const Candidate &candidate, ProjectProblem problem) {
  if (!manifest.file) {
    if (!context_.files.exists(candidate.path))
      problem = {candidate.place,
                 fmt::format("{} '{}' has no {}", candidate.by_path ? "the path dependency" : "the member",
                             candidate.named, manifest.shown)};
    project_.problems.push_back(std::move(problem));
    return;
  }
  const TomlNode &toml = manifest.file->root();
  if (toml.find("workspace") && manifest.path != workspace_.root.path) {
    project_.problems.push_back(
        {{manifest.shown, toml.find("workspace")->line},
         fmt::format("a member with a [workspace] of its own, besides that of {}: cargo refuses both",
                     workspace_.root.shown)});
  }
  for (const CargoDependency &dependency : manifest.dependencies)
    if (!dependency.path.empty() && inheritance_.workspace)
      wave_.push_back({manifest_in(dependency.path), {manifest.shown, dependency.line}, dependency.name, true});
  bool is_package = !manifest.name.empty();
  if (!is_package && manifest.path != workspace_.root.path)
    project_.problems.push_back({{manifest.shown, 0}, "a member without [package] name"});
  if (is_package) workspace_.members.push_back(std::move(manifest));
}

// A package that finds this root, and is none of its members, does not build.
void WorkspaceReader::check_here() {
  std::string here = context_.options.folder;
  while (!context_.files.is_file(manifest_in(here)) && here.size() > 1) here = folder_of(here);
  std::string path = manifest_in(here);
  if (seen_.contains(path) || !context_.files.is_file(path)) return;
  std::string shown = context_.shown(path, project_);
  ProjectProblem problem{
      {shown, 0}, fmt::format("finds its workspace in {}, which does not have it as a member", workspace_.root.shown)};
  if (!inheritance_.workspace)
    problem.text = fmt::format("names {} as its workspace, which has no [workspace]", workspace_.root.shown);
  project_.problems.push_back(std::move(problem));
  CargoManifest manifest = manifest_at(path, context_, project_);
  manifest.file = read_toml_file(path, shown, context_.files, problem);
  if (!manifest.file) return;
  understand_manifest(manifest, inheritance_, context_.files);
  if (!manifest.name.empty()) workspace_.members.push_back(std::move(manifest));
}

}  // namespace

std::optional<std::string> find_cargo_root(const std::string &folder, const Files &files) {
  std::string here = normal_path(folder);
  while (here.size() > 1 && here.ends_with('/')) here.pop_back();
  while (!files.is_file(manifest_in(here))) {
    if (here.size() <= 1) return std::nullopt;
    here = folder_of(here);
  }
  std::string nearest = manifest_in(here);
  std::optional<std::string> root = Manifests(files).root_for(nearest);
  return folder_of(root && files.is_file(*root) ? *root : nearest);
}

CargoWorkspace read_cargo_workspace(const std::string &root, const ProjectContext &context, Project &project) {
  return WorkspaceReader(root, context, project).run();
}

}  // namespace ldwhy
