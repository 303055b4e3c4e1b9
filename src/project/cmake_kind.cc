// CMake: one build for every configured build folder, every preset, and every call of cmake at
// the sites; where there is none of them, one as a plain `cmake -B build` on this machine would
// make.
#include <algorithm>

#include "project/cmake_cache.h"
#include "project/cmake_presets.h"
#include "project/cmake_project.h"
#include "project/cmake_settings.h"
#include "project/project.h"

namespace ldwhy {
namespace {

constexpr size_t most_builds = 300;

// The outermost CMakeLists.txt of an unbroken line of folders upward; the repository's top ends it.
std::optional<std::string> cmake_root(const std::string &folder, const Files &files) {
  std::optional<std::string> root;
  for (std::string at = folder; !at.empty(); at = parent_path(at)) {
    bool here = files.is_file(join_path(at, "CMakeLists.txt"));
    if (here) root = at;
    if ((root && !here) || files.exists(join_path(at, ".git")) || at == "/") break;
  }
  return root;
}

// The words of a `cmake` call that configures; those that build, install or script are none.
struct ConfigureCall {
  std::vector<CMakeCacheEntry> cache;
  std::string source, preset;
  bool configures = true;
};

ConfigureCall read_call(const ToolCall &call) {
  ConfigureCall result;
  for (size_t i = 1; i < call.argv.size(); ++i) {
    const std::string &word = call.argv[i];
    auto value = [&](size_t length) {
      return word.size() > length ? word.substr(length) : i + 1 < call.argv.size() ? call.argv[++i] : std::string();
    };
    if (word == "--build" || word == "--install" || word == "-E" || word == "-P" || word == "--find-package" ||
        word == "--version" || word == "--open" || word == "--workflow") {
      result.configures = false;
      return result;
    }
    if (word.starts_with("-D")) {
      std::string definition = value(2);
      size_t equals = definition.find('=');
      if (equals == definition.npos) continue;
      std::string name = definition.substr(0, equals);
      name = name.substr(0, name.find(':'));
      // Of several on the command line the last counts, so it goes to the front.
      result.cache.insert(
          result.cache.begin(),
          {name, {definition.substr(equals + 1), call.place, "-D" + name + " on cmake's command line", ""}});
    } else if (word.starts_with("--preset")) {
      result.preset = word.starts_with("--preset=") ? word.substr(9) : i + 1 < call.argv.size() ? call.argv[++i] : "";
    } else if (word == "--toolchain" && i + 1 < call.argv.size()) {
      result.cache.push_back({"CMAKE_TOOLCHAIN_FILE", {call.argv[++i], call.place, "--toolchain", ""}});
    } else if (word.starts_with("-S") || word.starts_with("-H")) {
      result.source = value(2);
    } else if (word.starts_with("-B") || word.starts_with("-G") || word.starts_with("-A") || word.starts_with("-T") ||
               word.starts_with("-C")) {
      value(2);
    } else if (!word.starts_with('-')) {
      result.source = word;
    }
  }
  return result;
}

class CMakeBuilds {
 public:
  CMakeBuilds(const std::string &root, const ProjectContext &context, Project &project)
      : root_(root), context_(context), project_(project) {}

  void read() {
    project_.systems.push_back("cmake");
    BuildSite local;
    for (const BuildSite &site : project_.sites)
      if (site.where == "local") local = site;
    std::vector<std::pair<Place, std::string>> problems;
    presets_ = read_cmake_presets(root_, local.environment, local.host, context_.files, problems);
    for (auto &[place, text] : problems) problem(place, text);
    size_t before = project_.builds.size();
    read_folders(local);
    read_presets(local);
    if (project_.builds.size() == before) add_plain(local);
    for (const BuildSite &site : std::vector<BuildSite>(project_.sites)) read_calls(site);
  }

 private:
  void problem(const Place &place, const std::string &text) {
    if (said_.insert(place.file + "\n" + text).second) project_.problems.push_back({place, text});
  }

  bool wanted(const std::string &profile, const std::string &type) const {
    const std::string &only = context_.options.profile;
    return only.empty() || only == profile || only == type;
  }

  void add(const BuildSite &site, CMakeInput &input, const std::string &profile,
           const std::map<std::string, Fact> &versions) {
    if (project_.builds.size() >= most_builds) return;
    Build build;
    build.where = site.where;
    build.system = "cmake";
    build.profile = profile;
    for (const auto &[tool, fact] : site.tools)
      if (tool == "clang" || tool == "gcc" || tool == "cmake" || tool == "mold" || tool == "xcode" || tool == "ndk")
        build.versions[tool] = fact;
    for (const auto &[tool, fact] : versions) build.versions[tool] = fact;
    if (!context_.options.clang.empty() && site.where == "local") input.compiler_id = "Clang";
    CMakeProject files(input, context_.files);
    for (const auto &[place, text] : files.problems) problem(place, text);
    add_cmake_settings(files, input, build);
    set_what_if(site, build);
    project_.builds.push_back(std::move(build));
  }

