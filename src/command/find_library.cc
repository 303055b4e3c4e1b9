// From names of libraries to files, as each linker looks for them.
//
// GNU-style linkers try libNAME.so and then libNAME.a in one folder before they go on to the
// next (ld manual, "-l"); GNU ld, gold and mold pass over a file of another target with a
// warning, LLD takes it and fails. GNU ld and gold also have folders built in, which depend on
// how they were configured; the lists here are Debian's, a superset of what others use. Apple's
// linkers try stubs before libraries, and put -syslibroot in front of absolute paths where the
// folder exists there (ld(1), "Search paths"); they never pass over a file.
#include "command/find_library.h"

#include <algorithm>
#include <unordered_set>

#include "command/peek_target.h"

namespace ldwhy {
namespace {

using Names = std::vector<std::string>;

constexpr size_t tried_limit = 4096;  // more than anybody reads; a bound for hostile commands

struct BuiltIn {
  Arch arch;
  std::string_view linker;  // b: GNU ld, g: gold
  std::string_view folders;
};
// `ld --verbose`, SEARCH_DIR; a leading "=" is the sysroot.
constexpr BuiltIn built_in[] = {
    {Arch::X86_64, "b",
     "=/usr/local/lib/x86_64-linux-gnu =/lib/x86_64-linux-gnu =/usr/lib/x86_64-linux-gnu "
     "=/usr/lib/x86_64-linux-gnu64 =/usr/local/lib64 =/lib64 =/usr/lib64 =/usr/local/lib =/lib "
     "=/usr/lib =/usr/x86_64-linux-gnu/lib64 =/usr/x86_64-linux-gnu/lib"},
    {Arch::I386, "b",
     "=/usr/local/lib/i386-linux-gnu =/lib/i386-linux-gnu =/usr/lib/i386-linux-gnu "
     "=/usr/lib/x86_64-linux-gnu32 =/usr/local/lib32 =/lib32 =/usr/lib32 "
     "=/usr/lib/x86_64-linux-gnu =/usr/local/lib =/lib =/usr/lib =/usr/i386-linux-gnu/lib32 "
     "=/usr/x86_64-linux-gnu/lib32 =/usr/i386-linux-gnu/lib"},
    {Arch::Arm64, "b",
     "=/usr/local/lib/aarch64-linux-gnu =/lib/aarch64-linux-gnu =/usr/lib/aarch64-linux-gnu "
     "=/usr/local/lib =/lib =/usr/lib =/usr/aarch64-linux-gnu/lib"},
    {Arch::X86_64, "g", "=/lib/x86_64-linux-gnu =/usr/lib/x86_64-linux-gnu =/lib =/usr/lib"},
    {Arch::I386, "g", "=/lib/i386-linux-gnu =/usr/lib/i386-linux-gnu =/lib =/usr/lib"},
    {Arch::Arm64, "g", "=/lib/aarch64-linux-gnu =/usr/lib/aarch64-linux-gnu =/lib =/usr/lib"},
};

// What a linker without -m works for, where no input tells.
#if defined(__aarch64__)
constexpr Arch host_arch = Arch::Arm64;
#else
constexpr Arch host_arch = Arch::X86_64;
#endif

bool skips_wrong_targets(Linker linker) {
  return linker == Linker::Bfd || linker == Linker::Gold || linker == Linker::Mold;
}

Target target_of_file(const std::string &path, const Files &files) {
  Result<FileRef> file = files.open(path);
  return file ? peek_target((*file)->bytes()) : Target{};
}

// The first object says it where no option does, as for LLD, gold and mold. GNU ld would take
// what it was built for, which is nearly always the same.
void complete_target(Command &command, const Files &files) {
  constexpr int files_to_try = 8;
  int tried = 0;
  for (const InputArg &input : command.inputs) {
    if (command.target.arch != Arch::Unknown || tried == files_to_try) return;
    if (input.kind != InputArg::Kind::File || input.just_symbols) continue;
    ++tried;
    Target seen = target_of_file(join_path(command.directory, input.text), files);
    if (seen.arch == Arch::Unknown || seen.arch == Arch::Other) continue;
    bool fits = command.target.format == Format::Unknown || command.target.format == seen.format;
    if (!fits) continue;
    command.target.format = seen.format;
    command.target.arch = seen.arch;
    command.target.bits = seen.bits;
    command.target.big_endian = seen.big_endian;
  }
}

// "=" and "$SYSROOT" in front of a path of -L (ld manual, "-L").
std::string with_sysroot(std::string_view path, const Command &command) {
  std::string_view root = command.sysroots.empty() ? "" : std::string_view(command.sysroots[0]);
  for (std::string_view mark : {"$SYSROOT", "="}) {
    if (!path.starts_with(mark)) continue;
    path.remove_prefix(mark.size());
    // A root of "/" would give "//lib".
    while (root.ends_with('/')) root.remove_suffix(1);
    return std::string(root) + std::string(path);
  }
  return std::string(path);
}

void add_built_in(Command &command) {
  std::string_view mark = command.linker == Linker::Bfd ? "b" : command.linker == Linker::Gold ? "g" : "";
  const std::vector<std::string> &argv = command.linker_argv;
  bool none = std::any_of(argv.begin(), argv.end(),
                          [](const std::string &word) { return word == "-nostdlib" || word == "--nostdlib"; });
  if (mark.empty() || none || command.target.format == Format::Coff) return;
  Arch arch = command.target.arch == Arch::Unknown ? host_arch : command.target.arch;
  for (const BuiltIn &row : built_in) {
    if (row.arch != arch || row.linker != mark) continue;
    for (size_t at = 0; at < row.folders.size();) {
      size_t end = std::min(row.folders.find(' ', at), row.folders.size());
      command.default_paths.emplace_back(row.folders.substr(at, end - at));
      at = end + 1;
    }
  }
}

std::string under(const std::string &root, std::string_view path) {
  return (root.ends_with('/') ? root.substr(0, root.size() - 1) : root) + std::string(path);
}

// The user's absolute folders under each root where they exist there, and as they are where
// none has them; then the standard ones. Folders that do not exist are passed over.
void add_roots(std::vector<std::string> &paths, std::initializer_list<std::string_view> standard,
               const Command &command, const Files &files) {
  std::vector<std::string> result;
  auto add_under_roots = [&](std::string_view path, const std::vector<std::string> &roots) {
    bool found = false;
    for (const std::string &root : roots) {
      std::string rooted = under(root, path);
      if (!files.is_directory(join_path(command.directory, rooted))) continue;
      result.push_back(std::move(rooted));
      found = true;
    }
    return found;
  };
  for (const std::string &path : paths) {
    if (path.starts_with('/') && add_under_roots(path, command.sysroots)) continue;
    if (files.is_directory(join_path(command.directory, path))) result.push_back(path);
  }
  const std::vector<std::string> &argv = command.linker_argv;
  if (std::find(argv.begin(), argv.end(), "-Z") == argv.end())
    for (std::string_view path : standard)
      add_under_roots(path, command.sysroots.empty() ? std::vector<std::string>{""} : command.sysroots);
  paths = std::move(result);
}

// A folder named again changes nothing.
void drop_repeated(std::vector<std::string> &paths) {
  std::unordered_set<std::string> seen;
  std::erase_if(paths, [&](const std::string &path) { return !seen.insert(path).second; });
}

class Search {
 public:
  Search(InputArg &input, const Command &command, const Files &files)
      : input_(input), command_(command), files_(files) {}

