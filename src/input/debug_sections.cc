// Sections of debug information in relocatable objects, and their relocations.
//
//   ELF    ".debug_line"; gABI, chapter 4, "Relocation": what is to be added stands in the
//          relocation (RELA) or in the field (REL). ".zdebug_line", a compressed
//          section as tools before 2015 wrote it, is left out.
//   COFF   the same names; "PE Format", "COFF Relocations (Object Only)": added to the field.
//   Mach-O "__DWARF,__debug_line"; <mach-o/reloc.h>. Sections have addresses in the object, and
//          fields hold them; a relocation says which section is meant, or which symbol. From one
//          debug section to another there are no relocations: an object is the only one that
//          reads them.
//   wasm   custom sections; "WebAssembly Object File Linking", "Relocation Sections": fields hold
//          what they would in a link of this object alone, so that the relocations need not be
//          read. Addresses are offsets in the code section ("DWARF for WebAssembly").
//
// Of a relocation's type nothing needs to be known: a field of a line table that holds an address
// or an offset has room for nothing else. But for distances: processors whose linkers shorten code
// (RISC-V and LoongArch) have pairs of relocations at one place, of which the second subtracts
// ("RISC-V ABIs", "Relocations"; "ELF for the LoongArch Architecture"). In the object as it
// stands both ends are known.
#include "input/debug_sections.h"

#include <algorithm>
#include <string_view>

#include "input/coff_file.h"
#include "input/compressed_section.h"
#include "input/elf_file.h"
#include "input/macho_frame.h"
#include "input/wasm_file.h"

namespace ldwhy {
namespace {

using Fixup = DebugSections::Fixup;
using Place = DebugSections::Place;

// Where each symbol is defined, by its number.
std::vector<Place> symbol_places(const Object &object) {
  std::vector<Place> places;
  (void)object.for_each_symbol([&](const Symbol &symbol) {
    if (symbol.index >= places.size()) places.resize(symbol.index + size_t{1});
    if (symbol.state == SymbolState::Defined) places[symbol.index] = {symbol.section, symbol.value};
  });
  return places;
}

Place place_of(const std::vector<Place> &symbols, uint64_t number) {
  return number < symbols.size() ? symbols[number] : Place();
}

// The first section of a name is the one that counts.
void keep(Bytes &kept, Bytes contents) {
  if (kept.empty()) kept = contents;
}

// The relocations that make distances, as far as line tables have them: of 16 bits and of LEB128.
enum class DistanceEnd : uint8_t { None, Set, Add, Subtract };
DistanceEnd end_of_distance(uint16_t machine, uint32_t type) {
  struct Row {
    uint16_t machine;
    uint32_t type;
    DistanceEnd end;
  };
  static constexpr Row rows[] = {
      {elf::EM_RISCV, 34, DistanceEnd::Add},           // R_RISCV_ADD16
      {elf::EM_RISCV, 38, DistanceEnd::Subtract},      // R_RISCV_SUB16
      {elf::EM_RISCV, 60, DistanceEnd::Set},           // R_RISCV_SET_ULEB128
      {elf::EM_RISCV, 61, DistanceEnd::Subtract},      // R_RISCV_SUB_ULEB128
      {elf::EM_LOONGARCH, 48, DistanceEnd::Add},       // R_LARCH_ADD16
      {elf::EM_LOONGARCH, 53, DistanceEnd::Subtract},  // R_LARCH_SUB16
      {elf::EM_LOONGARCH, 107, DistanceEnd::Add},      // R_LARCH_ADD_ULEB128
      {elf::EM_LOONGARCH, 108, DistanceEnd::Subtract}, // R_LARCH_SUB_ULEB128
  };
  for (const Row &row : rows)
    if (row.machine == machine && row.type == type) return row.end;
  return DistanceEnd::None;
}

class ElfDebug {
 public:
  explicit ElfDebug(const Object &object) : object_(object), file_(object.bytes()) {}

  DebugSections find() {
    found_.endian = file_.endian();
    uint32_t lines = find_section(".debug_line", found_.lines);
    if (found_.lines.empty()) return {};
    find_section(".debug_line_str", found_.line_strings);
    find_section(".debug_str", found_.strings);
    symbols_ = symbol_places(object_);
    uint32_t table = file_.last_section_of_type(elf::SHT_SYMTAB);
    for (uint32_t index = 1; index < file_.section_count(); ++index) {
      uint32_t type = file_.section_type(index);
      if (type != elf::SHT_REL && type != elf::SHT_RELA) continue;
      ElfSection section = file_.section(index);
      if (section.info == lines && section.link == table) read_relocations(section);
    }
    return std::move(found_);
  }

