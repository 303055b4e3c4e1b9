// What `ldwhy check` has to say: the only thing its reports see.
#pragma once

#include <string>
#include <vector>

#include "model/advisory.h"
#include "model/diagnosis.h"
#include "model/project.h"

namespace ldwhy {

struct Finding {
  std::string advisory;         // id, or empty where `cause` is given
  std::string cause;            // an id of the catalogue: a problem found in objects
  Affected state = Affected::Unknown;
  std::string title;
  std::string package, package_version;
  std::string target, profile;
  std::string where = "local";
  std::string system;           // Build::system; empty: of no build
  std::vector<std::vector<std::string>> paths;  // by which the package comes in
  std::vector<Condition> conditions;
  std::vector<Evidence> evidence;               // of a problem found in objects
  std::vector<Remedy> remedies;
  Place place;                                  // where a reader should look first
};

struct SiteSettings {
  std::string where;
  Setting setting;
};

struct CheckReport {
  std::string root;
  std::string below;            // the root as seen from its repository's folder: "", "rust/"
  std::vector<std::string> systems;
  std::vector<std::pair<std::string, Fact>> toolchain;  // name, version and where it was read
  std::vector<SiteSettings> settings;
  std::vector<Finding> findings;        // affected first
  std::vector<Remark> remarks;
  std::vector<ProjectProblem> problems;
  size_t packages = 0;                  // locked
  size_t files = 0;                     // build outputs looked into
};

}  // namespace ldwhy
