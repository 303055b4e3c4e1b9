// Which build files a link belongs to: those of the nearest folder around it that a generator made
// (CMakeCache.txt; meson-info/meson-info.json, "directories"), else the makefile where it ran.
#include "fix/link_edit.h"

#include <optional>

#include <nlohmann/json.hpp>

#include "project/cmake_cache.h"

namespace ldwhy {
namespace {

constexpr int most_levels = 8;

std::optional<std::string> meson_root(const std::string &folder, const Files &files) {
  Result<FileRef> file = files.open(join_path(folder, "meson-info/meson-info.json"));
  if (!file) return std::nullopt;
  nlohmann::json info = nlohmann::json::parse((*file)->bytes().text(), nullptr, false);
  if (!info.is_object() || !info.contains("directories")) return std::nullopt;
  const nlohmann::json &folders = info["directories"];
  if (!folders.is_object() || !folders.contains("source") || !folders["source"].is_string()) return std::nullopt;
  return folders["source"].get<std::string>();
}

}  // namespace

std::string_view target_name(std::string_view file) {
  std::string_view name = file_name(file);
  if (name.starts_with("lib") && name.find('.') != name.npos) return name.substr(3, name.find('.') - 3);
  return name.ends_with(".exe") ? name.substr(0, name.size() - 4) : name;
}

std::string relative_path(const std::string &path, const std::string &folder) {
  std::string common = folder, ups;
  while (!common.empty() && common != "/" && !path.starts_with(common + "/")) {
    common = parent_path(common);
    ups += "../";
  }
  return ups + path.substr(common == "/" ? 1 : common.size() + 1);
}

std::expected<FileChange, std::string> edit_build_files(LinkEdit edit, const Files &files) {
  if (!edit.crate.empty()) return edit_build_script(edit, files);
  if (edit.go) return edit_cgo_preamble(edit, files);
  if (is_python_extension(edit, files)) return edit_setup_script(edit, files);
  std::string folder = edit.directory;
  for (int level = 0; level < most_levels && folder.size() > 1; ++level, folder = parent_path(folder)) {
    if (std::optional<CMakeBuildFolder> build = read_build_folder(folder, folder, files);
        build && !build->home.empty()) {
      edit.root = build->home;
      return edit.source.empty() ? edit_cmake_target(edit, files) : add_cmake_source(edit, files);
    }
    if (std::optional<std::string> root = meson_root(folder, files)) {
      edit.root = *root;
      return edit_meson_target(edit, files);
    }
  }
  // configure's makefiles, at the top or in a folder below.
  for (std::string at = edit.directory; at.size() > 1; at = parent_path(at))
    if (files.is_file(join_path(at, "config.status"))) return edit_automake(edit, files);
  return edit.source.empty() ? edit_makefile(edit, files) : add_makefile_source(edit, files);
}

}  // namespace ldwhy
