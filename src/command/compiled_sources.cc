// A driver that is given sources compiles each into an object under $TMPDIR and hands these to
// the linker in the sources' places. GCC names them "cc", six letters or digits, ".o"
// (libiberty's make_temp_file), clang after the source: "main-1a2b3c.o". zig keeps them in its cache,
// each in a folder named by a hash: "o/0123456789abcdef0123456789abcdef/main.o".
#include "command/compiled_sources.h"

#include <algorithm>
#include <array>

#include "base/files.h"
#include "command/question.h"

namespace ldwhy {
namespace {

constexpr size_t random_letters = 6;

std::string_view without_ending(std::string_view name) { return name.substr(0, name.rfind('.')); }

bool is_letter_or_digit(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }
bool is_hexadecimal(char c) { return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'f'); }

bool is_object_name(std::string_view name) { return name.ends_with(".o") || name.ends_with(".obj"); }

bool is_gcc_name(std::string_view stem) {
  return stem.size() == 2 + random_letters && stem.starts_with("cc") && std::ranges::all_of(stem, is_letter_or_digit);
}

bool is_clang_name(std::string_view stem) {
  return stem.size() > random_letters + 1 && stem[stem.size() - random_letters - 1] == '-' &&
         std::ranges::all_of(stem.substr(stem.size() - random_letters), is_hexadecimal);
}

bool is_zig_path(std::string_view path) {
  constexpr size_t hash_digits = 32;
  std::string_view folder = file_name(parent_path(path));
  return folder.size() == hash_digits && std::ranges::all_of(folder, is_hexadecimal);
}

std::vector<std::string> sources_of(const std::vector<std::string> &words) {
  // The word after these is no input.
  constexpr std::array with_argument = {"-o",  "-include", "-imacros", "-I", "-isystem", "-idirafter", "-iquote", "-MF",
                                        "-MT", "-MQ",      "-x",       "-D", "-U",       "-Xlinker",   "-Xclang"};
  std::vector<std::string> sources;
  for (size_t i = 1; i < words.size(); ++i) {
    if (std::ranges::find(with_argument, words[i]) != with_argument.end()) ++i;
    else if (!words[i].starts_with('-') && is_source_file(words[i])) sources.push_back(words[i]);
  }
  return sources;
}

bool fits(const CompiledSource &pair) {
  std::string_view stem = without_ending(file_name(pair.object));
  if (is_zig_path(pair.object)) return stem == without_ending(file_name(pair.source));
  return is_gcc_name(stem) ||
         stem.substr(0, stem.size() - random_letters - 1) == without_ending(file_name(pair.source));
}

}  // namespace

std::vector<CompiledSource> compiled_sources(const Command &command) {
  std::vector<std::string> sources = sources_of(command.argv);
  std::vector<CompiledSource> found;
  if (sources.empty()) return found;
  for (uint32_t i = 0; i < command.inputs.size(); ++i) {
    const InputArg &input = command.inputs[i];
    std::string_view name = file_name(input.text), stem = without_ending(name);
    if (input.kind != InputArg::Kind::File || input.script >= 0 || !is_object_name(name)) continue;
    if (!is_gcc_name(stem) && !is_clang_name(stem) && !is_zig_path(input.text)) continue;
    if (std::ranges::find(command.argv, input.text) != command.argv.end()) continue;
    found.push_back({i, input.text, ""});
  }
  if (found.size() != sources.size()) return {};
  for (size_t i = 0; i < found.size(); ++i) found[i].source = std::move(sources[i]);
  return std::ranges::all_of(found, fits) ? found : std::vector<CompiledSource>();
}

}  // namespace ldwhy
