// Changing a setting at the place that gives it: a key of a TOML file, a variable of a CI file, a
// script or a makefile, a command of a CMake file. A place that is no file is refused, with the
// command for the user to type.
#pragma once

#include <string>
#include <string_view>

#include "fix/plan_edits.h"
#include "model/project.h"

namespace ldwhy {

// "RUSTFLAGS: -Clto=thin" is a flag in a list of them; "profile.release.lto" the whole value.
struct SourceWords {
  std::string key;   // "RUSTFLAGS"; no "--config "
  std::string flag;  // "-Clto=thin"; empty: the source is no flag
};
SourceWords source_words(const SettingSource &source);

// Neither a default, nor this process's environment, nor a what-if option.
bool is_in_file(const Place &place);

// A value of TOML: a boolean or a number as it is, all else in quotes.
std::string toml_value(std::string_view value);

bool change_value(PlanEdits &edits, const SettingSource &source, std::string_view value);
// A switch that is on, however that is written there, is put off. `name`: CMake's variable or
// property.
bool switch_off(PlanEdits &edits, const SettingSource &source, const std::string &name);
// `after` empty: the flag goes. `source`: of the flag, or of the list that has it.
bool change_flag(PlanEdits &edits, const SettingSource &source, std::string_view before, std::string_view after);
// `source`: of the list.
bool append_flag(PlanEdits &edits, const SettingSource &source, std::string_view flag);

}  // namespace ldwhy
