// wasm-ld's lists of names that the host may supply.
#pragma once

#include <string>

#include "base/files.h"
#include "model/command.h"

namespace ldwhy {

// --allow-undefined-file: a name a line, "#" starts a comment.
void allow_undefined_of(const std::string &path, Command &command, const Files &files);

// Beside an archive libx.a may stand such a list, libx.imports. Needs the inputs' paths.
void read_import_lists(Command &command, const Files &files);

}  // namespace ldwhy
