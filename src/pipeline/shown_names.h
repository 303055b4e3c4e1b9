// What people call the files of a link, where the linker's names for them tell them nothing: a
// temporary object is its source, "/usr/lib/gcc/x/12/../../../libz.so" is "/usr/lib/libz.so".
#pragma once

#include <map>
#include <string>
#include <utility>
#include <vector>

#include "base/files.h"
#include "model/command.h"
#include "model/diagnosis.h"

namespace ldwhy {

class ShownNames {
 public:
  ShownNames(const Command &command, const Files &files);
  // Puts people's names into all that ldwhy itself says; what the linker said stays as it was.
  void put_into(LinkReport &report);

 private:
  void put_into(Diagnosis &diagnosis);
  void replace_in(std::string &text);
  void shorten_in(std::string &text);
  const std::string &shortened(const std::string &path);

  const Files &files_;
  std::vector<std::pair<std::string, std::string>> sources_;  // a temporary object, its source
  std::map<std::string, std::string> short_paths_;            // asked before
};

}  // namespace ldwhy
