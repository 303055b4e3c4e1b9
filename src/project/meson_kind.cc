// Meson: one build for every build folder that is set up, and for every call of meson at the sites;
// where there is none, one as a plain `meson setup` on this machine would make. Meson's manual,
// "Built-in options": b_lto, b_lto_mode; "Environment variables": CFLAGS, LDFLAGS, CC_LD.
#include <algorithm>

#include "project/cmake_cache.h"
#include "project/flags.h"
#include "project/meson_options.h"
#include "project/project.h"

namespace ldwhy {
namespace {

constexpr size_t most_bytes = 4 << 20;
constexpr size_t most_builds = 300;
constexpr size_t most_targets = 300;

std::optional<std::vector<MesonOption>> read_project_file(const std::string &folder, const std::string &shown,
                                                          const Files &files) {
  Result<FileRef> file = files.open(join_path(folder, "meson.build"));
  if (!file || (*file)->bytes().size() > most_bytes) return std::nullopt;
  return read_meson_project((*file)->bytes().text(), shown);
}

// The nearest folder upward whose meson.build starts with project().
std::optional<std::string> meson_root(const std::string &folder, const Files &files) {
  for (std::string at = folder; !at.empty(); at = parent_path(at)) {
    if (read_project_file(at, "", files)) return at;
    if (at == "/" || files.exists(join_path(at, ".git"))) break;
  }
  return std::nullopt;
}

class MesonBuilds {
 public:
  MesonBuilds(const std::string &root, const ProjectContext &context, Project &project)
      : root_(root), context_(context), project_(project) {
    defaults_ = read_project_file(root, context.shown(join_path(root, "meson.build"), project), context.files)
                    .value_or(std::vector<MesonOption>());
  }

  void read() {
    project_.systems.push_back("meson");
    BuildSite local;
    for (const BuildSite &site : project_.sites)
      if (site.where == "local") local = site;
    bool any = false;
    for (const std::string &folder : find_build_folders(root_, "meson-info/intro-buildoptions.json", context_.files))
      if (std::optional<MesonBuildFolder> found =
              read_meson_build_folder(folder, context_.shown(folder, project_), context_.files)) {
        any = true;
        add(local, found->options, &*found);
      }
    if (!any) add(local, {}, nullptr);
    for (const BuildSite &site : project_.sites)
      for (const ToolCall &call : site.calls)
        if (!call.argv.empty() && file_name(call.argv[0]) == "meson")
          if (std::optional<std::vector<MesonOption>> options = read_meson_call(call)) add(site, *options, nullptr);
  }

 private:
  // What holds of an option: the call or the build folder, then project()'s default.
  Setting setting_of(const std::string &name, const std::vector<MesonOption> &given) const {
    Setting setting;
    setting.name = name;
    std::vector<SettingSource> sources;
    for (const std::vector<MesonOption> *options : {&given, &defaults_})
      for (const MesonOption &option : *options)
        if (option.name == name) sources.push_back(option.source);
    if (sources.empty()) return setting;
    setting.source = sources.front();
    for (size_t i = 1; i < sources.size(); ++i)
      if (sources[i].value != setting.source.value)
        add_overridden(setting, sources[i], "the command line and the build folder win over default_options");
    return setting;
  }

  // c_args and the like; the environment counts only when a folder is set up, and is then in the
  // option.
  FlagText flags_of(const char *option, const char *variable, const std::vector<MesonOption> &given,
                    const BuildSite &site, bool configured) const {
    Setting setting = setting_of(option, given);
    FlagText flags;
    if (!setting.source.value.empty()) flags.push_back({setting.source.value, setting.source});
    if (configured || !setting.source.value.empty()) return flags;
    for (const Variable &given_variable : site.environment)
      if (given_variable.name == variable && !given_variable.value.empty())
        flags = {{given_variable.value, {"", given_variable.place, given_variable.name + " in the environment", ""}}};
    return flags;
  }

