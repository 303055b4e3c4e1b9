#include "resolve/coff_walk.h"

#include <fmt/format.h>

#include <algorithm>
#include <span>

#include "base/files.h"
#include "base/text.h"
#include "input/module_definition.h"

namespace ldwhy {
namespace {

constexpr size_t most_uses = 50;           // places kept of each name
constexpr size_t most_objects_read = 200;  // objects whose relocations are walked for one name

}  // namespace

bool is_coff_link(const Command &command) {
  return command.flavor == Flavor::Coff || (command.flavor == Flavor::Gnu && command.target.format == Format::Coff);
}

bool is_mingw_link(const Command &command) {
  if (command.flavor == Flavor::Gnu) return true;
  return std::ranges::any_of(command.linker_argv,
                             [](std::string_view word) { return read_directive(word).name == "lldmingw"; });
}

Resolved walk_coff(const Link &link) {
  bool bfd = link.command.flavor == Flavor::Gnu && link.command.linker != Linker::Lld;
  return bfd ? walk_bfd_coff(link) : walk_lld_coff(link);
}

CoffWalk::CoffWalk(const Link &link)
    : link_(link),
      index_(std::make_unique<SymbolIndex>(link)),
      gnu_words_(link.command.flavor == Flavor::Gnu),
      mingw_(is_mingw_link(link.command)),
      underscores_(link.command.target.arch == Arch::I386) {
  result_.fates.assign(link.objects.size(), Fate::NotNeeded);
  result_.extracted_by.assign(link.objects.size(), no_object);
  result_.extracted_for.resize(link.objects.size());
  for (ObjectId id = 0; id < link.objects.size(); ++id)
    if (!link.object(id) || !link.member_of(id).refused.empty()) result_.fates[id] = Fate::Refused;
  ObjectId id = 0;
  for (const Input &input : link.inputs) {
    first_object_.push_back(id);
    id += static_cast<ObjectId>(input.members.size());
  }
  first_object_.push_back(id);
}

const CoffRows &CoffWalk::rows(ObjectId id) {
  std::unordered_map<ObjectId, CoffRows>::iterator found = rows_.find(id);
  if (found == rows_.end()) found = rows_.emplace(id, read_coff_rows(*link_.object(id), *index_)).first;
  return found->second;
}

void CoffWalk::add_duplicate(Name name, ObjectId first, ObjectId second) {
  for (ObjectId id : {first, second})
    if (id != no_object) duplicates_[name].insert(id);
}

void CoffWalk::check_mismatch(std::string_view setting, ObjectId by) {
  size_t equals = setting.find('=');
  if (equals == setting.npos) return;
  std::string_view name = setting.substr(0, equals), value = setting.substr(equals + 1);
  auto [known, is_new] = settings_.emplace(name, Setting{std::string(value), by});
  const Setting &first = known->second;
  if (is_new || first.value == value) return;
  result_.objections.push_back({.code = "mismatch",
                                .text = fmt::format("/failifmismatch: mismatch detected for '{}':", name),
                                .notes = {fmt::format("{} has value {}", link_.name_of(first.by), first.value),
                                          fmt::format("{} has value {}", link_.name_of(by), value)},
                                .object = by});
}

std::string CoffWalk::exported_name(const std::string &name) const {
  bool bare = underscores_ && !is_decorated(name, mingw_);
  return bare ? "_" + name : name;
}

std::vector<std::string> CoffWalk::exported_by(const CoffOptions::ModuleFile &definitions) {
  std::vector<std::string> names;
  Result<FileRef> file = DiskFiles().open(join_path(link_.command.directory, definitions.path));
  if (!file) return names;
  Result<ModuleDefinition> definition = read_module_definition((*file)->bytes().text());
  if (!definition) return names;
  for (const ModuleExport &exported : definition->exports)
    if (exported.forwarded.empty()) names.push_back(exported_name(exported.symbol()));
  return names;
}

std::vector<std::string> CoffWalk::exported_symbols() {
  std::vector<std::string> names;
  for (const std::string &option : link_.command.required_exports)
    if (CoffExport exported = read_export(option); !exported.forwarded) names.push_back(exported_name(exported.symbol));
  // Of several files LLD reads the last.
  const std::vector<CoffOptions::ModuleFile> &files = link_.command.coff.module_definitions;
  bool last_only = link_.command.linker == Linker::Lld && !files.empty();
  for (const CoffOptions::ModuleFile &definitions : std::span(files).subspan(last_only ? files.size() - 1 : 0))
    for (std::string &name : exported_by(definitions)) names.push_back(std::move(name));
  return names;
}

bool CoffWalk::is_allowed(std::string_view name) const {
  const Command &command = link_.command;
  if (command.allow_undefined || command.output_kind == Output::Relocatable) return true;
  if (std::ranges::find(command.undefined_allowed, name) != command.undefined_allowed.end()) return true;
  return std::ranges::find(command.definitions, name, &Definition::name) != command.definitions.end();
}

void CoffWalk::find_places(std::map<Name, Unresolved> &missing, PlaceFilter counts) {
  std::unordered_map<std::string_view, Unresolved *> by_text;
  std::set<ObjectId> objects;
  for (auto &[name, unresolved] : missing) {
    by_text.emplace(unresolved.name, &unresolved);
    for (size_t i = 0; i < std::min(unresolved.referrers.size(), most_objects_read); ++i)
      objects.insert(unresolved.referrers[i]);
  }
  for (ObjectId id : objects)
    (void)link_.object(id)->for_each_reference([&](const Reference &reference) {
      auto found = by_text.find(reference.symbol);
      if (found == by_text.end() || !counts(id, reference)) return;
      // The name may be a local one of this object.
      const std::vector<ObjectId> &referrers = found->second->referrers;
      if (std::ranges::find(referrers, id) == referrers.end()) return;
      if (found->second->uses.size() < most_uses)
        found->second->uses.push_back(
            {id, reference.function, reference.section, reference.offset, reference.section_number, {}});
    });
}

Resolved CoffWalk::finish() {
  if (!link_.command.allow_multiple)
    for (auto &[name, definers] : duplicates_)
      result_.duplicates.push_back({std::string(text(name)), {definers.begin(), definers.end()}});
  std::ranges::sort(result_.duplicates, {}, &Duplicate::name);
  std::ranges::sort(result_.unresolved, {}, &Unresolved::name);
  Resolved resolved;
  resolved.resolution = std::move(result_);
  resolved.symbols_read = index_->symbols_read();
  resolved.problems = index_->take_problems();
  resolved.index = std::move(index_);
  return resolved;
}

}  // namespace ldwhy
