// Everything the bitcode reader does, on any bytes.
#include <cstddef>
#include <cstdint>

#include "input/input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  using namespace ldwhy;
  Bytes bytes(reinterpret_cast<const char *>(data), size);
  if (!bitcode_format.claims(bytes)) return 0;
  try {
    std::unique_ptr<Object> object = bitcode_format.open(bytes);
    uint64_t sum = 0;
    auto touch = [&](std::string_view text) {
      for (char c : text) sum += static_cast<unsigned char>(c);
    };
    for (int round = 0; round < 2; round++)  // the second finds the names that the first spelled
      object->for_each_symbol([&](const Symbol &symbol) {
        touch(symbol.name);
        touch(symbol.version);
      });
    object->for_each_reference([&](const Reference &reference) {
      touch(reference.symbol);
      touch(reference.function);
    });
    for (const ir::FunctionAsm &statement : object->inline_assembly()) {
      touch(statement.function);
      touch(statement.text);
    }
    touch(object->producer());
    touch(object->target().triple);
    if (const ir::Module *module = object->module()) {
      touch(module->data_layout);
      touch(module->source_file);
      for (const ir::Global &global : module->globals) touch(global.section);
    }
    volatile uint64_t kept = sum;
    (void)kept;
  } catch (const Malformed &) {
  }
  return 0;
}
