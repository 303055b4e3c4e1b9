#include "resolve/format_rules.h"
#include "resolve/resolve.h"

namespace ldwhy {

std::span<const ResolutionRules> resolution_rules() {
  static const ResolutionRules rules[] = {
      {.id = "bfd",
       .title = "GNU ld searches each archive once, where it stands",
       .applies = [](const Command &c) {
         return c.flavor == Flavor::Gnu && (c.linker == Linker::Bfd || c.linker == Linker::Unknown);
       },
       .one_pass = true,
       .drops_early = true},
      {.id = "gold",
       .title = "gold searches each archive once, and judges shared libraries at the end",
       .applies = [](const Command &c) { return c.linker == Linker::Gold; },
       .one_pass = true,
       .goes_on_without_inputs = true},
      {.id = "mold",
       .title = "mold takes objects first, then archives in order, and remembers all",
       .applies = [](const Command &c) { return c.linker == Linker::Mold || c.linker == Linker::Wild; },
       .objects_first = true,
       .checks_shared = false,
       .shared_extracts = false},
      {.id = "darwin",
       .title = "Mach-O linkers remember every archive",
       .applies = [](const Command &c) { return c.flavor == Flavor::Darwin; },
       .checks_shared = false,
       .shared_extracts = false},
      // The last row applies to all that is left: LLD's ELF port.
      {.id = "all-seen",
       .title = "LLD remembers every archive",
       .applies = [](const Command &) { return true; }},
  };
  return rules;
}

const ResolutionRules &rules_for(const Command &command) {
  std::span<const ResolutionRules> rules = resolution_rules();
  for (const ResolutionRules &row : rules)
    if (row.applies(command)) return row;
  return rules.back();
}

const FormatRules &format_rules_for(const Command &command) {
  static const FormatRules *const formats[] = {&elf_rules, &macho_rules, &coff_rules, &wasm_rules};
  for (const FormatRules *row : formats)
    if (row->format == command.target.format) return *row;
  if (command.flavor == Flavor::Darwin) return macho_rules;
  if (command.flavor == Flavor::Coff) return coff_rules;
  return command.flavor == Flavor::Wasm ? wasm_rules : elf_rules;
}

}  // namespace ldwhy
