// Files that steer a link: version scripts with the names that they give versions to, and the
// memory regions of linker scripts (ld manual, "VERSION Command", "MEMORY Command").
#include <algorithm>
#include <mutex>
#include <unordered_map>

#include "base/parallel.h"
#include "input/module_definition.h"
#include "input/version_script.h"
#include "name/name.h"
#include "survey/survey.h"

namespace ldwhy {
namespace {

constexpr size_t most_script_bytes = 16 << 20;
constexpr size_t most_regions = 100;

// The names that stand for themselves, first place first.
std::vector<VersionedName> names_of(const VersionScript &script) {
  std::vector<VersionedName> names;
  std::unordered_map<std::string_view, size_t> known;
  for (const VersionNode &node : script.nodes)
    for (const VersionPattern &pattern : node.global) {
      if (!pattern.is_exact()) continue;
      const auto [entry, is_new] = known.try_emplace(pattern.text, names.size());
      if (is_new) names.push_back({pattern.text, node.name, "", pattern.line, false});
      else if (names[entry->second].version != node.name) names[entry->second].other_version = node.name;
    }
  return names;
}

SteeringFile read_names(const std::string &path, bool versions, const SurveyContext &context) {
  SteeringFile script{.path = path, .version_script = versions};
  Result<FileRef> file = context.files.open(join_path(context.link.command.directory, path));
  script.readable = file.has_value();
  if (!file) {
    script.problem = file.error().text;
    return script;
  }
  std::string_view text = (*file)->bytes().text();
  if (!versions || text.size() > most_script_bytes) return script;
  Result<VersionScript> read = read_version_script(text);
  if (read) script.names = names_of(*read);
  else script.problem = read.error().text;
  return script;
}

std::string_view trimmed(std::string_view text) {
  size_t start = text.find_first_not_of(" \t\r\n"), end = text.find_last_not_of(" \t\r\n");
  return start == text.npos ? std::string_view() : text.substr(start, end - start + 1);
}

// Lists of names to show: of --dynamic-list, -exported_symbols_list and module-definition files.
SteeringFile read_list(const std::string &path, const SurveyContext &context) {
  SteeringFile list{.path = path};
  Result<FileRef> file = context.files.open(join_path(context.link.command.directory, path));
  list.readable = file.has_value();
  if (!file) {
    list.problem = file.error().text;
    return list;
  }
  std::string_view text = (*file)->bytes().text();
  if (text.size() > most_script_bytes) return list;
  const Command &command = context.link.command;
  bool module_definition =
      std::ranges::count(command.coff.module_definitions, path, &CoffOptions::ModuleFile::path) > 0;
  if (command.flavor == Flavor::Gnu && !module_definition) {
    if (Result<std::vector<VersionPattern>> read = read_dynamic_list(text); !read) list.problem = read.error().text;
    return list;
  }
  if (module_definition) {
    Result<ModuleDefinition> read = read_module_definition(text);
    if (!read) list.problem = read.error().text;
    else
      for (const ModuleExport &one : read->exports)
        if (!one.symbol().empty()) list.names.push_back({one.symbol(), "", "", one.line, false});
    return list;
  }
  uint32_t number = 0;
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    ++number;
    line = trimmed(line.substr(0, line.find('#')));
    if (!line.empty() && line.find_first_of("*?[") == line.npos)
      list.names.push_back({std::string(line), "", "", number, false});
  }
  return list;
}

// A name as extern "C++" has it: demangled.
bool is_demangled(std::string_view name) { return name.find_first_of(":( <") != name.npos; }

// Which of the names some object of the link line defines for others.
void mark_defined(const Link &link, std::vector<SteeringFile> &scripts) {
  std::unordered_map<std::string_view, std::vector<VersionedName *>> wanted;
  for (SteeringFile &script : scripts)
    for (VersionedName &name : script.names) wanted[name.name].push_back(&name);
  if (wanted.empty()) return;
  bool demangled = std::ranges::any_of(wanted, [](const auto &entry) { return is_demangled(entry.first); });
  std::mutex mutex;
  auto mark = [&](std::string_view name) {
    auto found = wanted.find(name);
    if (found == wanted.end()) return;
    std::lock_guard lock(mutex);
    for (VersionedName *entry : found->second) entry->defined = true;
  };
  for (const Definition &definition : link.command.definitions) mark(definition.name);
  parallel_for(link.objects.size(), [&](size_t i) {
    const Object *object = link.object(static_cast<ObjectId>(i));
    if (!object || object->kind() == ObjectKind::Shared || object->kind() == ObjectKind::Stub) return;
    (void)object->for_each_symbol([&](const Symbol &symbol) {
      if (!is_defined(symbol) || symbol.binding == Binding::Local) return;
      mark(symbol.name);
      if (demangled && symbol.name.starts_with("_Z")) mark(demangle(symbol.name, link.command.target.format));
    });
  });
}

// "64K", "0x10000", "2M"; 0: an expression.
uint64_t length_in_bytes(std::string_view text) {
  bool hex = text.starts_with("0x") || text.starts_with("0X");
  uint64_t value = 0;
  size_t at = hex ? 2 : 0;
  for (; at < text.size() && at < 18; ++at) {
    char c = static_cast<char>(text[at] | 0x20);
    unsigned digit = c >= '0' && c <= '9'          ? static_cast<unsigned>(text[at] - '0')
                     : hex && c >= 'a' && c <= 'f' ? static_cast<unsigned>(c - 'a' + 10)
                                                   : 99;
    if (digit == 99) break;
    value = value * (hex ? 16 : 10) + digit;
  }
  std::string_view unit = text.substr(at);
  if (unit.empty()) return value;
  if (unit == "K" || unit == "k") return value << 10;
  if (unit == "M" || unit == "m") return value << 20;
  return 0;
}

// "FLASH (rx) : ORIGIN = 0x8000000, LENGTH = 64K"; the words have short forms (ORG, o; LEN, l).
void add_regions(std::string_view text, const std::string &script, std::vector<MemoryRegion> &regions) {
  size_t at = text.find("MEMORY");
  size_t open = at == text.npos ? at : text.find('{', at);
  size_t close = open == text.npos ? open : text.find('}', open);
  if (close == text.npos) return;
  std::string_view body = text.substr(open + 1, close - open - 1);
  while (!body.empty() && regions.size() < most_regions) {
    size_t colon = body.find(':');
    if (colon == body.npos) return;
    std::string_view name = trimmed(body.substr(0, colon));
    // What stands before the name is the end of the region before it, or a comment.
    std::string_view head = trimmed(name.substr(0, name.find('(')));
    if (size_t blank = head.find_last_of(" \t\r\n"); blank != head.npos) head = head.substr(blank + 1);
    body.remove_prefix(colon + 1);
    size_t length = body.find("LEN");
    if (length == body.npos) length = body.find(" l");
    size_t equals = length == body.npos ? length : body.find('=', length);
    if (equals == body.npos) return;
    std::string_view value = trimmed(body.substr(equals + 1));
    value = value.substr(0, value.find_first_of(" \t\r\n,}/"));
    regions.push_back({std::string(head), script, std::string(value), length_in_bytes(value)});
    body.remove_prefix(equals + 1);
  }
}

void look(const SurveyContext &context, const Quarry &, Survey &survey) {
  const Command &command = context.link.command;
  std::vector<SteeringFile> &scripts = survey.surroundings.scripts;
  for (const std::string &path : command.version_scripts) scripts.push_back(read_names(path, true, context));
  if (command.flavor != Flavor::Wasm)
    for (const std::string &path : command.export_files) scripts.push_back(read_list(path, context));
  for (const CoffOptions::ModuleFile &file : command.coff.module_definitions)
    scripts.push_back(read_list(file.path, context));
  mark_defined(context.link, scripts);
  for (const std::string &path : command.linker_scripts) {
    scripts.push_back(read_names(path, false, context));
    Result<FileRef> file = context.files.open(join_path(command.directory, path));
    if (file && (*file)->bytes().size() < most_script_bytes)
      add_regions((*file)->bytes().text(), path, survey.surroundings.regions);
  }
}

}  // namespace

extern const SurveySource scripts_source{"scripts", "version scripts and memory regions of linker scripts", false,
                                         look};

}  // namespace ldwhy
