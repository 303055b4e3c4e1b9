// A TOML file that was read, kept as long as anything points into it.
#pragma once

#include <memory>
#include <string>

#include "base/files.h"
#include "model/project.h"
#include "project/toml.h"

namespace ldwhy {

struct TomlFile {
  std::string path;   // absolute
  std::string shown;  // Place::file
  FileRef file;       // null: the text is the next field
  std::string text;
  Toml toml;
  const TomlNode &root() const { return toml.root(); }
};
using TomlFileRef = std::shared_ptr<const TomlFile>;

// Null where it cannot be used; `problem` then says why. A file above `limit` bytes is not read:
// the largest manifests and configurations that people write have some ten thousand.
TomlFileRef read_toml_file(const std::string &path, const std::string &shown, const Files &files,
                           ProjectProblem &problem, size_t limit = 2 << 20);
// Text that stands in no file of its own, such as `--config KEY=VALUE`.
TomlFileRef read_toml_text(std::string text, const std::string &shown, ProjectProblem &problem);

}  // namespace ldwhy
