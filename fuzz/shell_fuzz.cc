// Any bytes as a shell script, in each of the dialects.
#include <cstdint>
#include <cstdlib>
#include <string>

#include "project/shell.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  using namespace ldwhy;
  if (size == 0) return 0;
  std::string text(reinterpret_cast<const char *>(data + 1), size - 1);
  if (data[0] % 3 == 1) text = from_powershell(text);
  if (data[0] % 3 == 2) text = from_cmd(text);
  Shell shell;
  shell.steps = 2'000;
  shell.arguments = {"a", "b c"};
  shell.arguments_known = data[0] % 2;
  shell.give({"CFLAGS", "-O2 $X", {"environment", 0}});
  size_t calls = 0;
  shell.run(text, {"x.sh", 1}, [&](Shell &, const ShellCommand &command) {
    if (command.argv.empty() || command.place.line == 0) std::abort();
    ++calls;
  });
  if (calls > 2'000) std::abort();
  return 0;
}
