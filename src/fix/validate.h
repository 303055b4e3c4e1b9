// After a fix: does the build do what was wanted? Each answer comes with its evidence.
#pragma once

#include <vector>

#include "base/files.h"
#include "fix/build.h"
#include "model/advisory.h"
#include "model/fix.h"
#include "model/project.h"

namespace ldwhy {

// `build`: as it is after the change, read anew. `advisory`: the one that was mended, or null.
std::vector<Validation> validate(const BuildRun &run, const Build &build, const Advisory *advisory, const Files &files);

}  // namespace ldwhy
