// Which files a link read, and saving them before they are gone.
#pragma once

#include <map>
#include <string>
#include <vector>

namespace ldwhy {

struct LinkFiles {
  std::vector<std::string> inputs;  // absolute; regular files that are there
  std::string output;               // absolute; empty: not known
};
// Everything the command names: objects, archives, libraries found by search, scripts,
// export lists, response files.
LinkFiles link_files(const std::string &directory, const std::vector<std::string> &argv);

// Saves into `folder` those files that may change or vanish, by hard link or copy.
// Original path -> name in `folder`; files of the system stay where they are.
std::map<std::string, std::string> save_files(const std::vector<std::string> &files, const std::string &folder);

}  // namespace ldwhy
