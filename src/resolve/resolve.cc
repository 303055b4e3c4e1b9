// Which links each walk takes: coff_walk.h, table_walk.h (Mach-O, WebAssembly), elf_link.h.
#include "resolve/resolve.h"

#include "resolve/coff_walk.h"
#include "resolve/elf_link.h"
#include "resolve/symbol_index.h"
#include "resolve/table_walk.h"

namespace ldwhy {

Resolved::Resolved() = default;
Resolved::Resolved(Resolved &&) noexcept = default;
Resolved::~Resolved() = default;

Resolved resolve(const Link &link) {
  const ResolutionRules &rules = rules_for(link.command);
  Resolved resolved = is_coff_link(link.command)    ? walk_coff(link)
                      : is_table_link(link.command) ? walk_table(link, rules)
                                                    : resolve_elf(link);
  apply_lto(link, *resolved.index, resolved.resolution);
  find_source_lines(link, resolved.resolution);
  return resolved;
}

}  // namespace ldwhy
