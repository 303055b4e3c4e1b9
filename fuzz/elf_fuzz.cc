// Feeds arbitrary bytes to the ELF reader and asks for all that it can tell.
#include "input/input.h"

using namespace ldwhy;

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  // A copy of its own: the sanitizer then sees each byte read past the end.
  std::string input(reinterpret_cast<const char *>(data), size);
  Bytes bytes(input);
  if (!elf_format.claims(bytes)) return 0;
  std::unique_ptr<Object> object;
  try {
    object = elf_format.open(bytes);
  } catch (const Malformed &) {
    return 0;
  }
  uint64_t sum = 0;
  object->for_each_symbol([&](const Symbol &symbol) {
    for (char c : symbol.name) sum += static_cast<unsigned char>(c);
    for (char c : symbol.version) sum += static_cast<unsigned char>(c);
  });
  object->for_each_reference([&](const Reference &reference) {
    sum += reference.symbol.size() + reference.function.size() + reference.section.size();
  });
  sum += object->shared_name().size() + object->needed().size() + object->producer().size() +
         object->linker_options().size() + describe(object->target()).size();
  if (const Object *ir = object->embedded_ir().object)
    ir->for_each_symbol([&](const Symbol &symbol) { sum += symbol.name.size(); });
  volatile uint64_t kept = sum;
  (void)kept;
  return 0;
}
