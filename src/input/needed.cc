// ld manual, "--rpath-link", which tells where GNU ld looks: --rpath-link, --rpath, LD_RUN_PATH or
// the libraries' own DT_RUNPATH, LD_LIBRARY_PATH, the default folders, /etc/ld.so.conf.
#include "input/needed.h"

#include <algorithm>
#include <set>

#include "input/elf_dynamic.h"
#include "input/load.h"

namespace ldwhy {
namespace {

constexpr size_t most_loaded = 2000;  // libraries
constexpr int most_included = 100;    // files of folders

void add_list(std::vector<std::string> &folders, std::string_view list, std::string_view origin) {
  while (!list.empty()) {
    size_t end = std::min(list.find(':'), list.size());
    std::string folder(list.substr(0, end));
    list.remove_prefix(std::min(end + 1, list.size()));
    if (size_t at = folder.find("$ORIGIN"); at != folder.npos) folder.replace(at, 7, origin);
    if (!folder.empty()) folders.push_back(std::move(folder));
  }
}

// ld.so.conf(5): a folder a line; "include" names further files.
void add_configuration(std::vector<std::string> &folders, const std::string &path, const Files &files, int &left) {
  Result<FileRef> file = left-- > 0 ? files.open(path) : std::unexpected(Problem{});
  if (!file) return;
  std::string_view text = (*file)->bytes().text();
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    line = line.substr(0, line.find('#'));
    while (line.ends_with(' ') || line.ends_with('\t')) line.remove_suffix(1);
    if (line.starts_with("include ")) {
      std::string pattern = join_path(parent_path(path), line.substr(8));
      std::string folder(parent_path(pattern));
      for (const std::string &name : files.list(folder))
        if (name.ends_with(".conf")) add_configuration(folders, join_path(folder, name), files, left);
    } else if (line.starts_with('/')) {
      folders.emplace_back(line);
    }
  }
}

class Loader {
 public:
  Loader(Link &link, const Files &files) : link_(link), files_(files) {
    const Command &command = link.command;
    for (const std::string &list : command.rpath_links) add_list(before_, list, ".");
    for (const std::string &list : command.rpaths) add_list(before_, list, ".");
    std::string root = command.sysroots.empty() ? "" : command.sysroots.front();
    int left = most_included;
    std::vector<std::string> configured;
    add_configuration(configured, root + "/etc/ld.so.conf", files, left);
    for (const std::string &folder : configured) after_.push_back(root + folder);
    // Those of -L are not searched. Where the linker's own are not known, compilers' -L name them too.
    for (const std::string &folder : command.default_paths.empty() ? command.library_paths : command.default_paths)
      after_.push_back(folder);
    for (std::string_view folder : {"/lib64", "/usr/lib64", "/lib", "/usr/lib"})
      after_.push_back(root + std::string(folder));
  }

  void run() {
    std::vector<const Object *> queue;
    std::vector<std::string> places;
    for (const Input &input : link_.inputs)
      if (input.kind == InputKind::Shared && !input.members.empty()) {
        const Object *object = input.members[0].object.get();
        names_.insert(std::string(object->shared_name().empty() ? file_name(input.path) : object->shared_name()));
        queue.push_back(object);
        places.push_back(input.path);
      }
    for (size_t i = 0; i < queue.size(); ++i)
      for (std::string_view needed : queue[i]->needed())
        if (link_.loaded.size() < most_loaded && names_.insert(std::string(needed)).second)
          if (load(needed, *queue[i], places[i])) {
            queue.push_back(link_.loaded.back().members[0].object.get());
            places.push_back(link_.loaded.back().path);
          }
  }

 private:
  bool load(std::string_view name, const Object &by, const std::string &place) {
    std::vector<std::string> folders = before_;
    for (std::string_view list : run_paths(by)) add_list(folders, list, parent_path(place));
    folders.insert(folders.end(), after_.begin(), after_.end());
    for (const std::string &folder : folders) {
      std::string path = join_path(join_path(link_.command.directory, folder), name);
      if (!files_.is_file(path)) continue;
      Input input = load_file(path, link_.command.target, files_);
      if (input.kind != InputKind::Shared || !input.members[0].object->serves(link_.command.target)) continue;
      link_.loaded.push_back(std::move(input));
      return true;
    }
    return false;
  }

  static std::vector<std::string_view> run_paths(const Object &object) {
    constexpr uint64_t DT_RPATH = 15, DT_RUNPATH = 29;
    std::vector<std::string_view> lists;
    try {
      ElfDynamic dynamic{ElfFile(object.bytes())};
      for (const ElfDynamicEntry &entry : dynamic.entries())
        if (entry.tag == DT_RPATH || entry.tag == DT_RUNPATH) lists.push_back(dynamic.string(entry.value));
    } catch (const Malformed &) {
    }
    return lists;
  }

  Link &link_;
  const Files &files_;
  std::vector<std::string> before_, after_;
  std::set<std::string> names_;
};

}  // namespace

void load_needed(Link &link, const Files &files) {
  const Command &command = link.command;
  if (command.output_kind == Output::Relocatable || command.target.format != Format::Elf) return;
  bool reads = command.flavor == Flavor::Gnu && (command.linker == Linker::Bfd || command.linker == Linker::Unknown);
  // Where it minds what libraries miss, or is to take what they load as named.
  bool minds = !command.allow_shlib_undefined || command.copy_dt_needed;
  if (reads && minds) Loader(link, files).run();
}

}  // namespace ldwhy
