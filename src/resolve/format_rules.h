// What the linkers of one object format do with names, beside the walk over the inputs:
// which names they ask for themselves, which they define themselves, which they let pass.
// One row and one file a format; which archives are searched when is ResolutionRules.
#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "model/link.h"

namespace ldwhy {

// A name that the link needs although no object may refer to it.
struct Root {
  std::string_view name;   // a view into the command, or of static storage
  const char *asked_by;    // "-u", "entry point": for people
  bool missed = false;     // an error where nothing defines it; else it only extracts members
};

struct FormatRules {
  Format format;
  std::vector<Root> (*roots)(const Link &link);
  // The linker defines it itself where no input does. For ELF: elf_makes() of elf_link.h.
  bool (*makes)(const Link &link, std::string_view name);
  // Nobody defines it, and the linker does not mind.
  bool (*tolerates)(const Command &command, std::string_view name);
};
extern const FormatRules elf_rules, macho_rules, coff_rules, wasm_rules;

// By the link's target; where that is not known, by the linker's flavour.
const FormatRules &format_rules_for(const Command &command);

}  // namespace ldwhy
