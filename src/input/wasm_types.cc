// "WebAssembly Core Specification", 5.5.4 "Type Section" and 5.5.6 "Function Section": a function is
// the number of its type. Imported functions are counted first and have theirs in the import section.
#include "input/wasm_types.h"

#include <fmt/format.h>

#include "input/wasm_file.h"
#include "input/wasm_linking.h"

namespace ldwhy {
namespace {

void skip_value_types(Cursor &cursor) {
  constexpr uint8_t reference = 0x64, nullable_reference = 0x63;
  uint32_t count = wasm::number(cursor, "a count of types");
  for (uint32_t i = 0; i < count; ++i) {
    uint8_t type = cursor.u8("a type");
    if (type == reference || type == nullable_reference) cursor.sleb128("a heap type");
  }
}

std::vector<std::string_view> read_types(const wasm::File &file) {
  constexpr uint8_t function_form = 0x60;
  std::vector<std::string_view> types;
  const wasm::Section *section = file.section(wasm::TypeSection);
  if (!section) return types;
  Cursor cursor(section->contents);
  uint32_t count = wasm::number(cursor, "a count of types");
  for (uint32_t i = 0; i < count; ++i) {
    uint64_t begin = cursor.position();
    uint8_t form = cursor.u8("a type's form");
    // Types of other forms are not functions', and not known well enough to be read over.
    if (form != function_form) cursor.fail(fmt::format("expected a function's type, found form {:#x}", form));
    skip_value_types(cursor);
    skip_value_types(cursor);
    types.push_back(section->contents.text(begin, cursor.position() - begin));
  }
  return types;
}

// The number of each function's type.
std::vector<uint32_t> read_functions(const wasm::File &file) {
  std::vector<uint32_t> functions;
  file.visit_imports([&](const wasm::Import &import) {
    if (import.kind == wasm::Function) functions.push_back(import.type);
  });
  const wasm::Section *section = file.section(wasm::FunctionSection);
  if (!section) return functions;
  Cursor cursor(section->contents);
  uint32_t count = wasm::number(cursor, "a count of functions");
  for (uint32_t i = 0; i < count; ++i) functions.push_back(wasm::number(cursor, "a function's type"));
  return functions;
}

}  // namespace

std::vector<std::string_view> read_wasm_function_types(const Object &object) try {
  std::vector<std::string_view> found;
  wasm::File file(object.bytes());
  std::vector<std::string_view> types = read_types(file);
  std::vector<uint32_t> functions = read_functions(file);
  wasm::Linking(file).visit([&](const Symbol &symbol, uint32_t) {
    bool known = symbol.type == SymbolType::Function && symbol.value < functions.size() &&
                 functions[symbol.value] < types.size();
    found.push_back(known ? types[functions[symbol.value]] : std::string_view());
  });
  return found;
} catch (const Malformed &) {
  return {};
}

}  // namespace ldwhy
