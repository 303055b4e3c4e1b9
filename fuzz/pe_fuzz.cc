// The reader of Windows images, on any bytes.
#include "ask_object.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  ldwhy::ask_object(ldwhy::pe_format, data, size);
  return 0;
}
