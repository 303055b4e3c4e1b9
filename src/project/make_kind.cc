// GNU make: which flags the makefile and the environment come to (GNU make manual, 6.10, 9.5,
// 10.3: variables of the built-in rules), on this machine and in every call of make elsewhere.
#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"
#include "project/flags.h"
#include "project/make_call.h"
#include "project/make_file.h"
#include "project/project.h"

namespace ldwhy {
namespace {

constexpr size_t most_bytes = 4 << 20;
constexpr size_t most_builds = 500;

// A makefile that only runs other tools builds nothing itself; one that CMake wrote is CMake's.
bool compiles(std::string_view text) {
  if (text.find("# CMAKE generated file") != text.npos) return false;
  for (std::string_view word : {"$(CC)", "${CC}", "$(CXX)", "${CXX}", "CFLAGS", "CXXFLAGS", "LDFLAGS", "$(LD)"})
    if (text.find(word) != text.npos) return true;
  return false;
}

std::optional<std::string> make_root(const std::string &folder, const Files &files) {
  std::string path = find_makefile(folder, "", files);
  if (path.empty()) return std::nullopt;
  Result<FileRef> file = files.open(path);
  if (!file || (*file)->bytes().size() > most_bytes || !compiles((*file)->bytes().text())) return std::nullopt;
  return folder;
}

class MakeBuild {
 public:
  MakeBuild(const MakeFile &make, const BuildSite &site) : make_(make) {
    build_.where = site.where;
    build_.system = "make";
    build_.target = site.host;
    for (const auto &[tool, fact] : site.tools)
      if (tool == "clang" || tool == "gcc" || tool == "mold") build_.versions[tool] = fact;
  }

  Build finish(const ProjectOptions &options) {
    std::string cc = make_.expand_to_text("$(CC)"), cxx = make_.expand_to_text("$(CXX)");
    CompilerKind compiler = compiler_kind(cc);
    if (compiler == CompilerKind::Unknown) compiler = compiler_kind(cxx == "g++" ? "" : cxx);
    if (compiler == CompilerKind::Unknown) compiler = default_compiler(build_.target);

    add_variable("c-compiler", {"CC"});
    add_variable("cxx-compiler", {"CXX"});
    add_flags("c-flags", {"CPPFLAGS", "CFLAGS"});
    add_flags("cxx-flags", {"CPPFLAGS", "CXXFLAGS"});
    add_flags("link-flags", {"LDFLAGS", "LDLIBS"});
    add_lto(compiler);
    add_linker(options);
    return std::move(build_);
  }

 private:
  FlagText flags(std::initializer_list<const char *> names) const {
    FlagText all;
    for (const char *name : names) {
      FlagText text = make_.value(name);
      if (!all.empty() && !text.empty()) all.push_back({" ", {}});
      all.insert(all.end(), text.begin(), text.end());
    }
    return all;
  }

  void add_losers(std::initializer_list<const char *> names, Setting &setting) const {
    for (const char *name : names) {
      auto found = make_.variables.find(name);
      if (found == make_.variables.end()) continue;
      for (auto loser = found->second.losers.rbegin(); loser != found->second.losers.rend(); ++loser)
        setting.overridden.push_back(*loser);
    }
  }

  void add_flags(const char *setting_name, std::initializer_list<const char *> names) {
    Setting setting = flags_setting(setting_name, flags(names));
    add_losers(names, setting);
    add_setting(build_, std::move(setting));
  }

  void add_variable(const char *setting_name, std::initializer_list<const char *> names) {
    Setting setting = flags_setting(setting_name, flags(names));
    if (setting.source.place.file.empty()) return;  // make's own default
    add_losers(names, setting);
    add_setting(build_, std::move(setting));
  }

  // Flags of the recipes that call a compiler by its variable: not all projects use the usual
  // names.
  FlagText recipe_flags() const {
    FlagText all;
    for (const MakeRule &rule : make_.rules)
      for (const MakeRule::Line &line : rule.recipe) {
        bool calls = false;
        for (std::string_view word : {"$(CC)", "${CC}", "$(CXX)", "${CXX}", "$(LD)", "${LD}", "$(LINK"})
          calls = calls || line.text.find(word) != std::string::npos;
        if (!calls || all.size() > 2000) continue;
        std::string target = rule.targets.empty() ? "" : rule.targets.front();
        FlagText text = make_.expand(line.text, {"", {rule.file, line.line}, "recipe of " + target, ""});
        if (!all.empty()) all.push_back({" ", {}});
        all.insert(all.end(), text.begin(), text.end());
      }
    return all;
  }

