// What a caught link's remedies change in the project's own files.
#pragma once

#include <expected>
#include <string>

#include "base/files.h"
#include "capture/capture.h"
#include "edit/journal.h"
#include "model/diagnosis.h"

namespace ldwhy {

// The change of a build file that a remedy of the link line, or of the list of sources, comes to;
// why there is none; nothing to say (empty) where the remedy is another one.
std::expected<FileChange, std::string> build_file_change(const Remedy &remedy, const Diagnosis &diagnosis,
                                                         const Capsule &capsule, const Files &files);

// Shows these changes in the place of lines for files that are not known, and proposes what to type next.
// `folder`: the reader's.
void show_build_file_changes(LinkReport &report, const Capsule &capsule, const std::string &folder, const Files &files);

// A path as people in `folder` would write it.
std::string shown_from(const std::string &path, const std::string &folder);

}  // namespace ldwhy
