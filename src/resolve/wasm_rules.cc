// WebAssembly: what wasm-ld asks for, defines and lets pass (tool-conventions, Linking.md).
#include "resolve/format_rules.h"

namespace ldwhy {
namespace {

std::vector<Root> wasm_roots(const Link &link) {
  std::vector<Root> roots;
  for (const std::string &name : link.command.undefined_roots) roots.push_back({name, "-u"});
  return roots;
}

bool wasm_makes(const Link &, std::string_view) { return false; }

bool wasm_tolerates(const Command &, std::string_view) { return false; }

}  // namespace

const FormatRules wasm_rules = {Format::Wasm, wasm_roots, wasm_makes, wasm_tolerates};

}  // namespace ldwhy
