#include "project/cargo_lock.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "project/toml_file.h"

namespace ldwhy {
namespace {

constexpr size_t lock_limit = 16 << 20;  // some 80,000 packages
constexpr size_t most_requests = 1000;   // kept of one package

struct Locked {
  const TomlNode *table;
  std::string_view name, version, source;
};

// A dependency as it is written: "name", "name version" or "name version (source)".
struct Wanted {
  std::string_view name, version, source;
};
Wanted parse_wanted(std::string_view text) {
  Wanted wanted;
  size_t blank = text.find(' ');
  wanted.name = text.substr(0, blank);
  if (blank == text.npos) return wanted;
  text.remove_prefix(blank + 1);
  blank = text.find(' ');
  wanted.version = text.substr(0, blank);
  if (blank == text.npos) return wanted;
  wanted.source = text.substr(blank + 1);
  if (wanted.source.starts_with('(') && wanted.source.ends_with(')'))
    wanted.source = wanted.source.substr(1, wanted.source.size() - 2);
  return wanted;
}

const char *source_kind(std::string_view source) {
  return source.empty() || source.starts_with("path+") ? "path" : source.starts_with("git+") ? "git" : "registry";
}

class LockReader {
 public:
  LockReader(const TomlFile &file, const CargoWorkspace &workspace, Project &project)
      : file_(file), workspace_(workspace), project_(project) {}
  void run();

 private:
  bool understood();
  void add(const TomlNode &table);
  std::optional<uint32_t> find(const Wanted &wanted) const;
  void link(uint32_t package);
  void add_requests(const CargoManifest &member);
  std::optional<uint32_t> package_of(const CargoManifest &member) const;

  const TomlFile &file_;
  const CargoWorkspace &workspace_;
  Project &project_;
  std::vector<Locked> locked_;  // sorted by name, version, source
};

bool LockReader::understood() {
  const TomlNode *version = file_.root().find("version");
  if (!version || version->text == "3" || version->text == "4") return true;
  project_.problems.push_back(
      {{file_.shown, version->line},
       fmt::format("a lock file of version {}; versions 1 to 4 are understood", version->text)});
  return false;
}

void LockReader::add(const TomlNode &table) {
  Locked locked{&table, table.text_of("name"), table.text_of("version"), table.text_of("source")};
  if (!locked.name.empty()) locked_.push_back(locked);
}

void LockReader::run() {
  if (!understood()) return;
  if (const TomlNode *root = file_.root().find("root"); root && root->is_table()) add(*root);
  if (const TomlNode *list = file_.root().find("package"); list && list->is_array())
    for (const TomlNode &package : *list) add(package);
  std::ranges::sort(locked_, {},
                    [](const Locked &locked) { return std::tie(locked.name, locked.version, locked.source); });
  std::map<std::string_view, bool> members;
  for (const CargoManifest &member : workspace_.members) members[member.name] = true;
  std::vector<Package> &packages = project_.packages.packages;
  packages.reserve(locked_.size());
  for (const Locked &locked : locked_) {
    Package &package = packages.emplace_back();
    package.ecosystem = "crates";
    package.name = locked.name;
    package.version = locked.version;
    package.member = locked.source.empty() && members.contains(locked.name);
    if (!package.member) package.source = source_kind(locked.source);
    package.place = {file_.shown, locked.table->line};
  }
  for (uint32_t i = 0; i < packages.size(); ++i) link(i);
  for (const CargoManifest &member : workspace_.members) add_requests(member);
}

// Where the words fit several packages, the one by path counts, as in cargo; else none.
std::optional<uint32_t> LockReader::find(const Wanted &wanted) const {
  auto number = [&](const Locked &locked) { return static_cast<uint32_t>(&locked - locked_.data()); };
  std::ranges::subrange named = std::ranges::equal_range(locked_, wanted.name, {}, &Locked::name);
  if (named.empty()) return std::nullopt;
  std::string_view version = wanted.version.empty() ? named.front().version : wanted.version;
  if (wanted.version.empty() && named.back().version != version) return std::nullopt;
  std::ranges::subrange same = std::ranges::equal_range(named, version, {}, &Locked::version);
  if (same.empty()) return std::nullopt;
  if (wanted.source.empty()) {
    if (same.size() > 1 && !same.front().source.empty()) return std::nullopt;
    return number(same.front());
  }
  // The revision stands in the package's own source only.
  std::string_view source = wanted.source.substr(0, wanted.source.find('#'));
  auto found = std::ranges::lower_bound(same, source, {}, &Locked::source);
  if (found == same.end() || found->source.substr(0, found->source.find('#')) != source) return std::nullopt;
  return number(*found);
}

void LockReader::link(uint32_t package) {
  std::vector<uint32_t> &dependencies = project_.packages.packages[package].dependencies;
  for (const TomlNode *entry : toml_strings(locked_[package].table->find("dependencies")))
    if (std::optional<uint32_t> found = find(parse_wanted(entry->text))) dependencies.push_back(*found);
  std::ranges::sort(dependencies);
  dependencies.erase(std::unique(dependencies.begin(), dependencies.end()), dependencies.end());
}

std::optional<uint32_t> LockReader::package_of(const CargoManifest &member) const {
  std::ranges::subrange range = std::ranges::equal_range(locked_, std::string_view(member.name), {}, &Locked::name);
  for (const Locked &locked : range)
    if (locked.source.empty()) return static_cast<uint32_t>(&locked - locked_.data());
  return std::nullopt;
}

void LockReader::add_requests(const CargoManifest &member) {
  std::optional<uint32_t> own = package_of(member);
  if (!own) return;
  std::vector<const CargoDependency *> asked;
  for (const CargoDependency &dependency : member.dependencies) asked.push_back(&dependency);
  std::ranges::stable_sort(asked, {}, &CargoDependency::name);
  std::vector<Package> &packages = project_.packages.packages;
  for (uint32_t dependency : std::vector<uint32_t>(packages[*own].dependencies)) {
    Package &package = packages[dependency];
    auto request = [&](const std::string &feature, const Place &place) {
      if (package.requested.size() >= most_requests) return;
      package.requested.push_back({member.name, feature, place});
      if (std::ranges::find(package.features, feature) == package.features.end()) package.features.push_back(feature);
    };
    for (const CargoDependency *one : std::ranges::equal_range(asked, package.name, {}, &CargoDependency::name)) {
      if (one->default_features) request("default", {member.shown, one->line});
      for (const Fact &feature : one->features) request(feature.value, feature.place);
    }
  }
}

}  // namespace

void read_cargo_lock(const CargoWorkspace &workspace, const ProjectContext &context, Project &project) {
  std::string path = join_path(workspace.root.folder, "Cargo.lock");
  std::string shown = context.shown(path, project);
  if (!context.files.exists(path)) {
    if (workspace.root.file)
      project.remarks.push_back(
          {"no-lock", "there is no Cargo.lock, so nothing says which versions of packages get built", {shown, 0}});
    return;
  }
  ProjectProblem problem;
  if (TomlFileRef file = read_toml_file(path, shown, context.files, problem, lock_limit))
    LockReader(*file, workspace, project).run();
  else project.problems.push_back(std::move(problem));
}

}  // namespace ldwhy
