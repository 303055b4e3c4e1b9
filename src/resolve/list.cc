#include "resolve/format_rules.h"
#include "resolve/resolve.h"

namespace ldwhy {

std::span<const ResolutionRules> resolution_rules() {
  static const ResolutionRules rules[] = {
      {.id = "bfd",
       .title = "GNU ld searches each archive once, where it stands",
       .applies =
           [](const Command &c) {
             return c.flavor == Flavor::Gnu && (c.linker == Linker::Bfd || c.linker == Linker::Unknown);
           }},
      {.id = "gold",
       .title = "gold searches each archive once, and judges shared libraries at the end",
       .applies = [](const Command &c) { return c.linker == Linker::Gold; },
       .goes_on_without_inputs = true},
      {.id = "mold",
       .title = "mold takes objects first, then archives in order, and remembers all",
       .applies = [](const Command &c) { return c.linker == Linker::Mold || c.linker == Linker::Wild; },
       .stops_at_duplicates = true},
      {.id = "ld64.lld",
       .title = "LLD's Mach-O port remembers every archive, and takes names as they come",
       .applies = [](const Command &c) { return c.flavor == Flavor::Darwin && c.linker == Linker::Lld; },
       .goes_on_without_inputs = true},
      {.id = "darwin",
       .title = "Apple's linkers take objects first, then search libraries in order",
       .applies = [](const Command &c) { return c.flavor == Flavor::Darwin; },
       .objects_first = true},
      {.id = "wasm-ld",
       .title = "wasm-ld remembers every archive, and takes names as they come",
       .applies = [](const Command &c) { return c.flavor == Flavor::Wasm; }},
      {.id = "link.exe",
       .title = "link.exe takes objects first, then goes round the libraries",
       .applies = [](const Command &c) { return c.flavor == Flavor::Coff && c.linker == Linker::LinkExe; }},
      {.id = "lld-link",
       .title = "lld-link remembers every library, and takes names as they come",
       .applies = [](const Command &c) { return c.flavor == Flavor::Coff; }},
      {.id = "lld-mingw",
       .title = "LLD in its MinGW form remembers every library, and takes names as they come",
       .applies =
           [](const Command &c) {
             return c.flavor == Flavor::Gnu && c.linker == Linker::Lld && c.target.format == Format::Coff;
           }},
      // The last row applies to all that is left: LLD's ELF port.
      {.id = "all-seen",
       .title = "LLD remembers every archive",
       .applies = [](const Command &) { return true; },
       .stops_at_duplicates = true},
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
