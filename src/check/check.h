// `ldwhy check`: a project's builds, each judged by every advisory, and its build outputs
// looked into for what will break under another kind of link.
#pragma once

#include <string>
#include <vector>

#include "advisory/advisory.h"
#include "base/files.h"
#include "model/check.h"
#include "project/project.h"

namespace ldwhy {

struct CheckRequest {
  ProjectOptions project;
  std::vector<std::string> files;   // objects, archives, folders of them: only these are looked at
  bool outputs = true;              // look into the project's build outputs too
  std::string lto;                  // what-if for `files`: "thin", "full", "none"; empty: any
};

struct Checked {
  Project project;                  // empty where `files` were given
  CheckReport report;
};

Checked check(const CheckRequest &request, const AdvisoryBase &base, const Files &files);

// The findings of one advisory base on a project: the part of check() that reads no objects.
std::vector<Finding> judge_builds(const Project &project, const AdvisoryBase &base);

// Where the project's builds leave their files: what a build system names, and folders that one
// has written into. Absolute paths.
std::vector<std::string> output_folders(const Project &project, const Files &files);

// Where a CI job and this machine differ in what decides links: one remark each.
std::vector<Remark> compare_sites(const Project &project);

}  // namespace ldwhy
