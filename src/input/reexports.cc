// LC_REEXPORT_DYLIB and a stub's "reexported-libraries": the names of the library named count as
// the library's own. Linkers look for it as LLD's findDylib and ld(1) ("Indirect dynamic library
// linking") tell: by its own name in the search paths, then at its install name under each root,
// with ".tbd" before the name itself.
#include "input/reexports.h"

#include <unordered_set>

#include "input/load.h"

namespace ldwhy {
namespace {

constexpr size_t most_libraries = 1000;  // of one link; a system has fewer

std::string without_extension(std::string_view path) {
  size_t slash = path.rfind('/'), dot = path.rfind('.');
  if (dot == path.npos || (slash != path.npos && dot < slash)) return std::string(path);
  return std::string(path.substr(0, dot));
}

class Reexports {
 public:
  Reexports(const Command &command, const Files &files) : command_(command), files_(files) {}

  void add(Input &input) {
    std::unordered_set<std::string> seen;
    for (size_t m = 0; m < input.members.size() && count_ < most_libraries; ++m) {
      const Object *object = input.members[m].object.get();
      if (!object) continue;
      for (std::string_view name : object->reexported()) {
        if (!seen.insert(std::string(name)).second) continue;
        ++count_;
        open(input, name);
      }
    }
  }

 private:
  void open(Input &input, std::string_view name) {
    Input further;
    if (std::string path = find(name); !path.empty()) further = load_file(path, command_.target, files_);
    Member member;
    if (!further.members.empty()) member = std::move(further.members[0]);
    bool library =
        member.object && (member.object->kind() == ObjectKind::Shared || member.object->kind() == ObjectKind::Stub);
    if (!library) member.object.reset();
    // The re-exporting object holds the name.
    member.name = name;
    if (!member.file) member.file = further.file;
    input.members.push_back(std::move(member));
  }

  std::string first_of(const std::string &stem, std::string_view whole) const {
    std::string stub = stem + ".tbd";
    if (files_.is_file(join_path(command_.directory, stub))) return join_path(command_.directory, stub);
    if (files_.is_file(join_path(command_.directory, whole))) return join_path(command_.directory, whole);
    return {};
  }

  std::string find(std::string_view name) const {
    bool framework = name.find(".framework/") != name.npos;
    std::string base(file_name(name)), stem = without_extension(base);
    for (const std::string &folder : framework ? command_.framework_paths : command_.library_paths) {
      std::string inside = framework ? join_path(folder, base + ".framework") : folder;
      if (std::string found = first_of(join_path(inside, stem), join_path(inside, base)); !found.empty()) return found;
    }
    if (!name.starts_with('/')) return {};
    for (std::string root : command_.sysroots.empty() ? std::vector<std::string>{""} : command_.sysroots) {
      while (root.ends_with('/')) root.pop_back();
      std::string whole = root + std::string(name);
      if (std::string found = first_of(without_extension(whole), whole); !found.empty()) return found;
    }
    return {};
  }

  const Command &command_;
  const Files &files_;
  size_t count_ = 0;
};

}  // namespace

void add_reexported(std::vector<Input> &inputs, const Command &command, const Files &files) {
  if (command.flavor != Flavor::Darwin) return;
  Reexports reexports(command, files);
  for (Input &input : inputs)
    if (input.kind == InputKind::Shared) reexports.add(input);
}

}  // namespace ldwhy
