// What LLD's ports for Mach-O and WebAssembly say of inputs before they look at symbols, as
// LLD 14, 19 and 22 do. Mach-O goes on without such an input, wasm-ld stops. Apple's linkers are
// not known so well: nothing is foreseen of them here.
#include "resolve/table_inputs.h"

#include <fmt/format.h>

namespace ldwhy {
namespace {

// Between the versions that were tried.
constexpr int reads_json_stubs_since = 17;
constexpr int wasm_refuses_libraries_since = 20;  // in a static link
constexpr int wasm_reads_archives_without_index_since = 16, macho_reads_archives_without_index_since = 20;
constexpr const char *no_index = ": archive has no index; run ranlib to add one";

bool is_json(const Object &object) {
  std::string_view text = object.bytes().text();
  size_t first = text.find_first_not_of(" \t\r\n");
  return first != text.npos && text[first] == '{';
}

bool is_bundle_loader(const Link &link, uint32_t input) {
  uint32_t argument = link.command.inputs[input].argument;
  const std::vector<std::string> &argv = link.command.linker_argv;
  return argument > 0 && argument < argv.size() && argv[argument - 1] == "-bundle_loader";
}

void look_at_macho(const Link &link, uint32_t number, std::vector<RefusedInput> &found) {
  const Input &input = link.inputs[number];
  if (input.kind == InputKind::Archive && !input.has_index && !input.members.empty() &&
      link.command.linker_major(99) < macho_reads_archives_without_index_since)
    found.push_back({number, "no-index", no_index, !link.command.inputs[number].whole_archive});
  if (input.kind == InputKind::Archive || input.members.empty() || !input.members[0].object) return;
  const Member &member = input.members[0];
  const Object &object = *member.object;
  bool library = object.kind() == ObjectKind::Shared || object.kind() == ObjectKind::Stub;
  if (object.kind() == ObjectKind::Stub && is_json(object) && link.command.linker_major(99) < reads_json_stubs_since) {
    found.push_back({number, "wrong-format", ": unhandled file type"});
    return;
  }
  if (object.kind() == ObjectKind::Executable && !is_bundle_loader(link, number))
    found.push_back({number, "wrong-format", ": unhandled file type"});
  // An object of another architecture is left out with a warning only.
  bool warns = !library && object.target().arch != link.command.target.arch;
  if (!member.refused.empty() && !warns)
    found.push_back({number, "incompatible", fmt::format(" is incompatible with {}", describe(link.command.target))});
  for (const Member &further : input.members)
    if (library && !further.object && !further.name.empty())
      found.push_back({number, "needed-not-found",
                       fmt::format(": unable to locate re-export with install name {}", further.name), false});
}

void look_at_wasm(const Link &link, uint32_t number, std::vector<RefusedInput> &found) {
  const Input &input = link.inputs[number];
  if (input.kind == InputKind::Archive && !input.has_index && !link.command.inputs[number].whole_archive &&
      link.command.linker_major(99) < wasm_reads_archives_without_index_since)
    found.push_back({number, "no-index", no_index});
  if (input.kind == InputKind::Shared && link.command.inputs[number].static_only &&
      link.command.linker_major(99) >= wasm_refuses_libraries_since)
    found.push_back({number, "wrong-format", ": attempted static link of dynamic object"});
  if (input.kind == InputKind::Object && !input.members.empty() && !input.members[0].refused.empty())
    found.push_back({number, "incompatible", fmt::format(" is incompatible with {}", describe(link.command.target))});
}

}  // namespace

RefusedInputs refused_inputs(const Link &link) {
  RefusedInputs refused;
  if (link.command.linker != Linker::Lld) return refused;
  bool macho = link.command.flavor == Flavor::Darwin, wasm = link.command.flavor == Flavor::Wasm;
  for (uint32_t i = 0; i < link.inputs.size(); ++i) {
    if (macho) look_at_macho(link, i, refused.inputs);
    if (wasm) look_at_wasm(link, i, refused.inputs);
  }
  refused.ends_link = wasm && !refused.inputs.empty();
  return refused;
}

}  // namespace ldwhy
