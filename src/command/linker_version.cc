// What a linker says of itself.
//
//   GNU ld (GNU Binutils for Debian) 2.40
//   GNU gold (GNU Binutils for Debian 2.40) 1.16
//   LLD 22.1.8 (compatible with GNU linkers)        with a vendor's name before it or not
//   mold 1.10.1 (compatible with GNU ld)
//   @(#)PROGRAM:ld  PROJECT:ld64-954.16             Apple's old linker
//   @(#)PROGRAM:ld  PROJECT:ld-1115.7.3             and the new one; also PROJECT:dyld-1015.7
#include <algorithm>
#include <cctype>
#include <cstring>

#include "base/files.h"
#include "base/process.h"
#include "command/command.h"

namespace ldwhy {
namespace {

constexpr double timeout_seconds = 10;

struct Banner {
  std::string_view mark;
  Linker kind;
};
// In this order: LLD and mold also name the linkers that they stand in for.
constexpr Banner banners[] = {
    {"mold ", Linker::Mold},
    {"LLD ", Linker::Lld},
    {"GNU gold ", Linker::Gold},
    {"GNU ld ", Linker::Bfd},
    {"PROJECT:ld64-", Linker::AppleLd64},
    {"PROJECT:ld-", Linker::AppleLdPrime},
    {"PROJECT:dyld-", Linker::AppleLdPrime},
    {"ild version ", Linker::Wild},  // with either case of its first letter
};

bool is_digit(char c) { return std::isdigit(static_cast<unsigned char>(c)); }

// The number that starts at or after `at`, outside parentheses.
std::string number_after(std::string_view line, size_t at) {
  int depth = 0;
  for (; at < line.size(); ++at) {
    if (line[at] == '(') ++depth;
    if (line[at] == ')') --depth;
    if (depth == 0 && is_digit(line[at])) break;
  }
  size_t end = at;
  while (end < line.size() && (is_digit(line[end]) || line[end] == '.')) ++end;
  std::string number(line.substr(at, end - at));
  while (number.ends_with('.')) number.pop_back();
  return number;
}

// Newer releases of LLD hold their banner as one string, "LLD 22.1.8": reading it takes a
// millisecond, starting LLD twenty.
std::string written_version(const Command &command) {
  if (command.linker != Linker::Lld) return "";
  std::optional<std::string> program = find_program(command.linker_path.find('/') == std::string::npos
                                                        ? command.linker_path
                                                        : join_path(command.directory, command.linker_path));
  if (!program) return "";
  Result<FileRef> file = DiskFiles().open(*program);
  if (!file) return "";
  std::string_view text = (*file)->bytes().text();
  constexpr std::string_view mark = "LLD ";
  while (const void *found = ::memmem(text.data(), text.size(), mark.data(), mark.size())) {
    text.remove_prefix(static_cast<size_t>(static_cast<const char *>(found) - text.data()) + mark.size());
    std::string_view number = text.substr(0, std::min<size_t>(text.find_first_not_of("0123456789."), 16));
    if (std::count(number.begin(), number.end(), '.') == 2 && is_digit(number.front()) && is_digit(number.back()))
      return std::string(number);
  }
  return "";
}

// The linkers in zig answer to their names as its first word.
std::string zig_linker_version(const Command &command, Linker *kind) {
  if (command.linker != Linker::Lld) return "";
  size_t zig = 0;
  while (zig < command.argv.size() && file_name(command.argv[zig]).find("zig") == std::string_view::npos) ++zig;
  if (zig == command.argv.size()) return "";
  std::vector<std::string> argv(command.argv.begin(), command.argv.begin() + static_cast<ptrdiff_t>(zig) + 1);
  argv.insert(argv.end(), {command.linker_path, "--version"});
  Result<ProcessResult> result =
      run_process(argv, {.directory = command.directory, .timeout_seconds = timeout_seconds, .output_limit = 1 << 16});
  return result ? read_linker_version(result->output, kind) : "";
}

}  // namespace

std::string read_linker_version(std::string_view text, Linker *kind) {
  while (!text.empty()) {
    std::string_view line = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(line.size() + 1, text.size()));
    for (const Banner &banner : banners) {
      size_t at = line.find(banner.mark);
      if (at == line.npos) continue;
      if (kind) *kind = banner.kind;
      return number_after(line, at + banner.mark.size());
    }
  }
  return "";
}

bool runs_alone(const Command &command) { return !command.defaults_unknown && command.driver != "zig"; }

std::string query_linker_version(const Command &command, Linker *kind) {
  if (command.linker_path.empty()) return "";
  // The machine's own linker of that name is another one.
  if (command.driver == "zig") return zig_linker_version(command, kind);
  if (std::string version = written_version(command); !version.empty()) {
    if (kind) *kind = Linker::Lld;
    return version;
  }
  std::vector<std::string> argv{command.linker_path};
  // `lld` and `rust-lld` are told by their first words which linker to be.
  if (command.linker_argv.size() > 2 && command.linker_argv[1] == "-flavor")
    argv.insert(argv.end(), {"-flavor", command.linker_argv[2]});
  bool apple = command.flavor == Flavor::Darwin && command.linker != Linker::Lld;
  argv.emplace_back(apple ? "-v" : "--version");
  ProcessOptions options;
  options.directory = command.directory;
  options.timeout_seconds = timeout_seconds;
  options.output_limit = 1 << 16;
  Result<ProcessResult> result = run_process(argv, options);
  if (!result) return "";
  Linker said = Linker::Unknown;
  std::string version = read_linker_version(result->output + "\n" + result->errors, &said);
  // Another system's `ld` is not Apple's.
  if (apple && said != Linker::AppleLd64 && said != Linker::AppleLdPrime) return "";
  if (kind && !version.empty()) *kind = said;
  return version;
}

}  // namespace ldwhy
