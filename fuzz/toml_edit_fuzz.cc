// Sets and removes a key of arbitrary text as TOML. Each edit checks itself against the reader of
// project/; here it must not crash, and what was set must be found again, by the scanner too.
#include <cstdlib>

#include "edit/edit.h"
#include "edit/toml_scan.h"

using namespace ldwhy;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  std::string text(reinterpret_cast<const char *>(data), size);
  Result<TomlScan> scan = scan_toml(text);
  TomlKey key = {"profile", "release", "lto"};
  // A key of the text's own reaches more than one that is hardly ever there.
  if (scan && !scan->entries.empty() && size % 2 == 0) key = scan->entries[size / 2 % scan->entries.size()].path;
  TextResult edited = set_toml(text, key, "\"thin\"");
  if (edited && !remove_toml(*edited, key)) std::abort();
  if (edited && set_toml(*edited, key, "\"thin\"") != *edited) std::abort();
  (void)remove_toml(text, key);
  (void)replace_word(text, static_cast<uint32_t>(size % 5), "lto", size % 2 ? "" : "x");
  return 0;
}
