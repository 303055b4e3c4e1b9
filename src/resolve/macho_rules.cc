// Mach-O: what Apple's linkers and LLD's port ask for and define (ld(1), "-e", "-u";
// <mach-o/ldsyms.h> for the header symbols; section$start$… as in ld64's SymbolTable).
#include "resolve/format_rules.h"

namespace ldwhy {
namespace {

std::vector<Root> macho_roots(const Link &link) {
  const Command &command = link.command;
  std::vector<Root> roots;
  for (const std::string &name : command.undefined_roots) roots.push_back({name, "-u", true});
  if (command.output_kind == Output::Executable)
    roots.push_back({command.entry.empty() ? std::string_view("_main") : std::string_view(command.entry), "entry point", true});
  return roots;
}

bool macho_makes(const Link &, std::string_view name) {
  return name == "dyld_stub_binder" || name == "___dso_handle" || name == "__mh_execute_header" ||
         name == "__mh_dylib_header" || name == "__mh_bundle_header" || name.starts_with("section$") ||
         name.starts_with("segment$");
}

bool macho_tolerates(const Command &, std::string_view) { return false; }

}  // namespace

const FormatRules macho_rules = {Format::MachO, macho_roots, macho_makes, macho_tolerates};

}  // namespace ldwhy
