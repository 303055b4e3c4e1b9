#include "capture/shims.h"

#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define XXH_INLINE_ALL
#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <set>
#include <vector>

#include "base/files.h"

namespace ldwhy {
namespace {

constexpr std::string_view shims_marker = "/ldwhy/shims/";
constexpr std::string_view rustc_name = "ldwhy-rustc";
constexpr std::string_view clang_start = "clang-";

constexpr std::array linker_names{
    std::string_view("ld"),      std::string_view("ld.bfd"),   std::string_view("ld.gold"),
    std::string_view("ld.lld"),  std::string_view("ld.mold"),  std::string_view("mold"),
    std::string_view("ld64"),    std::string_view("ld64.lld"), std::string_view("lld-link"),
    std::string_view("wasm-ld"), std::string_view("ld.wild"),  std::string_view("wild"),
    std::string_view("gold"),    std::string_view("rust-lld"),
};

// A clang may have these beside it though PATH has not.
constexpr std::array clang_linkers{
    std::string_view("ld"),       std::string_view("ld.lld"),  std::string_view("ld64.lld"),
    std::string_view("lld-link"), std::string_view("wasm-ld"),
};

// zig links in its own process; emcc runs the wasm-ld of its own LLVM by its path.
constexpr std::array linking_drivers{std::string_view("zig"), std::string_view("emcc"), std::string_view("em++")};

// "ld.lld-19" is "ld.lld".
std::string_view without_version(std::string_view name) {
  size_t dash = name.rfind('-');
  if (dash == name.npos || dash + 1 == name.size()) return name;
  bool number = name.substr(dash + 1).find_first_not_of("0123456789.") == name.npos;
  return number ? name.substr(0, dash) : name;
}

std::set<std::string> programs_in_path(bool (*wanted)(std::string_view name)) {
  std::set<std::string> names;
  const char *path = ::getenv("PATH");
  std::string_view rest = path ? path : "";
  while (!rest.empty()) {
    size_t colon = rest.find(':');
    std::string folder(rest.substr(0, colon));
    rest.remove_prefix(colon == rest.npos ? rest.size() : colon + 1);
    if (folder.empty() || in_shims(folder)) continue;
    for (std::string &name : DiskFiles().list(folder)) {
      if (wanted(name) && ::access(join_path(folder, name).c_str(), X_OK) == 0) names.insert(std::move(name));
    }
  }
  return names;
}

Problem system_problem(const std::string &path) { return {path, "", std::nullopt, std::strerror(errno)}; }

}  // namespace

bool is_linker_name(std::string_view name) {
  name = without_version(name);
  if (std::ranges::find(linker_names, name) != linker_names.end()) return true;
  // A cross linker: a target's name before a dash.
  size_t dash = name.rfind("-ld");
  if (dash == name.npos || dash == 0) return false;
  return std::ranges::find(linker_names, name.substr(dash + 1)) != linker_names.end();
}

bool is_linking_driver(std::string_view name) {
  return std::ranges::find(linking_drivers, name) != linking_drivers.end();
}

bool in_shims(std::string_view path) { return path.find(shims_marker) != path.npos; }

std::optional<Calling> calling_of(std::string_view path) {
  std::string_view name = file_name(path);
  size_t marker = path.rfind(shims_marker);
  if (marker == path.npos) {
    if (name != "collect2" && !is_linker_name(name)) return std::nullopt;
    return Calling{CalledBy::Search, std::string(name), ""};
  }
  size_t folder_end = path.find('/', marker + shims_marker.size());
  if (folder_end == path.npos) return std::nullopt;
  std::string folder(path.substr(0, folder_end));
  std::string_view inside = path.substr(folder_end + 1);
  if (inside.starts_with("gcc/")) return Calling{CalledBy::Gcc, std::string(name), folder};
  if (inside.starts_with("inner/")) return Calling{CalledBy::Collect2, std::string(name), folder};
  if (inside.starts_with("rustc/")) return Calling{CalledBy::Cargo, std::string(name), folder};
  if (inside.starts_with(clang_start))
    return Calling{CalledBy::Clang, std::string(name.substr(clang_start.size())), folder};
  return Calling{CalledBy::Search, std::string(name), folder};
}

std::string path_shims(std::string_view folder) { return join_path(folder, "path"); }
std::string collect2_shims(std::string_view folder) { return join_path(folder, "inner"); }
std::string clang_prefix(std::string_view folder) { return join_path(folder, clang_start); }
std::string rustc_shim(std::string_view folder) { return join_path(join_path(folder, "rustc"), rustc_name); }
std::string rust_lld_shim(std::string_view folder) { return join_path(folder, "rust-lld/rust-lld"); }
std::string compiler_path_shims(std::string_view folder) {
  return fmt::format("{}:{}", join_path(folder, "gcc"), clang_prefix(folder));
}

std::string without_shims(std::string_view list) {
  std::string kept;
  bool first = true;
  while (true) {
    size_t colon = list.find(':');
    std::string_view entry = list.substr(0, colon);
    if (!in_shims(entry)) {
      if (!first) kept += ':';
      kept += entry;
      first = false;
    }
    if (colon == list.npos) return kept;
    list.remove_prefix(colon + 1);
  }
}

Result<std::string> make_shims(const std::string &cache, const std::string &program) {
  std::set<std::string> in_path = programs_in_path(is_linker_name);
  std::set<std::string> clang_names(clang_linkers.begin(), clang_linkers.end());
  clang_names.insert(in_path.begin(), in_path.end());

  std::vector<std::string> links{"gcc/collect2", "inner/real-ld", "rust-lld/rust-lld",
                                 fmt::format("rustc/{}", rustc_name)};
  for (const std::string &name : in_path) links.push_back(fmt::format("path/{}", name));
  for (const std::string &name : programs_in_path(is_linking_driver)) links.push_back(fmt::format("path/{}", name));
  for (const std::string &name : clang_names) links.push_back(fmt::format("{}{}", clang_start, name));
  std::string contents = program;
  for (const std::string &link : links) contents += '\n' + link;

  std::string all = join_path(cache, "shims");
  std::string folder = fmt::format("{}/{:016x}", all, XXH3_64bits(contents.data(), contents.size()));
  if (folder.find(':') != folder.npos)
    return std::unexpected(Problem{folder, "", std::nullopt, "a search path cannot hold a colon"});
  if (DiskFiles().is_directory(folder)) return folder;

  if (std::optional<Problem> problem = make_folders(all)) return std::unexpected(*problem);
  std::string fresh = join_path(all, ".new.XXXXXX");
  if (!::mkdtemp(fresh.data())) return std::unexpected(system_problem(fresh));
  for (const char *name : {"gcc", "inner", "path", "rustc", "rust-lld"}) ::mkdir(join_path(fresh, name).c_str(), 0700);
  bool made = true;
  for (const std::string &link : links) made = made && ::symlink(program.c_str(), join_path(fresh, link).c_str()) == 0;
  // Whole or not at all; where another run was faster, its folder has the same contents.
  if (!made || ::rename(fresh.c_str(), folder.c_str()) != 0) {
    Problem problem = system_problem(fresh);
    std::error_code ignored;
    std::filesystem::remove_all(fresh, ignored);
    if (!DiskFiles().is_directory(folder)) return std::unexpected(problem);
  }
  return folder;
}

}  // namespace ldwhy
