#include <algorithm>
#include <filesystem>

#include <fmt/format.h>

#include "base/process.h"
#include "remedy/remedy.h"

namespace ldwhy {
namespace {

// LLVM keeps one release's tools in one folder: where the linker really is.
std::string release_folder(const Command &command) {
  std::optional<std::string> program = find_program(
      join_path(command.linker_path.find('/') == std::string::npos ? "" : command.directory, command.linker_path));
  if (!program) return "";
  std::error_code error;
  std::filesystem::path real = std::filesystem::canonical(*program, error);
  return error ? "" : real.parent_path().string();
}

// "llvm-objcopy-22": the newest.
std::string find_release(const std::string &name) {
  for (int release = 30; release >= 14; --release)
    if (std::optional<std::string> found = find_program(fmt::format("{}-{}", name, release))) return *found;
  return "";
}

}  // namespace

std::string TrialBench::tool(const std::string &name) const {
  std::string beside = join_path(release_folder(link_.command), name);
  if (find_program(beside) && beside.find('/') != beside.npos) return beside;
  std::string version = link_.command.linker_version.substr(0, link_.command.linker_version.find('.'));
  if (!version.empty())
    if (std::optional<std::string> found = find_program(fmt::format("{}-{}", name, version))) return *found;
  if (std::optional<std::string> found = find_program(name)) return *found;
  // Newer tools read older files, so any recent one serves.
  return find_release(name);
}

std::string TrialBench::newest_tool(const std::string &name) const {
  std::string found = find_release(name);
  return found.empty() ? tool(name) : found;
}

bool TrialBench::run(const std::vector<std::string> &argv) const {
  if (argv.empty() || argv[0].empty()) return false;
  Result<ProcessResult> result = run_process(argv, {.directory = folder_, .timeout_seconds = 120});
  return result && result->status == 0;
}

std::string TrialBench::fresh(const std::string &name) {
  std::string folder = fmt::format("{}/{}", folder_, ++count_);
  if (make_folders(folder)) return "";
  return join_path(folder, file_name(name));
}

std::string TrialBench::extract(ObjectId id) {
  const Member &member = link_.member_of(id);
  std::string path = fresh(member.name.empty() ? link_.input_of(id).path : std::string(member.name));
  if (path.empty() || write_file_atomically(path, member.object->bytes().text())) return "";
  return path;
}

bool TrialBench::replace(std::vector<std::string> &words, ObjectId id, const std::string &path) {
  uint32_t input = link_.objects[id].input;
  const InputArg &argument = link_.command.inputs[input];
  if (argument.argument >= words.size() || argument.script >= 0) return false;
  std::string replacement = path;
  if (!link_.member_of(id).name.empty()) {
    auto copied = std::ranges::find(archives_, input, [](const auto &entry) { return entry.first; });
    if (copied == archives_.end()) {
      std::string copy = fresh(link_.inputs[input].path);
      if (copy.empty() || write_file_atomically(copy, link_.inputs[input].file->bytes().text())) return false;
      archives_.push_back({input, copy});
      copied = archives_.end() - 1;
    }
    // `ar r` replaces the member of the same name.
    if (!run({tool("llvm-ar"), "r", copied->second, path})) return false;
    replacement = copied->second;
  }
  std::string &word = words[argument.argument];
  if (argument.kind == InputArg::Kind::File) {
    word = replacement;
  } else {
    // "-lx" gives way to the file; "-l" "x" would need two words to become one.
    if (!word.starts_with("-l") && word != replacement) return false;
    word = replacement;
  }
  return true;
}

}  // namespace ldwhy
