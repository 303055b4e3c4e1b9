#include "name/provider_words.h"

#include <algorithm>

#include <fmt/format.h>

namespace ldwhy {

std::string package_words(const Provider &provider) {
  std::string text;
  auto add = [&](std::string_view where, std::string_view name) {
    if (!name.empty()) text += fmt::format("{}{} {}", text.empty() ? "" : ", ", where, name);
  };
  add("Debian", provider.debian);
  add("Homebrew", provider.homebrew);
  add("vcpkg", provider.vcpkg);
  add("Conan", provider.conan);
  add("Rust crate", provider.crate);
  return text;
}

std::string cmake_lines(const Provider &provider) {
  if (!provider.cmake_target.empty()) {
    // "Boost COMPONENTS filesystem": what the package's name is followed by comes after REQUIRED.
    size_t end = std::min(provider.cmake_package.find(' '), provider.cmake_package.size());
    return fmt::format("find_package({} REQUIRED{})\ntarget_link_libraries(TARGET PRIVATE {})\n",
                       provider.cmake_package.substr(0, end), provider.cmake_package.substr(end),
                       provider.cmake_target);
  }
  if (provider.pkg_config.empty()) return "";
  return fmt::format(
      "find_package(PkgConfig REQUIRED)\npkg_check_modules(LIB REQUIRED IMPORTED_TARGET {})\n"
      "target_link_libraries(TARGET PRIVATE PkgConfig::LIB)\n",
      provider.pkg_config);
}

std::string library_title(const Provider &provider) { return fmt::format("lib{}", provider.library); }

}  // namespace ldwhy
