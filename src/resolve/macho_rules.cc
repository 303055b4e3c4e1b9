// Mach-O: what Apple's linkers and LLD's port ask for and define (ld(1), "-e", "-u",
// "-exported_symbol"; <mach-o/ldsyms.h> for the header symbols; section$start$… and
// _objc_msgSend$… as in ld64's SymbolTable and LLD's port).
#include "resolve/format_rules.h"

namespace ldwhy {
namespace {

std::vector<Root> macho_roots(const Link &link) {
  const Command &command = link.command;
  std::vector<Root> roots;
  for (const std::string &name : command.undefined_roots) roots.push_back({name, "-u", true});
  if (command.output_kind == Output::Executable || command.output_kind == Output::Pie)
    roots.push_back(
        {command.entry.empty() ? std::string_view("_main") : std::string_view(command.entry), "entry point", true});
  for (const std::string &name : command.required_exports) roots.push_back({name, "-exported_symbol", true});
  return roots;
}

std::string_view header_symbol(Output kind) {
  switch (kind) {
    case Output::Shared: return "__mh_dylib_header";
    case Output::Bundle: return "__mh_bundle_header";
    case Output::Relocatable: return "__mh_object_header";
    case Output::Preload: return "__mh_preload_header";
    default: return "__mh_execute_header";
  }
}

// A call to _objc_msgSend$SELECTOR goes to a stub that the linker makes (LLD 16, Xcode 14).
bool makes_selector_stubs(const Command &command) {
  return command.linker != Linker::Lld || command.linker_major(99) >= 16;
}

bool macho_makes(const Link &link, std::string_view name) {
  if (name.starts_with("_objc_msgSend$")) return makes_selector_stubs(link.command);
  for (std::string_view prefix : {"section$start$", "section$end$", "segment$start$", "segment$end$", "___dtrace_"})
    if (name.starts_with(prefix)) return true;
  return name == "___dso_handle" || name == header_symbol(link.command.output_kind);
}

bool macho_tolerates(const Command &, std::string_view) { return false; }

}  // namespace

const FormatRules macho_rules = {Format::MachO, macho_roots, macho_makes, macho_tolerates};

}  // namespace ldwhy
