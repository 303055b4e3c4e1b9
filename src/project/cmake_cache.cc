// cmake(1), "CMake cache": lines NAME:TYPE=value, comments with `//` and `#`.
#include "project/cmake_cache.h"

#include <fmt/format.h>

#include <algorithm>

#include "project/flags.h"

namespace ldwhy {
namespace {

constexpr size_t most_bytes = 8 << 20;
constexpr size_t most_entries = 20'000;
constexpr size_t most_folders = 50;

struct Entry {
  std::string_view name, type, value;
};

// NAME:TYPE=value, the name perhaps in quotes.
bool read_entry(std::string_view line, Entry &entry) {
  if (line.starts_with("//") || line.starts_with('#')) return false;
  if (line.ends_with('\r')) line.remove_suffix(1);
  size_t equals = line.find('='), colon = line.substr(0, equals).rfind(':');
  if (equals == line.npos || colon == line.npos) return false;
  entry.name = line.substr(0, colon);
  if (entry.name.size() > 1 && entry.name.starts_with('"') && entry.name.ends_with('"'))
    entry.name = entry.name.substr(1, entry.name.size() - 2);
  entry.type = line.substr(colon + 1, equals - colon - 1);
  entry.value = line.substr(equals + 1);
  return true;
}

// CMakeFiles/VERSION/CMake{C,CXX}Compiler.cmake: what the compiler was found to be.
void read_compiler(const std::string &folder, const std::string &shown, const Files &files, CMakeBuildFolder &build) {
  std::string parent = join_path(folder, "CMakeFiles");
  for (const std::string &version : files.list(parent)) {
    if (version.empty() || version[0] < '0' || version[0] > '9') continue;
    for (const char *name : {"CMakeCCompiler.cmake", "CMakeCXXCompiler.cmake"}) {
      std::string path = join_path(join_path(parent, version), name);
      Result<FileRef> file = files.open(path);
      if (!file || (*file)->bytes().size() > most_bytes) continue;
      Result<std::vector<CMakeCommand>> commands = parse_cmake((*file)->bytes().text());
      if (!commands) continue;
      for (const CMakeCommand &command : *commands) {
        if (command.name != "set" || command.arguments.size() < 2) continue;
        std::string_view variable = command.arguments[0].text;
        std::string value(command.arguments[1].text);
        if (variable.ends_with("_COMPILER_ID") && !value.empty()) build.compiler_id = value;
        if (!variable.ends_with("_COMPILER_VERSION") || value.empty()) continue;
        CompilerKind kind = compiler_kind(build.compiler_id);
        if (kind == CompilerKind::Gcc || kind == CompilerKind::Clang)
          build.versions[kind == CompilerKind::Gcc ? "gcc" : "clang"] = {
              value, {shown + "/CMakeFiles/" + version + "/" + name, command.line}};
      }
    }
  }
}

}  // namespace

std::optional<CMakeBuildFolder> read_build_folder(const std::string &folder, const std::string &shown,
                                                  const Files &files) {
  Result<FileRef> file = files.open(join_path(folder, "CMakeCache.txt"));
  if (!file || (*file)->bytes().size() > most_bytes) return std::nullopt;
  std::string_view text = (*file)->bytes().text();
  CMakeBuildFolder build;
  build.folder = folder;
  std::map<std::string, std::string> internal;
  uint32_t number = 0;
  std::string where = shown + "/CMakeCache.txt";
  while (!text.empty() && build.cache.size() < most_entries) {
    size_t end = text.find('\n');
    std::string_view line = text.substr(0, end);
    text.remove_prefix(end == text.npos ? text.size() : end + 1);
    ++number;
    Entry entry;
    if (!read_entry(line, entry)) continue;
    if (entry.type == "INTERNAL") internal[std::string(entry.name)] = entry.value;
    else
      build.cache.push_back(
          {std::string(entry.name),
           {std::string(entry.value), {where, number}, std::string(entry.name) + " in the cache", ""}});
  }
  build.home = internal["CMAKE_HOME_DIRECTORY"];
  std::string version = internal["CMAKE_CACHE_MAJOR_VERSION"];
  if (!version.empty())
    build.versions["cmake"] = {
        fmt::format("{}.{}.{}", version, internal["CMAKE_CACHE_MINOR_VERSION"], internal["CMAKE_CACHE_PATCH_VERSION"]),
        {where, 0}};
  for (const CMakeCacheEntry &entry : build.cache) {
    if (entry.name == "CMAKE_CONFIGURATION_TYPES") {
      std::string types = entry.source.value;
      for (size_t start = 0; start < types.size() && build.build_types.size() < 8;) {
        size_t end = std::min(types.find(';', start), types.size());
        build.build_types.push_back(types.substr(start, end - start));
        start = end + 1;
      }
    }
  }
  if (build.build_types.empty())
    for (const CMakeCacheEntry &entry : build.cache)
      if (entry.name == "CMAKE_BUILD_TYPE") build.build_types.push_back(entry.source.value);
  if (build.build_types.empty()) build.build_types.emplace_back();
  read_compiler(folder, shown, files, build);
  return build;
}

std::vector<std::string> find_build_folders(const std::string &root, const char *marker, const Files &files) {
  std::vector<std::string> found;
  size_t looked = 0;
  auto look = [&](const std::string &folder) {
    if (found.size() < most_folders && files.is_file(join_path(folder, marker))) found.push_back(folder);
  };
  look(root);
  for (const std::string &name : files.list(root)) {
    std::string folder = join_path(root, name);
    if (name == ".git" || name == "node_modules" || ++looked > 500 || !files.is_directory(folder)) continue;
    look(folder);
    // Folders that people put their build folders in.
    if (!name.starts_with("build") && !name.starts_with("out") && !name.starts_with("_build") &&
        !name.starts_with("cmake-build") && !name.starts_with(".build"))
      continue;
    for (const std::string &inner : files.list(folder)) {
      if (++looked > 2000) break;
      std::string second = join_path(folder, inner);
      look(second);
      if (name == "out" && inner == "build")
        for (const std::string &third : files.list(second)) look(join_path(second, third));
    }
  }
  return found;
}

}  // namespace ldwhy
