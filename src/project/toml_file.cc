#include "project/toml_file.h"

#include <fmt/format.h>

#include <utility>

namespace ldwhy {
namespace {

TomlFileRef parsed(std::string path, std::string shown, FileRef file, std::string text, ProjectProblem &problem) {
  // The document points into `text`, which must have its last place first.
  std::shared_ptr<TomlFile> made(
      new TomlFile{std::move(path), std::move(shown), std::move(file), std::move(text), *Toml::parse("")});
  std::expected<Toml, TomlError> toml = Toml::parse(made->file ? made->file->bytes().text() : made->text);
  if (!toml) {
    problem = {{made->shown, toml.error().line}, fmt::format("not TOML: {}", toml.error().text)};
    return nullptr;
  }
  made->toml = std::move(*toml);
  return made;
}

}  // namespace

TomlFileRef read_toml_file(const std::string &path, const std::string &shown, const Files &files,
                           ProjectProblem &problem, size_t limit) {
  Result<FileRef> file = files.open(path);
  if (!file) {
    problem = {{shown, 0}, fmt::format("cannot be read: {}", file.error().text)};
    return nullptr;
  }
  if ((*file)->bytes().size() > limit) {
    problem = {
        {shown, 0},
        fmt::format("has {} bytes, more than the {} that are read of such a file", (*file)->bytes().size(), limit)};
    return nullptr;
  }
  return parsed(path, shown, std::move(*file), "", problem);
}

TomlFileRef read_toml_text(std::string text, const std::string &shown, ProjectProblem &problem) {
  return parsed("", shown, nullptr, std::move(text), problem);
}

}  // namespace ldwhy
