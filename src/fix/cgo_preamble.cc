// cgo (Go command documentation, "Using cgo with the go command"): the comment right above
// import "C" is C code, and lines in it that begin with #cgo are options.
#include <algorithm>
#include <optional>

#include <fmt/format.h>

#include "edit/text_lines.h"
#include "fix/link_edit.h"

namespace ldwhy {
namespace {

constexpr int most_levels = 12, most_depth = 8;
constexpr size_t most_files = 5000;

std::optional<std::string> module_root(std::string folder, const Files &files) {
  for (int level = 0; level < most_levels && folder.size() > 1; ++level, folder = parent_path(folder))
    if (files.is_file(join_path(folder, "go.mod"))) return folder;
  return std::nullopt;
}

void find_sources(const std::string &folder, int depth, const Files &files, std::vector<std::string> &found) {
  for (const std::string &name : files.list(folder)) {
    std::string path = join_path(folder, name);
    if (found.size() >= most_files || name.starts_with('.') || name == "vendor" || name == "testdata") continue;
    if (name.ends_with(".go") && !name.ends_with("_test.go")) found.push_back(path);
    else if (depth > 0 && files.is_directory(path)) find_sources(path, depth - 1, files, found);
  }
}

// The comment above import "C": where its text begins, and how its lines do.
struct Preamble {
  size_t begin = 0, end = 0;
  std::string_view line_start;   // "// " of a comment by the line
};
std::optional<Preamble> preamble_of(std::string_view text) {
  size_t import = text.find("import \"C\"");
  if (import == text.npos || import == 0 || text[import - 1] != '\n') return std::nullopt;
  std::string_view above = text.substr(0, import);
  if (above.ends_with("*/\n")) {
    size_t open = above.rfind("/*");
    if (open == above.npos) return std::nullopt;
    return Preamble{past_line(text, open), import, ""};
  }
  size_t begin = import;
  while (begin > 0) {
    size_t line = line_begin(text, begin - 1);
    if (!text.substr(line).starts_with("//")) break;
    begin = line;
  }
  return begin < import ? std::optional(Preamble{begin, import, "// "}) : std::nullopt;
}

}  // namespace

std::expected<FileChange, std::string> edit_cgo_preamble(const LinkEdit &edit, const Files &files) {
  if (!edit.source.empty()) return std::unexpected("cgo builds the C files that lie beside the package's Go files");
  std::optional<std::string> root = module_root(edit.directory, files);
  if (!root) return std::unexpected("no go.mod is above the folder where the link ran");
  std::vector<std::string> sources;
  find_sources(*root, most_depth, files, sources);
  std::string line = "#cgo LDFLAGS:";
  for (const std::string &word : edit.words) line += " " + word;
  std::optional<FileChange> only;
  size_t count = 0;
  for (const std::string &path : sources) {
    Result<FileRef> file = files.open(path);
    if (!file) continue;
    std::string_view text = (*file)->bytes().text();
    std::optional<Preamble> preamble = preamble_of(text);
    if (!preamble) continue;
    FileChange change{path, std::string(text),
                      insert_lines(text, preamble->begin, fmt::format("{}{}", preamble->line_start, line)), false};
    // The package that uses the name.
    bool uses = !edit.symbol.empty() && text.find(edit.symbol) != text.npos;
    if (uses) return change;
    ++count;
    only = std::move(change);
  }
  if (count != 1)
    return std::unexpected(count == 0 ? "no Go file has a comment above import \"C\""
                                      : "several Go files import \"C\"");
  return *only;
}

}  // namespace ldwhy
