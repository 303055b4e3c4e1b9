// The order of flags on the command line, as CMake 3.25 writes it for Ninja and Make:
// CMAKE_<LANG>_FLAGS, those of the build type, interprocedural optimization, options of the
// directory and of the target; a link has the language's flags, then CMAKE_EXE_LINKER_FLAGS, then
// link options.
#include "project/cmake_settings.h"

#include <algorithm>

#include "base/text.h"

namespace ldwhy {
namespace {

constexpr size_t most_targets = 300;    // that have settings of their own
constexpr size_t most_libraries = 500;  // looked through for one target

class Settings {
 public:
  Settings(const CMakeProject &project, const CMakeInput &input, Build &build)
      : project_(project), input_(input), build_(build) {
    for (size_t i = 0; i < project.targets.size(); ++i) index_[project.targets[i].name] = i;
    config_ = input.build_type;
    if (config_.empty())
      if (const CMakeValue *type = project.variable("CMAKE_BUILD_TYPE")) config_ = type->text();
    if (has_unknown(config_)) config_.clear();
    for (char c : config_) upper_ += c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
  }

  void add() {
    add_target_triple();
    add_build_type();
    for (bool cxx : {false, true}) {
      if (!(cxx ? project_.has_cxx : project_.has_c)) continue;
      SettingSource compiler = project_.compiler_source(cxx);
      Setting setting;
      setting.name = cxx ? "cxx-compiler" : "c-compiler";
      setting.source = std::move(compiler);
      add_setting(build_, std::move(setting));
    }
    CMakeTarget whole = whole_project();
    for (bool cxx : {false, true})
      if (cxx ? project_.has_cxx : project_.has_c) add_flags(whole, cxx);
    Setting link = flags_setting("link-flags", link_flags(whole, false));
    add_losers({"CMAKE_EXE_LINKER_FLAGS"}, link);
    add_setting(build_, std::move(link));
    add_lto(whole);
    add_linker(whole);
  }

 private:
  // A target as one made at the end of the root's directory would be.
  CMakeTarget whole_project() const {
    CMakeTarget target;
    if (project_.directories.empty()) return target;
    target.compile_options = project_.directories.front().compile_options;
    target.link_options = project_.directories.front().link_options;
    for (const auto &[name, value] : project_.directories.front().variables)
      if (name.starts_with("CMAKE_INTERPROCEDURAL_OPTIMIZATION")) target.properties[name.substr(6)] = value;
    return target;
  }

  const CMakeValue *variable(const CMakeTarget &target, const std::string &name) const {
    if (target.directory >= project_.directories.size()) return nullptr;
    const std::map<std::string, CMakeValue> &variables = project_.directories[target.directory].variables;
    auto found = variables.find(name);
    return found == variables.end() ? nullptr : &found->second;
  }

  static void append(FlagText &to, const FlagText &more) {
    if (more.empty()) return;
    if (!to.empty()) to.push_back({" ", {}});
    to.insert(to.end(), more.begin(), more.end());
  }

  // A variable and its form for the build type. Flags of its own default have no place.
  FlagText flag_variable(const CMakeTarget &target, const std::string &name) const {
    FlagText flags;
    if (const CMakeValue *value = variable(target, name)) append(flags, value->pieces);
    if (!upper_.empty())
      if (const CMakeValue *value = variable(target, name + "_" + upper_)) append(flags, value->pieces);
    return flags;
  }

  // The property for the build type, else the one for all.
  const CMakeValue *ipo(const CMakeTarget &target) const {
    if (!upper_.empty()) {
      auto own = target.properties.find("INTERPROCEDURAL_OPTIMIZATION_" + upper_);
      if (own != target.properties.end()) return &own->second;
    }
    auto all = target.properties.find("INTERPROCEDURAL_OPTIMIZATION");
    return all == target.properties.end() ? nullptr : &all->second;
  }

  FlagText ipo_flags(const CMakeTarget &target) const {
    const CMakeValue *value = ipo(target);
    if (!value) return {};
    std::string text = value->text();
    if (cmake_constant(text) == Truth::No) return {};
    FlagPiece piece;
    if (!value->pieces.empty()) piece.source = value->pieces.back().source;
    // A variable that could not be read, such as the answer of check_ipo_supported.
    if (has_unknown(text)) piece.source.text += " (only where " + text + " is true)";
    switch (project_.compiler()) {
      case CompilerKind::Clang: piece.text = "-flto=thin"; break;
      case CompilerKind::Msvc: piece.text = "/GL"; break;
      default: piece.text = "-flto=auto -fno-fat-lto-objects";
    }
    return {piece};
  }

