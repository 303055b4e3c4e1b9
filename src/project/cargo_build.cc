#include "project/cargo_build.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/parallel.h"
#include "project/cargo_flags.h"
#include "project/cargo_profile.h"
#include "project/cargo_script.h"

namespace ldwhy {
namespace {

constexpr size_t script_limit = 2 << 20;

// What an option of rustc's is called as a setting of cargo's, and its value as cargo spells it.
std::string setting_name(const CodegenOption &option) {
  if (option.key == "debuginfo") return "debug";
  if (option.key == "link-arg" || option.key == "link-args") return "link-args";
  return option.key;
}
std::string setting_value(const CodegenOption &option) {
  const std::string &value = option.value;
  bool yes = value.empty() || value == "y" || value == "yes" || value == "on" || value == "true";
  bool no = value == "n" || value == "no" || value == "off" || value == "false";
  if (option.key == "lto") return yes ? "fat" : no ? "off" : value;
  if (option.key == "incremental") return "true";  // the value is a folder
  if (value.empty() || option.key == "embed-bitcode" || option.key == "linker-plugin-lto")
    return yes ? "true" : no ? "false" : value;
  return value;
}

// The program that rustc starts where nothing else is said.
std::string default_linker(std::string_view target) {
  CfgValues values = cfg_values(target);
  auto is = [&](std::string_view name, std::string_view value) {
    return std::ranges::find(values, std::pair(name, value)) != values.end();
  };
  if (is("target_env", "msvc")) return "link.exe";
  if (is("target_arch", "wasm32") && !is("target_os", "emscripten")) return "rust-lld";
  if (is("unix", "") && !is("target_os", "emscripten")) return "cc";
  return "";
}

// Variables that change a build when they stand in cargo's own environment.
bool is_for_cargo(std::string_view name) {
  constexpr std::string_view starts[] = {"RUSTFLAGS",     "CARGO_ENCODED_RUSTFLAGS", "CARGO_PROFILE_",  "CARGO_BUILD_",
                                         "CARGO_TARGET_", "CARGO_INCREMENTAL",       "RUSTUP_TOOLCHAIN"};
  return std::ranges::any_of(starts, [&](std::string_view start) { return name.starts_with(start); });
}

class BuildMaker {
 public:
  BuildMaker(const CargoRequest &request, const CargoWorkspace &workspace, Project &project)
      : request_(request), workspace_(workspace), project_(project) {}
  std::optional<Build> run();

 private:
  Setting *find(std::string_view name) { return const_cast<Setting *>(build_.find(name)); }
  void override_with(const std::string &name, SettingSource source, const std::string &why);
  void add_linker();
  void add_target_folder();
  void add_tools();
  void add_environment_table();
  void apply_flags(const CargoFlags &flags);
  void remark_hidden(const Setting &flags);
  void remark_broken(const CargoFlags &flags, const Setting &profile_lto);
  void remark(Remark remark);