  void set_what_if(const BuildSite &site, Build &build) const {
    const std::string &linker = context_.options.linker;
    if (linker.empty() || site.where != "local") return;
    SettingSource source{linker.substr(0, linker.find('=')), {"command line", 0}, "--linker", ""};
    for (Setting &setting : build.settings)
      if (setting.name == "linker") {
        add_overridden(setting, std::exchange(setting.source, source), "the command line wins");
        return;
      }
    Setting setting;
    setting.name = "linker";
    setting.source = std::move(source);
    add_setting(build, std::move(setting));
  }

  CMakeInput input_for(const BuildSite &site) const {
    CMakeInput input;
    input.root = root_;
    input.host = site.host;
    input.environment = site.environment;
    return input;
  }

  void read_folders(const BuildSite &local) {
    for (const std::string &folder : find_build_folders(root_, "CMakeCache.txt", context_.files)) {
      std::optional<CMakeBuildFolder> found =
          read_build_folder(folder, context_.shown(folder, project_), context_.files);
      if (!found || (!found->home.empty() && normal_path(found->home) != root_)) continue;
      folders_.insert(folder);
      for (const std::string &type : found->build_types) {
        if (!wanted(type, type)) continue;
        CMakeInput input = input_for(local);
        input.configured = true;
        input.build_type = type;
        input.compiler_id = found->compiler_id;
        input.cache = found->cache;
        add(local, input, type, found->versions);
      }
    }
  }

  void read_presets(const BuildSite &local) {
    for (const CMakePreset &preset : presets_) {
      // A preset whose folder is configured says no more than the folder.
      if (preset.hidden || folders_.contains(preset.build_folder)) continue;
      CMakeInput input = input_for(local);
      use_preset(preset, input);
      if (wanted(preset.name, "")) add(local, input, preset.name, {});
    }
  }

  static void use_preset(const CMakePreset &preset, CMakeInput &input) {
    input.cache.insert(input.cache.end(), preset.cache.begin(), preset.cache.end());
    for (const Variable &variable : preset.environment) {
      std::erase_if(input.environment, [&](const Variable &other) { return other.name == variable.name; });
      input.environment.push_back(variable);
    }
  }

  void add_plain(const BuildSite &local) {
    CMakeInput input = input_for(local);
    input.build_type = context_.options.profile;
    add(local, input, context_.options.profile, {});
  }

  void read_calls(const BuildSite &site) {
    for (const ToolCall &call : site.calls) {
      if (call.argv.empty() || file_name(call.argv[0]) != "cmake") continue;
      ConfigureCall configure = read_call(call);
      if (!configure.configures || !is_ours(configure, call)) continue;
      CMakeInput input = input_for(site);
      input.cache = configure.cache;
      std::string profile;
      for (const CMakePreset &preset : presets_)
        if (preset.name == configure.preset && !preset.name.empty()) {
          use_preset(preset, input);
          profile = preset.name;
        }
      add(site, input, profile, {});
    }
  }

  // Whether the call configures this project: its source folder, or the folder that it runs in.
  bool is_ours(const ConfigureCall &configure, const ToolCall &call) const {
    std::string source = configure.source.empty() ? "." : configure.source;
    if (has_unknown(source)) return source.find("WORKSPACE") != source.npos || source.find("workspace") != source.npos;
    std::string folder = normal_path(join_path(join_path(project_.root, call.directory), source));
    while (folder.ends_with('/') && folder.size() > 1) folder.pop_back();
    if (folder == root_) return true;
    // `cd build && cmake ..` where build is not there yet; a build folder's own name.
    return folder.ends_with("/.") ||
           (!context_.files.is_file(join_path(folder, "CMakeLists.txt")) && folder.starts_with(root_));
  }

  const std::string &root_;
  const ProjectContext &context_;
  Project &project_;
  std::vector<CMakePreset> presets_;
  std::set<std::string> folders_, said_;
};

void read_cmake(const std::string &root, const ProjectContext &context, Project &project) {
  CMakeBuilds(root, context, project).read();
}

}  // namespace

const ProjectKind cmake_kind = {"cmake", cmake_root, read_cmake};

}  // namespace ldwhy
