// Flags for compilers and linkers, gathered from many places, and what they come to: which LTO
// mode, which linker. Shared by the build systems that call compilers by flags.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/project.h"

namespace ldwhy {

// A part of a text of flags, with the place that gave it.
struct FlagPiece {
  std::string text;
  SettingSource source;  // value empty: the text is
};
using FlagText = std::vector<FlagPiece>;

std::string joined(const FlagText &text);

enum class CompilerKind : uint8_t { Unknown, Gcc, Clang, Msvc };
// By a program's name or path, or CMake's compiler id: "clang++-18", "GNU", "AppleClang".
CompilerKind compiler_kind(std::string_view name);
// What `cc` is where nothing names a compiler.
CompilerKind default_compiler(std::string_view host);

// One setting out of flags in the order of the command line; a setting without file where no flag
// speaks. "lto": "none", "thin", "full", "gcc".
Setting lto_of_flags(const FlagText &flags, CompilerKind compiler);
// "linker": the name as the flag gives it ("lld", "mold"); empty value where none does.
Setting linker_of_flags(const FlagText &flags);

// A setting of the whole text; its source is the strongest: the last piece that is not blank.
Setting flags_setting(std::string name, const FlagText &text);

// Puts a losing source at the end of `overridden`.
void add_overridden(Setting &setting, SettingSource source, std::string why);

// Adds the setting unless it is empty and nowhere given. `profile`, `target` are put in.
void add_setting(Build &build, Setting setting);

}  // namespace ldwhy
