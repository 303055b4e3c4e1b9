// This process's own environment, as a project reader takes it.
#pragma once

#include <string>

#include "project/project.h"

namespace ldwhy {

// Options for the project around `folder`, with the variables and the home folder of this process.
ProjectOptions options_from_environment(const std::string &folder);

}  // namespace ldwhy
