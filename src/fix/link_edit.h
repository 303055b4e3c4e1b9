// Changes of what a program is made of, where its build files say it: the recipe or variables of a
// makefile, target_link_libraries() and the sources of a CMake target, a target of Meson's, Makefile.am,
// cgo's preamble, a crate's build script, a Python extension in setup.py.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "base/files.h"
#include "edit/journal.h"

namespace ldwhy {

struct LinkEdit {
  std::vector<std::string> words;   // to link: "-lz", "-Llib", "libfoo.a"
  bool moves = false;               // they are on the line already, too early
  std::string source;               // or a source file to build; absolute
  std::string directory;            // where the link ran; absolute
  std::string output;               // what it writes; absolute
  std::string symbol;               // that it defines, as C names it; empty: none is known
  bool go = false;                  // Go's linker ran the link
  std::string crate;                // the folder of the crate that cargo linked; empty: it did not
  std::string archive;              // the library among its inputs that the source belongs to; empty: none
  std::string root;                 // the project's
};

// The change where the link's own build files are, or why there is no sure place for it.
// Edit::root is filled in where they say it.
std::expected<FileChange, std::string> edit_build_files(LinkEdit edit, const Files &files);

// Of one kind of build file each.
std::expected<FileChange, std::string> edit_makefile(const LinkEdit &edit, const Files &files);
std::expected<FileChange, std::string> add_makefile_source(const LinkEdit &edit, const Files &files);
std::expected<FileChange, std::string> edit_cmake_target(const LinkEdit &edit, const Files &files);
std::expected<FileChange, std::string> add_cmake_source(const LinkEdit &edit, const Files &files);
std::expected<FileChange, std::string> edit_automake(const LinkEdit &edit, const Files &files);
std::expected<FileChange, std::string> edit_meson_target(const LinkEdit &edit, const Files &files);

std::expected<FileChange, std::string> edit_build_script(const LinkEdit &edit, const Files &files);
bool is_python_extension(const LinkEdit &edit, const Files &files);
std::expected<FileChange, std::string> edit_setup_script(const LinkEdit &edit, const Files &files);
std::expected<FileChange, std::string> edit_cgo_preamble(const LinkEdit &edit, const Files &files);

// "libfoo.so.1" is made by the target foo, "app.exe" by app.
std::string_view target_name(std::string_view file);
// How a file in `folder` names `path`: "src/a.c", "../a.c".
std::string relative_path(const std::string &path, const std::string &folder);

}  // namespace ldwhy
