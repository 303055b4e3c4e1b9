// The reader of module-definition files, on any text.
#include <cstdint>

#include "input/module_definition.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  std::string text(reinterpret_cast<const char *>(data), size);
  ldwhy::Result<ldwhy::ModuleDefinition> module = ldwhy::read_module_definition(text);
  volatile size_t kept = module ? module->exports.size() : module.error().text.size();
  (void)kept;
  return 0;
}
