// Sets every variable that arbitrary text, as a CMake file, sets; and takes the edit's diff apart.
#include <algorithm>
#include <cstdlib>

#include "edit/edit.h"
#include "project/cmake_language.h"

using namespace ldwhy;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  std::string text(reinterpret_cast<const char *>(data), size);
  Result<std::vector<CMakeCommand>> commands = parse_cmake(text);
  if (!commands) return 0;
  size_t left = 8;
  for (const CMakeCommand &command : *commands) {
    if (command.arguments.empty()) continue;
    if (left-- == 0) break;
    std::string variable(command.arguments[0].text);
    TextResult edited = set_cmake(text, variable, "a \"b", command.line);
    if (!edited) continue;
    // A value over lines that becomes one moves what stands behind it.
    bool moved = std::ranges::count(text, '\n') != std::ranges::count(*edited, '\n');
    if (!moved && command.name == "set" && set_cmake(*edited, variable, "a \"b", command.line) != *edited) std::abort();
    if (unified_diff("CMakeLists.txt", text, *edited, false).empty() != (text == *edited)) std::abort();
  }
  (void)set_cmake(text, "CMAKE_INTERPROCEDURAL_OPTIMIZATION", "OFF", 0);
  return 0;
}