 private:
  // Its number; 0: none.
  uint32_t find_section(std::string_view name, Bytes &contents) {
    for (uint32_t index = 1; index < file_.section_count(); ++index) {
      if (file_.section_flags(index) & elf::SHF_ALLOC) continue;
      ElfSection section = file_.section(index);
      if (file_.section_name(section) != name) continue;
      contents = section.flags & elf::SHF_COMPRESSED ? decompressed(section) : file_.contents(section);
      return index;
    }
    return 0;
  }

  Bytes decompressed(const ElfSection &section) {
    std::optional<std::string> contents = decompress(file_, section);
    if (!contents) return {};
    found_.decompressed.push_back(std::make_unique<std::string>(std::move(*contents)));
    return Bytes(*found_.decompressed.back());
  }

  void read_relocations(const ElfSection &section) {
    Bytes contents = file_.contents(section);
    if (!found_.fixups.empty()) contents.fail(0, "expected one table of relocations for a section");
    bool has_addend = section.type == elf::SHT_RELA;
    uint64_t word = file_.word_size(), size = (has_addend ? 3 : 2) * word;
    bool symbol_first = file_.is_64() && file_.machine() == elf::EM_MIPS;
    for (uint64_t at = 0; at + size <= contents.size(); at += size) {
      uint64_t info = file_.word(contents, at + word, "a relocation");
      uint64_t number = symbol_first ? contents.u32(at + word, file_.endian()) : file_.is_64() ? info >> 32 : info >> 8;
      Place place = place_of(symbols_, number);
      uint64_t addend = has_addend ? file_.word(contents, at + 2 * word, "a relocation's addend") : 0;
      DistanceEnd end = end_of_distance(file_.machine(), static_cast<uint32_t>(info));
      found_.fixups.push_back({file_.word(contents, at, "a relocation"), place.offset + addend, place.section,
                               !has_addend || end == DistanceEnd::Add, end == DistanceEnd::Subtract});
    }
  }

  const Object &object_;
  ElfFile file_;
  std::vector<Place> symbols_;
  DebugSections found_;
};

DebugSections coff_sections(const Object &object) {
  constexpr uint64_t relocation_size = 10;
  constexpr uint32_t overflow = 0xffff;
  coff::File file(object.bytes());
  DebugSections found;
  coff::Section lines;
  for (uint32_t number = 1; number <= file.section_count(); ++number) {
    std::string_view name = file.section_name(number);
    if (!name.starts_with(".debug_")) continue;
    coff::Section section = file.section(number);
    if (name == ".debug_line" && found.lines.empty()) lines = section;
    if (name == ".debug_line") keep(found.lines, file.contents(section));
    if (name == ".debug_line_str") keep(found.line_strings, file.contents(section));
    if (name == ".debug_str") keep(found.strings, file.contents(section));
  }
  if (found.lines.empty() || lines.relocations == 0) return found;
  // As in coff.cc: more than 16 bits count.
  uint64_t count = lines.relocations, first = 0;
  if (count == overflow && (lines.flags & coff::ManyRelocations)) {
    count = file.bytes().u32(lines.relocations_at, Endian::Little, "a count of relocations");
    first = relocation_size;
  }
  std::vector<Place> symbols = symbol_places(object);
  Bytes relocations = file.bytes().table(lines.relocations_at, count, relocation_size, "a section's relocations");
  for (uint64_t at = first; at < relocations.size(); at += relocation_size) {
    Place place = place_of(symbols, relocations.u32(at + 4, Endian::Little));
    found.fixups.push_back(
        {uint64_t{relocations.u32(at, Endian::Little)} - lines.address, place.offset, place.section, true});
  }
  return found;
}

class MachODebug {
 public:
  explicit MachODebug(const Object &object)
      : object_(object), bytes_(object.bytes()), frame_(bytes_), sections_(macho::sections_of(bytes_)) {}

  DebugSections find() {
    found_.endian = frame_.endian();
    const macho::Section *lines = nullptr;
    for (const macho::Section &section : sections_) {
      if (section.segment != "__DWARF") continue;
      if (section.name == "__debug_line" && !lines) lines = &section;
      if (section.name == "__debug_line") keep(found_.lines, contents_of(section));
      if (section.name == "__debug_line_str") keep(found_.line_strings, contents_of(section));
      if (section.name == "__debug_str") keep(found_.strings, contents_of(section));
    }
    if (lines) read_relocations(*lines);
    return std::move(found_);
  }

