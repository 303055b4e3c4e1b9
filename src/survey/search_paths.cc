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
  if (flavor == Flavor::Darwin) return name.ends_with(".tbd") || name.ends_with(".dylib") || name.ends_with(".a");
  if (flavor == Flavor::Coff)
    return lower_case(name.substr(name.size() - std::min<size_t>(name.size(), 4))) == ".lib" || name.ends_with(".a");
  return name.ends_with(".so") || name.ends_with(".a");
}

bool is_object(std::string_view name) { return name.ends_with(".o") || name.ends_with(".obj"); }

struct Candidate {
  std::string path;
  bool beside = false;   // not on the search path: lies with the user's objects
};

using Identity = std::optional<std::pair<uint64_t, uint64_t>>;

// What files really are, whatever their names: asked of the disk, which takes its time.
std::vector<Identity> identities(const std::vector<std::string> &paths, const Files &files) {
  std::vector<Identity> found(paths.size());
  parallel_for(paths.size(), [&](size_t i) { found[i] = files.identity(paths[i]); });
  return found;
}

std::vector<Candidate> candidates(const Link &link, const Files &files, Survey &survey) {
  const Command &command = link.command;
  std::vector<std::string> on_line;
  std::set<std::string> own_folders;
  for (uint32_t i = 0; i < link.inputs.size(); ++i) {
    if (link.inputs[i].path.empty()) continue;
    on_line.push_back(join_path(command.directory, link.inputs[i].path));
    const InputArg &argument = command.inputs[i];
    if (argument.kind == InputArg::Kind::File && !argument.automatic && argument.script < 0)
      own_folders.insert(std::string(parent_path(normal_path(on_line.back()))));
  }
  std::vector<std::string> paths;
  std::set<std::string> folders;
  auto add_folder = [&](const std::string &folder, bool beside) {
    std::string path = normal_path(join_path(command.directory, folder));
    if (!folders.insert(real_path(path)).second) return;
    std::vector<std::string> names = files.list(path);
    if (names.empty() || names.size() > most_files) return;
    survey.folders.push_back(folder);
    for (const std::string &name : names)
      if (is_library(name, command.flavor) || (beside && is_object(name))) paths.push_back(join_path(path, name));
  };
  for (const std::string &folder : command.library_paths) add_folder(folder, false);
  size_t searched = paths.size();  // the rest lies beside the user's own files
  for (const std::string &folder : own_folders) add_folder(folder, true);

  std::set<std::pair<uint64_t, uint64_t>> known;
  for (const Identity &identity : identities(on_line, files))
    if (identity) known.insert(*identity);
  std::vector<Candidate> found;
  std::vector<Identity> are = identities(paths, files);
  for (size_t i = 0; i < paths.size(); ++i)
    if (are[i] && known.insert(*are[i]).second) found.push_back({std::move(paths[i]), i >= searched});
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

  void add(size_t index, Relation relation, const Symbol &symbol, const Candidate &from, std::string_view member,
           const Object &object, const std::string &difference) {
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

  // Whether a name of the same bytes is one of those picked, or the end of one.
  static bool is_in(std::string_view name, const std::vector<std::string_view> &picked) {
    auto after = std::ranges::upper_bound(picked, name.data(), {}, [](std::string_view one) { return one.data(); });
    return after != picked.begin() && name.data() < std::prev(after)->data() + std::prev(after)->size();
  }

  void search_object(const Candidate &candidate, const Object &object, std::string_view member) {
    bool shared = object.kind() == ObjectKind::Shared || object.kind() == ObjectKind::Stub;
    if (object.kind() == ObjectKind::Executable) return;
    std::optional<std::vector<std::string_view>> picked;
    if (std::string_view names = object.exported_name_bytes(); !names.empty()) picked = quarry.pick(names);
    if (picked && picked->empty()) return;
    std::string difference;
    if (!object.serves(link.command.target)) difference = ldwhy::difference(link.command.target, object.target());
    (void)object.for_each_name([&](const Symbol &symbol) {
      // What a library off the line keeps to itself could not help.
      if (!is_defined(symbol) || symbol.binding == Binding::Local || (shared && !symbol.dynamic)) return;
      if (shared && !symbol.version.empty() && !symbol.default_version) return;
      if (picked && !is_in(symbol.name, *picked)) return;
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
        else if (Result<std::unique_ptr<Object>> named = open_object((*real)->bytes()))
          finder.search_object(found[i], **named, "");
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