  // True where the search is over.
  bool look_at(std::string_view candidate) {
    std::string path = join_path(command_.directory, candidate);
    if (!files_.is_file(path)) {
      if (input_.tried.size() < tried_limit) input_.tried.push_back(std::move(path));
      return false;
    }
    bool may_skip = input_.kind == InputArg::Kind::Library || input_.script >= 0;
    if (may_skip && skips_wrong_targets(command_.linker) &&
        !difference(command_.target, target_of_file(path, files_)).empty()) {
      input_.wrong_target.push_back(std::move(path));
      return false;
    }
    input_.path = std::move(path);
    return true;
  }

  bool look_in(const std::vector<std::string> &folders, const Names &names) {
    for (const std::string &folder : folders)
      for (const std::string &name : names)
        if (look_at(join_path(folder, name))) return true;
    return false;
  }

 private:
  InputArg &input_;
  const Command &command_;
  const Files &files_;
};

Names gnu_names(const InputArg &input, const Command &command) {
  const std::string &name = input.text;
  if (name.starts_with(':')) return {name.substr(1)};
  // With -r most look for archives only: a shared library cannot be merged.
  bool finds_shared =
      command.linker == Linker::Gold || (command.linker == Linker::Lld && command.linker_major(22) < 15);
  bool archives = input.static_only || (command.output_kind == Output::Relocatable && !finds_shared);
  std::string archive = "lib" + name + ".a";
  if (command.target.format == Format::Coff) {
    // The ld manual, "ld and WIN32": import libraries first, a DLL itself last.
    if (archives) return {archive, name + ".lib"};
    return {"lib" + name + ".dll.a", name + ".dll.a",       archive,      name + ".lib",
            "cyg" + name + ".dll",   "lib" + name + ".dll", name + ".dll"};
  }
  if (archives) return {archive};
  return {"lib" + name + ".so", archive};
}

// "INPUT" in the ld manual: in the sysroot where the script is there; else as it stands, then
// beside the script, then in the search paths.
void find_script_input(InputArg &input, const Command &command, Search &search) {
  size_t index = static_cast<size_t>(input.script);
  std::string_view script;
  if (index < command.inputs.size()) script = command.inputs[index].path;
  std::string_view name = input.text;
  if (name.starts_with('=') || name.starts_with("$SYSROOT")) {
    search.look_at(with_sysroot(name, command));
    return;
  }
  if (name.starts_with('/')) {
    bool rooted = !command.sysroots.empty() && script.starts_with(join_path(command.directory, command.sysroots[0]));
    if (rooted && search.look_at(with_sysroot("=" + std::string(name), command))) return;
    search.look_at(name);
    return;
  }
  if (search.look_at(name)) return;
  if (!script.empty() && search.look_at(join_path(parent_path(script), name))) return;
  search.look_in(command.library_paths, {std::string(name)});
}

bool last_is_dylibs_first(const Command &command) {
  bool dylibs = false;
  for (const std::string &word : command.linker_argv) {
    if (word == "-search_dylibs_first") dylibs = true;
    if (word == "-search_paths_first") dylibs = false;
  }
  return dylibs;
}

void find_darwin_library(const InputArg &input, const Command &command, Search &search) {
  // -lcrt1.o names a file as it is.
  if (input.text.ends_with(".o")) {
    search.look_in(command.library_paths, {input.text});
    return;
  }
  std::string stem = "lib" + input.text;
  Names shared{stem + ".tbd", stem + ".dylib", stem + ".so"};
  std::string archive = stem + ".a";
  if (input.static_only) {
    search.look_in(command.library_paths, {archive});
  } else if (last_is_dylibs_first(command)) {
    if (!search.look_in(command.library_paths, shared)) search.look_in(command.library_paths, {archive});
  } else {
    shared.push_back(archive);
    search.look_in(command.library_paths, shared);
  }
}

// "Name" or "Name,_suffix"; with a suffix that variant comes first.
void find_framework(const InputArg &input, const Command &command, Search &search) {
  size_t comma = input.text.find(',');
  std::string name = input.text.substr(0, comma);
  std::string stem = name + ".framework/" + name;
  Names names;
  if (comma != input.text.npos) {
    std::string suffixed = stem + input.text.substr(comma + 1);
    names = {suffixed + ".tbd", suffixed};
  }
  names.insert(names.end(), {stem + ".tbd", stem});
  search.look_in(command.framework_paths, names);
}

// lld-link and link.exe look for every input in the folder of the link and then in those of
// /libpath. A library needs no ending; other files are tried with ".obj" too.
void find_coff_file(const InputArg &input, const Command &command, Search &search) {
  std::string name = input.text;
  bool ending = file_name(name).find('.') != std::string_view::npos;
  bool library = input.kind == InputArg::Kind::Library;
  if (library && !ending) name += ".lib";
  if (search.look_at(name)) return;
  if (!library && !ending && search.look_at(name + ".obj")) return;
  if (name.starts_with('/')) return;
  for (const std::string &folder : command.library_paths) {
    if (search.look_at(join_path(folder, name))) return;
    if (!library && !ending && search.look_at(join_path(folder, name + ".obj"))) return;
  }
}

void find_file(InputArg &input, const Command &command, const Files &files, Search &search) {
  bool rerooted = command.flavor == Flavor::Darwin && input.text.starts_with('/') && !input.text.ends_with(".o");
  if (rerooted)
    for (const std::string &root : command.sysroots)
      if (search.look_at(under(root, input.text))) return;
  if (search.look_at(input.text)) return;
  // A folder or a pipe is no input, but it is not missing either.
  std::string path = join_path(command.directory, input.text);
  if (files.exists(path)) input.path = std::move(path);
}

}  // namespace

void prepare_search(Command &command, const Files &files) {
  complete_target(command, files);
  if (command.flavor == Flavor::Darwin) {
    add_roots(command.library_paths, {"/usr/lib", "/usr/local/lib"}, command, files);
    add_roots(command.framework_paths, {"/Library/Frameworks", "/System/Library/Frameworks"}, command, files);
  } else {
    add_built_in(command);
    command.library_paths.insert(command.library_paths.end(), command.default_paths.begin(),
                                 command.default_paths.end());
    for (std::string &path : command.default_paths) path = with_sysroot(path, command);
    for (std::string &path : command.library_paths) path = with_sysroot(path, command);
  }
  drop_repeated(command.library_paths);
  drop_repeated(command.framework_paths);
}

void find_library(InputArg &input, const Command &command, const Files &files) {
  Search search(input, command, files);
  bool darwin = command.flavor == Flavor::Darwin;
  if (command.flavor == Flavor::Coff) {
    find_coff_file(input, command, search);
    return;
  }
  switch (input.kind) {
    case InputArg::Kind::File:
      if (input.script >= 0) find_script_input(input, command, search);
      else find_file(input, command, files, search);
      break;
    case InputArg::Kind::Library:
      if (darwin) find_darwin_library(input, command, search);
      else search.look_in(command.library_paths, gnu_names(input, command));
      break;
    case InputArg::Kind::Framework: find_framework(input, command, search); break;
  }
  // A file's own path says nothing that the command does not.
  if (input.kind == InputArg::Kind::File && input.script < 0) input.tried.clear();
}

}  // namespace ldwhy
