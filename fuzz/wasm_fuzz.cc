// The WebAssembly reader, on any bytes.
#include "ask_object.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  ldwhy::ask_object(ldwhy::wasm_format, data, size);
  return 0;
}