  // LTO needs the flag both when compiling and when linking; what is compiled decides.
  void add_lto(CompilerKind compiler) {
    Setting best = lto_of_flags(flags({"CPPFLAGS", "CXXFLAGS"}), compiler);
    for (const FlagText &text : {flags({"CPPFLAGS", "CFLAGS"}), flags({"LDFLAGS", "LDLIBS"}), recipe_flags()}) {
      if (best.source.value != "none" || !best.source.place.file.empty()) break;
      best = lto_of_flags(text, compiler);
    }
    // Losers that would have said otherwise.
    for (const char *name : {"CFLAGS", "CXXFLAGS", "LDFLAGS"}) {
      auto found = make_.variables.find(name);
      if (found == make_.variables.end()) continue;
      for (const SettingSource &loser : found->second.losers) {
        Setting lost = lto_of_flags({{loser.value, {"", loser.place, loser.text, ""}}}, compiler);
        if (!lost.source.place.file.empty() && lost.source.value != best.source.value)
          add_overridden(best, lost.source, loser.why);
      }
    }
    add_setting(build_, best);
    for (const MakeTargetVariable &variable : make_.target_variables) {
      if (variable.name.find("FLAGS") == std::string::npos) continue;
      FlagPiece piece = variable.piece;
      piece.text = make_.expand_to_text(piece.text);
      Setting own = lto_of_flags({piece}, compiler);
      if (own.source.place.file.empty() || own.source.value == best.source.value) continue;
      own.package = variable.target;
      add_setting(build_, std::move(own));
    }
  }

  void add_linker(const ProjectOptions &options) {
    Setting linker = linker_of_flags(flags({"LDFLAGS", "LDLIBS"}));
    for (const FlagText &text : {flags({"CXXFLAGS"}), flags({"CFLAGS"}), recipe_flags()})
      if (linker.source.value.empty()) linker = linker_of_flags(text);
    if (!options.linker.empty()) {
      if (!linker.source.value.empty()) add_overridden(linker, linker.source, "the command line wins");
      linker.source = {options.linker.substr(0, options.linker.find('=')), {"command line", 0}, "--linker", ""};
    }
    add_setting(build_, std::move(linker));
  }

  const MakeFile &make_;
  Build build_;
};

class MakeProject {
 public:
  MakeProject(const std::string &root, const ProjectContext &context, Project &project)
      : root_(root), context_(context), project_(project) {}

  void read() {
    project_.systems.push_back("make");
    for (const BuildSite &site : project_.sites) {
      if (site.where == "local") add(site, {}, {"make"});
      for (const ToolCall &call : site.calls) {
        std::string_view program = call.argv.empty() ? std::string_view() : file_name(call.argv[0]);
        if (program == "make" || program == "gmake" || program == "mingw32-make")
          add(site, call.directory, call.argv, call.place);
      }
    }
  }

 private:
  void add(const BuildSite &site, const std::string &directory, const std::vector<std::string> &argv,
           const Place &place = {}) {
    if (project_.builds.size() >= most_builds) return;
    MakeCall call = read_make_call(argv, place);
    std::string folder = directory.empty() ? root_ : normal_path(join_path(project_.root, directory));
    for (const std::string &step : call.folders) folder = normal_path(join_path(folder, step));
    while (folder.ends_with('/') && folder.size() > 1) folder.pop_back();
    std::string path = find_makefile(folder, call.file, context_.files);
    if (path.empty()) return;
    MakeInput input{path,           context_.shown(path, project_), site.environment,
                    call.variables, call.environment_first,         site.host};
    MakeFile make(input, context_.files);
    for (const std::string &problem : make.problems)
      if (problems_.insert(problem).second) project_.problems.push_back({{input.shown, 0}, problem});
    Build build = MakeBuild(make, site).finish(context_.options);
    bool same = std::ranges::any_of(project_.builds, [&](const Build &other) {
      return other.system == "make" && other.where == build.where && same_settings(other, build);
    });
    if (!same) project_.builds.push_back(std::move(build));
  }

  static bool same_settings(const Build &a, const Build &b) {
    return std::ranges::equal(a.settings, b.settings, [](const Setting &x, const Setting &y) {
      return x.name == y.name && x.package == y.package && x.source.value == y.source.value;
    });
  }

  const std::string &root_;
  const ProjectContext &context_;
  Project &project_;
  std::set<std::string> problems_;
};

void read_make(const std::string &root, const ProjectContext &context, Project &project) {
  MakeProject(root, context, project).read();
}

}  // namespace

const ProjectKind make_kind = {"make", make_root, read_make};

}  // namespace ldwhy
