// Cargo projects. The workspace is read once; then every call of cargo that a site makes, and on
// this machine every profile, becomes a Build: the folder it runs in and its words decide which
// configuration it sees, and that, the environment and the root's manifest what is in force.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <set>
#include <tuple>

#include "project/cargo_build.h"
#include "project/cargo_lock.h"
#include "project/cargo_profile.h"
#include "project/project.h"
#include "project/toolchain.h"

namespace ldwhy {
namespace {

constexpr size_t most_builds = 500;

struct NamedTarget {
  std::string triple;
  bool named;  // by --target or the like
};

// The last folder upward that another machine has too: the repository's.
std::string repository_of(const std::string &root, const Files &files) {
  for (std::string here = root; here.size() > 1; here = parent_path(here))
    if (files.exists(join_path(here, ".git"))) return here;
  return root;
}

// Many builds meet the same problem.
void keep_one_of_each(std::vector<ProjectProblem> &problems) {
  std::set<std::tuple<std::string, uint32_t, std::string>> seen;
  std::erase_if(problems, [&](const ProjectProblem &problem) {
    return !seen.emplace(problem.place.file, problem.place.line, problem.text).second;
  });
}

class CargoReader {
 public:
  CargoReader(const std::string &root, const ProjectContext &context, Project &project)
      : root_(root), context_(context), project_(project), configs_(context, project) {}
  void run();

 private:
  struct Stand {  // where and how a call runs
    const BuildSite *site;
    CargoCall call;
    std::string folder;
    std::string top;
    CargoEnvironment environment;
    CargoConfig config;
    std::map<std::string, Fact> versions;
    std::string host;
  };
  void read_local(const BuildSite &site);
  void read_calls(const BuildSite &site);
  Stand stand(const BuildSite &site, CargoCall call, const std::string &folder, const std::string &top);
  bool is_of_this_project(const CargoCall &call, const std::string &folder) const;
  void find_versions(Stand &stand);
  std::string named_rustc(const Stand &stand) const;
  std::vector<NamedTarget> targets_of(const Stand &stand) const;
  void add_builds(const Stand &stand);
  void add_ignored(Build &build) const;
  void remark_members();
  bool local_rustc_is_older(std::string_view wanted) const;

