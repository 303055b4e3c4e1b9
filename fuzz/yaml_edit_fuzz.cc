// Sets the scalars of arbitrary text as YAML. Each edit checks itself against the reader of
// project/; here it must not crash, and the scanner must find the new text where it was put.
#include <cstdlib>

#include "edit/edit.h"
#include "edit/yaml_scan.h"

using namespace ldwhy;

namespace {

void walk(const YamlScan &scan, uint32_t index, std::vector<std::string> &path, size_t &left, const std::string &text) {
  const YamlPart &part = scan.parts[index];
  if (left == 0) return;
  for (size_t i = 0; i < part.children.size(); ++i) {
    path.push_back(part.form == YamlForm::Map ? part.children[i].first : std::to_string(i));
    walk(scan, part.children[i].second, path, left, text);
    path.pop_back();
  }
  if (!part.children.empty() || left == 0) return;
  --left;
  TextResult edited = set_yaml(text, path, "new value");
  if (!edited) return;
  if (edited->substr(0, part.begin) != text.substr(0, part.begin)) std::abort();
  if (!edited->ends_with(text.substr(part.end))) std::abort();
  if (set_yaml(*edited, path, "new value") != *edited) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  std::string text(reinterpret_cast<const char *>(data), size);
  Result<YamlScan> scan = scan_yaml(text);
  if (!scan) return 0;
  std::vector<std::string> path;
  size_t left = 6;
  walk(*scan, scan->root, path, left, text);
  return 0;
}