  // Options that come with the libraries that a target links.
  FlagText inherited(const CMakeTarget &target, bool link) const {
    FlagText flags;
    std::set<std::string> seen;
    std::vector<std::string> open = target.libraries;
    while (!open.empty() && seen.size() < most_libraries) {
      std::string name = std::move(open.back());
      open.pop_back();
      auto found = index_.find(name);
      if (found == index_.end() || !seen.insert(name).second) continue;
      const CMakeTarget &library = project_.targets[found->second];
      append(flags, link ? library.interface_link : library.interface_compile);
      open.insert(open.end(), library.libraries.begin(), library.libraries.end());
    }
    return flags;
  }

  FlagText generated(const FlagText &text, const char *language) const {
    const char *id = project_.compiler() == CompilerKind::Gcc ? "GNU"
                     : project_.compiler() == CompilerKind::Clang
                         ? (input_.host.find("apple") != std::string::npos ? "" : "Clang")
                     : project_.compiler() == CompilerKind::Msvc ? "MSVC"
                                                                 : "";
    return evaluate_generator(text, {config_, language, id});
  }

  FlagText compile_flags(const CMakeTarget &target, bool cxx) const {
    FlagText flags = flag_variable(target, cxx ? "CMAKE_CXX_FLAGS" : "CMAKE_C_FLAGS");
    append(flags, ipo_flags(target));
    append(flags, generated(target.compile_options, cxx ? "CXX" : "C"));
    append(flags, generated(inherited(target, false), cxx ? "CXX" : "C"));
    return flags;
  }

  FlagText link_flags(const CMakeTarget &target, bool with_compile_flags) const {
    FlagText flags;
    if (with_compile_flags) {
      flags = flag_variable(target, is_cxx(target) ? "CMAKE_CXX_FLAGS" : "CMAKE_C_FLAGS");
      append(flags, ipo_flags(target));
    }
    append(flags, flag_variable(target, "CMAKE_EXE_LINKER_FLAGS"));
    append(flags, generated(target.link_options, ""));
    append(flags, generated(inherited(target, true), ""));
    return flags;
  }

  bool is_cxx(const CMakeTarget &target) const {
    if (target.cxx != target.c) return target.cxx;
    return project_.has_cxx || !project_.has_c;
  }

  void add_losers(std::initializer_list<const char *> names, Setting &setting) const {
    for (const char *name : names)
      for (const std::string &form : {std::string(name), std::string(name) + "_" + upper_}) {
        auto found = project_.losers.find(form);
        if (found == project_.losers.end()) continue;
        setting.overridden.insert(setting.overridden.end(), found->second.rbegin(), found->second.rend());
        if (upper_.empty()) break;
      }
  }

  void add_flags(const CMakeTarget &whole, bool cxx) {
    Setting setting = flags_setting(cxx ? "cxx-flags" : "c-flags", compile_flags(whole, cxx));
    add_losers({cxx ? "CMAKE_CXX_FLAGS" : "CMAKE_C_FLAGS"}, setting);
    add_setting(build_, std::move(setting));
  }

  Setting lto_of(const CMakeTarget &target) const {
    Setting lto = lto_of_flags(compile_flags(target, is_cxx(target)), project_.compiler());
    if (lto.source.place.file.empty() && target.cxx == target.c && project_.has_c && project_.has_cxx) {
      Setting other = lto_of_flags(compile_flags(target, !is_cxx(target)), project_.compiler());
      if (!other.source.place.file.empty()) lto = std::move(other);
    }
    if (lto.source.place.file.empty()) {
      // Only the link may say so: then what comes from elsewhere as bitcode is optimized there.
      Setting link = lto_of_flags(link_flags(target, false), project_.compiler());
      if (!link.source.place.file.empty()) lto = std::move(link);
    }
    // A property that is switched off says more than nothing said.
    const CMakeValue *off = ipo(target);
    if (lto.source.place.file.empty() && off && !off->pieces.empty() && cmake_constant(off->text()) == Truth::No)
      lto.source = off->pieces.back().source, lto.source.value = "none";
    return lto;
  }