  const std::string root_;
  const ProjectContext &context_;
  Project &project_;
  CargoConfigReader configs_;
  CargoWorkspace workspace_;
  std::vector<Setting> common_;
  std::set<std::string> made_;  // keys of builds
};

void CargoReader::run() {
  project_.systems.push_back("cargo");
  workspace_ = read_cargo_workspace(root_, context_, project_);
  read_cargo_lock(workspace_, context_, project_);
  if (!workspace_.root.file) return;
  common_ = workspace_settings(workspace_, context_, project_);
  for (const BuildSite &site : project_.sites) {
    if (&site == &project_.sites.front()) read_local(site);
    else read_calls(site);
  }
  remark_members();
  keep_one_of_each(project_.problems);
}

void CargoReader::read_local(const BuildSite &site) {
  CargoCall call;
  Stand local = stand(site, call, normal_path(context_.options.folder), "");
  std::vector<std::string> names = {context_.options.profile};
  if (names.front().empty()) names = CargoProfiles(workspace_.root, local.config, local.environment).names();
  for (const std::string &name : names) {
    local.call.profile = name;
    add_builds(local);
  }
}

void CargoReader::read_calls(const BuildSite &site) {
  std::string top = repository_of(root_, context_.files);
  for (const ToolCall &tool : site.calls) {
    std::string folder = normal_path(join_path(root_, tool.directory));
    while (folder.size() > 1 && folder.ends_with('/')) folder.pop_back();
    CargoConfig plain;
    bool looked = false;
    auto alias = [&](std::string_view name) {
      if (!looked) plain = configs_.read(folder, top, {}, {});
      looked = true;
      std::string_view key[] = {"alias", name};
      std::vector<CargoHit> hits = plain.find(key);
      std::vector<std::string> words;
      std::string_view text = hits.empty() ? "" : hits.front().node->text;
      if (!hits.empty() && hits.front().node->is_array())
        for (const TomlNode *word : toml_strings(hits.front().node)) words.emplace_back(word->text);
      for (size_t end; !text.empty(); text.remove_prefix(std::min(end, text.size() - 1) + 1)) {
        end = text.find(' ');
        if (end != 0) words.emplace_back(text.substr(0, end));
      }
      return words;
    };
    std::optional<CargoCall> call = understand_cargo_call(tool, alias);
    if (!call || !is_of_this_project(*call, folder)) continue;
    if (!context_.options.profile.empty() && call->profile != context_.options.profile) continue;
    add_builds(stand(site, std::move(*call), folder, top));
  }
}

bool CargoReader::is_of_this_project(const CargoCall &call, const std::string &folder) const {
  std::string from = call.manifest.empty() ? folder : normal_path(parent_path(join_path(folder, call.manifest)));
  return from == root_ || find_cargo_root(from, context_.files) == std::optional(root_);
}

CargoReader::Stand CargoReader::stand(const BuildSite &site, CargoCall call, const std::string &folder,
                                      const std::string &top) {
  Stand stand{&site, std::move(call), folder, top, {}, {}, {}, site.host};
  for (const Variable &variable : site.environment) stand.environment.set(variable);
  for (const Variable &variable : stand.call.variables) stand.environment.set(variable);
  stand.config = configs_.read(folder, top, stand.environment, stand.call.config);
  find_versions(stand);
  return stand;
}

std::string CargoReader::named_rustc(const Stand &stand) const {
  if (const Variable *variable = stand.environment.find("RUSTC"); variable && !variable->value.empty())
    return variable->value.contains('/') ? normal_path(join_path(stand.folder, variable->value)) : variable->value;
  std::string_view key[] = {"build", "rustc"};
  for (const CargoHit &hit : stand.config.find(key)) {
    std::string_view base =
        hit.layer->file->file ? parent_path(parent_path(hit.layer->file->path)) : std::string_view(stand.folder);
    if (hit.node->is_string())
      return hit.node->text.contains('/') ? normal_path(join_path(base, hit.node->text)) : std::string(hit.node->text);
  }
  return "";
}

void CargoReader::find_versions(Stand &stand) {
  const ProjectOptions &options = context_.options;
  bool local = stand.site == &project_.sites.front();
  Toolchain toolchain = find_toolchain(stand.folder, stand.top, stand.environment, context_, project_);
  if (!stand.call.toolchain.value.empty()) toolchain = {stand.call.toolchain, ""};
  std::string named = named_rustc(stand);
  std::optional<RustcAnswer> answer;
  if (local && options.ask_tools) answer = ask_rustc(toolchain, named, stand.environment, context_);
  if (answer && !answer->host.empty()) stand.host = answer->host;

  Fact version = toolchain.channel;
  // A file's number counts, but where its reader, rustup, is not asked.
  bool numbered = !version.value.empty() && version.value.front() >= '0' && version.value.front() <= '9';
  bool unheard = answer && (!named.empty() || has_plain_rustc());
  if (answer && (!numbered || unheard)) version = {answer->release, {answer->path, 0}};
  if (version.value.empty())
    if (auto tool = stand.site->tools.find("rustc"); tool != stand.site->tools.end()) version = tool->second;
  if (!options.rustc.empty()) version = {options.rustc, {"command line", 0}};
  if (version.value.empty()) return;
  Fact llvm{std::string(llvm_of_rustc(version.value)), version.place};
  if (answer && version.value == answer->release) llvm = {answer->llvm, {answer->path, 0}};
  stand.versions["rustc"] = std::move(version);
  if (!llvm.value.empty()) stand.versions["llvm"] = std::move(llvm);
}

std::vector<NamedTarget> CargoReader::targets_of(const Stand &stand) const {
  std::vector<std::string> triples;
  if (!context_.options.target.empty()) return {{context_.options.target, true}};
  for (const Fact &target : stand.call.targets) triples.push_back(target.value);
  if (triples.empty()) {
    std::string_view key[] = {"build", "target"};
    std::vector<SettingSource> sources = stand.config.sources(key, stand.environment);
    std::vector<CargoHit> hits = stand.config.find(key);
    if (!sources.empty()) triples.push_back(sources.front().value);
    else if (!hits.empty())
      for (const TomlNode *triple : toml_strings(hits.front().node)) triples.emplace_back(triple->text);
  }
  if (triples.empty())
    for (const Fact &target : stand.site->targets) triples.push_back(target.value);
  if (triples.empty()) return {{stand.host, false}};
  std::vector<NamedTarget> targets;
  for (std::string &triple : triples) {
    if (triple == "host-tuple") triple = stand.host;
    if (triple.ends_with(".json")) triple = std::string(file_name(triple)).substr(0, file_name(triple).size() - 5);
    if (std::ranges::find(targets, triple, &NamedTarget::triple) == targets.end()) targets.push_back({triple, true});
  }
  return targets;
}

void CargoReader::add_builds(const Stand &stand) {
  for (const NamedTarget &target : targets_of(stand)) {
    std::string key = fmt::format("{}\n{}\n{}\n{}\n{}", stand.site->where, stand.call.profile, target.triple,
                                  stand.call.toolchain.value, stand.call.target_folder.value);
    // What else makes two calls of one profile differ.
    for (const CargoLayer &layer : stand.config.layers())
      key += '\n' + (layer.typed ? layer.file->text + layer.file->path : layer.file->path);
    for (const Variable &variable : stand.call.variables) key += '\n' + variable.name + '=' + variable.value;
    if (made_.size() >= most_builds || !made_.insert(std::move(key)).second) continue;
    CargoRequest request{stand.site,    &stand.call,  &stand.config,          &stand.environment,
                         target.triple, target.named, context_.options.linker};
    std::optional<Build> build = make_cargo_build(request, workspace_, project_);
    if (!build) return;
    add_ignored(*build);
    for (const Setting &setting : common_) {
      Setting &added = build->settings.emplace_back(setting);
      added.profile = build->profile;
      added.target = build->target;
    }
    build->versions = stand.versions;
    project_.builds.push_back(std::move(*build));
  }
}

// What members say of the profile, which cargo passes over.
void CargoReader::add_ignored(Build &build) const {
  for (const CargoManifest &member : workspace_.members) {
    const TomlNode *profiles = member.path == workspace_.root.path ? nullptr : member.file->root().find("profile");
    const TomlNode *profile = profiles ? profiles->find(build.profile) : nullptr;
    if (!profile || !profile->is_table()) continue;
    for (Setting &setting : build.settings) {
      const TomlNode *node = setting.package.empty() ? profile->find(setting.name) : nullptr;
      if (node && node->is_scalar())
        setting.overridden.push_back({std::string(node->text),
                                      {member.shown, node->line},
                                      fmt::format("profile.{}.{}", build.profile, setting.name),
                                      fmt::format("cargo reads profiles in {} only", workspace_.root.shown)});
    }
  }
}

// "1.85" before "1.100".
std::vector<unsigned> numbers_of(std::string_view version) {
  std::vector<unsigned> numbers;
  while (!version.empty() && numbers.size() < 3) {
    unsigned number = 0;
    std::from_chars(version.data(), version.data() + version.size(), number);
    numbers.push_back(number);
    size_t point = version.find('.');
    version = point == version.npos ? "" : version.substr(point + 1);
  }
  return numbers;
}

// False too where it is not known.
bool CargoReader::local_rustc_is_older(std::string_view wanted) const {
  for (const Build &build : project_.builds) {
    auto rustc = build.versions.find("rustc");
    if (build.where != "local" || rustc == build.versions.end()) continue;
    const std::string &version = rustc->second.value;
    return !version.empty() && version[0] >= '0' && version[0] <= '9' && numbers_of(version) < numbers_of(wanted);
  }
  return false;
}

void CargoReader::remark_members() {
  const CargoManifest *newest = nullptr;
  std::string here = normal_path(context_.options.folder) + '/';
  for (const CargoManifest &member : workspace_.members) {
    if (!member.rust_version.value.empty() &&
        (!newest || numbers_of(member.rust_version.value) > numbers_of(newest->rust_version.value)))
      newest = &member;
    if (member.path == workspace_.root.path) continue;
    if (const TomlNode *profiles = member.file->root().find("profile");
        profiles && profiles->is_table() && !profiles->empty()) {
      std::vector<std::string_view> names;
      for (const TomlNode &profile : *profiles) names.push_back(profile.key);
      project_.remarks.push_back(
          {"ignored-profile",
           fmt::format("the profile '{}' of the member '{}' has no effect: cargo reads profiles in {} only",
                       fmt::join(names, "', '"), member.name, workspace_.root.shown),
           {member.shown, profiles->line}});
    }
    if (here.starts_with(member.folder + '/')) continue;
    for (const char *name : {".cargo/config", ".cargo/config.toml"})
      if (std::string path = join_path(member.folder, name); context_.files.is_file(path))
        project_.remarks.push_back({"ignored-config",
                                    fmt::format("cargo reads this only when it is run in {} or below it",
                                                context_.shown(member.folder, project_)),
                                    {context_.shown(path, project_), 0}});
  }
  if (newest && local_rustc_is_older(newest->rust_version.value))
    project_.remarks.push_back(
        {"rust-version", fmt::format("'{}' asks for rustc {} or newer", newest->name, newest->rust_version.value),
         newest->rust_version.place});
}

void read_cargo(const std::string &root, const ProjectContext &context, Project &project) {
  CargoReader(root, context, project).run();
}

}  // namespace

const ProjectKind cargo_kind = {"cargo", find_cargo_root, read_cargo};

}  // namespace ldwhy
