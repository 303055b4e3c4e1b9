// The text stub readers on any bytes, for one target and for all.
#include <cstdint>

#include "input/input.h"
#include "input/tbd.h"

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  using namespace ldwhy;
  Bytes bytes(reinterpret_cast<const char *>(data), size);
  if (!tbd_format.claims(bytes)) return 0;
  size_t total = 0;
  auto look = [&](const Object &object) {
    object.for_each_symbol([&](const Symbol &symbol) {
      if (!symbol.name.empty()) total += static_cast<unsigned char>(symbol.name.back());
    });
    for (std::string_view name : object.reexported()) total += name.size();
    total += object.shared_name().size();
  };
  try {
    look(*tbd_format.open(bytes));
    look(*open_tbd(bytes, target_from_triple("arm64-apple-macos10.4")));
  } catch (const Malformed &) {
  }
  [[maybe_unused]] volatile size_t sink = total;
  return 0;
}
