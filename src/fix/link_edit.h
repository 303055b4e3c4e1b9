// Adding words to the link line of a program where its build file says it: the recipe or
// LDLIBS of a makefile, target_link_libraries() of a CMake file.
#pragma once

#include <expected>
#include <string>
#include <vector>

#include "base/files.h"
#include "edit/journal.h"

namespace ldwhy {

struct LinkEdit {
  std::vector<std::string> words;   // "-lz", "-Llib", "libfoo.a"
  std::string directory;            // where the link ran; absolute
  std::string output;               // what it writes; absolute
  std::string root;                 // the project's
};

// The change, or why there is no sure place for it.
std::expected<FileChange, std::string> edit_makefile(const LinkEdit &edit, const Files &files);
std::expected<FileChange, std::string> edit_cmake_target(const LinkEdit &edit, const Files &files);

}  // namespace ldwhy
