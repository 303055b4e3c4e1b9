// The Mach-O reader on any bytes, all that an object can be asked for.
#include <cstdint>

#include "input/input.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  using namespace ldwhy;
  Bytes bytes(reinterpret_cast<const char *>(data), size);
  if (!macho_format.claims(bytes)) return 0;
  try {
    std::unique_ptr<Object> object = macho_format.open(bytes);
    size_t total = object->shared_name().size() + object->producer().size();
    auto take = [&](std::string_view text) {
      // The last byte is looked at, so that a view outside its owner is found.
      if (!text.empty()) total += text.size() + static_cast<unsigned char>(text.back());
    };
    // Names must outlive the visit.
    std::vector<std::string_view> names;
    object->for_each_symbol([&](const Symbol &symbol) { names.push_back(symbol.name); });
    object->for_each_reference([&](const Reference &reference) {
      take(reference.symbol);
      take(reference.function);
      take(reference.section);
    });
    for (std::string_view name : names) take(name);
    for (std::string_view name : object->needed()) take(name);
    for (std::string_view name : object->reexported()) take(name);
    for (std::string_view option : object->linker_options()) take(option);
    if (const Object *ir = object->embedded_ir().object)
      ir->for_each_symbol([&](const Symbol &symbol) { take(symbol.name); });
    object->serves(object->target());
    [[maybe_unused]] volatile size_t sink = total;
  } catch (const Malformed &) {
  }
  return 0;
}
