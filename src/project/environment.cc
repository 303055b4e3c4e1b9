#include "project/environment.h"

extern char **environ;

namespace ldwhy {

ProjectOptions options_from_environment(const std::string &folder) {
  ProjectOptions options;
  options.folder = folder;
  for (char **entry = environ; entry && *entry; ++entry) {
    std::string_view text = *entry;
    size_t equals = text.find('=');
    if (equals == text.npos) continue;
    options.environment.push_back(
        {std::string(text.substr(0, equals)), std::string(text.substr(equals + 1)), {"environment", 0}});
    if (text.substr(0, equals) == "HOME") options.home = text.substr(equals + 1);
  }
  return options;
}

}  // namespace ldwhy
