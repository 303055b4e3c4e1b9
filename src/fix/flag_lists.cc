#include "fix/flag_lists.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/words.h"
#include "edit/edit.h"
#include "fix/place_edit.h"

namespace ldwhy {
namespace {

std::vector<std::string_view> settings_of(std::string_view where) {
  if (where == "rustflags") return {"rustflags"};
  if (where == "cflags") return {"c-flags", "cxx-flags"};
  if (where == "ldflags") return {"link-flags"};
  return {"rustflags", "c-flags", "cxx-flags", "link-flags"};
}

// Cargo has no C flags of its own: the cc crate, which build scripts use, reads them from the
// environment, which [env] sets for build scripts.
void add_cargo_cflags(PlanEdits &edits, const std::string &flag) {
  std::string file = cargo_config_file(edits);
  for (const char *name : {"CFLAGS", "CXXFLAGS"}) {
    std::vector<std::string> key = {"env", name};
    edits.change(
        file,
        [&](std::string_view text) {
          TextResult appended = append_toml(text, key, flag);
          return appended ? appended : set_toml(text, key, toml_value(flag));
        },
        true);
  }
}

void add_rustflag(PlanEdits &edits, const std::string &flag) {
  const Build &build = edits.context().build;
  const Setting *list = build.find("rustflags");
  if (list && !list->source.place.file.empty()) {
    append_flag(edits, list->source, flag);
    return;
  }
  std::vector<std::string> key = {"build", "rustflags"};
  if (!build.target.empty()) key = {"target", build.target, "rustflags"};
  edits.change(
      cargo_config_file(edits),
      [&](std::string_view text) { return set_toml(text, key, fmt::format("[\"{}\"]", flag)); }, true);
}

void add_cmake(PlanEdits &edits, std::string_view where, const std::string &flag) {
  std::vector<std::string> variables = {"CMAKE_C_FLAGS", "CMAKE_CXX_FLAGS"};
  if (where == "ldflags") variables = {"CMAKE_EXE_LINKER_FLAGS", "CMAKE_SHARED_LINKER_FLAGS"};
  // The last is added first, since each goes right behind project().
  for (size_t i = variables.size(); i-- > 0;) {
    std::string value = fmt::format("${{{}}} {}", variables[i], flag);
    if (!edits.change("CMakeLists.txt", [&](std::string_view text) { return set_cmake(text, variables[i], value, 0); }))
      return;
  }
}

void add_to_compilers_list(PlanEdits &edits, std::string_view where, const std::string &flag) {
  const Build &build = edits.context().build;
  bool any = false;
  std::vector<SettingSource> done;
  for (std::string_view name : settings_of(where)) {
    const Setting *list = build.find(name);
    if (!list || list->source.place.file.empty()) continue;
    const SettingSource &source = list->source;
    // CPPFLAGS may be both compilers' list.
    bool again = std::ranges::any_of(done, [&](const SettingSource &other) {
      return other.text == source.text && other.place.file == source.place.file &&
             other.place.line == source.place.line;
    });
    if (!again && !append_flag(edits, source, flag)) return;
    done.push_back(source);
    any = true;
  }
  if (any) return;
  if (build.system == "cmake") return add_cmake(edits, where, flag);
  bool link = where == "ldflags";
  if (build.system == "meson")
    edits.tell(quote_words({"meson", "configure", "BUILD", fmt::format("-Dc_{}args={}", link ? "link_" : "", flag)}));
  else edits.tell(quote_words({"make", fmt::format("{}={}", link ? "LDFLAGS" : "CFLAGS", flag)}));
  edits.refuse_plan(fmt::format("no file sets {} yet", link ? "flags for the link" : "flags for the compiler"));
}

}  // namespace

std::string cargo_config_file(const PlanEdits &edits) {
  for (const char *name : {".cargo/config", ".cargo/config.toml"})
    if (edits.context().files.exists(edits.path(name))) return name;
  return ".cargo/config.toml";
}

void add_to_list(PlanEdits &edits, std::string_view where, const std::string &flag) {
  const std::string &system = edits.context().build.system;
  if (flag.find("$(") != flag.npos && system != "make")
    return edits.refuse_plan(fmt::format("{} is for a shell, which does not read the project's files", flag));
  if (system != "cargo") {
    if (where == "rustflags") return edits.refuse_plan("rustc's flags are cargo's, which does not build this");
    return add_to_compilers_list(edits, where, flag);
  }
  if (where == "cflags") return add_cargo_cflags(edits, flag);
  add_rustflag(edits, where == "ldflags" ? "-Clink-arg=" + flag : flag);
}

void remove_from_list(PlanEdits &edits, std::string_view where, const std::string &flag) {
  const Build &build = edits.context().build;
  for (const Setting &setting : build.settings) {
    SourceWords words = source_words(setting.source);
    if (words.flag != flag) continue;
    change_flag(edits, setting.source, flag, "");
    return;
  }
  for (std::string_view name : settings_of(where)) {
    const Setting *list = build.find(name);
    std::vector<std::string> words = list ? split_words(list->source.value) : std::vector<std::string>();
    if (std::ranges::find(words, flag) == words.end()) continue;
    change_flag(edits, list->source, flag, "");
    return;
  }
  edits.refuse_plan(fmt::format("no file was found that has {}", flag));
}

}  // namespace ldwhy
