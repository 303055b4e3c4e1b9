// Names that objects miss and that a library has which is not on the line, but is loaded by one that
// is (ld manual, "--copy-dt-needed-entries").
#include "base/files.h"
#include "resolve/elf_link.h"

namespace ldwhy {
namespace {

using Name = SymbolIndex::Name;

void add_needed(const Object &object, std::set<std::string_view> &names) {
  for (std::string_view name : object.needed()) names.insert(name);
}

// The first name of the library that an object refers to and nothing defines.
std::optional<Name> meet(ElfLink &link, const Object &library) {
  std::optional<Name> first;
  (void)library.for_each_symbol([&](const Symbol &symbol) {
    bool older = !symbol.version.empty() && !symbol.default_version;
    if (first || !symbol.dynamic || !is_defined(symbol) || older) return;
    std::optional<Name> name = link.index.find(symbol.name);
    if (!name || *name >= link.names.size()) return;
    ElfName &held = link[*name];
    if (held.hold != Hold::Nothing || held.assigned || held.closed || !held.referred) return;
    if (link.command.copy_dt_needed) held.hold = Hold::Shared;
    else first = name;
  });
  return first;
}

}  // namespace

std::optional<Name> meet_loaded_elf(ElfLink &link) {
  std::set<std::string_view> needed;
  for (ObjectId id : link.entered)
    if (link.is_shared(id)) add_needed(*link.link.object(id), needed);
  for (const Input &input : link.link.loaded) {
    const Object &library = *input.members[0].object;
    std::string_view name = library.shared_name().empty() ? file_name(input.path) : library.shared_name();
    if (!needed.contains(name)) continue;  // only a library asks for it that --as-needed dropped
    if (std::optional<Name> met = meet(link, library)) return met;
    add_needed(library, needed);
  }
  return std::nullopt;
}

}  // namespace ldwhy
