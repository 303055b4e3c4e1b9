// A module is a magic number, a version, and sections, each with its kind and size. Those that the
// specification knows come once; a custom section starts with its name. Components ("Component
// Model") share the magic number and have another version.
#include "input/wasm_file.h"

#include <fmt/format.h>

#include <algorithm>

namespace ldwhy::wasm {
namespace {

constexpr uint64_t header_size = 8;

// "Limits", with the flags of the proposals for threads, 64-bit memories and page sizes.
bool skip_limits(Cursor &cursor) {
  enum Flags : uint32_t { HasMaximum = 1, Is64 = 4, HasPageSize = 8 };
  uint32_t flags = number(cursor, "limits");
  cursor.uleb128("a lower limit");
  if (flags & HasMaximum) cursor.uleb128("an upper limit");
  if (flags & HasPageSize) cursor.uleb128("a page size");
  return flags & Is64;
}

// A value or reference type is one byte, or one of two with a heap type behind it.
void skip_type(Cursor &cursor) {
  constexpr uint8_t reference = 0x64, nullable_reference = 0x63;
  uint8_t type = cursor.u8("a type");
  if (type == reference || type == nullable_reference) cursor.sleb128("a heap type");
}

Import read_import(Cursor &cursor) {
  Import import;
  import.module = name(cursor, "an import's module");
  import.field = name(cursor, "an import's name");
  import.kind = cursor.u8("an import's kind");
  switch (import.kind) {
    case Function: import.type = number(cursor, "a type's number"); break;
    case Table:
      skip_type(cursor);
      skip_limits(cursor);
      break;
    case Memory: import.wide_memory = skip_limits(cursor); break;
    case Global:
      skip_type(cursor);
      cursor.u8("a global's mutability");
      break;
    case Tag:
      cursor.u8("a tag's attribute");
      number(cursor, "a type's number");
      break;
    default: cursor.fail(fmt::format("expected an import's kind, found {}", import.kind));
  }
  return import;
}

// An initial value ("Constant Expressions"): numbers, globals and sums of them.
void skip_constant(Cursor &cursor) {
  enum Opcode : uint8_t {
    End = 0x0b,
    GlobalGet = 0x23,
    I32Const = 0x41,
    I64Const = 0x42,
    FirstSum = 0x6a,  // i32.add, i32.sub, i32.mul
    LastSum = 0x6c,
    FirstWideSum = 0x7c,  // the same of i64
    LastWideSum = 0x7e,
  };
  for (;;) {
    uint8_t opcode = cursor.u8("a constant expression");
    if (opcode == End) return;
    if (opcode == GlobalGet) number(cursor, "a global's number");
    else if (opcode == I32Const || opcode == I64Const) cursor.sleb128("a constant");
    else if ((opcode < FirstSum || opcode > LastSum) && (opcode < FirstWideSum || opcode > LastWideSum))
      cursor.fail(fmt::format("expected a segment's offset, found opcode {:#x}", opcode));
  }
}

}  // namespace

uint32_t number(Cursor &cursor, const char *what) {
  uint64_t value = cursor.uleb128(what);
  if (value > UINT32_MAX) cursor.fail(fmt::format("expected {} of 32 bits, found {}", what, value));
  return static_cast<uint32_t>(value);
}

std::string_view name(Cursor &cursor, const char *what) {
  uint32_t size = number(cursor, what);
  return cursor.take(size, what).text();
}

File::File(Bytes bytes) : bytes_(bytes) {
  uint32_t version = bytes.u32(4, Endian::Little, "a WebAssembly version");
  if (version != 1)
    bytes.fail(4, version >> 16 == 1 ? std::string("expected a WebAssembly module, found a component")
                                     : fmt::format("expected version 1 of WebAssembly, found {}", version));
  Cursor cursor(bytes.from(header_size));
  uint32_t seen = 0;
  while (!cursor.at_end()) read_section(cursor, seen);
}

void File::read_section(Cursor &cursor, uint32_t &seen) {
  Section section;
  section.id = cursor.u8("a section's kind");
  uint32_t size = number(cursor, "a section's size");
  section.contents = cursor.take(size, "a section's contents");
  if (section.id > LastSection) cursor.fail(fmt::format("expected a section's kind, found {}", section.id));
  if (section.id == CustomSection) {
    Cursor custom(section.contents);
    section.name = name(custom, "a custom section's name");
    section.contents = section.contents.from(custom.position());
  } else if (seen >> section.id & 1) {
    cursor.fail(fmt::format("expected one section of kind {}, found two", section.id));
  }
  seen |= uint32_t{1} << section.id;
  sections_.push_back(section);
}

const Section *File::section(uint8_t id) const {
  uint32_t position = position_of(id);
  return position == 0 ? nullptr : &sections_[position - 1];
}

uint32_t File::position_of(uint8_t id) const {
  std::vector<Section>::const_iterator found = std::ranges::find(sections_, id, &Section::id);
  return found == sections_.end() ? 0 : static_cast<uint32_t>(found - sections_.begin() + 1);
}

const Section *File::custom_section(std::string_view name) const {
  for (const Section &section : sections_)
    if (section.id == CustomSection && section.name == name) return &section;
  return nullptr;
}

void File::visit_imports(FunctionRef<void(const Import &)> sink) const {
  const Section *imports = section(ImportSection);
  if (!imports) return;
  Cursor cursor(imports->contents);
  uint32_t count = number(cursor, "a count of imports");
  for (uint32_t i = 0; i < count; ++i) sink(read_import(cursor));
}

void File::visit_exports(FunctionRef<void(const Export &)> sink) const {
  const Section *exports = section(ExportSection);
  if (!exports) return;
  Cursor cursor(exports->contents);
  uint32_t count = number(cursor, "a count of exports");
  for (uint32_t i = 0; i < count; ++i) {
    Export entry;
    entry.name = name(cursor, "an export's name");
    entry.kind = cursor.u8("an export's kind");
    entry.index = number(cursor, "an export's number");
    sink(entry);
  }
}

bool File::has_wide_memory() const {
  bool wide = false;
  visit_imports([&](const Import &import) { wide |= import.wide_memory; });
  const Section *memories = section(MemorySection);
  if (!memories) return wide;
  Cursor cursor(memories->contents);
  if (number(cursor, "a count of memories") > 0) wide |= skip_limits(cursor);
  return wide;
}

std::vector<Extent> function_bodies(Bytes code_section) {
  std::vector<Extent> bodies;
  Cursor cursor(code_section);
  uint32_t count = number(cursor, "a count of functions");
  for (uint32_t i = 0; i < count; ++i) {
    uint64_t begin = cursor.position();
    uint32_t size = number(cursor, "the size of a function's code");
    cursor.take(size, "a function's code");
    bodies.push_back({begin, cursor.position() - begin});
  }
  return bodies;
}

std::vector<Extent> data_segments(Bytes data_section) {
  enum Flags : uint32_t { Passive = 1, HasMemory = 2 };
  std::vector<Extent> segments;
  Cursor cursor(data_section);
  uint32_t count = number(cursor, "a count of data segments");
  for (uint32_t i = 0; i < count; ++i) {
    uint32_t flags = number(cursor, "a data segment's flags");
    if (flags & HasMemory) number(cursor, "a memory's number");
    if (!(flags & Passive)) skip_constant(cursor);
    uint32_t size = number(cursor, "a data segment's size");
    uint64_t begin = cursor.position();
    cursor.take(size, "a data segment");
    segments.push_back({begin, size});
  }
  return segments;
}

}  // namespace ldwhy::wasm
