// Any bytes as each file of a CMake, Meson or make project.
#include <cstdint>
#include <cstdlib>
#include <iterator>

#include "project/project.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  using namespace ldwhy;
  if (size == 0) return 0;
  std::string text(reinterpret_cast<const char *>(data + 1), size - 1);
  constexpr const char *paths[] = {"/p/CMakeLists.txt",
                                   "/p/CMakePresets.json",
                                   "/p/build/CMakeCache.txt",
                                   "/p/meson.build",
                                   "/p/b/meson-info/intro-buildoptions.json",
                                   "/p/Makefile"};
  MemoryFiles files;
  files.add("/p/CMakeLists.txt", "project(x C)\nadd_executable(t a.c)\n");
  files.add("/p/meson.build", "project('x', 'c')\n");
  files.add(paths[data[0] % std::size(paths)], text);
  ProjectOptions options;
  options.folder = "/p";
  ProjectContext context{options, files};
  Project project;
  project.root = "/p";
  BuildSite &local = project.sites.emplace_back();
  local.host = "x86_64-unknown-linux-gnu";
  local.environment.push_back({"CFLAGS", "-flto", {"environment", 0}});
  for (const ProjectKind *kind : {&cmake_kind, &meson_kind, &make_kind})
    if (std::optional<std::string> root = kind->root("/p", files)) kind->read(*root, context, project);
  for (const Build &build : project.builds)
    for (const Setting &setting : build.settings)
      if (setting.name.empty()) std::abort();
  return 0;
}