  void add(const BuildSite &site, const std::vector<MesonOption> &given, const MesonBuildFolder *folder) {
    if (project_.builds.size() >= most_builds) return;
    Build build;
    build.where = site.where;
    build.system = "meson";
    build.target = site.host;
    Setting type = setting_of("buildtype", given);
    type.name = "build-type";
    build.profile = type.source.value.empty() ? "debug" : type.source.value;
    if (site.where == "local" && !context_.options.profile.empty() && context_.options.profile != build.profile) {
      if (folder) return;
      build.profile = context_.options.profile;
      add_overridden(type, std::exchange(type.source, {build.profile, {"command line", 0}, "--profile", ""}),
                     "the command line wins");
    }
    add_setting(build, std::move(type));
    FlagText c = flags_of("c_args", "CFLAGS", given, site, folder),
             cxx = flags_of("cpp_args", "CXXFLAGS", given, site, folder);
    FlagText link = flags_of("cpp_link_args", "LDFLAGS", given, site, folder);
    if (link.empty()) link = flags_of("c_link_args", "LDFLAGS", given, site, folder);
    add_setting(build, flags_setting("c-flags", c));
    add_setting(build, flags_setting("cxx-flags", cxx));
    add_setting(build, flags_setting("link-flags", link));
    CompilerKind compiler = compiler_of(site, folder);
    add_lto(build, given, folder, compiler, cxx, c, link);
    add_linker(build, site, folder, {&link, &cxx, &c});
    if (folder && !folder->version.empty()) build.versions["meson"] = {folder->version, {}};
    for (const auto &[tool, fact] : site.tools)
      if (tool == "clang" || tool == "gcc" || tool == "mold") build.versions[tool] = fact;
    project_.builds.push_back(std::move(build));
  }

  CompilerKind compiler_of(const BuildSite &site, const MesonBuildFolder *folder) const {
    if (!context_.options.clang.empty() && site.where == "local") return CompilerKind::Clang;
    CompilerKind kind = folder ? compiler_kind(folder->compiler) : CompilerKind::Unknown;
    for (const char *name : {"CXX", "CC"})
      for (const Variable &variable : site.environment)
        if (kind == CompilerKind::Unknown && variable.name == name) kind = compiler_kind(variable.value);
    return kind == CompilerKind::Unknown ? default_compiler(site.host) : kind;
  }

  void add_lto(Build &build, const std::vector<MesonOption> &given, const MesonBuildFolder *folder,
               CompilerKind compiler, const FlagText &cxx, const FlagText &c, const FlagText &link) const {
    Setting lto = setting_of("b_lto", given), mode = setting_of("b_lto_mode", given);
    lto.name = "lto";
    auto word = [&](const std::string &value) {
      if (value != "true") return std::string("none");
      if (compiler == CompilerKind::Gcc) return std::string("gcc");
      return std::string(mode.source.value == "thin" ? "thin" : "full");
    };
    bool on = lto.source.value == "true";
    lto.source.value = word(lto.source.value);
    if (on && mode.source.value == "thin") lto.source.text += " and b_lto_mode=thin";
    for (SettingSource &loser : lto.overridden) loser.value = word(loser.value);
    // Without b_lto, flags given by hand count.
    for (const FlagText *flags : {&cxx, &c, &link})
      if (!on && lto.source.value == "none") {
        Setting by_hand = lto_of_flags(*flags, compiler);
        if (by_hand.source.value != "none") lto.source = by_hand.source;
      }
    std::string whole = lto.source.value;
    add_setting(build, std::move(lto));
    if (!folder) return;
    // override_options: a target's own flags tell.
    size_t left = most_targets;
    for (const auto &[target, flags] : folder->target_flags) {
      SettingSource source;
      if (!folder->options.empty()) source.place = folder->options.front().source.place;
      source.text = "target " + target;
      FlagText text{{flags, source}};
      Setting own = lto_of_flags(text, compiler);
      if (own.source.value == whole || left == 0) continue;
      --left;
      own.package = target;
      if (own.source.text.empty()) own.source.text = "target " + target;
      add_setting(build, std::move(own));
    }
  }

  void add_linker(Build &build, const BuildSite &site, const MesonBuildFolder *folder,
                  std::initializer_list<const FlagText *> flags) const {
    Setting linker;
    for (const FlagText *text : flags)
      if (linker.source.value.empty()) linker = linker_of_flags(*text);
    linker.name = "linker";
    if (folder && !folder->linker.empty()) {
      linker.source = {folder->linker, folder->linker_place, "-fuse-ld=" + folder->linker, ""};
    } else if (!folder && linker.source.value.empty()) {
      for (const char *name : {"CXX_LD", "CC_LD"})
        for (const Variable &variable : site.environment)
          if (variable.name == name && !variable.value.empty())
            linker.source = {variable.value, variable.place, variable.name + " in the environment", ""};
    }
    const std::string &what_if = context_.options.linker;
    if (!what_if.empty() && site.where == "local") {
      if (!linker.source.value.empty()) add_overridden(linker, linker.source, "the command line wins");
      linker.source = {what_if.substr(0, what_if.find('=')), {"command line", 0}, "--linker", ""};
    }
    add_setting(build, std::move(linker));
  }

  const std::string &root_;
  const ProjectContext &context_;
  Project &project_;
  std::vector<MesonOption> defaults_;
};

void read_meson(const std::string &root, const ProjectContext &context, Project &project) {
  MesonBuilds(root, context, project).read();
}

}  // namespace

const ProjectKind meson_kind = {"meson", meson_root, read_meson};

}  // namespace ldwhy
