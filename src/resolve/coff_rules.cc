// COFF and PE: what link.exe, lld-link and the MinGW linkers ask for and define.
#include "resolve/format_rules.h"

namespace ldwhy {
namespace {

std::vector<Root> coff_roots(const Link &link) {
  std::vector<Root> roots;
  for (const std::string &name : link.command.undefined_roots) roots.push_back({name, "/include", true});
  return roots;
}

bool coff_makes(const Link &, std::string_view) { return false; }

bool coff_tolerates(const Command &, std::string_view) { return false; }

}  // namespace

const FormatRules coff_rules = {Format::Coff, coff_roots, coff_makes, coff_tolerates};

}  // namespace ldwhy
