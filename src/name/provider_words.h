// What to write so that a library is installed, and so that a build uses it.
#pragma once

#include <string>

#include "name/providers.h"

namespace ldwhy {

// "Debian libssl-dev, Homebrew openssl@3, vcpkg openssl, Conan openssl, Rust crate openssl-sys".
std::string package_words(const Provider &provider);

// Lines for CMakeLists.txt: by the library's own CMake package, else by pkg-config; empty where
// it has neither.
std::string cmake_lines(const Provider &provider);

// "libssl", as people call it; "libz".
std::string library_title(const Provider &provider);

}  // namespace ldwhy
