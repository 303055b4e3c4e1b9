// A whole link of hostile inputs, from bytes to sightings: opening, the linkers' rules for
// archives, LTO, uses and the survey, on two or three files that know of each other.
//
// The data: one byte of choices, the lengths of the first two files as 16-bit little-endian
// numbers, then the files. They are named a, b and c, for thin archives and linker scripts.
#include <algorithm>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <string>

#include "input/load.h"
#include "resolve/resolve.h"
#include "survey/survey.h"

using namespace ldwhy;

namespace {

struct Program {
  Flavor flavor;
  Linker linker;
};
constexpr std::array programs{Program{Flavor::Gnu, Linker::Bfd}, Program{Flavor::Gnu, Linker::Gold},
                              Program{Flavor::Gnu, Linker::Lld}, Program{Flavor::Gnu, Linker::Mold},
                              Program{Flavor::Darwin, Linker::Lld}};

Command command_of(uint8_t choices, size_t files) {
  Command command;
  const Program &program = programs[choices % programs.size()];
  command.directory = "/w";
  command.flavor = program.flavor;
  command.linker = program.linker;
  command.linker_argv = {"ld"};
  command.library_paths = {"/w"};
  command.output_kind = choices & 0x80 ? Output::Shared : Output::Executable;
  command.no_undefined = true;
  command.gc_sections = choices & 0x40;
  command.undefined_roots = {"main"};
  for (size_t i = 0; i < files; ++i) {
    InputArg input;
    input.text = input.path = std::string(1, static_cast<char>('a' + i));
    input.argument = static_cast<uint32_t>(i);
    input.as_needed = choices & 0x20;
    // The last one in two ways: as it stands, and all of it.
    input.whole_archive = i + 1 == files && (choices & 0x10);
    command.inputs.push_back(std::move(input));
  }
  return command;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  constexpr size_t head = 5;
  if (size < head) return 0;
  ::setenv("LDWHY_THREADS", "1", 1);  // libFuzzer follows one thread, and that fast
  std::string_view rest(reinterpret_cast<const char *>(data) + head, size - head);
  MemoryFiles files;
  size_t count = 0;
  for (int stated : {data[1] | data[2] << 8, data[3] | data[4] << 8}) {
    size_t length = std::min(static_cast<size_t>(stated), rest.size());
    files.add(std::string("/w/") + static_cast<char>('a' + count++), std::string(rest.substr(0, length)));
    rest.remove_prefix(length);
  }
  files.add(std::string("/w/") + static_cast<char>('a' + count++), std::string(rest));

  Link link = load_link(command_of(data[0], count), files);
  if (link.inputs.size() != link.command.inputs.size()) std::abort();
  Resolution resolution = resolve(link).resolution;
  if (resolution.fates.size() != link.objects.size()) std::abort();
  std::vector<std::string> names{"main", "_Z3foov", "_foo"};
  for (const Unresolved &missing : resolution.unresolved) {
    for (ObjectId id : missing.referrers)
      if (id >= link.objects.size()) std::abort();
    if (names.size() < 100) names.push_back(missing.name);
  }
  Survey found = survey(link, names, files, {.beyond_link_line = false});
  for (const std::string &name : names)
    if (!found.find(name)) std::abort();
  return 0;
}
