// From names of libraries to files.
#pragma once

#include "base/files.h"
#include "model/command.h"
#include "model/target.h"

namespace ldwhy {

// Completes what a search needs: the target (from the first object, where no option says it),
// sysroots in front of search paths, and the folders that the linker looks in unasked.
void prepare_search(Command &command, const Files &files);

// Fills path, tried and wrong_target of one input as the command's linker would. Paths are
// joined to command.directory. Linker scripts are not followed: `path` is the script's. Inputs
// that a script names (InputArg::script set) are looked for by the rules for those.
void find_library(InputArg &input, const Command &command, const Files &files);

}  // namespace ldwhy
