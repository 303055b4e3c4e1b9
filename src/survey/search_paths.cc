// Libraries that the link line could have named: those in the folders that the
// linker searches, and those beside the user's own objects. Archives are looked up
// in their index, shared libraries in their dynamic symbols.
#include <algorithm>
#include <mutex>
#include <set>

#include "base/parallel.h"
#include "base/text.h"
#include "input/input.h"
#include "input/load.h"
#include "survey/survey.h"

namespace ldwhy {
namespace {

constexpr size_t most_script_bytes = 1 << 16;
constexpr size_t most_files = 20000;  // a folder with more is not a library folder

bool is_library(std::string_view name, Flavor flavor) {
  if (flavor == Flavor::Darwin)
    return name.ends_with(".tbd") || name.ends_with(".dylib") || name.ends_with(".a");
  if (flavor == Flavor::Coff) return lower_case(name.substr(name.size() - std::min<size_t>(name.size(), 4))) == ".lib" || name.ends_with(".a");
  return name.ends_with(".so") || name.ends_with(".a");
}

bool is_object(std::string_view name) { return name.ends_with(".o") || name.ends_with(".obj"); }

struct Candidate {
  std::string path;
  bool beside = false;   // not on the search path: lies with the user's objects
};

std::vector<Candidate> candidates(const Link &link, const Files &files, Survey &survey) {
  const Command &command = link.command;
  std::set<std::pair<uint64_t, uint64_t>> known;  // files on the line, by what they really are
  std::set<std::string> own_folders;
  for (uint32_t i = 0; i < link.inputs.size(); ++i) {
    if (link.inputs[i].path.empty()) continue;
    std::string path = join_path(command.directory, link.inputs[i].path);
    if (auto identity = files.identity(path)) known.insert(*identity);
    const InputArg &argument = command.inputs[i];
    if (argument.kind == InputArg::Kind::File && !argument.automatic && argument.script < 0)
      own_folders.insert(std::string(parent_path(normal_path(path))));
  }
  std::vector<Candidate> found;
  std::set<std::string> folders;
  auto add_folder = [&](const std::string &folder, bool beside) {
    std::string path = normal_path(join_path(command.directory, folder));
    if (!folders.insert(real_path(path)).second) return;
    std::vector<std::string> names = files.list(path);
    if (names.empty() || names.size() > most_files) return;
    survey.folders.push_back(folder);
    for (const std::string &name : names) {
      if (!is_library(name, command.flavor) && !(beside && is_object(name))) continue;
      std::string file = join_path(path, name);
      auto identity = files.identity(file);
      if (identity && known.insert(*identity).second) found.push_back({file, beside});
    }
  };
  for (const std::string &folder : command.library_paths) add_folder(folder, false);
  for (const std::string &folder : own_folders) add_folder(folder, true);
  return found;
}

struct Finder {
  const Link &link;
  const Quarry &quarry;
  Survey &survey;
  std::mutex mutex;
  std::set<std::string> parts;  // files that a linker script names: not libraries of their own

  void add_part(const std::string &path) {
    std::lock_guard lock(mutex);
    parts.insert(real_path(path));
  }

  void add(size_t index, Relation relation, const Symbol &symbol, const Candidate &from,
           std::string_view member, const Object &object, const std::string &difference) {
    Sighting sighting;
    sighting.name = symbol.name;
    sighting.relation = relation;
    sighting.symbol = symbol;
    sighting.symbol.name = sighting.symbol.version = {};  // the file is closed again
    sighting.file = from.path;
    std::string folder = link.command.directory + "/";
    if (sighting.file.starts_with(folder)) sighting.file.erase(0, folder.size());
    sighting.library = from.path;
    sighting.member = member;
    sighting.kind = object.kind();
    sighting.soname = object.shared_name();
    sighting.difference = difference;
    std::lock_guard lock(mutex);
    survey.wanted[index].sightings.push_back(std::move(sighting));
  }

