#include "fix/caught_link.h"

#include <algorithm>

#include "base/words.h"
#include "edit/edit.h"
#include "edit/patch.h"
#include "fix/link_edit.h"

namespace ldwhy {
namespace {

// The archive whose member asks for what is missing.
std::string archive_in_need(const Diagnosis &diagnosis) {
  for (const Evidence &evidence : diagnosis.evidence)
    if (evidence.kind == "reference" && evidence.file.ends_with(".a")) return evidence.file;
  return "";
}

std::string value_of(const std::vector<std::string> &environment, std::string_view name) {
  for (const std::string &variable : environment)
    if (variable.starts_with(name) && variable.substr(name.size()).starts_with('='))
      return variable.substr(name.size() + 1);
  return "";
}

bool can_be_written(const Remedy &remedy, const Capsule &capsule, const Files &files) {
  return !remedy.edits.empty() && std::ranges::all_of(remedy.edits, [&](const Edit &edit) {
    if (edit.file.empty()) return false;
    Result<FileRef> file = files.open(normal_path(join_path(capsule.directory, edit.file)));
    return file && apply_diff(std::string((*file)->bytes().text()), edit.diff);
  });
}

}  // namespace

std::string shown_from(const std::string &path, const std::string &folder) {
  return path.starts_with(folder + "/") ? path.substr(folder.size() + 1) : path;
}

std::expected<FileChange, std::string> build_file_change(const Remedy &remedy, const Diagnosis &diagnosis,
                                                         const Capsule &capsule, const Files &files) {
  if (remedy.link_words.empty() && remedy.source.empty()) return std::unexpected("");
  LinkEdit edit{.words = remedy.link_words,
                .moves = remedy.moves,
                .source = remedy.source,
                .directory = capsule.directory,
                .output = capsule.output,
                .symbol = diagnosis.symbols.empty() ? "" : diagnosis.symbols.front().name,
                .go = std::ranges::any_of(capsule.argv,
                                          [](const std::string &word) { return word.find("/go-link-") != word.npos; }),
                .crate = value_of(capsule.environment, "CARGO_MANIFEST_DIR"),
                .archive = archive_in_need(diagnosis),
                .root = capsule.directory};
  return edit_build_files(edit, files);
}

void show_build_file_changes(LinkReport &report, const Capsule &capsule, const std::string &folder,
                             const Files &files) {
  for (Diagnosis &diagnosis : report.diagnoses) {
    bool written = false;
    for (Remedy &remedy : diagnosis.remedies) {
      std::expected<FileChange, std::string> change = build_file_change(remedy, diagnosis, capsule, files);
      if (change) {
        std::string path = relative_path(change->path, capsule.directory), below = relative_path(change->path, folder);
        while (below.starts_with("../")) below.erase(0, 3);
        // Of a crate the other way stays: #[link] in its source.
        bool other_way = change->path.ends_with(".rs") && remedy.edits.size() > 1;
        std::vector<Edit> others(remedy.edits.begin() + (other_way ? 1 : static_cast<ptrdiff_t>(remedy.edits.size())),
                                 remedy.edits.end());
        remedy.edits = {{path, unified_diff(below, change->before, change->after, change->created)}};
        remedy.edits.insert(remedy.edits.end(), others.begin(), others.end());
      } else if (!remedy.source.empty()) {
        remedy.title += " (" + change.error() + ")";
      }
      written = written || change || can_be_written(remedy, capsule, files);
    }
    if (written) diagnosis.next = "ldwhy fix";
  }
}

}  // namespace ldwhy
