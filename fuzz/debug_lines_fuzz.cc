// Feeds arbitrary bytes to the readers of line tables: as an object of any format, and as the
// .debug_line of an object that is sound.
#include <algorithm>

#include "input/debug_lines.h"
#include "input/input.h"

using namespace ldwhy;

namespace {

uint64_t ask(Bytes bytes) {
  Result<std::unique_ptr<Object>> object = open_object(bytes);
  if (!object) return 0;
  std::vector<CodePlace> places;
  for (uint32_t section = 0; section < 8; ++section)
    for (uint64_t offset = 0; offset < 64; offset += 7) places.push_back({section, offset});
  (void)(*object)->for_each_reference([&](const Reference &reference) {
    if (places.size() < 1000) places.push_back({reference.section_number, reference.offset});
  });
  (void)(*object)->for_each_symbol([&](const Symbol &symbol) {
    std::optional<CodePlace> place = code_place(**object, symbol);
    if (place && places.size() < 2000) places.push_back(*place);
  });
  uint64_t sum = 0;
  for (const SourceLine &row : source_lines(**object, places)) {
    sum += row.line;
    for (char c : row.file) sum += static_cast<unsigned char>(c);
  }
  return sum;
}

// A WebAssembly object with an empty code section: its fields need no relocations.
std::string wasm_around(std::string_view lines) {
  auto leb = [](uint64_t value) {
    std::string text;
    for (; value >= 0x80; value >>= 7) text += static_cast<char>(value | 0x80);
    return text + static_cast<char>(value);
  };
  auto section = [&](char id, const std::string &contents) { return id + leb(contents.size()) + contents; };
  auto custom = [&](const std::string &name, std::string_view contents) {
    return section('\0', leb(name.size()) + name + std::string(contents));
  };
  using namespace std::string_literals;
  return "\0asm\1\0\0\0"s + section('\x0a', "\0"s) + custom("linking", "\2"s) + custom(".debug_line", lines) +
         custom(".debug_line_str", "/work\0src\0main.c\0inl.h\0"s);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  // A copy of its own: the sanitizer then sees each byte read past the end.
  std::string input(reinterpret_cast<const char *>(data), size);
  bool is_object =
      std::ranges::any_of(object_formats(), [&](const ObjectFormat *format) { return format->claims(Bytes(input)); });
  if (!is_object) input = wasm_around(input);
  volatile uint64_t kept = ask(Bytes(input));
  (void)kept;
  return 0;
}
