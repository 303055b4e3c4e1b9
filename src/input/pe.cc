// Windows images: DLLs and programs ("PE Format", "MS-DOS Stub", "Optional Header", "The .edata
// Section", "The .idata Section"). A stub for MS-DOS says where the letters "PE" are; behind them
// stands a COFF file whose optional header lists the places of tables, as addresses relative to
// where the image will be loaded. The section that holds an address tells where it is in the file.
//
// A DLL offers what its export directory names. Linkers for MinGW link with a DLL itself: each
// export can then be had as the thing (NAME) and as the slot in the import table (__imp_NAME),
// and on 32-bit x86, whose object files put an underscore before C names, exports are taken to
// be spelled without it. That is how the symbols are told here. An export may have a number only
// (told without a name) or be passed on to another DLL (a forwarder).
//
// Images made by GNU ld and lld for MinGW also keep the full symbol table of COFF.
#include <fmt/format.h>

#include <algorithm>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "input/coff_file.h"
#include "input/input.h"
#include "input/name_allowance.h"

namespace ldwhy {
namespace {

constexpr Endian little = Endian::Little;
constexpr uint64_t signature_place_at = 0x3c;
constexpr std::string_view signature("PE\0\0", 4);
constexpr std::string_view slot_mark = "__imp_";

enum Characteristics : uint16_t { IsDll = 0x2000 };
enum DataDirectory : uint32_t { Exports = 0, Imports = 1, DelayImports = 13 };

// Nothing: no image.
std::optional<uint64_t> header_place(Bytes bytes) {
  if (!bytes.starts_with("MZ") || bytes.size() < signature_place_at + 4) return std::nullopt;
  uint64_t place = bytes.u32(signature_place_at, little);
  if (place > bytes.size() || !bytes.from(place).starts_with(signature)) return std::nullopt;
  return place + signature.size();
}

class PeImage final : public Object {
 public:
  explicit PeImage(Bytes bytes)
      : Object(ObjectKind::Executable, {}, bytes), file_(bytes, header_place(bytes).value_or(0)) {
    target_ = coff::target_of_machine(file_.machine());
    if (file_.characteristics() & IsDll) kind_ = ObjectKind::Shared;
    for (uint32_t number = 1; number <= file_.section_count(); ++number) sections_.push_back(file_.section(number));
    std::ranges::stable_sort(sections_, {}, &coff::Section::address);
  }

  std::string_view shared_name() const override {
    constexpr uint64_t name_at = 12;
    std::optional<Place> exports = directory(Exports);
    if (kind_ != ObjectKind::Shared || !exports) return {};
    try {
      return string_at(at_address(exports->address).u32(name_at, little), "a DLL's name");
    } catch (const Malformed &) {
      return {};
    }
  }
  std::vector<std::string_view> needed() const override {
    std::vector<std::string_view> names;
    // Entries of 20 and 32 bytes, up to one without a name.
    constexpr uint64_t import_size = 20, import_name = 12, delayed_size = 32, delayed_name = 4;
    add_libraries(Imports, import_size, import_name, names);
    add_libraries(DelayImports, delayed_size, delayed_name, names);
    return names;
  }

 protected:
  void visit_symbols(SymbolSink sink) const override {
    if (kind_ == ObjectKind::Shared) visit_exports(sink);
    file_.visit_symbols(sink, false);
  }

 private:
  struct Place {
    uint32_t address = 0;
    uint32_t size = 0;
  };
  struct ExportTables {
    uint32_t first_number = 0;
    Bytes addresses, names, slots;
    uint32_t address_count = 0, name_count = 0;
  };

  // Nothing: the image has none.
  std::optional<Place> directory(uint32_t number) const;
  const coff::Section *section_at(uint32_t address) const;
  Bytes at_address(uint32_t address) const;
  std::string_view string_at(uint32_t address, const char *what) const { return at_address(address).c_string(0, what); }
  SymbolType type_at(uint32_t address) const;
  void add_libraries(uint32_t number, uint64_t entry_size, uint64_t name_at,
                     std::vector<std::string_view> &names) const;
  ExportTables export_tables(Place place) const;
  void visit_exports(SymbolSink sink) const;
  void spell_names(const ExportTables &tables) const;

