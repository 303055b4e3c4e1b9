// From a command's inputs to open objects. Files are opened first, in parallel;
// then their members, in parallel again, since one archive may hold most of them.
// A linker script takes its own inputs' place, as the linkers do.
#include "input/load.h"

#include <algorithm>
#include <atomic>
#include <map>

#include <fmt/format.h>

#include "base/parallel.h"
#include "command/find_library.h"
#include "input/autolink.h"
#include "input/input.h"
#include "input/needed.h"
#include "input/reexports.h"
#include "input/tbd.h"
#include "input/version_script.h"

namespace ldwhy {
namespace {

constexpr int max_script_depth = 8;
constexpr int max_script_uses = 64;  // of one script: those that name themselves have no end

Problem named(Problem problem, const std::string &file, std::string_view member = {}) {
  problem.file = file;
  problem.member = member;
  return problem;
}

// The slice of a universal file that a link for `want` takes; null: none fits.
const FatSlice *choose_slice(const std::vector<FatSlice> &slices, const Target &want) {
  for (const FatSlice &slice : slices)
    if (want.arch != Arch::Unknown && slice.target.arch == want.arch) return &slice;
  if (want.arch == Arch::Unknown && !slices.empty()) return &slices.front();
  return nullptr;
}

void open_member(Member &member, Bytes bytes, const std::string &path, const Target &want) {
  Result<std::unique_ptr<Object>> object = [&]() -> Result<std::unique_ptr<Object>> {
    if (!tbd_format.claims(bytes)) return open_object(bytes);
    try {
      return open_tbd(bytes, want);
    } catch (const Malformed &error) {
      return std::unexpected(Problem{"", "", error.offset(), error.what()});
    }
  }();
  if (object) member.object = std::move(*object);
  else member.problem = named(object.error(), path, member.name);
}

// Rust puts its metadata beside the objects; it is not one and never was.
bool is_rust_metadata(std::string_view name) { return name.ends_with(".rmeta") || name == "rust.metadata.bin"; }

void read_archive_members(Input &input, Bytes bytes, const Files &files, const Target &want) {
  input.kind = InputKind::Archive;
  Archive archive = read_archive(bytes);
  input.has_index = archive.has_index;
  bool bsd = archive.index_kind == Archive::IndexKind::Bsd32 || archive.index_kind == Archive::IndexKind::Bsd64;
  if (archive.has_index) input.index_form = bsd ? "BSD" : "GNU";
  for (Problem &problem : archive.problems) input.problems.push_back(named(std::move(problem), input.path));
  input.members.resize(archive.members.size());
  auto open_one = [&](size_t i) {
    const ArchiveMember &from = archive.members[i];
    Member &member = input.members[i];
    member.name = from.name;
    Bytes contents = from.bytes;
    if (from.thin) {
      std::string path = join_path(parent_path(input.path), from.name);
      Result<FileRef> file = files.open(path);
      if (!file) {
        member.problem = named(file.error(), input.path, from.name);
        return;
      }
      member.file = *file;
      contents = member.file->bytes();
    }
    if (!is_rust_metadata(member.name)) open_member(member, contents, input.path, want);
  };
  for (size_t i = 0; i < input.members.size(); ++i) open_one(i);
}

void read_bytes(Input &input, Bytes bytes, const Files &files, const Target &want) {
  input.bytes = bytes.size();
  if (is_fat(bytes)) {
    Result<std::vector<FatSlice>> slices = read_fat(bytes);
    if (!slices) {
      input.kind = InputKind::Unreadable;
      input.problems.push_back(named(slices.error(), input.path));
      return;
    }
    for (const FatSlice &slice : *slices) input.slices.push_back(slice.target);
    const FatSlice *chosen = choose_slice(*slices, want);
    if (!chosen) {
      // Kept as an object of the first slice's target, so that causes can see what it defines.
      if (slices->empty()) return;
      chosen = &slices->front();
    }
    bytes = chosen->bytes;
  }
  if (is_archive(bytes)) return read_archive_members(input, bytes, files, want);
  input.members.resize(1);
  open_member(input.members[0], bytes, input.path, want);
  const Object *object = input.members[0].object.get();
  if (!object) {
    input.kind = InputKind::Unreadable;
    input.likeness = likeness_of(bytes);
    input.problems.push_back(*input.members[0].problem);
    return;
  }
  bool shared = object->kind() == ObjectKind::Shared || object->kind() == ObjectKind::Stub;
  input.kind = shared ? InputKind::Shared : InputKind::Object;
}

// True where the file is a linker script; its inputs are returned in `found`.
bool read_as_script(const Input &input, std::optional<Script> &found) {
  Bytes bytes = input.file->bytes();
  if (bytes.size() > (1 << 20) || is_archive(bytes) || is_fat(bytes)) return false;
  for (const ObjectFormat *format : object_formats())
    if (format->claims(bytes)) return false;
  found = read_script(bytes.text());
  return found.has_value();
}

// Replaces scripts by their inputs, to a bounded depth. Leaves each script itself in the
// list, so that it can be named.
void expand_scripts(Command &command, std::vector<Input> &inputs, const Files &files) {
  std::map<std::string, int> uses;
  for (int depth = 0; depth < max_script_depth; ++depth) {
    std::vector<InputArg> arguments;
    std::vector<Input> opened;
    bool expanded = false;
    int groups = 0;
    for (const InputArg &argument : command.inputs) groups = std::max(groups, argument.group + 1);
    for (size_t i = 0; i < inputs.size(); ++i) {
      Input &input = inputs[i];
      std::optional<Script> script;
      bool is_script = input.kind == InputKind::Unreadable && input.file && input.members.empty() &&
                       uses[input.path] < max_script_uses && read_as_script(input, script);
      arguments.push_back(std::move(command.inputs[i]));
      int here = static_cast<int>(arguments.size()) - 1;
      if (is_script) input.kind = InputKind::Script, input.problems.clear(), expanded = true, ++uses[input.path];
      std::string folder(parent_path(input.path));
      opened.push_back(std::move(input));
      if (!is_script) continue;
      for (const Definition &definition : script->definitions) command.definitions.push_back(definition);
      for (const std::string &name : script->externs) command.undefined_roots.push_back(name);
      const InputArg parent = arguments.back();
      for (const ScriptInput &wanted : script->inputs) {
        InputArg argument = parent;
        argument.script = here;
        argument.path.clear();
        argument.tried.clear();
        argument.as_needed = parent.as_needed || wanted.as_needed;
        argument.group = wanted.group >= 0 ? groups + wanted.group : parent.group;
        if (wanted.text.starts_with("-l")) {
          argument.kind = InputArg::Kind::Library;
          argument.text = wanted.text.substr(2);
          // gold has no -l:FILE in scripts.
          if (command.linker != Linker::Gold || !argument.text.starts_with(':')) find_library(argument, command, files);
        } else {
          argument.kind = InputArg::Kind::File;
          argument.text = wanted.text;
          // ld manual: an absolute name is looked for under the sysroot when the script
          // itself is there; a plain name in the script's folder, in the current one (not gold), then on the search path.
          std::vector<std::string> places;
          if (wanted.text.starts_with('/'))
            for (const std::string &root : command.sysroots)
              if (folder.starts_with(root)) places.push_back(root + wanted.text);
          places.push_back(wanted.text.starts_with('/') ? wanted.text : join_path(folder, wanted.text));
          if (command.linker != Linker::Gold) places.push_back(join_path(command.directory, wanted.text));
          if (!wanted.text.starts_with('/'))
            for (const std::string &path : command.library_paths) places.push_back(join_path(path, wanted.text));
          for (const std::string &place : places) {
            if (!files.is_file(place)) continue;
            argument.path = place;
            break;
          }
        }
        arguments.push_back(std::move(argument));
        opened.emplace_back();
      }
    }
    command.inputs = std::move(arguments);
    inputs = std::move(opened);
    if (!expanded) return;
    for (size_t i = 0; i < inputs.size(); ++i) {
      if (inputs[i].kind != InputKind::Missing || command.inputs[i].script < 0) continue;
      if (!command.inputs[i].path.empty()) inputs[i] = load_file(command.inputs[i].path, command.target, files);
    }
  }
}

// Scripts that stand in an option: inputs are not looked for there, but names that they define are.
void read_layout_scripts(Command &command, const Files &files) {
  for (const std::string &path : command.linker_scripts) {
    Result<FileRef> file = files.open(join_path(command.directory, path));
    std::optional<Script> script = file ? read_script((*file)->bytes().text()) : std::nullopt;
    if (!script) continue;
    for (Definition &definition : script->definitions) command.definitions.push_back(std::move(definition));
    for (std::string &name : script->externs) command.undefined_roots.push_back(std::move(name));
  }
}

// A dynamic list says of a program what --export-dynamic-symbol would.
void read_dynamic_lists(Link &link, const Files &files) {
  if (link.command.flavor != Flavor::Gnu) return;
  for (const std::string &path : link.command.export_files) {
    Result<FileRef> file = files.open(join_path(link.command.directory, path));
    if (!file) continue;
    Result<std::vector<VersionPattern>> list = read_dynamic_list((*file)->bytes().text());
    if (!list) continue;
    for (const VersionPattern &pattern : *list) link.command.exported_symbols.push_back(pattern.text);
  }
}

void complete_target(Link &link) {
  Target &target = link.command.target;
  for (size_t id = 0; id < link.objects.size() && (target.arch == Arch::Unknown || !target.bits); ++id) {
    const Object *object = link.object(static_cast<ObjectId>(id));
    if (!object || link.input_of(static_cast<ObjectId>(id)).kind != InputKind::Object) continue;
    std::string_view triple = target.triple;
    Platform platform = target.platform;
    uint32_t min_os = target.min_os;
    target = object->target();
    if (!triple.empty()) target.triple = triple;
    if (platform != Platform::Unknown) target.platform = platform, target.min_os = min_os;
  }
}

// The first bitcode module spells the triple in full, deployment target included.
void complete_triple(Link &link) {
  if (!link.command.target.triple.empty()) return;
  for (ObjectId id = 0; id < link.objects.size(); ++id) {
    const Object *object = link.object(id);
    if (object && object->kind() == ObjectKind::Bitcode && link.member_of(id).refused.empty()) {
      link.command.target.triple = object->target().triple;
      return;
    }
  }
}

// Before LLD 16 a stub had to name the very architecture of the link, not another of its family.
bool refuses_stub(const Command &command, const Object &object) {
  bool exact = command.flavor == Flavor::Darwin && command.linker == Linker::Lld && command.linker_major(99) < 16;
  return exact && object.kind() == ObjectKind::Stub && !difference(command.target, object.target()).empty();
}

}  // namespace

Input load_file(const std::string &path, const Target &want, const Files &files) {
  Input input;
  input.path = path;
  Result<FileRef> file = files.open(path);
  if (!file) {
    input.kind = files.exists(path) ? InputKind::Unreadable : InputKind::Missing;
    input.problems.push_back(file.error());
    return input;
  }
  input.file = *file;
  input.kind = InputKind::Unreadable;
  std::optional<Script> script;
  if (read_as_script(input, script)) return input;  // the caller expands it
  read_bytes(input, input.file->bytes(), files, want);
  return input;
}

Link load_link(Command command, const Files &files) {
  Link link;
  link.inputs.resize(command.inputs.size());
  parallel_for(command.inputs.size(), [&](size_t i) {
    std::string path = command.inputs[i].path;
    if (path.empty()) return;
    link.inputs[i] = load_file(join_path(command.directory, path), command.target, files);
    link.inputs[i].path = path;
  });
  expand_scripts(command, link.inputs, files);
  read_layout_scripts(command, files);
  add_reexported(link.inputs, command, files);
  link.command = std::move(command);
  for (uint32_t i = 0; i < link.inputs.size(); ++i) {
    link.bytes += link.inputs[i].bytes;
    for (uint32_t m = 0; m < link.inputs[i].members.size(); ++m) link.objects.push_back({i, m});
  }
  for (const std::string &path : link.command.version_scripts) {
    Result<FileRef> file = files.open(join_path(link.command.directory, path));
    link.version_scripts.push_back(file ? *file : nullptr);
  }
  read_dynamic_lists(link, files);
  complete_target(link);
  add_autolinked(link, files);
  load_needed(link, files);
  for (Input &input : link.inputs)
    for (Member &member : input.members)
      if (member.object && (!member.object->serves(link.command.target) || refuses_stub(link.command, *member.object)))
        member.refused = difference(link.command.target, member.object->target());
  complete_triple(link);
  return link;
}

}  // namespace ldwhy
