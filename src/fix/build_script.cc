// Cargo book, "Build Scripts": build.rs beside Cargo.toml, unless package.build names another or
// none; what it prints after "cargo:rustc-link-lib=" is linked into the crate.
#include <fmt/format.h>

#include "edit/text_lines.h"
#include "fix/link_edit.h"

namespace ldwhy {
namespace {

constexpr std::string_view main_function = "fn main() {";

}  // namespace

std::expected<FileChange, std::string> edit_build_script(const LinkEdit &edit, const Files &files) {
  if (!edit.source.empty()) return std::unexpected("a build script has to compile it");
  for (const char *foreign : {"/registry/src/", "/git/checkouts/"})
    if (edit.crate.find(foreign) != std::string::npos) return std::unexpected("the crate is not this project's");
  std::string manifest = join_path(edit.crate, "Cargo.toml"), script = join_path(edit.crate, "build.rs");
  Result<FileRef> file = files.open(manifest);
  if (!file) return std::unexpected(to_string(file.error()));
  if ((*file)->bytes().text().find("\nbuild") != std::string_view::npos)
    return std::unexpected("Cargo.toml says itself what builds the crate");
  std::string lines;
  for (const std::string &word : edit.words) {
    if (!word.starts_with("-l")) return std::unexpected(fmt::format("{} is no library's name", word));
    lines += fmt::format("{}    println!(\"cargo:rustc-link-lib={}\");", lines.empty() ? "" : "\n", word.substr(2));
  }
  if (!files.exists(script)) return FileChange{script, "", fmt::format("{}\n{}\n}}\n", main_function, lines), true};
  file = files.open(script);
  if (!file) return std::unexpected(to_string(file.error()));
  std::string_view text = (*file)->bytes().text();
  size_t at = text.find(main_function);
  if (at == text.npos || !ends_line(text, at + main_function.size()))
    return std::unexpected("build.rs has no fn main() { of its own line");
  return FileChange{script, std::string(text), insert_lines(text, past_line(text, at), lines), false};
}

}  // namespace ldwhy
