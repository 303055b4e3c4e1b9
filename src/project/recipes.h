// The commands behind a call of a task runner: `make TARGET`, `just RECIPE`.
#pragma once

#include <string>
#include <vector>

#include "base/files.h"
#include "model/project.h"

namespace ldwhy {

struct Recipe {
  std::string target;
  std::string script;
  Place place;                     // of the script's first line
  std::vector<Variable> exported;  // by the file, for its recipes
};

// The recipes that this call runs, in order: those a target needs come first. `folder`: absolute,
// where the call is made; `shown`: the same for people. Empty where there is no such file.
std::vector<Recipe> recipes_of_call(const std::vector<std::string> &argv, const std::string &folder,
                                    const std::string &shown, const std::vector<Variable> &environment,
                                    const Files &files);

// All recipes of a file, each once (script_source).
std::vector<Recipe> all_recipes(const std::string &path, const std::string &shown, const Files &files);

}  // namespace ldwhy
