// A stand-in for the disk in which some files are copies and all else is there by links. A
// program that runs in it reads the project, its neighbours and every folder above as they are, and
// writes only the copies.
#pragma once

#include <map>
#include <string>

#include "base/files.h"
#include "base/problem.h"

namespace ldwhy {

class Mirror {
 public:
  Mirror() : scratch_("ldwhy-mirror") {}
  // `files`: absolute paths, links followed, and what they hold in the mirror.
  std::optional<Problem> make(const std::map<std::string, std::string> &files);
  // Where a file or folder of the disk stands in the mirror.
  std::string path(const std::string &real) const { return scratch_.path() + "/root" + real; }
  // A folder beside the mirror, for what a program writes.
  std::string spare() const { return scratch_.path() + "/spare"; }

 private:
  ScratchFolder scratch_;
};

}  // namespace ldwhy