  const CargoRequest &request_;
  const CargoWorkspace &workspace_;
  Project &project_;
  Build build_;
};

std::optional<Build> BuildMaker::run() {
  build_.where = request_.site->where;
  build_.system = "cargo";
  build_.profile = request_.call->profile;
  build_.target = request_.target;
  CargoProfiles profiles(workspace_.root, *request_.config, *request_.environment);
  ProjectProblem problem;
  std::optional<std::vector<std::string>> chain = profiles.chain(build_.profile, problem);
  if (!chain) {
    if (!request_.call->place.file.empty() && problem.text.ends_with("is not defined"))
      problem.place = request_.call->place;
    project_.problems.push_back(std::move(problem));
    return std::nullopt;
  }
  build_.settings = profiles.settings(*chain, request_.target);
  Setting profile_lto = build_.settings.front();
  add_linker();
  CargoFlags flags = find_rustflags(*request_.config, *request_.environment, request_.target, project_.problems);
  apply_flags(flags);
  remark_hidden(flags.setting);
  remark_broken(flags, profile_lto);
  build_.settings.push_back(std::move(flags.setting));
  add_target_folder();
  add_tools();
  add_environment_table();
  for (Setting &setting : profiles.overrides(*chain, project_.problems)) build_.settings.push_back(std::move(setting));
  for (Setting &setting : build_.settings) {
    setting.profile = build_.profile;
    setting.target = build_.target;
  }
  return std::move(build_);
}

void BuildMaker::override_with(const std::string &name, SettingSource source, const std::string &why) {
  Setting *setting = find(name);
  if (!setting) {
    setting = &build_.settings.emplace_back();
    setting->name = name;
  } else if (!setting->source.place.file.empty()) {
    setting->source.why = why;
    setting->overridden.insert(setting->overridden.begin(), std::move(setting->source));
  }
  setting->source = std::move(source);
}

void BuildMaker::add_linker() {
  std::vector<SettingSource> sources;
  std::string_view key[] = {"target", request_.target, "linker"};
  if (!request_.what_if_linker.empty())
    sources.push_back(
        {request_.what_if_linker.substr(0, request_.what_if_linker.find('=')), {"command line", 0}, "--linker", ""});
  for (SettingSource &source : request_.config->sources(key, *request_.environment))
    sources.push_back(std::move(source));
  size_t first_cfg = sources.size();
  std::vector<std::string> matching;
  for (const std::string &cfg : matching_cfgs(*request_.config, request_.target)) {
    std::string_view cfg_key[] = {"target", cfg, "linker"};
    std::vector<SettingSource> found = request_.config->sources(cfg_key, {});
    if (!found.empty()) matching.push_back(describe_source(found.front()));
    for (SettingSource &source : found) sources.push_back(std::move(source));
  }
  if (matching.size() > 1 && first_cfg == 0)
    project_.problems.push_back(
        {sources.front().place, fmt::format("cargo stops, since two linkers fit the target {}: {} and {}",
                                            request_.target, matching[0], matching[1])});
  if (sources.empty()) sources.push_back({default_linker(request_.target), {}, "rustc's default", ""});
  build_.settings.push_back(setting_from("linker", std::move(sources)));
}

// Flags stand after the profile's on rustc's command line, and of one option the last counts.
void BuildMaker::apply_flags(const CargoFlags &flags) {
  for (const CodegenOption &option : codegen_options(flags.words)) {
    std::string name = setting_name(option);
    SettingSource source{setting_value(option), option.flag->place,
                         fmt::format("{}: {}", option.flag->from, option.words), ""};
    Setting *before = find(name);
    if (before && (name == "link-args" || name == "target-feature")) {
      before->source.value += (name == "link-args" ? " " : ",") + source.value;
      continue;
    }
    std::string why = fmt::format("{} comes after it on rustc's command line", describe_source(source));
    override_with(name, std::move(source), why);
  }
}

void BuildMaker::add_target_folder() {
  std::vector<SettingSource> sources;
  const Fact &typed = request_.call->target_folder;
  if (!typed.value.empty()) sources.push_back({typed.value, typed.place, "--target-dir", ""});
  if (const Variable *variable = request_.environment->find("CARGO_TARGET_DIR"))
    sources.push_back({variable->value, variable->place, variable->name, ""});
  std::string_view key[] = {"build", "target-dir"};
  for (SettingSource &source : request_.config->sources(key, *request_.environment))
    sources.push_back(std::move(source));
  if (sources.empty()) sources.push_back({"target", {}, "cargo's default", ""});
  build_.settings.push_back(setting_from("target-dir", std::move(sources)));
}

// RUSTC_WRAPPER and RUSTC come before the configuration, --config too.
void BuildMaker::add_tools() {
  for (const char *name : {"rustc", "rustc-wrapper", "rustc-workspace-wrapper"}) {
    std::vector<SettingSource> sources;
    std::string variable_name = name;
    for (char &c : variable_name) c = c == '-' ? '_' : static_cast<char>(c - 'a' + 'A');
    if (const Variable *variable = request_.environment->find(variable_name))
      sources.push_back({variable->value, variable->place, variable->name, ""});
    std::string_view key[] = {"build", name};
    for (SettingSource &source : request_.config->sources(key, *request_.environment))
      sources.push_back(std::move(source));
    if (!sources.empty()) build_.settings.push_back(setting_from(name, std::move(sources)));
  }
}

// [env]: for rustc, what it starts, and build scripts; never for cargo itself.
void BuildMaker::add_environment_table() {
  std::string_view key[] = {"env"};
  std::vector<std::string> seen;
  for (const CargoHit &hit : request_.config->find(key)) {
    if (!hit.node->is_table()) continue;
    for (const TomlNode &entry : *hit.node) {
      if (std::ranges::find(seen, entry.key) != seen.end() || seen.size() >= 256) continue;
      seen.emplace_back(entry.key);
      const TomlNode *forced = entry.find("force");
      std::string_view value = entry.is_table() ? entry.text_of("value") : entry.text;
      SettingSource given{std::string(value), hit.layer->place_of(entry), fmt::format("env.{}", entry.key), ""};
      std::vector<SettingSource> sources = {given};
      if (const Variable *variable = request_.environment->find(entry.key))
        sources.insert(forced && forced->is_true() ? sources.end() : sources.begin(),
                       {variable->value, variable->place, variable->name, ""});
      build_.settings.push_back(setting_from(given.text, std::move(sources)));
      if (is_for_cargo(entry.key))
        remark({"ignored-env",
                fmt::format("[env] {} is for rustc and build scripts: cargo itself never reads it there", entry.key),
                given.place});
    }
  }
}

void BuildMaker::remark(Remark remark) {
  bool known = std::ranges::any_of(project_.remarks, [&](const Remark &old) {
    return old.kind == remark.kind && old.text == remark.text && old.place.file == remark.place.file &&
           old.place.line == remark.place.line;
  });
  if (!known) project_.remarks.push_back(std::move(remark));
}

void BuildMaker::remark_hidden(const Setting &flags) {
  for (const SettingSource &hidden : flags.overridden) {
    if (!hidden.why.starts_with("cargo reads flags")) continue;
    remark({"hidden-flags",
            fmt::format("'{}' of {} never reaches rustc: {} is set, and cargo reads flags from one "
                        "kind of place only",
                        hidden.value, hidden.text, describe_source(flags.source)),
            hidden.place});
  }
}

// cargo passes `-C embed-bitcode=no` wherever its profile does no LTO, and rustc refuses that
// together with `-C lto`. Scripts and macros are never built with LTO, and without --target get the
// flags too.
void BuildMaker::remark_broken(const CargoFlags &flags, const Setting &profile_lto) {
  const CodegenOption *lto = nullptr, *bitcode = nullptr;
  std::vector<CodegenOption> options = codegen_options(flags.words);
  for (const CodegenOption &option : options) {
    if (option.key == "lto") lto = &option;
    if (option.key == "embed-bitcode") bitcode = &option;
  }
  if (!lto || setting_value(*lto) == "off" || (bitcode && setting_value(*bitcode) == "true")) return;
  const std::string &own = profile_lto.source.value;
  constexpr std::string_view offs[] = {"false", "off", "n", "no", "none"};
  bool profile_has = std::ranges::find(offs, own) == std::end(offs);
  const CargoManifest *for_host = nullptr;
  for (const CargoManifest &member : workspace_.members)
    if (member.for_host && !for_host) for_host = &member;
  SettingSource source{"", lto->flag->place, fmt::format("{}: {}", lto->flag->from, lto->words), ""};
  if (!profile_has) {
    remark({"breaks-build",
            fmt::format("{} does not build: the profile '{}' has no LTO (lto = {}), so cargo adds "
                        "`-C embed-bitcode=no`, which rustc "
                        "refuses beside `-C lto`; set lto in the profile instead",
                        describe_source(source), build_.profile, own),
            lto->flag->place});
  } else if (for_host && !request_.target_named) {
    remark({"breaks-build",
            fmt::format("{} does not build: without --target the flags go to build scripts and "
                        "macros too ({} has one), which cargo "
                        "compiles with `-C embed-bitcode=no`; set lto in the profile only",
                        describe_source(source), for_host->name),
            lto->flag->place});
  }
}

}  // namespace

std::optional<Build> make_cargo_build(const CargoRequest &request, const CargoWorkspace &workspace, Project &project) {
  return BuildMaker(request, workspace, project).run();
}

std::vector<Setting> workspace_settings(const CargoWorkspace &workspace, const ProjectContext &context,
                                        Project &project) {
  const std::vector<CargoManifest> &members = workspace.members;
  std::vector<std::vector<Setting>> scanned(members.size());
  std::vector<std::string> shown(members.size());
  for (size_t i = 0; i < members.size(); ++i)
    if (!members[i].build_script.empty()) shown[i] = context.shown(members[i].build_script, project);
  parallel_for(members.size(), [&](size_t i) {
    if (shown[i].empty()) return;
    Result<FileRef> file = context.files.open(members[i].build_script);
    if (file && (*file)->bytes().size() <= script_limit)
      scanned[i] = scan_build_script((*file)->bytes().text(), shown[i], members[i].name);
  });
  std::vector<Setting> settings;
  for (size_t i = 0; i < members.size(); ++i) {
    if (!members[i].crate_types.empty() && members[i].crate_types != "lib") {
      Setting &setting = settings.emplace_back();
      setting.name = "crate-type";
      setting.package = members[i].name;
      setting.source = {members[i].crate_types, members[i].crate_types_place, "the member's targets", ""};
    }
    for (Setting &setting : scanned[i]) settings.push_back(std::move(setting));
  }
  return settings;
}

}  // namespace ldwhy
