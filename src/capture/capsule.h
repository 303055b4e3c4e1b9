// Making a capsule, on behalf of a link that failed.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/problem.h"
#include "capture/capture.h"

namespace ldwhy {

// "0018b5c2f4a3d1e0-4711": time and process, so that links failing at once do not meet.
std::string new_capsule_id();

// Writes the capsule under `capsules` with its inputs saved; `folder` and `saved` of
// `capsule` are filled in. Appears whole under its id, or not at all.
std::optional<Problem> write_capsule(Capsule &capsule, const std::string &capsules);

// Those of a folder that can be read, in the order of their ids.
std::vector<Capsule> read_capsules(const std::string &capsules);

}  // namespace ldwhy
