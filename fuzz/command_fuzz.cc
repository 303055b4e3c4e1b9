// Feeds arbitrary bytes to everything in command/ that reads text: as a response file of each
// kind of program, as what a driver or a linker prints, and as an input file.
#include <array>
#include <cstdlib>

#include "command/command.h"
#include "command/driver.h"
#include "command/peek_target.h"
#include "command/response_file.h"

using namespace ldwhy;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  if (size == 0) return 0;
  std::string text(reinterpret_cast<const char *>(data + 1), size - 1);
  constexpr std::array<const char *, 8> programs{"ld.bfd",   "ld.gold", "ld.lld", "mold",
                                                 "ld64.lld", "gcc",     "clang",  "x86_64-apple-darwin-clang"};
  MemoryFiles files;
  files.add("/w/x", text);
  files.add("/w/lib/libx.a", text);
  CommandRequest request{"/w", {programs[data[0] % programs.size()], "@x"}, "", false};
  Command command = understand_command(request, files);
  for (const InputArg &input : command.inputs)
    if (input.argument >= command.linker_argv.size()) std::abort();

  DriverAnswer answer = read_driver_answer(text);
  if (answer.links > 0 && answer.linker_argv.empty()) std::abort();
  Linker kind = Linker::Unknown;
  if (!read_linker_version(text, &kind).empty() && kind == Linker::Unknown) std::abort();
  ProgramName name = classify_program(text);
  if (name.driver && name.linker) std::abort();
  peek_target(Bytes(text));
  return 0;
}
