// The readers of COFF objects and of short import objects, on any bytes.
#include "ask_object.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  ldwhy::ask_object(ldwhy::coff_format, data, size);
  ldwhy::ask_object(ldwhy::coff_import_format, data, size);
  return 0;
}