 private:
  Bytes contents_of(const macho::Section &section) const {
    return bytes_.slice(section.contents_at, section.size, "a section's contents");
  }

  void read_relocations(const macho::Section &lines) {
    std::vector<Place> symbols = symbol_places(object_);
    Bytes entries = bytes_.table(lines.relocations_at, lines.relocations, 8, "relocations");
    bool little = frame_.endian() == Endian::Little;
    for (uint64_t at = 0; at < entries.size(); at += 8) {
      uint32_t address = entries.u32(at, frame_.endian()), info = entries.u32(at + 4, frame_.endian());
      bool is_scattered = !frame_.is_wide() && (address & 0x80000000);
      bool by_symbol = little ? info >> 27 & 1 : info >> 4 & 1;
      uint32_t number = little ? info & 0xffffff : info >> 8;
      // By section, a field holds an address; by symbol, what is to be added to the symbol's.
      Place target = by_symbol ? place_of(symbols, number) : Place{number, 0};
      if (is_scattered || target.section > sections_.size()) target.section = 0;
      uint64_t start = target.section ? sections_[target.section - 1].address : 0;
      found_.fixups.push_back(
          {address & (is_scattered ? 0xffffff : 0xffffffff), target.offset - start, target.section, true});
    }
  }

  const Object &object_;
  Bytes bytes_;
  macho::Frame frame_;
  std::vector<macho::Section> sections_;
  DebugSections found_;
};

DebugSections wasm_sections(const Object &object) {
  wasm::File file(object.bytes());
  DebugSections found;
  auto contents_of = [&](std::string_view name) {
    const wasm::Section *section = file.custom_section(name);
    return section ? section->contents : Bytes();
  };
  found.lines = contents_of(".debug_line");
  found.line_strings = contents_of(".debug_line_str");
  found.strings = contents_of(".debug_str");
  found.plain_section = file.position_of(wasm::CodeSection);
  return found;
}

DebugSections find_sections(const Object &object) {
  switch (object.target().format) {
    case Format::Elf: return ElfDebug(object).find();
    case Format::Coff: return coff_sections(object);
    case Format::MachO: return MachODebug(object).find();
    case Format::Wasm: return wasm_sections(object);
    default: return {};
  }
}

}  // namespace

DebugSections find_debug_sections(const Object &object) {
  if (object.kind() != ObjectKind::Relocatable) return {};
  DebugSections found = find_sections(object);
  std::ranges::stable_sort(found.fixups, {}, &Fixup::at);
  return found;
}

bool DebugSections::is_fixed(uint64_t at, uint64_t width) const {
  auto first = std::ranges::lower_bound(fixups, at, {}, &Fixup::at);
  return first != fixups.end() && first->at - at < width;
}

Place DebugSections::address(uint64_t at, uint64_t width) const {
  uint64_t field = width == 8 ? lines.u64(at, endian, "an address") : lines.u32(at, endian, "an address");
  auto first = std::ranges::lower_bound(fixups, at, {}, &Fixup::at);
  if (first == fixups.end() || first->at != at) return {plain_section, field};
  if (first->subtracts || (first + 1 != fixups.end() && first[1].at == at)) return {};
  uint64_t offset = first->value + (first->adds ? field : 0);
  return {first->section, width == 4 ? offset & 0xffffffff : offset};
}

std::optional<uint64_t> DebugSections::offset(uint64_t at, uint64_t width) const {
  if (!is_fixed(at, 1)) return width == 8 ? lines.u64(at, endian, "an offset") : lines.u32(at, endian, "an offset");
  Place place = address(at, width);
  return place.section ? std::optional(place.offset) : std::nullopt;
}

std::optional<uint64_t> DebugSections::distance(uint64_t at, uint64_t width, uint64_t field) const {
  auto first = std::ranges::lower_bound(fixups, at, {}, &Fixup::at);
  if (first == fixups.end() || first->at - at >= width) return field;
  if (fixups.end() - first < 2) return std::nullopt;
  const Fixup &to = first[0], &from = first[1];
  if (to.at != at || from.at != at || to.subtracts || !from.subtracts) return std::nullopt;
  if (to.section == 0 || to.section != from.section) return std::nullopt;
  return (to.adds ? field : 0) + to.value - from.value;
}

}  // namespace ldwhy
