// WebAssembly: what wasm-ld asks for and defines (tool-conventions, "Linking" and "Dynamic
// Linking"; which version defines what as wasm-ld 14, 19 and 22 do).
#include <algorithm>

#include "resolve/format_rules.h"
#include "resolve/llvm_string_map.h"

namespace ldwhy {
namespace {

// wasm-ld keeps these names in a set: --export-if-defined's first, then --export's.
std::vector<std::string_view> exports_in_order(const Command &command) {
  std::vector<std::string_view> names;
  const std::vector<std::string> &required = command.required_exports;
  for (const std::string &name : command.exported_symbols)
    if (std::ranges::find(required, name) == required.end()) names.push_back(name);
  names.insert(names.end(), required.begin(), required.end());
  return order_of_string_set(names, command.linker_major(99));
}

// Only the entry and what --export names must be there; all are looked up after the files.
std::vector<Root> wasm_roots(const Link &link) {
  const Command &command = link.command;
  std::vector<Root> roots;
  for (const std::string &name : command.undefined_roots) roots.push_back({name, "-u"});
  for (std::string_view name : exports_in_order(command)) roots.push_back({name, "--export"});
  for (const std::string &name : command.required_exports)
    roots.push_back({name, "--export", !command.allow_undefined});
  bool loadable = command.output_kind == Output::Shared;
  std::string_view entry =
      command.entry.empty() ? (loadable ? "__wasm_call_ctors" : "_start") : std::string_view(command.entry);
  if (!command.no_entry && command.output_kind != Output::Relocatable) roots.push_back({entry, "entry point", true});
  if (command.output_kind != Output::Relocatable && !loadable) roots.push_back({"__wasm_call_dtors", "the linker"});
  return roots;
}

struct Made {
  std::string_view name;
  enum class When : uint8_t { Always, Placed, NotShared, Threads } when = When::Always;
  int since = 0;  // version of LLD
};
// "Placed": not in -pie and -shared, whose place is told by the loader.
constexpr Made made[] = {
    {"__wasm_call_ctors"},
    {"__stack_pointer"},
    {"__memory_base"},
    {"__table_base"},
    {"__dso_handle"},
    {"__tls_base"},
    {"__indirect_function_table"},
    {"__data_end", Made::When::NotShared},
    {"__heap_base", Made::When::Placed},
    {"__global_base", Made::When::Placed},
    {"__heap_end", Made::When::Placed, 15},
    {"__stack_low", Made::When::Placed, 15},
    {"__stack_high", Made::When::Placed, 15},
    {"__wasm_first_page_end", Made::When::Always, 20},
    {"__tls_size", Made::When::Threads},
    {"__tls_align", Made::When::Threads},
    {"__wasm_init_tls", Made::When::Threads},
};

bool is_made(const Command &command, Made::When when) {
  bool shared = command.output_kind == Output::Shared;
  switch (when) {
    case Made::When::Placed: return command.output_kind == Output::Executable;
    case Made::When::NotShared: return !shared;
    case Made::When::Threads: return command.shared_memory;
    case Made::When::Always: break;
  }
  return true;
}

bool wasm_makes(const Link &link, std::string_view name) {
  return std::ranges::any_of(made, [&](const Made &row) {
    return row.name == name && link.command.linker_major(99) >= row.since && is_made(link.command, row.when);
  });
}

bool wasm_tolerates(const Command &, std::string_view) { return false; }

}  // namespace

const FormatRules wasm_rules = {Format::Wasm, wasm_roots, wasm_makes, wasm_tolerates};

}  // namespace ldwhy