  void add_lto(const CMakeTarget &whole) {
    Setting lto = lto_of(whole);
    std::vector<Setting> own;
    size_t same = 0, compiled = 0;
    for (const CMakeTarget &target : project_.targets) {
      if (target.interface) continue;
      ++compiled;
      Setting mine = lto_of(target);
      if (mine.source.value == lto.source.value) {
        ++same;
        continue;
      }
      mine.package = target.name;
      if (own.size() < most_targets) own.push_back(std::move(mine));
    }
    // Where all targets agree on something else (set on each of them), that is the project's mode.
    if (same == 0 && compiled > 0 && std::ranges::all_of(own, [&](const Setting &setting) {
          return setting.source.value == own.front().source.value;
        })) {
      lto = own.front();
      lto.package.clear();
      own.clear();
    }
    for (const char *name : {"CMAKE_INTERPROCEDURAL_OPTIMIZATION", "INTERPROCEDURAL_OPTIMIZATION"})
      add_losers({name}, lto);
    for (const char *name : {"CMAKE_C_FLAGS", "CMAKE_CXX_FLAGS"}) add_lto_losers(name, lto);
    add_setting(build_, std::move(lto));
    for (Setting &setting : own) add_setting(build_, std::move(setting));
  }

  // Of flags that lost, those that would have changed the mode.
  void add_lto_losers(const std::string &name, Setting &lto) const {
    for (const std::string &form : {name, name + "_" + upper_}) {
      auto found = project_.losers.find(form);
      if (found == project_.losers.end()) continue;
      for (const SettingSource &loser : found->second) {
        Setting lost = lto_of_flags({{loser.value, {"", loser.place, loser.text, ""}}}, project_.compiler());
        if (!lost.source.place.file.empty() && lost.source.value != lto.source.value)
          add_overridden(lto, lost.source, loser.why);
      }
      if (upper_.empty()) break;
    }
  }

  void add_linker(const CMakeTarget &whole) {
    Setting linker = linker_of(whole);
    if (linker.source.value.empty())
      for (const CMakeTarget &target : project_.targets)
        if (!target.interface && linker.source.value.empty()) linker = linker_of(target);
    add_setting(build_, std::move(linker));
  }

  Setting linker_of(const CMakeTarget &target) const {
    Setting linker = linker_of_flags(link_flags(target, true));
    if (!linker.source.value.empty()) return linker;
    // CMake 3.29 and newer.
    const CMakeValue *type = variable(target, "CMAKE_LINKER_TYPE");
    auto own = target.properties.find("LINKER_TYPE");
    if (own != target.properties.end()) type = &own->second;
    if (!type || type->pieces.empty() || type->text() == "DEFAULT" || type->text().empty()) return linker;
    linker.name = "linker";
    linker.source = type->pieces.back().source;
    linker.source.value = lower_case(type->text());
    return linker;
  }

  void add_build_type() {
    Setting setting;
    setting.name = "build-type";
    setting.source.value = config_;
    if (const CMakeValue *type = project_.variable("CMAKE_BUILD_TYPE"); type && !type->pieces.empty()) {
      setting.source = type->pieces.back().source;
      setting.source.value = config_;
    }
    add_losers({"CMAKE_BUILD_TYPE"}, setting);
    if (build_.profile.empty()) build_.profile = config_;
    add_setting(build_, std::move(setting));
  }

  // The host's, unless something says that another is built for.
  void add_target_triple() {
    auto text = [&](const char *name) {
      const CMakeValue *value = project_.variable(name);
      std::string text = value ? value->text() : "";
      return has_unknown(text) ? std::string() : text;
    };
    std::string named = text("CMAKE_CXX_COMPILER_TARGET");
    if (named.empty()) named = text("CMAKE_C_COMPILER_TARGET");
    bool cross = !project_.system.empty() && variable_names_toolchain();
    if (!named.empty()) build_.target = named;
    else if (!cross) build_.target = input_.host;
    std::string architectures = text("CMAKE_OSX_ARCHITECTURES");
    if (input_.host.find("apple") != std::string::npos && !cross) {
      if (architectures == "arm64") build_.target = "aarch64-apple-darwin";
      if (architectures == "x86_64") build_.target = "x86_64-apple-darwin";
      if (architectures.find(';') != std::string::npos) build_.target.clear();
    }
    if (project_.system == "Android" || !text("ANDROID_ABI").empty()) {
      std::string abi = text("ANDROID_ABI");
      build_.target = abi == "arm64-v8a"     ? "aarch64-linux-android"
                      : abi == "x86_64"      ? "x86_64-linux-android"
                      : abi == "armeabi-v7a" ? "armv7-linux-androideabi"
                      : abi == "x86"         ? "i686-linux-android"
                                             : "";
    }
  }

  bool variable_names_toolchain() const {
    const CMakeValue *file = project_.variable("CMAKE_TOOLCHAIN_FILE");
    return file && !file->text().empty();
  }

  const CMakeProject &project_;
  const CMakeInput &input_;
  Build &build_;
  std::map<std::string, size_t> index_;
  std::string config_, upper_;
};

}  // namespace

void add_cmake_settings(const CMakeProject &project, const CMakeInput &input, Build &build) {
  Settings(project, input, build).add();
}

}  // namespace ldwhy
