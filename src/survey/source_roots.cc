// Each build system keeps in its build folder where the sources are:
//   CMake      CMakeCache.txt             CMAKE_HOME_DIRECTORY:INTERNAL=/src
//   Meson      meson-info/meson-info.json directories.source
//   Autotools  Makefile                   abs_top_srcdir = /src
#include "survey/source_roots.h"

#include <algorithm>
#include <optional>

#include <nlohmann/json.hpp>

namespace ldwhy {
namespace {

constexpr int most_levels = 8;
constexpr size_t most_bytes = 4 << 20;

std::optional<std::string> read_text(const std::string &path, const Files &files) {
  if (!files.is_file(path)) return std::nullopt;
  Result<FileRef> file = files.open(path);
  if (!file || (*file)->bytes().size() > most_bytes) return std::nullopt;
  return std::string((*file)->bytes().text());
}

// What follows `key` at the start of a line.
std::optional<std::string> value_of(std::string_view text, std::string_view key) {
  for (size_t at = text.find(key); at != text.npos; at = text.find(key, at + 1)) {
    if (at > 0 && text[at - 1] != '\n') continue;
    std::string_view value = text.substr(at + key.size());
    value = value.substr(0, value.find_first_of("\r\n"));
    value.remove_prefix(std::min(value.find_first_not_of(" \t"), value.size()));
    while (value.ends_with(' ') || value.ends_with('\t')) value.remove_suffix(1);
    if (!value.empty()) return std::string(value);
  }
  return std::nullopt;
}

std::optional<std::string> of_meson(const std::string &text) {
  nlohmann::json document = nlohmann::json::parse(text, nullptr, false);
  if (!document.is_object() || !document["directories"].is_object()) return std::nullopt;
  const nlohmann::json &source = document["directories"]["source"];
  return source.is_string() ? std::optional(source.get<std::string>()) : std::nullopt;
}

std::optional<std::string> written_in(const std::string &folder, const Files &files) {
  if (std::optional<std::string> cache = read_text(join_path(folder, "CMakeCache.txt"), files))
    return value_of(*cache, "CMAKE_HOME_DIRECTORY:INTERNAL=");
  if (std::optional<std::string> info = read_text(join_path(folder, "meson-info/meson-info.json"), files))
    return of_meson(*info);
  if (std::optional<std::string> makefile = read_text(join_path(folder, "Makefile"), files))
    return value_of(*makefile, "abs_top_srcdir =");
  return std::nullopt;
}

}  // namespace

std::vector<std::string> source_roots(const std::string &directory, const Files &files) {
  std::vector<std::string> roots{directory};
  std::string folder = directory;
  for (int level = 0; level < most_levels && folder.size() > 1; ++level) {
    if (std::optional<std::string> source = written_in(folder, files)) {
      std::string path = normal_path(join_path(folder, *source));
      if (path.size() > 1 && path != directory) roots.push_back(path);
      break;
    }
    folder = std::string(parent_path(folder));
  }
  return roots;
}

}  // namespace ldwhy
