// Feeds arbitrary text to the readers of linker scripts, version scripts and dynamic lists,
// and uses the text's two halves as a pattern and a name.
#include "input/input.h"
#include "input/version_script.h"

using namespace ldwhy;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  std::string text(reinterpret_cast<const char *>(data), size);
  size_t sum = 0;
  if (std::optional<Script> script = read_script(text)) sum += script->inputs.size();
  if (Result<VersionScript> versions = read_version_script(text)) {
    std::optional<VersionMatch> match = find_version(*versions, "main", "main");
    sum += match ? match->is_local : versions->nodes.size();
  }
  if (Result<std::vector<VersionPattern>> list = read_dynamic_list(text)) sum += list->size();
  sum += glob_matches(text.substr(0, size / 2), text.substr(size / 2));
  volatile size_t kept = sum;
  (void)kept;
  return 0;
}
