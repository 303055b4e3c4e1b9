// Meson's options: what project() gives as defaults, what a build folder was set up with, what a
// call of meson says.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/files.h"
#include "model/project.h"

namespace ldwhy {

struct MesonOption {
  std::string name;
  SettingSource source;  // the value; of lists the words with blanks between
};

// default_options of the project() call that a meson.build starts with; nothing where it has none.
std::optional<std::vector<MesonOption>> read_meson_project(std::string_view text, const std::string &shown);

struct MesonBuildFolder {
  std::vector<MesonOption> options;
  std::string compiler, linker;  // as called: "clang++-19"; -fuse-ld's value
  Place linker_place;
  std::map<std::string, std::string> target_flags;  // by target, of all its languages
  std::string version;                              // meson's
};
std::optional<MesonBuildFolder> read_meson_build_folder(const std::string &folder, const std::string &shown,
                                                        const Files &files);

// The options in a call of `meson setup`, `meson configure` or plain `meson`, the strongest first;
// nothing where it configures nothing.
std::optional<std::vector<MesonOption>> read_meson_call(const ToolCall &call);

}  // namespace ldwhy
