// Opens bytes as one format, and asks the object for all that it can tell.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "input/coff_section_uses.h"
#include "input/input.h"

namespace ldwhy {

inline uint64_t weight(std::string_view text) {
  uint64_t sum = text.size();
  for (char c : text) sum += static_cast<unsigned char>(c);
  return sum;
}

inline uint64_t ask_symbols(const Object &object) {
  uint64_t sum = 0;
  // Names must outlive the visit.
  std::vector<std::string_view> names;
  object.for_each_symbol([&](const Symbol &symbol) {
    names.push_back(symbol.name);
    sum += symbol.value + symbol.size + symbol.section;
  });
  for (std::string_view name : names) sum += weight(name);
  object.for_each_reference([&](const Reference &reference) {
    sum += reference.offset + reference.symbol.size();
    // The last byte is looked at, so that a view outside its owner is found.
    if (!reference.function.empty()) sum += static_cast<unsigned char>(reference.function.back());
    if (!reference.section.empty()) sum += static_cast<unsigned char>(reference.section.back());
  });
  return sum;
}

inline void ask_object(const ObjectFormat &format, const uint8_t *data, size_t size) {
  // A copy of its own: the sanitizer then sees each byte read past the end.
  std::string input(reinterpret_cast<const char *>(data), size);
  Bytes bytes(input);
  if (!format.claims(bytes)) return;
  std::unique_ptr<Object> object;
  try {
    object = format.open(bytes);
  } catch (const Malformed &) {
    return;
  }
  uint64_t sum = ask_symbols(*object) + weight(object->shared_name()) + weight(object->producer());
  for (std::string_view name : object->needed()) sum += weight(name);
  for (std::string_view option : object->linker_options()) sum += weight(option);
  for (const std::string &feature : object->features()) sum += weight(feature);
  for (auto [from, to] : read_coff_section_uses(*object)) sum += from + to;
  if (const Object *ir = object->embedded_ir().object) sum += ask_symbols(*ir);
  volatile uint64_t kept = sum + describe(object->target()).size();
  (void)kept;
}

}  // namespace ldwhy
