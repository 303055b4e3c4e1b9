// Build outputs looked into before any link: objects, archives and bitcode that will break
// under another LTO mode, that are of another target than their neighbours, that are older
// than their sources, or that a linker cannot read.
#pragma once

#include <string>
#include <vector>

#include "base/files.h"
#include "model/check.h"
#include "model/project.h"

namespace ldwhy {

struct ObjectsRequest {
  std::vector<std::string> paths;  // files, or folders to be searched
  std::string shown_root;          // paths are shown relative to it
  std::string target;              // triple wanted; empty: what most inputs are for
  std::string lto;                 // what-if: "thin", "full", "none"; empty: any
  std::string reader_llvm;         // of the linker that will read bitcode: "19.1.7"; empty: not known
  std::string linker;              // "lld", "mold", "ld64.lld", "apple-ld" …; empty: not known
};

struct ObjectsResult {
  std::vector<Finding> findings;   // affected first, then by file
  size_t files = 0, objects = 0;   // opened
  std::vector<ProjectProblem> problems;
};

ObjectsResult check_objects(const ObjectsRequest &request, const Files &files);

}  // namespace ldwhy
