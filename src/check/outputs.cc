#include "check/outputs.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/parallel.h"
#include "check/search.h"
#include "input/input.h"
#include "input/load.h"

namespace ldwhy {
namespace {

constexpr size_t max_problems = 50;

// A name such as model.obj or notes.lib says little: a file found by its name alone that does not
// even begin like an object is none. What should be an object and is empty, or a pointer that Git
// LFS left, is worth a word.
bool is_foreign(const OutputFile &file) {
  if (file.given || !file.input.file) return false;
  Bytes bytes = file.input.file->bytes();
  if (bytes.empty() || bytes.starts_with("version https://git-lfs")) return false;
  if (is_archive(bytes) || is_fat(bytes)) return false;
  return std::ranges::none_of(object_formats(), [&](const ObjectFormat *format) { return format->claims(bytes); });
}

void collect_problems(Outputs &outputs) {
  size_t left_out = 0;
  auto add = [&](const OutputFile &file, const std::string &member, const std::string &text) {
    if (outputs.problems.size() == max_problems) return void(++left_out);
    outputs.problems.push_back({{file.shown, 0}, member.empty() ? text : fmt::format("{}: {}", member, text)});
  };
  for (const OutputFile &file : outputs.files) {
    if (is_foreign(file)) continue;
    for (const Problem &problem : file.input.problems) add(file, problem.member, problem.text);
    if (file.input.kind != InputKind::Archive) continue;
    for (const Member &member : file.input.members)
      if (member.problem) add(file, std::string(member.name), member.problem->text);
  }
  if (left_out > 0)
    outputs.problems.push_back({{}, fmt::format("{} more files or members could not be read", left_out)});
}

}  // namespace

Outputs::~Outputs() {
  parallel_for(files.size(), [this](size_t i) { files[i].input = {}; });
}

Target detached(Target target) {
  target.triple = {};
  return target;
}

Target target_of_triple(std::string_view triple) {
  // rustc's short form; and its triples for the simulators on Intel do not name them.
  std::string longer(triple);
  if (triple.ends_with("-sim")) longer += "ulator";
  if (triple == "x86_64-apple-ios" || triple == "i386-apple-ios" || triple == "x86_64-apple-tvos")
    longer += "-simulator";
  return detached(target_from_triple(longer));
}

std::string name_of(const OutputFile &file, const Member &member) {
  return member.name.empty() ? file.shown : fmt::format("{}({})", file.shown, member.name);
}

Outputs open_outputs(const ObjectsRequest &request, const Files &files) {
  Outputs outputs;
  Grouping grouping(outputs.groups, files, request.shown_root);
  auto add = [&](const std::string &path, uint32_t group, bool given) {
    outputs.files.push_back({path, shown_path(path, request.shown_root), group, given, {}});
  };
  for (const std::string &path : request.paths) {
    if (!files.is_directory(path)) {
      add(path, grouping.given(), true);
      continue;
    }
    bool cut = false;
    std::string folder;
    uint32_t group = 0;
    for (const std::string &found : find_outputs(path, files, cut)) {
      if (parent_path(found) != folder) {
        folder = parent_path(found);
        group = grouping.group_of_folder(normal_path(real_path(folder)));
      }
      add(found, group, false);
    }
    if (cut)
      outputs.problems.push_back(
          {{shown_path(path, request.shown_root), 0}, "too many files or folders: not all were looked at"});
  }
  Target want = target_of_triple(request.target);
  parallel_for(outputs.files.size(),
               [&](size_t i) { outputs.files[i].input = load_file(outputs.files[i].path, want, files); });
  collect_problems(outputs);
  std::erase_if(outputs.files, [](const OutputFile &file) { return !file.given && is_foreign(file); });
  for (const OutputFile &file : outputs.files)
    for (const Member &member : file.input.members) outputs.objects += member.object != nullptr;
  return outputs;
}

}  // namespace ldwhy