  coff::File file_;
  std::vector<coff::Section> sections_;  // by address
  mutable std::once_flag spelled_once_;
  mutable std::string spelled_;  // "__imp_NAME" of all named exports, one behind the other
  mutable std::optional<Malformed> damage_;  // of the names that are missing there
};

std::optional<PeImage::Place> PeImage::directory(uint32_t number) const {
  // The optional header of 64-bit images (PE32+) is longer before the list.
  constexpr uint16_t wide_magic = 0x20b;
  uint64_t at = file_.optional_header_at(), size = file_.optional_header_size();
  try {
    Bytes header = bytes_.slice(at, size, "the optional header");
    uint64_t list_at = header.u16(0, little) == wide_magic ? 112 : 96;
    if (number >= header.u32(list_at - 4, little)) return std::nullopt;
    Place place{header.u32(list_at + number * 8, little), header.u32(list_at + number * 8 + 4, little)};
    if (place.address == 0) return std::nullopt;
    return place;
  } catch (const Malformed &) {
    return std::nullopt;
  }
}

const coff::Section *PeImage::section_at(uint32_t address) const {
  std::vector<coff::Section>::const_iterator after =
      std::ranges::upper_bound(sections_, address, {}, &coff::Section::address);
  if (after == sections_.begin()) return nullptr;
  const coff::Section &section = *(after - 1);
  uint32_t size = std::max(section.size, section.size_in_memory);
  return address - section.address < size ? &section : nullptr;
}

// The bytes from an address to the end of its section's contents.
Bytes PeImage::at_address(uint32_t address) const {
  const coff::Section *section = section_at(address);
  if (!section) bytes_.fail(0, fmt::format("expected a section that holds address {:#x}", address));
  return file_.contents(*section).from(address - section->address, "an address's contents");
}

SymbolType PeImage::type_at(uint32_t address) const {
  const coff::Section *section = section_at(address);
  if (!section) return SymbolType::None;
  return section->flags & coff::IsExecutable ? SymbolType::Function : SymbolType::Object;
}

void PeImage::add_libraries(uint32_t number, uint64_t entry_size, uint64_t name_at,
                            std::vector<std::string_view> &names) const {
  std::optional<Place> place = directory(number);
  if (!place) return;
  try {
    Bytes table = at_address(place->address);
    for (uint64_t at = 0; at + entry_size <= table.size(); at += entry_size) {
      uint32_t name = table.u32(at + name_at, little);
      if (name == 0) return;
      names.push_back(string_at(name, "a DLL's name"));
    }
  } catch (const Malformed &) {
  }
}

PeImage::ExportTables PeImage::export_tables(Place place) const {
  Bytes table = at_address(place.address).slice(0, 40, "the export directory");
  auto list = [&](uint64_t field, uint64_t count, uint64_t width, const char *what) {
    if (count == 0) return Bytes();
    return at_address(table.u32(field, little)).table(0, count, width, what);
  };
  ExportTables tables;
  tables.first_number = table.u32(16, little);
  tables.address_count = table.u32(20, little);
  tables.name_count = table.u32(24, little);
  tables.addresses = list(28, tables.address_count, 4, "the table of exported addresses");
  tables.names = list(32, tables.name_count, 4, "the table of exported names");
  tables.slots = list(36, tables.name_count, 2, "the table of exported names' numbers");
  return tables;
}

// The names in the spelling of object files, with the mark of a slot before each.
void PeImage::spell_names(const ExportTables &tables) const {
  NameAllowance allowance(bytes_);
  for (uint32_t i = 0; i < tables.name_count; ++i) {
    uint32_t place = tables.names.u32(uint64_t{i} * 4, little);
    std::string_view name = string_at(place, "an exported name");
    allowance.spend(bytes_, 0, name.size() + slot_mark.size());
    spelled_ += slot_mark;
    if (target_.arch == Arch::I386 && !name.starts_with('?') && !name.starts_with('@')) spelled_ += '_';
    spelled_ += name;
    spelled_ += '\0';
  }
}

void PeImage::visit_exports(SymbolSink sink) const {
  std::optional<Place> place = directory(Exports);
  if (!place) return;
  ExportTables tables = export_tables(*place);
  std::call_once(spelled_once_, [&] {
    try {
      spell_names(tables);
    } catch (const Malformed &error) {
      damage_ = error;
    }
  });
  std::vector<bool> named(tables.address_count);
  Symbol symbol;
  symbol.state = SymbolState::Defined;
  symbol.dynamic = true;
  auto fill = [&](uint32_t slot) {
    if (slot >= tables.address_count)
      tables.slots.fail(0, fmt::format("expected one of {} exports, found number {}", tables.address_count, slot));
    symbol.index = tables.first_number + slot;
    symbol.value = tables.addresses.u32(uint64_t{slot} * 4, little);
    symbol.type = symbol.value - place->address < place->size ? SymbolType::None  // a forwarder
                                                              : type_at(static_cast<uint32_t>(symbol.value));
  };
  std::string_view spelled = spelled_;
  for (uint32_t i = 0; i < tables.name_count && !spelled.empty(); ++i) {
    std::string_view name = spelled.substr(0, spelled.find('\0'));
    spelled.remove_prefix(name.size() + 1);
    uint32_t slot = tables.slots.u16(uint64_t{i} * 2, little);
    fill(slot);
    named[slot] = true;
    symbol.name = name.substr(slot_mark.size());
    sink(symbol);
    symbol.name = name;
    symbol.type = SymbolType::Object;
    sink(symbol);
  }
  if (damage_) throw *damage_;
  for (uint32_t slot = 0; slot < tables.address_count; ++slot) {
    if (named[slot] || tables.addresses.u32(uint64_t{slot} * 4, little) == 0) continue;
    fill(slot);
    symbol.name = {};
    sink(symbol);
  }
}

bool claims_pe(Bytes bytes) { return header_place(bytes).has_value(); }

std::unique_ptr<Object> open_pe(Bytes bytes) { return std::make_unique<PeImage>(bytes); }

}  // namespace

const ObjectFormat pe_format = {"pe", "Windows DLL or program", claims_pe, open_pe};

}  // namespace ldwhy