  // What could not be read may have what is missing.
  void give_up(const Candidate &candidate) {
    std::lock_guard lock(mutex);
    survey.unread_libraries.push_back(candidate.path);
  }

  // The first member tells: archives of GCC's slim LTO objects hold no other.
  static bool has_slim_lto(const Archive &archive) {
    if (archive.members.empty()) return false;
    Result<std::unique_ptr<Object>> first = open_object(archive.members.front().bytes);
    return first && (*first)->kind() == ObjectKind::GccSlimLto;
  }

  void search_archive(const Candidate &candidate, Bytes bytes) {
    Archive archive = read_archive_head(bytes);
    bool hit = false;
    if (archive.has_index && quarry.may_be_in(archive.index.text()))
      (void)for_each_index_entry(archive, [&](const ArchiveIndexEntry &entry) {
        if (!hit) quarry.match(entry.symbol, [&](size_t, Relation) { hit = true; });
      });
    if (hit || !archive.has_index) archive = read_archive(bytes);
    if (!archive.problems.empty() || has_slim_lto(archive)) give_up(candidate);
    for (const ArchiveMember &member : archive.members) {
      if (!hit && archive.has_index) break;
      Result<std::unique_ptr<Object>> object = open_object(member.bytes);
      if (object) search_object(candidate, **object, member.name);
    }
  }

  void search_object(const Candidate &candidate, const Object &object, std::string_view member) {
    bool shared = object.kind() == ObjectKind::Shared || object.kind() == ObjectKind::Stub;
    if (object.kind() == ObjectKind::Executable) return;
    if (std::string_view names = object.exported_name_bytes(); !names.empty() && !quarry.may_be_in(names)) return;
    std::string difference;
    if (!object.serves(link.command.target)) difference = ldwhy::difference(link.command.target, object.target());
    (void)object.for_each_symbol([&](const Symbol &symbol) {
      // What a library off the line keeps to itself could not help.
      if (!is_defined(symbol) || symbol.binding == Binding::Local || (shared && !symbol.dynamic)) return;
      if (shared && !symbol.version.empty() && !symbol.default_version) return;
      quarry.match(symbol.name, [&](size_t index, Relation relation) {
        add(index, relation, symbol, candidate, member, object, difference);
      });
    });
  }
};

void look(const SurveyContext &context, const Quarry &quarry, Survey &survey) {
  const Link &link = context.link;
  const Files &files = context.files;
  std::vector<Candidate> found = candidates(link, files, survey);
  survey.libraries += found.size();
  Finder finder{link, quarry, survey, {}, {}};
  parallel_for(found.size(), [&](size_t i) {
    Result<FileRef> file = files.open(found[i].path);
    if (!file) return finder.give_up(found[i]);
    Bytes bytes = (*file)->bytes();
    if (is_archive(bytes)) {
      finder.search_archive(found[i], bytes);
    } else if (Result<std::unique_ptr<Object>> object = open_object(bytes)) {
      finder.search_object(found[i], **object, "");
    } else if (bytes.size() < most_script_bytes) {
      // libm.so may be a linker script that names the real files.
      std::optional<Script> script = read_script(bytes.text());
      if (!script) return finder.give_up(found[i]);
      for (const ScriptInput &input : script->inputs) {
        Result<FileRef> real = files.open(join_path(parent_path(found[i].path), input.text));
        if (!real) continue;
        finder.add_part((*real)->path());
        if (is_archive((*real)->bytes())) finder.search_archive(found[i], (*real)->bytes());
        else if (Result<std::unique_ptr<Object>> named = open_object((*real)->bytes())) finder.search_object(found[i], **named, "");
      }
    }
  });
  for (Wanted &wanted : survey.wanted)
    std::erase_if(wanted.sightings, [&](const Sighting &sighting) {
      return !sighting.library.empty() && finder.parts.contains(real_path(sighting.library));
    });
}

}  // namespace

extern const SurveySource search_paths_source{"search-paths", "libraries on the search paths", true, look};

}  // namespace ldwhy
