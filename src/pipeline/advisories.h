// Known bugs that a failed link shows: the signature is the linker's words, the conditions
// are read in the project's files and in the link itself.
#pragma once

#include <string>

#include "base/files.h"
#include "model/diagnosis.h"

namespace ldwhy {

// Names the advisories in the diagnoses that they explain; complaints that no diagnosis covers get
// one from an advisory whose signature they have. `directory`: where the link ran.
void name_advisories(LinkReport &report, const std::string &directory, const Files &files);

}  // namespace ldwhy
