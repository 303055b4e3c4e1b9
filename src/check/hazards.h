// Known dangers in build outputs. One file a danger, each exporting one Hazard; the table in
// hazards.cc holds them in the order in which they are looked for. A hazard says nothing
// where it cannot be sure of the bytes it saw: an alarm that proves false costs more than one
// that was not given.
#pragma once

#include <span>
#include <string>
#include <vector>

#include "check/outputs.h"

namespace ldwhy {

struct HazardContext {
  const Outputs &outputs;
  const ObjectsRequest &request;
  const Files &files;
};

struct Hazard {
  const char *cause;   // an id of the catalogue of causes
  const char *title;
  std::vector<Finding> (*find)(const HazardContext &context);
};
std::span<const Hazard *const> hazards();

// A remedy of remedy/list.cc, with its cost.
Remedy make_remedy(const char *id, std::string title, std::vector<std::string> commands = {});

}  // namespace ldwhy
